//! `head-inputs`: inputs that a head can't take.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The head can't take these inputs.
    ///
    /// ## What it does
    /// Reports a head that reads another number of rows than it can take, or rows of the wrong kind.
    ///
    /// ## Why is this bad?
    /// The model can't be built or run.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[], 1, Detect, [80]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1], 1, Detect, [80]]
    /// ```
    "head-inputs", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, "head-inputs")
}
