//! What belongs to a file on the disk: the framework that it is read with, and the files that are read for it.

mod files;
mod frameworks;

use std::fs;
use std::path::{Path, PathBuf};

/// Makes a folder under the build folder from a text: a line for each file, `path: its text`, or `path/` for a folder. `\n` in
/// a text is a new line; `{}` in it is the folder's own path.
pub(crate) fn folder(name: &str, tree: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("project").join(name);
    let _ = fs::remove_dir_all(&root);
    fill(&root, tree);
    root
}

/// Makes the files and folders of such a text.
pub(crate) fn fill(root: &Path, tree: &str) {
    fs::create_dir_all(root).expect("the build folder can be written");
    for line in tree.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (path, text) = line.split_once(':').unwrap_or((line, ""));
        let whole = root.join(path);
        if path.ends_with('/') {
            fs::create_dir_all(&whole).expect("the build folder can be written");
            continue;
        }
        fs::create_dir_all(whole.parent().expect("a folder")).expect("the build folder can be written");
        let text = text.trim_start().replace("\\n", "\n").replace("{}", &root.to_string_lossy());
        fs::write(&whole, text).expect("the build folder can be written");
    }
}
