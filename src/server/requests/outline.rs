//! The structure of a file: symbols, folds, selections.

use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, FoldingRangeParams,
    Location, SelectionRange, SelectionRangeParams, SymbolInformation, Uri,
};

use crate::ide::symbols::{self, Symbol};
use crate::ide::{ModelFile, ranges};
use crate::server::convert;
use crate::server::state::State;
use crate::text::Encoding;

/// A tree if the client supports trees, otherwise a list.
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
        kind: convert::symbol_kind(symbol.kind),
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
        kind: convert::symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        location: Location::new(uri.clone(), convert::range(file, symbol.span, encoding)),
        container_name,
    }
}

pub(super) fn folds(state: &mut State, params: FoldingRangeParams) -> Option<Vec<FoldingRange>> {
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
pub(super) fn selections(state: &mut State, params: SelectionRangeParams) -> Option<Vec<SelectionRange>> {
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
