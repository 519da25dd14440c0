//! Settings of files, in layers: what was switched for a file, flags or the editor's section, `.yolint.yaml`.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{self, Files, absolute};
use super::framework::{Choice, Surroundings, choose};
use crate::analysis::Options;
use crate::budget::{Baselines, Budgets};
use crate::check::Request;
use crate::config::{self, Config, FrameworkSetting};
use crate::dialect::{self, Dialect, SourceDialect};
use crate::text::stem;

/// What is known of the files of a run of the command line, or of an editor's workspace.
#[derive(Default)]
pub struct Project {
    /// The settings of flags or of the editor; they override those of `.yolint.yaml`.
    pub own: Config,
    /// What a framework is chosen by besides the settings.
    pub surroundings: Surroundings,
    /// Budgets of flags.
    pub flags: Budgets,
    /// The files that are read for frameworks.
    pub files: Arc<Files>,
    /// The settings of the file that `--config` names.
    named: Option<Config>,
    /// The settings of each folder's nearest `.yolint.yaml`.
    by_folder: HashMap<PathBuf, Config>,
    /// Settings files that were read.
    read: HashMap<PathBuf, Config>,
    baselines: Baselines,
    choices: HashMap<ChoiceKey, Arc<Choice>>,
    dialects: HashMap<(Vec<PathBuf>, String), Arc<dyn Dialect>>,
    problems: Vec<String>,
    reported: BTreeSet<String>,
}

/// All that the choice of a framework depends on: a file's folder, and the settings `framework` and `python`.
type ChoiceKey = (PathBuf, Option<FrameworkSetting>, Option<PathBuf>);

/// What counts for a file.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    /// The settings of all layers.
    pub config: Config,
    /// The request that checks it.
    pub request: Request,
    /// Whether it is a model file according to the settings; none if they don't mention it.
    pub is_model: Option<bool>,
}

impl Project {
    /// Makes a project of the settings of flags or of an editor.
    pub fn new(own: Config, surroundings: Surroundings) -> Project {
        Project { own, surroundings, ..Project::default() }
    }

    /// Makes a project that knows nothing yet, for another thread: with the same settings and the same files.
    pub fn fresh(&self) -> Project {
        let mut fresh = Project::new(self.own.clone(), self.surroundings.clone());
        fresh.files = self.files.clone();
        fresh
    }

    /// Takes a settings file in place of each `.yolint.yaml`.
    ///
    /// # Errors
    /// A sentence if it can't be read.
    pub fn name_settings(&mut self, path: &Path) -> Result<(), String> {
        let text = files::read(path)?;
        self.named = Some(self.parse(path, &text));
        Ok(())
    }

    /// Returns what counts for the file at `path`, with a sentence if its budgets can't be used as they are meant; what is
    /// `switched` overrides all settings.
    pub fn settings(&mut self, path: &Path, switched: &Config) -> (FileSettings, Option<String>) {
        // Settings apply below their folder, so a relative path must be made absolute first.
        let path = &absolute(path);
        let workspace = self.surroundings.workspace.iter().filter(|folder| path.starts_with(folder));
        let workspace = workspace.max_by_key(|folder| folder.as_os_str().len());
        let own = self.own.clone().in_folder(workspace.map_or(Path::new(""), PathBuf::as_path));
        let project = match &self.named {
            Some(named) => named.clone(),
            None => path.parent().map(|folder| self.of_folder(folder)).unwrap_or_default(),
        };
        let config = switched.or(&own.or(&project));
        let mut request = config.request(&stem(path));
        request.options.dialect = self.dialect(path, &config);
        let (budgets, problem) = self.budgets(path, &config, &request.options);
        request.lint.budgets = budgets;
        let is_model = config.is_model_file(path);
        (FileSettings { config, request, is_model }, problem)
    }

    /// Returns the framework that counts for the file at `path`, whose settings are known.
    pub fn choice(&mut self, path: &Path, config: &Config) -> Arc<Choice> {
        let path = absolute(path);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let key = (folder, config.framework.clone(), config.python.clone());
        if let Some(known) = self.choices.get(&key) {
            return known.clone();
        }
        let (framework, python) = (config.framework.as_ref(), config.python.as_deref());
        let choice = choose(&path, framework, python, &self.surroundings, &self.files);
        self.report(choice.problem.iter().cloned());
        let choice = Arc::new(choice);
        self.choices.insert(key, choice.clone());
        choice
    }

    /// The dialect of the framework that counts for a file. Files of one framework share it.
    fn dialect(&mut self, path: &Path, config: &Config) -> Arc<dyn Dialect> {
        let choice = self.choice(path, config);
        let Some(source) = &choice.framework.source else { return dialect::builtin() };
        if let Some(known) = self.dialects.get(&(choice.roots.clone(), source.module.clone())) {
            return known.clone();
        }
        let imports = Arc::new(choice.imports(&self.files));
        let made: Arc<dyn Dialect> = Arc::new(SourceDialect::new(imports, &source.module));
        self.dialects.insert((choice.roots.clone(), source.module.clone()), made.clone());
        made
    }

    /// The budgets of a file, and what is wrong with them.
    fn budgets(&mut self, path: &Path, config: &Config, options: &Options) -> (Budgets, Option<String>) {
        let mut budgets = config.budgets(path);
        budgets.flags.clone_from(&self.flags.flags);
        budgets.what_ifs = self.flags.what_ifs;
        if let Some(baseline) = &self.flags.baseline_path {
            budgets.baseline_path = Some(baseline.clone());
        }
        let unusable = self.baselines.resolve(&mut budgets, options, files::read).err();
        let problem = unusable.or_else(|| budgets.problem());
        (budgets, problem)
    }

    fn of_folder(&mut self, folder: &Path) -> Config {
        if let Some(config) = self.by_folder.get(folder) {
            return config.clone();
        }
        let config = match config::find(folder, Path::is_file) {
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
        let config = match files::read(path) {
            _ if is_empty => Config::default(),
            Ok(text) => self.parse(path, &text),
            Err(problem) => {
                self.report([problem]);
                Config::default()
            }
        };
        self.read.insert(path.to_owned(), config.clone());
        config
    }

    fn parse(&mut self, path: &Path, text: &str) -> Config {
        let (config, problems) = config::parse(text);
        self.report(problems.into_iter().map(|problem| format!("{}: {problem}", path.display())));
        config.in_folder(absolute(path).parent().unwrap_or(Path::new("")))
    }

    /// Reads everything anew from now on.
    pub fn forget(&mut self) {
        self.by_folder.clear();
        self.read.clear();
        self.choices.clear();
        self.dialects.clear();
        self.baselines = Baselines::default();
    }

    /// Adds problems with settings to those that [`Project::take_problems`] returns, each once and for all.
    pub fn report(&mut self, problems: impl IntoIterator<Item = String>) {
        for problem in problems {
            if self.reported.insert(problem.clone()) {
                self.problems.push(problem);
            }
        }
    }

    /// Returns the problems that nobody has taken yet.
    pub fn take_problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }
}
