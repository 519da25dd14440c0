//! One line per finding: `file:line:column: severity[rule] message`.

use std::io::{self, Write};

use crate::cli::report::Report;

/// Prints the findings of all files.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    for report in reports {
        for finding in &report.findings {
            let d = &finding.diagnostic;
            let [(line, column), _] = report.region(d.span);
            let (severity, rule, message) = (d.severity.name(), d.rule, report.say(&finding.message()));
            writeln!(out, "{}:{line}:{column}: {severity}[{rule}] {message}", report.name())?;
        }
    }
    Ok(())
}
