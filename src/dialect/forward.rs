//! A forward pass over all rows that are built, on the shape of an image.

use std::ops::Range;

use super::{Blame, Parsed, ParsedRow};
use crate::model::Source;
use crate::torch::ops::{Fault, FaultKind, Shape};
use crate::torch::{Run, Value};

/// What one row did in a forward pass.
pub(crate) struct Ran {
    /// What it returned, or why it returned nothing.
    pub(crate) outcome: Outcome,
    /// Its calls.
    pub(crate) calls: Range<usize>,
}

/// How a row ended.
pub(crate) enum Outcome {
    /// With a value.
    Returned(Value),
    /// With a fault, and the cell that is to blame.
    Failed((Fault, Blame)),
    /// Not at all: a row that it reads, or it itself, isn't built.
    BlockedBy(usize),
}

/// Runs all rows that are built. Where the run is in training mode, only the last row's head is.
pub(crate) fn forward(parsed: &Parsed, image: Shape, run: &mut Run) -> Vec<Ran> {
    let image = Value::Tensor(image);
    run.text = parsed.task.text();
    run.prompts = parsed.task.prompts();
    let training = run.training;
    let mut rows: Vec<Ran> = Vec::with_capacity(parsed.rows.len());
    for (i, row) in parsed.rows.iter().enumerate() {
        run.training = training && i + 1 == parsed.rows.len();
        let start = run.len();
        let outcome = run_row(row, &image, &rows, run);
        rows.push(Ran { outcome, calls: start..run.len() });
    }
    rows
}

fn run_row(row: &ParsedRow, image: &Value, done: &[Ran], run: &mut Run) -> Outcome {
    let Some(layer) = &row.layer else {
        return Outcome::BlockedBy(row.blocked_by.unwrap_or(done.len()));
    };
    let mut inputs = Vec::with_capacity(row.from.len());
    for &source in &row.from {
        inputs.push(match source {
            Source::Image => image.clone(),
            Source::Row(j) => match &done[j].outcome {
                Outcome::Returned(value) => value.clone(),
                _ => return Outcome::BlockedBy(j),
            },
        });
    }
    if let Some(fault) = &row.call_fault {
        return Outcome::Failed(fault.clone());
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
            Outcome::Failed((fault, blame))
        }
    }
}

/// Whether a fault at run time comes from what the row reads rather than from its arguments.
fn is_about_inputs(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape)
}
