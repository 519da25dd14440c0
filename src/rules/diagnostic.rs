//! Findings and fixes as data.

use super::Rule;
use crate::text::{FileEdits, Location, Span};
use crate::words::Message;

/// Severity of a finding.
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
    /// Returns the printed name: `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }

    /// Returns the name to begin a sentence with: `An error`.
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
    pub severity: Severity,
    /// Message: what is wrong.
    pub message: Message,
    /// Advice, if no fix says it.
    pub help: Option<Message>,
    /// Where.
    pub span: Span,
    /// The row that it is about, if any.
    pub row: Option<usize>,
    /// Other places that explain it, in this file or another one, each with a few words.
    pub related: Vec<(Location, Message)>,
    /// Fixes to offer.
    pub fixes: Vec<Fix>,
    /// Whether the code has no effect, so that editors may fade it.
    pub unnecessary: bool,
}

/// Edits that resolve a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Title, in the imperative.
    pub title: Message,
    /// Whether it may be applied without review.
    pub safe: bool,
    /// Replacements of spans that don't overlap.
    pub edits: Vec<(Span, String)>,
    /// Replacements in other files.
    pub files: Vec<FileEdits>,
}

impl Rule {
    /// A finding of this rule, at its own level.
    pub fn at(&self, span: Span, message: impl Into<Message>) -> Diagnostic {
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

    /// Sets the row that it is about.
    pub fn of_row(mut self, row: usize) -> Diagnostic {
        self.row = Some(row);
        self
    }

    /// Says what can be done.
    pub fn help(mut self, help: impl Into<Message>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Says that what stands there does nothing.
    pub fn unnecessary(mut self) -> Diagnostic {
        self.unnecessary = true;
        self
    }

    /// Adds a place that explains it.
    pub fn related(mut self, place: Location, words: impl Into<Message>) -> Diagnostic {
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
    /// Makes a fix of edits that needs review.
    pub fn of(title: impl Into<Message>, edits: Vec<(Span, String)>) -> Fix {
        Fix { title: title.into(), safe: false, edits, files: Vec::new() }
    }

    /// Makes a fix of one edit that may be applied without review.
    pub fn safe(title: impl Into<Message>, span: Span, text: impl Into<String>) -> Fix {
        Fix { title: title.into(), safe: true, edits: vec![(span, text.into())], files: Vec::new() }
    }

    /// Makes a fix of one edit that needs review.
    pub fn doubtful(title: impl Into<Message>, span: Span, text: impl Into<String>) -> Fix {
        Fix { safe: false, ..Fix::safe(title, span, text) }
    }
}
