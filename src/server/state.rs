//! All that the server knows, and what it does with each message.

use std::collections::BTreeMap;

use tower_lsp::ls_types::{
    ClientCapabilities, CodeLensOptions, DidChangeTextDocumentParams, DocumentLinkOptions, ExecuteCommandOptions,
    InitializeParams, InitializeResult, InlayHint, InlayHintOptions, InlayHintParams, InlayHintServerCapabilities,
    OneOf, PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentItem, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri, WorkDoneProgressOptions,
};

use super::convert::Tooltip;
use super::documents::Document;
use super::outbox::{Message, Outbox};
use super::session::{self, Session};
use super::{convert, settings};
use crate::analysis::Options;
use crate::ide::ModelFile;
use crate::ide::hints::{self, Hint, Parts};
use crate::text::Encoding;

/// What the main loop owns.
pub(super) struct State {
    outbox: Outbox,
    documents: BTreeMap<Uri, Document>,
    /// What was switched for files, open or not.
    sessions: BTreeMap<Uri, Session>,
    settings: Options,
    /// What is wrong with the settings; said once the client listens.
    problems: Vec<String>,
    encoding: Encoding,
    with_related: bool,
    /// What the client can show, as far as requests that only read depend on it.
    pub(super) client: Client,
}

/// What a client can show.
#[derive(Default)]
pub(super) struct Client {
    /// Definitions with the range of the name that leads to them.
    pub(super) definition_links: bool,
    /// Symbols that hold symbols.
    pub(super) nested_symbols: bool,
    /// Hints whose tooltips come later.
    lazy_tooltips: bool,
    /// Hints anew when it is told to.
    refreshes_hints: bool,
    /// Lenses anew when it is told to.
    refreshes_lenses: bool,
}

impl Client {
    fn new(capabilities: &ClientCapabilities) -> Client {
        let document = capabilities.text_document.as_ref();
        let symbols = document.and_then(|d| d.document_symbol.as_ref());
        let resolve = document.and_then(|d| d.inlay_hint.as_ref()?.resolve_support.as_ref());
        let workspace = capabilities.workspace.as_ref();
        Client {
            definition_links: document.and_then(|d| d.definition.as_ref()?.link_support).unwrap_or(false),
            lazy_tooltips: resolve.is_some_and(|resolve| resolve.properties.iter().any(|name| name == "tooltip")),
            refreshes_hints: workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support).unwrap_or(false),
            refreshes_lenses: workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support).unwrap_or(false),
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
            settings: Options::default(),
            problems: Vec::new(),
            encoding: Encoding::Utf16,
            with_related: false,
            client: Client::default(),
        }
    }

    pub(super) fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        let general = params.capabilities.general.as_ref();
        self.encoding = convert::choose_encoding(general.and_then(|g| g.position_encodings.as_deref()));
        let document = params.capabilities.text_document.as_ref();
        let publish = document.and_then(|d| d.publish_diagnostics.as_ref());
        self.with_related = publish.and_then(|p| p.related_information).unwrap_or(false);
        self.client = Client::new(&params.capabilities);
        (self.settings, self.problems) = settings::read(params.initialization_options.as_ref());
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(convert::encoding(self.encoding)),
                text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    ..TextDocumentSyncOptions::default()
                })),
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
        if !self.problems.is_empty() {
            let problems = std::mem::take(&mut self.problems).join("; ");
            self.say(Message::Show(format!("yolint: {problems}")));
        }
    }

    pub(super) fn did_open(&mut self, item: TextDocumentItem) {
        let mut document = Document::new(&item);
        document.set_session(self.session(&item.uri));
        // Looked at right away: what is opened as a model file is one, however soon it is edited.
        document.file(&self.settings);
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
        if self.documents.remove(&uri).is_some_and(|document| document.is_model) {
            self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, Vec::new(), None)));
        }
    }

    /// The hints of a range. Where the client can ask for tooltips later, each says what that will be about.
    pub(super) fn inlay_hints(&mut self, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
        let uri = &params.text_document.uri;
        let document = self.documents.get_mut(uri)?;
        let version = document.version;
        let file = document.file(&self.settings)?;
        let hints = hints::hints(file, convert::span(file, params.range, self.encoding), Parts::default());
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
            hints::tooltip(document.file(&self.settings)?, &subject)
        });
        hint.tooltip = tooltip.map(convert::tooltip);
        hint
    }

    /// The model file that a document is, and the encoding of columns; none where it isn't one.
    pub(super) fn file(&mut self, uri: &Uri) -> Option<(&ModelFile, Encoding)> {
        let file = self.documents.get_mut(uri)?.file(&self.settings)?;
        Some((file, self.encoding))
    }

    /// A document's name without directory and ending.
    pub(super) fn stem(&self, uri: &Uri) -> Option<String> {
        self.documents.get(uri).map(|document| document.stem.clone())
    }

    /// What was switched for a file.
    pub(super) fn session(&self, uri: &Uri) -> Session {
        self.sessions.get(uri).cloned().unwrap_or_default()
    }

    /// Sets what is switched for a file, and has the client ask anew for what depends on it.
    pub(super) fn set_session(&mut self, uri: Uri, session: Session) {
        if let Some(document) = self.documents.get_mut(&uri) {
            document.set_session(session.clone());
        }
        self.sessions.insert(uri, session);
        if self.client.refreshes_hints {
            self.say(Message::RefreshHints);
        }
        if self.client.refreshes_lenses {
            self.say(Message::RefreshLenses);
        }
    }

    /// A document whose findings aren't published.
    pub(super) fn next_unpublished(&self) -> Option<Uri> {
        self.documents.iter().find(|(_, document)| document.unpublished).map(|(uri, _)| uri.clone())
    }

    /// Publishes the findings of a document, none of one that is no model file.
    pub(super) fn publish(&mut self, uri: Uri) {
        let Some(document) = self.documents.get_mut(&uri) else { return };
        document.unpublished = false;
        let version = document.version;
        let Some(file) = document.file(&self.settings) else { return };
        let diagnostic = |finding| convert::diagnostic(file, &uri, finding, self.with_related, self.encoding);
        let diagnostics = file.findings.iter().map(diagnostic).collect();
        self.say(Message::Diagnostics(PublishDiagnosticsParams::new(uri, diagnostics, Some(version))));
    }

    /// Says that something panicked.
    pub(super) fn report_panic(&self) {
        self.say(Message::Log("an internal error was caught; its place is on the server's stderr".to_owned()));
    }

    fn say(&self, message: Message) {
        // Nobody listens any more when the server ends.
        let _ = self.outbox.send(message);
    }
}
