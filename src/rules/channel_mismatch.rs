//! `channel-mismatch`: channels that don't fit together.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The row gets another number of channels than it was built for.
    ///
    /// ## What it does
    /// Reports a row whose module expects other channels than the rows that feed it return.
    ///
    /// ## Why is this bad?
    /// The model is built, and fails when it first runs: `Given groups=1, weight of size [...], expected input[...]
    /// to have N channels`. torch names no row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, nn.Conv2d, [32, 64, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, nn.Conv2d, [64, 64, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "channel-mismatch", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, "channel-mismatch")
}
