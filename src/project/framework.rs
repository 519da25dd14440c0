//! Which framework a model file is read with: the one that a setting names, the source that stands above the file, the one
//! that is installed, or the built-in one. Source is told by a `parse_model` at one of the places where frameworks have it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::environment::{Variables, editable_projects, entries, environments, real, subfolders};
use super::files::{Files, is_python};
use crate::config::FrameworkSetting;
use crate::dialect;
use crate::words::{Language, Message, message};

/// Where `parse_model` stands in a folder that holds a framework, or in its package.
const ENTRIES: [&str; 3] = ["ultralytics/nn/tasks.py", "models/yolo.py", "nn/tasks.py"];

/// A framework that a file could be read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// Where it comes from.
    pub kind: Kind,
    /// Its source; none of the built-in one.
    pub source: Option<Source>,
    /// Why it could be the one, as a sentence without its end.
    pub why: Message,
}

impl Framework {
    /// Returns its name.
    pub fn name(&self) -> &str {
        self.source.as_ref().map_or("ultralytics", Source::name)
    }

    /// Returns its version, if that is known.
    pub fn version(&self) -> Option<&str> {
        match &self.source {
            Some(source) => source.version.as_deref(),
            None => Some(dialect::RELEASE),
        }
    }
}

impl Framework {
    /// Returns its name, version and place, as figures that it makes are labelled: `Ultralytics 8.3.163, ./ultralytics`.
    pub fn title(&self, workspace: &[PathBuf]) -> Message {
        let name = if self.name() == "ultralytics" { "Ultralytics" } else { self.name() };
        let framework = with_version(name, self.version());
        let Some(source) = &self.source else { return message!("built-in", framework) };
        let package = &source.package;
        match workspace.iter().find_map(|folder| package.strip_prefix(folder).ok()) {
            Some(inside) => format!("{framework}, ./{}", inside.display()).into(),
            None => format!("{framework}, {}", package.display()).into(),
        }
    }

    /// Says what it is, with its place: `ultralytics 8.3.163 in ../fork`.
    pub fn described(&self) -> Message {
        let framework = with_version(self.name(), self.version());
        match &self.source {
            Some(source) => message!("framework-in", framework, folder = source.root.display()),
            None => message!("built-in", framework),
        }
    }
}

fn with_version(name: &str, version: Option<&str>) -> String {
    version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}"))
}

/// Where a framework comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// yolint itself.
    Builtin,
    /// A folder: one above the file, or one that a setting names.
    Folder,
    /// A Python environment.
    Environment,
}

impl Kind {
    /// Returns its name, as outputs for machines print it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Builtin => "builtin",
            Kind::Folder => "folder",
            Kind::Environment => "environment",
        }
    }
}

/// The source of a framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The folder from which its absolute imports start.
    pub root: PathBuf,
    /// The folder of its package: one in `root`, or `root` itself where the files of a package were published without its folder.
    pub package: PathBuf,
    /// The module that defines `parse_model`: `ultralytics.nn.tasks`.
    pub module: String,
    /// The version that its package names.
    pub version: Option<String>,
}

impl Source {
    /// Returns the path of the file that defines `parse_model`.
    pub fn entry(&self) -> PathBuf {
        let (_, below) = self.module.split_once('.').unwrap_or_default();
        self.package.join(below.replace('.', "/") + ".py")
    }

    /// Returns the name of its package, or of its module if that belongs to none.
    pub fn name(&self) -> &str {
        match self.module.as_str() {
            module @ ("models.yolo" | "nn.tasks") => module,
            module => module.split('.').next().unwrap_or(module),
        }
    }
}

/// Which framework counts for a file.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The framework that counts.
    pub framework: Framework,
    /// What else there is, in the order in which it would count.
    pub others: Vec<Framework>,
    /// The folders in which its imports are looked for, in order.
    pub roots: Vec<PathBuf>,
    /// What is wrong with the settings, as a sentence.
    pub problem: Option<Message>,
}

impl Default for Choice {
    fn default() -> Choice {
        let framework = Framework { kind: Kind::Builtin, source: None, why: "".into() };
        Choice { framework, others: Vec::new(), roots: Vec::new(), problem: None }
    }
}

impl Choice {
    /// Returns the installed package that `import` may take in place of the one that counts, if they differ.
    pub fn installed(&self, files: &Files) -> Option<&Source> {
        let counts = self.framework.source.as_ref().filter(|_| self.framework.kind == Kind::Folder)?;
        let mut installed = self.others.iter().filter(|other| other.kind == Kind::Environment);
        let installed = installed.find_map(|other| other.source.as_ref().filter(|s| s.name() == counts.name()))?;
        let is_same =
            installed.version == counts.version && files.text(&installed.entry()) == files.text(&counts.entry());
        (!is_same).then_some(installed)
    }

    /// Returns a sentence if `import` may take another package than the one that counts.
    pub fn confusion(&self, files: &Files) -> Option<Message> {
        let (counts, installed) = (self.framework.source.as_ref()?, self.installed(files)?);
        let name = counts.name();
        let version = installed
            .version
            .as_ref()
            .map_or(message!("package-the-one"), |version| message!("package-of-version", version));
        let (own, other) = (counts.root.display(), installed.root.display());
        Some(message!("framework-confusion", name, own, version, other))
    }
}

/// The files of a release that decide what its modules are, in its package.
const DECISIVE: [&str; 11] = [
    "nn/tasks.py",
    "nn/modules/__init__.py",
    "nn/modules/activation.py",
    "nn/modules/block.py",
    "nn/modules/conv.py",
    "nn/modules/head.py",
    "nn/modules/transformer.py",
    "nn/modules/utils.py",
    "utils/tal.py",
    "utils/torch_utils.py",
    "utils/ops.py",
];

/// The folders of its package in which people put modules of their own, each with what the release has there.
const HELD: [(&str, &[&str]); 3] = [
    ("", &["assets", "cfg", "data", "engine", "hub", "models", "nn", "optim", "solutions", "trackers", "utils"]),
    ("nn", &["autobackend.py", "backends", "distill_model.py", "modules", "tasks.py", "text_model.py"]),
    ("nn/modules", &["activation.py", "block.py", "conv.py", "head.py", "transformer.py", "utils.py"]),
];

/// How deeply folders are looked into that the release doesn't have.
const MOST_LEVELS: usize = 4;

/// The hash of the decisive files, one after the other, in the release that is built in.
const RELEASE_HASH: u64 = 0x18e0_8e09_0dcf_c9eb;

/// Whether source is that of the release which is built in, as it was published and with no classes beside it. The built-in
/// modules are the same, and more is known of them.
pub(super) fn is_builtin(source: &Source, files: &Files) -> bool {
    if source.version.as_deref() != Some(dialect::RELEASE) || source.module != "ultralytics.nn.tasks" {
        return false;
    }
    // FNV-1a: a hash that is the same everywhere.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in DECISIVE {
        let Some(text) = files.text(&source.package.join(file)) else { return false };
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash == RELEASE_HASH && !holds_more(source, files)
}

/// Whether somebody put classes of their own where modules stand: a row may mean one of them before anything imports it.
fn holds_more(source: &Source, files: &Files) -> bool {
    HELD.iter().any(|(folder, known)| {
        let is_more = |path: &PathBuf| path.file_name().is_none_or(|name| known.iter().all(|known| name != *known));
        entries(&source.package.join(folder)).filter(is_more).any(|path| holds_classes(&path, MOST_LEVELS, files))
    })
}

/// Whether a file of Python, or one in a folder, defines a class. Of those whose names begin with `_` or `.` none is taken.
fn holds_classes(path: &Path, levels: usize, files: &Files) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with(['.', '_']) {
        return false;
    }
    if is_python(path) {
        return files.text(path).is_some_and(|text| text.lines().any(|line| line.starts_with("class ")));
    }
    levels > 0 && entries(path).any(|inner| holds_classes(&inner, levels - 1, files))
}

/// Whether a path is one at which `parse_model` may stand.
pub(super) fn is_entry(path: &Path) -> bool {
    ENTRIES.iter().any(|entry| path.ends_with(entry))
}

/// What a choice depends on besides the file's path.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The folders of the workspace, or the current folder.
    pub workspace: Vec<PathBuf>,
    /// Where Python is.
    pub variables: Variables,
    /// The language where settings name none.
    pub language: Language,
}

/// Chooses the framework for the model file at `path`, which is absolute.
pub fn choose(
    path: &Path,
    setting: Option<&FrameworkSetting>,
    python: Option<&Path>,
    surroundings: &Surroundings,
    files: &Files,
) -> Choice {
    let mut found: Vec<Framework> = Vec::new();
    let mut add = |kind, why: Message, sources: Vec<Source>| {
        found.extend(sources.into_iter().map(|source| Framework { kind, source: Some(source), why: why.clone() }));
    };
    let mut problem = None;
    if let Some(FrameworkSetting::Folder(folder)) = setting {
        let sources = in_folder(folder, files);
        if sources.is_empty() {
            problem = Some(message!("framework-no-parse-model", folder = folder.display()));
        }
        add(Kind::Folder, message!("framework-named"), sources);
    }
    let above = Above::new(path, surroundings);
    let mut neighbours = Vec::new();
    for (i, folder) in above.folders.iter().enumerate() {
        add(Kind::Folder, message!("framework-above"), source_in(folder, files).into_iter().collect());
        if !above.is_bounded && i > 0 {
            continue;
        }
        let below = sources_below(folder, files);
        if i > 0 && (below.len() > 1 || above.folders[..i].iter().any(|folder| is_project(folder))) {
            neighbours.extend(below);
        } else {
            add(Kind::Folder, message!("framework-beside"), below);
        }
    }
    let environments = environments(python, &above.folders, &surroundings.variables, files);
    for environment in &environments {
        let why = message!("framework-installed", environment = &environment.name);
        add(Kind::Environment, why, installed(&environment.path, files));
    }
    let mut seen = HashSet::new();
    found.retain(|framework| framework.source.as_ref().is_none_or(|source| seen.insert(real(&source.entry()))));
    neighbours.retain(|source| seen.insert(real(&source.entry())));
    let wants_builtin = setting == Some(&FrameworkSetting::Builtin);
    let why = match found.is_empty() {
        _ if wants_builtin => message!("framework-says-so"),
        true if neighbours.is_empty() => message!("framework-none"),
        true => message!("framework-which"),
        false => message!("framework-built-in"),
    };
    let builtin = Framework { kind: Kind::Builtin, source: None, why };
    found.insert(if wants_builtin { 0 } else { found.len() }, builtin);
    found.extend(neighbours.into_iter().map(|source| {
        let why = message!("framework-elsewhere");
        Framework { kind: Kind::Folder, source: Some(source), why }
    }));
    let framework = found.remove(0);
    let its_own = framework.source.iter().map(|source| source.root.clone());
    let environment = match framework.kind {
        Kind::Environment => environments.into_iter().find(|e| its_own.clone().any(|root| e.path.contains(&root))),
        _ => environments.into_iter().next(),
    };
    let mut roots: Vec<PathBuf> = its_own.collect();
    roots.extend(environment.into_iter().flat_map(|environment| environment.path));
    let mut seen = HashSet::new();
    roots.retain(|root| seen.insert(root.clone()));
    Choice { framework, others: found, roots, problem }
}

/// Whether a folder is a project of its own, so that what stands beside it isn't its.
fn is_project(folder: &Path) -> bool {
    ["pyproject.toml", "setup.py", "requirements.txt"].iter().any(|file| folder.join(file).is_file())
}

/// The folders above a file in which its framework may stand, the nearest first.
struct Above {
    folders: Vec<PathBuf>,
    /// Whether they end with the folder of a project, so that all in them belongs together.
    is_bounded: bool,
}

impl Above {
    fn new(path: &Path, surroundings: &Surroundings) -> Above {
        let folders: Vec<PathBuf> = path.ancestors().skip(1).map(Path::to_owned).collect();
        // Neither a person's own folder nor a whole disk is a project.
        let is_project =
            |folder: &PathBuf| folder.parent().is_some() && Some(folder) != surroundings.variables.home.as_ref();
        let repository = folders.iter().position(|folder| is_project(folder) && folder.join(".git").exists());
        let workspace = || folders.iter().rposition(|f| is_project(f) && surroundings.workspace.contains(f));
        match repository.or_else(workspace) {
            Some(last) => Above { folders: folders[..=last].to_vec(), is_bounded: true },
            None => Above { folders, is_bounded: false },
        }
    }
}

/// The frameworks of a folder: its own, or those of its subfolders.
fn in_folder(folder: &Path, files: &Files) -> Vec<Source> {
    match source_in(folder, files) {
        Some(source) => vec![source],
        None => sources_below(folder, files),
    }
}

/// The frameworks of a folder's subfolders, under any name.
fn sources_below(folder: &Path, files: &Files) -> Vec<Source> {
    let is_note = |name: &str| [".dist-info", ".egg-info", ".libs"].iter().any(|ending| name.ends_with(ending));
    let folders = subfolders(folder).into_iter().filter(|(name, _)| !is_note(name) && !name.starts_with('_'));
    folders.filter_map(|(_, folder)| source_in(&folder, files)).collect()
}

/// The framework of an environment: what is installed as it would be by its makers comes first. Of several other packages
/// none can be told to be the one.
fn installed(path: &[PathBuf], files: &Files) -> Vec<Source> {
    if let Some(source) = path.iter().find_map(|folder| source_in(folder, files)) {
        return vec![source];
    }
    let projects: Vec<PathBuf> = path.iter().flat_map(|site| editable_projects(site, files)).collect();
    let mut found: Vec<Source> = projects.iter().flat_map(|project| in_folder(project, files)).collect();
    found.extend(path.iter().flat_map(|folder| sources_below(folder, files)));
    let mut seen = HashSet::new();
    found.retain(|source| seen.insert(real(&source.entry())));
    if found.len() == 1 { found } else { Vec::new() }
}

/// The framework of a folder.
fn source_in(folder: &Path, files: &Files) -> Option<Source> {
    ENTRIES.iter().find_map(|entry| {
        let text = files.text(&folder.join(entry))?;
        has_parse_model(&text).then(|| source(folder, entry, &text, files))
    })
}

/// Whether a file defines `parse_model`.
pub(super) fn defines_parse_model(files: &Files, path: &Path) -> bool {
    files.text(path).is_some_and(|text| has_parse_model(&text))
}

fn has_parse_model(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("def parse_model("))
}

/// The source whose entry stands in a folder: which folder its imports start from, and under which name it is imported.
fn source(folder: &Path, entry: &str, text: &str, files: &Files) -> Source {
    let module = entry.trim_end_matches(".py").replace('/', ".");
    let first = entry.split('/').next().unwrap_or(entry);
    let imports = |line: &str| {
        let name = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
        name.and_then(|name| name.strip_prefix(first)).is_some_and(|rest| rest.starts_with(['.', ' ']))
    };
    let mut source = Source { root: folder.to_owned(), package: folder.join(first), module, version: None };
    if entry == "nn/tasks.py" && is_nameless(folder, text) {
        source.module = format!("{OWN_NAME}.{}", source.module);
        source.package = folder.to_owned();
    }
    // What imports its neighbours by the name of their folder is run from there, whatever else that folder holds.
    else if first != OWN_NAME && !text.lines().any(imports) {
        while let (Some(name), Some(parent)) = (source.root.file_name(), source.root.parent()) {
            let name = name.to_string_lossy();
            let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(char::is_numeric);
            if !is_name || !source.root.join("__init__.py").is_file() {
                break;
            }
            source.module = format!("{name}.{}", source.module);
            source.package = source.root.clone();
            source.root = parent.to_owned();
        }
    }
    source.version = version(&source, files);
    source
}

/// The name of the package that most frameworks were made from.
const OWN_NAME: &str = "ultralytics";

/// Whether a folder is the package itself, though it isn't called so: what its `tasks.py` imports by the package's name stands in it.
fn is_nameless(folder: &Path, text: &str) -> bool {
    let imported = |line: &str| {
        let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "))?;
        let below = rest.strip_prefix(OWN_NAME)?.strip_prefix('.')?;
        Some(below.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned())
    };
    let mut names = text.lines().filter_map(imported).peekable();
    let is_there = |name: String| folder.join(&name).is_dir() || folder.join(name + ".py").is_file();
    let is_package = folder.join("__init__.py").is_file() && folder.file_name().is_some_and(|name| name != OWN_NAME);
    is_package && names.peek().is_some() && names.all(is_there)
}

/// The version that a package names itself, or its installer.
fn version(source: &Source, files: &Files) -> Option<String> {
    let text = files.text(&source.package.join("__init__.py"))?;
    let named = text.lines().filter_map(|line| line.strip_prefix("__version__")).find_map(|rest| {
        let value = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split_once(quote).map(|(version, _)| version.to_owned())
    });
    named.or_else(|| {
        let prefix = format!("{}-", source.name());
        subfolders(&source.root).into_iter().find_map(|(name, _)| {
            let version = name.strip_prefix(&prefix)?.strip_suffix(".dist-info")?;
            Some(version.to_owned())
        })
    })
}
