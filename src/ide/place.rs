//! What of a model file stands at an offset, also in a row that isn't finished.

use super::ModelFile;
use crate::model::{Cell, Model, Row};
use crate::python::Literal;
use crate::syntax::{self, TokenKind};
use crate::text::Span;

/// A part of the file under the cursor. Rows are named by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A top-level key or its value, by the key's position in [`Model::keys`].
    Key(usize),
    /// An entry of `scales`, by its position.
    Scale(usize),
    /// An entry of a row's `from`, by its position; none if `from` is no list.
    From(usize, Option<usize>),
    /// A row's `repeats`.
    Repeats(usize),
    /// A row's module.
    Module(usize),
    /// The argument of a row at a position.
    Arg(usize, usize),
    /// Anything else in a row.
    Row(usize),
}

/// Returns the place at an offset, and its span.
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
    // The cells of a row that is an alias are elsewhere.
    let cells = row.cells.iter().take(4).enumerate();
    let mut cells = cells.filter(|(_, cell)| row.span.contains_span(cell.span) && cell.span.touches(offset));
    let Some((position, cell)) = cells.next() else { return (Place::Row(i), row.span) };
    match position {
        0 => match entries(cell).enumerate().find(|(_, span)| span.touches(offset)) {
            Some((entry, span)) => (Place::From(i, cell.value.as_list().map(|_| entry)), span),
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

/// Returns the spans of the entries of a `from`: the elements of a list, otherwise the value itself.
pub(super) fn entries(from: &Cell) -> impl Iterator<Item = Span> {
    let is_list = from.value.as_list().is_some();
    let alone = (!is_list).then_some(from.span);
    // The target of an alias is elsewhere.
    let of_item = move |item: &Cell| if from.span.contains_span(item.span) { item.span } else { from.span };
    alone.into_iter().chain(from.items.iter().filter(move |_| is_list).map(of_item))
}

/// The value of an entry of a `from`, as [`Place::From`] names it.
pub(super) fn entry_value(from: &Cell, entry: Option<usize>) -> Option<&Literal> {
    match entry {
        None => Some(&from.value),
        Some(entry) => from.value.as_list()?.get(entry),
    }
}

/// Returns the span to put the cursor on for a row: its module, or the row itself if the module is elsewhere.
pub(super) fn focus(row: &Row) -> Span {
    row.module().map(|cell| cell.span).filter(|&span| row.span.contains_span(span)).unwrap_or(row.span)
}

/// Returns the name of a row's module, or `?` if it has none.
pub(super) fn module_name(row: &Row) -> &str {
    row.module_name().unwrap_or("?")
}

/// What is typed at an offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Typed {
    /// The place; none at the start of a line, where a top-level key can stand.
    pub(super) place: Option<Place>,
    /// How many lists it is in, the row itself among them.
    pub(super) depth: usize,
    /// The word that the cursor touches.
    pub(super) word: Span,
}

/// What is typed at an offset: by the brackets in front of it, as the row needn't be finished.
pub(super) fn typed_at(file: &ModelFile, offset: u32) -> Option<Typed> {
    let text = file.text();
    let line = file.lines().line_span(text, file.lines().line(offset));
    let is_word = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let before = Span::new(line.start, offset).text(text);
    let after = Span::new(offset, line.end).text(text);
    let start = offset - (before.len() - before.trim_end_matches(is_word).len()) as u32;
    let end = offset + (after.len() - after.trim_start_matches(is_word).len()) as u32;
    let word = Span::new(start, end);
    if file.tree.comments.iter().any(|comment| comment.start < offset && offset <= comment.end) {
        return None;
    }
    if let Some((row, start)) = row_around(file, offset) {
        let path = path(&file.tree.tokens, start, offset)?;
        let place = match path[..] {
            [0] => Place::From(row, None),
            [0, entry, ..] => Place::From(row, Some(entry)),
            [1] => Place::Repeats(row),
            [2] => Place::Module(row),
            [3, argument, ..] => Place::Arg(row, argument),
            _ => Place::Row(row),
        };
        return Some(Typed { place: Some(place), depth: path.len(), word });
    }
    if start == line.start {
        let is_alone = word.is_empty() || after.len() as u32 == end - offset;
        return is_alone.then_some(Typed { place: None, depth: 0, word });
    }
    let (name, value) = before.split_once(':')?;
    let is_key = !name.is_empty() && name.chars().all(is_word) && !value.contains(['[', '{']);
    let key = file.model.keys.iter().position(|key| is_key && key.span.start == line.start)?;
    Some(Typed { place: Some(Place::Key(key)), depth: 0, word })
}

/// The row that the cursor is in, and where that starts.
fn row_around(file: &ModelFile, offset: u32) -> Option<(usize, u32)> {
    let rows = file.model.rows.iter().enumerate().filter(|(_, row)| row.span.start < offset);
    let (i, row) = rows.max_by_key(|(_, row)| row.span.start)?;
    let behind = Span::new(row.span.end, offset).text(file.text());
    let is_in = if row.complete { offset < row.span.end } else { !behind.contains(['\n', '\r']) };
    is_in.then_some((i, row.span.start))
}

/// The positions, in the lists that are open at `offset`, of the item there.
fn path(tokens: &syntax::Tokens, start: u32, offset: u32) -> Option<Vec<usize>> {
    let mut open: Vec<usize> = Vec::new();
    for token in tokens.iter().filter(|t| t.span.start >= start).take_while(|t| t.span.end <= offset) {
        match token.kind {
            TokenKind::OpenBracket => open.push(0),
            TokenKind::CloseBracket => drop(open.pop()?),
            TokenKind::Comma => *open.last_mut()? += 1,
            TokenKind::OpenBrace | TokenKind::CloseBrace => return None,
            _ => {}
        }
    }
    (!open.is_empty()).then_some(open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    fn place(text: &str) -> String {
        let text = format!("backbone:\n  - [-1, 1, Conv, [8]]\n{text}");
        let offset = text.find("$0").unwrap() as u32;
        let file = ModelFile::read(&text.replace("$0", ""), &Request::default(), true).unwrap();
        let Some(Typed { place, depth, word }) = typed_at(&file, offset) else { return "nothing".to_owned() };
        let place = match place {
            None => "a key".to_owned(),
            Some(Place::Key(key)) => format!("the value of {}", file.model.keys[key].name),
            Some(place) => format!("{place:?} in {depth}"),
        };
        format!("{place}: `{}`", word.text(file.text()))
    }

    #[test]
    fn what_is_typed() {
        for (text, expected) in [
            ("  - [-1, 1, Co$0nv, [8]]", "Module(1) in 1: `Conv`"),
            ("  - [[-1, $06], 1, Concat, [1]]", "From(1, Some(1)) in 2: `6`"),
            ("  - [-1, 1, Conv, [8, 3$0]]", "Arg(1, 1) in 2: `3`"),
            ("  - [-1, 1, Conv, [8, $0", "Arg(1, 1) in 2: ``"),
            ("  - [-1, 1, Co$0", "Module(1) in 1: `Co`"),
            ("  - [-1, 1, Co$0\nhead:\n  - [-1, 1, Conv, [8]]", "Module(1) in 1: `Co`"),
            ("  - [$0", "From(1, None) in 1: ``"),
            ("  - [-1, 1, Conv, [8]]$0", "nothing"),
            ("  - [-1, 1, Conv, [8]] # a, $0", "nothing"),
            ("hea$0", "a key: `hea`"),
            ("activation: nn.R$0eLU()", "the value of activation: `nn.ReLU`"),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
