//! The report of `--report`: GitHub-flavoured Markdown for the summary of a CI run.

use std::fmt::Write as _;

use super::pretty::{language_of, outcome};
use super::totals;
use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::cost::units;
use crate::rules::Severity;
use crate::words::message;

/// Returns a table of files with their totals, then their findings.
pub(in crate::cli) fn report(reports: &[Report]) -> String {
    let mut text =
        format!("# yolint\n\n{}\n", language_of(reports).say(&message!("full-stop", sentence = outcome(reports))));
    if !reports.is_empty() {
        let heading = language_of(reports).say(&message!("report-heading"));
        text += &format!("\n{heading}\n| --- | --- | ---: | ---: | ---: | --- |\n");
        reports.iter().for_each(|report| totals(report, &mut text));
    }
    for report in reports.iter().filter(|report| !report.findings.is_empty()) {
        let _ = write!(text, "\n## {}\n\n", escaped(&report.name()));
        report.findings.iter().for_each(|finding| entry(report, finding, &mut text));
    }
    text
}

/// Writes one line per scale; the first has the number of findings.
fn totals(report: &Report, text: &mut String) {
    let mut found = match (report.count(Severity::Error), report.count(Severity::Warning)) {
        (0, 0) => report.say(&message!("report-nothing")),
        (errors, 0) => report.say(&message!("counted-errors", count = errors)),
        (0, warnings) => report.say(&message!("counted-warnings", count = warnings)),
        (errors, warnings) => {
            let errors = message!("counted-errors", count = errors);
            let warnings = message!("counted-warnings", count = warnings);
            report.say(&message!("list-comma", first = errors, next = warnings))
        }
    };
    let mut file = escaped(&report.name());
    for analysis in report.analyses.checked() {
        let layers = analysis.totals.as_ref().map_or("?".to_owned(), |t| units::grouped(t.layers as u128));
        let (params, ops) = (totals::params(analysis), totals::ops(analysis));
        let scale = escaped(&analysis.scale);
        let _ = writeln!(text, "| {file} | {scale} | {layers} | {params} | {ops} | {found} |");
        (file, found) = (String::new(), String::new());
    }
}

fn entry(report: &Report, finding: &Finding, text: &mut String) {
    let d = &finding.diagnostic;
    let [(line, column), _] = report.region(d.span);
    let message = escaped(&report.say(&finding.message()));
    let _ = writeln!(text, "* {line}:{column} **{}** {}: {message}", d.severity.name(), d.rule);
    for (place, words) in &d.related {
        let file = if report.holds(place) { String::new() } else { report::name(&place.file.path) + ":" };
        let [(line, column), _] = place.region();
        let _ = writeln!(text, "  * {}{line}:{column} {}", escaped(&file), escaped(&report.say(words)));
    }
    for help in super::advice(report, d) {
        let _ = writeln!(text, "  * {}", escaped(&help));
    }
}

/// Escapes Markdown except for code between backticks.
fn escaped(text: &str) -> String {
    // Unpaired backticks are ordinary characters.
    let pairs = text.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(text.len());
    let mut is_code = false;
    for c in text.chars() {
        match c {
            '`' if pairs => is_code = !is_code,
            '\n' | '\r' => {
                escaped.push(' ');
                continue;
            }
            // A bar would end a table cell, even in code.
            '|' => escaped.push('\\'),
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '`' | '&' if !is_code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_means_itself() {
        assert_eq!(super::escaped("a_b <c> `d_e` | f"), r"a\_b \<c\> `d_e` \| f");
        assert_eq!(super::escaped("a ` b_"), r"a \` b\_");
    }
}
