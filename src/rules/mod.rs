//! Findings: what is wrong with a file, in the words of the person who wrote it, at the cell that is wrong.
//!
//! Diagnostics are data; the command line and the server render the same struct.

mod rows;
mod structure;

pub use rows::rule_of;

use crate::analysis::Analysis;
use crate::model::Model;
use crate::syntax::SyntaxError;
use crate::text::Span;

/// The names of all rules.
pub const NAMES: [&str; 13] = [
    "bad-from",
    "channel-mismatch",
    "duplicate-key",
    "head-inputs",
    "invalid-value",
    "malformed-row",
    "missing-section",
    "output-vanishes",
    "spatial-mismatch",
    "syntax",
    "unknown-module",
    "version-drift",
    "wrong-arguments",
];

/// A page that explains what a rule is about: the framework's guide to model YAMLs; none for rules of YAML itself.
pub fn page(rule: &str) -> Option<&'static str> {
    let is_about_yaml = matches!(rule, "syntax" | "duplicate-key");
    (!is_about_yaml).then_some("https://docs.ultralytics.com/guides/model-yaml-config/")
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The model can't be built or run.
    Error,
    /// Probably not meant.
    Warning,
    /// Worth knowing.
    Hint,
}

impl Severity {
    /// As it is printed: `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The rule, in kebab-case.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The row that it is about, where it is about one.
    pub row: Option<usize>,
    /// Other places that explain it, each with a few words.
    pub related: Vec<(Span, String)>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
}

/// Edits that mend a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What they do.
    pub title: String,
    /// Whether they can be applied unseen.
    pub safe: bool,
    /// Texts that take the place of spans.
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A finding without row, related places and fixes.
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { rule, severity, message: message.into(), span, row: None, related: Vec::new(), fixes: Vec::new() }
    }

    /// Says which row it is about.
    pub fn of_row(mut self, row: usize) -> Diagnostic {
        self.row = Some(row);
        self
    }
}

/// Everything found in a file, in the order of the text.
pub fn check(model: &Model, errors: &[SyntaxError], analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = structure::check(model, errors, analysis);
    found.extend(rows::check(model, analysis));
    found.sort_by_key(|d| (d.span.start, d.severity));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name in the code of the rules is in the list, and the other way round.
    #[test]
    fn names_are_those_of_the_rules() {
        let code = concat!(include_str!("rows.rs"), include_str!("structure.rs"));
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let is_name = |text: &&str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '-') && text.contains('-')
        };
        let mut found: Vec<&str> = code.split('"').skip(1).step_by(2).filter(is_name).chain(["syntax"]).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, NAMES);
    }
}
