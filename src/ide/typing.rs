//! Rows while they are typed: a half-typed row counts as it last was, so that all other rows keep their figures.
//!
//! A row that was typed anew and never was whole doesn't count at all yet: the rows after it keep their indices.

use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::model::{Model, ReadFile, Row, Section, Source};
use crate::torch::Count;

/// What a row counts as.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// As it is written.
    Written,
    /// As it last was when it was whole.
    Last(Box<Row>),
    /// Not at all.
    Absent,
}

/// Whether each row is half-typed: not read to its end, or no list of four cells yet.
fn unfinished(file: &ReadFile) -> Vec<bool> {
    let refused = |row: &Row| file.errors.iter().any(|e| e.kind.is_refused_by_all() && row.span.touches(e.span.start));
    let is_unfinished = |row: &Row| !row.is_list || row.cells.len() < 4 || (!row.complete && refused(row));
    file.model.rows.iter().map(is_unfinished).collect()
}

/// What each row counts as, given the file before the edit and what its rows counted as; no forms if all were written.
pub(super) fn forms(now: &ReadFile, before: &ReadFile, known: &[Form]) -> Vec<Form> {
    let unfinished = unfinished(now);
    if unfinished.iter().all(|&is| !is) {
        return vec![Form::Written; now.model.rows.len()];
    }
    let was_unfinished = |row: &Row| !row.is_list || row.cells.len() < 4 || !row.complete;
    let form = |(i, earlier): (usize, Option<usize>)| {
        if !unfinished[i] {
            return Form::Written;
        }
        let Some(j) = earlier else { return Form::Absent };
        match known.get(j) {
            Some(form @ (Form::Last(_) | Form::Absent)) => form.clone(),
            _ if was_unfinished(&before.model.rows[j]) => Form::Written,
            _ => Form::Last(Box::new(before.model.rows[j].clone())),
        }
    };
    align(before, now).into_iter().enumerate().map(form).collect()
}

/// For each row the row that it was before: those around the edit by their text, those in it by their order.
fn align(before: &ReadFile, now: &ReadFile) -> Vec<Option<usize>> {
    let mut earlier = vec![None; now.model.rows.len()];
    for section in &now.model.sections {
        let Some(old) = before.model.sections.iter().find(|old| old.name == section.name) else { continue };
        let (old, new) = (old.rows.clone(), section.rows.clone());
        let same = |j: usize, i: usize| {
            before.model.rows[j].span.text(before.text()) == now.model.rows[i].span.text(now.text())
        };
        let most = old.len().min(new.len());
        let head = (0..most).take_while(|n| same(old.start + n, new.start + n)).count();
        let tail = (1..=most - head).take_while(|n| same(old.end - n, new.end - n)).count();
        for (j, i) in old.clone().zip(new.clone()).take(head) {
            earlier[i] = Some(j);
        }
        for (j, i) in (old.start + head..old.end - tail).zip(new.start + head..new.end - tail) {
            earlier[i] = Some(j);
        }
        for n in 1..=tail {
            earlier[new.end - n] = Some(old.end - n);
        }
    }
    earlier
}

/// The model that is analysed in place of the one that is written, and the row of the latter that each of its rows is.
pub(super) fn stand_in(model: &Model, forms: &[Form]) -> (Model, Vec<usize>) {
    let counted: Vec<usize> = (0..forms.len()).filter(|&i| !matches!(forms[i], Form::Absent)).collect();
    let place = |i: usize| counted.partition_point(|&c| c < i);
    let sections = model.sections.iter().map(|s| Section { rows: place(s.rows.start)..place(s.rows.end), ..s.clone() });
    let row = |&i: &usize| match &forms[i] {
        Form::Last(row) => (**row).clone(),
        _ => model.rows[i].clone(),
    };
    let rows = counted.iter().map(row).collect();
    (Model { sections: sections.collect(), rows, ..model.clone() }, counted)
}

/// Makes an analysis of the model that stands in one of the model that is written.
///
/// Of a row that counts as it last was, what it reads and returns stays known, since others read it. `written` says what
/// is wrong with such a row as it is written.
pub(super) fn put_back(analysis: &mut Analysis, forms: &[Form], counted: &[usize], written: impl Fn(usize) -> Status) {
    let mut known = std::mem::take(&mut analysis.rows).into_iter();
    analysis.rows = forms
        .iter()
        .enumerate()
        .map(|(i, form)| {
            let row = if matches!(form, Form::Absent) { None } else { known.next() };
            let mut row = row.unwrap_or_else(absent);
            for source in &mut row.from {
                if let Source::Row(j) = source {
                    *j = counted.get(*j).copied().unwrap_or(*j);
                }
            }
            if let Status::WaitsFor(j) = &mut row.status {
                *j = counted.get(*j).copied().unwrap_or(*j);
            }
            match form {
                Form::Written => row,
                Form::Last(_) => RowAnalysis { from: row.from, output: row.output, status: written(i), ..absent() },
                Form::Absent => RowAnalysis { status: written(i), ..row },
            }
        })
        .collect();
}

fn absent() -> RowAnalysis {
    RowAnalysis {
        info: None,
        from: Vec::new(),
        repeats: 1,
        args: Vec::new(),
        params: None,
        trainable: None,
        ops: None,
        output: None,
        status: Status::Incomplete,
        module: None,
        adds: Count::default(),
        calls: 0..0,
    }
}
