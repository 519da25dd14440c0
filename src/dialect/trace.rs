//! What a framework's source did for one row, statement by statement.

use std::ops::Range;
use std::sync::Arc;

use crate::python::file::File;
use crate::text::{Location, Span};
use crate::torch::ModuleId;

/// What the statements of a framework's source did while a row was built and run.
#[derive(Debug)]
pub struct Traced {
    /// The files that they stand in.
    pub files: Vec<TracedFile>,
    /// What `parse_model` did with the row; none where that can't be told.
    pub branch: Option<Branch>,
}

/// The statements of a file that ran for a row.
#[derive(Debug)]
pub struct TracedFile {
    /// The file.
    pub file: Arc<File>,
    /// Those that ran, in the order of the text.
    pub statements: Vec<Statement>,
    /// Branches that weren't taken, in functions that ran.
    pub dimmed: Vec<Span>,
}

/// A statement that ran for a row.
#[derive(Debug)]
pub struct Statement {
    /// Where it stands.
    pub span: Span,
    /// What it made in the first round.
    pub first: Vec<String>,
    /// What it made in the last one.
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
