//! A forward pass over all rows that are built, on the shape of an image.

use std::ops::Range;

use super::parsed::{Parsed, ParsedRow, StandIn};
use crate::dialect::{Blame, Outcome, RowFault};
use crate::model::Source;
use crate::torch::ops::{FaultKind, Shape};
use crate::torch::{Run, Value};

/// Runs all rows that are built: how each ended, and its calls. Where the run is in training mode, only the last row's
/// head is.
pub(super) fn forward(parsed: &Parsed, image: Shape, run: &mut Run) -> Vec<(Outcome, Range<usize>)> {
    let image = Value::Tensor(image);
    run.text = parsed.task.text();
    run.prompts = parsed.task.prompts();
    let training = run.training;
    let mut rows = Vec::with_capacity(parsed.rows.len());
    for (i, row) in parsed.rows.iter().enumerate() {
        run.training = training && i + 1 == parsed.rows.len();
        let start = run.len();
        let outcome = run_row(row, &image, &rows, run);
        rows.push((outcome, start..run.len()));
    }
    rows
}

fn run_row(row: &ParsedRow, image: &Value, done: &[(Outcome, Range<usize>)], run: &mut Run) -> Outcome {
    if let Some((fault, blame)) = &row.fault {
        let fault = RowFault::new(fault.clone(), *blame);
        let input = || {
            let mut inputs = inputs(row, image, done).ok()?;
            Some(if row.from_is_list { Value::tuple(inputs) } else { inputs.swap_remove(0) })
        };
        let stands_in = row.stands_in.as_ref();
        let value = stands_in.and_then(|stands_in| stands_in.output(&input()?, run).ok());
        return match (stands_in, value) {
            (Some(StandIn::Declared(output)), Some(value)) => Outcome::Declared(*output, value),
            (Some(StandIn::Layer(_)), Some(value)) => Outcome::Assumed(Box::new(fault), value),
            _ => fault.into(),
        };
    }
    let Some(layer) = &row.layer else {
        return match row.blocked_by {
            Some(row) if row < done.len() => Outcome::BlockedBy(row),
            _ => Outcome::Header,
        };
    };
    let mut inputs = match inputs(row, image, done) {
        Ok(inputs) => inputs,
        Err(above) => return Outcome::BlockedBy(above),
    };
    if let Some((fault, blame)) = &row.call_fault {
        return RowFault::new(fault.clone(), *blame).into();
    }
    let input = if row.from_is_list { Value::tuple(inputs) } else { inputs.swap_remove(0) };
    match layer.call(run, &input) {
        Ok(value) => Outcome::Returned(value),
        Err(fault) => {
            let blame = match fault.input {
                Some(i) if row.from_is_list => Blame::From(Some(i)),
                _ if fault.param.is_some() => row.blame(&fault),
                _ if is_about_inputs(fault.kind) => Blame::From(None),
                _ => Blame::Row,
            };
            RowFault::new(fault, blame).into()
        }
    }
}

/// The input of a row, or the row above that isn't known.
fn inputs(row: &ParsedRow, image: &Value, done: &[(Outcome, Range<usize>)]) -> Result<Vec<Value>, usize> {
    let mut inputs = Vec::with_capacity(row.from.len());
    for &source in &row.from {
        inputs.push(match source {
            Source::Image => image.clone(),
            Source::Row(j) => match &done[j].0 {
                Outcome::Returned(value) | Outcome::Declared(_, value) | Outcome::Assumed(_, value) => value.clone(),
                _ => return Err(j),
            },
        });
    }
    Ok(inputs)
}

/// Whether a fault at run time comes from what the row reads rather than from its arguments.
fn is_about_inputs(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape)
}
