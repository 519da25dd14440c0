//! `yolint check --show-settings`: which settings count for a file, and where each comes from.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::budgets::BudgetArgs;
use super::input::Input;
use super::output::columns;
use super::settings::Settings;
use super::{Failure, ModelArgs, Outcome};
use crate::words::{Message, message};

/// Prints the settings that count for a file, and where each comes from.
pub(super) fn show(
    path: &Path,
    args: &ModelArgs,
    budgets: &BudgetArgs,
    out: &mut impl Write,
) -> Result<Outcome, Failure> {
    let mut settings = Settings::with_budgets(args, budgets, false)?;
    let path = Input::named(path).path;
    let counts = settings.of(&path)?.counts;
    let say = |message: Message| counts.request.language.say(&message);
    let mut lines: Vec<[String; 3]> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |name: &str, value: String, from: String| {
        // Budgets of all files apply, metric by metric; of another setting, the nearest file's.
        if matches!(name, "budgets" | "per_file") || seen.insert(name.to_owned()) {
            lines.push([name.to_owned(), value, from]);
        }
    };
    let size = |[height, width]: [i64; 2]| format!("[{height}, {width}]");
    let flags = [
        ("scale", args.scale.clone()),
        ("imgsz", args.imgsz.map(size)),
        ("channels", args.channels.map(|channels| channels.to_string())),
        ("convention", args.convention.map(|convention| convention.name().to_owned())),
    ];
    for (name, value) in flags {
        if let Some(value) = value {
            add(name, value, format!("--{name}"));
        }
    }
    for (name, file) in settings.files(&path) {
        for (setting, value, span) in file.entries() {
            add(&setting, written(value), file.place(&name, span));
        }
    }
    let default = say(message!("by-default"));
    add("imgsz", size(counts.request.options.imgsz), default.clone());
    add("convention", counts.request.options.convention.name().to_owned(), default);
    lines.sort_by(|a, b| a[0].cmp(&b[0]));
    let lines: Vec<Vec<String>> = lines.into_iter().map(Vec::from).collect();
    columns(&lines, &[false; 3], out)?;
    let framework = &counts.framework.choice.framework;
    writeln!(out, "\n{}", say(message!("framework-counts", name = framework.described())))?;
    writeln!(out, "  {}", say(message!("framework-why", why = framework.why)))?;
    Ok(Outcome::Clean)
}

/// A value as settings files write it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(false) => "off".to_owned(),
        other => other.to_string(),
    }
}
