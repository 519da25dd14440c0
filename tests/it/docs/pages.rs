//! The documentation is true: every command in it is run, and prints what is written below it.
//!
//! A block marked `console` holds commands behind `$ ` with what they print, on both streams; a line that is `…` stands
//! for any lines, and `…` in a line for any text. They are run one after the other in a folder of the page's own, which
//! holds `examples/`, the framework's model files, `tests/fixtures/own`, and the files that the page shows before: a block of YAML marked
//! `file=NAME`, or a comment `<!-- file=NAME`, the text, `-->`. Commands that install something, or start an editor,
//! aren't run.
//!
//! `UPDATE_EXPECT=1 cargo test --test it docs::` writes anew what is written without `…`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common;

/// Programs that a reader runs once, on a machine of their own.
const NOT_RUN: [&str; 10] = ["cargo", "pip", "pipx", "uvx", "npm", "code", "nvim", "pre-commit", "bash", "rustup"];

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages.
pub(super) fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("README.zh-CN.md"), root().join("CONTRIBUTING.md")];
    let mut folders = ["docs", "editors", "packaging", "site"].map(|folder| root().join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of pages").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                pages.push(path);
            }
        }
    }
    pages.retain(|page| page.is_file());
    pages.sort();
    pages
}

/// What a page holds, in its order.
enum Part {
    /// A file that it shows: name and text.
    File(String, String),
    /// A command, what it prints, and the line that it stands on.
    Command(String, Vec<String>, usize),
}

fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let (info, end) = match (line.strip_prefix("```"), line.strip_prefix("<!-- ")) {
            (Some(info), _) => (info, "```"),
            (None, Some(info)) if info.starts_with("file=") => (info, "-->"),
            _ => continue,
        };
        let body: Vec<(usize, &str)> = lines.by_ref().take_while(|(_, line)| *line != end).collect();
        if let Some(name) = info.split_whitespace().find_map(|word| word.strip_prefix("file=")) {
            let text: String = body.iter().flat_map(|(_, line)| [line, "\n"]).collect();
            parts.push(Part::File(name.to_owned(), text));
        } else if info == "console" {
            for (number, line) in body {
                match (line.strip_prefix("$ "), parts.last_mut()) {
                    (Some(command), _) => parts.push(Part::Command(command.to_owned(), Vec::new(), number + 1)),
                    (None, Some(Part::Command(_, printed, _))) => printed.push(line.to_owned()),
                    (None, _) => panic!("line {}: output without a command", number + 1),
                }
            }
        }
    }
    parts
}

/// Whether lines are those that are written, `…` standing for any.
fn matches(lines: &[&str], written: &[String]) -> bool {
    match written.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == "…" => {
            (0..=lines.len()).any(|skipped| matches(&lines[skipped..], rest))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| is_like(line.trim_end(), first.trim_end()) && matches(others, rest)),
    }
}

/// Whether a line is as it is written, `…` standing for any text.
fn is_like(line: &str, written: &str) -> bool {
    let Some((start, rest)) = written.split_once('…') else { return line == written };
    let Some(line) = line.strip_prefix(start) else { return false };
    line.char_indices().map(|(at, _)| at).chain([line.len()]).any(|at| is_like(&line[at..], rest))
}

/// A folder with what commands may name.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("yolint-docs-{}-{name}", std::process::id()));
    fs::create_dir_all(folder.join("examples")).expect("a folder");
    for entry in fs::read_dir(root().join("examples")).expect("the examples").filter_map(Result::ok) {
        fs::copy(entry.path(), folder.join("examples").join(entry.file_name())).expect("copied");
    }
    for file in ["models/__init__.py", "models/blocks.py", "models/yolo.py", "nets/window.yaml"] {
        let path = folder.join("tests/fixtures/own").join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::copy(root().join("tests/fixtures/own").join(file), path).expect("copied");
    }
    for path in common::model_files() {
        fs::copy(&path, folder.join(path.file_name().expect("a name"))).expect("copied");
    }
    folder
}

fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_yolint")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The pictures of a page that its commands draw.
fn drawn(page: &str) -> impl Iterator<Item = &str> {
    let names = page.split("src=\"pictures/").skip(1).filter_map(|rest| rest.split('"').next());
    names.filter(|name| name.ends_with(".svg"))
}

#[test]
fn commands_print_what_is_written() {
    let mut problems = Vec::new();
    let mut count = 0;
    // Pages in Chinese have the blocks of the English ones.
    let is_chinese = |page: &PathBuf| page.starts_with(root().join("docs/zh")) || page.ends_with("README.zh-CN.md");
    for page in pages().into_iter().filter(|page| !is_chinese(page)) {
        let text = fs::read_to_string(&page).expect("UTF-8");
        let (parts, mut updated) = (parts(&text), text.clone());
        if !parts.iter().any(|part| matches!(part, Part::Command(..))) {
            continue;
        }
        let folder = folder(&page.file_stem().expect("a name").to_string_lossy());
        for part in parts {
            let (command, printed, line) = match part {
                Part::File(name, text) => {
                    let path = folder.join(name);
                    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    fs::write(path, text).expect("written");
                    continue;
                }
                Part::Command(command, printed, line) => (command, printed, line),
            };
            if NOT_RUN.contains(&command.split(' ').next().unwrap_or_default()) {
                continue;
            }
            count += 1;
            let output = run(&command, &folder);
            let lines: Vec<&str> = output.lines().collect();
            let written: &[String] = if printed.is_empty() { &["…".to_owned()] } else { &printed };
            if !matches(&lines, written) {
                let name = page.strip_prefix(root()).unwrap_or(&page).display();
                problems.push(format!("{name}:{line}: `{command}` prints\n{output}"));
                let block = |printed: &str| format!("$ {command}\n{printed}");
                let old: String = written.iter().flat_map(|line| [line, "\n"]).collect();
                if !old.contains('…') {
                    updated = updated.replacen(&block(&old), &block(&output), 1);
                }
            }
        }
        if updated != text && std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&page, updated).expect("the page can be written");
        }
        for name in drawn(&text) {
            let (picture, shown) = (folder.join(name), root().join("docs/pictures").join(name));
            let is_same = fs::read(&picture).ok() == fs::read(&shown).ok();
            if !is_same && std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::copy(&picture, &shown).expect("a command of the page draws the picture");
            } else if !is_same {
                problems.push(format!("{} isn't what the page's command draws", shown.display()));
            }
        }
        fs::remove_dir_all(&folder).expect("removed");
    }
    assert!(count > 0);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase().chars().filter(is_kept).collect::<String>())
        .map(|heading| heading.replace(' ', "-"))
        .collect()
}

/// Every link of a page to another file of the repository, or to a heading, leads somewhere.
#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("UTF-8");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.contains("://") || link.contains(' ') {
                continue;
            }
            let target = if path.is_empty() { page.clone() } else { page.parent().expect("a folder").join(path) };
            assert!(target.exists(), "{}: {link}", page.display());
            if !anchor.is_empty() {
                let target = fs::read_to_string(target).expect("a page");
                assert!(anchors(&target).iter().any(|heading| heading == anchor), "{}: {link}", page.display());
            }
        }
    }
}

/// Every page is reached by links from the README.
#[test]
fn every_page_is_reached() {
    let mut reached = vec![root().join("README.md").canonicalize().expect("the README")];
    let mut at = 0;
    while let Some(page) = reached.get(at).cloned() {
        at += 1;
        let text = fs::read_to_string(&page).expect("UTF-8");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let target = page.parent().expect("a folder").join(link);
            let target = if target.is_dir() { target.join("README.md") } else { target };
            if let (true, Ok(target)) = (link.ends_with(".md") || link.ends_with('/'), target.canonicalize())
                && !reached.contains(&target)
            {
                reached.push(target);
            }
        }
    }
    // A walkthrough is shown by the extension, READMEs of packages are sent with them, and packing leaves one behind.
    let is_elsewhere = |page: &Path| {
        page.to_string_lossy().contains("walkthrough")
            || page.ends_with("readme-packaged.md")
            || page.iter().nth_back(2).is_some_and(|folder| folder == "packaging")
    };
    for page in pages() {
        let page = page.canonicalize().expect("a page");
        assert!(reached.contains(&page) || is_elsewhere(&page), "no page leads to {}", page.display());
    }
}
