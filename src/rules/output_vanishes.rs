//! `output-vanishes`: a feature map that shrinks to nothing.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;

rule! {
    /// The output would have no pixels.
    ///
    /// ## What it does
    /// Reports a row whose output height or width would be 0 or less at the current image size.
    ///
    /// ## Why is this bad?
    /// torch raises an error when the model first runs.
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
    "output-vanishes", Error, Fault(check)
}

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}
