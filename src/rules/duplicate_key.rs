//! `duplicate-key`: a key that stands twice.

use super::{Diagnostic, File, Severity, rule};

rule! {
    /// A top-level key stands twice.
    ///
    /// ## What it does
    /// Reports a key that a later one of the same name overwrites.
    ///
    /// ## Why is this bad?
    /// PyYAML takes the last one without a word, so the value that a reader sees first isn't the one that counts.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// nc: 3
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 3
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    "duplicate-key", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let keys = &file.model.keys;
    let finding = |(i, key): (usize, &crate::model::Key)| {
        let last = keys[i + 1..].iter().rev().find(|later| later.name == key.name)?;
        let message = format!("`{}` stands twice: this one is overwritten by the later one", key.name);
        let mut found = Diagnostic::new("duplicate-key", Severity::Warning, key.span, message);
        found.related.push((last.span, "this one counts".to_owned()));
        Some(found)
    };
    keys.iter().enumerate().filter_map(finding).collect()
}
