//! A report on one file: its text, its model, and an analysis for each checked scale.

use std::path::{Path, PathBuf};

use super::ModelArgs;
use super::input::{self, Input};
use super::settings::FileSettings;
use crate::analysis::Analysis;
use crate::budget::{self, Standing};
use crate::check::{self, Checked, Finding, Request, Scales};
use crate::dialect::ScaleChoice;
use crate::model::{self, Model};
use crate::rules::Severity;
use crate::syntax::{self, SyntaxErrorKind};
use crate::text::{LineIndex, Span};

/// A file, read and analysed.
pub(super) struct Report {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) lines: LineIndex,
    /// The request that it answers.
    pub(super) request: Request,
    pub(super) model: Model,
    /// The selected scale, and why.
    pub(super) choice: ScaleChoice,
    /// One analysis per checked scale.
    pub(super) analyses: Vec<Analysis>,
    /// All findings, in the order of the text; each with its scales, or none if it applies to all.
    pub(super) findings: Vec<Finding>,
    /// Status of the budgets at each checked scale.
    pub(super) standings: Vec<Vec<Standing>>,
}

/// Why there is no report.
pub(super) enum NoReport {
    /// The file can't be read; the message says why.
    Unreadable(String),
    /// The file isn't a model file.
    NotAModel,
}

/// Reads and analyses a file.
pub(super) fn report(
    input: &Input,
    args: &ModelArgs,
    settings: &FileSettings,
    scales: Scales,
) -> Result<Report, NoReport> {
    let (path, config) = (&input.path, &settings.config);
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let chosen = config.is_model_file(&whole);
    // A file that the user named is checked even if the settings exclude it.
    if chosen == Some(false) && !input.named {
        return Err(NoReport::NotAModel);
    }
    let text = input::read(path).map_err(NoReport::Unreadable)?;
    let parse = syntax::parse(&text);
    if let Some(error) =
        parse.errors.iter().find(|e| matches!(e.kind, SyntaxErrorKind::TooDeep | SyntaxErrorKind::TooLong))
    {
        return Err(NoReport::Unreadable(format!("{}: {}", path.display(), error.message)));
    }
    if chosen != Some(true) && !model::is_model_file(&parse.tree) {
        return Err(NoReport::NotAModel);
    }
    let model = model::read(&parse.tree);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let mut request = Request { scales, ..config.request(&stem) };
    request.lint.budgets = settings.budgets.clone().map_err(NoReport::Unreadable)?;
    let every = args.scale.as_deref() == Some("all");
    if every {
        request.scales = Scales::All;
    }
    let scale = &mut request.options.scale;
    // A scale from a flag must exist; one from settings, which are for many files, is ignored if it doesn't.
    scale.take_if(|scale| model.scales().all(|(letter, ..)| letter != scale));
    if args.scale.is_some() {
        *scale = args.scale.clone().filter(|_| !every);
    }
    Ok(of_text(path, text, request))
}

/// Reports on a text under a file's name.
pub(super) fn of_text(path: &Path, text: String, request: Request) -> Report {
    let parse = syntax::parse(&text);
    let model = model::read(&parse.tree);
    let lines = LineIndex::new(&text);
    let Checked { mut analyses, findings } = check::checked(&parse, &model, &lines, &request);
    let looked_at = analyses.looked_at.clone();
    let (choice, analyses): (_, Vec<Analysis>) = (analyses.choice, analyses.all.drain(looked_at).collect());
    let own = budget::in_file(&model, &text, &lines);
    let standings = |analysis: &Analysis| budget::standings(&model, analysis, &request.lint.budgets, &own);
    let standings = analyses.iter().map(standings).collect();
    Report { path: path.to_owned(), lines, request, model, choice, analyses, findings, standings, text }
}

impl Report {
    /// Whether there are errors.
    pub(super) fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Counts the findings of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }

    /// Returns the line and column of a span's start and end, from 1 and in characters.
    pub(super) fn region(&self, span: Span) -> [(u32, u32); 2] {
        [span.start, span.end].map(|offset| self.lines.human(&self.text, offset))
    }

    /// Returns a summary of the budgets; none if there are no budgets.
    pub(super) fn standing(&self) -> Option<String> {
        budget::summary(&self.standings)
    }

    /// Returns the path for output.
    pub(super) fn name(&self) -> String {
        self.path.strip_prefix(".").unwrap_or(&self.path).display().to_string()
    }
}
