//! A finding as data.

use super::Rule;
use crate::text::{Location, Span};

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
    /// Other places that explain it, in this file or another one, each with a few words.
    pub related: Vec<(Location, String)>,
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

impl Rule {
    /// A finding of this rule, at its own level.
    pub fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self.name,
            severity: self.severity,
            message: message.into(),
            help: None,
            span,
            row: None,
            related: Vec::new(),
            fixes: Vec::new(),
            unnecessary: false,
        }
    }
}

impl Diagnostic {
    /// Says how bad it is, where that isn't the rule's level.
    pub fn severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }

    /// Says which row it is about.
    pub fn of_row(mut self, row: usize) -> Diagnostic {
        self.row = Some(row);
        self
    }

    /// Says what can be done.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Says that what stands there does nothing.
    pub fn unnecessary(mut self) -> Diagnostic {
        self.unnecessary = true;
        self
    }

    /// Adds a place that explains it.
    pub fn related(mut self, place: Location, words: impl Into<String>) -> Diagnostic {
        self.related.push((place, words.into()));
        self
    }

    /// Adds a fix.
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fixes.push(fix);
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
