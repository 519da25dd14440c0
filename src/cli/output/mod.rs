//! Output formats, one file each.

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

/// Returns one line per fix of a finding: `fix: insert `,``.
fn fix_titles(diagnostic: &Diagnostic) -> impl Iterator<Item = String> {
    diagnostic.fixes.iter().map(|fix| format!("fix{}: {}", if fix.safe { "" } else { " (unsafe)" }, fix.title))
}
