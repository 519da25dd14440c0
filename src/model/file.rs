//! A file that was read, from its text to its rows.

use std::sync::Arc;

use super::{Model, is_model_file, read};
use crate::syntax::{self, Parse, SyntaxError, SyntaxErrorKind, Tree};
use crate::text::{LineIndex, Location, SourceFile, Span};

/// A YAML file that was read.
#[derive(Debug)]
pub struct ReadFile {
    /// The text, and where it is from.
    pub source: Arc<SourceFile>,
    /// The text's tree.
    pub tree: Tree,
    /// What is wrong with its syntax.
    pub errors: Vec<SyntaxError>,
    /// The typed file.
    pub model: Model,
}

impl ReadFile {
    /// Reads a file.
    pub fn new(source: impl Into<SourceFile>) -> ReadFile {
        let source = source.into();
        let Parse { tree, errors } = syntax::parse_shared(&source.text);
        ReadFile { model: read(&tree), source: Arc::new(source), tree, errors }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// Lines of the text.
    pub fn lines(&self) -> &LineIndex {
        &self.source.lines
    }

    /// A place in this file.
    pub fn at(&self, span: Span) -> Location {
        Location { file: Arc::clone(&self.source), span }
    }

    /// Whether it holds rows of a model.
    pub fn is_model(&self) -> bool {
        is_model_file(&self.tree)
    }

    /// The error that keeps all of the text from being read: it is too long, or nested too deep.
    pub fn unreadable(&self) -> Option<&SyntaxError> {
        let is_hopeless = |kind| matches!(kind, SyntaxErrorKind::TooDeep | SyntaxErrorKind::TooLong);
        self.errors.iter().find(|error| is_hopeless(error.kind))
    }
}
