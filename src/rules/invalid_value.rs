//! `invalid-value`: a value that a module can't be built with.

use super::{Diagnostic, File, Fix, rule};
use crate::analysis::Analysis;
use crate::model::Cell;
use crate::text::Span;

rule! {
    /// The model can't be built or run with this value.
    ///
    /// ## What it does
    /// Reports numbers of groups and heads that don't divide the channels, with numbers that do; kernel sizes and strides
    /// of 0; scales that aren't `[depth, width, max_channels]` (only some forks read a fourth value); activations that don't
    /// exist; and models with more than 50,000 modules, where `repeats` must be wrong.
    ///
    /// ## Why is this bad?
    /// torch raises an error when the model is built (`ValueError: in_channels must be divisible by groups`) or first run
    /// (`RuntimeError: non-positive stride is not supported`). For scales, the framework raises `too many values to unpack
    /// (expected 3)`. None of these messages names the row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 0]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix that removes the fourth value of a scale isn't safe: a fork may read it.
    "invalid-value", Error, Fault(check)
}

fn check(file: &File<'_>, _: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for finding in &mut found {
        let scale = file.model.scales().find(|(.., cell)| cell.span == finding.span);
        finding.fixes.extend(scale.and_then(|(.., cell)| without_fourth(cell)));
    }
    found
}

/// Removes the fourth value of a scale, which some forks read.
fn without_fourth(scale: &Cell) -> Option<Fix> {
    let [_, _, third, .., last] = scale.items.as_slice() else { return None };
    let rest = Span::new(third.span.end, last.span.end);
    (scale.items.len() > 3).then(|| Fix::doubtful("keep the first three values", rest, ""))
}
