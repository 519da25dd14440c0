//! Inlay hints and code lenses.

use serde_json::json;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, InlayHint, InlayHintParams, Range};

use super::python;
use crate::ide::hints::{self, Hint};
use crate::ide::lens::{self, Lens};
use crate::server::convert::Tooltip;
use crate::server::state::State;
use crate::server::{capabilities, convert, shapes};

/// The hints of a range. Where the client can ask for tooltips later, each says what that will be about.
pub(super) fn hints(state: &mut State, params: InlayHintParams) -> Option<Vec<InlayHint>> {
    let client = state.client;
    let uri = &params.text_document.uri;
    if state.documents.get(uri)?.is_python() {
        // An answer of none would leave in Neovim what was there before.
        let Some((focus, source)) = state.focus(uri) else { return Some(Vec::new()) };
        return Some(shapes::hints(&focus, &source, params.range, client.encoding));
    }
    let document = state.documents.get_mut(uri)?;
    let version = document.version;
    let (parts, off) = (document.config().parts(), document.config().hints.as_ref().is_some_and(Vec::is_empty));
    // The labels of other scales stay as they were until these are analysed.
    let labels = document.outdated_labels(client.refreshes_hints).cloned();
    let file = document.file().filter(|_| !off)?;
    let hints = hints::hints_with(file, convert::span(file, params.range, client.encoding), parts, labels.as_ref());
    document.remember_labels(&hints);
    let file = document.file()?;
    let hint = |hint: Hint| {
        let tooltip = match client.lazy_tooltips {
            true => Tooltip::Later(uri, version),
            false => Tooltip::Now,
        };
        convert::inlay_hint(file, hint, tooltip, client.encoding)
    };
    Some(hints.into_iter().map(hint).collect())
}

/// A hint with its tooltip, unless the text has changed since.
pub(super) fn resolve_hint(state: &mut State, mut hint: InlayHint) -> InlayHint {
    let tooltip = hint.data.as_ref().and_then(|data| {
        let (uri, version, subject) = convert::hint_data(data)?;
        let document = state.documents.get_mut(&uri).filter(|document| document.version == version)?;
        hints::tooltip(document.file()?, &subject)
    });
    hint.tooltip = tooltip.map(convert::tooltip);
    hint
}

pub(super) fn lenses(state: &mut State, params: CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    if let Some(lenses) = python::lenses(state, uri) {
        return Some(lenses);
    }
    state.ask_head(uri);
    state.ask_base(uri);
    let stem = state.stem(uri)?;
    let (file, encoding) = state.file(uri)?;
    let lens = |lens: Lens| {
        let place = convert::position(file, lens.offset, encoding);
        // A command without a name is how a lens says something and does nothing.
        let command = lens.switches.map(capabilities::command).unwrap_or_default();
        let arguments = lens.switches.map(|_| vec![json!(uri)]);
        CodeLens {
            range: Range::new(place, place),
            command: Some(Command { title: lens.title, command, arguments }),
            data: None,
        }
    };
    Some(lens::lenses(file, &stem).into_iter().map(lens).collect())
}
