//! `syntax`: what PyYAML refuses.

use super::fault::capitalised;
use super::{Diagnostic, File, Fix, Severity, rule};
use crate::syntax::{SyntaxError, SyntaxErrorKind, SyntaxFix};

rule! {
    /// The file isn't YAML that the framework can load.
    ///
    /// ## What it does
    /// Reports every place at which PyYAML would give up, with the edit that most likely mends it, and goes on behind it: a
    /// comma that is missing or too many, a bracket or quote that is never closed or closes nothing, a TAB, a row or key that
    /// is indented otherwise than its neighbours, a row without its dash, a key without its colon.
    ///
    /// Two things are warnings, as the framework loads the file all the same: invisible control characters, which it drops,
    /// and what only Python's own reader (`yaml.safe_load`) refuses, such as a TAB between words.
    ///
    /// ## Why is this bad?
    /// The framework doesn't start: `ValueError: YAML syntax error in 'model.yaml': while parsing a flow sequence … expected
    /// ',' or ']'`. PyYAML names the place where it got lost, often lines below the mistake.
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
    /// A fix is safe where no other edit makes a row `[from, repeats, module, [args]]` of the line, and where indentation, a
    /// dash or a space can only be meant to be that of the lines around it. Where a bracket could stand in several places, or a
    /// text be meant in quotes or as a comment, the fix makes the file load and isn't safe.
    "syntax", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    file.errors.iter().map(finding).collect()
}

/// The framework reads files with libyaml, which takes some of what PyYAML's own reader refuses, and drops control characters.
fn finding(error: &SyntaxError) -> Diagnostic {
    let severity = if error.kind.loads_in_framework() { Severity::Warning } else { Severity::Error };
    let mut found = RULE.at(error.span, capitalised(&error.message)).severity(severity);
    found.fixes.extend(error.fix.as_ref().map(|fix| Fix {
        title: title(error.kind, fix),
        safe: fix.safe,
        edits: vec![(fix.span, fix.replacement.to_string())],
    }));
    found
}

fn title(kind: SyntaxErrorKind, fix: &SyntaxFix) -> String {
    let replacement = fix.replacement.trim_matches(['\n', '\r']);
    let is_blank = replacement.trim().is_empty();
    match (fix.span.is_empty(), is_blank) {
        _ if fix.replacement.starts_with('\n') => "put it on a line of its own".to_owned(),
        (_, true) if kind == SyntaxErrorKind::BadIndentation && replacement.is_empty() => "don't indent it".to_owned(),
        (true, true) => "insert a space".to_owned(),
        (true, false) => format!("insert `{}`", replacement.trim()),
        (false, true) if replacement.is_empty() => "remove it".to_owned(),
        (false, true) if replacement == " " => "put a space there".to_owned(),
        (false, true) => format!("indent by {} spaces", replacement.len()),
        (false, false) => format!("write `{}`", replacement.trim()),
    }
}
