//! `lighter-module`: a convolution that costs much, and what something lighter in its place would save.

use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, Lighter, Saving, lighter};
use crate::cost::units;

rule! {
    /// Something lighter could stand in this convolution's place.
    ///
    /// ## What it does
    /// Shows, on up to three plain convolutions, what a `GhostConv`, a depthwise-separable convolution or a smaller
    /// kernel in their place would save, where that is at least a tenth of the model's parameters or operations. The
    /// figures are those of the whole model once it is done. Models of fewer than ten rows aren't looked at. Editors
    /// offer these as refactorings on every plain convolution.
    ///
    /// ## Why is this bad?
    /// It isn't: what is lighter often costs accuracy, too. It shows where something can be saved.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 2]]
    ///   - [-1, 1, Conv, [32, 3, 2]]
    ///   - [-1, 1, C2f, [32]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C2f, [64]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [128]]
    ///   - [-1, 1, Conv, [256, 3, 2]]
    ///   - [-1, 1, C2f, [256]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 2]]
    ///   - [-1, 1, Conv, [32, 3, 2]]
    ///   - [-1, 1, C2f, [32]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C2f, [64]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [128]]
    ///   - [-1, 1, GhostConv, [256, 3, 2]]
    ///   - [-1, 1, C2f, [256]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "lighter-module", Hint, File(check)
}

/// The share of a model's parameters or operations that must be saved.
const SHARE: f64 = 0.1;
/// The rows that a model has at least; with fewer, each holds much of it.
const FEWEST: usize = 10;
/// The most rows that get a hint.
const MOST: usize = 3;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    if file.model.rows.len() < FEWEST {
        return Vec::new();
    }
    // What is worth it at one scale mostly is at the others.
    let mut found = file.checked.iter().map(|analysis| findings(file, analysis));
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

fn findings(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut rows: Vec<_> = (0..analysis.rows.len()).filter_map(|i| Some((i, savings(analysis, i)?))).collect();
    rows.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
    rows.truncate(MOST);
    rows.into_iter().filter_map(|(i, (_, savings))| finding(file, analysis, i, &savings)).collect()
}

/// What can be saved at a row that is worth it, and the largest share of the model that it is.
fn savings(analysis: &Analysis, i: usize) -> Option<(f64, Vec<Saving>)> {
    let totals = analysis.totals.as_ref()?;
    let (all_params, all_ops) = (totals.params as f64, totals.ops? as f64);
    let share = |params: u64, ops: u128| (params as f64 / all_params).max(ops as f64 / all_ops);
    let row = &analysis.rows[i];
    if share(row.params?, row.ops?) < SHARE {
        return None;
    }
    let mut savings = lighter(analysis, i);
    // A depthwise convolution alone doesn't mix channels: it isn't the same thing made cheaper.
    savings.retain(|s| s.instead != Lighter::Depthwise && share(s.params, s.ops) >= SHARE);
    let largest = savings.iter().map(|s| share(s.params, s.ops)).fold(0.0, f64::max);
    (!savings.is_empty()).then_some((largest, savings))
}

fn finding(file: &File<'_>, analysis: &Analysis, i: usize, savings: &[Saving]) -> Option<Diagnostic> {
    let module = file.model.rows.get(i)?.module()?;
    let scale = match analysis.scale.as_str() {
        "" => String::new(),
        letter => format!(" at scale {letter}"),
    };
    let said: Vec<String> = savings.iter().map(|saving| saved(analysis, saving)).collect();
    let message = format!("in place of this convolution{scale}, {}", said.join(", "));
    Some(RULE.at(module.span, message).of_row(i))
}

fn saved(analysis: &Analysis, saving: &Saving) -> String {
    let saves = if saving.instead == Lighter::Separable { "save" } else { "saves" };
    let convention = analysis.convention;
    let (params, ops) = (units::params(saving.params), units::ops(convention.shown(saving.ops), convention.unit()));
    format!("{} {saves} {params} params and {ops}", saving.instead)
}
