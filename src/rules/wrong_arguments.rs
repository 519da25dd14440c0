//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;

rule! {
    /// The module's constructor doesn't accept these arguments.
    ///
    /// ## What it does
    /// Reports missing or extra arguments, and arguments of the wrong type. The finding names the parameter and shows the
    /// signature, including the values that the framework inserts itself (`c1`, `repeats`).
    ///
    /// ## Why is this bad?
    /// Building the model fails with an error that doesn't name the row: `IndexError: list index out of range` if the
    /// framework can't find the channels, otherwise `TypeError: Conv.__init__() takes from 3 to 9 positional arguments but 10
    /// were given`.
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
    "wrong-arguments", Error, Fault(check)
}

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}
