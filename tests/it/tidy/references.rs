//! Which file of the source names which, read from its `use` statements and paths. What is there for tests alone, at the
//! end of a file or as a file of its own, may name anything and is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::sources;

/// The files of the source by their module path: `ide::actions`, and nothing for the crate's root.
pub(super) struct Source {
    files: BTreeMap<Vec<String>, File>,
}

struct File {
    /// The path below `src/`.
    name: String,
    /// The words and signs of its code.
    tokens: Vec<String>,
    /// The names that it hands on from elsewhere, and their full paths.
    handed_on: BTreeMap<String, Vec<String>>,
}

impl Source {
    /// Reads the source of the library.
    pub(super) fn read() -> Source {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = BTreeMap::new();
        let mut for_tests = Vec::new();
        for path in sources(&src) {
            let name = path.strip_prefix(&src).expect("a file of the source").to_string_lossy().replace('\\', "/");
            if name == "main.rs" {
                continue;
            }
            let parts = name.trim_end_matches(".rs").split('/').map(str::to_owned);
            let module: Vec<String> = parts.filter(|part| part != "mod" && part != "lib").collect();
            let text = fs::read_to_string(&path).expect("UTF-8");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for declared in code.split("#[cfg(test)]\n").skip(1) {
                let declared =
                    declared.trim_start_matches("pub ").strip_prefix("mod ").and_then(|rest| rest.split_once(';'));
                for_tests.extend(declared.map(|(child, _)| [&module[..], &[child.to_owned()]].concat()));
            }
            files.insert(module, File { name, tokens: tokens(code), handed_on: BTreeMap::new() });
        }
        files.retain(|module, _| !for_tests.contains(module));
        let mut source = Source { files };
        for module in source.files.keys().cloned().collect::<Vec<_>>() {
            let names = source.uses(&module);
            source.files.get_mut(&module).expect("a file").handed_on = names;
        }
        source
    }

    /// The module paths of all files, and the files' names.
    pub(super) fn files(&self) -> impl Iterator<Item = (&[String], &str)> {
        self.files.iter().map(|(module, file)| (&module[..], &file.name[..]))
    }

    /// The modules that a file names.
    pub(super) fn named_in(&self, module: &[String]) -> BTreeSet<Vec<String>> {
        let mut named = BTreeSet::new();
        let tokens = &self.files[module].tokens;
        for (i, token) in tokens.iter().enumerate() {
            let starts_path =
                matches!(&token[..], "crate" | "super" | "self") && tokens.get(i + 1).is_some_and(|next| next == "::");
            let continues = i > 0 && tokens[i - 1] == "::";
            if starts_path && !continues {
                named.extend(paths(&tokens[i..]).0.iter().map(|(_, path)| self.home(&absolute(module, path), 0)));
            }
        }
        named.remove(module);
        named
    }

    /// The file that holds what a path names: what a file hands on is looked up where it is.
    fn home(&self, path: &[String], depth: usize) -> Vec<String> {
        let known = (0..=path.len()).rev().find(|&n| self.files.contains_key(&path[..n])).unwrap_or(0);
        let (module, rest) = path.split_at(known);
        let handed_on = rest.first().and_then(|name| self.files.get(module)?.handed_on.get(name));
        match handed_on {
            Some(target) if depth < 8 => self.home(&[&target[..], &rest[1..]].concat(), depth + 1),
            _ => module.to_vec(),
        }
    }

    /// The names that the `use` statements of a file bring in, with their full paths.
    fn uses(&self, module: &[String]) -> BTreeMap<String, Vec<String>> {
        let tokens = &self.files[module].tokens;
        let mut uses = BTreeMap::new();
        for i in 0..tokens.len() {
            if tokens[i] == "use" {
                for (name, path) in paths(&tokens[i + 1..]).0 {
                    // `use child::Name` stands for `use self::child::Name`.
                    let is_child = self.files.contains_key(&[module, &path[..1]].concat());
                    let path = if is_child { [module, &path[..]].concat() } else { absolute(module, &path) };
                    uses.insert(name, path);
                }
            }
        }
        uses
    }
}

/// A path from the crate's root, as it is written in a module; of other crates an empty one.
fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let mut full = match &path[0][..] {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().saturating_sub(1)].to_vec(),
        _ => return Vec::new(),
    };
    for part in &path[1..] {
        match &part[..] {
            "super" => drop(full.pop()),
            _ => full.push(part.clone()),
        }
    }
    full
}

/// The paths that start here, `a::{b, c as d}` written out, each with the name that it brings in; and how long that is.
fn paths(tokens: &[String]) -> (Vec<(String, Vec<String>)>, usize) {
    let mut path = Vec::new();
    let mut at = 0;
    let is_word = |token: &str| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            let mut all = Vec::new();
            at += 1;
            while tokens.get(at).is_some_and(|token| token != "}") {
                let (inner, len) = paths(&tokens[at..]);
                all.extend(inner.into_iter().map(|(name, rest)| {
                    let rest = if rest == ["self"] { Vec::new() } else { rest };
                    let full = [&path[..], &rest[..]].concat();
                    (if name == "self" { full.last().cloned().unwrap_or_default() } else { name }, full)
                }));
                at += len.max(1);
            }
            return (all, at + 1);
        }
        if !is_word(token) {
            break;
        }
        path.push(token.clone());
        at += 1;
        match tokens.get(at) {
            Some(next) if next == "::" => at += 1,
            _ => break,
        }
    }
    if path.is_empty() {
        return (Vec::new(), at);
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens.get(at).is_some_and(|token| token == "as") {
        name = tokens.get(at + 1).cloned().unwrap_or_default();
        at += 2;
    }
    (vec![(name, path)], at)
}

/// Words, `::` and other signs of some code, without comments, texts and characters.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let len = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => text_end(rest),
            'r' if rest.starts_with("r#\"") => rest.find("\"#").map_or(rest.len(), |end| end + 2),
            '\'' if rest.starts_with("'\\") => 2 + rest[2..].find('\'').map_or(0, |end| end + 1),
            '\'' if rest[1..].chars().nth(1) == Some('\'') => 2 + rest[1..].chars().next().map_or(0, char::len_utf8),
            ':' if rest.starts_with("::") => {
                tokens.push("::".to_owned());
                2
            }
            _ if word > 0 => {
                tokens.push(rest[..word].to_owned());
                word
            }
            _ => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                c.len_utf8()
            }
        };
        rest = &rest[len..];
    }
    tokens
}

/// The length of the text in quotes that some code starts with.
fn text_end(code: &str) -> usize {
    let mut escaped = false;
    for (i, c) in code.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    code.len()
}
