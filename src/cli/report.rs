//! What the commands know of one file: its text, its model, and an analysis for each scale that is looked at.

use std::path::{Path, PathBuf};

use super::{ModelArgs, input};
use crate::analysis::{Analysis, Options, analyse};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{self, Model};
use crate::rules::{self, Diagnostic};
use crate::syntax::{self, SyntaxError, SyntaxErrorKind};
use crate::text::LineIndex;

/// A file, read and analysed.
pub(super) struct Report {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
    /// Lines of the text.
    pub(super) lines: LineIndex,
    /// The typed file.
    pub(super) model: Model,
    /// One analysis a scale.
    pub(super) analyses: Vec<Analysis>,
    /// All findings, in the order of the text; each with the scales that have it, none where all have it.
    pub(super) findings: Vec<Finding>,
}

/// A diagnostic, and the scales that have it.
pub(super) struct Finding {
    /// What is wrong.
    pub(super) diagnostic: Diagnostic,
    /// The scales that have it, where others of those looked at don't.
    pub(super) scales: Vec<String>,
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
    let options = Options { scale: None, imgsz: args.imgsz, convention: args.convention, stem };
    let analyses: Vec<Analysis> = scales(&model, args, &options.stem, unselected)
        .into_iter()
        .map(|scale| analyse(&model, &Options { scale, ..options.clone() }))
        .collect();
    let findings = findings(&model, &parse.errors, &analyses);
    Ok(Report { path: path.to_owned(), lines: LineIndex::new(&text), model, analyses, findings, text })
}

/// The scales to ask for; none is for what the file itself selects.
fn scales(model: &Model, args: &ModelArgs, stem: &str, unselected: Unselected) -> Vec<Option<String>> {
    let asked = args.scale.as_deref().filter(|&scale| scale != "all");
    let every = match choose_scale(model, asked, stem) {
        _ if args.scale.as_deref() == Some("all") => true,
        ScaleChoice::First(_) => unselected == Unselected::All,
        _ => false,
    };
    let mut letters: Vec<Option<String>> = Vec::new();
    if every {
        letters.extend(model.scales().map(|(letter, ..)| Some(letter.to_owned())));
    }
    if letters.is_empty() {
        letters.push(asked.map(str::to_owned));
    }
    letters
}

/// Findings of all analyses; what several scales have stands once.
fn findings(model: &Model, errors: &[SyntaxError], analyses: &[Analysis]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for analysis in analyses {
        for diagnostic in rules::check(model, errors, analysis) {
            let letter = analysis.scale.letter().to_owned();
            let same = findings.iter_mut().find(|f| {
                f.diagnostic.rule == diagnostic.rule
                    && f.diagnostic.span == diagnostic.span
                    && f.diagnostic.message == diagnostic.message
            });
            match same {
                Some(finding) => finding.scales.push(letter),
                None => findings.push(Finding { diagnostic, scales: vec![letter] }),
            }
        }
    }
    for finding in &mut findings {
        if finding.scales.len() == analyses.len() {
            finding.scales.clear();
        }
    }
    findings.sort_by_key(|f| (f.diagnostic.span.start, f.diagnostic.severity));
    findings
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

impl Finding {
    /// The message, with the scales that have it where not all do.
    pub(super) fn message(&self) -> String {
        match self.scales.as_slice() {
            [] => self.diagnostic.message.clone(),
            [one] => format!("{} (at scale {one})", self.diagnostic.message),
            many => format!("{} (at scales {})", self.diagnostic.message, many.join(", ")),
        }
    }
}
