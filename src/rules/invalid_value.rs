//! `invalid-value`: a value that a module can't be built with.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// A value that no model can be built with.
    ///
    /// ## What it does
    /// Reports groups that don't divide the channels, kernels and strides of 0, scales of the wrong form,
    /// activations that don't exist.
    ///
    /// ## Why is this bad?
    /// torch refuses it when the model is built, or when it first runs.
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
    "invalid-value", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, "invalid-value");
    found.extend(fault::header_findings(file, analysis, "invalid-value"));
    found
}
