//! Edits of rows that keep the wiring true, at the rows of a file.

use super::ModelFile;
use crate::rewrite::{self, Written};
pub use crate::rewrite::{Change, Entry, New, Target, Wiring, apply, wiring};
use crate::syntax;
use crate::text::Span;

/// The row on whose lines `offset` is.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<usize> {
    let line = file.lines.line(offset);
    let on_lines = |span: Span| file.lines.line(span.start) <= line && line <= file.lines.line(span.end);
    let rows = || file.model.rows.iter().map(|row| row.span);
    rows().position(|span| span.touches(offset)).or_else(|| rows().position(on_lines))
}

/// The edits that make a change; none where it can't be made, or not so that the wiring stays what it is.
pub fn change(file: &ModelFile, change: Change) -> Option<Vec<(Span, String)>> {
    let parse = syntax::parse(&file.text);
    let errors = parse.errors.len();
    rewrite::change(Written { tree: &parse.tree, errors, lines: &file.lines, model: &file.model }, change)
}
