//! JUnit XML: one suite per file, one case per finding. The failing cases are the findings that make the exit status 1.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::rules::Severity;
use crate::words::message;

/// Prints the findings of all files; those of the `failing` severities fail.
pub(in crate::cli) fn print(reports: &[Report], failing: &[Severity], out: &mut impl Write) -> io::Result<()> {
    let mut printed = quick_junit::Report::new("yolint");
    for report in reports {
        let mut suite = TestSuite::new(report.name());
        if report.findings.is_empty() {
            suite.add_test_case(case(report, "check", TestCaseStatus::success()));
        }
        for finding in &report.findings {
            suite.add_test_case(of_finding(report, finding, failing.contains(&finding.diagnostic.severity)));
        }
        printed.add_test_suite(suite);
    }
    printed.serialize(out).map_err(io::Error::other)
}

/// A case with the file's name where readers look for it.
fn case(report: &Report, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(report.name());
    case.extra.insert("file".into(), report.name().into());
    case
}

fn of_finding(report: &Report, finding: &Finding, fails: bool) -> TestCase {
    let d = &finding.diagnostic;
    let (file, message) = (report.name(), report.say(&finding.message()));
    let [(line, column), _] = report.region(d.span);
    let kind = format!("{}[{}]", d.severity.name(), d.rule);
    let mut text = format!("{file}:{line}:{column}: {kind} {message}\n");
    for (place, words) in &d.related {
        let [(line, column), _] = place.region();
        text += &format!("{}:{line}:{column}: {}\n", report::name(&place.file.path), report.say(words));
    }
    d.help.iter().for_each(|help| text += &format!("{}\n", report.say(&message!("help-line", help))));
    let mut status = TestCaseStatus::success();
    if fails {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(kind).set_message(message).set_description(text.as_str());
    }
    let mut case = case(report, &format!("{} ({line}:{column})", d.rule), status);
    case.extra.insert("line".into(), line.to_string().into());
    if !fails {
        case.set_system_out(text);
    }
    case
}
