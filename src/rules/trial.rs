//! Tries fixes before they are offered, by analysing the changed file.

use super::{File, Fix};
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::model::{self, Model, Source};
use crate::python::Literal;
use crate::rewrite::{self, Change, StaleRef, wiring};
use crate::syntax;
use crate::text::{FileEdits, Span};
use crate::torch::Value;
use crate::words::Message;

/// A finding whose fixes are tried.
pub(super) struct Trial<'a> {
    /// The file.
    pub(super) file: &'a File<'a>,
    /// The analysis that the finding comes from.
    pub(super) analysis: &'a Analysis,
    checked: &'a [&'a Analysis],
}

impl<'a> Trial<'a> {
    /// None if the file is incomplete: fixes can't be tried while somebody is typing.
    pub(super) fn new(file: &'a File<'a>, checked: &'a [&'a Analysis], analysis: &'a Analysis) -> Option<Trial<'a>> {
        let is_whole = file.errors.is_empty() && file.model.rows.iter().all(|row| row.complete && row.is_list);
        is_whole.then_some(Trial { file, analysis, checked })
    }

    /// Whether a model has nothing wrong, at any scale checked, that the file hasn't, and `row`, if it is still there,
    /// nothing at all. `place` says where a row of the file is in it.
    pub(super) fn repairs(&self, after: &Model, row: usize, place: impl Fn(usize) -> Option<usize>) -> bool {
        self.checked.iter().all(|before| is_better(before, &self.again(after, before), row, &place))
    }

    /// Analyses a changed model with the options of `before`.
    pub(super) fn again(&self, model: &Model, before: &Analysis) -> Analysis {
        analyse(model, &before.scale, &before.options())
    }

    /// Returns the model with changed entries in some rows' `from`.
    pub(super) fn rewired(&self, entries: &[StaleRef]) -> Model {
        let mut model = self.file.model.clone();
        let now = wiring(&model);
        for new in entries {
            let Some(entry) = now.get(new.row).and_then(|row| row.get(new.entry)) else { continue };
            let Some(from) = model.rows[new.row].cells.first_mut() else { continue };
            let cell = if from.items.is_empty() { None } else { from.items.iter().position(|c| c.span == entry.span) };
            match (cell, &mut from.value) {
                (Some(j), Literal::List(values)) if j < values.len() => {
                    values[j] = Literal::Int(new.value);
                    from.items[j].value = Literal::Int(new.value);
                }
                (None, value @ Literal::Int(_)) => *value = Literal::Int(new.value),
                _ => {}
            }
        }
        model
    }

    /// Returns a fix that changes an entry of a row's `from`, if it repairs the row.
    pub(super) fn rewire(&self, row: usize, entry: usize, value: i64, title: impl Into<Message>) -> Option<Fix> {
        let span = wiring(&self.file.model).get(row)?.get(entry)?.span;
        if !self.file.model.rows[row].span.contains_span(span) {
            return None;
        }
        let after = self.rewired(&[StaleRef { row, entry, value }]);
        self.repairs(&after, row, Some).then(|| Fix::doubtful(title, span, value.to_string()))
    }

    /// Returns a fix that changes rows, if it repairs the row.
    pub(super) fn change(&self, row: usize, change: Change, new_row: &str, title: impl Into<Message>) -> Option<Fix> {
        let edits = rewrite::change_with(self.file, change, new_row)?;
        self.edit(row, edits, title, |i| change.place(i))
    }

    /// Returns a fix that edits the text, if it repairs the row.
    pub(super) fn edit(
        &self,
        row: usize,
        edits: Vec<(Span, String)>,
        title: impl Into<Message>,
        place: impl Fn(usize) -> Option<usize>,
    ) -> Option<Fix> {
        let text = rewrite::apply(self.file.text(), &edits);
        let parse = syntax::parse(&text);
        let is_mended = parse.errors.is_empty() && self.repairs(&model::read(&parse.tree), row, place);
        is_mended.then(|| Fix::of(title, edits))
    }
}

impl Trial<'_> {
    /// Returns a fix that edits the framework's source, if it repairs the row and what is there then is accepted.
    pub(super) fn source(
        &self,
        row: usize,
        edits: Vec<FileEdits>,
        title: impl Into<Message>,
        accepts: impl Fn(&Analysis) -> bool,
    ) -> Option<Fix> {
        let dialect = self.analysis.dialect.source()?.edited(&edits);
        let is_mended = self.checked.iter().all(|before| {
            let options = Options { dialect: dialect.clone(), ..before.options() };
            let after = analyse(&self.file.model, &before.scale, &options);
            is_no_worse(before, &after, row) && accepts(&after)
        });
        is_mended.then(|| Fix { files: edits, ..Fix::of(title, Vec::new()) })
    }
}

fn is_better(before: &Analysis, after: &Analysis, row: usize, place: &impl Fn(usize) -> Option<usize>) -> bool {
    let is_fault =
        |(i, row): (usize, &crate::analysis::RowAnalysis)| matches!(row.status, Status::Fault(_)).then_some(i);
    let old: Vec<usize> = before.rows.iter().enumerate().filter_map(is_fault).filter_map(place).collect();
    let now = place(row);
    let is_known = |i: usize| after.rows.get(i).is_some_and(|row| row.output.is_some());
    now.is_none_or(is_known)
        && after.header.len() <= before.header.len()
        && after.rows.iter().enumerate().filter_map(is_fault).all(|i| old.contains(&i) && now != Some(i))
}

/// Whether a row is known after a change of the framework's source, and so are all rows that were. One that was merely hidden by
/// another's fault may have one of its own.
fn is_no_worse(before: &Analysis, after: &Analysis, row: usize) -> bool {
    let is_known = |analysis: &Analysis, i: usize| analysis.rows.get(i).is_some_and(|row| row.output.is_some());
    after.header.len() <= before.header.len()
        && is_known(after, row)
        && (0..before.rows.len()).all(|i| is_known(after, i) || !is_known(before, i))
}

/// Returns the height and width of a row's output.
pub(super) fn size(analysis: &Analysis, row: usize) -> Option<[i64; 2]> {
    match analysis.rows.get(row)?.output.as_ref()? {
        Value::Tensor(shape) => shape.bchw().ok().map(|[.., h, w]| [h, w]),
        _ => None,
    }
}

/// Returns the height and width of what a row reads.
pub(super) fn size_of(analysis: &Analysis, source: &Source) -> Option<[i64; 2]> {
    match *source {
        Source::Image => Some(analysis.imgsz),
        Source::Row(row) => size(analysis, row),
    }
}

/// Whether the row after this one has another size. Such rows end a stage, and are the ones that rows further down read.
pub(super) fn ends_stage(analysis: &Analysis, row: usize) -> bool {
    let Some(own) = size(analysis, row) else { return false };
    match analysis.rows.get(row + 1) {
        Some(next) if next.from.contains(&Source::Row(row)) => {
            next.output.is_some() && size(analysis, row + 1) != Some(own)
        }
        _ => true,
    }
}
