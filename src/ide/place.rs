//! What of a model file stands at an offset.

use crate::model::{Cell, Model, Row};
use crate::text::Span;

/// What a cursor can stand on. Rows are named by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A top-level key or its value, by the key's position in [`Model::keys`].
    Key(usize),
    /// An entry of `scales`, by its position.
    Scale(usize),
    /// An entry of a row's `from`, by its position; 0 where `from` is no list.
    From(usize, usize),
    /// A row's `repeats`.
    Repeats(usize),
    /// A row's module.
    Module(usize),
    /// The argument of a row at a position.
    Arg(usize, usize),
    /// Anything else in a row.
    Row(usize),
}

/// The place at an offset, and its span.
pub(super) fn place_at(model: &Model, offset: u32) -> Option<(Place, Span)> {
    if let Some(i) = model.rows.iter().position(|row| row.span.touches(offset)) {
        return Some(place_in_row(i, &model.rows[i], offset));
    }
    let scale = model.scales().map(|(_, letter, cell)| letter.cover(cell.span)).enumerate();
    if let Some((i, span)) = scale.into_iter().find(|(_, span)| span.touches(offset)) {
        return Some((Place::Scale(i), span));
    }
    let is_section = |name: &str| model.sections.iter().any(|section| section.name == name);
    model.keys.iter().enumerate().find_map(|(i, key)| {
        let in_value = key.value.span.touches(offset) && !is_section(&key.name);
        (key.span.touches(offset) || in_value).then_some((Place::Key(i), key.span))
    })
}

fn place_in_row(i: usize, row: &Row, offset: u32) -> (Place, Span) {
    // The cells of a row that is an alias stand elsewhere.
    let cells = row.cells.iter().take(4).enumerate();
    let mut cells = cells.filter(|(_, cell)| row.span.contains_span(cell.span) && cell.span.touches(offset));
    let Some((position, cell)) = cells.next() else { return (Place::Row(i), row.span) };
    match position {
        0 => match entries(cell).position(|span| span.touches(offset)) {
            Some(entry) => (Place::From(i, entry), entries(cell).nth(entry).unwrap_or(cell.span)),
            None => (Place::Row(i), row.span),
        },
        1 => (Place::Repeats(i), cell.span),
        2 => (Place::Module(i), cell.span),
        _ => match cell.items.iter().position(|arg| arg.span.touches(offset) && cell.span.contains_span(arg.span)) {
            Some(j) => (Place::Arg(i, j), cell.items[j].span),
            None => (Place::Row(i), row.span),
        },
    }
}

/// The spans of the entries of a `from`: its elements where it is a list, otherwise itself.
pub(super) fn entries(from: &Cell) -> impl Iterator<Item = Span> {
    let is_list = from.value.as_list().is_some();
    let alone = (!is_list).then_some(from.span);
    // What an alias names stands elsewhere.
    let of_item = move |item: &Cell| if from.span.contains_span(item.span) { item.span } else { from.span };
    alone.into_iter().chain(from.items.iter().filter(move |_| is_list).map(of_item))
}

/// A span to put the cursor on for a row: its module, or the row itself where that stands elsewhere.
pub(super) fn focus(row: &Row) -> Span {
    row.module().map(|cell| cell.span).filter(|&span| row.span.contains_span(span)).unwrap_or(row.span)
}

/// The name of a row's module, `?` where it has none.
pub(super) fn module_name(row: &Row) -> &str {
    row.module_name().unwrap_or("?")
}
