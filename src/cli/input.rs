//! Finds files: those that are named, and those in folders and globs.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;

use super::language;
use crate::dialect::name_without_scale;
use crate::project;
use crate::text::stem;
use crate::words::message;

/// A file to check.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its text, if that comes from standard input.
    pub(super) text: Option<String>,
    /// The scale of `yolo11.yaml@n`.
    pub(super) scale: Option<String>,
    /// The file's name without ending as the user named it: `yolo11n` if only `yolo11.yaml` is there.
    pub(super) stem: Option<String>,
    /// Whether the user named the file. One found in a folder or by a glob is skipped if it isn't a model file.
    pub(super) named: bool,
}

impl Input {
    fn new(path: impl Into<PathBuf>) -> Input {
        Input { path: path.into(), text: None, scale: None, stem: None, named: true }
    }

    /// Finds the file that an argument names: `FILE`, `FILE@SCALE`, or `yolo11n.yaml` where only `yolo11.yaml` is there, as
    /// the framework finds it.
    pub(super) fn named(argument: &Path) -> Input {
        if argument.exists() {
            return Input::new(argument);
        }
        let text = argument.to_string_lossy();
        if let Some((path, scale)) = text.rsplit_once('@').filter(|(path, scale)| !path.is_empty() && is_scale(scale))
            && (Path::new(path).exists() || !is_glob(argument))
        {
            let input = Input::named(Path::new(path));
            // A second scale isn't one.
            return match input.scale {
                None => Input { scale: Some(scale.to_owned()), ..input },
                Some(_) => Input::new(argument),
            };
        }
        let bare = argument.file_name().map(|name| name.to_string_lossy()).and_then(|name| name_without_scale(&name));
        match bare.map(|bare| argument.with_file_name(bare)).filter(|bare| bare.is_file()) {
            Some(bare) => Input { stem: Some(stem(argument).into_owned()), ..Input::new(bare) },
            None => Input::new(argument),
        }
    }

    /// Takes the text of standard input, as that of the file called `name`.
    ///
    /// # Errors
    /// A sentence that says why it can't be read.
    pub(super) fn stdin(name: &Path) -> Result<Input, String> {
        if io::stdin().is_terminal() {
            language::tell(&message!("reads-from-terminal"));
        }
        let stdin = language::say(&message!("standard-input"));
        let text = project::read_from(&stdin, io::stdin().lock()).map_err(language::said)?.text;
        // What has no name isn't judged by it.
        let stem = (name == Path::new(STDIN)).then(String::new);
        Ok(Input { text: Some(text), stem, ..Input::new(name) })
    }
}

/// Name of what comes from standard input, where none is given.
pub(super) const STDIN: &str = "-";

/// Whether a text can be a scale behind an `@`.
pub(super) fn is_scale(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Expands paths, folders and globs into files, each once and in order; also returns the problems met.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == STDIN {
            match Input::stdin(path) {
                Ok(input) => inputs.push(input),
                Err(problem) => problems.push(problem),
            }
        } else if path.is_dir() {
            inputs.extend(walk(path, |_| true));
        } else if path.exists() || !is_glob(path) {
            inputs.push(Input::named(path));
        } else {
            match GlobBuilder::new(&path.to_string_lossy()).literal_separator(true).build() {
                Ok(glob) => {
                    let matcher = glob.compile_matcher();
                    let found = walk(&literal_prefix(path), |p| matcher.is_match(p.strip_prefix("./").unwrap_or(p)));
                    if found.is_empty() {
                        problems.push(language::say(&message!("no-file-matches", path = path.display())));
                    }
                    inputs.extend(found);
                }
                Err(error) => problems.push(format!("{}: {error}", path.display())),
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    inputs.retain(|input| seen.insert((input.path.clone(), input.scale.clone(), input.stem.clone())));
    (inputs, problems)
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

/// Returns the leading folders of a glob, up to its first pattern.
fn literal_prefix(path: &Path) -> PathBuf {
    let prefix: PathBuf = path.components().take_while(|c| !is_glob(Path::new(c))).collect();
    if prefix.as_os_str().is_empty() { PathBuf::from(".") } else { prefix }
}

/// Returns the YAML files below a folder, sorted, without those that `.gitignore` and the like exclude.
fn walk(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<Input> {
    let is_yaml = |path: &Path| path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    let mut found: Vec<PathBuf> = WalkBuilder::new(folder)
        .build()
        .filter_map(Result::ok)
        .map(ignore::DirEntry::into_path)
        .filter(|path| is_yaml(path) && wanted(path) && path.is_file())
        .collect();
    found.sort();
    found.into_iter().map(|path| Input { named: false, ..Input::new(path) }).collect()
}

/// Returns a sentence for people who name a model's weights instead of its YAML; none for other files.
pub(super) fn about_weights(path: &Path) -> Option<String> {
    let name = path.display();
    Some(language::say(&match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "pt" | "pth" | "ckpt" | "safetensors" => message!("is-a-checkpoint", name),
        "onnx" | "engine" | "tflite" | "mlmodel" | "mlpackage" | "torchscript" | "pb" => message!("is-exported", name),
        _ => return None,
    }))
}
