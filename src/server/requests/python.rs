//! Answers for Python files: lenses above classes that rows use, the rows that use a class, and shapes for the row in
//! focus. Other Python files get empty answers.

use serde_json::json;
use tower_lsp::ls_types::{
    CodeLens, Command, Hover, HoverContents, Location, MarkupContent, MarkupKind, Position, Range, Uri,
};

use crate::ide::source::{self, UsedClass};
use crate::server::capabilities::SHAPES;
use crate::server::state::State;
use crate::server::{convert, shapes};
use crate::text::LineColumn;
use crate::words::message;

/// A lens above each class that rows of open documents use; none for what is no file of Python.
pub(super) fn lenses(state: &mut State, uri: &Uri) -> Option<Vec<CodeLens>> {
    let source = state.documents.get(uri)?.python_source()?;
    let (encoding, shown) = (state.client.encoding, state.shapes.shown_row().cloned());
    let mut lenses = Vec::new();
    for model in readers(state) {
        let Some((file, _)) = state.file(&model) else { continue };
        for UsedClass { place, rows, title } in source::used_classes(file, &source.path) {
            let start = convert::range_in(&place.file, place.span, encoding).start;
            let place = Position::new(start.line, 0);
            let current = shown.as_ref().filter(|(uri, row)| *uri == model && rows.contains(row)).map(|(_, row)| *row);
            // A click goes through the rows, and behind the last one ends it.
            let next = current.and_then(|row| rows.iter().copied().find(|&other| other > row));
            let (title, row) = match (current, next) {
                (None, _) => (title, rows[0]),
                (Some(row), next) => {
                    (state.language().say(&message!("shapes-of-row", row, title)), next.unwrap_or(row))
                }
            };
            lenses.push(CodeLens {
                range: Range::new(place, place),
                command: Some(Command {
                    title,
                    command: SHAPES.to_owned(),
                    arguments: Some(vec![json!(model), json!(row)]),
                }),
                data: None,
            });
        }
    }
    Some(lenses)
}

/// The rows of open documents that use the class at a place; none for what is no file of Python.
pub(super) fn references(state: &mut State, uri: &Uri, position: Position) -> Option<Vec<Location>> {
    let source = state.documents.get(uri)?.python_source()?;
    let encoding = state.client.encoding;
    let place = LineColumn { line: position.line, column: position.character };
    let offset = source.lines.offset(&source.text, place, encoding);
    let mut found = Vec::new();
    for model in readers(state) {
        let Some((file, _)) = state.file(&model) else { continue };
        let spans = source::rows_of_class(file, &source.path, offset);
        found.extend(spans.into_iter().map(|span| Location::new(model.clone(), convert::range(file, span, encoding))));
    }
    Some(found)
}

/// The values that a line made for the row in focus.
pub(super) fn hover(state: &mut State, uri: &Uri, position: Position) -> Option<Hover> {
    let (focus, source) = state.focus(uri)?;
    let (model, _) = state.shapes.shown_row()?;
    let value = shapes::said_of_line(&focus, &source, position.line, model)?;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(Hover { contents, range: None })
}

/// The open documents that are read with a framework's source, which may include the Python file.
fn readers(state: &State) -> Vec<Uri> {
    let documents = state.documents.iter().filter(|(_, document)| document.has_source());
    documents.map(|(uri, _)| uri.clone()).collect()
}
