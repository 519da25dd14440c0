//! `missing-section`: no `backbone`, or no `head`.

use super::{Diagnostic, File, Severity, rule};
use crate::model::{Model, SECTIONS};

rule! {
    /// The file has no `backbone` or no `head`, or it isn't a list.
    ///
    /// ## What it does
    /// Reports a section that isn't there, or that isn't a list of rows.
    ///
    /// ## Why is this bad?
    /// The framework reads `backbone` and `head` by name and appends one to the other: `KeyError: 'head'`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
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
    "missing-section", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let is_missing = |name: &&str| file.model.sections.iter().all(|section| section.name != *name);
    SECTIONS.into_iter().filter(is_missing).map(|name| finding(file.model, name)).collect()
}

fn finding(model: &Model, name: &str) -> Diagnostic {
    let (span, message) = match model.key(name) {
        Some(key) => (key.span, format!("`{name}` must be a list of rows [from, repeats, module, args]")),
        None => {
            let first = model.sections.first().map(|s| s.span).or(model.keys.first().map(|k| k.span));
            (first.unwrap_or_default(), format!("the file has no `{name}` section"))
        }
    };
    Diagnostic::new("missing-section", Severity::Error, span, message)
}
