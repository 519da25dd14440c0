//! A trace of a framework's source for one row, statement by statement.

use std::ops::Range;
use std::sync::Arc;

use crate::python::file::File;
use crate::text::{Location, Span};
use crate::torch::ModuleId;

/// The statements of a framework's source that ran while a row was built and run, with their values.
#[derive(Debug)]
pub struct Traced {
    /// Their files.
    pub files: Vec<TracedFile>,
    /// The branch of `parse_model` that the row took; none if that isn't known.
    pub branch: Option<Branch>,
}

/// The statements of a file that ran for a row.
#[derive(Debug)]
pub struct TracedFile {
    /// The file.
    pub file: Arc<File>,
    /// The statements that ran, in the order of the text.
    pub statements: Vec<Statement>,
    /// Branches that weren't taken, in functions that ran.
    pub dimmed: Vec<Span>,
}

/// A statement that ran for a row.
#[derive(Debug)]
pub struct Statement {
    /// Its place.
    pub span: Span,
    /// The values that it made in the first round.
    pub first: Vec<String>,
    /// The values that it made in the last round.
    pub last: Vec<String>,
    /// How often it ran.
    pub rounds: usize,
    /// The modules that it made.
    pub modules: Vec<ModuleId>,
    /// The calls of ops that it made, in the trace.
    pub calls: Vec<Range<usize>>,
}

/// The branch of `parse_model` that made a row.
#[derive(Debug)]
pub struct Branch {
    /// Its condition, or the first statement of the last `else`.
    pub place: Location,
    /// The condition's line; none of the last `else`.
    pub condition: Option<String>,
}
