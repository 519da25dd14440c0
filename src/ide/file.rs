//! A model file as the features see it: read, analysed and checked.

use super::follower::{Follower, Form, Rows};
use super::typing;
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::budget::{self, Budgets, Standing};
use crate::check::{self, Analyses, Finding, Request};
use crate::dialect::ScaleChoice;
use crate::model::{self, Model};
use crate::rewrite::{Meant, Stale};
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
    /// What is known from the texts before.
    follower: Follower,
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
        let follower = Follower::new(&model);
        Some(ModelFile::analysed(&parse, model, request, follower))
    }

    /// The file after an edit: rows that are half-typed now count as they last were.
    pub fn edited(&self, text: &str, request: &Request) -> ModelFile {
        let parse = syntax::parse(text);
        let model = model::read(&parse.tree);
        let (before, now) = (Rows { text: &self.text, model: &self.model }, Rows { text, model: &model });
        let follower = self.follower.follow(before, now, &parse.errors);
        ModelFile::analysed(&parse, model, request, follower)
    }

    /// Forgets what half-typed rows were: after the next edit the file is as one that is read anew.
    pub fn forget_half_typed(&mut self) {
        self.follower.forget_forms();
    }

    fn analysed(parse: &Parse<'_>, model: Model, request: &Request, follower: Follower) -> ModelFile {
        let asked = request.options.scale.clone();
        let scale = asked.filter(|scale| model.scales().any(|(letter, ..)| letter == scale));
        let options = Options { scale, ..request.options.clone() };
        let analyses = with_forms(&model, &options, follower.forms());
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
        ModelFile { text, lines, model, choice, analyses: all, findings, budgets, shown, follower }
    }

    /// Whether a row is half-typed, so that others see it as it last was.
    pub fn is_half_typed(&self, row: usize) -> bool {
        self.follower.forms().get(row).is_some_and(|form| !matches!(form, Form::Written))
    }

    /// The wiring that was meant when it was last as it should be.
    pub(super) fn meant(&self) -> &Meant {
        self.follower.meant()
    }

    /// The entries of `from` that name another row than was meant.
    pub(super) fn stale(&self) -> Vec<Stale> {
        self.follower.stale(&self.model)
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
