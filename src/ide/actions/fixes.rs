//! The fixes of findings.

use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::text::Span;

/// The fixes of the findings in a range.
pub(super) fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let touches = |span: Span| span.touches(range.start) || range.touches(span.start);
    let in_range = file.findings.iter().enumerate().filter(|(_, finding)| touches(finding.diagnostic.span));
    let fixes = in_range.flat_map(|(i, finding)| finding.diagnostic.fixes.iter().map(move |fix| (i, fix)));
    fixes
        .map(|(i, fix)| {
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|(span, _)| *span);
            let mut title = fix.title.clone();
            title.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
            Action { title, kind: Kind::QuickFix, edits, files: fix.files.clone(), finding: Some(i), is_safe: fix.safe }
        })
        .collect()
}
