//! `bad-from`: a `from` that names no row which can be read there.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// `from` names no row that can be read there.
    ///
    /// ## What it does
    /// Reports an index that is out of range, that is the row itself or one below it, or that is no index.
    ///
    /// ## Why is this bad?
    /// Rows run from top to bottom; building the model ends with `list index out of range`, or it reads something
    /// else.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [7, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [0, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "bad-from", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, "bad-from")
}
