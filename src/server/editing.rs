//! Requests by which a client edits: code actions.

use std::collections::HashMap;

use tower_lsp::ls_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams,
    CodeActionProviderCapability, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};

use super::convert;
use super::state::State;
use crate::ide::ModelFile;
use crate::ide::actions::{self, Kind};
use crate::text::{Encoding, Span};

/// What a client can do with what it is offered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Abilities {
    /// Whether code actions may be edits; a client that can't is offered none.
    code_actions: bool,
    /// Whether edits may name the version that they are for.
    versions: bool,
}

impl Abilities {
    /// Of a client with these capabilities.
    pub(super) fn of(capabilities: &ClientCapabilities) -> Abilities {
        let document = capabilities.text_document.as_ref();
        let action = document.and_then(|d| d.code_action.as_ref());
        let edit = capabilities.workspace.as_ref().and_then(|w| w.workspace_edit.as_ref());
        Abilities {
            code_actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
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
        let (encoding, abilities, with_related) = (self.encoding, self.editing, self.with_related);
        if !abilities.code_actions {
            return None;
        }
        let uri = &params.text_document.uri;
        let document = self.documents.get_mut(uri)?;
        let version = document.version;
        let file = document.file(&self.settings)?;
        let offered = actions::actions(file, convert::span(file, params.range, encoding));
        let actions = offered.into_iter().filter_map(|action| {
            let kind = kind(action.kind);
            if !is_wanted(params.context.only.as_deref(), &kind) {
                return None;
            }
            let finding = action.finding.and_then(|i| file.findings.get(i));
            let diagnostic = |finding| convert::diagnostic(file, uri, finding, with_related, encoding);
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
