//! Finds files.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;

/// A file to check.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Whether the user named the file. One found in a folder or by a glob is silently skipped if it isn't a model file.
    pub(super) named: bool,
}

/// Expands paths, folders and globs into files, each once and in order; also returns the problems met.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            inputs.extend(walk(path, |_| true));
        } else if path.exists() || !is_glob(path) {
            inputs.push(Input { path: path.clone(), named: true });
        } else {
            match GlobBuilder::new(&path.to_string_lossy()).literal_separator(true).build() {
                Ok(glob) => {
                    let matcher = glob.compile_matcher();
                    let found = walk(&literal_prefix(path), |p| matcher.is_match(p.strip_prefix("./").unwrap_or(p)));
                    if found.is_empty() {
                        problems.push(format!("{}: no YAML file matches this pattern", path.display()));
                    }
                    inputs.extend(found);
                }
                Err(error) => problems.push(format!("{}: {error}", path.display())),
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    inputs.retain(|input| seen.insert(input.path.clone()));
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
    found.into_iter().map(|path| Input { path, named: false }).collect()
}
