//! The network as JSON, version 1: the data behind the pictures. Fields may be added, never renamed.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Graph, Metric, Scale};

/// `{"version", "name", "shown", "nodes": [{"row", "section", "line", "module", "args"}], "edges": [{"from", "to",
/// "input"}], "scales": [{"scale", "imgsz", "convention", "unit", "title", "standing", "layers", "params", "ops", "rows":
/// [{"repeats", "args", "output", "params", "ops", "weights", "activations", "traffic", "written": {"params", "ops", "weights",
/// "activations", "traffic"}, "label", "problem"}]}]}`; `from` is null for the image, `standing` where there are no budgets, figures
/// where they aren't known; `ops` are in `unit`, and `written` has figures as people read them.
pub fn json(graph: &Graph) -> Json {
    let nodes = graph.nodes.iter().enumerate().map(|(row, node)| {
        json!({
            "row": row,
            "section": node.section,
            "line": node.line,
            "module": node.module,
            "args": node.args,
        })
    });
    let edges = graph.edges.iter().map(|edge| json!({ "from": edge.from, "to": edge.to, "input": edge.input }));
    json!({
        "version": 1,
        "name": graph.name,
        "shown": graph.active,
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "scales": graph.scales.iter().map(|one| scale(graph, one)).collect::<Vec<_>>(),
    })
}

fn scale(graph: &Graph, scale: &Scale) -> Json {
    let rows = scale.rows.iter().enumerate().map(|(row, figures)| {
        let value = |metric| scale.value(row, metric).and_then(|n| u64::try_from(n).ok());
        json!({
            "repeats": figures.repeats,
            "args": figures.args,
            "output": figures.output,
            "params": value(Metric::Params),
            "ops": value(Metric::Ops),
            "weights": value(Metric::Weights),
            "activations": value(Metric::Activations),
            "traffic": value(Metric::Traffic),
            "written": Metric::ALL.iter().map(|&metric| (metric.name(), scale.written(row, metric))).collect::<BTreeMap<_, _>>(),
            "label": scale.label(row),
            "problem": figures.problem.as_ref().map(|problem| graph.language.say(problem)),
        })
    });
    json!({
        "scale": scale.letter,
        "imgsz": scale.imgsz,
        "convention": scale.convention.name(),
        "unit": scale.convention.unit().to_string(),
        "title": graph.title(scale),
        "standing": scale.standing.as_ref().map(|standing| graph.language.say(standing)),
        "layers": scale.layers,
        "params": scale.params,
        "ops": scale.ops.and_then(|n| u64::try_from(n).ok()),
        "rows": rows.collect::<Vec<_>>(),
    })
}
