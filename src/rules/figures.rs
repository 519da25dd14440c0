//! Shared by rules on claimed figures: what counters say of a model, and what is near to it.

use crate::analysis::Analysis;
use crate::cost::{Convention, Counter};
use crate::model::comments::WrittenNumber;

/// Largest relative difference at which two GFLOPs figures still agree.
const TOLERANCE: f64 = 0.02;

/// The image size of most published figures.
pub(super) const DEFAULT_SIDE: i64 = 640;

/// Returns the figures of all counters in billions: FLOPs, and what the counter itself prints.
pub(super) fn counts(analysis: &Analysis) -> impl Iterator<Item = f64> {
    Convention::ALL.iter().flat_map(|&convention| {
        let both = |ops| [convention.flops(ops), convention.displayed(ops)];
        counted(analysis, convention).map(both).into_iter().flatten().map(|n| n as f64 / 1e9)
    })
}

/// Returns the operations that a counter books; none if a row can't be run or the counter fails.
pub(super) fn counted(analysis: &Analysis, convention: Convention) -> Option<u128> {
    if analysis.convention == convention {
        return analysis.totals.as_ref()?.ops;
    }
    let is_run = analysis.rows.iter().all(|row| row.output.is_some());
    is_run.then(|| {
        Counter::new(convention, &analysis.trace.modules, analysis.trace.root).total(&analysis.trace.calls).ok()
    })?
}

pub(super) fn is_near(written: WrittenNumber, gflops: f64) -> bool {
    (written.value - gflops).abs() <= (gflops * TOLERANCE).max(written.half * (1.0 + 1e-9))
}
