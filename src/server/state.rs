//! All that the server knows, and what it does with each message.

use std::collections::BTreeMap;

use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, InitializeParams, InitializeResult, InlayHint, InlayHintParams, OneOf,
    PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentItem, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
};

use super::documents::Document;
use super::outbox::{Message, Outbox};
use super::{convert, editing, settings};
use crate::analysis::Options;
use crate::ide::hints;
use crate::text::Encoding;

/// What the main loop owns.
pub(super) struct State {
    outbox: Outbox,
    pub(super) documents: BTreeMap<Uri, Document>,
    pub(super) settings: Options,
    /// What is wrong with the settings; said once the client listens.
    problems: Vec<String>,
    pub(super) encoding: Encoding,
    pub(super) with_related: bool,
    /// What the client can do with code actions and completions.
    pub(super) editing: editing::Abilities,
}

impl State {
    /// Before a client is known.
    pub(super) fn new(outbox: Outbox) -> State {
        State {
            outbox,
            documents: BTreeMap::new(),
            settings: Options::default(),
            problems: Vec::new(),
            encoding: Encoding::Utf16,
            with_related: false,
            editing: editing::Abilities::default(),
        }
    }

    pub(super) fn initialize(&mut self, params: &InitializeParams) -> InitializeResult {
        let general = params.capabilities.general.as_ref();
        self.encoding = convert::choose_encoding(general.and_then(|g| g.position_encodings.as_deref()));
        let document = params.capabilities.text_document.as_ref();
        let publish = document.and_then(|d| d.publish_diagnostics.as_ref());
        self.with_related = publish.and_then(|p| p.related_information).unwrap_or(false);
        self.editing = editing::Abilities::of(&params.capabilities);
        (self.settings, self.problems) = settings::read(params.initialization_options.as_ref());
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(convert::encoding(self.encoding)),
                text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    ..TextDocumentSyncOptions::default()
                })),
                inlay_hint_provider: Some(OneOf::Left(true)),
                code_action_provider: self.editing.code_action_provider(),
                completion_provider: Some(editing::completion_provider()),
                signature_help_provider: Some(editing::signature_help_provider()),
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

    pub(super) fn inlay_hints(&mut self, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
        let document = self.documents.get_mut(&params.text_document.uri)?;
        let file = document.file(&self.settings)?;
        let hints = hints::hints(file, convert::span(file, params.range, self.encoding));
        Some(hints.into_iter().map(|hint| convert::inlay_hint(file, hint, self.encoding)).collect())
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
