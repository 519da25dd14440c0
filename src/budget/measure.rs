//! Measures a metric of a model, a section or a row in an analysis.

use std::ops::Range;

use super::{Metric, Scope};
use crate::analysis::Analysis;
use crate::cost::WeightsBytes;
use crate::model::Model;
use crate::torch::Count;

/// Returns FLOPs, a count or bytes; none if it isn't known. For [`Scope::EachRow`], returns the largest value of a row.
///
/// A module instance that several rows share counts in the section that builds it, so that the sections' parameters and
/// layers add up to the model's. The activations of a section or a row are the peak bytes held after one of its rows,
/// including outputs of earlier rows.
pub fn measure(model: &Model, analysis: &Analysis, scope: Scope, metric: Metric) -> Option<u128> {
    let rows = rows(model, analysis, scope)?;
    let totals = analysis.totals.as_ref();
    match (scope, metric) {
        (Scope::EachRow, _) => each_row(analysis, metric).into_iter().collect::<Option<Vec<u128>>>()?.into_iter().max(),
        (Scope::Row(i), _) => row(analysis, metric, i),
        (Scope::Model, Metric::Activations) => totals?.activation_peak_bytes,
        (_, Metric::Activations) => analysis.held_bytes()?[rows].iter().copied().max(),
        (Scope::Model, Metric::Gflops) => Some(analysis.flops(totals?.ops?)),
        (_, Metric::Gflops) => {
            let ops = analysis.rows[rows].iter().try_fold(0u128, |sum, row| Some(sum.saturating_add(row.ops?)));
            ops.map(|ops| analysis.flops(ops))
        }
        (Scope::Model, Metric::Layers) => Some(totals?.layers as u128),
        (_, Metric::Layers) => built(analysis, rows).map(|built| built.layers as u128),
        (Scope::Model, _) => Some(params_or_bytes(metric, totals?.params)),
        (_, _) => built(analysis, rows).map(|built| params_or_bytes(metric, built.params)),
    }
}

/// Returns the costs of a scope's rows, most expensive first, without rows of no or unknown cost. For activations,
/// returns the rows whose outputs are held at the peak, each with its bytes.
pub fn expensive_rows(model: &Model, analysis: &Analysis, scope: Scope, metric: Metric) -> Vec<(usize, u128)> {
    let rows = match scope {
        Scope::EachRow | Scope::Row(_) => None,
        scope => rows(model, analysis, scope),
    };
    let mut costs: Vec<(usize, u128)> = match (metric, rows) {
        (_, None) => Vec::new(),
        (Metric::Activations, Some(rows)) => held_at_worst(analysis, rows).unwrap_or_default(),
        (metric, Some(rows)) => rows.filter_map(|i| Some((i, row(analysis, metric, i)?))).collect(),
    };
    costs.retain(|(_, cost)| *cost > 0);
    costs.sort_by_key(|&(row, cost)| (std::cmp::Reverse(cost), row));
    costs
}

/// Returns the value of each row; none if it isn't known.
pub(super) fn each_row(analysis: &Analysis, metric: Metric) -> Vec<Option<u128>> {
    let n = analysis.rows.len();
    match (metric, analysis.held_bytes()) {
        (Metric::Activations, Some(held)) => held.into_iter().map(Some).collect(),
        (Metric::Activations, None) => vec![None; n],
        _ => (0..n).map(|i| row(analysis, metric, i)).collect(),
    }
}

/// Returns a row's own contribution; for activations, the bytes of its output.
pub(super) fn own(analysis: &Analysis, metric: Metric, i: usize) -> Option<u128> {
    match metric {
        Metric::Activations => analysis.rows.get(i)?.output.as_ref()?.bytes(),
        metric => row(analysis, metric, i),
    }
}

/// Returns the value of a row. Parameters are those of the framework's table, including shared ones.
fn row(analysis: &Analysis, metric: Metric, i: usize) -> Option<u128> {
    let row = analysis.rows.get(i)?;
    match metric {
        Metric::Gflops => row.ops.map(|ops| analysis.flops(ops)),
        Metric::Layers => built(analysis, i..i + 1).map(|built| built.layers as u128),
        Metric::Activations => analysis.held_bytes()?.get(i).copied(),
        metric => row.params.map(|params| params_or_bytes(metric, params)),
    }
}

/// Returns the rows of a scope; none if the file doesn't have it.
fn rows(model: &Model, analysis: &Analysis, scope: Scope) -> Option<Range<usize>> {
    let rows = match scope {
        Scope::Model | Scope::EachRow => 0..analysis.rows.len(),
        Scope::Section(name) => model.sections.iter().find(|section| section.name == name)?.rows.clone(),
        Scope::Row(i) => i..i.checked_add(1)?,
    };
    (rows.end <= analysis.rows.len()).then_some(rows)
}

/// Returns the outputs held at the peak after one of the rows.
fn held_at_worst(analysis: &Analysis, rows: Range<usize>) -> Option<Vec<(usize, u128)>> {
    let held = analysis.held_bytes()?;
    let worst = rows.rev().max_by_key(|&i| held[i])?;
    let readers = analysis.last_readers();
    let alive = (0..=worst).filter(|&j| readers[j] >= worst);
    alive.map(|j| Some((j, analysis.rows[j].output.as_ref()?.bytes()?))).collect()
}

/// What rows add to those above them.
fn built(analysis: &Analysis, rows: Range<usize>) -> Option<Count> {
    let mut rows = analysis.rows[rows].iter();
    rows.try_fold(Count::default(), |sum, row| row.module.map(|_| sum + row.adds))
}

/// Converts a number of parameters to the metric: a count or bytes.
fn params_or_bytes(metric: Metric, params: u64) -> u128 {
    let bytes = WeightsBytes::of(params);
    u128::from(match metric {
        Metric::Int8 => bytes.int8,
        Metric::Fp16 => bytes.fp16,
        Metric::Fp32 => bytes.fp32,
        _ => params,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyse};
    use crate::model;
    use crate::syntax;

    const TINY: &str = include_str!("../../examples/yolo11-tiny.yaml");

    fn read(text: &str) -> Model {
        model::read(&syntax::parse(text).tree)
    }

    /// The model's figures are the framework's for this file: 542,206 parameters, 122 layers, 3.4 GFLOPs.
    #[test]
    fn sections_add_up_to_the_model() {
        let model = read(TINY);
        let analysis = analyse(&model, "n", &Options::default());
        let of = |scope, metric| measure(&model, &analysis, scope, metric).unwrap();
        let [backbone, head] = [Scope::Section("backbone"), Scope::Section("head")];
        assert_eq!(of(Scope::Model, Metric::Params), 542_206);
        assert_eq!(of(Scope::Model, Metric::Layers), 122);
        assert_eq!(of(Scope::Model, Metric::Fp16), 2 * 542_206);
        for metric in [Metric::Gflops, Metric::Params, Metric::Layers, Metric::Int8, Metric::Fp32] {
            assert_eq!(of(backbone, metric) + of(head, metric), of(Scope::Model, metric), "{metric:?}");
            let rows = each_row(&analysis, metric);
            assert_eq!(rows.into_iter().map(Option::unwrap).sum::<u128>(), of(Scope::Model, metric), "{metric:?}");
        }
        let activations = |scope| of(scope, Metric::Activations);
        assert_eq!(activations(backbone).max(activations(head)), activations(Scope::Model));
        assert_eq!(activations(Scope::EachRow), activations(Scope::Model));
        // The framework's table.
        assert_eq!(of(Scope::Row(6), Metric::Params), 140_800);
        assert_eq!(of(Scope::EachRow, Metric::Params), 218_070);
        assert_eq!(measure(&model, &analysis, Scope::Row(99), Metric::Params), None);
    }

    #[test]
    fn the_rows_that_cost_most() {
        let model = read(TINY);
        let analysis = analyse(&model, "n", &Options::default());
        let costs = expensive_rows(&model, &analysis, Scope::Section("backbone"), Metric::Params);
        assert_eq!(costs[0], (6, 140_800));
        assert!(costs.iter().all(|(row, cost)| *row < 8 && *cost > 0) && costs.is_sorted_by(|a, b| a.1 >= b.1));
        let held = expensive_rows(&model, &analysis, Scope::Model, Metric::Activations);
        let sum: u128 = held.iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(Some(sum), measure(&model, &analysis, Scope::Model, Metric::Activations));
    }

    #[test]
    fn what_is_not_known_has_no_measure() {
        let text = TINY.replace("SPPF", "Own");
        let model = read(&text);
        let analysis = analyse(&model, "n", &Options::default());
        for metric in Metric::ALL {
            assert_eq!(measure(&model, &analysis, Scope::Model, metric), None, "{metric:?}");
            assert_eq!(measure(&model, &analysis, Scope::Section("backbone"), metric), None, "{metric:?}");
        }
        assert!(measure(&model, &analysis, Scope::Row(6), Metric::Params).is_some());
    }
}
