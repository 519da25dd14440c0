//! The network in DOT, for Graphviz.

use std::fmt::Write as _;

use super::Graph;
use crate::words::message;

/// Writes the graph at its active scale.
pub fn dot(graph: &Graph) -> String {
    let scale = graph.active_scale();
    let mut text = format!(
        "digraph {} {{\n  label={}; labelloc=t;\n  node [shape=box, style=rounded];\n",
        quoted(&graph.name),
        quoted(&graph.title(scale))
    );
    let [height, width] = scale.imgsz;
    let image = graph.language.say(&message!("image"));
    let _ = writeln!(text, "  image [label={}];", quoted(&format!("{image}\n{height}×{width}")));
    for (section, rows) in graph.sections() {
        let _ =
            writeln!(text, "  subgraph {} {{\n    label={};", quoted(&format!("cluster_{section}")), quoted(section));
        for row in rows {
            let label = format!("{row} {}\n{}", graph.nodes[row].module, scale.label(row));
            let _ = writeln!(text, "    r{row} [label={}];", quoted(&label));
        }
        text.push_str("  }\n");
    }
    for edge in &graph.edges {
        let source = edge.from.map_or("image".to_owned(), |row| format!("r{row}"));
        let shape = edge.from.and_then(|row| scale.rows[row].output.as_deref());
        let label = shape.map(|shape| format!(" [label={}]", quoted(shape))).unwrap_or_default();
        let _ = writeln!(text, "  {source} -> r{}{label};", edge.to);
    }
    text.push_str("}\n");
    text
}

/// Quotes a string for DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
