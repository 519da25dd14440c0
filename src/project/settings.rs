//! Settings of files, in layers: what was switched for a file, flags or the editor's section, `.yolint.yaml`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{self, Files, ImportPath, absolute};
use super::framework::{self, Choice, Surroundings, choose, is_builtin, is_entry};
use super::{dataset, models};
use crate::analysis::Options;
use crate::budget::{Baselines, Budgets};
use crate::check::Request;
use crate::config::{self, Config, FrameworkSetting, SettingsFile, Sought};
use crate::dialect::{self, Dataset, Dialect, HAS_FILES, SourceDialect};
use crate::text::{SourceFile, Span};
use crate::weights::Base;
use crate::words::{Language, Message, message};

/// What is known of the files of a run of the command line, or of an editor's workspace.
#[derive(Default)]
pub struct Project {
    /// The settings of flags or of the editor; they override those of `.yolint.yaml`.
    pub own: Config,
    /// What a framework is chosen by besides the settings.
    pub surroundings: Surroundings,
    /// The number of classes that a flag gives; it overrides what the dataset's file says.
    pub classes: Option<i64>,
    /// Budgets of flags.
    pub flags: Budgets,
    /// The files that are read for frameworks.
    pub files: Arc<Files>,
    /// Whether the only dataset of a workspace's folder counts where no setting names one.
    pub finds_data: bool,
    /// Whether a settings file, or the file that `framework` names, can't be used as it is meant.
    pub misread: bool,
    /// The settings of the file that `--config` names.
    named: Option<Layers>,
    /// The settings of each folder's nearest settings file.
    by_folder: HashMap<PathBuf, Layers>,
    /// Settings files that were read, with those that they extend.
    read: HashMap<PathBuf, Layers>,
    baselines: Baselines,
    /// The models whose weights are loaded, by their paths.
    bases: HashMap<PathBuf, Option<Arc<Base>>>,
    /// The files of datasets that were read.
    datasets: HashMap<PathBuf, Dataset>,
    /// The only dataset of each folder of the workspace.
    data: HashMap<PathBuf, Option<PathBuf>>,
    frameworks: HashMap<FrameworkKey, Arc<Chosen>>,
    programs: HashMap<ProgramKey, Program>,
    /// The packages that were taken for the release which is built in.
    published: HashSet<PathBuf>,
    problems: Vec<Message>,
    reported: HashSet<Message>,
}

/// All that the choice of a framework depends on: a file's folder, and the settings `framework`, `python` and `modules`.
type FrameworkKey = (PathBuf, Option<FrameworkSetting>, Option<PathBuf>, Option<Vec<PathBuf>>);

/// All that a framework's source depends on: where imports are looked for, its module, and further files.
type ProgramKey = (Vec<PathBuf>, String, Vec<PathBuf>);

/// What a framework's source is read through, and what it makes of files.
type Program = (Arc<ImportPath>, Arc<dyn Dialect>);

/// A settings file and those that it extends, one after the other.
#[derive(Clone, Debug, Default)]
struct Layers {
    config: Config,
    files: Vec<Arc<SettingsFile>>,
}

/// The most files that extend each other.
const MAX_EXTENDED: usize = 16;

/// What counts for a file.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    /// The settings of all layers.
    pub config: Config,
    /// The request that checks it.
    pub request: Request,
    /// Whether it is a model file according to the settings; none if they don't mention it.
    pub is_model: Option<bool>,
    /// The framework that it is read with.
    pub framework: Arc<Chosen>,
}

/// The framework that counts for a file, ready to use.
#[derive(Debug)]
pub struct Chosen {
    /// Why it counts, and what else there is.
    pub choice: Choice,
    /// What it makes of files.
    pub dialect: Arc<dyn Dialect>,
    /// What its source is read through; none if the built-in modules are used.
    pub imports: Option<Arc<ImportPath>>,
}

impl Default for Chosen {
    fn default() -> Chosen {
        Chosen { choice: Choice::default(), dialect: dialect::builtin(), imports: None }
    }
}

impl Project {
    /// Makes a project of the settings of flags or of an editor.
    pub fn new(own: Config, surroundings: Surroundings) -> Project {
        Project { own, surroundings, ..Project::default() }
    }

    /// The language of what belongs to no file.
    pub fn language(&self) -> Language {
        self.own.language.unwrap_or(self.surroundings.language)
    }

    /// Makes a project that knows nothing yet, for another thread: with the same settings and the same files.
    pub fn fresh(&self) -> Project {
        let mut fresh = Project::new(self.own.clone(), self.surroundings.clone());
        fresh.files = self.files.clone();
        fresh.classes = self.classes;
        fresh.finds_data = self.finds_data;
        fresh
    }

    /// Takes a settings file in place of each `.yolint.yaml`.
    ///
    /// # Errors
    /// A sentence if it can't be read.
    pub fn name_settings(&mut self, path: &Path) -> Result<(), Message> {
        let text = files::read(path)?.text;
        self.named = Some(self.of_text(path, text, 0));
        Ok(())
    }

    /// Returns what counts for the file at `path`, with a sentence if its budgets can't be used as they are meant; what is
    /// `switched` overrides all settings.
    pub fn settings(&mut self, path: &Path, switched: &Config) -> (FileSettings, Option<Message>) {
        // Settings apply below their folder, so a relative path must be made absolute first.
        let path = &absolute(path);
        let workspace = self.surroundings.workspace.iter().filter(|folder| path.starts_with(folder));
        let workspace = workspace.max_by_key(|folder| folder.as_os_str().len()).cloned();
        let own = self.own.clone().in_folder(workspace.as_deref().unwrap_or(Path::new("")));
        let mut config = switched.or(&own.or(&self.layers(path).config));
        if let Some(folder) = workspace.filter(|_| self.finds_data && config.data.is_none()) {
            let only = self.data.entry(folder).or_insert_with_key(|folder| dataset::only_one(folder)).clone();
            config.data = only.map(Sought::At);
        }
        let mut request = config.request(path);
        let data = config.data.as_ref().and_then(Sought::path);
        request.data = data.map(|path| self.name(path).display().to_string()).unwrap_or_default();
        request.language = config.language.unwrap_or(self.surroundings.language);
        let framework = self.framework(path, &config);
        // What a person says of modules counts where no source does.
        if framework.imports.is_some() {
            request.options.dialect = framework.dialect.clone();
        }
        request.framework = Some(framework.choice.framework.title(&self.surroundings.workspace));
        request.options.dataset = self.dataset(&config);
        let (budgets, problem) = self.budgets(path, &config);
        request.lint.budgets = budgets;
        request.lint.pretrained = self.pretrained(&config, &framework);
        let is_model = config.is_model_file(path);
        (FileSettings { config, request, is_model, framework }, problem)
    }

    /// Returns what counts for a file of the workspace that isn't open; none if it is no model file by its settings.
    pub fn unopened(&mut self, path: &Path) -> Option<FileSettings> {
        let (settings, _) = self.settings(path, &Config::default());
        (settings.is_model != Some(false)).then_some(settings)
    }

    /// Returns what the dataset says of models; `channels` counts before its file.
    fn dataset(&mut self, config: &Config) -> Dataset {
        let set = config.options().dataset;
        let set = Dataset { classes: self.classes, ..set };
        let Some(path) = config.data.as_ref().and_then(Sought::path) else { return set };
        let read = self.datasets.get(path).copied().unwrap_or_else(|| {
            let read = dataset::read(path);
            self.misread |= read.is_err();
            self.report(read.as_ref().err().cloned());
            let read = read.unwrap_or_default();
            self.datasets.insert(path.to_owned(), read);
            read
        });
        Dataset { channels: config.channels.unwrap_or(read.channels), classes: self.classes.or(read.classes), ..read }
    }

    /// Returns the model whose weights are loaded before training.
    fn pretrained(&mut self, config: &Config, framework: &Chosen) -> Option<Arc<Base>> {
        let path = config.pretrained.as_ref()?.path()?;
        if let Some(known) = self.bases.get(path) {
            return known.clone();
        }
        let found = models::base(path, &framework.choice);
        let name = self.name(path);
        let missing = || message!("pretrained-absent", name = name.display());
        let problem = match &found {
            Ok(None) => Some(missing()),
            Err(why) => Some(message!("setting-of", name = "pretrained", problem = why)),
            Ok(Some(_)) => None,
        };
        self.misread |= problem.is_some();
        self.report(problem);
        let options = Options { dialect: framework.dialect.clone(), ..config.options() };
        let base = found.ok().flatten().map(|base| Arc::new(base.prepared(&options)));
        self.bases.insert(path.to_owned(), base.clone());
        base
    }

    /// Returns the framework that counts for the file at `path`, whose settings are known.
    fn framework(&mut self, path: &Path, config: &Config) -> Arc<Chosen> {
        if !HAS_FILES {
            return Arc::default();
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let modules = config.modules.as_ref().map(|modules| modules.files.clone());
        let key = (folder, config.framework.clone(), config.python.clone(), modules.clone());
        if let Some(known) = self.frameworks.get(&key) {
            return known.clone();
        }
        let (framework, python) = (config.framework.as_ref(), config.python.as_deref());
        let choice = choose(path, framework, python, &self.surroundings, &self.files);
        self.misread |= choice.problem.is_some();
        self.report(choice.problem.clone().into_iter().chain(choice.confusion(&self.files)));
        let chosen = Arc::new(match self.program(&choice, modules.as_deref().unwrap_or_default()) {
            Some((imports, dialect)) => Chosen { choice, dialect, imports: Some(imports) },
            None => Chosen { choice, ..Chosen::default() },
        });
        self.frameworks.insert(key, chosen.clone());
        chosen
    }

    /// What a framework's source is read through, and what it makes of files; none if the built-in modules are used.
    fn program(&mut self, choice: &Choice, modules: &[PathBuf]) -> Option<Program> {
        let source = choice.framework.source.as_ref()?;
        if is_builtin(source, &self.files) {
            self.published.insert(source.package.clone());
            return None;
        }
        let key = (choice.roots.clone(), source.module.clone(), modules.to_vec());
        let program = self.programs.entry(key).or_insert_with(|| {
            let beside = modules.iter().filter_map(|file| file.parent()).map(Path::to_owned);
            let roots: Vec<PathBuf> = choice.roots.iter().cloned().chain(beside).collect();
            let imports = ImportPath::new(self.files.clone(), &roots).with_package(source.name(), &source.package);
            let imports = Arc::new(imports);
            let dialect = SourceDialect::new(imports.clone(), &source.module)
                .with_modules(modules.iter().map(|file| file.to_string_lossy().into_owned()).collect());
            // Where `import` may take another package, rules compare the two.
            let dialect = match choice.installed(&self.files) {
                Some(other) => {
                    let imports = ImportPath::new(self.files.clone(), std::slice::from_ref(&other.root));
                    dialect.with_installed(SourceDialect::new(Arc::new(imports), &other.module))
                }
                None => dialect,
            };
            (imports, Arc::new(dialect))
        });
        Some(program.clone())
    }

    /// The budgets of a file, and what is wrong with them.
    fn budgets(&mut self, path: &Path, config: &Config) -> (Budgets, Option<Message>) {
        let mut budgets = config.budgets(path);
        budgets.flags.clone_from(&self.flags.flags);
        budgets.what_ifs = self.flags.what_ifs;
        if let Some(baseline) = &self.flags.baseline_path {
            budgets.baseline_path = Some(baseline.clone());
        }
        // A baseline costs what it does with its own framework.
        let dialect =
            budgets.baseline_path.clone().map(|path| self.framework(&absolute(&path), config).dialect.clone());
        let options = Options { dataset: self.dataset(config), ..config.options() };
        let options = Options { dialect: dialect.unwrap_or_else(|| options.dialect.clone()), ..options };
        let unusable =
            self.baselines.resolve(&mut budgets, &options, |path| files::read(path).map(|read| read.text)).err();
        let problem = unusable.or_else(|| budgets.problem());
        (budgets, problem)
    }

    /// Returns the settings files that count for the file at `path`, the nearest first.
    pub fn settings_files(&mut self, path: &Path) -> Vec<Arc<SettingsFile>> {
        self.layers(&absolute(path)).files
    }

    fn layers(&mut self, path: &Path) -> Layers {
        match &self.named {
            Some(named) => named.clone(),
            None => path.parent().map(|folder| self.of_folder(folder)).unwrap_or_default(),
        }
    }

    fn of_folder(&mut self, folder: &Path) -> Layers {
        if let Some(layers) = self.by_folder.get(folder) {
            return layers.clone();
        }
        let layers = match config::find(folder, has_settings) {
            Some(path) => self.of_file(&path, None, 0),
            None => Layers::default(),
        };
        self.by_folder.insert(folder.to_owned(), layers.clone());
        layers
    }

    /// Reads a settings file and what it extends; `depth` files extend it, the last one at `asked`.
    fn of_file(&mut self, path: &Path, asked: Option<&str>, depth: usize) -> Layers {
        if let Some(layers) = self.read.get(path) {
            return layers.clone();
        }
        // An empty settings file sets nothing, which isn't an error.
        let is_small = path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < 4096);
        let is_empty =
            is_small && fs::read(path).is_ok_and(|bytes| bytes.iter().all(|byte| byte.is_ascii_whitespace()));
        let text = if is_empty { Ok(String::new()) } else { files::read(path).map(|read| read.text) };
        match text {
            Ok(text) => self.of_text(path, text, depth),
            Err(problem) => {
                self.misread = true;
                self.report([match asked {
                    Some(name) => message!("of-file", name, why = problem),
                    None => problem,
                }]);
                Layers::default()
            }
        }
    }

    /// Takes the text of a settings file, which may come through a pipe and so can't be read again.
    fn of_text(&mut self, path: &Path, text: String, depth: usize) -> Layers {
        let Some(file) = SettingsFile::read(SourceFile::new(path, text)) else { return Layers::default() };
        let name = self.name(path);
        self.misread |= !file.problems.is_empty();
        self.report(file.problems.iter().map(|(span, why)| message!("of-file", name = file.place(&name, *span), why)));
        let mut config = file.config.clone().in_folder(absolute(path).parent().unwrap_or(Path::new("")));
        let mut files = vec![Arc::new(file)];
        if let Some(extended) = &config.extend {
            let asked =
                files[0].entries().find(|(name, ..)| name == "extend").map_or(Span::default(), |(.., span)| span);
            let place = files[0].place(&name, asked);
            if depth < MAX_EXTENDED {
                let extended = self.of_file(&absolute(extended), Some(&place), depth + 1);
                config = config.or(&extended.config);
                files.extend(extended.files);
            } else {
                self.misread = true;
                self.report([message!("extend-circle", name = place)]);
            }
        }
        let layers = Layers { config, files };
        self.read.insert(path.to_owned(), layers.clone());
        layers
    }

    /// A path as messages name it: relative to the folder that it is worked in.
    pub fn name(&self, path: &Path) -> PathBuf {
        let within = self.surroundings.workspace.iter().find_map(|folder| path.strip_prefix(folder).ok());
        within.unwrap_or(path).to_owned()
    }

    /// Reads settings anew from now on, and looks anew for frameworks.
    pub fn forget(&mut self) {
        self.misread = false;
        self.by_folder.clear();
        self.read.clear();
        self.datasets.clear();
        self.data.clear();
        self.bases.clear();
        self.frameworks.clear();
        self.baselines = Baselines::default();
    }

    /// Whether what counts for files may change with the file at `path`.
    pub fn depends_on(&self, path: &Path) -> bool {
        let is_read = || self.programs.values().any(|(imports, _)| imports.has_asked_for(path));
        config::is_settings_file(path)
            || path.ends_with(config::PYPROJECT)
            || self.read.contains_key(path)
            || is_entry(path)
            || self.datasets.contains_key(path)
            || self.bases.contains_key(path)
            || is_read()
            || self.is_beside_builtin(path)
    }

    /// Whether a path is one of Python in a package that was taken for the release which is built in.
    fn is_beside_builtin(&self, path: &Path) -> bool {
        files::is_python(path) && self.published.iter().any(|package| path.starts_with(package))
    }

    /// Whether another framework may count for files now that the file at `path` has changed: source came or went, or is
    /// that of the built-in release no more, or again.
    pub fn is_choice_stale(&self, path: &Path) -> bool {
        let is_read = || self.programs.values().any(|(imports, _)| imports.has_asked_for(path));
        if is_entry(path) && (!is_read() || !framework::defines_parse_model(&self.files, path)) {
            return true;
        }
        self.frameworks.values().any(|chosen| {
            let source = chosen.choice.framework.source.as_ref().filter(|source| path.starts_with(&source.package));
            source.is_some_and(|source| is_builtin(source, &self.files) == chosen.imports.is_some())
        })
    }

    /// Adds problems with settings to those that [`Project::take_problems`] returns, each once and for all.
    pub fn report(&mut self, problems: impl IntoIterator<Item = Message>) {
        for problem in problems {
            if self.reported.insert(problem.clone()) {
                self.problems.push(problem);
            }
        }
    }

    /// Returns the problems that nobody has taken yet.
    pub fn take_problems(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.problems)
    }
}

/// Whether there is a file with settings at a path.
fn has_settings(path: &Path) -> bool {
    if !path.ends_with(config::PYPROJECT) {
        // A link that leads nowhere was meant to lead to settings.
        return path.is_file() || path.is_symlink();
    }
    let text = path.is_file().then(|| files::read(path).ok()).flatten().map(|read| read.text);
    text.filter(|text| text.contains("yolint"))
        .is_some_and(|text| SettingsFile::read(SourceFile::new(path, text)).is_some())
}
