//! The drawing of `ARCHITECTURE.md` is the law: rooms stand in one order, and no files of a room name each other in a
//! circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::references::Source;

/// The rooms in the order of the data. Each may name only those before it.
const ROOMS: &[&str] = &[
    "words/",
    "text.rs",
    "text/",
    "syntax/",
    "python/",
    "model/",
    "torch/",
    "cost/",
    "interpret/",
    "bindings/",
    "catalog/",
    "dialect/",
    "analysis/",
    "bound/",
    "rewrite/",
    "heads/",
    "align/",
    "weights/",
    "budget/",
    "fit/",
    "rules/",
    "check.rs",
    "fix.rs",
    "register.rs",
    "config/",
    "project/",
    "diff/",
    "graph/",
    "ide/",
    "server/",
    "cli/",
];

/// Rooms that are one thing in several files: what a value is and what the machine does with it need each other.
const ENTWINED: [&str; 2] = ["interpret/", "bindings/"];

/// The place of a file's room in the order; none of what is no room: the library's root.
fn room(file: &str) -> Option<usize> {
    ROOMS.iter().position(|room| file == *room || (room.ends_with('/') && file.starts_with(room)))
}

/// Which file names which.
fn names(source: &Source) -> Vec<(&str, &str)> {
    let files: BTreeMap<_, _> = source.files().filter(|(module, _)| !module.is_empty()).collect();
    let mut names = Vec::new();
    for (module, file) in &files {
        let named = source.named_in(module).into_iter().filter_map(|named| files.get(&named[..]).copied());
        names.extend(named.map(|named| (*file, named)));
    }
    names
}

#[test]
fn rooms_name_only_those_before_them() {
    let source = Source::read();
    let backwards = names(&source).into_iter().filter(|(file, named)| room(named) > room(file));
    let backwards: Vec<String> = backwards.map(|(file, named)| format!("{file} names {named}")).collect();
    assert_eq!(backwards, [""; 0]);
}

/// A folder's `mod.rs` may name its parts and be named by them, as it holds what they share. Named from outside, it stands
/// for all of its parts, so that a way from one of them back to it is a circle.
#[test]
fn no_files_name_each_other_in_a_circle() {
    let source = Source::read();
    let holds = |file: &str, part: &str| file.strip_suffix("mod.rs").is_some_and(|folder| part.starts_with(folder));
    let shared = |file: &str| file.replace("mod.rs", "what its parts share");
    let mut ways: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let entwined = |file: &str, named: &str| ENTWINED.iter().any(|r| file.starts_with(r) && named.starts_with(r));
    for (file, named) in names(&source).into_iter().filter(|(file, named)| !entwined(file, named)) {
        if file.ends_with("mod.rs") {
            ways.entry(file.to_owned()).or_default().insert(shared(file));
        }
        let (from, to) = match () {
            () if holds(file, named) => (file.to_owned(), named.to_owned()),
            () if holds(named, file) => (shared(file), shared(named)),
            () => (shared(file), named.to_owned()),
        };
        ways.entry(from).or_default().insert(to);
    }
    let in_circle: Vec<&String> = ways.keys().filter(|file| reached(&ways, file).contains(&file[..])).collect();
    assert_eq!(in_circle, [""; 0]);
}

/// All that ways lead to from a file.
fn reached<'a>(ways: &'a BTreeMap<String, BTreeSet<String>>, file: &'a str) -> BTreeSet<&'a str> {
    let (mut reached, mut todo) = (BTreeSet::new(), vec![file]);
    while let Some(at) = todo.pop() {
        let next = ways.get(at).into_iter().flatten();
        todo.extend(next.map(String::as_str).filter(|next| reached.insert(*next)));
    }
    reached
}

#[test]
fn the_architecture_names_the_rooms_in_this_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("UTF-8");
    let lines = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let named: Vec<&str> = lines.map(|(name, _)| name).filter(|name| ROOMS.contains(name)).collect();
    assert_eq!(named, ROOMS);
    for entry in fs::read_dir(root.join("src")).expect("the source").filter_map(Result::ok) {
        let mut name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            name.push('/');
        }
        assert!(matches!(&name[..], "lib.rs" | "main.rs") || ROOMS.contains(&&name[..]), "{name}");
    }
}

#[test]
fn pages_for_developers_name_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.to_owned(), root.join("src"), root.join("tests")];
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md", "tests/README.md"] {
        let text = fs::read_to_string(root.join(page)).expect("UTF-8");
        let named = text.split('`').skip(1).step_by(2);
        let is_path =
            |name: &&str| name.contains('/') && !name.contains([' ', '*']) && Path::new(name).extension().is_some();
        let is_missing = |name: &&str| folders.iter().all(|folder| !folder.join(name).exists());
        let missing: Vec<&str> = named.filter(is_path).filter(is_missing).collect();
        assert_eq!(missing, [""; 0], "{page}");
    }
}
