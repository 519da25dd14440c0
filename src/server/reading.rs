//! Requests that only read a model file: hover, wiring, symbols, ranges, links.

use serde_json::json;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, CallHierarchyPrepareParams,
    DocumentHighlight, DocumentHighlightKind, DocumentLink, DocumentLinkParams, DocumentSymbol, DocumentSymbolParams,
    DocumentSymbolResponse, FoldingRange, FoldingRangeKind, FoldingRangeParams, GotoDefinitionResponse, Hover,
    HoverContents, LinkedEditingRanges, Location, LocationLink, MarkupContent, MarkupKind, Range, ReferenceParams,
    SelectionRange, SelectionRangeParams, SymbolInformation, SymbolKind, TextDocumentPositionParams, Uri,
};

use super::convert;
use super::state::State;
use crate::ide::calls::{self, Wire};
use crate::ide::symbols::{self, Symbol};
use crate::ide::{ModelFile, document_links, hover, ranges, wiring};
use crate::text::Encoding;

pub(super) fn hover(state: &mut State, params: &TextDocumentPositionParams) -> Option<Hover> {
    let (file, encoding) = state.file(&params.text_document.uri)?;
    let hover = hover::hover(file, convert::offset(file, params.position, encoding))?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: hover.markdown }),
        range: Some(convert::range(file, hover.span, encoding)),
    })
}

/// A link where the client knows links, otherwise a location.
pub(super) fn definition(state: &mut State, params: TextDocumentPositionParams) -> Option<GotoDefinitionResponse> {
    let with_links = state.client.definition_links;
    let uri = params.text_document.uri;
    let (file, encoding) = state.file(&uri)?;
    let definition = wiring::definition(file, convert::offset(file, params.position, encoding))?;
    let range = |span| convert::range(file, span, encoding);
    if !with_links {
        return Some(GotoDefinitionResponse::Scalar(Location::new(uri, range(definition.focus))));
    }
    Some(GotoDefinitionResponse::Link(vec![LocationLink {
        origin_selection_range: Some(range(definition.origin)),
        target_range: range(definition.target),
        target_selection_range: range(definition.focus),
        target_uri: uri,
    }]))
}

pub(super) fn references(state: &mut State, params: ReferenceParams) -> Option<Vec<Location>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position;
    let (file, encoding) = state.file(&text_document.uri)?;
    let offset = convert::offset(file, position, encoding);
    let spans = wiring::references(file, offset, params.context.include_declaration);
    let location = |span| Location::new(text_document.uri.clone(), convert::range(file, span, encoding));
    Some(spans.into_iter().map(location).collect())
}

pub(super) fn linked(state: &mut State, params: &TextDocumentPositionParams) -> Option<LinkedEditingRanges> {
    let (file, encoding) = state.file(&params.text_document.uri)?;
    let spans = wiring::linked(file, convert::offset(file, params.position, encoding))?;
    let ranges = spans.into_iter().map(|span| convert::range(file, span, encoding)).collect();
    // What a name may be made of: an argument that is one word.
    Some(LinkedEditingRanges { ranges, word_pattern: Some("[A-Za-z_][A-Za-z0-9_]*".to_owned()) })
}

pub(super) fn highlights(state: &mut State, params: &TextDocumentPositionParams) -> Option<Vec<DocumentHighlight>> {
    let (file, encoding) = state.file(&params.text_document.uri)?;
    let highlights = wiring::highlights(file, convert::offset(file, params.position, encoding));
    let highlight = |place: wiring::Highlight| DocumentHighlight {
        range: convert::range(file, place.span, encoding),
        kind: Some(if place.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
    };
    Some(highlights.into_iter().map(highlight).collect())
}

/// A tree where the client knows trees, otherwise a list.
pub(super) fn symbols(state: &mut State, params: DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let nested = state.client.nested_symbols;
    let uri = params.text_document.uri;
    let (file, encoding) = state.file(&uri)?;
    let symbols = symbols::symbols(file);
    if nested {
        let symbols = symbols.into_iter().map(|symbol| document_symbol(file, symbol, encoding)).collect();
        return Some(DocumentSymbolResponse::Nested(symbols));
    }
    let mut flat = Vec::new();
    for symbol in &symbols {
        flat.push(symbol_information(file, &uri, symbol, None, encoding));
        let children = symbol.children.iter();
        flat.extend(children.map(|child| symbol_information(file, &uri, child, Some(symbol.name.clone()), encoding)));
    }
    Some(DocumentSymbolResponse::Flat(flat))
}

#[expect(deprecated, reason = "the struct can't be made without its deprecated field")]
fn document_symbol(file: &ModelFile, symbol: Symbol, encoding: Encoding) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> =
        symbol.children.into_iter().map(|child| document_symbol(file, child, encoding)).collect();
    DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: convert::range(file, symbol.span, encoding),
        selection_range: convert::range(file, symbol.focus, encoding),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the struct can't be made without its deprecated field")]
fn symbol_information(
    file: &ModelFile,
    uri: &Uri,
    symbol: &Symbol,
    container_name: Option<String>,
    encoding: Encoding,
) -> SymbolInformation {
    SymbolInformation {
        name: symbol.name.clone(),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        location: Location::new(uri.clone(), convert::range(file, symbol.span, encoding)),
        container_name,
    }
}

fn symbol_kind(kind: symbols::SymbolKind) -> SymbolKind {
    match kind {
        symbols::SymbolKind::Key => SymbolKind::PROPERTY,
        symbols::SymbolKind::Scale => SymbolKind::ENUM_MEMBER,
        symbols::SymbolKind::Section => SymbolKind::MODULE,
        symbols::SymbolKind::Row => SymbolKind::FUNCTION,
    }
}

pub(super) fn prepare_calls(state: &mut State, params: CallHierarchyPrepareParams) -> Option<Vec<CallHierarchyItem>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let (file, encoding) = state.file(&text_document.uri)?;
    let (index, row) = calls::row_at(file, convert::offset(file, position, encoding))?;
    Some(vec![call_item(file, &text_document.uri, index, row, encoding)])
}

pub(super) fn incoming_calls(state: &mut State, item: &CallHierarchyItem) -> Option<Vec<CallHierarchyIncomingCall>> {
    let calls = wires(state, item, calls::readers)?;
    Some(calls.into_iter().map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges }).collect())
}

pub(super) fn outgoing_calls(state: &mut State, item: &CallHierarchyItem) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let calls = wires(state, item, calls::sources)?;
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
        kind: symbol_kind(row.kind),
        name: row.name,
        tags: None,
        detail: Some(row.detail),
        uri: uri.clone(),
        range: convert::range(file, row.span, encoding),
        selection_range: convert::range(file, row.focus, encoding),
        data: Some(json!(index)),
    }
}

pub(super) fn folds(state: &mut State, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let fold = |fold: ranges::Fold| FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: fold.is_comment.then_some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    };
    Some(ranges::folds(file).into_iter().map(fold).collect())
}

/// One chain of ranges for each position.
pub(super) fn selections(state: &mut State, params: &SelectionRangeParams) -> Option<Vec<SelectionRange>> {
    let (file, encoding) = state.file(&params.text_document.uri)?;
    let chain = |position| {
        let spans = ranges::selections(file, convert::offset(file, position, encoding));
        let outermost_first = spans.into_iter().rev();
        outermost_first.fold(None, |parent: Option<SelectionRange>, span| {
            Some(SelectionRange { range: convert::range(file, span, encoding), parent: parent.map(Box::new) })
        })
    };
    Some(params.positions.iter().map(|&position| chain(position).unwrap_or_default()).collect())
}

pub(super) fn links(state: &mut State, params: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let (file, encoding) = state.file(&params.text_document.uri)?;
    let link = |link: document_links::DocumentLink| {
        let target = Some(link.url.parse().ok()?);
        Some(DocumentLink { range: convert::range(file, link.span, encoding), target, tooltip: None, data: None })
    };
    Some(document_links::document_links(file).into_iter().filter_map(link).collect())
}
