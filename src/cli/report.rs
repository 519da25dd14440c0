//! What the commands know of one file: its text, its model, and an analysis for each scale that is looked at.

use std::path::{Path, PathBuf};

use super::{ModelArgs, input};
use crate::analysis::{Analysis, Options, analyse};
use crate::check::{self, Finding};
use crate::model::{self, Model};
use crate::rules;
use crate::syntax::{self, SyntaxErrorKind};
use crate::text::LineIndex;

/// A file, read and analysed.
pub(super) struct Report {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
    /// Lines of the text.
    pub(super) lines: LineIndex,
    /// What was asked for.
    pub(super) options: Options,
    /// The typed file.
    pub(super) model: Model,
    /// One analysis a scale.
    pub(super) analyses: Vec<Analysis>,
    /// All findings, in the order of the text; each with the scales that have it, none where all have it.
    pub(super) findings: Vec<Finding>,
}

/// Which scales are looked at where nothing selects one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unselected {
    /// The first.
    First,
    /// Every one.
    All,
}

/// Why there is no report.
pub(super) enum NoReport {
    /// The file can't be read; a sentence says why.
    Unreadable(String),
    /// It is no model file.
    NotAModel,
}

/// Reads and analyses a file.
pub(super) fn report(path: &Path, args: &ModelArgs, unselected: Unselected) -> Result<Report, NoReport> {
    let text = input::read(path).map_err(NoReport::Unreadable)?;
    let parse = syntax::parse(&text);
    if let Some(error) =
        parse.errors.iter().find(|e| matches!(e.kind, SyntaxErrorKind::TooDeep | SyntaxErrorKind::TooLong))
    {
        return Err(NoReport::Unreadable(format!("{}: {}", path.display(), error.message)));
    }
    if !model::is_model_file(&parse.tree) {
        return Err(NoReport::NotAModel);
    }
    let model = model::read(&parse.tree);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let every = args.scale.as_deref() == Some("all");
    let scale = args.scale.clone().filter(|_| !every);
    let options = Options { scale, imgsz: args.imgsz, convention: args.convention, stem };
    let analyses = match unselected {
        _ if every => check::at_every_scale(&model, &options),
        Unselected::All => check::analyses(&model, &options),
        Unselected::First => vec![analyse(&model, &options)],
    };
    let findings = check::findings(&model, &parse.errors, &analyses);
    Ok(Report { path: path.to_owned(), lines: LineIndex::new(&text), options, model, analyses, findings, text })
}

impl Report {
    /// Whether a finding is at error level.
    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.diagnostic.severity == rules::Severity::Error)
    }

    /// The path as it is printed.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }
}
