//! A report on one file: its text, its model, and an analysis for each checked scale.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use super::input::{Input, STDIN, about_weights};
use super::settings::{FileSettings, Settings};
use super::{ModelArgs, language};
use crate::analysis::Analysis;
use crate::budget::{self, BudgetStatus};
use crate::check::{self, Checked, Request, Scales};
use crate::dialect::HeaderFault;
use crate::model::{OtherFile, ReadFile, other_file};
use crate::project::{self, Chosen};
use crate::rules::Severity;
use crate::text::{Location, SourceFile, Span};
use crate::words::{Language, Message, comma, message};

/// A file, checked.
pub(super) struct Report {
    /// The file, its analyses, and all findings; each with the scales that have it, none if all have it.
    pub(super) checked: Checked,
    /// The request that it answers.
    pub(super) request: Request,
    /// How it stands against its budgets, at each scale that was checked.
    pub(super) statuses: Vec<Vec<BudgetStatus>>,
    /// How many rows ask for channels that are rounded, where that isn't among the findings.
    pub(super) rounded: usize,
    /// The framework that it was read with.
    pub(super) framework: Arc<Chosen>,
}

impl Deref for Report {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}

/// Why there is no report.
pub(super) enum NoReport {
    /// The file can't be read; the message says why.
    Unreadable(String),
    /// The file isn't a model file, but this, if that can be told.
    NotAModel(Option<OtherFile>),
    /// A flag is wrong for the file; the message says why.
    Invalid(String),
}

impl Report {
    /// The language in which everything is said.
    pub(super) fn language(&self) -> Language {
        self.request.language
    }

    /// Puts something about it into words.
    pub(super) fn say(&self, message: &Message) -> String {
        self.language().say(message)
    }
}

impl NoReport {
    /// Returns a message for the user who named the file at `path`.
    pub(super) fn message(self, path: &Path) -> String {
        match self {
            NoReport::Unreadable(why) => about_weights(path).unwrap_or(why),
            NoReport::Invalid(why) => why,
            NoReport::NotAModel(other) => not_a_model(path, other),
        }
    }
}

/// Parses a file that has a model, or that has one by its settings. Messages call it `named`.
pub(super) fn model_file(
    named: &Path,
    source: SourceFile,
    settings: &project::FileSettings,
) -> Result<ReadFile, NoReport> {
    let read = ReadFile::new(source);
    if let Some(error) = read.unreadable() {
        let why = settings.request.language.say(&error.message);
        return Err(NoReport::Unreadable(format!("{}: {why}", named.display())));
    }
    if settings.is_model != Some(true) && !read.is_model() {
        return Err(NoReport::NotAModel(other_file(read.text(), &read.tree)));
    }
    Ok(read)
}

/// Returns the message for a file without a model.
fn not_a_model(path: &Path, other: Option<OtherFile>) -> String {
    let shown = path.display();
    about_weights(path).unwrap_or_else(|| {
        language::say(&match other {
            Some(OtherFile::Dataset) => message!("is-a-dataset", path = shown),
            Some(OtherFile::Arguments) => message!("is-arguments", path = shown),
            Some(OtherFile::Hyperparameters) => message!("is-hyperparameters", path = shown),
            Some(OtherFile::Tracker) => message!("is-a-tracker", path = shown),
            Some(OtherFile::Summary) => message!("is-a-summary", path = shown),
            Some(OtherFile::Python) => message!("is-python", path = shown),
            None => message!("not-a-model", path = shown),
        })
    })
}

/// Reads and analyses the one file that a command is about.
///
/// # Errors
/// A message for the user.
pub(super) fn of_argument(argument: &Path, args: &ModelArgs, scales: Scales) -> Result<Report, String> {
    let mut settings = Settings::new(args)?;
    let input = match argument.as_os_str() == STDIN {
        true => Input::stdin(argument)?,
        false => Input::named(argument),
    };
    let its_own = settings.of(&input.path)?;
    let report = report(&input, args, &its_own, scales).map_err(|why| why.message(&input.path))?;
    report.at_its_scale(args)
}

/// Reads and analyses a file.
pub(super) fn report(
    input: &Input,
    args: &ModelArgs,
    settings: &FileSettings,
    scales: Scales,
) -> Result<Report, NoReport> {
    let path = &input.path;
    if settings.excludes(input) {
        return Err(NoReport::NotAModel(None));
    }
    let mut left_out = None;
    let text = match &input.text {
        Some(text) => text.clone(),
        None => {
            let read = project::read(path).map_err(|why| NoReport::Unreadable(language::said(why)))?;
            left_out = read.left_out;
            read.text
        }
    };
    let read = model_file(path, SourceFile::new(path, text), &settings.counts)?;
    if let Some(left_out) = left_out {
        language::tell(&left_out);
    }
    if let Some(why) = &settings.invalid {
        return Err(NoReport::Invalid(language::say(why)));
    }
    let letters: Vec<&str> = read.model.scales().map(|(letter, ..)| letter).collect();
    if let Some(scale) = input.scale.as_ref().filter(|scale| !letters.is_empty() && !letters.contains(&scale.as_str()))
    {
        return Err(NoReport::Invalid(no_scale(path, scale, &letters)));
    }
    let mut request = Request { scales, ..settings.counts.request.clone() };
    let every = args.scale.as_deref() == Some("all");
    if every {
        request.scales = Scales::All;
    }
    let scale = &mut request.scale;
    // A scale from a flag must exist; one from settings, which are for many files, is ignored if it doesn't.
    scale.take_if(|scale| read.model.scales().all(|(letter, ..)| letter != scale));
    if args.scale.is_some() {
        *scale = args.scale.clone().filter(|_| !every);
    }
    if input.scale.is_some() {
        scale.clone_from(&input.scale);
        request.scales = scales;
    }
    if let Some(stem) = &input.stem {
        request.stem.clone_from(stem);
    }
    Ok(of_file(read, request, settings.counts.framework.clone()))
}

/// Returns the message for a scale that a file doesn't have.
pub(super) fn no_scale(path: &Path, scale: &str, letters: &[&str]) -> String {
    language::say(&message!("unknown-scale", path = path.display(), scale, letters = comma(letters)))
}

/// A model's name, with its scale if it has one.
pub(super) fn at_scale(name: &str, scale: &str) -> Message {
    if scale.is_empty() { name.into() } else { message!("value-at-scale", value = name, scale) }
}

/// What is known of a file, without fixes that have to be tried.
pub(super) fn of_file(read: ReadFile, request: Request, framework: Arc<Chosen>) -> Report {
    let analyses = check::analyses(&read.model, &request);
    let checked = check::found(read, analyses, &request);
    let own = budget::in_file(&checked);
    let statuses = |analysis: &Analysis| budget::statuses(&checked.model, analysis, &request.lint.budgets, &own);
    let statuses = checked.analyses.checked().iter().map(statuses).collect();
    Report { checked, request, statuses, rounded: 0, framework }
}

/// Tells the user whose modules the files use, if it isn't the built-in framework.
pub(super) fn tell_frameworks(reports: &[Report]) {
    let mut told = Vec::new();
    for chosen in reports.iter().map(|report| &report.framework).filter(|chosen| chosen.imports.is_some()) {
        let name = chosen.choice.framework.described();
        if !told.contains(&name) {
            language::tell(&message!("modules-are-those-of", name));
            told.push(name);
        }
    }
}

/// A path as it is printed: as it was given, and files of Python, which nobody gave, from the current folder.
pub(super) fn name(path: &Path) -> String {
    let current = std::env::current_dir().ok().filter(|_| project::is_python(path));
    let below = current.as_ref().and_then(|current| path.strip_prefix(current).ok());
    below.or_else(|| path.strip_prefix(".").ok()).unwrap_or(path).display().to_string()
}

impl Report {
    /// Returns the report, unless a flag asks for a scale that the file lacks. There is no such model: all of its rows would
    /// say no more than that.
    ///
    /// # Errors
    /// A message for the user.
    pub(super) fn at_its_scale(self, args: &ModelArgs) -> Result<Report, String> {
        let letters: Vec<&str> = self.model.scales().map(|(letter, ..)| letter).collect();
        let asked = args.scale.as_deref().filter(|scale| *scale != "all");
        if letters.is_empty() || asked.is_none_or(|scale| letters.contains(&scale)) {
            return Ok(self);
        }
        let is_it = |fault: &&HeaderFault| fault.key == "scales";
        let fault = self.analyses.checked().iter().flat_map(|analysis| &analysis.header).find(is_it);
        let why = fault.map_or_else(|| message!("no-such-scale-here"), |fault| fault.fault.message.clone());
        Err(format!("{}: {}", self.name(), self.say(&why)))
    }

    /// Adds the fixes that have to be tried.
    pub(super) fn attach_fixes(&mut self) {
        self.checked.attach_fixes(&self.request);
    }

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
        self.at(span).region()
    }

    /// Whether a place is in this file.
    pub(super) fn holds(&self, place: &Location) -> bool {
        Arc::ptr_eq(&place.file, &self.source)
    }

    /// Returns a summary of the budgets; none if there are no budgets.
    pub(super) fn standing(&self) -> Option<String> {
        budget::summary(&self.statuses).map(|summary| self.say(&summary))
    }

    /// Returns the path for output.
    pub(super) fn name(&self) -> String {
        name(&self.source.path)
    }
}
