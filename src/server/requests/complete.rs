//! Completion and signature help.

use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, ParameterInformation,
    ParameterLabel, SignatureHelp, SignatureHelpParams, SignatureInformation, TextDocumentPositionParams, TextEdit,
};

use super::settings_file;
use crate::ide::scaffold::{self, Scaffold};
use crate::ide::{ModelFile, completion, signature};
use crate::server::convert;
use crate::server::state::State;

pub(super) fn completions(state: &mut State, params: CompletionParams) -> Option<CompletionResponse> {
    if let Some(found) = settings_file::completions(state, &params.text_document_position) {
        return Some(found);
    }
    let client = state.client;
    if let Some(found) = scaffolds(state, &params.text_document_position) {
        return Some(found);
    }
    let (file, offset) = file_at(state, &params.text_document_position)?;
    let found = completion::completions(file, offset)?;
    let range = convert::range(file, found.span, client.encoding);
    let item = |(rank, item): (usize, completion::Item)| {
        let snippet = item.snippet.filter(|_| client.snippets);
        let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
        let text = snippet.unwrap_or_else(|| item.label.clone());
        CompletionItem {
            label_details: client.label_details.then(|| label_details(&item.label, item.kind, &item.detail)),
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

/// The text beside the label of an item in the list: a module's parameters, or a row's output.
fn label_details(label: &str, kind: completion::Kind, detail: &str) -> CompletionItemLabelDetails {
    let parameters = detail.strip_prefix(label).filter(|_| kind == completion::Kind::Module);
    let description = parameters.is_none().then(|| detail.to_owned());
    CompletionItemLabelDetails { detail: parameters.map(str::to_owned), description }
}

/// Models to start from, in a file that is empty yet.
fn scaffolds(state: &State, at: &TextDocumentPositionParams) -> Option<CompletionResponse> {
    let client = state.client;
    let document = state.documents.get(&at.text_document.uri).filter(|document| !document.is_python())?;
    let source = document.source();
    let offset = convert::offset_in(&source, at.position, client.encoding);
    let range = convert::range_in(&source, scaffold::start(&source.text, offset)?, client.encoding);
    let language = state.language();
    let item = |scaffold: Scaffold| {
        let about = language.say(&scaffold.about);
        let (classes, format) = match client.snippets {
            true => ("${1:80}", InsertTextFormat::SNIPPET),
            false => ("80", InsertTextFormat::PLAIN_TEXT),
        };
        let description = client.label_details.then(|| about.clone());
        CompletionItem {
            label: scaffold.name.to_owned(),
            label_details: description
                .map(|about| CompletionItemLabelDetails { detail: None, description: Some(about) }),
            kind: Some(CompletionItemKind::FILE),
            detail: Some(about),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, scaffold.with_classes(classes)))),
            insert_text_format: Some(format),
            ..CompletionItem::default()
        }
    };
    Some(CompletionResponse::Array(Scaffold::ALL.map(item).into()))
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
