//! All that the server knows, and what it does with each message.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tower_lsp::ls_types::{
    ClientCapabilities, CodeLensOptions, Diagnostic, DiagnosticOptions, DiagnosticServerCapabilities,
    DidChangeTextDocumentParams, DocumentLinkOptions, ExecuteCommandOptions, InitializeParams, InitializeResult,
    InlayHint, InlayHintOptions, InlayHintParams, InlayHintServerCapabilities, LinkedEditingRangeServerCapabilities,
    OneOf, PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentItem, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri, WorkDoneProgressOptions, WorkspaceFolder,
    WorkspaceFoldersChangeEvent, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use super::convert::{Shows, Tooltip};
use super::documents::Document;
use super::outbox::{Message, Outbox};
use super::{convert, editing, session, settings};
use crate::budget::{Baselines, Budgets};
use crate::config::{self, Config};
use crate::ide::ModelFile;
use crate::ide::hints::{self, Hint};
use crate::text::Encoding;

/// What the main loop owns.
pub(super) struct State {
    outbox: Outbox,
    pub(super) documents: BTreeMap<Uri, Document>,
    /// What was switched for files, open or not; it wins over all settings.
    sessions: BTreeMap<Uri, Config>,
    /// What the client said first.
    first_settings: Config,
    /// The editor's settings; they win over those of `.yolint.yaml`.
    pub(super) settings: Config,
    /// What is wrong with settings; said once the client listens.
    problems: Vec<String>,
    /// What was said of that: each thing is said once.
    told: BTreeSet<String>,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    pub(super) encoding: Encoding,
    /// What of a diagnostic is shown.
    pub(super) shows: Shows,
    listens: bool,
    /// What the client can show, as far as requests that only read depend on it.
    pub(super) client: Client,
    /// What it can do with code actions and completions.
    pub(super) editing: editing::Abilities,
}

/// What a client can show.
#[derive(Default)]
pub(super) struct Client {
    /// Definitions with the range of the name that leads to them.
    pub(super) definition_links: bool,
    /// Symbols that hold symbols.
    pub(super) nested_symbols: bool,
    /// It asks for diagnostics, also when it is told to: none are pushed. A client that only asks after an edit (Neovim
    /// 0.11) would go on showing what was found before settings or the scale changed.
    pulls_diagnostics: bool,
    /// It can be asked for settings.
    has_settings: bool,
    /// It can be asked to tell when its settings change.
    tells_settings: bool,
    /// It can be asked to watch files.
    watches_files: bool,
    /// It can be asked to ask for hints anew.
    refreshes_hints: bool,
    /// It can be asked to ask for lenses anew.
    refreshes_lenses: bool,
    /// It asks for tooltips of hints later.
    lazy_tooltips: bool,
    /// It can be asked to ask for diagnostics anew.
    refreshes_diagnostics: bool,
}

impl Client {
    fn new(capabilities: &ClientCapabilities) -> Client {
        let document = capabilities.text_document.as_ref();
        let symbols = document.and_then(|d| d.document_symbol.as_ref());
        let resolve = document.and_then(|d| d.inlay_hint.as_ref()?.resolve_support.as_ref());
        let workspace = capabilities.workspace.as_ref();
        let can = |ability: Option<bool>| ability.unwrap_or(false);
        let refreshes_diagnostics = can(workspace.and_then(|w| w.diagnostics.as_ref()?.refresh_support));
        Client {
            pulls_diagnostics: refreshes_diagnostics && document.is_some_and(|d| d.diagnostic.is_some()),
            has_settings: can(workspace.and_then(|w| w.configuration)),
            tells_settings: can(workspace.and_then(|w| w.did_change_configuration?.dynamic_registration)),
            watches_files: can(workspace.and_then(|w| w.did_change_watched_files?.dynamic_registration)),
            refreshes_hints: can(workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support)),
            refreshes_lenses: can(workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support)),
            lazy_tooltips: resolve.is_some_and(|resolve| resolve.properties.iter().any(|name| name == "tooltip")),
            refreshes_diagnostics,
            definition_links: document.and_then(|d| d.definition.as_ref()?.link_support).unwrap_or(false),
            nested_symbols: symbols.and_then(|s| s.hierarchical_document_symbol_support).unwrap_or(false),
        }
    }
}

impl State {
    /// Before a client is known.
    pub(super) fn new(outbox: Outbox) -> State {
        State {
            outbox,
            documents: BTreeMap::new(),
            sessions: BTreeMap::new(),
            first_settings: Config::default(),
            settings: Config::default(),
            problems: Vec::new(),
            told: BTreeSet::new(),
            folders: Vec::new(),
            encoding: Encoding::Utf16,
            shows: Shows::default(),
            listens: false,
            client: Client::default(),
            editing: editing::Abilities::default(),
        }
    }

    pub(super) fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        let general = params.capabilities.general.as_ref();
        self.encoding = convert::choose_encoding(general.and_then(|g| g.position_encodings.as_deref()));
        self.editing = editing::Abilities::of(&params.capabilities);
        self.client = Client::new(&params.capabilities);
        self.shows = shows(&params.capabilities, self.client.pulls_diagnostics);
        self.folders = folders(params);
        let (settings, problems) = config::read(params.initialization_options.as_ref().unwrap_or(&Value::Null));
        self.first_settings = settings.clone();
        self.settings = settings;
        self.complain(problems);
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(convert::encoding(self.encoding)),
                text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    ..TextDocumentSyncOptions::default()
                })),
                diagnostic_provider: self.client.pulls_diagnostics.then(diagnostic_provider),
                workspace: Some(WorkspaceServerCapabilities {
                    workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                        supported: Some(true),
                        change_notifications: Some(OneOf::Left(true)),
                    }),
                    ..WorkspaceServerCapabilities::default()
                }),
                code_action_provider: self.editing.code_action_provider(),
                completion_provider: Some(editing::completion_provider()),
                signature_help_provider: Some(editing::signature_help_provider()),
                inlay_hint_provider: Some(OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
                    resolve_provider: Some(true),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                }))),
                code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
                execute_command_provider: Some(ExecuteCommandOptions {
                    commands: session::COMMANDS.map(str::to_owned).to_vec(),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                }),
                hover_provider: Some(true.into()),
                definition_provider: Some(OneOf::Left(true)),
                references_provider: Some(OneOf::Left(true)),
                document_highlight_provider: Some(OneOf::Left(true)),
                linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
                workspace_symbol_provider: Some(OneOf::Left(true)),
                document_symbol_provider: Some(OneOf::Left(true)),
                call_hierarchy_provider: Some(true.into()),
                folding_range_provider: Some(true.into()),
                selection_range_provider: Some(true.into()),
                document_link_provider: Some(DocumentLinkOptions {
                    resolve_provider: Some(false),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                }),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "yolint".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        }
    }

    pub(super) fn initialized(&mut self) {
        self.listens = true;
        self.complain(Vec::new());
        let (settings, files) = (self.client.tells_settings, self.client.watches_files);
        if settings || files {
            self.say(Message::Register { settings, files });
        }
        if self.client.has_settings {
            self.say(Message::PullSettings);
        }
    }

    /// Settings that the client was asked for; nothing where it has none.
    pub(super) fn configure(&mut self, settings: &Value) {
        let (settings, problems) = config::read(settings);
        self.complain(problems);
        self.settings = settings.or(&self.first_settings);
        self.reconfigure();
    }

    pub(super) fn did_change_configuration(&mut self, settings: &Value) {
        match settings::section(settings) {
            _ if self.client.has_settings => self.say(Message::PullSettings),
            Some(section) => self.configure(section),
            // What changed isn't known, so everything is looked at.
            None => self.reconfigure(),
        }
    }

    pub(super) fn did_change_workspace_folders(&mut self, event: &WorkspaceFoldersChangeEvent) {
        let path = |folder: &WorkspaceFolder| folder.uri.to_file_path().map(Cow::into_owned);
        let removed: Vec<PathBuf> = event.removed.iter().filter_map(path).collect();
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(event.added.iter().filter_map(path));
        self.reconfigure();
    }

    pub(super) fn did_save(&mut self, uri: &Uri) {
        self.files_changed(std::iter::once(uri));
    }

    /// Looks at all documents afresh, with the settings that count now.
    pub(super) fn reconfigure(&mut self) {
        let uris: Vec<Uri> = self.documents.keys().cloned().collect();
        let mut baselines = Baselines::default();
        for uri in uris {
            self.reconfigure_document(&uri, &mut baselines);
        }
        self.refresh();
    }

    fn reconfigure_document(&mut self, uri: &Uri, baselines: &mut Baselines) {
        let Some(path) = self.documents.get(uri).map(|document| document.path().to_owned()) else { return };
        let config = self.config_of(uri, &path);
        let budgets = self.budgets_of(&config, &path, baselines);
        if let Some(document) = self.documents.get_mut(uri) {
            document.configure(config, budgets);
        }
    }

    /// What a file may cost whose settings are known.
    fn budgets_of(&mut self, config: &Config, path: &Path, baselines: &mut Baselines) -> Budgets {
        let (budgets, problems) = settings::budgets(config, path, baselines);
        self.complain(problems);
        budgets
    }

    /// Looks afresh at what depends on files that have changed on the disk: settings, and baselines of open documents.
    pub(super) fn files_changed<'a>(&mut self, mut uris: impl Iterator<Item = &'a Uri>) {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let named = self.documents.values().filter_map(|document| document.budgets.baseline_path.as_deref());
        let baselines: BTreeSet<PathBuf> = named.map(real).collect();
        let counts = |uri: &Uri| {
            uri.path().as_str().ends_with(config::FILE_NAME)
                || uri.to_file_path().is_some_and(|path| baselines.contains(&real(&path)))
        };
        if uris.any(counts) {
            self.reconfigure();
        }
    }

    /// Has the client ask again for what it shows of documents.
    fn refresh(&self) {
        let hints = self.client.refreshes_hints;
        let lenses = self.client.refreshes_lenses;
        let diagnostics = self.client.refreshes_diagnostics;
        if hints || lenses || diagnostics {
            self.say(Message::Refresh { hints, lenses, diagnostics });
        }
    }

    /// What was switched for a file.
    pub(super) fn session(&self, uri: &Uri) -> Config {
        self.sessions.get(uri).cloned().unwrap_or_default()
    }

    /// Sets what is switched for an open document.
    pub(super) fn set_session(&mut self, uri: Uri, session: Config) {
        if !self.documents.contains_key(&uri) {
            return;
        }
        self.sessions.insert(uri.clone(), session);
        self.reconfigure_document(&uri, &mut Baselines::default());
        self.refresh();
    }

    /// The settings that count for a file: what was switched for it, then the editor's, then those of its project.
    fn config_of(&mut self, uri: &Uri, path: &Path) -> Config {
        let (project, problems) = settings::of_project(path);
        self.complain(problems);
        let folder = self.folders.iter().filter(|folder| path.starts_with(folder)).max_by_key(|f| f.as_os_str().len());
        let editor = self.settings.clone().in_folder(folder.map_or(Path::new(""), PathBuf::as_path));
        self.session(uri).or(&editor.or(&project))
    }

    /// Tells the user what is wrong with settings: each thing once, and not before the client listens.
    fn complain(&mut self, problems: Vec<String>) {
        self.problems.extend(problems.into_iter().filter(|problem| self.told.insert(problem.clone())));
        if self.listens && !self.problems.is_empty() {
            let problems = std::mem::take(&mut self.problems).join("; ");
            self.say(Message::Show(format!("yolint: {problems}")));
        }
    }

    pub(super) fn did_open(&mut self, item: TextDocumentItem) {
        let path = item.uri.to_file_path().map(Cow::into_owned).unwrap_or_default();
        let config = self.config_of(&item.uri, &path);
        let budgets = self.budgets_of(&config, &path, &mut Baselines::default());
        let mut document = Document::new(&item, config, budgets);
        // Looked at right away: what is opened as a model file is one, however soon it is edited.
        document.file();
        self.documents.insert(item.uri, document);
    }

    pub(super) fn did_change(&mut self, params: &DidChangeTextDocumentParams) {
        let Some(document) = self.documents.get_mut(&params.text_document.uri) else { return };
        for change in &params.content_changes {
            document.change(change, self.encoding);
        }
        document.version = params.text_document.version;
    }

    pub(super) fn did_close(&mut self, uri: Uri) {
        let was_model = self.documents.remove(&uri).is_some_and(|document| document.is_model);
        if was_model && !self.client.pulls_diagnostics {
            self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, Vec::new(), None)));
        }
    }

    /// The hints of a range. Where the client can ask for tooltips later, each says what that will be about.
    pub(super) fn inlay_hints(&mut self, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
        let uri = &params.text_document.uri;
        let document = self.documents.get_mut(uri)?;
        let version = document.version;
        let (parts, off) = (document.config.parts(), document.config.hints.as_ref().is_some_and(Vec::is_empty));
        let file = document.file().filter(|_| !off)?;
        let hints = hints::hints(file, convert::span(file, params.range, self.encoding), parts);
        let hint = |hint: Hint| {
            let tooltip = match self.client.lazy_tooltips {
                true => Tooltip::Later(uri, version),
                false => Tooltip::Now,
            };
            convert::inlay_hint(file, hint, tooltip, self.encoding)
        };
        Some(hints.into_iter().map(hint).collect())
    }

    /// A hint with its tooltip, unless the text has changed since.
    pub(super) fn resolve_hint(&mut self, mut hint: InlayHint) -> InlayHint {
        let tooltip = hint.data.as_ref().and_then(|data| {
            let (uri, version, subject) = convert::hint_data(data)?;
            let document = self.documents.get_mut(&uri).filter(|document| document.version == version)?;
            hints::tooltip(document.file()?, &subject)
        });
        hint.tooltip = tooltip.map(convert::tooltip);
        hint
    }

    /// A document's name without directory and ending.
    pub(super) fn stem(&self, uri: &Uri) -> Option<String> {
        self.documents.get(uri).map(|document| document.stem().into_owned())
    }

    /// The model file that a document is, and the encoding of columns; none where it isn't one.
    pub(super) fn file(&mut self, uri: &Uri) -> Option<(&ModelFile, Encoding)> {
        let file = self.documents.get_mut(uri)?.file()?;
        Some((file, self.encoding))
    }

    /// A document whose findings are to be published and aren't.
    pub(super) fn next_unpublished(&self) -> Option<Uri> {
        let mut documents = self.documents.iter().filter(|_| !self.client.pulls_diagnostics);
        documents.find(|(_, document)| document.unpublished).map(|(uri, _)| uri.clone())
    }

    /// Publishes the findings of a document, none of one that never was a model file.
    pub(super) fn publish(&mut self, uri: Uri) {
        let Some(document) = self.documents.get_mut(&uri) else { return };
        document.unpublished = false;
        document.file();
        if !document.is_model {
            return;
        }
        if let Some((version, diagnostics)) = self.diagnostics(&uri) {
            self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, diagnostics, Some(version))));
        }
    }

    /// The version of a document and what is found in it; nothing in one that is no model file.
    pub(super) fn diagnostics(&mut self, uri: &Uri) -> Option<(i32, Vec<Diagnostic>)> {
        let document = self.documents.get_mut(uri)?;
        let (version, shows, encoding) = (document.version, self.shows, self.encoding);
        let diagnostics = document.file().map(|file| convert::diagnostics(file, uri, shows, encoding));
        Some((version, diagnostics.unwrap_or_default()))
    }

    /// The versions of all documents and what is found in them.
    pub(super) fn all_diagnostics(&mut self) -> BTreeMap<Uri, (i32, Vec<Diagnostic>)> {
        let uris: Vec<Uri> = self.documents.keys().cloned().collect();
        uris.into_iter().filter_map(|uri| self.diagnostics(&uri).map(|found| (uri, found))).collect()
    }

    /// Says that something panicked.
    pub(super) fn report_panic(&self) {
        self.say(Message::Log("an internal error occurred; see the server's stderr for its location".to_owned()));
    }

    fn say(&self, message: Message) {
        // Nobody listens any more when the server ends.
        let _ = self.outbox.send(message);
    }
}

fn diagnostic_provider() -> DiagnosticServerCapabilities {
    DiagnosticServerCapabilities::Options(DiagnosticOptions {
        identifier: Some("yolint".to_owned()),
        inter_file_dependencies: false,
        workspace_diagnostics: true,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    })
}

/// What a client can show of diagnostics. One that pulls them may say so with that ability, or with the older one.
fn shows(capabilities: &ClientCapabilities, pulls: bool) -> Shows {
    let document = capabilities.text_document.as_ref();
    let pull = document.and_then(|d| d.diagnostic.as_ref()).filter(|_| pulls);
    let push = document.and_then(|d| d.publish_diagnostics.as_ref());
    let either = |a: Option<bool>, b: Option<bool>| a.or(b).unwrap_or(false);
    Shows {
        related: either(pull.and_then(|p| p.related_information), push.and_then(|p| p.related_information)),
        unnecessary: pull.is_some_and(|p| p.tag_support.is_some()) || push.is_some_and(|p| p.tag_support.is_some()),
        links: either(pull.and_then(|p| p.code_description_support), push.and_then(|p| p.code_description_support)),
    }
}

/// The folders that a client opens; older ones name a single root.
#[allow(deprecated, reason = "older clients name a root and no folders")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let path = |uri: &Uri| uri.to_file_path().map(Cow::into_owned);
    match &params.workspace_folders {
        Some(folders) => folders.iter().filter_map(|folder| path(&folder.uri)).collect(),
        None => params.root_uri.iter().filter_map(path).collect(),
    }
}
