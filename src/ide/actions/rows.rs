//! Edits of rows that keep the wiring true, at the rows of a file: insert, duplicate, delete, move.

use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::model::Source;
use crate::rewrite;
pub use crate::rewrite::{Change, Entry, New, Wiring, apply, change, wiring};
use crate::text::Span;
use crate::words::{Message, comma, message};

/// What can be done with the row at `offset`.
pub(super) fn actions(file: &ModelFile, offset: u32) -> Vec<Action> {
    let Some(i) = row_at(file, offset) else { return Vec::new() };
    let section = file.model.section_of(i).map(|s| s.rows.clone()).unwrap_or_default();
    let is_in = |i: usize| section.contains(&i);
    // Below the head that ends the model no row makes sense.
    let is_end = |i: usize| i + 1 == file.model.rows.len() && file.at_active_scale().rows[i].is_head();
    let mut offers = vec![(message!("insert-row-above"), Kind::Rewrite, Change::above(i))];
    if !is_end(i) {
        offers.push((message!("insert-row-below"), Kind::Rewrite, Change::below(i)));
        offers.push((message!("duplicate-row"), Kind::Rewrite, Change::duplicate(i)));
    }
    offers.push((deletion(file, i), Kind::Rewrite, Change::Delete(i)));
    if i > 0 && is_in(i - 1) && !is_end(i) {
        offers.push((message!("move-row-up"), Kind::Move, Change::Swap(i - 1)));
    }
    if is_in(i + 1) && !is_end(i + 1) {
        offers.push((message!("move-row-down"), Kind::Move, Change::Swap(i)));
    }
    let action = |(title, kind, change): (Message, Kind, Change)| {
        let edits = self::change(file, change)?;
        let title = file.say(&title);
        Some(Action { title, kind, edits, files: Vec::new(), finding: None, is_safe: false })
    };
    offers.into_iter().filter_map(action).collect()
}

/// The title of the deletion of a row, with those that then read something else: `Delete row (rows 9, 12 then read row 4)`.
fn deletion(file: &ModelFile, gone: usize) -> Message {
    let wiring = wiring(&file.model);
    let reads = |entries: &[Entry]| entries.iter().any(|e| e.target == Some(Source::Row(gone)));
    let readers: Vec<usize> = (0..wiring.len()).filter(|&i| i != gone && reads(&wiring[i])).collect();
    let source = match rewrite::main_entry(&wiring, gone).and_then(|(_, entry)| entry.target) {
        Some(Source::Row(row)) => message!("row", row),
        _ => message!("the-image"),
    };
    match readers.as_slice() {
        [] => message!("delete-this-row"),
        [one] if *one == gone + 1 => message!("delete-this-row"),
        many => message!("delete-this-row-read-by", count = many.len(), readers = comma(many), source),
    }
}

/// Returns the row on whose lines `offset` is.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<usize> {
    let line = file.lines().line(offset);
    let on_lines = |span: Span| file.lines().line(span.start) <= line && line <= file.lines().line(span.end);
    let rows = || file.model.rows.iter().map(|row| row.span);
    rows().position(|span| span.touches(offset)).or_else(|| rows().position(on_lines))
}
