//! `syntax`: what PyYAML refuses.

use super::fault::capitalised;
use super::{Diagnostic, File, Fix, Severity, rule};
use crate::syntax::SyntaxError;

rule! {
    /// The file isn't YAML that the framework can load.
    ///
    /// ## What it does
    /// Reports every place at which PyYAML would give up, with the edit that most likely mends it, and goes on behind it.
    ///
    /// ## Why is this bad?
    /// The framework doesn't start: PyYAML names the place where it got lost, often lines below the mistake.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv [64, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Identity, []]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Identity, []]
    /// ```
    "syntax", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    file.errors.iter().map(finding).collect()
}

/// The framework reads files with libyaml, which takes some of what PyYAML's own reader refuses.
fn finding(error: &SyntaxError) -> Diagnostic {
    let severity = if error.kind.loads_with_libyaml() { Severity::Warning } else { Severity::Error };
    let mut found = Diagnostic::new("syntax", severity, error.span, capitalised(&error.message));
    found.fixes.extend(error.fix.map(|fix| Fix::doubtful(title(error, fix.replacement), fix.span, fix.replacement)));
    found
}

fn title(error: &SyntaxError, replacement: &str) -> String {
    match (error.fix.is_some_and(|fix| fix.span.is_empty()), replacement.trim().is_empty()) {
        (true, _) => format!("insert `{replacement}`"),
        (false, true) if replacement.is_empty() => "remove it".to_owned(),
        (false, true) => "replace it by spaces".to_owned(),
        (false, false) => format!("write `{replacement}` instead"),
    }
}
