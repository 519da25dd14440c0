//! The README in Chinese says what the English one does, and both name the figures that were measured.

use crate::common;

const ENGLISH: &str = include_str!("../../../README.md");
const CHINESE: &str = include_str!("../../../README.zh-CN.md");

/// What a section holds that doesn't depend on the language.
#[derive(Debug, PartialEq)]
struct Section {
    level: usize,
    /// Fenced blocks and files in comments, line for line.
    blocks: Vec<String>,
    /// Where links and pictures lead, sorted.
    links: Vec<String>,
    /// What stands in backticks, sorted.
    code: Vec<String>,
    /// Numbers outside of these, sorted.
    numbers: Vec<String>,
    items: usize,
    /// Cells of all rows of tables.
    cells: usize,
}

fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = page.lines();
    let mut prose = String::new();
    while let Some(line) = lines.next() {
        if let Some(level) = line.find(|c| c != '#').filter(|&level| level > 0) {
            close(sections.last_mut(), &mut prose);
            let empty = Vec::new;
            let (blocks, links, code, numbers) = (empty(), empty(), empty(), empty());
            sections.push(Section { level, blocks, links, code, numbers, items: 0, cells: 0 });
            continue;
        }
        let section = sections.last_mut().expect("the page begins with a heading");
        let end = if line.starts_with("```") { "```" } else { "-->" };
        if line.starts_with("```") || line.starts_with("<!-- ") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            section.blocks.push(format!("{line}\n{}", body.join("\n")));
            continue;
        }
        section.items += usize::from(line.starts_with("* "));
        section.cells += if line.starts_with('|') { line.matches('|').count() - 1 } else { 0 };
        prose += line;
        prose.push('\n');
    }
    close(sections.last_mut(), &mut prose);
    sections
}

/// Files a section's prose under what it holds.
fn close(section: Option<&mut Section>, prose: &mut String) {
    let (Some(section), prose) = (section, std::mem::take(prose)) else { return };
    let mut rest = String::new();
    for (i, part) in prose.split('`').enumerate() {
        if i % 2 == 1 {
            section.code.push(part.to_owned());
        } else {
            rest += part;
        }
    }
    let links = rest.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let pictures = rest.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    section.links = links.chain(pictures).map(|link| link.replace("README.zh-CN.md", "README.md")).collect();
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let numbers = rest.split(|c: char| !is_number(c)).map(|word| word.trim_matches(['.', ',']));
    section.numbers = numbers.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    for list in [&mut section.code, &mut section.links, &mut section.numbers] {
        list.sort();
    }
}

#[test]
fn both_languages_say_the_same() {
    let (english, chinese) = (sections(ENGLISH), sections(CHINESE));
    assert_eq!(english.len(), chinese.len(), "sections");
    for (english, chinese) in english.iter().zip(&chinese) {
        assert_eq!(english, chinese);
    }
}

#[test]
fn the_chinese_page_is_in_chinese() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert_eq!(ENGLISH.chars().filter(|&c| is_chinese(c)).count(), 2, "the link to the other page");
    for line in CHINESE.lines().filter(|line| line.starts_with("## ")) {
        assert!(line.chars().any(is_chinese), "{line}");
    }
}

/// Times are those of the benchmarks, numbers of cases those of the data.
#[test]
fn figures_are_measured_ones() {
    let section = ENGLISH.split("\n## ").find(|section| section.starts_with("How fast it is")).expect("the section");
    let measured = include_str!("../../../benches/README.md");
    let figures: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_suffix(" |")?.rsplit("| ").next())
        .filter(|figure| figure.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(figures.len(), 5);
    for figure in figures {
        assert!(measured.contains(&format!("| {figure} ")), "{figure} is no figure of benches/README.md");
    }
    let cases: usize =
        ["probes.jsonl", "edited.jsonl"].iter().map(|name| common::golden_text(name).lines().count()).sum();
    let (thousands, rest) = (cases / 1000, cases % 1000);
    assert!(ENGLISH.contains(&format!("{thousands},{rest:03} edited files")), "{cases} cases");
    let models = common::golden("conventions.json").as_object().expect("a mapping").len();
    assert!(ENGLISH.contains(&format!("for {models} models")), "{models} models");
}
