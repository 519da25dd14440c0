//! `invalid-value`: a value that a module can't be built with.

use super::{Diagnostic, File, Fix, rule, split_outputs};
use crate::analysis::Analysis;
use crate::model::Cell;
use crate::text::Span;
use crate::words::message;

rule! {
    /// The model can't be built or run with this value.
    ///
    /// ## What it does
    /// Reports numbers of groups and heads that don't divide the channels, and suggests numbers that do; kernel sizes
    /// and strides of 0; scales that aren't `[depth, width, max_channels]` (only some forks read a fourth value);
    /// activations that don't exist; and models with more than 50,000 modules, in which `repeats` must be wrong.
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

fn check(file: &File<'_>, analysis: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let scale = |finding: &Diagnostic| {
        file.model.scales().find(|(.., cell)| cell.span == finding.span && finding.row.is_none())
    };
    let (of_scales, mut found): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|finding| scale(finding).is_some_and(|(.., cell)| fourth(cell).is_some()));
    found.extend(of_scales.first().and_then(|_| fourths(file)));
    split_outputs::once(&RULE, file, analysis, found)
}

/// The finding on all scales with a fourth value, which some forks read.
fn fourths(file: &File<'_>) -> Option<Diagnostic> {
    let mut scales = file.model.scales().filter_map(|(name, _, cell)| Some((name, cell, fourth(cell)?)));
    let (name, cell, rest) = scales.next()?;
    let mut fix = Fix::doubtful(message!("keep-three"), rest, "");
    let message = message!("scale-of-three", name, value = cell.value);
    let mut related = Vec::new();
    for (name, cell, rest) in scales {
        related.push((file.at(cell.span), message!("scale-too", scale = name)));
        fix.edits.push((rest, String::new()));
    }
    let message = match related.len() {
        0 => message,
        count => message!("also-in-scales", message, count),
    };
    let mut found = RULE.at(cell.span, message).fix(fix);
    found.related = related;
    Some(found)
}

/// The place of what a scale has more than three values.
fn fourth(scale: &Cell) -> Option<Span> {
    let [_, _, third, .., last] = scale.items.as_slice() else { return None };
    (scale.items.len() > 3).then(|| Span::new(third.span.end, last.span.end))
}
