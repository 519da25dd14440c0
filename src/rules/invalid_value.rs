//! `invalid-value`: a value that a module can't be built with.

use super::{Diagnostic, File, Fix, fault, rule};
use crate::analysis::Analysis;
use crate::model::Cell;
use crate::text::Span;

rule! {
    /// A value that no model can be built with.
    ///
    /// ## What it does
    /// Reports groups and heads that don't divide the channels, with numbers that would; kernels and strides of 0; scales
    /// that aren't `[depth, width, max_channels]` (a fourth value is for some forks only); activations that don't exist; and
    /// models of more than 50,000 modules, which are `repeats` gone wrong.
    ///
    /// ## Why is this bad?
    /// torch refuses it when the model is built (`ValueError: in_channels must be divisible by groups`), or when it first runs
    /// (`RuntimeError: non-positive stride is not supported`); of the scales, the framework says `too many values to unpack
    /// (expected 3)`. None of them names the row.
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
    /// The fix that takes the fourth value off a scale isn't safe: a fork may read it.
    "invalid-value", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, &RULE);
    let mut of_header = fault::header_findings(file, analysis, &RULE);
    for finding in &mut of_header {
        let scale = file.model.scales().find(|(.., cell)| cell.span == finding.span);
        finding.fixes.extend(scale.and_then(|(.., cell)| without_fourth(cell)));
    }
    found.extend(of_header);
    found
}

/// Takes the fourth value off a scale, which some forks read.
fn without_fourth(scale: &Cell) -> Option<Fix> {
    let [_, _, third, .., last] = scale.items.as_slice() else { return None };
    let rest = Span::new(third.span.end, last.span.end);
    (scale.items.len() > 3).then(|| Fix::doubtful("keep the first three values", rest, ""))
}
