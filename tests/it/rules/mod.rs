//! Rules, tried on the Markdown suites of `tests/rules/` and on the examples of their own pages.
//!
//! In a suite each block of YAML is a file. A finding is expected where a comment at the end of its line says so:
//! `# error: [rule] "words of the message"`; several may follow each other. What isn't said isn't found. A comment on a
//! line of its own speaks of the line below. After the language a block may say `name=…` (the file's name), `scale=…`
//! (`all` for every one) and `imgsz=…`.
//!
//! A block ` ```yaml safely-fixed` says what the safe fixes make of the block before it, ` ```yaml fixed` what all fixes
//! make of that; what is still wrong there is announced as in any other.

mod messages;
mod official;
mod pages;
mod rows;
mod suite;

use std::fs;
use std::path::Path;

/// A block of YAML in a page, with the words behind the language.
struct Block {
    line: usize,
    info: Vec<String>,
    text: String,
}

/// The blocks of YAML in Markdown.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (i, line) in markdown.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let info = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { line: i + 1, info, text: String::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    found.retain(|block| block.info.first().is_some_and(|language| language == "yaml"));
    found
}

/// The suites of `tests/rules/`.
fn suites() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let entries = fs::read_dir(folder).expect("the folder of the suites").filter_map(Result::ok);
    let mut suites: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    suites.sort();
    suites
}
