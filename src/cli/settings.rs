//! Settings of the checked files: flags, then the file that `--config` names or the nearest `.yolint.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::budgets::BudgetArgs;
use super::{ModelArgs, input};
use crate::budget::{Baselines, Budgets, Limit};
use crate::config::{self, Config};

/// Settings from flags and files.
pub(super) struct Settings {
    flags: Config,
    /// The file that `--config` names.
    named: Option<Config>,
    /// Settings by folder.
    by_folder: BTreeMap<PathBuf, Config>,
    /// Settings files that were read, so that problems are reported once.
    read: BTreeMap<PathBuf, Config>,
    /// Budgets of flags.
    budgets: BudgetArgs,
    what_ifs: bool,
    baselines: Baselines,
    /// Problems with budgets that were reported, so that each is reported once.
    told: BTreeSet<String>,
}

/// Returns the settings of a file.
pub(super) struct FileSettings {
    /// Settings, including flags.
    pub(super) config: Config,
    /// Budgets; a message if a flag is invalid.
    pub(super) budgets: Result<Budgets, String>,
}

impl Settings {
    /// Reads flags and the `--config` file.
    pub(super) fn new(args: &ModelArgs) -> Result<Settings, String> {
        let flags = Config { imgsz: args.imgsz, convention: args.convention, ..Config::default() };
        let mut settings = Settings {
            flags,
            named: None,
            by_folder: BTreeMap::new(),
            read: BTreeMap::new(),
            budgets: BudgetArgs::default(),
            what_ifs: false,
            baselines: Baselines::default(),
            told: BTreeSet::new(),
        };
        if let Some(path) = &args.config {
            settings.named = Some(read(path, &input::read(path)?));
        }
        Ok(settings)
    }

    /// Adds budgets of flags; `what_ifs` enables alternatives that meet an exceeded budget.
    pub(super) fn with_budgets(mut self, budgets: &BudgetArgs, what_ifs: bool) -> Settings {
        self.budgets = budgets.clone();
        self.what_ifs = what_ifs;
        self
    }

    /// Returns the settings of a file.
    pub(super) fn of(&mut self, path: &Path) -> FileSettings {
        let project = match &self.named {
            Some(named) => named.clone(),
            None => self.of_folder(path.parent().unwrap_or(Path::new(""))),
        };
        let config = self.flags.or(&project);
        let budgets = self.budgets(&config, path);
        FileSettings { config, budgets }
    }

    fn budgets(&mut self, config: &Config, path: &Path) -> Result<Budgets, String> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut budgets = config.budgets(&whole);
        budgets.flags = self.budgets.budgets();
        budgets.what_ifs = self.what_ifs;
        if let Some(baseline) = &self.budgets.baseline {
            budgets.baseline_path = Some(baseline.clone());
        }
        let resolved = self.baselines.resolve(&mut budgets, &config.options(), input::read);
        let is_of_flag = |limit: Limit| matches!(limit, Limit::Relative(_));
        let flag_needs_it = budgets.flags.iter().any(|budget| is_of_flag(budget.limit));
        for problem in resolved.err().into_iter().chain(budgets.problem()) {
            if self.budgets.baseline.is_some() || flag_needs_it {
                return Err(problem);
            }
            if self.told.insert(problem.clone()) {
                eprintln!("yolint: {problem}");
            }
        }
        Ok(budgets)
    }

    fn of_folder(&mut self, folder: &Path) -> Config {
        if let Some(config) = self.by_folder.get(folder) {
            return config.clone();
        }
        // Settings apply below their folder, so a relative path must be made absolute first.
        let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let config = match config::find(&whole, Path::is_file) {
            Some(path) => self.of_file(&path),
            None => Config::default(),
        };
        self.by_folder.insert(folder.to_owned(), config.clone());
        config
    }

    fn of_file(&mut self, path: &Path) -> Config {
        if let Some(config) = self.read.get(path) {
            return config.clone();
        }
        // An empty settings file sets nothing, which isn't an error.
        let is_empty = path.metadata().is_ok_and(|metadata| metadata.len() == 0);
        let config = match input::read(path) {
            _ if is_empty => Config::default(),
            Ok(text) => read(path, &text),
            Err(problem) => {
                eprintln!("yolint: {problem}");
                Config::default()
            }
        };
        self.read.insert(path.to_owned(), config.clone());
        config
    }
}

fn read(path: &Path, text: &str) -> Config {
    let (config, problems) = config::parse(text);
    for problem in problems {
        eprintln!("yolint: {}: {problem}", path.display());
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    config.in_folder(whole.parent().unwrap_or(Path::new("")))
}
