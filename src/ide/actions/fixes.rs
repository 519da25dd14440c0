//! The fixes of findings.

use super::{Action, Kind};
use crate::check::Finding;
use crate::ide::ModelFile;
use crate::text::Span;

/// The fixes of the findings in a range.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let touches = |span: Span| span.touches(range.start) || range.touches(span.start);
    let in_range = file.findings().iter().enumerate().filter(|(_, finding)| touches(finding.diagnostic.span));
    let mut found: Vec<(usize, Finding)> = in_range.map(|(i, finding)| (i, finding.clone())).collect();
    file.mend(found.iter_mut().map(|(_, finding)| finding));
    let fixes =
        found.into_iter().flat_map(|(i, finding)| finding.diagnostic.fixes.into_iter().map(move |fix| (i, fix)));
    fixes
        .map(|(i, fix)| {
            let mut edits = fix.edits;
            edits.sort_by_key(|(span, _)| *span);
            let mut title = fix.title;
            title.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
            Action { title, kind: Kind::QuickFix, edits, files: fix.files.clone(), finding: Some(i), is_safe: fix.safe }
        })
        .collect()
}
