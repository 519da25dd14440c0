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
    /// What people write as they do elsewhere, or copy from there, is told as such:
    ///
    /// * a comment that lost its `#`: `[from, repeats, module, args]`, `- 0` behind a row, a summary behind a scale;
    ///   `//`, `"""` and `<!--` in its place;
    /// * the fences of Markdown, the `>` of a quotation, the numbers of lines, the marks of a diff, a conflict that
    ///   Git left;
    /// * `•` or `–` for the dash of a row, `{…}` for its brackets, `;` and `，` for its commas, `：` for a colon;
    /// * `&quot;` and no-break spaces from pages, `...` for rows that were left out, `---` between header and rows,
    ///   `!include`.
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
    let mut found: Vec<Diagnostic> = Vec::new();
    for error in &file.errors {
        let is_same = |known: &&SyntaxError| (known.kind, &known.message) == (error.kind, &error.message);
        let same: Vec<&SyntaxError> = file.errors.iter().filter(is_same).collect();
        if !REPEATED.contains(&error.kind) || same.len() < MANY {
            found.push(finding(error));
        } else if std::ptr::eq(same[0], error) {
            found.push(once(file, &same));
        }
    }
    found
}

/// Mistakes that go through whole files, and the number from which they are one finding.
const REPEATED: [SyntaxErrorKind; 5] = [
    SyntaxErrorKind::LostComment,
    SyntaxErrorKind::MissingDash,
    SyntaxErrorKind::MissingSpace,
    SyntaxErrorKind::Tab,
    SyntaxErrorKind::TrailingComma,
];
const MANY: usize = 5;

/// The finding on the same mistake in many lines.
fn once(file: &File<'_>, errors: &[&SyntaxError]) -> Diagnostic {
    let mut found = finding(errors[0]);
    found.message = message!("finding-on-lines", message = found.message, count = errors.len() - 1);
    for other in &errors[1..] {
        let line = file.lines().line(other.span.start) + 1;
        found.related.push((file.at(other.span), message!("finding-line-too", line)));
        let more = finding(other).fixes;
        for (fix, more) in found.fixes.iter_mut().zip(more) {
            fix.safe &= more.safe;
            fix.edits.extend(more.edits);
        }
    }
    for fix in &mut found.fixes {
        fix.title = message!("fix-on-lines", title = &fix.title);
    }
    found
}

/// The framework uses libyaml, which accepts some input that PyYAML's pure-Python loader rejects, and drops control
/// characters itself.
fn finding(error: &SyntaxError) -> Diagnostic {
    let severity = if error.kind.loads_in_framework() { Severity::Warning } else { Severity::Error };
    let mut found = RULE.at(error.span, message!("fault", fault = &error.message)).severity(severity);
    found.fixes.extend(error.fix.as_ref().map(|fix| Fix {
        title: title(error, fix),
        safe: fix.safe,
        edits: vec![(fix.span, fix.replacement.to_string())],
        files: Vec::new(),
    }));
    found
}

fn title(error: &SyntaxError, fix: &SyntaxFix) -> Message {
    let replacement = fix.replacement.trim_matches(['\n', '\r']);
    let is_blank = replacement.trim().is_empty();
    match (fix.span.is_empty(), is_blank) {
        _ if fix.replacement.starts_with('\n') => message!("put-on-own-line"),
        _ if error.message.id == "lines-with-numbers" => message!("remove-line-numbers"),
        _ if error.message.id == "lines-quoted" => message!("remove-line-quotes"),
        _ if error.message.id == "lines-of-diff" => message!("apply-diff"),
        (_, true) if error.kind == SyntaxErrorKind::BadIndentation && replacement.is_empty() => {
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
