//! `yolint/status`: a one-line summary of a document for a client's status bar, and the choices for it.
//!
//! The parameters are `{ textDocument }`; the result is `null` if it isn't a model file.

use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::ls_types::TextDocumentIdentifier;

use crate::budget::{self, BudgetStatus};
use crate::cost::Convention;
use crate::ide::status::{self, IMAGE_SIZES};
use crate::server::state::State;

/// The method's name.
pub(super) const METHOD: &str = "yolint/status";

/// A document that something is asked of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentParams {
    pub(super) text_document: TextDocumentIdentifier,
}

/// The status of a document. Values have the form that the settings of these names have. Each budget that applies at
/// the active scale has its status, and `over` is that of the one that is exceeded most.
pub(super) fn status(state: &mut State, params: DocumentParams) -> Value {
    let uri = &params.text_document.uri;
    let Some(stem) = state.stem(uri) else { return Value::Null };
    let typed = state.documents.get(uri).and_then(|document| document.typed_line());
    let Some((file, _)) = state.file(uri) else { return Value::Null };
    let (status, active) = (status::status(file, &stem, typed), file.at_active_scale());
    let scale = |(letter, total): &(String, String)| json!({ "name": letter, "detail": total });
    let statuses = file.statuses(active);
    let budget = |standing: &BudgetStatus| {
        let over = standing.is_over();
        let message = standing.message().filter(|_| over == Some(true));
        json!({
            "title": file.say(&standing.title()),
            "over": over,
            "message": message.map(|message| file.say(&message)),
        })
    };
    let over = budget::critical(&statuses).into_iter().find(|standing| standing.is_over() == Some(true));
    let convention =
        |convention: &Convention| json!({ "name": convention.name(), "detail": file.say(convention.doc()) });
    json!({
        "total": status.total,
        "summary": status.summary,
        "sinceHead": status.since_head,
        "framework": status.framework,
        "errors": status.errors,
        "budgets": statuses.iter().map(budget).collect::<Vec<_>>(),
        "over": over.map(|over| file.say(&over.state())),
        "scale": active.scale,
        "scales": status.scales.iter().map(scale).collect::<Vec<_>>(),
        "imgsz": active.imgsz,
        "sizes": IMAGE_SIZES,
        "convention": active.convention.name(),
        "conventions": Convention::ALL.iter().map(convention).collect::<Vec<_>>(),
    })
}
