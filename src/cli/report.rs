//! What the commands know of one file: its text, its model, and an analysis for each scale that is looked at.

use std::path::PathBuf;

use super::ModelArgs;
use super::input::{self, Input};
use super::settings::Settings;
use crate::analysis::{Analysis, Options};
use crate::check::{self, Finding};
use crate::dialect::ScaleChoice;
use crate::model::{self, Model};
use crate::rules::{File, Severity};
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
    /// Which scale is selected, and why.
    pub(super) choice: ScaleChoice,
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
pub(super) fn report(
    input: &Input,
    args: &ModelArgs,
    settings: &mut Settings,
    unselected: Unselected,
) -> Result<Report, NoReport> {
    let path = &input.path;
    let config = settings.of(path);
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
    let every = args.scale.as_deref() == Some("all");
    let mut options = config.options(&stem);
    // A flag asks for a scale that must be there; settings, which are for many files, are passed over where it isn't.
    options.scale.take_if(|scale| model.scales().all(|(letter, ..)| letter != scale));
    if args.scale.is_some() {
        options.scale = args.scale.clone().filter(|_| !every);
    }
    let mut found = check::analyses(&model, &options);
    if every {
        found.looked_at = 0..found.all.len();
    }
    let lines = LineIndex::new(&text);
    let lint = config.lint();
    let file = File {
        text: &text,
        lines: &lines,
        tree: &parse.tree,
        errors: &parse.errors,
        model: &model,
        analyses: &found.all,
        options: &options,
        lint: &lint,
    };
    let looked_at = match unselected {
        Unselected::First if !every => found.shown..found.shown + 1,
        _ => found.looked_at.clone(),
    };
    let findings = check::findings(&file, &found.all[looked_at.clone()]);
    let (choice, analyses) = (found.choice, found.all.drain(looked_at).collect());
    Ok(Report { path: path.to_owned(), lines, options, model, choice, analyses, findings, text })
}

impl Report {
    /// Whether a finding is at error level.
    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.diagnostic.severity == Severity::Error)
    }

    /// The path as it is printed.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }
}
