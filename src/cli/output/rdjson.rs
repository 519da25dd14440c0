//! Reviewdog's diagnostic format, which posts findings as comments of a review. Its columns count bytes.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::json::write_json;
use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::rules::Severity;
use crate::text::{Encoding, Location, SourceFile, Span};

/// Prints the findings of all files.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let findings = reports.iter().flat_map(|report| report.findings.iter().map(move |found| diagnostic(report, found)));
    let diagnostics: Vec<Json> = findings.collect();
    write_json(&json!({ "source": { "name": "yolint" }, "diagnostics": diagnostics }), out)
}

fn diagnostic(report: &Report, finding: &Finding) -> Json {
    let d = &finding.diagnostic;
    let severity = match d.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Hint => "INFO",
    };
    // Each suggestion is an alternative, so a fix of several edits can't be one.
    let suggestions = d.fixes.iter().filter(|fix| fix.files.is_empty()).filter_map(|fix| match fix.edits.as_slice() {
        [(span, text)] => Some(json!({ "range": range(&report.source, *span), "text": text })),
        _ => None,
    });
    let related: Vec<Json> = d
        .related
        .iter()
        .map(|(place, words)| json!({ "message": report.say(words), "location": location(place) }))
        .collect();
    let help = d.help.as_ref().map(|help| format!("\n{}", report.say(help))).unwrap_or_default();
    json!({
        "message": report.say(&finding.message()) + &help,
        "location": location(&report.at(d.span)),
        "severity": severity,
        "code": { "value": d.rule },
        "suggestions": suggestions.collect::<Vec<_>>(),
        "relatedLocations": related,
    })
}

fn location(place: &Location) -> Json {
    json!({ "path": report::name(&place.file.path).replace('\\', "/"), "range": range(&place.file, place.span) })
}

fn range(file: &SourceFile, span: Span) -> Json {
    let position = |offset: u32| {
        let place = file.lines.line_column(&file.text, offset, Encoding::Utf8);
        json!({ "line": place.line + 1, "column": place.column + 1 })
    };
    json!({ "start": position(span.start), "end": position(span.end) })
}
