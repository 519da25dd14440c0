//! `yolint/graph`: a document as a picture of its network, for a client that has room to show one.
//!
//! The parameters are `{ textDocument }`; the result is `null` for what is no model file.

use serde_json::{Value, json};

use super::status::DocumentParams;
use crate::graph::{self, Metric, json, svg};
use crate::ide::ModelFile;
use crate::server::state::State;

/// The method's name.
pub(super) const METHOD: &str = "yolint/graph";

/// The picture of a document at the active scale. Rows are in the order of the file: `rows` has the first and last line
/// of each, counted from 0, and `heat` the rank of its operations among those of the others, from 0 for none to 1 for
/// the most; `null` if that isn't known.
pub(super) fn graph(state: &mut State, params: DocumentParams) -> Value {
    let uri = &params.text_document.uri;
    let Some(stem) = state.stem(uri) else { return Value::Null };
    let Some((file, _)) = state.file(uri) else { return Value::Null };
    let graph = graph::graph(&stem, file, std::slice::from_ref(file.at_active_scale()), 0).in_language(file.language());
    let active = graph.active_scale();
    json!({
        "title": graph.title(active),
        "svg": svg::svg(&graph, Metric::Ops),
        "data": json::json(&graph),
        "rows": lines(file),
        "heat": (0..graph.nodes.len()).map(|row| active.rank(row, Metric::Ops)).collect::<Vec<_>>(),
    })
}

fn lines(file: &ModelFile) -> Vec<[u32; 2]> {
    let line = |offset: u32| file.lines().line(offset);
    file.model.rows.iter().map(|row| [line(row.span.start), line(row.span.end)]).collect()
}
