//! GitHub workflow commands that annotate lines: `::error file=…,line=…,col=…,title=…::message`.

use std::io::{self, Write};

use crate::check::Finding;
use crate::cli::report::{self, Report};
use crate::rules::Severity;
use crate::words::message;

/// Prints the findings of all files.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    for report in reports {
        for finding in &report.findings {
            annotation(report, finding, out)?;
        }
    }
    Ok(())
}

fn annotation(report: &Report, finding: &Finding, out: &mut impl Write) -> io::Result<()> {
    let d = &finding.diagnostic;
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let [(line, column), (end_line, end_column)] = report.region(d.span);
    write!(out, "::{level} file={},line={line},endLine={end_line}", property(&report.name()))?;
    // GitHub accepts columns only if both are on one line.
    if line == end_line {
        write!(out, ",col={column},endColumn={end_column}")?;
    }
    let mut message = report.say(&finding.message());
    for (place, words) in &d.related {
        let words = report.say(words);
        let line = place.region()[0].0;
        message += &match report.holds(place) {
            true => format!("\n{}", report.say(&message!("of-line", line, what = words))),
            false => format!("\n{}:{line}: {words}", report::name(&place.file.path)),
        };
    }
    d.help.iter().for_each(|help| message += &format!("\n{}", report.say(&message!("help-line", help))));
    writeln!(out, ",title={}::{}", property(&format!("yolint {}", d.rule)), escaped(&message))
}

/// Escapes a message.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property's value, which a comma or a colon would end.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_properties_are_escaped() {
        assert_eq!(escaped("100% a,b: c\r\nd"), "100%25 a,b: c%0D%0Ad");
        assert_eq!(property("a,b:c%.yaml"), "a%2Cb%3Ac%25.yaml");
    }
}
