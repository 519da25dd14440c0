//! `spatial-mismatch`: maps of different sizes that are joined.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// Maps of different sizes are joined.
    ///
    /// ## What it does
    /// Reports a row that joins or adds outputs whose heights and widths differ.
    ///
    /// ## Why is this bad?
    /// The model fails when it first runs: `Sizes of tensors must match except in dimension 1`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1, 0], 1, Concat, [1]]
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]]
    ///   - [[-1, 0], 1, Concat, [1]]
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "spatial-mismatch", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, "spatial-mismatch")
}
