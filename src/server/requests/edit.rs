//! What helps to edit: code actions, completion, signature help.

use tower_lsp::ls_types::{
    CodeAction, CodeActionOrCommand, CodeActionParams, CompletionItem, CompletionItemKind, CompletionParams,
    CompletionResponse, CompletionTextEdit, DocumentChanges, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, OneOf, OptionalVersionedTextDocumentIdentifier, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation, TextDocumentEdit, TextDocumentPositionParams, TextEdit, Uri,
    WorkspaceEdit,
};

use super::{register, settings_file};
use crate::ide::{ModelFile, actions, completion, signature};
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
    state.cursor_at(uri, params.range.start.line);
    let document = state.documents.get_mut(uri)?;
    if document.python().is_some() {
        return register::actions(state, &params);
    }
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

pub(super) fn completions(state: &mut State, params: CompletionParams) -> Option<CompletionResponse> {
    if let Some(found) = settings_file::completions(state, &params.text_document_position) {
        return Some(found);
    }
    let client = state.client;
    let (file, offset) = file_at(state, &params.text_document_position)?;
    let found = completion::completions(file, offset)?;
    let range = convert::range(file, found.span, client.encoding);
    let item = |(rank, item): (usize, completion::Item)| {
        let snippet = item.snippet.filter(|_| client.snippets);
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

pub(super) fn signature(state: &mut State, params: SignatureHelpParams) -> Option<SignatureHelp> {
    let (file, offset) = file_at(state, &params.text_document_position_params)?;
    let found = signature::signature(file, offset)?;
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
fn file_at<'a>(state: &'a mut State, at: &TextDocumentPositionParams) -> Option<(&'a ModelFile, u32)> {
    let (file, encoding) = state.file(&at.text_document.uri)?;
    Some((file, convert::offset(file, at.position, encoding)))
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
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
