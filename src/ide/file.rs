//! A model file as the features see it: read, analysed and checked.

use std::ops::Deref;

use super::typing::{self, Form};
use crate::analysis::{Analysis, Status, analyse};
use crate::budget::{self, Budgets, Standing};
use crate::check::{self, Analyses, Checked, Request};
use crate::dialect::Dialect;
use crate::model::{Model, ReadFile};
use crate::text::SourceFile;

/// A model file, checked, and what its rows count as while they are typed.
#[derive(Debug)]
pub struct ModelFile {
    /// The file: all of its analyses, and what is found at the scales that are checked.
    pub checked: Checked,
    /// What it may cost; what it says itself of that stands in the file.
    pub budgets: Budgets,
    /// What each row counts as while it is half-typed.
    forms: Vec<Form>,
}

impl Deref for ModelFile {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}

impl ModelFile {
    /// Reads, analyses and checks a file; none if it is no model file and isn't `known` to be one.
    ///
    /// A scale that is asked for is passed over if the file doesn't have it.
    pub fn read(source: impl Into<SourceFile>, request: &Request, known: bool) -> Option<ModelFile> {
        let read = ReadFile::new(source);
        (known || read.is_model()).then(|| ModelFile::analysed(read, request, Vec::new()))
    }

    /// The file after an edit: rows that are half-typed now count as they last were.
    pub fn edited(&self, source: impl Into<SourceFile>, request: &Request) -> ModelFile {
        let read = ReadFile::new(source);
        let forms = typing::forms(&read, &self.checked.read, &self.forms);
        ModelFile::analysed(read, request, forms)
    }

    fn analysed(read: ReadFile, request: &Request, forms: Vec<Form>) -> ModelFile {
        let scale = request.scale.clone().filter(|scale| read.model.scales().any(|(letter, ..)| letter == scale));
        let analyses = with_forms(&read.model, &Request { scale, ..request.clone() }, &forms);
        let checked = check::with_analyses(read, analyses, request);
        ModelFile { checked, budgets: request.lint.budgets.clone(), forms }
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
        &self.analyses.all[self.analyses.shown]
    }

    /// How it stands against its budgets, as an analysis of it knows it.
    pub fn standings(&self, analysis: &Analysis) -> Vec<Standing> {
        let own = budget::in_file(self);
        budget::standings(&self.model, analysis, &self.budgets, &own)
    }

    /// The analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.all.iter().find(|analysis| analysis.scale == letter)
    }
}

/// Analyses a file, half-typed rows as they last were.
fn with_forms(model: &Model, request: &Request, forms: &[Form]) -> Analyses {
    if forms.iter().all(|form| matches!(form, Form::Written)) {
        return check::analyses(model, request);
    }
    let (standing, counted) = typing::stand_in(model, forms);
    let mut analyses = check::analyses(&standing, request);
    // What is wrong with the half-typed rows themselves, where the parser has nothing to say of them.
    let written = analyse(model, analyses.choice.letter(), &request.options);
    for analysis in &mut analyses.all {
        typing::put_back(analysis, forms, &counted, |i| match &written.rows[i].status {
            fault @ Status::Fault(_) if model.rows[i].complete => fault.clone(),
            _ => Status::Incomplete,
        });
    }
    analyses
}
