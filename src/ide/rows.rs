//! Edits of rows that keep the wiring true, at the rows of a file.

use super::ModelFile;
use crate::rewrite::{self, Written};
pub use crate::rewrite::{Change, Entry, New, Wiring, apply, wiring};
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
    written(file, |written| rewrite::change(written, change))
}

/// The same, where the row that is inserted is `new_row`.
pub(super) fn change_with(file: &ModelFile, change: Change, new_row: &str) -> Option<Vec<(Span, String)>> {
    written(file, |written| rewrite::change_with(written, change, new_row))
}

fn written<T>(file: &ModelFile, with: impl FnOnce(Written<'_>) -> T) -> T {
    let parse = syntax::parse(&file.text);
    let errors = parse.errors.len();
    with(Written { tree: &parse.tree, errors, lines: &file.lines, model: &file.model })
}
