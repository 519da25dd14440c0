//! The README names the figures that were measured, and it and the program's help all conventions.

use yolint::internals::cost::Convention;

use crate::common;

const README: &str = include_str!("../../../README.md");

/// Times are those of the benchmarks, numbers of cases those of the data.
#[test]
fn figures_are_measured_ones() {
    let section = README.split("\n## ").find(|section| section.starts_with("How fast it is")).expect("the section");
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
    assert!(README.contains(&format!("{thousands},{rest:03} edited files")), "{cases} cases");
    let models = common::golden("conventions.json").as_object().expect("a mapping").len();
    assert!(README.contains(&format!("for {models} models")), "{models} models");
}

/// In every language, and in what the program says of its option.
#[test]
fn all_conventions_are_named() {
    let pages = [("README.md", README), ("README.zh-CN.md", include_str!("../../../README.zh-CN.md"))];
    for (page, text) in pages.into_iter().chain([("src/cli/mod.rs", include_str!("../../../src/cli/mod.rs"))]) {
        let is_option =
            |line: &&str| line.starts_with("| `--convention ") || line.contains("/// FLOP-counting convention");
        let line = text.lines().find(is_option).unwrap_or_else(|| panic!("{page} names no convention"));
        for convention in Convention::ALL {
            assert!(line.contains(convention.name()), "{page} doesn't name {convention}: {line}");
        }
    }
}
