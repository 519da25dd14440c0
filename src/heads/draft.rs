//! A text in which rows come and go one after the other.

use crate::dialect::Dialect;
use crate::model::{ReadFile, Source};
use crate::rewrite::{self, Change, Edits};
use crate::text::Span;

/// A file that is edited row by row.
pub(super) struct Draft<'d> {
    file: ReadFile,
    dialect: &'d dyn Dialect,
}

impl<'d> Draft<'d> {
    pub(super) fn new(text: &str, dialect: &'d dyn Dialect) -> Draft<'d> {
        Draft { file: ReadFile::new(text), dialect }
    }

    pub(super) fn into_text(self) -> String {
        self.file.text().to_owned()
    }

    fn apply(&mut self, edits: &[(Span, String)]) {
        let text = rewrite::apply(self.file.text(), edits);
        self.file = ReadFile::new(&*text);
    }

    fn replace(&mut self, span: Span, new: &str) -> Option<()> {
        let mut edits = Edits::default();
        edits.replace(span, new.to_owned(), self.file.text());
        let edits = edits.finish()?;
        self.apply(&edits);
        Some(())
    }

    /// The channels that a row asks for.
    pub(super) fn channels(&self, row: usize) -> Option<i64> {
        let row = self.file.model.rows.get(row)?;
        let module = self.dialect.module(row.module_name()?)?;
        let cell = row.args()?.items.first().filter(|_| module.scales(0))?;
        cell.value.as_int()
    }

    /// Sets the channels that a row asks for.
    pub(super) fn set_channels(&mut self, row: usize, channels: i64) -> Option<()> {
        self.channels(row)?;
        let span = self.file.model.rows[row].args()?.items.first()?.span;
        self.replace(span, &channels.to_string())
    }

    /// The text of a row that reads something else, and asks for other channels.
    pub(super) fn copied(&self, row: usize, from: &str, channels: Option<i64>) -> Option<String> {
        let written = self.file.model.rows.get(row)?;
        let text = self.file.text();
        let mut edits = Edits::default();
        let shifted = |span: Span| Span::new(span.start - written.span.start, span.end - written.span.start);
        let whole = written.span.text(text);
        edits.replace(shifted(written.from()?.span), from.to_owned(), whole);
        if let Some(channels) = channels {
            self.channels(row)?;
            edits.replace(shifted(written.args()?.items.first()?.span), channels.to_string(), whole);
        }
        Some(rewrite::apply(whole, &edits.finish()?))
    }

    /// Puts a row directly below another one; returns its index.
    pub(super) fn insert_below(&mut self, row: usize, text: &str) -> Option<usize> {
        self.apply(&rewrite::change_with(&self.file, Change::below(row), text)?);
        Some(row + 1)
    }

    /// Puts a row directly above another one; returns its index.
    pub(super) fn insert_above(&mut self, row: usize, text: &str) -> Option<usize> {
        self.apply(&rewrite::change_with(&self.file, Change::above(row), text)?);
        Some(row)
    }

    /// Takes a row out.
    pub(super) fn delete(&mut self, row: usize) -> Option<()> {
        self.apply(&rewrite::change(&self.file, Change::Delete(row))?);
        Some(())
    }

    /// Sets what a row reads.
    pub(super) fn set_from(&mut self, row: usize, sources: &[usize]) -> Option<()> {
        let sources: Vec<String> = sources.iter().map(usize::to_string).collect();
        self.set_from_text(row, &format!("[{}]", sources.join(", ")))
    }

    /// Sets what a row reads, as it is written.
    pub(super) fn set_from_text(&mut self, row: usize, from: &str) -> Option<()> {
        let span = self.file.model.rows.get(row)?.from()?.span;
        self.replace(span, from)
    }

    /// Takes out the rows that nobody reads, but the last one.
    pub(super) fn prune(&mut self) -> Option<()> {
        loop {
            let wiring = rewrite::wiring(&self.file.model);
            let is_read = |row: usize| wiring.iter().flatten().any(|entry| entry.target == Some(Source::Row(row)));
            let last = wiring.len().checked_sub(1)?;
            let Some(dead) = (0..last).rev().find(|&row| !is_read(row)) else { return Some(()) };
            self.delete(dead)?;
        }
    }
}
