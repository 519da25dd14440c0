//! The network as a Mermaid flowchart, which many hosts render in Markdown.

use std::fmt::Write as _;

use super::Graph;
use crate::words::message;

/// Writes the graph at its active scale.
pub fn mermaid(graph: &Graph) -> String {
    let scale = graph.active_scale();
    let mut text = format!("---\ntitle: {}\n---\nflowchart TB\n", quoted(&graph.title(scale)));
    let [height, width] = scale.imgsz;
    let image = graph.language.say(&message!("image"));
    let _ = writeln!(text, "  image([\"{image}<br>{height}×{width}\"])");
    for (section, rows) in graph.sections() {
        let _ = writeln!(text, "  subgraph {section}");
        for row in rows {
            let module = entities(&graph.nodes[row].module);
            let _ = writeln!(text, "    r{row}[\"{row} {module}<br>{}\"]", entities(&scale.label(row)));
        }
        text.push_str("  end\n");
    }
    for edge in &graph.edges {
        let source = edge.from.map_or("image".to_owned(), |row| format!("r{row}"));
        let shape = edge.from.and_then(|row| scale.rows[row].output.as_deref());
        let label = shape.map(|shape| format!("|\"{}\"|", entities(shape))).unwrap_or_default();
        let _ = writeln!(text, "  {source} -->{label} r{}", edge.to);
    }
    text
}

/// Escapes characters that would end a quoted label.
fn entities(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => escaped.push_str("#35;"),
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '`' => escaped.push_str("#96;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Quotes a YAML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['\\', '"'], "'").replace(char::is_control, " "))
}
