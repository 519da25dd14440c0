//! Rows while they are typed: a half-typed row counts as it last was, so that all other rows keep their figures.
//!
//! A row that was typed anew and never was whole doesn't count at all yet: the rows after it keep their indices.

use super::follower::Form;
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::Noted;
use crate::model::{Model, Section, Source};
use crate::torch::Count;

/// Returns the model to analyse instead of the written one, and for each of its rows the written row.
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

/// Turns an analysis of the substitute model into one of the written model.
///
/// A row that counts as it last was keeps its inputs and output, since other rows read them. `written` has the errors
/// of such a row as written.
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
            if let Status::BlockedBy(j) = &mut row.status {
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
        noted: Noted::default(),
    }
}
