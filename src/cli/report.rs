//! What the commands know of one file: its text, its model, and an analysis for each scale that is looked at.

use std::path::{Path, PathBuf};

use super::ModelArgs;
use super::input::{self, Input};
use super::settings::FileSettings;
use crate::analysis::Analysis;
use crate::budget::{self, Standing};
use crate::check::{self, Analyses, Checked, Finding, Request, Scales};
use crate::model::{self, Model};
use crate::rules::Severity;
use crate::syntax::{self, Parse, SyntaxErrorKind};
use crate::text::{LineIndex, Span};

/// A file, read and analysed.
pub(super) struct Report {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
    /// Lines of the text.
    pub(super) lines: LineIndex,
    /// What was asked for.
    pub(super) request: Request,
    /// The typed file.
    pub(super) model: Model,
    /// Its analyses, and which of them are shown and checked.
    pub(super) analyses: Analyses,
    /// All findings, in the order of the text; each with the scales that have it, none where all have it.
    pub(super) findings: Vec<Finding>,
    /// How it stands against its budgets, at each scale that was checked.
    pub(super) standings: Vec<Vec<Standing>>,
}

/// Why there is no report.
pub(super) enum NoReport {
    /// The file can't be read; a sentence says why.
    Unreadable(String),
    /// It is no model file.
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
    // A file that is named is looked at, whatever the settings say of it.
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
    let scale = &mut request.scale;
    // A flag asks for a scale that must be there; settings, which are for many files, are passed over where it isn't.
    scale.take_if(|scale| model.scales().all(|(letter, ..)| letter != scale));
    if args.scale.is_some() {
        *scale = args.scale.clone().filter(|_| !every);
    }
    Ok(of_model(path, &parse, model, request))
}

/// What is known of a text under a file's name.
pub(super) fn of_text(path: &Path, text: &str, request: Request) -> Report {
    let parse = syntax::parse(text);
    let model = model::read(&parse.tree);
    of_model(path, &parse, model, request)
}

fn of_model(path: &Path, parse: &Parse<'_>, model: Model, request: Request) -> Report {
    let text = parse.tree.text;
    let lines = LineIndex::new(text);
    let Checked { analyses, findings } = check::checked(parse, &model, &lines, &request);
    let own = budget::in_file(&model, text, &lines);
    let standings = |analysis: &Analysis| budget::standings(&model, analysis, &request.lint.budgets, &own);
    let standings = analyses.checked().iter().map(standings).collect();
    Report { path: path.to_owned(), text: text.to_owned(), lines, request, model, analyses, findings, standings }
}

impl Report {
    /// The analyses at the scales that were checked.
    pub(super) fn checked(&self) -> &[Analysis] {
        self.analyses.checked()
    }

    /// Whether a finding is at error level.
    pub(super) fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings are at a level.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }

    /// Line and column, from 1 and in characters, of a span's start and end.
    pub(super) fn region(&self, span: Span) -> [(u32, u32); 2] {
        [span.start, span.end].map(|offset| self.lines.human(&self.text, offset))
    }

    /// How it stands against its budgets, in a few words; none where it has no budgets.
    pub(super) fn standing(&self) -> Option<String> {
        budget::summary(&self.standings)
    }

    /// The path as it is printed.
    pub(super) fn name(&self) -> String {
        self.path.strip_prefix(".").unwrap_or(&self.path).display().to_string()
    }
}
