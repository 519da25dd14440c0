//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The module's constructor doesn't take these arguments.
    ///
    /// ## What it does
    /// Reports too few or too many arguments, and arguments of the wrong type, and names the parameter.
    ///
    /// ## Why is this bad?
    /// Building the model fails with a `TypeError` or `IndexError` that names no row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, []]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "wrong-arguments", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, "wrong-arguments");
    found.extend(fault::header_findings(file, analysis, "wrong-arguments"));
    found
}
