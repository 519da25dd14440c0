//! `output-vanishes`: a map that shrinks to nothing.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The output has no height or width left.
    ///
    /// ## What it does
    /// Reports a row whose output would have a size of 0 or less at the image size that was asked for.
    ///
    /// ## Why is this bad?
    /// torch refuses it when the model first runs.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.AdaptiveAvgPool2d, [2]]
    ///   - [-1, 1, nn.Conv2d, [3, 8, 3]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.AdaptiveAvgPool2d, [2]]
    ///   - [-1, 1, nn.Conv2d, [3, 8, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "output-vanishes", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, &RULE)
}
