//! Output formats, one file each.

pub(super) mod compare;
pub(super) mod concise;
pub(super) mod diff;
pub(super) mod github;
pub(super) mod gitlab;
pub(super) mod json;
pub(super) mod junit;
pub(super) mod maps;
pub(super) mod markdown;
pub(super) mod moved;
pub(super) mod pretty;
pub(super) mod pretty_table;
pub(super) mod rdjson;
pub(super) mod sarif;
pub(super) mod statistics;
pub(super) mod table;
pub(super) mod terminal;
mod totals;
pub(super) mod unified;
pub(super) mod weights;

use std::io::{self, Write};

use super::report::Report;
use crate::rules::Diagnostic;
use crate::text;
use crate::words::message;

/// Returns the help of a finding and one line per fix: `fix: insert `,``.
fn advice(report: &Report, diagnostic: &Diagnostic) -> impl Iterator<Item = String> {
    let help = diagnostic.help.iter().map(|help| report.say(help));
    help.chain(diagnostic.fixes.iter().map(|fix| match fix.safe {
        true => report.say(&message!("fix-line", title = &fix.title)),
        false => report.say(&message!("fix-line-unsafe", title = &fix.title)),
    }))
}

/// The widths of lines printed as columns.
fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let width = |k: usize| lines.iter().map(|line| text::width(&line[k])).max().unwrap_or(0);
    (0..lines.first().map_or(0, Vec::len)).map(width).collect()
}

/// The width of lines printed as columns.
fn width_of(lines: &[Vec<String>]) -> usize {
    let widths = widths(lines);
    widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)
}

/// Prints lines as columns, aligned right if `right` says so.
pub(super) fn columns(lines: &[Vec<String>], right: &[bool], out: &mut impl Write) -> io::Result<()> {
    let widths = widths(lines);
    for line in lines {
        let cells = line.iter().zip(&widths).zip(right).map(|((cell, &width), &right)| match right {
            true => " ".repeat(width - text::width(cell)) + cell,
            false => cell.clone() + &" ".repeat(width - text::width(cell)),
        });
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Prints lines as a Markdown table; the first is the heading.
fn markdown_table(lines: &[Vec<String>], rules: &[&str], out: &mut impl Write) -> io::Result<()> {
    for (k, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().map(|cell| cell.replace('|', "\\|")).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
        if k == 0 {
            writeln!(out, "| {} |", rules.join(" | "))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::{Finding, Request};
    use crate::cli::report::of_file;
    use crate::model::ReadFile;
    use crate::rules;
    use crate::text::{Location, SourceFile, Span};

    const MODEL: &str = "backbone:\n  - [-1, 1, Mine, [8]]\nhead:\n  - [-1, 1, Classify, [3]]\n";
    const BLOCK: &str = "class Mine(nn.Module):\n    def __init__(self, c1):\n        raise ValueError\n";

    fn span(text: &str, words: &str) -> Span {
        let start = text.find(words).expect("the words") as u32;
        Span::new(start, start + words.len() as u32)
    }

    /// A finding at `Mine` that is explained by a line of `nn/block.py` and by a row of the model.
    fn report() -> Report {
        let mut report = of_file(ReadFile::new(SourceFile::new("m.yaml", MODEL)), Request::default(), Arc::default());
        let block = Arc::new(SourceFile::new("./nn/block.py", BLOCK));
        let raised = Location { span: span(BLOCK, "raise"), file: block };
        let rule = rules::find("wrong-arguments").expect("a rule");
        let diagnostic = rule.at(span(MODEL, "Mine"), "Mine raises ValueError").related(raised, "raised here");
        let diagnostic = diagnostic.related(report.at(span(MODEL, "Classify")), "read here");
        report.checked.findings = vec![Finding { diagnostic, scales: Vec::new(), likewise: Vec::new() }];
        report
    }

    fn printed(print: impl FnOnce(&[Report], &mut Vec<u8>) -> std::io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&[report()], &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn places_in_another_file_are_named_with_it() {
        let text = printed(github::print);
        assert!(text.contains("::error file=m.yaml,line=2,"), "{text}");
        assert!(
            text.ends_with("::Mine raises ValueError%0Ann/block.py:3: raised here%0Aline 4: read here\n"),
            "{text}"
        );
        let text = printed(|reports, out| junit::print(reports, &[], out));
        assert!(text.contains("\nnn/block.py:3:9: raised here\nm.yaml:4:13: read here\n"), "{text}");
        let text = markdown::report(&[report()]);
        assert!(text.contains("\n  * nn/block.py:3:9 raised here\n  * 4:13 read here\n"), "{text}");
        let text = printed(|reports, out| pretty::print(reports, true, true, out));
        assert!(text.contains("m.yaml:2:13") && text.contains("nn/block.py:3:9"), "{text}");
        assert!(text.contains("raise ValueError") && text.contains("read here"), "{text}");
    }

    #[test]
    fn places_in_another_file_are_data() {
        let json: serde_json::Value = serde_json::from_str(&printed(json::print_files)).expect("JSON");
        let related = &json["files"][0]["diagnostics"][0]["related"];
        let start = serde_json::json!({ "line": 3, "column": 9, "offset": 59 });
        assert_eq!((&related[0]["file"], &related[0]["start"]), (&"nn/block.py".into(), &start));
        assert_eq!((&related[1]["file"], &related[1]["start"]["line"]), (&serde_json::Value::Null, &4.into()));
        let sarif: serde_json::Value = serde_json::from_str(&printed(sarif::print)).expect("JSON");
        let places = sarif["runs"][0]["results"][0]["relatedLocations"].as_array().expect("places");
        let places: Vec<_> = places.iter().map(|place| &place["physicalLocation"]).collect();
        assert_eq!(places[0]["artifactLocation"]["uri"], "nn/block.py");
        assert_eq!(
            places[0]["region"],
            serde_json::json!({ "startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 14 })
        );
        assert_eq!(places[1]["artifactLocation"]["uri"], "m.yaml");
    }
}
