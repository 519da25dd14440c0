//! How often each rule was found: count, severity, rule, and whether it can be fixed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::pretty::language_of;
use crate::cli::report::Report;
use crate::rules;
use crate::words::message;

/// Prints a line per rule that was found, the most frequent first.
pub(in crate::cli) fn print(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let language = language_of(reports);
    let mut counts: BTreeMap<(&str, &str), (usize, bool)> = BTreeMap::new();
    for finding in reports.iter().flat_map(|report| &report.findings) {
        let d = &finding.diagnostic;
        let (count, is_fixable) = counts.entry((d.rule, d.severity.name())).or_default();
        *count += 1;
        *is_fixable |= d.fixes.iter().any(|fix| fix.safe);
    }
    let mut lines: Vec<_> = counts.into_iter().collect();
    lines.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let width = lines.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or(0);
    for ((rule, severity), (count, is_fixable)) in &lines {
        let summary = rules::find(rule).map(|rule| rule.summary_in(language)).unwrap_or_default();
        let fix = if *is_fixable { " (--fix)" } else { "" };
        writeln!(out, "{count:>5}  {severity:<7}  {rule:<width$}  {summary}{fix}")?;
    }
    if lines.is_empty() {
        writeln!(out, "{}", language.say(&message!("no-findings")))?;
    }
    Ok(())
}
