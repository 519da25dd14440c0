//! SARIF 2.1.0, for code scanning services.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::rules::{Fix, RULES, Rule, Severity};
use crate::text::{FileEdits, Location, SourceFile, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Prints the findings of all files.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let findings = reports.iter().flat_map(|report| report.findings.iter().map(move |finding| (report, finding)));
    let results: Vec<Json> = findings.map(|(report, finding)| result(report, finding)).collect();
    let driver = json!({
        "name": "yolint",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
    });
    let run = json!({
        "tool": { "driver": driver },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": results,
    });
    serde_json::to_writer(&mut *out, &json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))?;
    writeln!(out)
}

fn rule(rule: &Rule) -> Json {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.page(), "markdown": rule.page() },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

fn result(report: &Report, finding: &Finding) -> Json {
    let d = &finding.diagnostic;
    let related: Vec<Json> = d
        .related
        .iter()
        .map(|(location, words)| json!({ "physicalLocation": place(location), "message": { "text": report.say(words) } }))
        .collect();
    let help = d.help.as_ref().map(|help| format!("\n{}", report.say(help))).unwrap_or_default();
    json!({
        "ruleId": d.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.name == d.rule),
        "level": level(d.severity),
        "message": { "text": report.say(&finding.message()) + &help },
        "locations": [{ "physicalLocation": place(&report.at(d.span)) }],
        "relatedLocations": related,
        "fixes": d.fixes.iter().map(|fix| fixed(report, fix)).collect::<Vec<_>>(),
    })
}

fn fixed(report: &Report, fix: &Fix) -> Json {
    let own = (!fix.edits.is_empty()).then(|| changes(&report.source, &fix.edits));
    let others = fix.files.iter().map(|FileEdits { file, edits }| changes(file, edits));
    json!({
        "description": { "text": report.say(&fix.title) },
        "artifactChanges": own.into_iter().chain(others).collect::<Vec<_>>(),
        "properties": { "safe": fix.safe },
    })
}

/// The edits of one file.
fn changes(file: &Arc<SourceFile>, edits: &[(Span, String)]) -> Json {
    let replacement = |(span, text): &(Span, String)| {
        let place = Location { file: file.clone(), span: *span };
        json!({ "deletedRegion": region(&place), "insertedContent": { "text": text } })
    };
    json!({
        "artifactLocation": { "uri": uri(&report::name(&file.path)) },
        "replacements": edits.iter().map(replacement).collect::<Vec<_>>(),
    })
}

fn place(location: &Location) -> Json {
    json!({ "artifactLocation": { "uri": uri(&report::name(&location.file.path)) }, "region": region(location) })
}

fn region(location: &Location) -> Json {
    let [(line, column), (end_line, end_column)] = location.region();
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// Converts a path to a URI reference; relative paths stay relative.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("models/a b.yaml"), "models/a%20b.yaml");
        assert_eq!(uri("/data/größe:1.yaml"), "file:///data/gr%C3%B6%C3%9Fe%3A1.yaml");
    }
}
