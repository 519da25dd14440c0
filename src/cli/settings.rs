//! Settings of files on the command line. A settings file that can't be used ends the command.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::budgets::BudgetArgs;
use super::check::{CheckArgs, Failure};
use super::input::Input;
use super::{ModelArgs, Outcome};
use crate::budget::Limit;
use crate::config::{Config, SettingsFile};
use crate::project::{self, Project, Surroundings, Variables};

/// Settings from flags and files.
pub(super) struct Settings {
    project: Project,
    /// Whether flags need a baseline.
    need_baseline: bool,
    /// Whether the budgets of a settings file can't be used.
    pub(super) lacks_budgets: bool,
}

/// Settings of a file.
pub(super) struct FileSettings {
    /// What counts for it.
    pub(super) counts: project::FileSettings,
    /// A message if a flag is invalid for it.
    pub(super) invalid: Option<String>,
}

impl Settings {
    /// Reads flags and the `--config` file.
    pub(super) fn new(args: &ModelArgs) -> Result<Settings, String> {
        Settings::with_budgets(args, &BudgetArgs::default(), false)
    }

    /// Reads flags and the `--config` file; `what_ifs` enables alternatives that meet an exceeded budget.
    pub(super) fn with_budgets(args: &ModelArgs, budgets: &BudgetArgs, what_ifs: bool) -> Result<Settings, String> {
        let flags = Config { imgsz: args.imgsz, convention: args.convention, ..Config::default() };
        let workspace = std::env::current_dir().into_iter().collect();
        let mut project = Project::new(flags, Surroundings { workspace, variables: Variables::of_process() });
        project.flags = budgets.budgets(what_ifs);
        let is_relative = |limit: Limit| matches!(limit, Limit::Relative(_));
        let need_baseline =
            project.flags.baseline_path.is_some() || project.flags.flags.iter().any(|budget| is_relative(budget.limit));
        if let Some(path) = &args.config {
            project.name_settings(path)?;
        }
        if project.misread {
            return Err(project.take_problems().join("\nyolint: "));
        }
        Ok(Settings { project, need_baseline, lacks_budgets: false })
    }

    /// Returns the settings of a file.
    ///
    /// # Errors
    /// What is wrong with its settings files.
    pub(super) fn of(&mut self, path: &Path) -> Result<FileSettings, String> {
        let (counts, problem) = self.project.settings(path, &Config::default());
        if self.project.misread {
            return Err(self.project.take_problems().join("\nyolint: "));
        }
        let (invalid, told) = if self.need_baseline { (problem, None) } else { (None, problem) };
        self.lacks_budgets |= told.is_some();
        self.project.report(told);
        self.tell();
        Ok(FileSettings { counts, invalid })
    }

    /// Returns the settings of a file; what is wrong with them is only printed.
    pub(super) fn of_damaged(&mut self, path: &Path) -> project::FileSettings {
        let (counts, _) = self.project.settings(path, &Config::default());
        self.tell();
        counts
    }

    /// The settings files that count for a file, the nearest first, each with its name for messages.
    pub(super) fn files(&mut self, path: &Path) -> Vec<(PathBuf, Arc<SettingsFile>)> {
        let files = self.project.settings_files(path).into_iter();
        files.map(|file| (self.project.name(&file.source.path), file)).collect()
    }

    /// Prints problems with settings that weren't printed yet.
    fn tell(&mut self) {
        for problem in self.project.take_problems() {
            eprintln!("yolint: {problem}");
        }
    }
}

/// Prints the settings that count for a file, and where each comes from.
pub(super) fn show(path: &Path, args: &CheckArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut settings = Settings::with_budgets(&args.model, &args.budgets, false)?;
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
        ("scale", args.model.scale.clone()),
        ("imgsz", args.model.imgsz.map(size)),
        ("convention", args.model.convention.map(|convention| convention.name().to_owned())),
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
        counts.framework.choice.framework, counts.framework.choice.framework.why
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
