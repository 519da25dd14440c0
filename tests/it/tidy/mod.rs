//! What the rooms must not know of each other, held by reading the source.

mod drawing;
mod references;
mod taiwan;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the source").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// Files under `src/` that hold one of the words outside of comments, apart from those under one of the `homes`.
fn intruders(words: &[&str], homes: &[&str]) -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in sources(&src) {
        let name = path.strip_prefix(&src).expect("a file of the source").to_string_lossy().replace('\\', "/");
        if homes.iter().any(|home| name.starts_with(home)) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("UTF-8");
        for (i, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn only_the_server_knows_editors() {
    assert_eq!(intruders(&["lsp_types", "tower_lsp", "tokio", "ropey"], &["server/"]), [""; 0]);
}

/// What a module is, is asked of a dialect or of an analysed row: one may come from a person's own file.
#[test]
fn only_dialects_know_the_catalog() {
    assert_eq!(intruders(&["catalog::"], &["catalog/", "dialect/"]), [""; 0]);
}

#[test]
fn only_one_file_knows_miette() {
    assert_eq!(intruders(&["miette"], &["cli/output/pretty.rs"]), [""; 0]);
}

#[test]
fn only_one_file_draws_tables() {
    assert_eq!(intruders(&["comfy_table"], &["cli/output/pretty_table.rs"]), [""; 0]);
}

#[test]
fn only_one_folder_knows_the_parser_of_python() {
    assert_eq!(intruders(&["ruff_"], &["python/parse/"]), [""; 0]);
}

#[test]
fn the_core_does_no_io() {
    let io = ["std::fs", "std::io", "std::env", "std::process", "println!", "std::net", "std::thread"];
    assert_eq!(intruders(&io, &["project/", "server/", "cli/", "main.rs", "cost/tests.rs"]), [""; 0]);
}

#[test]
fn the_core_has_no_global_state() {
    assert_eq!(
        intruders(&["static mut", "thread_local!", "Mutex", "RwLock", "Atomic"], &["project/", "server/"]),
        [""; 0]
    );
}
