//! Folding ranges and selection ranges.

use super::ModelFile;
use crate::model::Cell;
use crate::text::Span;

/// Lines that can be folded into the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The first line, from 0.
    pub first: u32,
    /// The last line.
    pub last: u32,
    /// Whether they are comments.
    pub is_comment: bool,
}

/// The folds of a file, in the order of the text: top-level keys, rows of several lines, blocks of comments.
pub fn folds(file: &ModelFile) -> Vec<Fold> {
    let fold = |span: Span| Fold {
        first: file.lines().line(span.start),
        last: file.lines().line(span.end),
        is_comment: false,
    };
    let keys = file.model.keys.iter().map(|key| fold(key.span.cover(key.value.span)));
    let mut folds: Vec<Fold> = keys.chain(file.model.rows.iter().map(|row| fold(row.span))).collect();
    folds.extend(comments(file));
    folds.retain(|fold| fold.first < fold.last);
    folds.sort_unstable_by_key(|fold| (fold.first, std::cmp::Reverse(fold.last)));
    folds.dedup_by_key(|fold| fold.first);
    folds
}

/// Returns blocks of comment lines.
fn comments(file: &ModelFile) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    for line in 0..file.lines().line_count() {
        let text = file.lines().line_span(file.text(), line).text(file.text());
        if !text.trim_start().starts_with('#') {
            continue;
        }
        match folds.last_mut() {
            Some(fold) if fold.last + 1 == line => fold.last = line,
            _ => folds.push(Fold { first: line, last: line, is_comment: true }),
        }
    }
    folds
}

/// Returns the spans around `offset`, from the smallest to the largest: value, cell, row, section, file.
pub fn selections(file: &ModelFile, offset: u32) -> Vec<Span> {
    let model = &file.model;
    let mut spans = vec![Span::new(0, file.text().len() as u32)];
    for key in &model.keys {
        let whole = key.span.cover(key.value.span);
        if whole.touches(offset) {
            spans.push(whole);
            push_around(&mut spans, key.span, offset);
            push_cells(&mut spans, &key.value, offset);
        }
    }
    if let Some(row) = model.rows.iter().find(|row| row.span.touches(offset)) {
        push_around(&mut spans, row.span, offset);
        row.cells.iter().for_each(|cell| push_cells(&mut spans, cell, offset));
    }
    spans.sort_unstable_by_key(|span| span.len());
    spans.dedup();
    // Each holds the one before: of what an alias brings in from elsewhere nothing is left.
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        if nested.last().is_none_or(|inner| span.contains_span(*inner)) {
            nested.push(span);
        }
    }
    nested
}

fn push_around(spans: &mut Vec<Span>, span: Span, offset: u32) {
    if span.touches(offset) {
        spans.push(span);
    }
}

/// Cells nest no deeper than the model reads them.
fn push_cells(spans: &mut Vec<Span>, cell: &Cell, offset: u32) {
    if !cell.span.touches(offset) || cell.span.is_empty() {
        return;
    }
    spans.push(cell.span);
    for (i, item) in cell.items.iter().enumerate() {
        if let Some((_, name)) = cell.names.get(i) {
            push_around(spans, *name, offset);
            push_around(spans, name.cover(item.span), offset);
        }
        push_cells(spans, item, offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::ide::testing::at_cursor;

    #[test]
    fn folds_of_keys_rows_and_comments() {
        let text = "\
# one
# two

nc: 3
scales:
  # three
  n: [1, 1, 1024]
backbone:
  - [-1, 1, Conv, [16]]
  - [-1, 1,
     Conv, [16]] # 1
# four
head: [
  [-1, 1, Conv, [16]],
]
";
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        let folds: Vec<_> = folds(&file).iter().map(|fold| (fold.first, fold.last, fold.is_comment)).collect();
        assert_eq!(folds, [(0, 1, true), (4, 6, false), (7, 10, false), (9, 10, false), (12, 14, false)]);
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (file, offset) = at_cursor(text);
        let selections = selections(&file, offset);
        let texts: Vec<&str> = selections.iter().map(|span| span.text(file.text())).collect();
        assert_eq!(texts[..texts.len() - 1], *expected);
        assert_eq!(texts[texts.len() - 1], file.text());
    }

    #[test]
    fn selections_grow() {
        let rest = "head:\n  - [[-1, 0], 1, Concat, [1]]\n";
        let row = "[-1, 1, Conv, [16, 3]]";
        let backbone = "backbone:\n  - [-1, 1, Conv, [16, 3]]";
        check(
            &format!("backbone:\n  - [-1, 1, Conv, [1$06, 3]]\n{rest}"),
            &["16", "[16, 3]", row, "- [-1, 1, Conv, [16, 3]]", backbone],
        );
        check(&format!("back$0bone:\n  - [-1, 1, Conv, [16, 3]]\n{rest}"), &["backbone", backbone]);
        check(
            &format!("scales:\n  n: [1, 0.5$0, 9]\nbackbone:\n  - {row}\n{rest}"),
            &["0.5", "[1, 0.5, 9]", "n: [1, 0.5, 9]", "scales:\n  n: [1, 0.5, 9]"],
        );
    }
}
