//! Findings with source excerpts. The only file that names `miette`.

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Severity};

use super::{terminal, totals};
use crate::check::Finding;
use crate::cli::language;
use crate::cli::report::{self, Report};
use crate::rules;
use crate::text::{Location, SourceFile};
use crate::words::{Language, message};

/// Prints the findings of all files, each file's totals, and the number of findings.
pub(in crate::cli) fn print(reports: &[Report], quiet: bool, plain: bool, out: &mut impl Write) -> io::Result<()> {
    let handler = handler(plain);
    for report in reports {
        for finding in &report.findings {
            writeln!(out, "{}\n", rendered(&handler, report, finding)?)?;
        }
        if !quiet {
            let standing = report.standing().map(|standing| format!(" · {standing}")).unwrap_or_default();
            writeln!(out, "{}: {}{standing}", report.name(), totals::line(report))?;
            if report.rounded > 0 {
                let said = report.say(&message!("cells-rounded", count = report.rounded));
                writeln!(out, "{}: {said}", report.name())?;
            }
        }
    }
    if quiet { Ok(()) } else { writeln!(out, "{}", outcome(reports)) }
}

fn rendered(handler: &GraphicalReportHandler, report: &Report, finding: &Finding) -> io::Result<String> {
    let mut text = String::new();
    let mut render = |file: &SourceFile, diagnostic| {
        let source = NamedSource::new(report::name(&file.path), file.text.to_string()).with_language("yaml");
        let diagnostic = miette::Report::new(diagnostic).with_source_code(source);
        handler.render_report(&mut text, diagnostic.as_ref()).map_err(io::Error::other)
    };
    render(&report.source, diagnostic(report, finding))?;
    // The excerpts of a report are of one file.
    for (place, words) in finding.diagnostic.related.iter().filter(|(place, _)| !report.holds(place)) {
        let diagnostic = MietteDiagnostic::new(report.say(words)).with_severity(Severity::Advice);
        render(&place.file, diagnostic.with_label(label(place, None)))?;
    }
    let label = report.say(&message!("help-label"));
    Ok(text.trim_end_matches('\n').split('\n').map(|line| relabelled(line, &label)).collect::<Vec<_>>().join("\n"))
}

/// A line with another word than miette's own for help, as wide as that one, so that further lines stand below.
fn relabelled(line: &str, label: &str) -> String {
    match line.split_once("  help: ") {
        Some((style, help)) if style.is_empty() || style.starts_with('\u{1b}') => format!("{style}  {label}{help}"),
        _ => line.to_owned(),
    }
}

/// `2 files checked: 1 error and 3 warnings`
pub(super) fn outcome(reports: &[Report]) -> String {
    let of = |severity| reports.iter().map(|report| report.count(severity)).sum();
    let files = reports.len();
    let message = match (of(rules::Severity::Error), of(rules::Severity::Warning)) {
        (0, 0) => message!("outcome-clean", files),
        (errors, warnings) => message!("outcome", files, errors, warnings),
    };
    language_of(reports).say(&message)
}

/// The language of what is said of several files.
pub(super) fn language_of(reports: &[Report]) -> Language {
    reports.first().map_or_else(language::spoken, Report::language)
}

fn handler(plain: bool) -> GraphicalReportHandler {
    let theme = if plain { GraphicalTheme::unicode_nocolor() } else { GraphicalTheme::unicode() };
    let handler = GraphicalReportHandler::new_themed(theme);
    match terminal::width().filter(|_| !plain) {
        Some(width) => handler.with_width(width),
        None => handler,
    }
}

fn label(place: &Location, words: Option<String>) -> LabeledSpan {
    let len = place.file.text.len();
    let start = (place.span.start as usize).min(len);
    LabeledSpan::new(words, start, (place.span.end as usize).clamp(start, len) - start)
}

fn diagnostic(report: &Report, finding: &Finding) -> MietteDiagnostic {
    let d = &finding.diagnostic;
    let severity = match d.severity {
        rules::Severity::Error => Severity::Error,
        rules::Severity::Warning => Severity::Warning,
        rules::Severity::Hint => Severity::Advice,
    };
    let mut labels = vec![LabeledSpan::new_primary_with_span(None, *label(&report.at(d.span), None).inner())];
    let related = d.related.iter().filter(|(place, _)| report.holds(place));
    labels.extend(related.map(|(place, words)| label(place, Some(report.say(words)))));
    let diagnostic = MietteDiagnostic::new(report.say(&finding.message()))
        .with_code(d.rule)
        .with_severity(severity)
        .with_labels(labels);
    let page = report.say(&message!("see-rule", rule = d.rule));
    let help: Vec<String> = super::advice(report, d).chain([page]).collect();
    diagnostic.with_help(help.join("\n"))
}
