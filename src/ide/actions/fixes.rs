//! The fixes of findings.

use super::{Action, Kind};
use crate::check::Finding;
use crate::ide::ModelFile;
use crate::rules::Severity;
use crate::text::Span;
use crate::words::message;

/// The findings in a range, each with its position among all.
pub(super) fn in_range(file: &ModelFile, range: Span) -> impl Iterator<Item = (usize, &Finding)> {
    let touches = move |span: Span| span.touches(range.start) || range.touches(span.start);
    file.findings().iter().enumerate().filter(move |(_, finding)| touches(finding.diagnostic.span))
}

/// The fixes of the findings in a range.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let in_range = in_range(file, range);
    let mut found: Vec<(usize, Finding)> = in_range.map(|(i, finding)| (i, finding.clone())).collect();
    file.attach_fixes(found.iter_mut().map(|(_, finding)| finding));
    let fixes =
        found.into_iter().flat_map(|(i, finding)| finding.diagnostic.fixes.into_iter().map(move |fix| (i, fix)));
    fixes
        .map(|(i, fix)| {
            let mut edits = fix.edits;
            edits.sort_by_key(|(span, _)| *span);
            let mut title = file.say(&fix.title);
            title.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
            Action { title, kind: Kind::QuickFix, edits, files: fix.files.clone(), finding: Some(i), is_safe: fix.safe }
        })
        .collect()
}

/// All safe fixes of the file at once, of those that overlap the first; none if there are none.
pub(super) fn all(file: &ModelFile) -> Option<Action> {
    let is_hint = |finding: &&Finding| finding.diagnostic.severity == Severity::Hint;
    let findings = file.findings().iter().filter(|finding| !is_hint(finding));
    let fixes =
        findings.flat_map(|finding| finding.diagnostic.fixes.iter().find(|fix| fix.safe && fix.files.is_empty()));
    let mut edits: Vec<(Span, String)> = Vec::new();
    for fix in fixes {
        let overlaps = |(a, _): &(Span, String)| edits.iter().any(|(b, _)| a.start <= b.end && b.start <= a.end);
        if !fix.edits.iter().any(overlaps) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits.sort_by_key(|(span, _)| *span);
    let title = file.say(&message!("apply-safe-fixes"));
    (!edits.is_empty()).then_some(Action {
        title,
        kind: Kind::FixAll,
        edits,
        files: Vec::new(),
        finding: None,
        is_safe: true,
    })
}
