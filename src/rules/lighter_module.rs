//! `lighter-module`: an expensive convolution, and the savings of lighter replacements.

use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, Saving, Substitute, lighter};
use crate::cost::units;
use crate::words::{Message, comma, message};

rule! {
    /// A lighter module could replace this convolution.
    ///
    /// ## What it does
    /// Shows for up to three plain convolutions what a `GhostConv`, a depthwise-separable convolution or a smaller kernel
    /// would save, if that is at least 10 % of the model's parameters or operations. The savings are computed on the whole
    /// model with the replacement in place. Models with fewer than ten rows aren't checked. In editors, every plain
    /// convolution offers these replacements as refactorings.
    ///
    /// ## Why is this bad?
    /// It isn't bad: lighter modules often cost accuracy. The hint shows where a model can become cheaper.
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

/// Smallest saving worth a hint, as a share of the model's parameters or operations.
const SHARE: f64 = 0.1;
/// Smallest number of rows to check; in shorter models, every row has a large share.
const FEWEST: usize = 10;
/// Largest number of rows that get a hint.
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

/// Returns the savings at a row that are worth a hint, and the largest share of the model among them.
fn savings(analysis: &Analysis, i: usize) -> Option<(f64, Vec<Saving>)> {
    let totals = analysis.totals.as_ref()?;
    let (all_params, all_ops) = (totals.params as f64, totals.ops? as f64);
    let share = |params: u64, ops: u128| (params as f64 / all_params).max(ops as f64 / all_ops);
    let row = &analysis.rows[i];
    if share(row.params?, row.ops?) < SHARE {
        return None;
    }
    let mut savings = lighter(analysis, i);
    // A depthwise convolution alone doesn't mix channels, so it isn't a cheaper equivalent.
    savings.retain(|s| s.instead != Substitute::Depthwise && share(s.params, s.ops) >= SHARE);
    let largest = savings.iter().map(|s| share(s.params, s.ops)).fold(0.0, f64::max);
    (!savings.is_empty()).then_some((largest, savings))
}

fn finding(file: &File<'_>, analysis: &Analysis, i: usize, savings: &[Saving]) -> Option<Diagnostic> {
    let module = file.model.rows.get(i)?.module()?;
    let savings = comma(savings.iter().map(|saving| saved(analysis, saving)));
    let message = match analysis.scale.as_str() {
        "" => message!("lighter-module", savings),
        scale => message!("lighter-module-at", savings, scale),
    };
    Some(RULE.at(module.span, message).of_row(i))
}

fn saved(analysis: &Analysis, saving: &Saving) -> Message {
    let (params, ops) = (units::params(saving.params), analysis.convention.format_ops(saving.ops));
    message!("saved-with", params, ops, substitute = saving.instead.message())
}
