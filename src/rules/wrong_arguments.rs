//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::{Diagnostic, File, fault, rule};
use crate::analysis::Analysis;

rule! {
    /// The module's constructor doesn't take these arguments.
    ///
    /// ## What it does
    /// Reports too few or too many arguments, and arguments of the wrong type: it names the parameter and shows the signature,
    /// with the values that the framework puts in itself (`c1`, `repeats`).
    ///
    /// ## Why is this bad?
    /// Building the model fails with an error that names no row: `IndexError: list index out of range` where the framework
    /// looks for the channels, else `TypeError: Conv.__init__() takes from 3 to 9 positional arguments but 10 were given`.
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
    let mut found = fault::findings(file, analysis, &RULE);
    found.extend(fault::header_findings(file, analysis, &RULE));
    found
}
