//! `syntax`: YAML that PyYAML rejects.

use super::{Diagnostic, File, Fix, Severity, rule};
use crate::syntax::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use crate::words::{Message, message};

rule! {
    /// The framework can't load the file as YAML.
    ///
    /// ## What it does
    /// Reports every syntax error that PyYAML would stop at, with the most likely fix, and continues after it: a missing or
    /// extra comma, an unclosed or unmatched bracket or quote, a TAB, a row or key with another indentation than its
    /// neighbours, a row without its dash, a key without its colon.
    ///
    /// Two things are only warnings, because the framework still loads the file: invisible control characters, which it
    /// drops, and what only PyYAML's pure-Python loader (`yaml.safe_load`) rejects, such as a TAB between words.
    ///
    /// ## Why is this bad?
    /// The framework fails with `ValueError: YAML syntax error in 'model.yaml': while parsing a flow sequence … expected ','
    /// or ']'`. PyYAML names the place where parsing stopped, which is often lines below the mistake.
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
    ///
    /// ## Fix safety
    /// A fix is safe if no other edit turns the line into a row `[from, repeats, module, [args]]`, or if the lines around it
    /// leave only one choice of indentation, dash or space. If a bracket could go in several places, or a text could be a
    /// quoted value or a comment, the fix makes the file load but isn't safe.
    "syntax", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    file.errors.iter().map(finding).collect()
}

/// The framework uses libyaml, which accepts some input that PyYAML's pure-Python loader rejects, and drops control
/// characters itself.
fn finding(error: &SyntaxError) -> Diagnostic {
    let severity = if error.kind.loads_in_framework() { Severity::Warning } else { Severity::Error };
    let mut found = RULE.at(error.span, message!("fault", fault = &error.message)).severity(severity);
    found.fixes.extend(error.fix.as_ref().map(|fix| Fix {
        title: title(error.kind, fix),
        safe: fix.safe,
        edits: vec![(fix.span, fix.replacement.to_string())],
        files: Vec::new(),
    }));
    found
}

fn title(kind: SyntaxErrorKind, fix: &SyntaxFix) -> Message {
    let replacement = fix.replacement.trim_matches(['\n', '\r']);
    let is_blank = replacement.trim().is_empty();
    match (fix.span.is_empty(), is_blank) {
        _ if fix.replacement.starts_with('\n') => message!("put-on-own-line"),
        (false, false) if kind == SyntaxErrorKind::ForeignLine => message!("remove-line-numbers"),
        (_, true) if kind == SyntaxErrorKind::BadIndentation && replacement.is_empty() => {
            message!("remove-indentation")
        }
        (true, true) => message!("insert-space"),
        (true, false) => message!("insert", text = replacement.trim()),
        (false, true) if replacement.is_empty() => message!("remove-this"),
        (false, true) if replacement == " " => message!("replace-by-space"),
        (false, true) => message!("indent-by", count = replacement.len()),
        (false, false) => message!("write", text = replacement.trim()),
    }
}
