//! `all-rows-frozen`: a `freeze` that leaves nothing to train.

use super::{Diagnostic, File, rule};
use crate::words::message;

rule! {
    /// The setting `freeze` freezes every row of the model.
    ///
    /// ## What it does
    /// Compares the number of frozen rows, which the setting `freeze` gives, with the number of rows in the file.
    /// Without the setting, nothing is reported.
    ///
    /// ## Why is this bad?
    /// The framework refuses to train a model that has no trainable parameter.
    ///
    /// ## Example
    /// ```yaml .yolint.yaml
    /// freeze: 10
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml .yolint.yaml
    /// freeze: 1
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Options
    /// `freeze:` in `.yolint.yaml`; `yolint table --freeze N` shows what is still trained.
    "all-rows-frozen", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let rows = file.model.rows.len();
    let frozen = file.lint.freeze.and_then(|frozen| usize::try_from(frozen).ok()).filter(|&frozen| frozen >= rows);
    let (Some(frozen), Some(last)) = (frozen, file.model.rows.last()) else { return Vec::new() };
    let message = message!("all-rows-frozen", frozen, rows, last = rows - 1);
    vec![RULE.at(last.module().map_or(last.span, |module| module.span), message).of_row(rows - 1)]
}
