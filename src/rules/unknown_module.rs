//! `unknown-module`: a name that the framework can't resolve.

use super::{Diagnostic, File, Fix, fault, rule};
use crate::analysis::Analysis;
use crate::catalog;

rule! {
    /// The framework knows no module of this name.
    ///
    /// ## What it does
    /// Reports a module that the framework's `parse_model` can't find, and the name that was most likely meant.
    ///
    /// ## Why is this bad?
    /// Building the model fails with a `KeyError`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Convv, [64, 3, 2]]
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
    "unknown-module", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, "unknown-module");
    for diagnostic in &mut found {
        let row = diagnostic.row.map(|i| &file.model.rows[i]);
        let Some(name) = row.and_then(|row| row.module()).and_then(|cell| cell.value.as_str()) else { continue };
        let fix = |known| Fix::doubtful(format!("write `{known}`"), diagnostic.span, known);
        diagnostic.fixes.extend(catalog::suggestion(name).map(fix));
    }
    found
}
