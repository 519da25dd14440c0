//! The model files that come with the frameworks at hand.

use std::fs;
use std::path::{Path, PathBuf};

use super::files::{MOST_ENTRIES, read};
use super::settings::Chosen;

/// Where a framework keeps its model files, in its package.
const FOLDERS: [&str; 2] = ["cfg/models", "models"];

/// How deep they stand below.
const MOST_DEEP: usize = 3;

/// The paths of the model files that come with the framework that counts for a file, or else with another at hand.
pub fn official_files(chosen: &Chosen) -> Vec<PathBuf> {
    let frameworks = std::iter::once(&chosen.choice.framework).chain(&chosen.choice.others);
    let sources = frameworks.filter_map(|framework| framework.source.as_ref());
    let mut folders = sources.flat_map(|source| FOLDERS.map(|folder| source.folder().join(folder)));
    folders.find_map(|folder| Some(below(&folder)).filter(|files| !files.is_empty())).unwrap_or_default()
}

/// The texts of model files, with their names; what can't be read is left out.
pub fn texts(paths: &[PathBuf]) -> impl Iterator<Item = (String, String)> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().filter_map(move |path| Some((name(path), read(path).ok()?)))
}

/// The YAML files below a folder, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).take(MOST_ENTRIES);
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() && depth < MOST_DEEP {
                open.push((path, depth + 1));
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
