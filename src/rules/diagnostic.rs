//! A finding as data.

use crate::text::Span;

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

    /// As a sentence begins: `An error`.
    pub fn title(self) -> &'static str {
        match self {
            Severity::Error => "An error",
            Severity::Warning => "A warning",
            Severity::Hint => "A hint",
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
    /// What can be done, where no edit says it.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
    /// The row that it is about, where it is about one.
    pub row: Option<usize>,
    /// Other places that explain it, each with a few words.
    pub related: Vec<(Span, String)>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
    /// Whether what stands there does nothing, so that an editor may fade it out.
    pub unnecessary: bool,
}

/// Edits that mend a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What they do.
    pub title: String,
    /// Whether they can be applied unseen.
    pub safe: bool,
    /// Texts that take the place of spans, none of which overlap.
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A finding without row, help, related places and fixes.
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            severity,
            message: message.into(),
            help: None,
            span,
            row: None,
            related: Vec::new(),
            fixes: Vec::new(),
            unnecessary: false,
        }
    }

    /// Says which row it is about.
    pub fn of_row(mut self, row: usize) -> Diagnostic {
        self.row = Some(row);
        self
    }
}

impl Fix {
    /// One edit that can be applied unseen.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix { title: title.into(), safe: true, edits: vec![(span, text.into())] }
    }

    /// One edit that a person should look at.
    pub fn doubtful(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix { safe: false, ..Fix::safe(title, span, text) }
    }
}
