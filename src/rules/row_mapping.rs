//! Rows that are written as mappings: `from`, `number` or `repeats`, `module` and `args`.

use std::collections::BTreeMap;

use super::{Diagnostic, File, Fix, Rule};
use crate::model::mapped_module;
use crate::syntax::{Node, NodeKind};
use crate::words::message;

/// Other names of `repeats`.
const REPEATS: [&str; 4] = ["repeats", "number", "n", "repeat"];

/// The rows of a file that are mappings.
pub(super) fn of_rows<'a>(file: &'a File<'_>) -> BTreeMap<usize, &'a Node> {
    let mut found = BTreeMap::new();
    for section in &file.model.sections {
        let nodes = file.tree.get(section.name).and_then(Node::as_seq).unwrap_or_default();
        let rows = section.rows.clone().zip(nodes);
        found.extend(rows.filter(|(_, node)| mapped_module(node).is_some()));
    }
    found
}

/// The finding on all of them, if there is one, with the rows that they stand for.
pub(super) fn finding(rule: &Rule, file: &File<'_>, mappings: &[(usize, &Node)]) -> Option<Diagnostic> {
    let ((first, node), others) = mappings.split_first()?;
    let message = match others.len() {
        0 => message!("row-mapping"),
        n => message!("row-mappings", count = n + 1),
    };
    let mut found = rule.at(node.span, message).of_row(*first);
    for (row, node) in others {
        found = found.related(file.at(node.span), message!("finding-row-too", row));
    }
    let known = ["from", "f", "module", "type", "m", "name", "args"];
    let lost: Vec<&str> = mappings
        .iter()
        .flat_map(|(_, node)| node.as_map().filter(|entries| entries.len() > 1).unwrap_or_default())
        .filter_map(|entry| entry.key.as_str())
        .filter(|key| !known.contains(key) && !REPEATS.contains(key))
        .collect();
    if let Some(key) = lost.first() {
        found = found.help(message!("no-key-in-rows", key));
    }
    let rows: Option<Vec<String>> = mappings.iter().map(|(_, node)| row(file.text(), node)).collect();
    let Some(rows) = rows else { return Some(found) };
    let title = match rows.as_slice() {
        [one] => message!("write", text = one),
        [one, ..] => message!("write-likewise", text = one),
        [] => return Some(found),
    };
    let edits = mappings.iter().map(|(_, node)| node.span).zip(rows).collect();
    Some(found.fix(Fix::of(title, edits)))
}

/// The row that a mapping stands for.
fn row(text: &str, node: &Node) -> Option<String> {
    let repeats = REPEATS.iter().find_map(|name| node.get(name));
    let repeats = repeats.map_or(Some("1".to_owned()), |repeats| written(text, repeats))?;
    let from = node.get("from").or(node.get("f")).map_or(Some("-1".to_owned()), |from| written(text, from))?;
    let module = written(text, mapped_module(node)?)?;
    let alone = node.as_map()?.first().filter(|entry| entry.value.as_seq().is_some()).map(|entry| &entry.value);
    let args = node
        .get("args")
        .or(alone.filter(|_| node.as_map().is_some_and(|map| map.len() == 1)))
        .map_or(Some("[]".to_owned()), |args| written(text, args))?;
    let args = if args.starts_with('[') { args } else { format!("[{args}]") };
    Some(format!("[{from}, {repeats}, {module}, {args}]"))
}

/// A value on one line, between brackets.
fn written(text: &str, node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Sequence(sequence) => {
            let items: Option<Vec<String>> = sequence.items.iter().map(|item| written(text, item)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        NodeKind::Mapping(_) => None,
        NodeKind::Missing => Some("None".to_owned()),
        _ => Some(node.span.text(text).to_owned()).filter(|word| !word.contains('\n')),
    }
}
