//! `module-raises`: an exception in the code of a module.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;

rule! {
    /// A module's code raises an exception.
    ///
    /// ## What it does
    /// Reports an exception in the Python code beside the file: a `raise`, an `assert` that doesn't hold, or any other
    /// error, when the row is built or run. The finding has the exception's message and shows its line. Other rules
    /// report what torch itself refuses, for example [channel-mismatch](channel-mismatch.md).
    ///
    /// ## Why is this bad?
    /// The model can't be built or run.
    ///
    /// ## Example
    /// ```python models/common.py
    /// from torch import nn
    ///
    ///
    /// class Halves(nn.Module):
    ///     def __init__(self, channels):
    ///         super().__init__()
    ///         if channels % 2:
    ///             raise ValueError(f"{channels} channels can't be halved")
    ///         self.conv = nn.Conv2d(channels, channels // 2, 1)
    ///
    ///     def forward(self, x):
    ///         return self.conv(x)
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.Conv2d, [3, 15, 3]]
    /// head:
    ///   - [-1, 1, Halves, [15]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, nn.Conv2d, [3, 16, 3]]
    /// head:
    ///   - [-1, 1, Halves, [16]]
    /// ```
    "module-raises", Error, Fault(check)
}

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}
