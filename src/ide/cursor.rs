//! What the cursor is in, also in a row that isn't finished.

use super::ModelFile;
use crate::syntax::{self, TokenKind};
use crate::text::Span;

/// What the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A value of a row: the cell, and in a list the item: `[3, 1]` is the second argument.
    Cell {
        /// The row.
        row: usize,
        /// The positions, outermost first; never empty.
        path: Vec<usize>,
    },
    /// The start of a line, where a top-level key can stand.
    Key,
    /// The value of a top-level key that stands on its line.
    Value(String),
}

/// What the cursor is in, and the word that it touches there.
pub(super) fn at(file: &ModelFile, offset: u32) -> Option<(Place, Span)> {
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
        return path(&file.tree.tokens, start, offset).map(|path| (Place::Cell { row, path }, word));
    }
    if start == line.start {
        return (word.is_empty() || after.len() as u32 == end - offset).then_some((Place::Key, word));
    }
    let (key, value) = before.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(is_word) && !value.contains(['[', '{']);
    is_key.then(|| (Place::Value(key.to_owned()), word))
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
        match at(&file, offset) {
            None => "nothing".to_owned(),
            Some((Place::Cell { row, path }, word)) => format!("row {row} {path:?} `{}`", word.text(file.text())),
            Some((Place::Key, word)) => format!("key `{}`", word.text(file.text())),
            Some((Place::Value(key), word)) => format!("value of {key} `{}`", word.text(file.text())),
        }
    }

    #[test]
    fn what_the_cursor_is_in() {
        for (text, expected) in [
            ("  - [-1, 1, Co$0nv, [8]]", "row 1 [2] `Conv`"),
            ("  - [[-1, $06], 1, Concat, [1]]", "row 1 [0, 1] `6`"),
            ("  - [-1, 1, Conv, [8, 3$0]]", "row 1 [3, 1] `3`"),
            ("  - [-1, 1, Conv, [8, $0", "row 1 [3, 1] ``"),
            ("  - [-1, 1, Co$0", "row 1 [2] `Co`"),
            ("  - [-1, 1, Co$0\nhead:\n  - [-1, 1, Conv, [8]]", "row 1 [2] `Co`"),
            ("  - [$0", "row 1 [0] ``"),
            ("  - [-1, 1, Conv, [8]]$0", "nothing"),
            ("  - [-1, 1, Conv, [8]] # a, $0", "nothing"),
            ("hea$0", "key `hea`"),
            ("activation: nn.R$0eLU()", "value of activation `nn.ReLU`"),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
