//! A model file as the features see it: read, analysed and checked.

use super::typing::{self, Form, Rows};
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::check::{self, Finding};
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::{self, Model};
use crate::syntax::{self, SyntaxError};
use crate::text::LineIndex;

/// A text and all that is known of it.
#[derive(Debug)]
pub struct ModelFile {
    /// The text.
    pub text: String,
    /// Its lines.
    pub lines: LineIndex,
    /// The typed file.
    pub model: Model,
    /// Which scale is shown, and why.
    pub choice: ScaleChoice,
    /// One analysis for each scale of the file, and one at the scale that is shown where the file lacks that.
    pub analyses: Vec<Analysis>,
    /// All findings, in the order of the text: at the scale that is selected, or at every scale where none is.
    pub findings: Vec<Finding>,
    /// The position in `analyses` of what is shown.
    shown: usize,
    /// What each row counts as while it is half-typed.
    forms: Vec<Form>,
}

impl ModelFile {
    /// Reads, analyses and checks a text; none where it is no model file and isn't `known` to be one.
    ///
    /// A scale that the options ask for is passed over where the file doesn't have it.
    pub fn read(text: String, options: &Options, known: bool) -> Option<ModelFile> {
        let parse = syntax::parse(&text);
        if !known && !model::is_model_file(&parse.tree) {
            return None;
        }
        let model = model::read(&parse.tree);
        let errors = parse.errors;
        Some(ModelFile::analysed(text, model, &errors, options, Vec::new()))
    }

    /// The file after an edit: rows that are half-typed now count as they last were.
    pub fn edited(&self, text: String, options: &Options) -> ModelFile {
        let parse = syntax::parse(&text);
        let model = model::read(&parse.tree);
        let errors = parse.errors;
        let before = Rows { text: &self.text, model: &self.model, forms: &self.forms };
        let now = Rows { text: &text, model: &model, forms: &[] };
        let forms = typing::forms(now, &typing::unfinished(&model, &errors), before);
        ModelFile::analysed(text, model, &errors, options, forms)
    }

    fn analysed(text: String, model: Model, errors: &[SyntaxError], options: &Options, forms: Vec<Form>) -> ModelFile {
        let asked = options.scale.clone().filter(|scale| model.scales().any(|(letter, ..)| letter == scale));
        let options = Options { scale: asked, ..options.clone() };
        let choice = choose_scale(&model, options.scale.as_deref(), &options.stem);
        let mut analyses = with_forms(&model, &options, &forms, |model| check::at_every_scale(model, &options));
        let shown = analyses.iter().position(|analysis| analysis.scale.letter() == choice.letter());
        let shown = shown.unwrap_or_else(|| {
            analyses.extend(with_forms(&model, &options, &forms, |model| vec![analyse(model, &options)]));
            analyses.len() - 1
        });
        let checked = match choice {
            ScaleChoice::First(_) => &analyses[..],
            _ => &analyses[shown..=shown],
        };
        let findings = check::findings(&model, errors, checked);
        ModelFile { lines: LineIndex::new(&text), model, choice, analyses, findings, shown, text, forms }
    }

    /// Whether a row is half-typed, so that others see it as it last was.
    pub fn is_half_typed(&self, row: usize) -> bool {
        self.forms.get(row).is_some_and(|form| !matches!(form, Form::Written))
    }

    /// The analysis that is shown.
    pub fn shown(&self) -> &Analysis {
        &self.analyses[self.shown]
    }

    /// The analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.iter().find(|analysis| analysis.scale.letter() == letter)
    }
}

/// Analyses a file, half-typed rows as they last were.
fn with_forms(
    model: &Model,
    options: &Options,
    forms: &[Form],
    analyses: impl Fn(&Model) -> Vec<Analysis>,
) -> Vec<Analysis> {
    if forms.iter().all(|form| matches!(form, Form::Written)) {
        return analyses(model);
    }
    let (standing, counted) = typing::stand_in(model, forms);
    let mut analyses = analyses(&standing);
    // What is wrong with the half-typed rows themselves, where the parser has nothing to say of them.
    let written = analyse(model, options);
    for analysis in &mut analyses {
        typing::put_back(analysis, forms, &counted, |i| match &written.rows[i].status {
            fault @ Status::Fault(_) if model.rows[i].complete => fault.clone(),
            _ => Status::Incomplete,
        });
    }
    analyses
}
