//! A model file for editor features: read, analysed and checked.

use std::ops::Deref;

use super::follower::{Follower, Form};

use super::typing;
use crate::analysis::{Analysis, Status, analyse};
use crate::budget::{self, BudgetStatus, Budgets};
use crate::check::{self, Analyses, Checked, Request};
use crate::dialect::Dialect;
use crate::model::{Model, ReadFile};
use crate::rewrite::{IntendedWiring, StaleRef};
use crate::text::SourceFile;

/// A model file, checked, and what its rows count as while they are typed.
#[derive(Debug)]
pub struct ModelFile {
    /// The file: all of its analyses, and what is found at the scales that are checked.
    pub checked: Checked,
    /// Budgets from outside the file; the file may have its own.
    pub budgets: Budgets,
    /// What is known from the texts before.
    follower: Follower,
}

impl Deref for ModelFile {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}

impl ModelFile {
    /// Reads, analyses and checks a file; none if it isn't a model file and isn't `known` to be one.
    ///
    /// A scale that is asked for is passed over if the file doesn't have it.
    pub fn read(source: impl Into<SourceFile>, request: &Request, known: bool) -> Option<ModelFile> {
        let read = ReadFile::new(source);
        let follower = Follower::new(&read.model);
        (known || read.is_model()).then(|| ModelFile::analysed(read, request, follower))
    }

    /// Returns the file after an edit: half-typed rows count as they were when they were last complete.
    pub fn edited(&self, source: impl Into<SourceFile>, request: &Request) -> ModelFile {
        let read = ReadFile::new(source);
        let follower = self.follower.follow(&self.checked.read, &read);
        ModelFile::analysed(read, request, follower)
    }

    /// Forgets what half-typed rows were: after the next edit the file is as one that is read anew.
    pub fn forget_half_typed(&mut self) {
        self.follower.forget_forms();
    }

    fn analysed(read: ReadFile, request: &Request, follower: Follower) -> ModelFile {
        let scale = request.scale.clone().filter(|scale| read.model.scales().any(|(letter, ..)| letter == scale));
        let analyses = with_forms(&read.model, &Request { scale, ..request.clone() }, follower.forms());
        let checked = check::with_analyses(read, analyses, request);
        ModelFile { checked, budgets: request.lint.budgets.clone(), follower }
    }

    /// Whether a row is half-typed, so that its readers see it as it was when it was last complete.
    pub fn is_half_typed(&self, row: usize) -> bool {
        self.follower.forms().get(row).is_some_and(|form| !matches!(form, Form::Written))
    }

    /// The wiring that was meant when it was last as it should be.
    pub(super) fn meant(&self) -> &IntendedWiring {
        self.follower.meant()
    }

    /// The entries of `from` that name another row than was meant.
    pub(super) fn stale(&self) -> Vec<StaleRef> {
        self.follower.stale(&self.model)
    }

    /// The framework that it is for.
    pub(super) fn dialect(&self) -> &dyn Dialect {
        &*self.shown().dialect
    }

    /// Returns the analysis at the active scale.
    pub fn shown(&self) -> &Analysis {
        &self.analyses.all[self.analyses.shown]
    }

    /// Returns the status of the budgets in an analysis.
    pub fn statuses(&self, analysis: &Analysis) -> Vec<BudgetStatus> {
        let own = budget::in_file(self);
        budget::statuses(&self.model, analysis, &self.budgets, &own)
    }

    /// Returns the analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.analyses.all.iter().find(|analysis| analysis.scale == letter)
    }
}

/// Analyses a file with half-typed rows as they were when they were last complete.
fn with_forms(model: &Model, request: &Request, forms: &[Form]) -> Analyses {
    if forms.iter().all(|form| matches!(form, Form::Written)) {
        return check::analyses(model, request);
    }
    let (standing, counted) = typing::stand_in(model, forms);
    let mut analyses = check::analyses(&standing, request);
    // Errors in the half-typed rows themselves, if the parser reported none.
    let written = analyse(model, analyses.choice.letter(), &request.options);
    for analysis in &mut analyses.all {
        typing::put_back(analysis, forms, &counted, |i| match &written.rows[i].status {
            fault @ Status::Fault(_) if model.rows[i].complete => fault.clone(),
            _ => Status::Incomplete,
        });
    }
    analyses
}
