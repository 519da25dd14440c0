//! `yolint check --show-settings`: which settings count for a file, and where each comes from.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::budgets::BudgetArgs;
use super::input::Input;
use super::settings::Settings;
use super::{Failure, ModelArgs, Outcome, language};

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
    let default = "default".to_owned();
    add("imgsz", size(counts.request.options.imgsz), default.clone());
    add("convention", counts.request.options.convention.name().to_owned(), default);
    lines.sort_by(|a, b| a[0].cmp(&b[0]));
    let [names, values] = [0, 1].map(|k| lines.iter().map(|line| line[k].chars().count()).max().unwrap_or(0));
    for [name, value, from] in &lines {
        writeln!(out, "{name:<names$}  {value:<values$}  {from}")?;
    }
    writeln!(
        out,
        "\nframework: {}\n  why: {}",
        language::say(&counts.framework.choice.framework.described()),
        language::say(&counts.framework.choice.framework.why)
    )?;
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
