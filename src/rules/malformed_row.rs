//! `malformed-row`: a row that isn't `[from, repeats, module, args]`.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The row isn't `[from, repeats, module, args]`.
    ///
    /// ## What it does
    /// Reports rows that have another number of values.
    ///
    /// ## Why is this bad?
    /// The framework takes each row apart into exactly four values.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2], 1]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "malformed-row", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    fault::findings(file, analysis, "malformed-row")
}
