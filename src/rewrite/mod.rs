//! Edits of rows that keep the wiring: insert, delete, duplicate, move. They also rewrite every affected `from` and
//! every comment with a row's index.
//!
//! An edit is offered only if the edited text, read again, has the intended rows and wiring.

mod layout;
mod renumber;
mod wiring;

use std::collections::BTreeMap;

use self::layout::{Place, places};
pub use self::renumber::{IntendedWiring, RowsChanged, StaleRef};
pub use self::wiring::{Change, Entry, New, Wiring, main_entry, wiring};
use crate::model::comments::{self, IndexClaim};
use crate::model::{self, Model, ReadFile};
use crate::syntax;
use crate::text::Span;
pub use crate::text::apply;

/// The row to insert: it returns the output of the row above.
const NEW_ROW: &str = "[-1, 1, nn.Identity, []]";

/// Edits of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(Vec<(Span, String)>);

impl Edits {
    fn insert(&mut self, at: u32, text: String) {
        self.0.push((Span::empty(at), text));
    }

    /// Replaces the text at `span`.
    pub fn add(&mut self, span: Span, new: String) {
        self.0.push((span, new));
    }

    fn remove(&mut self, span: Span) {
        self.0.push((span, String::new()));
    }

    /// Replaces the text at `span`, if it differs.
    pub fn replace(&mut self, span: Span, new: String, text: &str) {
        if span.text(text) != new {
            self.0.push((span, new));
        }
    }

    /// Returns the edits in the order of the text, with adjacent ones joined; none if two overlap.
    pub fn finish(mut self) -> Option<Vec<(Span, String)>> {
        self.0.sort_by_key(|(span, _)| span.start);
        let mut joined: Vec<(Span, String)> = Vec::with_capacity(self.0.len());
        for (span, new) in self.0 {
            match joined.last_mut() {
                Some((last, _)) if span.start < last.end => return None,
                Some((last, text)) if span.start == last.end => {
                    *last = last.cover(span);
                    text.push_str(&new);
                }
                _ => joined.push((span, new)),
            }
        }
        Some(joined)
    }
}

/// Returns the edits for a change; none if it is impossible or the wiring can't be kept.
pub fn change(file: &ReadFile, change: Change) -> Option<Vec<(Span, String)>> {
    change_with(file, change, NEW_ROW)
}

/// Like [`change`], with `new_row` as the inserted row.
pub fn change_with(file: &ReadFile, change: Change, new_row: &str) -> Option<Vec<(Span, String)>> {
    let claims = comments::index_claims(file);
    if claims.iter().flatten().any(|claim| claim.is_range) {
        return None;
    }
    let editor = Editor {
        text: file.text(),
        model: &file.model,
        places: places(file),
        claims: claims.into_iter().enumerate().map(|(i, claim)| claim.filter(|c| c.index == i)).collect(),
        wiring: wiring(&file.model),
        change,
        new_row,
    };
    let edits = editor.edits()?.finish()?;
    let reread = syntax::parse(&apply(file.text(), &edits));
    let is_meant = reread.errors.len() == file.errors.len() && editor.is_meant(&model::read(&reread.tree));
    is_meant.then_some(edits)
}

struct Editor<'a> {
    text: &'a str,
    model: &'a Model,
    places: Vec<Option<Place>>,
    /// The comments whose index is right.
    claims: Vec<Option<IndexClaim>>,
    wiring: Wiring,
    change: Change,
    new_row: &'a str,
}

impl Editor<'_> {
    fn edits(&self) -> Option<Edits> {
        let mut edits = Edits::default();
        let mut numbers = self.numbers()?;
        match self.change {
            Change::Insert { at, new } => {
                let beside = self.change.row();
                let place = self.place(beside)?;
                let comment = match self.claims[beside] {
                    None if new == New::Copy => place.comment.text(self.text).to_owned(),
                    claim => self.new_comment(claim, place, at),
                };
                match new {
                    New::Above | New::Feeding(_) => {
                        place.insert_above(self.text, self.new_row, &comment, &mut edits);
                    }
                    New::Below => place.insert_below(self.text, self.new_row, &comment, &mut edits),
                    New::Copy => {
                        let row = self.copied_row(beside, place)?;
                        place.insert_below(self.text, &row, &comment, &mut edits);
                    }
                }
            }
            Change::Delete(gone) => {
                let section = &self.model.section_of(gone)?.rows;
                let neighbour = |i: usize| if section.contains(&i) { self.place(i).map(Some) } else { Some(None) };
                if section.len() < 2 {
                    return None;
                }
                let before = neighbour(gone.wrapping_sub(1))?;
                self.place(gone)?.delete(self.text, before, neighbour(gone + 1)?, &mut edits)?;
                let removed: Vec<Span> = edits.0.iter().map(|(span, _)| *span).collect();
                numbers.retain(|span, _| !removed.iter().any(|r| r.contains_span(*span)));
            }
            Change::Swap(first) => {
                let (first, second) = (self.place(first)?, self.place(first + 1)?);
                let mut swap = |a: Span, b: Span| {
                    let (new_a, new_b) = (rendered(self.text, b, &numbers), rendered(self.text, a, &numbers));
                    numbers.retain(|span, _| !a.contains_span(*span) && !b.contains_span(*span));
                    edits.replace(a, new_a, self.text);
                    edits.replace(b, new_b, self.text);
                };
                swap(first.row, second.row);
                if first.is_alone && second.is_alone {
                    swap(first.comment, second.comment);
                }
            }
        }
        numbers.into_iter().for_each(|(span, number)| edits.replace(span, number, self.text));
        Some(edits)
    }

    fn place(&self, i: usize) -> Option<&Place> {
        self.places.get(i)?.as_ref()
    }

    /// Returns the new numbers in the remaining rows: entries of `from`, and indices in comments.
    fn numbers(&self) -> Option<BTreeMap<Span, String>> {
        let mut numbers = BTreeMap::new();
        for (i, row) in self.model.rows.iter().enumerate() {
            let Some(place) = self.change.place(i) else { continue };
            for (k, entry) in self.wiring[i].iter().enumerate() {
                let value = self.change.entry_after(&self.wiring, i, k)?;
                if value == entry.value {
                    continue;
                }
                // An edit inside another row's anchor would change that row too.
                if !row.span.contains_span(entry.span) {
                    return None;
                }
                numbers.insert(entry.span, value.to_string());
            }
            if let Some(claim) = self.claims[i].filter(|claim| claim.index != place) {
                numbers.insert(claim.span, place.to_string());
            }
        }
        Some(numbers)
    }

    /// Returns the copy of a row. It has the same inputs, or reads the original if that reads the row above.
    fn copied_row(&self, original: usize, place: &Place) -> Option<String> {
        let entries = self.wiring[original].iter().enumerate();
        let number =
            |(k, entry): (usize, &Entry)| Some((entry.span, self.change.entry_of_copy(&self.wiring, k)?.to_string()));
        Some(rendered(self.text, place.row, &entries.map(number).collect::<Option<_>>()?))
    }

    /// Returns the comment of a new row at `index`, in the style of its neighbour.
    fn new_comment(&self, beside: Option<IndexClaim>, place: &Place, index: usize) -> String {
        let Some(claim) = beside else { return String::new() };
        let before = Span::new(place.comment.start, claim.span.start).text(self.text);
        let before = if before.trim() == "#" { before } else { " # " };
        format!("{before}{index}")
    }

    /// Whether a model is the intended result of the change.
    fn is_meant(&self, after: &Model) -> bool {
        let kept = (0..self.model.rows.len()).filter_map(|i| Some((i, self.change.place(i)?)));
        let new = wiring(after);
        let Some(section) = self.model.section_of(self.change.row()) else { return false };
        let rows_meant = |s: &model::Section| match self.change {
            Change::Insert { .. } if s.name == section.name => s.rows.len() + 1,
            Change::Delete(_) if s.name == section.name => s.rows.len() - 1,
            _ => s.rows.len(),
        };
        let sections_meant = self.model.sections.iter().map(|s| (s.name, rows_meant(s)));
        let same_row = |(i, place): (usize, usize)| {
            let (Some(old), Some(row)) = (self.model.rows.get(i), after.rows.get(place)) else { return false };
            let values = |row: &model::Row| row.cells.iter().skip(1).map(|c| c.value.clone()).collect::<Vec<_>>();
            let meant = (0..self.wiring[i].len()).map(|k| self.change.entry_after(&self.wiring, i, k));
            let read = new[place].iter().map(|entry| Some(entry.value));
            values(old) == values(row) && meant.eq(read)
        };
        sections_meant.eq(after.sections.iter().map(|s| (s.name, s.rows.len())))
            && after.keys.len() == self.model.keys.len()
            && kept.into_iter().all(same_row)
    }
}

/// Returns a part of the text with numbers replaced.
fn rendered(text: &str, span: Span, numbers: &BTreeMap<Span, String>) -> String {
    let inside = numbers.iter().filter(|(number, _)| span.contains_span(**number));
    let shifted = |s: &Span| Span::new(s.start - span.start, s.end - span.start);
    let inside: Vec<_> = inside.map(|(number, new)| (shifted(number), new.clone())).collect();
    apply(span.text(text), &inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "\
backbone:
  - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
  - [-1, 1, Conv, [8]] # 1
  # the third
  - [-2, 1, Conv, [8]]

head:
  - [[-1, 1], 1, Concat, [1]] # 3
  - [[1, 2, 3], 1, Detect, [80]] # 4 (P1)
";

    const FLOW: &str = "\
backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
head:
  [[0, 1, Conv, [8]], # 2
   [[-1, 1], 1, Concat, [1]], # 3

   [[1, 2, 3], 1, Detect, [80]]] # 4
";

    fn changed(text: &str, change: Change) -> String {
        changed_with(text, change, NEW_ROW)
    }

    fn changed_with(text: &str, change: Change, new_row: &str) -> String {
        match change_with(&ReadFile::new(text), change, new_row) {
            Some(edits) => apply(text, &edits),
            None => "not offered".to_owned(),
        }
    }

    #[test]
    fn block_rows() {
        expect_test::expect![[r#"
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              - [-1, 1, nn.Identity, []] # 1
              - [-1, 1, Conv, [8]] # 2
              # the third
              - [-3, 1, Conv, [8]]

            head:
              - [[-1, 2], 1, Concat, [1]] # 4
              - [[2, 3, 4], 1, Detect, [80]] # 5 (P1)
        "#]]
        .assert_eq(&changed(BLOCK, Change::below(0)));
        expect_test::expect![[r#"
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              # the third
              - [-1, 1, Conv, [8]]

            head:
              - [[-1, 0], 1, Concat, [1]] # 2
              - [[0, 1, 2], 1, Detect, [80]] # 3 (P1)
        "#]]
        .assert_eq(&changed(BLOCK, Change::Delete(1)));
        expect_test::expect![[r#"
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              - [-1, 1, Conv, [8]]
              # the third
              - [-2, 1, Conv, [8]] # 2

            head:
              - [[-2, 2], 1, Concat, [1]] # 3
              - [[2, 1, 3], 1, Detect, [80]] # 4 (P1)
        "#]]
        .assert_eq(&changed(BLOCK, Change::Swap(1)));
        expect_test::expect![[r#"
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              - [-1, 1, Conv, [8]] # 1
              # the third
              - [-2, 1, Conv, [8]]
              - [-3, 1, Conv, [8]]

            head:
              - [[-1, 1], 1, Concat, [1]] # 4
              - [[1, 2, 4], 1, Detect, [80]] # 5 (P1)
        "#]]
        .assert_eq(&changed(BLOCK, Change::duplicate(2)));
    }

    #[test]
    fn a_row_that_feeds_another() {
        expect_test::expect![[r#"
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              - [-1, 1, Conv, [8]] # 1
              # the third
              - [-2, 1, Conv, [8]]

            head:
              - [1, 1, Conv, [8, 1, 1]] # 3
              - [[-2, -1], 1, Concat, [1]] # 4
              - [[1, 2, 4], 1, Detect, [80]] # 5 (P1)
        "#]]
        .assert_eq(&changed_with(BLOCK, Change::Insert { at: 3, new: New::Feeding(1) }, "[1, 1, Conv, [8, 1, 1]]"));
    }

    #[test]
    fn flow_rows() {
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, nn.Identity, []], [-1, 1, Conv, [8]]]
            head:
              [[0, 1, Conv, [8]], # 3
               [[-1, 2], 1, Concat, [1]], # 4

               [[2, 3, 4], 1, Detect, [80]]] # 5
        "#]]
        .assert_eq(&changed(FLOW, Change::below(0)));
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
            head:
              [[-1, 1, nn.Identity, []], # 2
               [0, 1, Conv, [8]], # 3
               [[-1, 1], 1, Concat, [1]], # 4

               [[1, 3, 4], 1, Detect, [80]]] # 5
        "#]]
        .assert_eq(&changed(FLOW, Change::above(2)));
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
            head:
              [[0, 1, Conv, [8]], # 2
               [[-1, 1], 1, Concat, [1]], # 3

               [[1, 2, 3], 1, Detect, [80]], # 4
               [-1, 1, nn.Identity, []]] # 5
        "#]]
        .assert_eq(&changed(FLOW, Change::below(4)));
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
            head:
              [[0, 1, Conv, [8]], # 2
               [[-1, 1], 1, Concat, [1]]] # 3

        "#]]
        .assert_eq(&changed(FLOW, Change::Delete(4)));
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
            head:
              [[[0, 1], 1, Concat, [1]], # 2

               [[1, 0, 2], 1, Detect, [80]]] # 3
        "#]]
        .assert_eq(&changed(FLOW, Change::Delete(2)));
        expect_test::expect![[r#"
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8]]]
            head:
              [[[0, 1], 1, Concat, [1]], # 2
               [2, 1, Conv, [8]], # 3

               [[1, 3, 2], 1, Detect, [80]]] # 4
        "#]]
        .assert_eq(&changed(FLOW, Change::Swap(2)));
    }

    #[test]
    fn what_nothing_could_say_is_not_offered() {
        // Row 2 reads row 0, and can't read the image instead.
        assert_eq!(changed(BLOCK, Change::Delete(0)), "not offered");
        // A section needs a row.
        let text = "backbone:\n  - [-1, 1, Conv, [8]]\nhead:\n  - [-1, 1, Conv, [8]]\n";
        assert_eq!(changed(text, Change::Delete(1)), "not offered");
        // One row that makes several layers: indices aren't positions.
        assert_eq!(changed(&BLOCK.replace("# 0-P1/2", "# 0-4"), Change::below(0)), "not offered");
        // Rows that share their `from`.
        let text = "backbone:\n  - [-1, 1, Conv, [8]]\n  - [&a [0], 1, Concat, [1]]\n  - [*a, 1, Concat, [1]]\nhead:\n  - [-1, 1, Conv, [8]]\n";
        assert_eq!(changed(text, Change::above(0)), "not offered");
    }

    #[test]
    fn line_breaks_are_those_of_the_file() {
        let text = BLOCK.replace('\n', "\r\n");
        assert_eq!(changed(&text, Change::below(0)), changed(BLOCK, Change::below(0)).replace('\n', "\r\n"));
        let unended = BLOCK.trim_end();
        assert_eq!(changed(unended, Change::duplicate(4)), changed(BLOCK, Change::duplicate(4)).trim_end());
        assert_eq!(changed(unended, Change::Delete(4)), changed(BLOCK, Change::Delete(4)).trim_end());
    }
}
