//! Edits of rows that keep the wiring true, at the rows of a file.

use super::ModelFile;
pub use crate::rewrite::{Change, Entry, New, Wiring, apply, change, wiring};
use crate::text::Span;

/// The row on whose lines `offset` is.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<usize> {
    let line = file.lines().line(offset);
    let on_lines = |span: Span| file.lines().line(span.start) <= line && line <= file.lines().line(span.end);
    let rows = || file.model.rows.iter().map(|row| row.span);
    rows().position(|span| span.touches(offset)).or_else(|| rows().position(on_lines))
}
