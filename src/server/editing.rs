//! Requests by which a client edits: code actions, completion, signature help.

use std::collections::HashMap;

use tower_lsp::ls_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams,
    CodeActionProviderCapability, CompletionItem, CompletionItemKind, CompletionOptions, CompletionParams,
    CompletionResponse, CompletionTextEdit, DocumentChanges, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, OneOf, OptionalVersionedTextDocumentIdentifier, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpOptions, SignatureHelpParams, SignatureInformation, TextDocumentEdit, TextDocumentPositionParams,
    TextEdit, Uri, WorkspaceEdit,
};

use super::convert;
use super::state::State;
use crate::ide::ModelFile;
use crate::ide::actions::{self, Kind};
use crate::ide::completion::{self, completions};
use crate::ide::signature::signature;
use crate::text::{Encoding, Span};

/// What a client can do with what it is offered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Abilities {
    /// Whether code actions may be edits; a client that can't is offered none.
    code_actions: bool,
    /// Whether edits may name the version that they are for.
    versions: bool,
    /// Whether completions may be snippets.
    snippets: bool,
}

impl Abilities {
    /// Of a client with these capabilities.
    pub(super) fn of(capabilities: &ClientCapabilities) -> Abilities {
        let document = capabilities.text_document.as_ref();
        let action = document.and_then(|d| d.code_action.as_ref());
        let edit = capabilities.workspace.as_ref().and_then(|w| w.workspace_edit.as_ref());
        Abilities {
            code_actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            snippets: document
                .and_then(|d| d.completion.as_ref()?.completion_item.as_ref()?.snippet_support)
                .unwrap_or(false),
            versions: edit.and_then(|edit| edit.document_changes).unwrap_or(false),
        }
    }

    /// What the server says of its code actions.
    pub(super) fn code_action_provider(self) -> Option<CodeActionProviderCapability> {
        let kinds = [Kind::QuickFix, Kind::Rewrite, Kind::Move, Kind::Source].map(kind);
        let options = CodeActionOptions { code_action_kinds: Some(kinds.into()), ..CodeActionOptions::default() };
        self.code_actions.then_some(CodeActionProviderCapability::Options(options))
    }
}

/// What the server says of its completions.
pub(super) fn completion_provider() -> CompletionOptions {
    let triggers = ["[", ",", " ", "-", "."].map(str::to_owned);
    CompletionOptions { trigger_characters: Some(triggers.into()), ..CompletionOptions::default() }
}

/// What the server says of its signature help.
pub(super) fn signature_help_provider() -> SignatureHelpOptions {
    let triggers = ["[", ","].map(str::to_owned);
    SignatureHelpOptions { trigger_characters: Some(triggers.into()), ..SignatureHelpOptions::default() }
}

fn kind(kind: Kind) -> CodeActionKind {
    match kind {
        Kind::QuickFix => CodeActionKind::QUICKFIX,
        Kind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        Kind::Move => CodeActionKind::from("refactor.move"),
        Kind::Source => CodeActionKind::from("source.refreshComments"),
    }
}

/// Whether a client that wants only `wanted` kinds wants `kind`: `refactor` stands for `refactor.move` too.
fn is_wanted(wanted: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let covers = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    wanted.is_none_or(|wanted| wanted.iter().any(covers))
}

impl State {
    pub(super) fn code_actions(&mut self, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
        let (encoding, abilities, shows) = (self.encoding, self.editing, self.shows);
        if !abilities.code_actions {
            return None;
        }
        let uri = &params.text_document.uri;
        let document = self.documents.get_mut(uri)?;
        let version = document.version;
        document.file()?;
        let file = document.known_file()?;
        let range = convert::span(file, params.range, encoding);
        let renumbering = document.tracker().and_then(|tracker| tracker.action(file, range));
        // What was typed says it better than what can be guessed.
        let known = renumbering.as_ref().map(|action| action.edits.clone());
        let others = actions::actions(file, range).into_iter().filter(|action| known.as_ref() != Some(&action.edits));
        let offered = renumbering.into_iter().chain(others);
        let actions = offered.into_iter().filter_map(|action| {
            let kind = kind(action.kind);
            if !is_wanted(params.context.only.as_deref(), &kind) {
                return None;
            }
            let finding = action.finding.and_then(|i| file.findings.get(i));
            let diagnostic = |finding| convert::diagnostic(file, uri, finding, shows, encoding);
            Some(CodeActionOrCommand::CodeAction(CodeAction {
                title: action.title,
                kind: Some(kind),
                diagnostics: finding.map(|finding| vec![diagnostic(finding)]),
                edit: Some(workspace_edit(uri, version, text_edits(file, &action.edits, encoding), abilities)),
                is_preferred: action.is_safe.then_some(true),
                ..CodeAction::default()
            }))
        });
        Some(actions.collect())
    }

    pub(super) fn completions(&mut self, params: &CompletionParams) -> Option<CompletionResponse> {
        let (encoding, snippets) = (self.encoding, self.editing.snippets);
        let (file, offset) = self.file_at(&params.text_document_position)?;
        let found = completions(file, offset)?;
        let range = convert::range(file, found.span, encoding);
        let item = |(rank, item): (usize, completion::Item)| {
            let snippet = item.snippet.filter(|_| snippets);
            let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
            let text = snippet.unwrap_or_else(|| item.label.clone());
            CompletionItem {
                kind: Some(match item.kind {
                    completion::Kind::Module => CompletionItemKind::CLASS,
                    completion::Kind::Row => CompletionItemKind::REFERENCE,
                    completion::Kind::Value => CompletionItemKind::VALUE,
                    completion::Kind::Key => CompletionItemKind::PROPERTY,
                }),
                detail: Some(item.detail),
                documentation: (!item.doc.is_empty()).then(|| markdown(item.doc)),
                sort_text: Some(format!("{rank:05}")),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
                insert_text_format: Some(format),
                label: item.label,
                ..CompletionItem::default()
            }
        };
        Some(CompletionResponse::Array(found.items.into_iter().enumerate().map(item).collect()))
    }

    pub(super) fn signature_help(&mut self, params: &SignatureHelpParams) -> Option<SignatureHelp> {
        let (file, offset) = self.file_at(&params.text_document_position_params)?;
        let found = signature(file, offset)?;
        // Labels are ASCII: a byte is a code unit.
        let parameter = |&(start, end): &(u32, u32)| ParameterInformation {
            label: ParameterLabel::LabelOffsets([start, end]),
            documentation: None,
        };
        let active = found.active.map(|active| active as u32);
        let signature = SignatureInformation {
            parameters: Some(found.params.iter().map(parameter).collect()),
            label: found.label,
            documentation: Some(markdown(found.doc)),
            active_parameter: active,
        };
        Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active })
    }

    /// The model file and the offset that a request is about.
    fn file_at(&mut self, at: &TextDocumentPositionParams) -> Option<(&ModelFile, u32)> {
        let file = self.documents.get_mut(&at.text_document.uri)?.file()?;
        let place = tower_lsp::ls_types::Range::new(at.position, at.position);
        let offset = convert::span(file, place, self.encoding).start;
        Some((file, offset))
    }
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

fn text_edits(file: &ModelFile, edits: &[(Span, String)], encoding: Encoding) -> Vec<TextEdit> {
    edits.iter().map(|(span, new)| TextEdit::new(convert::range(file, *span, encoding), new.clone())).collect()
}

fn workspace_edit(uri: &Uri, version: i32, edits: Vec<TextEdit>, abilities: Abilities) -> WorkspaceEdit {
    if !abilities.versions {
        return WorkspaceEdit::new(HashMap::from([(uri.clone(), edits)]));
    }
    let text_document = OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version: Some(version) };
    let edit = TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() };
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(vec![edit])), ..WorkspaceEdit::default() }
}
