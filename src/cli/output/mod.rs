//! How results are printed, one file a form.

pub(super) mod concise;
pub(super) mod diff;
pub(super) mod github;
pub(super) mod json;
pub(super) mod junit;
pub(super) mod markdown;
pub(super) mod pretty;
pub(super) mod sarif;
pub(super) mod table;
mod totals;
pub(super) mod unified;

use crate::rules::Diagnostic;

/// What fixes of a finding do, a line each: `fix: insert `,``.
fn fix_titles(diagnostic: &Diagnostic) -> impl Iterator<Item = String> {
    diagnostic.fixes.iter().map(|fix| format!("fix{}: {}", if fix.safe { "" } else { " (unsafe)" }, fix.title))
}
