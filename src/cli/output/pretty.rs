//! Findings with the source around them. The only file that names `miette`.

use std::io::{self, IsTerminal, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Severity};

use crate::check::Finding;
use crate::cli::report::Report;
use crate::rules;
use crate::text::Span;

/// Prints the findings of all files, then a line that counts them.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let handler = GraphicalReportHandler::new_themed(theme());
    let (mut errors, mut warnings) = (0, 0);
    for report in reports {
        for finding in &report.findings {
            match finding.diagnostic.severity {
                rules::Severity::Error => errors += 1,
                rules::Severity::Warning => warnings += 1,
                rules::Severity::Hint => {}
            }
            let mut text = String::new();
            let source = NamedSource::new(report.name(), report.text.clone()).with_language("yaml");
            let diagnostic = miette::Report::new(diagnostic(report, finding)).with_source_code(source);
            handler.render_report(&mut text, diagnostic.as_ref()).map_err(io::Error::other)?;
            writeln!(out, "{}", text.trim_end_matches('\n'))?;
        }
    }
    if errors + warnings > 0 {
        writeln!(out)?;
    }
    for summary in reports.iter().filter_map(Report::summary) {
        writeln!(out, "{summary}")?;
    }
    let files = if reports.len() == 1 { "1 file".to_owned() } else { format!("{} files", reports.len()) };
    match (errors, warnings) {
        (0, 0) => writeln!(out, "{files} checked: nothing to report"),
        _ => writeln!(out, "{files} checked: {} and {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Colour only on a terminal, and not where `NO_COLOR` is set.
fn theme() -> GraphicalTheme {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || !io::stdout().is_terminal();
    if plain { GraphicalTheme::unicode_nocolor() } else { GraphicalTheme::unicode() }
}

fn diagnostic(report: &Report, finding: &Finding) -> MietteDiagnostic {
    let d = &finding.diagnostic;
    let severity = match d.severity {
        rules::Severity::Error => Severity::Error,
        rules::Severity::Warning => Severity::Warning,
        rules::Severity::Hint => Severity::Advice,
    };
    let label = |span: Span, text: Option<String>| {
        let len = report.text.len();
        let start = (span.start as usize).min(len);
        LabeledSpan::new(text, start, (span.end as usize).clamp(start, len) - start)
    };
    let mut labels = vec![LabeledSpan::new_primary_with_span(None, *label(d.span, None).inner())];
    labels.extend(d.related.iter().map(|(span, text)| label(*span, Some(text.clone()))));
    let mut diagnostic =
        MietteDiagnostic::new(finding.message()).with_code(d.rule).with_severity(severity).with_labels(labels);
    if let Some(help) = d.help.as_ref().or(d.fixes.first().map(|fix| &fix.title)) {
        diagnostic = diagnostic.with_help(help.clone());
    }
    diagnostic
}
