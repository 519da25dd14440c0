//! Trees as text a person can read.

use std::fmt::Write;
use yolint::internals::syntax::{Node, NodeKind, Tree, Value, parse};
use yolint::internals::text::{LineIndex, Span};

/// The model texts of these tests.
pub(crate) const MODELS: [&str; 5] = [
    include_str!("models/block.yaml"),
    include_str!("models/flow.yaml"),
    include_str!("models/nested.yaml"),
    include_str!("models/shared.yaml"),
    include_str!("models/crlf.yaml"),
];

/// A text's tree, one line for each top-level entry or item of one, `!` behind those with an error; then the errors.
pub(crate) fn show(text: &str) -> String {
    let parse = parse(text);
    let mut shown = String::new();
    match &parse.tree.root {
        Some(root) if root.as_map().is_some() => {
            for entry in parse.tree.entries() {
                let key = flat(&parse.tree, &entry.key);
                if let Some(items) = entry.value.as_seq() {
                    let _ = writeln!(shown, "{key}:");
                    for item in items {
                        let _ = writeln!(shown, "  {}", marked(&parse.tree, item));
                    }
                } else {
                    let _ = writeln!(shown, "{key}: {}", marked(&parse.tree, &entry.value));
                }
            }
        }
        Some(root) => {
            let _ = writeln!(shown, "{}", marked(&parse.tree, root));
        }
        None => shown.push_str("nothing\n"),
    }
    let lines = LineIndex::new(text);
    for error in &parse.errors {
        let (line, column) = lines.human(text, error.span.start);
        let _ = writeln!(shown, "{line}:{column} {:?}: {}", error.kind, error.message.english());
    }
    shown
}

fn marked(tree: &Tree, node: &Node) -> String {
    let flag = if node.has_error { " !" } else { "" };
    format!("{}{flag}", flat(tree, node))
}

/// A node on one line.
pub(crate) fn flat(tree: &Tree, node: &Node) -> String {
    let anchor = node.anchor().map(|anchor| format!("{} ", anchor.text(&tree.text)));
    let tag = node.tag().map(|tag| format!("{} ", tag.text(&tree.text)));
    format!("{}{}{}", anchor.unwrap_or_default(), tag.unwrap_or_default(), bare(tree, node))
}

/// A node on one line, without its own anchor and tag.
pub(crate) fn bare(tree: &Tree, node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar(scalar) => value(&scalar.value),
        NodeKind::Sequence(sequence) => {
            let items: Vec<_> = sequence.items.iter().map(|item| flat(tree, item)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Mapping(mapping) => {
            let entry = |(key, value): (&Node, &Node)| format!("{}: {}", flat(tree, key), flat(tree, value));
            let entries: Vec<_> = mapping.entries.iter().map(|e| entry((&e.key, &e.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        NodeKind::Alias(_) => node.text(&tree.text).to_owned(),
        NodeKind::Missing => "<missing>".to_owned(),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::BigInt(text) => format!("big {text}"),
        Value::Float(float) => format!("{float:?}"),
        Value::Str(text) => format!("{text:?}"),
        Value::Timestamp(text) => format!("timestamp {text}"),
        Value::Binary(text) => format!("binary {text}"),
        Value::Merge => "<<".to_owned(),
    }
}

/// The line, from 1, that a span starts in.
pub(crate) fn line_of(text: &str, span: Span) -> usize {
    text[..span.start as usize].matches('\n').count() + 1
}
