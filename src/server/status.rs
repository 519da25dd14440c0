//! `yolint/status`: what a document comes to in a word, for a client that has a status bar, and what can be chosen for it.
//!
//! The parameters are `{ textDocument }`; the result is `null` for what is no model file.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::ls_types::TextDocumentIdentifier;

use super::state::State;
use crate::cost::Convention;
use crate::ide::status;

/// The method's name.
pub(super) const METHOD: &str = "yolint/status";

/// What it is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusParams {
    text_document: TextDocumentIdentifier,
}

/// The status of a document. Values are as the settings of these names have them.
pub(super) fn status(state: &mut State, params: &StatusParams) -> Value {
    let uri = &params.text_document.uri;
    let Some(stem) = state.stem(uri) else { return Value::Null };
    let Some((file, _)) = state.file(uri) else { return Value::Null };
    let (status, shown) = (status::status(file, &stem), file.shown());
    let scale = |(letter, total): &(String, String)| json!({ "name": letter, "detail": total });
    let convention = |convention: &Convention| json!({ "name": convention.name(), "detail": convention.doc() });
    json!({
        "total": status.total,
        "summary": status.summary,
        "errors": status.errors,
        "scale": shown.scale.letter(),
        "scales": status.scales.iter().map(scale).collect::<Vec<_>>(),
        "imgsz": shown.imgsz,
        "convention": shown.convention.name(),
        "conventions": Convention::ALL.iter().map(convention).collect::<Vec<_>>(),
    })
}
