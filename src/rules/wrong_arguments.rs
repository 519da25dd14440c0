//! `wrong-arguments`: arguments that a module's constructor doesn't take.

use super::{Diagnostic, File, input_channels, rule};
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

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for diagnostic in &mut found {
        diagnostic.help = diagnostic.row.and_then(|row| help(file, analysis, row));
    }
    found
}

/// What became of the row's cells.
fn help(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<String> {
    let module = analysis.rows[row].info.as_deref()?;
    let became = input_channels::became(file, row, module)?;
    let inserted: Vec<String> = module
        .params
        .iter()
        .enumerate()
        .filter(|(at, param)| !param.takes_rest() && module.row_params.iter().all(|own| own.param != Some(*at)))
        .map(|(_, param)| format!("`{}`", param.name))
        .collect();
    Some(match inserted.len() {
        _ if module.params.is_empty() => became,
        0 => format!("{became}. The framework puts nothing in front"),
        _ => format!("{became}. The framework puts in {}", inserted.join(", ")),
    })
}
