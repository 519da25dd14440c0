//! Python environments, told from how their folders look: no Python is run.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::files::{Files, MOST_ENTRIES, absolute};
use crate::python::parse_expression;
use crate::words::{Language, Message, message};

/// What a process knows of where Python is.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// `VIRTUAL_ENV`.
    pub virtual_env: Option<PathBuf>,
    /// `CONDA_PREFIX`.
    pub conda_prefix: Option<PathBuf>,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// The person's own folder.
    pub home: Option<PathBuf>,
    /// The language of the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set, if yolint speaks it.
    pub language: Option<Language>,
}

impl Variables {
    /// Reads the variables of this process.
    pub fn of_process() -> Variables {
        let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Variables {
            virtual_env: folder("VIRTUAL_ENV"),
            conda_prefix: folder("CONDA_PREFIX"),
            path: std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            home: std::env::home_dir(),
            language: ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|locale| !locale.is_empty())
                .and_then(|locale| Language::of_locale(&locale)),
        }
    }
}

/// A Python environment.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    /// How it was found, as the end of a sentence: `VIRTUAL_ENV`.
    pub(super) name: Message,
    /// The folders of its `sys.path` that packages are installed in, or that installed ones name.
    pub(super) path: Vec<PathBuf>,
}

/// Finds the environments that count for a file, the one that Python would take first; `folders` are those above the file.
pub(super) fn environments(
    set: Option<&Path>,
    folders: &[PathBuf],
    variables: &Variables,
    files: &Files,
) -> Vec<Environment> {
    let mut named: Vec<(Message, Vec<PathBuf>)> = Vec::new();
    if let Some(set) = set {
        let site = if set.is_dir() { of_prefix(set, None) } else { of_interpreter(set, folders, variables) };
        named.push((message!("environment-setting"), site));
    }
    for (name, prefix) in [("VIRTUAL_ENV", &variables.virtual_env), ("CONDA_PREFIX", &variables.conda_prefix)] {
        named.extend(prefix.iter().map(|prefix| (name.into(), of_prefix(prefix, None))));
    }
    for folder in folders {
        for name in [".venv", "venv", "env"].map(|name| folder.join(name)).iter().filter(|name| name.is_dir()) {
            named.push((name.display().to_string().into(), of_prefix(name, None)));
        }
    }
    let programs = ["python3", "python", "python3.exe", "python.exe"];
    let on_path = programs.iter().flat_map(|program| variables.path.iter().map(move |folder| folder.join(program)));
    if let Some(python) = on_path.into_iter().find(|program| program.is_file()) {
        named.push((
            message!("environment-on-path", python = python.display()),
            of_interpreter(&python, folders, variables),
        ));
    }
    let mut seen = HashSet::new();
    named.retain(|(_, site)| site.first().is_some_and(|first| seen.insert(real(first))));
    named.into_iter().map(|(name, site)| Environment { name, path: with_named(site, files) }).collect()
}

/// The `site-packages` of the interpreter at a path.
fn of_interpreter(python: &Path, folders: &[PathBuf], variables: &Variables) -> Vec<PathBuf> {
    let Some(bin) = python.parent() else { return Vec::new() };
    if bin.ends_with("shims") {
        return of_pyenv(bin.parent().unwrap_or(bin), folders);
    }
    let of_program = |python: &Path| {
        let bin = python.parent()?;
        // On Windows the program stands beside `Lib`, in environments one below.
        Some(if bin.join("Lib").is_dir() { bin.to_owned() } else { bin.parent()?.to_owned() })
    };
    if let Some(prefix) = of_program(python).filter(|prefix| prefix.join("pyvenv.cfg").is_file()) {
        return of_prefix(&prefix, None);
    }
    let python = real(python);
    let Some(prefix) = of_program(&python) else { return Vec::new() };
    let name = python.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = name.strip_prefix("python").filter(|version| version.contains('.') && !version.ends_with(".exe"));
    let mut site = Vec::new();
    if let (Some(home), Some(version)) = (&variables.home, version) {
        site.extend(some_folder(home.join(format!(".local/lib/python{version}/site-packages"))));
    }
    site.extend(of_prefix(&prefix, version));
    site
}

/// The `site-packages` of the version that pyenv would take.
fn of_pyenv(pyenv: &Path, folders: &[PathBuf]) -> Vec<PathBuf> {
    let files = folders.iter().map(|folder| folder.join(".python-version")).chain([pyenv.join("version")]);
    let said = files.filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| {
        let version = text.split_whitespace().next()?;
        some_folder(pyenv.join("versions").join(version))
    });
    said.map(|prefix| of_prefix(&prefix, None)).unwrap_or_default()
}

/// The `site-packages` below the prefix of an installation, of a version if one is given.
fn of_prefix(prefix: &Path, version: Option<&str>) -> Vec<PathBuf> {
    let mut site: Vec<PathBuf> = some_folder(prefix.join("Lib/site-packages")).into_iter().collect();
    for lib in ["local/lib", "lib", "lib64"].map(|lib| prefix.join(lib)) {
        for (name, folder) in subfolders(&lib) {
            let Some(of) = name.strip_prefix("python").filter(|of| of.starts_with('3')) else { continue };
            if version.is_none_or(|version| of == version || of == "3") {
                site.extend(["site-packages", "dist-packages"].into_iter().filter_map(|p| some_folder(folder.join(p))));
            }
        }
    }
    let config = fs::read_to_string(prefix.join("pyvenv.cfg")).unwrap_or_default();
    let set = |key: &str| config.lines().filter_map(|l| l.split_once('=')).find(|(k, _)| k.trim() == key);
    if set("include-system-site-packages").is_some_and(|(_, value)| value.trim() == "true")
        && let Some((_, home)) = set("home")
        && let Some(base) = Path::new(home.trim()).parent().filter(|base| real(base) != real(prefix))
    {
        let version = set("version").map(|(_, v)| v.trim().splitn(3, '.').take(2).collect::<Vec<_>>().join("."));
        site.extend(of_prefix(base, version.as_deref()));
    }
    let mut seen = HashSet::new();
    site.retain(|folder| seen.insert(real(folder)));
    site
}

/// Folders of `sys.path`, each with those that `.pth` files in it name. They may belong to editable installs.
fn with_named(site: Vec<PathBuf>, files: &Files) -> Vec<PathBuf> {
    let mut path = Vec::new();
    for site in site {
        let mut lines: Vec<PathBuf> =
            entries(&site).filter(|path| path.extension().is_some_and(|e| e == "pth")).collect();
        lines.sort();
        let lines = lines.iter().filter_map(|file| files.text(file));
        let named: Vec<PathBuf> = lines.flat_map(|text| named_in(&site, &text, files)).collect();
        path.push(site);
        path.extend(named);
    }
    let mut seen = HashSet::new();
    path.retain(|folder| seen.insert(folder.clone()));
    path
}

/// The folders that the lines of a `.pth` file add.
fn named_in(site: &Path, text: &str, files: &Files) -> Vec<PathBuf> {
    let mut named = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("import ") {
            None => named.extend(some_folder(absolute(&site.join(line)))),
            Some(import) => {
                let module = import.split([';', ' ', ',']).next().unwrap_or_default();
                if module.starts_with("__editable__") {
                    let finder = files.text(&site.join(format!("{module}.py")));
                    named.extend(finder.iter().flat_map(|text| mapped_in(text)));
                }
            }
        }
    }
    named
}

/// The folders that hold the packages which a finder of an editable install maps to theirs.
fn mapped_in(finder: &str) -> Vec<PathBuf> {
    let line = finder.lines().find(|line| line.starts_with("MAPPING"));
    let texts = strings(line.and_then(|line| line.split_once('=')).map_or("", |(_, dict)| dict));
    let mut folders = Vec::new();
    for pair in texts.chunks_exact(2) {
        let path = Path::new(&pair[1]);
        if path.file_name().is_some_and(|name| name.to_string_lossy() == pair[0]) {
            folders.extend(path.parent().and_then(|folder| some_folder(folder.to_owned())));
        }
    }
    folders
}

/// The strings of a Python expression, in order.
fn strings(text: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = rest.as_bytes()[start];
        let mut end = start + 1;
        let bytes = rest.as_bytes();
        while end < bytes.len() && bytes[end] != quote {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let Some(literal) = rest.get(start..=end) else { break };
        let value = parse_expression(literal).ok().and_then(|e| e.literal()?.as_str().map(str::to_owned));
        strings.extend(value);
        rest = &rest[end + 1..];
    }
    strings
}

/// The folders of the projects that are installed in `site` as they stand, by what their installer noted.
pub(super) fn editable_projects(site: &Path, files: &Files) -> Vec<PathBuf> {
    let mut projects = Vec::new();
    for info in entries(site).filter(|path| path.extension().is_some_and(|e| e == "dist-info")) {
        let Some(text) = files.text(&info.join("direct_url.json")) else { continue };
        let Ok(origin) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        if origin["dir_info"]["editable"] != true {
            continue;
        }
        if let Some(folder) = origin["url"].as_str().and_then(folder_of_url) {
            projects.extend([folder.join("src"), folder].into_iter().filter_map(some_folder));
        }
    }
    projects
}

/// The path in a URL of a file.
fn folder_of_url(url: &str) -> Option<PathBuf> {
    let encoded = url.strip_prefix("file://")?;
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        let hex = |digit: Option<u8>| digit.and_then(|digit| (digit as char).to_digit(16));
        bytes.push(if byte == b'%' { (hex(rest.next())? * 16 + hex(rest.next())?) as u8 } else { byte });
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/C:/project` on Windows.
    let has_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if has_drive { &path[1..] } else { &path[..] }))
}

/// What a folder holds.
pub(super) fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES);
    entries.filter_map(Result::ok).map(|entry| entry.path())
}

/// The folders in a folder with their names, in order; links to folders count.
pub(super) fn subfolders(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).filter_map(Result::ok);
    let may_be = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink()));
    let mut found: Vec<(String, PathBuf)> =
        may_be.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect();
    found.retain(|(name, path)| !name.starts_with('.') && path.is_dir());
    found.sort();
    found
}

fn some_folder(path: PathBuf) -> Option<PathBuf> {
    path.is_dir().then_some(path)
}

/// The path that links lead to.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
