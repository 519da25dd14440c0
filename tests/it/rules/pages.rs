//! Pages of rules: their examples are what they say, and `docs/rules/` holds them.

use std::fmt::Write as _;

use expect_test::expect_file;
use yolint::internals::check::Request;
use yolint::internals::rules::RULES;

use crate::suites::{self, Block, blocks, found, suites};

/// The headings that a page may have, in this order.
const HEADINGS: [&str; 6] =
    ["## What it does", "## Why is this bad?", "## Example", "## Use instead", "## Options", "## Fix safety"];

fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let Some((_, rest)) = page.split_once(&format!("\n{heading}\n")) else { return "" };
    rest.split("\n## ").next().unwrap_or_default()
}

/// What is found in a block by a rule, at any level.
fn findings(block: &Block, rule: &str) -> Vec<String> {
    let mut request: Request = suites::request(block);
    request.lint.levels.insert(rule.to_owned(), yolint::internals::rules::Level::Warn);
    let of_rule = |(_, what, message): (u32, String, String)| (what == format!("warning[{rule}]")).then_some(message);
    found(&block.text, &request).into_iter().filter_map(of_rule).collect()
}

#[test]
fn examples_are_found_and_what_to_use_instead_is_not() {
    for rule in &RULES {
        let page = rule.page();
        let examples = blocks(section(&page, "## Example"));
        assert!(!examples.is_empty(), "{} has no example", rule.name);
        for block in &examples {
            assert_ne!(findings(block, rule.name), [""; 0], "{} isn't found in its example\n{}", rule.name, block.text);
        }
        for block in blocks(section(&page, "## Use instead")) {
            assert_eq!(findings(&block, rule.name), [""; 0], "{}\n{}", rule.name, block.text);
        }
    }
}

#[test]
fn pages_have_the_fixed_headings() {
    for rule in &RULES {
        let page = rule.page();
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        let places: Vec<_> = headings.iter().map(|heading| HEADINGS.iter().position(|h| h == heading)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: {headings:?}", rule.name);
        assert_eq!(headings[..3], HEADINGS[..3], "{}", rule.name);
        assert!(rule.summary().ends_with('.'), "{}", rule.name);
    }
}

#[test]
fn every_rule_is_announced_in_a_suite() {
    let suites: String = suites().into_iter().map(|(_, text)| text).collect();
    let missing: Vec<&str> =
        RULES.iter().map(|rule| rule.name).filter(|name| !suites.contains(&format!(": [{name}]"))).collect();
    assert_eq!(missing, [""; 0]);
}

/// `UPDATE_EXPECT=1 cargo test --test it rules::` writes them anew.
#[test]
fn pages_are_in_the_documentation() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut index =
        "# Rules\n\nSet a rule to `error`, `warn`, `hint` or `off` under `rules:` in `.yolint.yaml` or in the editor's \
         settings. Silence it on a row with `# yolint: ignore[rule] reason`, after the row or above it.\n\n\
         | rule | default | |\n| --- | --- | --- |\n"
            .to_owned();
    for rule in &RULES {
        let name = rule.name;
        expect_file![folder.join(format!("{name}.md"))].assert_eq(&rule.page());
        let _ = writeln!(index, "| [{name}]({name}.md) | {} | {} |", rule.severity.name(), rule.summary());
    }
    expect_file![folder.join("README.md")].assert_eq(&index);
    let known = |name: &str| name == "README" || RULES.iter().any(|rule| rule.name == name);
    for entry in std::fs::read_dir(folder).expect("docs/rules").filter_map(Result::ok) {
        let stem = entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        assert!(known(&stem), "docs/rules/{stem}.md is the page of no rule");
    }
}
