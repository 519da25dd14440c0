//! Code actions.

use tower_lsp::ls_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::register;
use crate::ide::{ModelFile, actions};
use crate::server::capabilities::{self, ClientCapabilities};
use crate::server::convert;
use crate::server::state::State;
use crate::text::{FileEdits, Span};

pub(super) fn actions(state: &mut State, params: CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let client = state.client;
    if !client.code_actions {
        return None;
    }
    let uri = &params.text_document.uri;
    if state.documents.get(uri)?.is_python() {
        return register::actions(state, uri, params.range.start.line, params.context.only.as_deref());
    }
    state.cursor_at(uri, params.range.start.line);
    let document = state.documents.get_mut(uri)?;
    let version = document.version;
    let file = document.file()?;
    let range = convert::span(file, params.range, client.encoding);
    let actions = actions::actions(file, range).into_iter().filter_map(|action| {
        let kind = capabilities::code_action_kind(action.kind);
        if !capabilities::is_wanted(params.context.only.as_deref(), &kind) {
            return None;
        }
        let finding = action.finding.and_then(|i| file.findings().get(i));
        let diagnostic = |finding| convert::diagnostic(file, uri, finding, &client);
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: action.title,
            kind: Some(kind),
            diagnostics: finding.map(|finding| vec![diagnostic(finding)]),
            edit: Some(workspace_edit(file, (uri, version), &action.edits, &action.files, &client)),
            is_preferred: action.is_safe.then_some(true),
            ..CodeAction::default()
        }))
    });
    Some(actions.collect())
}

/// The edits of a document and of other files, which may be open too.
fn workspace_edit(
    file: &ModelFile,
    (uri, version): (&Uri, i32),
    edits: &[(Span, String)],
    files: &[FileEdits],
    client: &ClientCapabilities,
) -> WorkspaceEdit {
    let mut all = vec![(uri.clone(), Some(version), convert::text_edits(&file.source, edits, client.encoding))];
    for other in files {
        let Some(uri) = Uri::from_file_path(&other.file.path) else { continue };
        all.push((uri, None, convert::text_edits(&other.file, &other.edits, client.encoding)));
    }
    all.retain(|(.., edits)| !edits.is_empty());
    if !client.versioned_edits {
        return WorkspaceEdit::new(all.into_iter().map(|(uri, _, edits)| (uri, edits)).collect());
    }
    let document = |(uri, version, edits): (Uri, Option<i32>, Vec<TextEdit>)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    let documents = all.into_iter().map(document).collect();
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(documents)), ..WorkspaceEdit::default() }
}
