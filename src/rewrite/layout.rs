//! Places of rows in the text, in both layouts: `- [-1, 1, …]` lines, and lists in a list, `[[-1, 1, …],` lines.

use crate::model::{ReadFile, Row, comments};
use crate::text::Span;

use super::Edits;

/// Place of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The row, without dash, comma and comment.
    pub(super) row: Span,
    /// The text between the start of its first line and the row: `  - `.
    pub(super) lead: Span,
    /// The code after it on its last line: nothing, a comma, or the section's closing bracket.
    pub(super) tail: Span,
    /// Its comment with the blanks before it; empty if there is none.
    pub(super) comment: Span,
    /// The end of its last line, without and with the line break.
    pub(super) line_end: (u32, u32),
    /// Whether its lines hold no other row.
    pub(super) is_alone: bool,
    /// Whether it is an item of a bracketed list.
    pub(super) is_flow: bool,
}

/// Returns the places of all rows; none for a row in an unknown layout.
pub(super) fn places(file: &ReadFile) -> Vec<Option<Place>> {
    let ReadFile { source, model, .. } = file;
    let (text, lines) = (file.text(), &source.lines);
    let comments = comments::of_rows(file);
    let on_lines: Vec<(u32, u32)> =
        model.rows.iter().map(|row| (lines.line(row.span.start), lines.line(row.span.end))).collect();
    let mut ordered = on_lines.clone();
    ordered.sort_unstable();
    let place = |(i, row): (usize, &Row)| {
        let (first, last) = on_lines[i];
        let at = ordered.partition_point(|lines| *lines < on_lines[i]);
        let shares_before = at > 0 && ordered[at - 1].1 >= first;
        let is_alone = !shares_before && ordered.get(at + 1).is_none_or(|next| next.0 > last);
        let lead = Span::new(lines.line_span(text, first).start, row.span.start);
        let content = lines.line_span(text, last);
        let code = Span::new(row.span.end, comments[i].map_or(content.end, |c| c.start)).text(text).trim_end();
        let tail = Span::new(row.span.end, row.span.end + code.len() as u32);
        let comment = Span::new(tail.end, comments[i].map_or(tail.end, |c| c.end));
        let is_flow = lead.text(text).trim() != "-";
        let is_known = match is_flow {
            true => !is_alone || lead.text(text).trim().is_empty() || lead.text(text).trim_end().ends_with('['),
            false => is_alone && code.is_empty(),
        };
        let line_end = (content.end, lines.line_end(last));
        is_known.then_some(Place { row: row.span, lead, tail, comment, line_end, is_alone, is_flow })
    };
    model.rows.iter().enumerate().map(place).collect()
}

impl Place {
    /// Inserts a row above this one.
    pub(super) fn insert_above(&self, text: &str, row: &str, comment: &str, edits: &mut Edits) {
        let lead = self.lead.text(text);
        if !self.is_flow {
            edits.insert(self.lead.start, format!("{lead}{row}{comment}{}", self.line_break(text)));
        } else if self.is_alone {
            edits.insert(self.row.start, format!("{row},{comment}{}{}", self.line_break(text), blank(lead)));
        } else {
            edits.insert(self.row.start, format!("{row}, "));
        }
    }

    /// Inserts a row below this one.
    pub(super) fn insert_below(&self, text: &str, row: &str, comment: &str, edits: &mut Edits) {
        let (lead, line_break) = (self.lead.text(text), self.line_break(text));
        if !self.is_flow {
            edits.insert(self.line_end.0, format!("{line_break}{lead}{row}{comment}"));
        } else if self.is_alone {
            let tail = self.tail.text(text);
            edits.replace(self.tail, ",".to_owned(), text);
            edits.insert(self.line_end.0, format!("{line_break}{}{row}{tail}{comment}", blank(lead)));
        } else {
            edits.insert(self.row.end, format!(", {row}"));
        }
    }

    /// Deletes this row between the given neighbours.
    pub(super) fn delete(
        &self,
        text: &str,
        before: Option<&Place>,
        after: Option<&Place>,
        edits: &mut Edits,
    ) -> Option<()> {
        let lines = if self.line_end.0 < self.line_end.1 || self.lead.start == 0 {
            Span::new(self.lead.start, self.line_end.1)
        } else {
            let break_before = self.lead.start - trailing_break(text, self.lead.start).len() as u32;
            Span::new(break_before, self.line_end.0)
        };
        if !self.is_flow {
            edits.remove(lines);
            return Some(());
        }
        if !self.is_alone {
            let shares_with =
                |other: &&Place| !Span::new(self.row.end, other.row.start).text(text).contains(['\n', '\r']);
            let shared = match (after.filter(shares_with), before) {
                (Some(after), _) => Span::new(self.row.start, after.row.start),
                (None, before) => Span::new(before?.row.end, self.row.end),
            };
            edits.remove(shared);
            return Some(());
        }
        let is_first = before.is_none();
        if is_first && !self.lead.text(text).trim().is_empty() {
            let after = after?;
            let gap = Span::new(self.line_end.0, after.row.start).text(text);
            let end = if gap.trim().is_empty() { after.row.start } else { self.line_end.0 };
            edits.remove(Span::new(self.row.start, end));
            return Some(());
        }
        if after.is_none() {
            let before = before?;
            edits.replace(before.tail, self.tail.text(text).to_owned(), text);
        }
        edits.remove(lines);
        Some(())
    }

    /// Returns the line break that the file uses here.
    fn line_break<'t>(&self, text: &'t str) -> &'t str {
        match Span::new(self.line_end.0, self.line_end.1).text(text) {
            "" => Some(trailing_break(text, self.lead.start)).filter(|b| !b.is_empty()).unwrap_or("\n"),
            found => found,
        }
    }
}

/// Returns the line break that ends at `offset`.
fn trailing_break(text: &str, offset: u32) -> &str {
    let before = Span::new(0, offset).text(text);
    match () {
        () if before.ends_with("\r\n") => "\r\n",
        () if before.ends_with('\n') => "\n",
        () if before.ends_with('\r') => "\r",
        () => "",
    }
}

/// Returns blanks as wide as a text.
fn blank(lead: &str) -> String {
    lead.chars().map(|c| if c.is_whitespace() { c } else { ' ' }).collect()
}
