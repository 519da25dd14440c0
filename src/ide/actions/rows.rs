//! Edits of rows that keep the wiring true, at the rows of a file: insert, duplicate, delete, move.

use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::model::Source;
use crate::rewrite;
pub use crate::rewrite::{Change, Entry, New, Wiring, apply, change, wiring};
use crate::text::Span;

/// What can be done with the row at `offset`.
pub(super) fn actions(file: &ModelFile, offset: u32) -> Vec<Action> {
    let Some(i) = row_at(file, offset) else { return Vec::new() };
    let section = file.model.section_of(i).map(|s| s.rows.clone()).unwrap_or_default();
    let is_in = |i: usize| section.contains(&i);
    // Below the head that ends the model no row makes sense.
    let is_end = |i: usize| i + 1 == file.model.rows.len() && file.shown().rows[i].is_head();
    let mut offers = vec![("Insert row above", Kind::Rewrite, Change::above(i))];
    if !is_end(i) {
        offers.push(("Insert row below", Kind::Rewrite, Change::below(i)));
        offers.push(("Duplicate row", Kind::Rewrite, Change::duplicate(i)));
    }
    offers.push(("Delete row", Kind::Rewrite, Change::Delete(i)));
    if i > 0 && is_in(i - 1) && !is_end(i) {
        offers.push(("Move row up", Kind::Move, Change::Swap(i - 1)));
    }
    if is_in(i + 1) && !is_end(i + 1) {
        offers.push(("Move row down", Kind::Move, Change::Swap(i)));
    }
    let action = |(title, kind, change): (&str, Kind, Change)| {
        let edits = self::change(file, change)?;
        let title = format!("{title}{}", consequence(file, change));
        Some(Action { title, kind, edits, files: Vec::new(), finding: None, is_safe: false })
    };
    offers.into_iter().filter_map(action).collect()
}

/// Who reads something else once a row is deleted: ` (rows 9 and 12 then read row 4)`.
fn consequence(file: &ModelFile, change: Change) -> String {
    let Change::Delete(gone) = change else { return String::new() };
    let wiring = wiring(&file.model);
    let reads = |entries: &[Entry]| entries.iter().any(|e| e.target == Some(Source::Row(gone)));
    let readers: Vec<usize> = (0..wiring.len()).filter(|&i| i != gone && reads(&wiring[i])).collect();
    let source = match rewrite::main_entry(&wiring, gone).and_then(|(_, entry)| entry.target) {
        Some(Source::Row(row)) => format!("row {row}"),
        _ => "the image".to_owned(),
    };
    match readers.as_slice() {
        [] => String::new(),
        [one] if *one == gone + 1 => String::new(),
        [one] => format!(" (row {one} then reads {source})"),
        many => {
            let many: Vec<String> = many.iter().map(usize::to_string).collect();
            format!(" (rows {} then read {source})", many.join(", "))
        }
    }
}

/// Returns the row on whose lines `offset` is.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<usize> {
    let line = file.lines().line(offset);
    let on_lines = |span: Span| file.lines().line(span.start) <= line && line <= file.lines().line(span.end);
    let rows = || file.model.rows.iter().map(|row| row.span);
    rows().position(|span| span.touches(offset)).or_else(|| rows().position(on_lines))
}
