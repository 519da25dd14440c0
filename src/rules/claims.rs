//! What rules on the comments of rows share: claims that are wrong in the same way make one finding.

use super::{Diagnostic, Fix, Severity};
use crate::text::Span;

/// A claim that is wrong.
pub(super) struct Wrong {
    /// The row.
    pub(super) row: usize,
    /// Its position among all claims, right or wrong.
    pub(super) place: usize,
    /// What is wrong of its comment.
    pub(super) span: Span,
    /// By how much it is too high; 0 where it is wrong in a way of its own.
    pub(super) offset: i64,
    /// What is true instead, as a sentence.
    pub(super) message: String,
    /// What is true instead, in a few words.
    pub(super) truth: String,
    /// What makes it true.
    pub(super) edits: Vec<(Span, String)>,
}

/// One finding for each run of claims that are off by the same: at the first, with the others as related places.
pub(super) fn findings(rule: &'static str, what: &str, unit: &str, wrong: &[Wrong]) -> Vec<Diagnostic> {
    let runs = wrong.chunk_by(|a, b| b.place == a.place + 1 && a.offset == b.offset && a.offset != 0);
    runs.filter_map(|run| finding(rule, what, unit, run)).collect()
}

fn finding(rule: &'static str, what: &str, unit: &str, run: &[Wrong]) -> Option<Diagnostic> {
    let (first, rest) = run.split_first()?;
    let by = match (first.offset.unsigned_abs(), first.offset > 0) {
        (1, true) => format!("one {unit} too high"),
        (1, false) => format!("one {unit} too low"),
        (n, true) => format!("{n} {unit}s too high"),
        (n, false) => format!("{n} {unit}s too low"),
    };
    let below = match rest.len() {
        0 => String::new(),
        1 => format!("; the next {what} is {by} as well"),
        n => format!("; the next {n} {what}s are {by} as well"),
    };
    let message = format!("{}{below}", first.message);
    let mut found = Diagnostic::new(rule, Severity::Warning, first.span, message).of_row(first.row);
    found.related = rest.iter().map(|wrong| (wrong.span, wrong.truth.clone())).collect();
    let title = match rest.len() {
        0 => format!("write `{}`", first.edits.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("/")),
        n => format!("correct the {} {what}s", n + 1),
    };
    let edits = run.iter().flat_map(|wrong| wrong.edits.clone()).collect();
    found.fixes.push(Fix { title, safe: true, edits });
    Some(found)
}
