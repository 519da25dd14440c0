//! What the commands know of one file: its text, its model, and an analysis for each scale that is looked at.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use super::ModelArgs;
use super::input::{self, Input};
use super::settings::FileSettings;
use crate::analysis::Analysis;
use crate::budget::{self, Standing};
use crate::check::{self, Checked, Request, Scales};
use crate::model::ReadFile;
use crate::rules::Severity;
use crate::text::{Location, SourceFile, Span};

/// A file, checked.
pub(super) struct Report {
    /// The file, its analyses, and all findings; each with the scales that have it, none where all have it.
    pub(super) checked: Checked,
    /// What was asked for.
    pub(super) request: Request,
    /// How it stands against its budgets, at each scale that was checked.
    pub(super) standings: Vec<Vec<Standing>>,
}

impl Deref for Report {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
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
    let read = ReadFile::new(SourceFile::new(path, input::read(path).map_err(NoReport::Unreadable)?));
    if let Some(error) = read.unreadable() {
        return Err(NoReport::Unreadable(format!("{}: {}", path.display(), error.message)));
    }
    if chosen != Some(true) && !read.is_model() {
        return Err(NoReport::NotAModel);
    }
    let mut request = Request { scales, ..config.request(&read.source.stem()) };
    request.lint.budgets = settings.budgets.clone().map_err(NoReport::Unreadable)?;
    let every = args.scale.as_deref() == Some("all");
    if every {
        request.scales = Scales::All;
    }
    let scale = &mut request.scale;
    // A flag asks for a scale that must be there; settings, which are for many files, are passed over where it isn't.
    scale.take_if(|scale| read.model.scales().all(|(letter, ..)| letter != scale));
    if args.scale.is_some() {
        *scale = args.scale.clone().filter(|_| !every);
    }
    Ok(of_file(read, request))
}

/// What is known of a file.
pub(super) fn of_file(read: ReadFile, request: Request) -> Report {
    let checked = check::checked(read, &request);
    let own = budget::in_file(&checked);
    let standings = |analysis: &Analysis| budget::standings(&checked.model, analysis, &request.lint.budgets, &own);
    let standings = checked.analyses.checked().iter().map(standings).collect();
    Report { checked, request, standings }
}

/// A path as it is printed.
pub(super) fn name(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

impl Report {
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
        self.at(span).region()
    }

    /// Whether a place is in this file.
    pub(super) fn holds(&self, place: &Location) -> bool {
        Arc::ptr_eq(&place.file, &self.source)
    }

    /// How it stands against its budgets, in a few words; none where it has no budgets.
    pub(super) fn standing(&self) -> Option<String> {
        budget::summary(&self.standings)
    }

    /// The path as it is printed.
    pub(super) fn name(&self) -> String {
        name(&self.source.path)
    }
}
