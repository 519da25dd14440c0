//! What pruning channels would save: of all rows alike, and of each row alone. What a row's readers, sums and groups demand is
//! kept, since each what-if is built and run.

use super::moves::narrower;
use super::{Figures, Kind, Move, Problem};
use crate::analysis::{Options, analyse};
use crate::model::ReadFile;
use crate::words::{Message, message};

/// A what-if: some of the channels of all rows, or of one.
#[derive(Clone, Debug)]
pub struct Pruned {
    /// The row; none for all.
    pub row: Option<usize>,
    /// What the model costs then; or why it can't be built or run so.
    pub figures: Result<Figures, Message>,
}

/// What taking a share of the channels would make of a model: of all rows, then of each row that has channels of its own.
pub fn prune(problem: &Problem<'_>, share: f64) -> Vec<Pruned> {
    let last = problem.file.model.rows.len().saturating_sub(1);
    let edits = |row: usize| narrower(&problem.file.model, problem.analysis, row, 1.0 - share);
    let all: Vec<_> = (0..last).flat_map(edits).collect();
    let pruned = |row: Option<usize>, edits: Vec<_>| {
        let step = Move { kind: Kind::Width, title: "".into(), edits, imgsz: None };
        Pruned { row, figures: problem.figures(&[&step]).ok_or_else(|| why(problem, &step)) }
    };
    let single = (0..last).map(|row| (row, edits(row))).filter(|(_, edits)| !edits.is_empty());
    std::iter::once(pruned(None, all)).chain(single.map(|(row, edits)| pruned(Some(row), edits))).collect()
}

/// Why the model can't be built or run after a change.
fn why(problem: &Problem<'_>, step: &Move) -> Message {
    let Some(text) = problem.text(&[step]) else { return message!("edits-overlap") };
    let read = ReadFile::new(&*text);
    let options = Options { ..problem.analysis.options() };
    let after = analyse(&read.model, &problem.analysis.scale, &options);
    let rows = after.rows.iter().enumerate().filter(|(_, row)| row.output.is_none());
    let first = rows.filter_map(|(i, row)| Some(message!("of-row", row = i, what = row.status.reason()?))).next();
    first.unwrap_or_else(|| message!("figures-unknown-then"))
}
