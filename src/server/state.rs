//! The server's state, and functions that several requests share.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

use super::capabilities::ClientCapabilities;
use super::convert;
use super::documents::Document;
use super::outbox::{Message, Outbox};
use super::reported::Reported;
use super::shapes::{self, Shapes};
use crate::config::{self, Config};
use crate::dialect::HAS_FILES;
use crate::ide::ModelFile;
use crate::ide::source::Focus;
use crate::project::{FileSettings, Project, Surroundings, Variables};
use crate::text::{Encoding, SourceFile, Span};
use crate::words::{Language, Message as Words, message};

/// How long a half-typed row has no errors after the last keystroke in it.
const TYPING_PAUSE: Duration = Duration::from_millis(1000);

/// The most documents whose analyses are kept. Those of others are made again when somebody asks.
const MAX_ANALYSED: usize = 2;

/// A step of what isn't urgent, and the name that it is logged by.
pub(super) type Step = (&'static str, Box<dyn FnOnce(&mut State) + Send>);

/// A background task, done in steps when the queue is empty: returns whether it is finished.
pub(super) type Later = Box<dyn FnMut(&mut State) -> bool + Send>;

/// The state that the main loop owns.
pub(super) struct State {
    outbox: Outbox,
    pub(super) client: ClientCapabilities,
    pub(super) documents: BTreeMap<Uri, Document>,
    /// The settings of the editor and of files, and what else is known of the workspace.
    pub(super) project: Project,
    /// Choices by command for single files, open or not; they override all settings.
    sessions: BTreeMap<Uri, Config>,
    /// The client's capabilities.
    first_settings: Config,
    listens: bool,
    later: VecDeque<Later>,
    /// Whether the client is to ask again for what it shows.
    pub(super) is_refresh_due: bool,
    /// Shapes in files of Python.
    pub(super) shapes: Shapes,
    /// Folders outside of the workspace that the client watches.
    watched: BTreeSet<PathBuf>,
    /// What was reported of files on the disk.
    pub(super) reported: Reported,
    /// How often what files are read with has changed: settings, files of Python, baselines.
    pub(super) changes: u64,
}

impl State {
    /// Before a client is known.
    pub(super) fn new(outbox: Outbox) -> State {
        State {
            outbox,
            client: ClientCapabilities::default(),
            documents: BTreeMap::new(),
            project: Project::default(),
            sessions: BTreeMap::new(),
            first_settings: Config::default(),
            listens: false,
            later: VecDeque::new(),
            is_refresh_due: false,
            shapes: Shapes::default(),
            watched: BTreeSet::new(),
            reported: Reported::default(),
            changes: 0,
        }
    }

    /// Takes what the client says first, before it listens.
    pub(super) fn begin(
        &mut self,
        client: ClientCapabilities,
        folders: Vec<PathBuf>,
        language: Option<Language>,
        settings: &Value,
    ) {
        let (settings, problems) = config::read(settings);
        self.client = client;
        self.first_settings = settings.clone();
        let variables = Variables::of_process();
        // Neovim names no language; it speaks the system's.
        let language = language.or(variables.language).unwrap_or_default();
        let surroundings = Surroundings { workspace: folders, variables, language };
        self.project = Project::new(settings, surroundings);
        self.project.finds_data = HAS_FILES;
        self.report(problems.into_iter().map(|problem| problem.message));
    }

    /// The client listens from now on.
    pub(super) fn listen(&mut self) {
        self.listens = true;
        self.report(None);
    }

    /// Takes settings that the client was asked for; `null` if it has none.
    pub(super) fn configure(&mut self, settings: &Value) {
        let (settings, problems) = config::read(settings);
        self.project.own = settings.or(&self.first_settings);
        self.report(problems.into_iter().map(|problem| problem.message));
        self.reconfigure();
    }

    /// Analyses all documents again, with the current settings.
    pub(super) fn reconfigure(&mut self) {
        self.changes += 1;
        self.project.forget();
        let uris: Vec<Uri> = self.documents.keys().cloned().collect();
        for uri in uris {
            self.reconfigure_document(&uri);
        }
        self.shapes_changed();
    }

    fn reconfigure_document(&mut self, uri: &Uri) {
        let Some(path) = self.documents.get(uri).map(|document| document.path().to_owned()) else { return };
        let settings = self.settings_of(uri, &path);
        if let Some(document) = self.documents.get_mut(uri) {
            document.configure(settings);
        }
    }

    /// Analyses again what depends on files that changed on the disk: settings, and baselines of open documents.
    pub(super) fn files_changed<'a>(&mut self, uris: impl IntoIterator<Item = &'a Uri>) {
        let uris: Vec<&Uri> = uris.into_iter().collect();
        if uris.iter().any(|uri| uri.as_str().ends_with(".py")) {
            self.changes += 1;
        }
        if uris.iter().any(|uri| uri.as_str().ends_with("/logs/HEAD")) {
            self.head_moved(|_| true);
        }
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let named = self.documents.values().filter_map(|document| document.baseline());
        let baselines: BTreeSet<PathBuf> = named.map(real).collect();
        let counts = |uri: &Uri| {
            uri.to_file_path().is_some_and(|path| self.project.depends_on(&path) || baselines.contains(&real(&path)))
        };
        if uris.into_iter().any(counts) {
            self.reconfigure();
        }
    }

    /// Takes an editor's text of a Python file, none if it was closed, and analyses the models that it is read for
    /// again.
    pub(super) fn set_python(&mut self, path: &Path, text: Option<String>) {
        self.changes += 1;
        self.project.files.set_open(path, text.map(Into::into));
        if self.project.is_choice_stale(path) {
            self.reconfigure();
            return;
        }
        let mut is_read = false;
        for document in self.documents.values_mut().filter(|document| document.reads(path)) {
            document.look_again();
            is_read = true;
        }
        if is_read {
            self.shapes_changed();
        }
    }

    /// Shows shapes in files of Python for a row, or hides them.
    pub(super) fn switch_shapes(&mut self, row: Option<(Uri, usize)>) {
        self.shapes.switch(row);
        self.shapes_changed();
    }

    /// The row in a line of a document.
    pub(super) fn row_at_line(&mut self, uri: &Uri, line: u32) -> Option<usize> {
        let (file, _) = self.file(uri)?;
        let lines = |span: Span| file.lines().line(span.start)..=file.lines().line(span.end);
        file.model.rows.iter().position(|row| lines(row.span).contains(&line))
    }

    /// Says that a person looks at a line of a document: shapes are shown for its row, if they are.
    pub(super) fn look_at(&mut self, uri: &Uri, line: u32) {
        if let Some(row) = self.row_at_line(uri, line)
            && self.shapes.look_at(uri, row)
        {
            self.shapes_changed();
        }
    }

    /// Forgets the values of the row in focus: they may have changed.
    pub(super) fn shapes_changed(&mut self) {
        self.shapes.forget();
        for document in self.documents.values_mut().filter(|document| document.is_python()) {
            document.unpublished = true;
        }
        self.is_refresh_due = true;
    }

    /// Forgets them if a document has changed on which they depend.
    pub(super) fn document_changed(&mut self, uri: &Uri) {
        if self.shapes.shown_row().is_some_and(|(shown, _)| shown == uri) {
            self.shapes_changed();
        }
    }

    /// The values that the run made for the row in focus, and a Python file to show them in.
    pub(super) fn focus(&mut self, python: &Uri) -> Option<(Arc<Focus>, SourceFile)> {
        let (uri, row) = self.shapes.shown_row()?.clone();
        let made = self.shapes.made().unwrap_or_else(|| {
            let made = self.file(&uri).and_then(|(file, _)| {
                let is_row = row < file.model.rows.len() && !file.is_half_typed(row);
                is_row.then(|| Focus::new(file, row)).flatten()
            });
            let made = made.map(Arc::new);
            self.shapes.set_made(made.clone());
            made
        });
        Some((made?, self.documents.get(python)?.python_source()?))
    }

    /// The findings in a Python file.
    fn shape_diagnostics(&mut self, uri: &Uri) -> Vec<Diagnostic> {
        let Some((focus, source)) = self.focus(uri) else { return Vec::new() };
        shapes::diagnostics(&focus, &source, self.client.encoding, self.client.unnecessary_tags)
    }

    /// Asks for a document's file in git's HEAD, once.
    pub(super) fn ask_head(&mut self, uri: &Uri) {
        if let Some(path) = self.documents.get_mut(uri).and_then(Document::head_to_ask_for) {
            self.say(Message::ReadHead(uri.clone(), path));
        }
    }

    /// Looks for the model that a document's was made from, once and when nothing else is to do.
    pub(super) fn ask_base(&mut self, uri: &Uri) {
        let Some(mut search) = self.documents.get_mut(uri).and_then(Document::base_to_look_for) else { return };
        let uri = uri.clone();
        self.later(Box::new(move |state| {
            let Some(base) = search.step() else { return false };
            let is_new = state.documents.get_mut(&uri).is_some_and(|document| document.set_base(base));
            if is_new && state.client.refreshes_lenses {
                state.say(Message::Refresh { hints: false, lenses: true, diagnostics: false });
            }
            true
        }));
    }

    /// Takes the text of a document's file in git's HEAD.
    pub(super) fn set_head(&mut self, uri: &Uri, text: Option<String>) {
        let is_new = self.documents.get_mut(uri).is_some_and(|document| document.set_head(text));
        if is_new && self.client.refreshes_lenses {
            self.say(Message::Refresh { hints: false, lenses: true, diagnostics: false });
        }
    }

    /// Asks git again for the HEAD version of the documents that match.
    pub(super) fn head_moved(&mut self, of: impl Fn(&Uri) -> bool) {
        let uris: Vec<Uri> = self.documents.keys().filter(|uri| of(uri)).cloned().collect();
        for uri in uris {
            if self.documents.get_mut(&uri).is_some_and(Document::forget_head) {
                self.ask_head(&uri);
            }
        }
    }

    /// Has the client ask again for what it shows of documents.
    fn refresh(&mut self) {
        let hints = self.client.refreshes_hints;
        let lenses = self.client.refreshes_lenses;
        let diagnostics = self.client.refreshes_diagnostics;
        if hints || lenses || diagnostics {
            self.say(Message::Refresh { hints, lenses, diagnostics });
        }
    }

    /// The choices by command for a file.
    pub(super) fn session(&self, uri: &Uri) -> Config {
        self.sessions.get(uri).cloned().unwrap_or_default()
    }

    /// Sets what is switched for an open document.
    pub(super) fn set_session(&mut self, uri: Uri, session: Config) {
        if !self.documents.contains_key(&uri) {
            return;
        }
        self.sessions.insert(uri.clone(), session);
        self.reconfigure_document(&uri);
        self.is_refresh_due = true;
    }

    /// The settings that count for a file: what was switched for it, then the editor's, then those of its project.
    pub(super) fn settings_of(&mut self, uri: &Uri, path: &Path) -> FileSettings {
        let (settings, problem) = self.project.settings(path, &self.session(uri));
        self.report(problem);
        self.watch(&settings);
        settings
    }

    /// Has the client watch the source of a framework outside of its folders.
    fn watch(&mut self, settings: &FileSettings) {
        let source = settings.framework.choice.framework.source.as_ref().filter(|_| self.client.watches_elsewhere);
        let Some(folder) = source.map(|source| source.package.clone()) else { return };
        let is_inside = self.project.surroundings.workspace.iter().any(|inside| folder.starts_with(inside));
        if !is_inside && self.watched.insert(folder.clone()) {
            self.say(Message::Watch(folder));
        }
    }

    /// Tells the user what is wrong with settings: each thing once, and not before the client listens.
    fn report(&mut self, problems: impl IntoIterator<Item = Words>) {
        self.project.report(problems);
        if !self.listens {
            return;
        }
        let problems = self.project.take_problems();
        if !problems.is_empty() {
            let all = problems.into_iter().reduce(|first, next| message!("then", first, next));
            self.say(Message::Show(
                all.map(|all| format!("yolint: {}", self.language().say(&all))).unwrap_or_default(),
            ));
        }
    }

    /// The language of what belongs to no document.
    pub(super) fn language(&self) -> Language {
        self.project.language()
    }

    /// A document's name without directory and ending.
    pub(super) fn stem(&self, uri: &Uri) -> Option<String> {
        self.documents.get(uri).map(|document| document.stem().into_owned())
    }

    /// The document as a model file, and the encoding of columns; none if it isn't one.
    pub(super) fn file(&mut self, uri: &Uri) -> Option<(&ModelFile, Encoding)> {
        let file = self.documents.get_mut(uri)?.file()?;
        Some((file, self.client.encoding))
    }

    /// Adds a background task.
    pub(super) fn later(&mut self, later: Later) {
        self.later.push_back(later);
    }

    /// The next step of what isn't urgent; none if all is done.
    pub(super) fn next_step(&mut self) -> Option<Step> {
        if std::mem::take(&mut self.is_refresh_due) {
            return Some(("refresh", Box::new(|state| state.refresh())));
        }
        if let Some(uri) = self.find(|document| document.has_outdated()) {
            let forget = move |state: &mut State| {
                if let Some(document) = state.documents.get_mut(&uri) {
                    document.forget_outdated();
                }
            };
            return Some(("forget", Box::new(forget)));
        }
        if let Some(uri) = self.find(|document| document.owes_hints()) {
            return Some(("scales", Box::new(move |state| state.work_on_hints(&uri))));
        }
        if let Some(mut later) = self.later.pop_front() {
            let step = move |state: &mut State| {
                if !later(state) {
                    state.later.push_front(later);
                }
            };
            return Some(("later", Box::new(step)));
        }
        if !self.client.pulls_diagnostics
            && let Some(uri) = self.find(|document| document.unpublished)
        {
            return Some(("publish", Box::new(move |state| state.publish(uri))));
        }
        None
    }

    /// Forgets what documents are still looked at for; the next message about one brings it up again.
    pub(super) fn forget_steps(&mut self) {
        self.documents.values_mut().for_each(Document::forget_steps);
    }

    fn find(&self, wanted: impl Fn(&Document) -> bool) -> Option<Uri> {
        self.documents.iter().find(|(_, document)| wanted(document)).map(|(uri, _)| uri.clone())
    }

    /// Does a step of what a document is asked for, and says whether there was one.
    pub(super) fn work_ahead(&mut self, uri: &Uri) -> bool {
        self.file(uri).is_some_and(|(file, _)| file.work_ahead())
    }

    /// Hints of scales that weren't known yet: the client asks again for those that have changed.
    fn work_on_hints(&mut self, uri: &Uri) {
        let ClientCapabilities { refreshes_hints, lazy_tooltips, .. } = self.client;
        let Some(document) = self.documents.get_mut(uri) else { return };
        if document.settle_hints(!lazy_tooltips) && refreshes_hints {
            self.say(Message::Refresh { hints: true, lenses: false, diagnostics: false });
        }
    }

    /// Forgets the analyses of the documents that were used longest ago.
    pub(super) fn forget_analyses(&mut self) {
        let mut analysed: Vec<&mut Document> = self.documents.values_mut().filter(|d| d.is_analysed()).collect();
        if analysed.len() <= MAX_ANALYSED {
            return;
        }
        analysed.sort_by_key(|document| std::cmp::Reverse(document.looked_at));
        analysed.into_iter().skip(MAX_ANALYSED).for_each(Document::forget_analyses);
    }

    /// When errors of half-typed rows are due, at the earliest.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        self.documents.values().filter_map(|document| document.typed_at()).min().map(|at| at + TYPING_PAUSE)
    }

    /// Reports the errors of rows that nobody has typed in for a while.
    pub(super) fn wake(&mut self) {
        let is_due = |document: &Document| document.typed_at().is_some_and(|at| at.elapsed() >= TYPING_PAUSE);
        while let Some(uri) = self.find(is_due) {
            self.leave_row(&uri);
        }
    }

    /// Says that a person looks at a line of a document: a row that was typed elsewhere is left.
    pub(super) fn cursor_at(&mut self, uri: &Uri, line: u32) {
        self.look_at(uri, line);
        if self.documents.get(uri).is_some_and(|document| document.typed_line().is_some_and(|typed| typed != line)) {
            self.leave_row(uri);
        }
    }

    fn leave_row(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get_mut(uri) else { return };
        if document.leave_row() && self.client.refreshes_diagnostics {
            self.say(Message::Refresh { hints: false, lenses: false, diagnostics: true });
        }
    }

    /// Publishes the findings of a document, none of one that never was a model file.
    pub(super) fn publish(&mut self, uri: Uri) {
        if self.work_ahead(&uri) {
            return;
        }
        let Some(document) = self.documents.get_mut(&uri) else { return };
        document.unpublished = false;
        document.file();
        let is_python = document.is_python();
        if !document.is_model && !is_python && document.settings_file().is_none() {
            return;
        }
        if is_python {
            let (path, version) = (document.path().to_owned(), document.version);
            let diagnostics = self.shape_diagnostics(&uri);
            if self.shapes.publishes(&path, !diagnostics.is_empty()) {
                self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, diagnostics, Some(version))));
            }
            return;
        }
        if let Some((version, diagnostics)) = self.diagnostics(&uri) {
            self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, diagnostics, Some(version))));
        }
    }

    /// The version of a document and what is found in it; nothing in one that is no model file.
    pub(super) fn diagnostics(&mut self, uri: &Uri) -> Option<(i32, Vec<Diagnostic>)> {
        let document = self.documents.get_mut(uri)?;
        if document.is_python() {
            let version = document.version;
            return Some((version, self.shape_diagnostics(uri)));
        }
        let (version, typed) = (document.version, document.typed_line());
        if let Some(settings) = document.settings_file() {
            return Some((version, convert::settings_problems(&settings, self.language(), self.client.encoding)));
        }
        let diagnostics = document.file().map(|file| convert::diagnostics(file, uri, typed, &self.client));
        Some((version, diagnostics.unwrap_or_default()))
    }

    /// The versions of all documents and what is found in them.
    pub(super) fn all_diagnostics(&mut self) -> BTreeMap<Uri, (i32, Vec<Diagnostic>)> {
        let models = self.documents.iter().filter(|(_, document)| !document.is_python());
        let uris: Vec<Uri> = models.map(|(uri, _)| uri.clone()).collect();
        uris.into_iter().filter_map(|uri| self.diagnostics(&uri).map(|found| (uri, found))).collect()
    }

    /// Says that something panicked.
    pub(super) fn report_panic(&self) {
        self.say(Message::Log(self.language().say(&message!("internal-error"))));
    }

    /// Where other threads put what they have to say.
    pub(super) fn outbox(&self) -> Outbox {
        self.outbox.clone()
    }

    pub(super) fn say(&self, message: Message) {
        // Nobody listens any more when the server ends.
        let _ = self.outbox.send(message);
    }
}
