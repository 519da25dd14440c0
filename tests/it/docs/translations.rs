//! Pages in Chinese say what the English ones do: the same sections, blocks, links, code and numbers.
//!
//! `UPDATE_EXPECT=1 cargo test --test it docs::translations` copies blocks that have changed in English, and writes
//! the list of rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path};

use expect_test::expect_file;
use yolint::internals::rules::{RULES, Severity};

use super::pages::{pages, root};

/// Where pages in Chinese are, but for the README's.
const FOLDER: &str = "docs/zh";

/// Pages that are in Chinese only.
const ALONE: [&str; 2] = ["docs/zh/glossary.md", "docs/zh/rules/README.md"];

/// The headings of a rule's page in Chinese, for those in English.
const HEADINGS: [(&str, &str); 6] = [
    ("## What it does", "## 检查什么"),
    ("## Why is this bad?", "## 有什么后果"),
    ("## Example", "## 示例"),
    ("## Use instead", "## 改成这样"),
    ("## Options", "## 配置项"),
    ("## Fix safety", "## 修复是否安全"),
];

/// What a section holds that doesn't depend on the language.
#[derive(Debug, PartialEq)]
struct Section {
    level: usize,
    /// Fenced blocks and files in comments, line for line.
    blocks: Vec<String>,
    /// Files that links and pictures lead to, those in Chinese as their English ones.
    links: BTreeSet<String>,
    /// What stands in backticks.
    code: BTreeSet<String>,
    /// Numbers outside of these.
    numbers: BTreeSet<String>,
    items: usize,
    /// Cells of all rows of tables.
    cells: usize,
}

/// The page in English of one in Chinese.
fn english(chinese: &str) -> String {
    chinese.replace(".zh-CN.", ".").replace("docs/zh/", "docs/")
}

/// Pages in Chinese: paths from the repository's folder, with `/`.
fn chinese_pages() -> Vec<String> {
    let paths = pages().into_iter().map(|page| relative(page.strip_prefix(root()).expect("a page of the repository")));
    paths.filter(|path| path.starts_with(FOLDER) || path == "README.zh-CN.md").collect()
}

/// A path without `..`, with `/`.
fn relative(path: &Path) -> String {
    let mut names: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(names.pop()),
            part => names.push(part.as_os_str().to_string_lossy().into_owned()),
        }
    }
    names.join("/")
}

/// A page's fenced blocks and files in comments, each with its first line.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(end) = end(line) {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            blocks.push(format!("{line}\n{}", body.join("\n")));
        }
    }
    blocks
}

/// The line that ends the block which a line begins.
fn end(line: &str) -> Option<&'static str> {
    match line {
        _ if line.starts_with("```") => Some("```"),
        _ if line.starts_with("<!-- ") => Some("-->"),
        _ => None,
    }
}

fn sections(path: &str, page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = page.lines();
    let mut prose = String::new();
    while let Some(line) = lines.next() {
        if let Some(level) = line.find(|c| c != '#').filter(|&level| level > 0) {
            close(path, sections.last_mut(), &mut prose);
            let (links, code, numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
            sections.push(Section { level, blocks: Vec::new(), links, code, numbers, items: 0, cells: 0 });
            continue;
        }
        let section = sections.last_mut().expect("the page begins with a heading");
        if let Some(end) = end(line) {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            section.blocks.push(format!("{line}\n{}", body.join("\n")));
            continue;
        }
        section.items += usize::from(line.starts_with("* "));
        section.cells += if line.starts_with('|') { line.matches('|').count() - 1 } else { 0 };
        prose += line;
        prose.push('\n');
    }
    close(path, sections.last_mut(), &mut prose);
    sections
}

/// Files a section's prose under what it holds.
fn close(path: &str, section: Option<&mut Section>, prose: &mut String) {
    let (Some(section), prose) = (section, std::mem::take(prose)) else { return };
    let mut rest = String::new();
    for (i, part) in prose.split('`').enumerate() {
        if i % 2 == 1 {
            section.code.insert(part.split_whitespace().collect::<Vec<_>>().join(" "));
        } else {
            rest += part;
        }
    }
    let links = rest.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let pictures = rest.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links.chain(pictures) {
        let file = link.split('#').next().unwrap_or_default();
        if file.is_empty() {
            continue;
        }
        let is_path = !file.contains("://");
        let target = Path::new(path).parent().expect("a folder").join(file);
        section.links.insert(if is_path { english(&relative(&target)) } else { link.to_owned() });
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let numbers = rest.split(|c: char| !is_number(c)).map(|word| word.trim_matches(['.', ',']));
    section.numbers = numbers.filter(|word| !word.is_empty()).map(str::to_owned).collect();
}

#[test]
fn both_languages_say_the_same() {
    let mut problems = String::new();
    for path in chinese_pages().iter().filter(|path| !ALONE.contains(&path.as_str())) {
        let read = |path: &str| fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let (original, mut translated) = (read(&english(path)), read(path));
        let (new, old) = (blocks(&original), blocks(&translated));
        if new != old && new.len() == old.len() && std::env::var_os("UPDATE_EXPECT").is_some() {
            translated = new.iter().zip(&old).fold(translated, |page, (new, old)| page.replacen(old, new, 1));
            fs::write(root().join(path), &translated).expect("the page can be written");
        }
        let (original, translated) = (sections(&english(path), &original), sections(path, &translated));
        if original.len() != translated.len() {
            let _ = writeln!(problems, "{path}: {} sections, not {}", translated.len(), original.len());
        }
        for (i, (original, translated)) in original.iter().zip(&translated).enumerate() {
            if original != translated {
                let _ = writeln!(problems, "{path}, section {i}:\n{original:#?}\n{translated:#?}");
            }
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn the_notebook_in_chinese_has_the_same_code() {
    let code = |name: &str| -> Vec<serde_json::Value> {
        let text = fs::read_to_string(root().join("examples").join(name)).expect("a notebook");
        let notebook: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let cells = notebook["cells"].as_array().expect("cells").clone();
        // Of prose only the code that it shows is compared.
        let shown = |cell: &serde_json::Value| cell["source"].to_string().split("```").nth(1).map(str::to_owned);
        let is_code = |cell: &serde_json::Value| cell["cell_type"] == "code";
        cells.iter().map(|cell| if is_code(cell) { cell["source"].clone() } else { shown(cell).into() }).collect()
    };
    assert_eq!(code("yolint.ipynb"), code("yolint.zh-CN.ipynb"));
}

/// Headings of one word can be names: `SPPF`, `GitHub`.
#[test]
fn headings_are_in_chinese() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for path in chinese_pages() {
        let text = fs::read_to_string(root().join(&path)).expect("UTF-8");
        for heading in text.lines().filter_map(|line| line.strip_prefix("## ")) {
            let is_name = heading.starts_with('`') || !heading.contains(' ');
            assert!(is_name || heading.chars().any(is_chinese), "{path}: {heading}");
        }
    }
}

/// The page of a rule in Chinese, and its first paragraph.
fn rule(name: &str) -> (String, String) {
    let path = root().join(FOLDER).join(format!("rules/{name}.md"));
    let page = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let summary = page.split("\n\n").nth(2).expect("a summary").to_owned();
    (page, summary)
}

#[test]
fn each_rule_has_its_page_in_chinese() {
    let mut index =
        "# 规则\n\n在 `.yolint.yaml` 或编辑器设置的 `rules:` 里，把规则设为 `error`、`warn`、`hint` 或 `off`。\
                     要在某一层忽略一条规则，在这一行后面或上面写 `# yolint: ignore[rule] reason`。\n\n\
                     | 规则 | 默认级别 | |\n| --- | --- | --- |\n"
            .to_owned();
    for english in &RULES {
        let name = english.name;
        let (page, summary) = rule(name);
        let level = match english.severity {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Hint => "提示",
        };
        assert!(page.starts_with(&format!("# {name}\n\n*默认级别：{level}。*\n\n")), "{name}");
        assert!(summary.ends_with('。') && !summary.contains('\n'), "{name}: {summary}");
        let headings = |page: &str| page.lines().filter(|line| line.starts_with("## ")).map(str::to_owned).collect();
        let (original, translated): (Vec<String>, Vec<String>) = (headings(&english.page()), headings(&page));
        let expected = original.iter().map(|heading| HEADINGS.iter().find(|(english, _)| english == heading));
        let expected: Vec<&str> = expected.map(|pair| pair.expect("a known heading").1).collect();
        assert_eq!(translated, expected, "{name}");
        let _ = writeln!(index, "| [{name}]({name}.md) | {level} | {summary} |");
    }
    expect_file![root().join(FOLDER).join("rules/README.md")].assert_eq(&index);
}
