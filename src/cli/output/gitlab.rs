//! GitLab's Code Quality report: a list of findings with a fingerprint each, by which GitLab tells new ones from old ones.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::json::write_json;
use crate::cli::report::Report;
use crate::rules::Severity;

/// Prints the findings of all files.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let findings: Vec<Json> = reports.iter().flat_map(issues).collect();
    write_json(&findings, out)
}

fn issues(report: &Report) -> Vec<Json> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let findings = report.findings.iter().map(|finding| {
        let d = &finding.diagnostic;
        let severity = match d.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Hint => "info",
        };
        let [(line, _), (end, _)] = report.region(d.span);
        // A finding stays the same one where only lines above it come or go.
        let what = format!("{}\n{}\n{}", report.name(), d.rule, report.say(&finding.message()));
        let count = seen.entry(what.clone()).or_default();
        *count += 1;
        json!({
            "description": report.say(&finding.message()),
            "check_name": d.rule,
            "fingerprint": fingerprint(&what, *count),
            "severity": severity,
            "location": { "path": report.name().replace('\\', "/"), "lines": { "begin": line, "end": end } },
        })
    });
    findings.collect()
}

/// A number that is the same in every run, release and on every machine: FNV-1a.
fn fingerprint(what: &str, count: usize) -> String {
    let bytes = what.bytes().chain(count.to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
