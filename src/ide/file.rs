//! A model file for editor features: read, and analysed and checked as far as somebody asks.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::follower::{Follower, Form};
use super::head::Head;
use super::typing;
use crate::analysis::{Analysis, Status, analyse};
use crate::budget::{self, BudgetStatus, Budgets};
use crate::check::{self, Finding, Request, Selection};
use crate::dialect::{Dialect, ModuleInfo, ScaleChoice};
use crate::model::{Model, ReadFile};
use crate::rewrite::{IntendedWiring, StaleRef};
use crate::rules::{self, Severity};
use crate::text::{SourceFile, Span};
use crate::weights::{Base, Found, StateDict};
use crate::words::{Language, Message, message};

/// A model file, and what its rows count as while they are typed.
///
/// Each scale is analysed when it is first asked for, and findings are worked out when they are: the active scale
/// doesn't wait for the others.
#[derive(Debug)]
pub struct ModelFile {
    read: ReadFile,
    request: Request,
    /// What is known from the texts before.
    follower: Follower,
    /// What is analysed in place of the written model, and for each of its rows the written row; none if all rows count as
    /// they are written.
    standing: Option<(Model, Vec<usize>)>,
    selection: Selection,
    /// One a scale of the selection.
    analyses: Vec<OnceCell<Analysis>>,
    /// The written model at the active scale, where rows are half-typed.
    written: OnceCell<Analysis>,
    findings: OnceCell<Vec<Finding>>,
    /// The file as git's HEAD has it, if that is known.
    head: Option<Rc<Head>>,
    /// The official model that it was made from, if that is known.
    base: Option<Arc<Base>>,
    /// What the model that is shown keeps of the weights that are loaded before training.
    transfer: OnceCell<Option<Found>>,
    /// The modules that rows can name.
    modules: OnceCell<HashMap<String, Arc<ModuleInfo>>>,
}

impl Deref for ModelFile {
    type Target = ReadFile;

    fn deref(&self) -> &ReadFile {
        &self.read
    }
}

impl ModelFile {
    /// Reads a file; none if it isn't a model file and isn't `known` to be one.
    ///
    /// A scale that is asked for is passed over if the file doesn't have it.
    pub fn read(source: impl Into<SourceFile>, request: &Request, known: bool) -> Option<ModelFile> {
        let read = ReadFile::new(source);
        let follower = Follower::new(&read.model);
        (known || read.is_model()).then(|| ModelFile::new(read, request, follower))
    }

    /// Returns the file after an edit: half-typed rows count as they were when they were last complete.
    pub fn edited(&self, source: impl Into<SourceFile>, request: &Request) -> ModelFile {
        let read = ReadFile::new(source);
        let follower = self.follower.follow(&self.read, &read);
        ModelFile::new(read, request, follower)
    }

    /// The language in which everything is said.
    pub fn language(&self) -> Language {
        self.request.language
    }

    /// Puts something about it into words.
    pub fn say(&self, message: &Message) -> String {
        self.language().say(message)
    }

    /// Takes the file as git's HEAD has it, and returns what was known of that.
    pub fn set_head(&mut self, head: Option<Rc<Head>>) -> Option<Rc<Head>> {
        std::mem::replace(&mut self.head, head)
    }

    /// Takes the official model that it was made from.
    pub fn set_base(&mut self, base: Option<Arc<Base>>) {
        self.base = base;
        self.transfer.take();
    }

    /// The file as git's HEAD has it, if that is known.
    pub(super) fn head(&self) -> Option<Rc<Head>> {
        self.head.clone()
    }

    /// Forgets what half-typed rows were: after the next edit the file is as one that is read anew.
    pub fn forget_half_typed(&mut self) {
        self.follower.forget_forms();
    }

    fn new(read: ReadFile, request: &Request, follower: Follower) -> ModelFile {
        let mut request = request.clone();
        request.scale = request.scale.filter(|scale| read.model.scales().any(|(letter, ..)| letter == scale));
        let is_half_typed = follower.forms().iter().any(|form| !matches!(form, Form::Written));
        let standing = is_half_typed.then(|| typing::stand_in(&read.model, follower.forms()));
        let selection = check::select(standing.as_ref().map_or(&read.model, |(model, _)| model), &request);
        let analyses = selection.letters.iter().map(|_| OnceCell::new()).collect();
        ModelFile {
            read,
            request,
            follower,
            standing,
            selection,
            analyses,
            written: OnceCell::new(),
            findings: OnceCell::new(),
            head: None,
            base: None,
            transfer: OnceCell::new(),
            modules: OnceCell::new(),
        }
    }

    /// Forgets all that is worked out again when somebody asks for it, apart from what was found.
    pub fn forget_analyses(&mut self) {
        self.analyses.iter_mut().for_each(|analysis| drop(analysis.take()));
        self.written.take();
        self.modules.take();
        self.transfer.take();
        self.head.iter().for_each(|head| head.forget());
    }

    /// Whether analyses are kept.
    pub fn is_analysed(&self) -> bool {
        self.analyses.iter().any(|analysis| analysis.get().is_some())
    }

    /// Whether all scales are analysed.
    pub fn work_is_done(&self) -> bool {
        self.analyses.iter().all(|analysis| analysis.get().is_some())
    }

    /// Analyses a scale that isn't yet; none may be left.
    pub fn analyse_next(&self) -> bool {
        let next = self.analyses.iter().position(|analysis| analysis.get().is_none());
        next.inspect(|&next| _ = self.analysis(next)).is_some()
    }

    /// Does the next part of what an editor will ask for, and returns whether there was one: scales one by one, then
    /// findings.
    pub fn work_ahead(&self) -> bool {
        if self.findings.get().is_some() {
            return false;
        }
        if !self.analyse_next() {
            self.findings();
        }
        true
    }

    /// What the model that is shown keeps of the weights that are loaded before training: of those that the settings name, or else
    /// of the official model that it was made from; none if neither is known.
    pub fn transfer(&self) -> Option<&Found> {
        let found = self.transfer.get_or_init(|| {
            let base = self.request.lint.pretrained.as_ref().or(self.base.as_ref())?;
            let analysis = self.at_active_scale();
            base.weighed(&StateDict::of(analysis)?, &analysis.scale, &analysis.options())
        });
        found.as_ref()
    }

    /// Whether the settings name the weights.
    pub fn names_weights(&self) -> bool {
        self.request.lint.pretrained.is_some()
    }

    /// What the dataset's file says of the model, as `3 classes of data.yaml`; none if there is no such file.
    pub fn data(&self) -> Option<Message> {
        let (name, dataset) = (&self.request.data, &self.request.options.dataset);
        (!name.is_empty()).then(|| match dataset.classes {
            Some(count) => message!("lens-classes", count, name),
            None => message!("lens-channels-of", n = dataset.channels, name),
        })
    }

    /// The budgets that don't stand in the file.
    pub fn budgets(&self) -> &Budgets {
        &self.request.lint.budgets
    }

    /// How many rows aren't trained, as the settings say.
    pub fn freeze(&self) -> Option<usize> {
        self.request.lint.freeze.and_then(|rows| usize::try_from(rows).ok())
    }

    /// Whether a finding is an error of a half-typed row in a line: while somebody types there, it says nothing new.
    pub fn holds_back(&self, finding: &Finding, line: u32) -> bool {
        let found = &finding.diagnostic;
        let lines = |span: Span| (self.lines().line(span.start)..=self.lines().line(span.end)).contains(&line);
        let row = || self.model.rows.iter().position(|row| lines(row.span));
        found.severity == Severity::Error && lines(found.span) && row().is_some_and(|row| self.is_half_typed(row))
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
        &*self.request.options.dialect
    }

    /// How the framework is called; none if that isn't known.
    pub fn framework(&self) -> Option<&Message> {
        self.request.framework.as_ref()
    }

    /// The module that a row calls `name`.
    pub(super) fn module(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        let known = self.modules.get_or_init(|| {
            let modules = self.dialect().modules().into_iter();
            modules.map(|module| (module.name.to_string(), module)).collect()
        });
        known.get(name).cloned()
    }

    /// The module of row `i`.
    pub(super) fn module_of(&self, i: usize) -> Option<Arc<ModuleInfo>> {
        self.module(self.model.rows[i].module_name()?)
    }

    /// The active scale, and why it is active.
    pub fn choice(&self) -> &ScaleChoice {
        &self.selection.choice
    }

    /// Returns the analysis at the active scale.
    pub fn at_active_scale(&self) -> &Analysis {
        self.analysis(self.selection.active)
    }

    /// Returns the status of the budgets in an analysis.
    pub fn statuses(&self, analysis: &Analysis) -> Vec<BudgetStatus> {
        let own = budget::in_file(self);
        budget::statuses(&self.model, analysis, &self.request.lint.budgets, &own)
    }

    /// Returns the analysis at a scale of the file.
    pub fn at_scale(&self, letter: &str) -> Option<&Analysis> {
        self.selection.letters.iter().position(|own| own == letter).map(|at| self.analysis(at))
    }

    /// The same, if it is analysed already.
    pub(super) fn known_scale(&self, letter: &str) -> Option<&Analysis> {
        self.selection.letters.iter().position(|own| own == letter).and_then(|at| self.analyses[at].get())
    }

    /// Returns the analyses at all scales.
    pub fn all(&self) -> Vec<&Analysis> {
        (0..self.analyses.len()).map(|at| self.analysis(at)).collect()
    }

    /// Returns what is found at the scales that are checked, in the order of the text, without fixes that have to be tried.
    pub fn findings(&self) -> &[Finding] {
        self.findings.get_or_init(|| {
            let all = self.all();
            check::findings(&self.checked(&all))
        })
    }

    /// Tries fixes of some of the findings.
    pub fn attach_fixes<'a>(&self, findings: impl IntoIterator<Item = &'a mut Finding>) {
        let all = self.all();
        check::attach_fixes(&self.checked(&all), findings);
    }

    fn checked<'a>(&'a self, all: &'a [&'a Analysis]) -> rules::File<'a> {
        rules::File {
            read: &self.read,
            stem: &self.request.stem,
            choice: &self.selection.choice,
            analyses: all,
            checked: &all[self.selection.checked.clone()],
            lint: &self.request.lint,
            known: rules::Known::default(),
        }
    }

    fn analysis(&self, at: usize) -> &Analysis {
        self.analyses[at].get_or_init(|| {
            let (letter, options) = (&self.selection.letters[at], &self.request.options);
            let Some((standing, counted)) = &self.standing else { return analyse(&self.model, letter, options) };
            let mut analysis = analyse(standing, letter, options);
            typing::put_back(&mut analysis, self.follower.forms(), counted, |i| self.status_of_half_typed(i));
            analysis
        })
    }

    /// The error of a half-typed row, if the parser reported none.
    fn status_of_half_typed(&self, row: usize) -> Status {
        if !self.model.rows[row].complete {
            return Status::Incomplete;
        }
        let letter = self.selection.choice.letter();
        let written = self.written.get_or_init(|| analyse(&self.model, letter, &self.request.options));
        match &written.rows[row].status {
            fault @ Status::Fault(_) => fault.clone(),
            _ => Status::Incomplete,
        }
    }
}
