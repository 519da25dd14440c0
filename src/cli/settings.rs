//! Settings of files on the command line. A settings file that can't be used ends the command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::budgets::BudgetArgs;
use super::input::Input;
use super::{ModelArgs, language};
use crate::budget::Limit;
use crate::config::{Config, SettingsFile, Sought};
use crate::project::{self, Project, Surroundings, Variables};
use crate::words::Message;

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
    pub(super) invalid: Option<Message>,
}

impl FileSettings {
    /// Whether the file is passed over: the settings exclude it, and the user didn't name it.
    pub(super) fn excludes(&self, input: &Input) -> bool {
        self.counts.is_model == Some(false) && !input.named
    }
}

/// Problems, each in a line of its own.
fn joined(problems: Vec<Message>) -> String {
    problems.into_iter().map(language::said).collect::<Vec<_>>().join("\nyolint: ")
}

impl Settings {
    /// Reads flags and the `--config` file.
    pub(super) fn new(args: &ModelArgs) -> Result<Settings, String> {
        Settings::with_budgets(args, &BudgetArgs::default(), false)
    }

    /// Reads flags and the `--config` file; `what_ifs` enables alternatives that meet an exceeded budget.
    pub(super) fn with_budgets(args: &ModelArgs, budgets: &BudgetArgs, what_ifs: bool) -> Result<Settings, String> {
        let flags = Config {
            imgsz: args.imgsz,
            channels: args.channels,
            data: args.data.clone().map(Sought::At),
            convention: args.convention,
            framework: args.framework.clone(),
            fused: args.fused.then_some(true),
            language: language::flag(),
            ..Config::default()
        };
        let workspace = std::env::current_dir().into_iter().collect();
        let variables = Variables::of_process();
        let mut project = Project::new(flags, Surroundings { workspace, variables, language: language::spoken() });
        project.files.look_afresh();
        project.classes = args.nc;
        project.flags = budgets.budgets(what_ifs);
        let is_relative = |limit: Limit| matches!(limit, Limit::Relative(_));
        let need_baseline =
            project.flags.baseline_path.is_some() || project.flags.flags.iter().any(|budget| is_relative(budget.limit));
        if let Some(path) = &args.config {
            project.name_settings(path).map_err(language::said)?;
        }
        if project.misread {
            return Err(joined(project.take_problems()));
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
            return Err(joined(self.project.take_problems()));
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

    /// Takes a text for that of a file of a framework from now on.
    pub(super) fn edit(&self, path: &Path, text: &str) {
        self.project.files.set_open(path, Some(text.into()));
    }

    /// Prints problems with settings that weren't printed yet.
    fn tell(&mut self) {
        for problem in self.project.take_problems() {
            language::tell(&problem);
        }
    }
}
