//! JUnit XML: one suite per file, one case per finding. The failing cases are the findings that make the exit status 1.

use std::io::{self, Write};

use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::rules::Severity;
use crate::text::xml::escaped;

/// Prints the findings of all files; those of the `failing` severities fail.
pub(in crate::cli) fn print(reports: &[Report], failing: &[Severity], out: &mut impl Write) -> io::Result<()> {
    let failures = |report: &Report| failing.iter().map(|severity| report.count(*severity)).sum::<usize>();
    let cases = |report: &Report| report.findings.len().max(1);
    let tests: usize = reports.iter().map(cases).sum();
    let all: usize = reports.iter().map(failures).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="yolint" tests="{tests}" failures="{all}" errors="0">"#)?;
    for report in reports {
        let (name, tests, failures) = (escaped(&report.name()), cases(report), failures(report));
        let counts = format!(r#"tests="{tests}" failures="{failures}" errors="0" skipped="0""#);
        writeln!(out, r#"  <testsuite name="{name}" {counts}>"#)?;
        if report.findings.is_empty() {
            writeln!(out, r#"    <testcase name="check" classname="{name}" file="{name}"/>"#)?;
        }
        for finding in &report.findings {
            case(report, finding, failing.contains(&finding.diagnostic.severity), out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(report: &Report, finding: &Finding, fails: bool, out: &mut impl Write) -> io::Result<()> {
    let d = &finding.diagnostic;
    let (file, rule, severity) = (escaped(&report.name()), d.rule, d.severity.name());
    let [(line, column), _] = report.region(d.span);
    let message = escaped(&report.say(&finding.message()));
    let mut text = format!("{file}:{line}:{column}: {severity}[{rule}] {message}\n");
    for (place, words) in &d.related {
        let (file, [(line, column), _]) = (escaped(&report::name(&place.file.path)), place.region());
        text += &format!("{file}:{line}:{column}: {}\n", escaped(&report.say(words)));
    }
    d.help.iter().for_each(|help| text += &format!("help: {}\n", escaped(&report.say(help))));
    let name = format!(r#"name="{rule} ({line}:{column})" classname="{file}" file="{file}" line="{line}""#);
    writeln!(out, "    <testcase {name}>")?;
    if fails {
        writeln!(out, r#"      <failure type="{severity}[{rule}]" message="{message}">{text}</failure>"#)?;
    } else {
        writeln!(out, "      <system-out>{text}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}
