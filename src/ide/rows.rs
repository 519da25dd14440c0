//! Edits of a file's rows that keep the wiring.

use super::ModelFile;
pub use crate::rewrite::{Change, Entry, New, Target, Wiring, apply, change, wiring};
use crate::text::Span;

/// Returns the row on whose lines `offset` is.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<usize> {
    let line = file.lines().line(offset);
    let on_lines = |span: Span| file.lines().line(span.start) <= line && line <= file.lines().line(span.end);
    let rows = || file.model.rows.iter().map(|row| row.span);
    rows().position(|span| span.touches(offset)).or_else(|| rows().position(on_lines))
}
