//! A model file as the features see it: read, analysed and checked.

use super::typing::{self, Form, Rows};
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::budget::{self, Budgets, Standing};
use crate::check::{self, Analyses, Finding, Request};
use crate::dialect::{Dialect, ScaleChoice};
use crate::model::{self, Model};
use crate::rules::File;
use crate::syntax::{self, Parse};
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
    /// What it may cost; what it says itself of that stands in the file.
    pub budgets: Budgets,
    /// The position in `analyses` of what is shown.
    shown: usize,
    /// What each row counts as while it is half-typed.
    forms: Vec<Form>,
}

impl ModelFile {
    /// Reads, analyses and checks a text; none where it is no model file and isn't `known` to be one.
    ///
    /// A scale that the options ask for is passed over where the file doesn't have it.
    pub fn read(text: &str, request: &Request, known: bool) -> Option<ModelFile> {
        let parse = syntax::parse(text);
        if !known && !model::is_model_file(&parse.tree) {
            return None;
        }
        let model = model::read(&parse.tree);
        Some(ModelFile::analysed(&parse, model, request, Vec::new()))
    }

    /// The file after an edit: rows that are half-typed now count as they last were.
    pub fn edited(&self, text: &str, request: &Request) -> ModelFile {
        let parse = syntax::parse(text);
        let model = model::read(&parse.tree);
        let before = Rows { text: &self.text, model: &self.model, forms: &self.forms };
        let now = Rows { text, model: &model, forms: &[] };
        let forms = typing::forms(now, &typing::unfinished(&model, &parse.errors), before);
        ModelFile::analysed(&parse, model, request, forms)
    }

    fn analysed(parse: &Parse<'_>, model: Model, request: &Request, forms: Vec<Form>) -> ModelFile {
        let asked = request.options.scale.clone();
        let scale = asked.filter(|scale| model.scales().any(|(letter, ..)| letter == scale));
        let options = Options { scale, ..request.options.clone() };
        let analyses = with_forms(&model, &options, &forms);
        let text = parse.tree.text;
        let lines = LineIndex::new(text);
        let findings = check::findings(
            &File {
                text,
                lines: &lines,
                tree: &parse.tree,
                errors: &parse.errors,
                model: &model,
                analyses: &analyses.all,
                options: &options,
                lint: &request.lint,
            },
            analyses.looked_at(),
        );
        let Analyses { all, choice, shown, .. } = analyses;
        let (text, budgets) = (text.to_owned(), request.lint.budgets.clone());
        ModelFile { text, lines, model, choice, analyses: all, findings, budgets, shown, forms }
    }

    /// Whether a row is half-typed, so that others see it as it last was.
    pub fn is_half_typed(&self, row: usize) -> bool {
        self.forms.get(row).is_some_and(|form| !matches!(form, Form::Written))
    }

    /// The framework that it is for.
    pub(super) fn dialect(&self) -> &dyn Dialect {
        &*self.shown().dialect
    }

    /// The analysis that is shown.
    pub fn shown(&self) -> &Analysis {
        &self.analyses[self.shown]
    }

    /// How it stands against its budgets, as an analysis of it knows it.
    pub fn standings(&self, analysis: &Analysis) -> Vec<Standing> {
        let own = budget::in_file(&self.model, &self.text, &self.lines);
        budget::standings(&self.model, analysis, &self.budgets, &own)
    }

    /// The analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.iter().find(|analysis| analysis.scale.letter() == letter)
    }
}

/// Analyses a file, half-typed rows as they last were.
fn with_forms(model: &Model, options: &Options, forms: &[Form]) -> Analyses {
    if forms.iter().all(|form| matches!(form, Form::Written)) {
        return check::analyses(model, options);
    }
    let (standing, counted) = typing::stand_in(model, forms);
    let mut analyses = check::analyses(&standing, options);
    // What is wrong with the half-typed rows themselves, where the parser has nothing to say of them.
    let written = analyse(model, options);
    for analysis in &mut analyses.all {
        typing::put_back(analysis, forms, &counted, |i| match &written.rows[i].status {
            fault @ Status::Fault(_) if model.rows[i].complete => fault.clone(),
            _ => Status::Incomplete,
        });
    }
    analyses
}
