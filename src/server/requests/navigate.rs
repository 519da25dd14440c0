//! From a place to what it means: hover, wiring, links.

use serde_json::json;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, DocumentHighlight, DocumentHighlightKind,
    DocumentHighlightParams, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams,
    LinkedEditingRangeParams, LinkedEditingRanges, Location, LocationLink, MarkupContent, MarkupKind, Range,
    ReferenceParams, TextDocumentPositionParams, Uri,
};

use super::{python, settings_file};
use crate::ide::calls::{self, Wire};
use crate::ide::symbols::Symbol;
use crate::ide::{ModelFile, hover, source, wiring};
use crate::server::convert;
use crate::server::state::State;
use crate::text::Encoding;

pub(super) fn hover(state: &mut State, params: HoverParams) -> Option<Hover> {
    if let Some(hover) = settings_file::hover(state, &params.text_document_position_params) {
        return Some(hover);
    }
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    if state.documents.get(&text_document.uri)?.is_python() {
        return python::hover(state, &text_document.uri, position);
    }
    state.look_at(&text_document.uri, position.line);
    let (file, encoding) = state.file(&text_document.uri)?;
    let hover = hover::hover(file, convert::offset(file, position, encoding))?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: hover.markdown }),
        range: Some(convert::range(file, hover.span, encoding)),
    })
}

/// A link if the client supports links, otherwise a location.
pub(super) fn definition(state: &mut State, params: GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let with_links = state.client.definition_links;
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let (file, encoding) = state.file(&text_document.uri)?;
    let offset = convert::offset(file, position, encoding);
    let range = |span| convert::range(file, span, encoding);
    if let Some(source::SourceDefinition { origin, place }) = source::definition(file, offset) {
        let target_uri = Uri::from_file_path(&place.file.path)?;
        let target = convert::range_in(&place.file, place.span, encoding);
        if !with_links {
            return Some(GotoDefinitionResponse::Scalar(Location::new(target_uri, target)));
        }
        return Some(GotoDefinitionResponse::Link(vec![LocationLink {
            origin_selection_range: Some(range(origin)),
            target_range: target,
            target_selection_range: target,
            target_uri,
        }]));
    }
    let definition = wiring::definition(file, offset)?;
    if !with_links {
        return Some(GotoDefinitionResponse::Scalar(Location::new(text_document.uri, range(definition.focus))));
    }
    Some(GotoDefinitionResponse::Link(vec![LocationLink {
        origin_selection_range: Some(range(definition.origin)),
        target_range: range(definition.target),
        target_selection_range: range(definition.focus),
        target_uri: text_document.uri,
    }]))
}

pub(super) fn references(state: &mut State, params: ReferenceParams) -> Option<Vec<Location>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position;
    if let Some(rows) = python::references(state, &text_document.uri, position) {
        return Some(rows);
    }
    let (file, encoding) = state.file(&text_document.uri)?;
    let offset = convert::offset(file, position, encoding);
    let spans = wiring::references(file, offset, params.context.include_declaration);
    let location = |span| Location::new(text_document.uri.clone(), convert::range(file, span, encoding));
    Some(spans.into_iter().map(location).collect())
}

pub(super) fn linked(state: &mut State, params: LinkedEditingRangeParams) -> Option<LinkedEditingRanges> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let (file, encoding) = state.file(&text_document.uri)?;
    let spans = wiring::linked(file, convert::offset(file, position, encoding))?;
    let ranges = spans.into_iter().map(|span| convert::range(file, span, encoding)).collect();
    // What a name may be made of: an argument that is one word.
    Some(LinkedEditingRanges { ranges, word_pattern: Some("[A-Za-z_][A-Za-z0-9_]*".to_owned()) })
}

pub(super) fn highlights(state: &mut State, params: DocumentHighlightParams) -> Option<Vec<DocumentHighlight>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    state.cursor_at(&text_document.uri, position.line);
    let (file, encoding) = state.file(&text_document.uri)?;
    let highlights = wiring::highlights(file, convert::offset(file, position, encoding));
    let highlight = |place: wiring::Highlight| DocumentHighlight {
        range: convert::range(file, place.span, encoding),
        kind: Some(if place.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
    };
    Some(highlights.into_iter().map(highlight).collect())
}

pub(super) fn prepare_calls(state: &mut State, params: CallHierarchyPrepareParams) -> Option<Vec<CallHierarchyItem>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let (file, encoding) = state.file(&text_document.uri)?;
    let (index, row) = calls::row_at(file, convert::offset(file, position, encoding))?;
    Some(vec![call_item(file, &text_document.uri, index, row, encoding)])
}

pub(super) fn incoming_calls(
    state: &mut State,
    params: CallHierarchyIncomingCallsParams,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let calls = wires(state, &params.item, calls::readers)?;
    Some(calls.into_iter().map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges }).collect())
}

pub(super) fn outgoing_calls(
    state: &mut State,
    params: CallHierarchyOutgoingCallsParams,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let calls = wires(state, &params.item, calls::sources)?;
    Some(calls.into_iter().map(|(to, from_ranges)| CallHierarchyOutgoingCall { to, from_ranges }).collect())
}

/// The rows at the other ends of the wires of an item, with the ranges of the entries that name them.
fn wires(
    state: &mut State,
    item: &CallHierarchyItem,
    find: fn(&ModelFile, usize) -> Vec<Wire>,
) -> Option<Vec<(CallHierarchyItem, Vec<Range>)>> {
    let (file, encoding) = state.file(&item.uri)?;
    let index = item.data.as_ref()?.as_u64()? as usize;
    let wire = |wire: Wire| {
        let ranges = wire.entries.iter().map(|&span| convert::range(file, span, encoding)).collect();
        (call_item(file, &item.uri, wire.index, wire.row, encoding), ranges)
    };
    Some(find(file, index).into_iter().map(wire).collect())
}

fn call_item(file: &ModelFile, uri: &Uri, index: usize, row: Symbol, encoding: Encoding) -> CallHierarchyItem {
    CallHierarchyItem {
        kind: convert::symbol_kind(row.kind),
        name: row.name,
        tags: None,
        detail: Some(row.detail),
        uri: uri.clone(),
        range: convert::range(file, row.span, encoding),
        selection_range: convert::range(file, row.focus, encoding),
        data: Some(json!(index)),
    }
}
