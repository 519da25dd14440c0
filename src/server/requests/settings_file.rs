//! A settings file that is open: what its keys mean, and what can be written there.

use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionResponse, CompletionTextEdit, Documentation, Hover, HoverContents,
    MarkupContent, MarkupKind, TextDocumentPositionParams, TextEdit,
};

use crate::config::{SettingsFile, typing};
use crate::server::convert;
use crate::server::state::State;

/// The settings file and the offset that a request is about.
fn file_at(state: &State, at: &TextDocumentPositionParams) -> Option<(SettingsFile, u32)> {
    let file = state.documents.get(&at.text_document.uri)?.settings_file()?;
    let offset = convert::offset_in(&file.source, at.position, state.client.encoding);
    Some((file, offset))
}

/// The meaning of a key; none outside of settings files.
pub(super) fn hover(state: &State, at: &TextDocumentPositionParams) -> Option<Hover> {
    let (file, offset) = file_at(state, at)?;
    let (span, value) = typing::hover(&file, offset, state.language())?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(convert::range_in(&file.source, span, state.client.encoding)),
    })
}

/// Keys and values; none in what is no settings file.
pub(super) fn completions(state: &State, at: &TextDocumentPositionParams) -> Option<CompletionResponse> {
    let (file, offset) = file_at(state, at)?;
    let (span, proposals) = typing::proposals(&file.source.text, offset, state.language());
    let range = convert::range_in(&file.source, span, state.client.encoding);
    let item = |proposal: typing::Proposal| CompletionItem {
        kind: Some(CompletionItemKind::PROPERTY),
        documentation: (!proposal.about.is_empty()).then_some(Documentation::String(proposal.about)),
        label: proposal.text.trim_end_matches(": ").to_owned(),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, proposal.text))),
        ..CompletionItem::default()
    };
    Some(CompletionResponse::Array(proposals.into_iter().map(item).collect()))
}
