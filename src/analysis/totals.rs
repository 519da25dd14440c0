//! Sums over rows: parameters, layers, activations.

use super::{RowAnalysis, Totals};
use crate::model::Source;
use crate::torch::Trace;

/// Sums over the whole model, where each row is built.
pub(super) fn totals(rows: &[RowAnalysis], trace: &Trace) -> Option<Totals> {
    if rows.is_empty() || rows.iter().any(|row| row.module.is_none()) {
        return None;
    }
    let built = trace.modules.walk().count(trace.root);
    Some(Totals {
        layers: built.layers,
        params: built.params,
        trainable: built.params - built.frozen,
        ops: rows.iter().try_fold(0u128, |sum, row| Some(sum.saturating_add(row.ops?))),
        activation_peak_bytes: peak_activation_bytes(rows),
    })
}

/// Bytes of the tensors that must be held at the worst moment, at the granularity of rows.
fn peak_activation_bytes(rows: &[RowAnalysis]) -> Option<u128> {
    held_bytes(rows)?.into_iter().max()
}

/// Bytes of the tensors that are held after each row: each row's output from where it is made to its last reader, in
/// float32.
pub(super) fn held_bytes(rows: &[RowAnalysis]) -> Option<Vec<u128>> {
    let bytes: Vec<u128> = rows.iter().map(|row| row.output.as_ref()?.bytes()).collect::<Option<_>>()?;
    let mut freed_after = vec![0u128; rows.len()];
    for (j, reader) in last_readers(rows).into_iter().enumerate() {
        freed_after[reader] = freed_after[reader].saturating_add(bytes[j]);
    }
    let mut held = 0u128;
    let after = |(made, freed): (&u128, u128)| {
        held = held.saturating_add(*made);
        let now = held;
        held = held.saturating_sub(freed);
        now
    };
    Some(bytes.iter().zip(freed_after).map(after).collect())
}

/// For each row the last that reads it, itself where none does.
pub(super) fn last_readers(rows: &[RowAnalysis]) -> Vec<usize> {
    let mut last: Vec<usize> = (0..rows.len()).collect();
    for (i, row) in rows.iter().enumerate() {
        for source in &row.from {
            if let Source::Row(j) = source
                && let Some(reader) = last.get_mut(*j)
            {
                *reader = i;
            }
        }
    }
    last
}
