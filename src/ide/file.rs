//! A model file for editor features: read, analysed and checked.

use super::typing::{self, Form, Rows};
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::budget::{self, Budgets, Standing};
use crate::check::{self, Analyses, Finding, Request};
use crate::dialect::ScaleChoice;
use crate::model::{self, Model};
use crate::rules::File;
use crate::syntax::{self, Parse};
use crate::text::LineIndex;

/// A model file and its analyses.
#[derive(Debug)]
pub struct ModelFile {
    pub text: String,
    pub lines: LineIndex,
    pub model: Model,
    /// The active scale, and why it is active.
    pub choice: ScaleChoice,
    /// One analysis per scale, plus one for the requested scale if the file doesn't define it.
    pub analyses: Vec<Analysis>,
    /// All findings in the order of the text, at the selected scale, or at every scale if none is selected.
    pub findings: Vec<Finding>,
    /// Budgets from outside the file; the file may have its own.
    pub budgets: Budgets,
    /// Position of the active scale in `analyses`.
    shown: usize,
    /// How each row counts while it is half-typed.
    forms: Vec<Form>,
}

impl ModelFile {
    /// Reads, analyses and checks a text; none if it isn't a model file and isn't `known` to be one.
    ///
    /// A scale in the options is ignored if the file doesn't have it.
    pub fn read(text: &str, request: &Request, known: bool) -> Option<ModelFile> {
        let parse = syntax::parse(text);
        if !known && !model::is_model_file(&parse.tree) {
            return None;
        }
        let model = model::read(&parse.tree);
        Some(ModelFile::analysed(&parse, model, request, Vec::new()))
    }

    /// Returns the file after an edit: half-typed rows count as they were when they were last complete.
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

    /// Whether a row is half-typed, so that its readers see it as it was when it was last complete.
    pub fn is_half_typed(&self, row: usize) -> bool {
        self.forms.get(row).is_some_and(|form| !matches!(form, Form::Written))
    }

    /// Returns the analysis at the active scale.
    pub fn shown(&self) -> &Analysis {
        &self.analyses[self.shown]
    }

    /// Returns the status of the budgets in an analysis.
    pub fn standings(&self, analysis: &Analysis) -> Vec<Standing> {
        let own = budget::in_file(&self.model, &self.text, &self.lines);
        budget::standings(&self.model, analysis, &self.budgets, &own)
    }

    /// Returns the analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.iter().find(|analysis| analysis.scale.letter() == letter)
    }
}

/// Analyses a file with half-typed rows as they were when they were last complete.
fn with_forms(model: &Model, options: &Options, forms: &[Form]) -> Analyses {
    if forms.iter().all(|form| matches!(form, Form::Written)) {
        return check::analyses(model, options);
    }
    let (standing, counted) = typing::stand_in(model, forms);
    let mut analyses = check::analyses(&standing, options);
    // Errors in the half-typed rows themselves, if the parser reported none.
    let written = analyse(model, options);
    for analysis in &mut analyses.all {
        typing::put_back(analysis, forms, &counted, |i| match &written.rows[i].status {
            fault @ Status::Fault(_) if model.rows[i].complete => fault.clone(),
            _ => Status::Incomplete,
        });
    }
    analyses
}
