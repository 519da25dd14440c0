//! Rows that are written as mappings: `from`, `number` or `repeats`, `module` and `args`.

use std::collections::BTreeMap;

use super::{Diagnostic, File, Fix, Rule};
use crate::model::mapped_module;
use crate::syntax::{Node, NodeKind};
use crate::words::message;

/// Other names of `repeats`.
const REPEATS: [&str; 4] = ["repeats", "number", "n", "repeat"];

/// Names of the other cells.
const KNOWN: [&str; 8] = ["from", "f", "module", "type", "layer", "m", "name", "args"];

fn is_known(key: &str) -> bool {
    KNOWN.contains(&key) || REPEATS.contains(&key)
}

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
    let lost: Vec<&str> = mappings
        .iter()
        .flat_map(|(_, node)| node.as_map().filter(|entries| entries.len() > 1).unwrap_or_default())
        .filter_map(|entry| entry.key.as_str())
        .filter(|key| !KNOWN.contains(key) && !REPEATS.contains(key))
        .collect();
    if let Some(key) = lost.first() {
        found = found.help(message!("no-key-in-rows", key));
    }
    let rows: Option<Vec<String>> = mappings.iter().map(|(_, node)| row(file, node)).collect();
    let Some(rows) = rows else { return Some(places(file, mappings, found)) };
    let title = match rows.as_slice() {
        [one] => message!("write", text = one),
        [one, ..] => message!("write-likewise", text = one),
        [] => return Some(found),
    };
    let edits = mappings.iter().map(|(_, node)| node.span).zip(rows).collect();
    Some(found.fix(Fix::of(title, edits)))
}

/// Says in which order a row gives its arguments, where a mapping names some.
fn places(file: &File<'_>, mappings: &[(usize, &Node)], found: Diagnostic) -> Diagnostic {
    let with_names = mappings.iter().find(|(_, node)| arguments(node).is_some_and(|args| args.as_map().is_some()));
    let module = with_names.and_then(|(_, node)| file.dialect().module(mapped_module(node)?.as_str()?));
    match module.filter(|_| found.help.is_none()) {
        Some(module) => {
            let names: Vec<&str> = module.row_params.iter().map(|param| &*param.name).collect();
            found.help(message!("row-gives", module = module.name, names = names.join(", ")))
        }
        None => found,
    }
}

/// The row that a mapping stands for.
fn row(file: &File<'_>, node: &Node) -> Option<String> {
    let text = file.text();
    let repeats = REPEATS.iter().find_map(|name| node.get(name));
    let repeats = repeats.map_or(Some("1".to_owned()), |repeats| written(text, repeats))?;
    let from = node.get("from").or(node.get("f")).map_or(Some("-1".to_owned()), |from| written(text, from))?;
    let module = written(text, mapped_module(node)?)?;
    let args = match arguments(node) {
        // What stands for them is called otherwise.
        None if node.as_map()?.iter().filter_map(|entry| entry.key.as_str()).any(|key| !is_known(key)) => return None,
        None => "[]".to_owned(),
        Some(args) if args.as_map().is_some() => in_order(file, &module, args)?,
        Some(args) => written(text, args)?,
    };
    let args = if args.starts_with('[') { args } else { format!("[{args}]") };
    Some(format!("[{from}, {repeats}, {module}, {args}]"))
}

/// The node with a mapping's arguments.
fn arguments(node: &Node) -> Option<&Node> {
    let is_arguments = |value: &&Node| value.as_seq().is_some() || value.as_map().is_some();
    let alone = || match node.as_map()? {
        [entry] => Some(&entry.value).filter(is_arguments),
        _ => None,
    };
    node.get("args").or_else(alone)
}

/// Arguments with names in the order in which a row gives them, with the defaults of those between them.
fn in_order(file: &File<'_>, module: &str, args: &Node) -> Option<String> {
    let module = file.dialect().module(module)?;
    let entries = args.as_map()?;
    let place = |key: &str| module.row_params.iter().position(|param| param.name == key);
    let mut values: Vec<Option<String>> = Vec::new();
    for entry in entries {
        let place = place(entry.key.as_str()?)?;
        values.resize(values.len().max(place + 1), None);
        values[place] = Some(written(file.text(), &entry.value)?);
    }
    let value = |(place, value): (usize, Option<String>)| {
        let default = || module.param_of(&module.row_params[place])?.default.as_ref().map(ToString::to_string);
        value.or_else(default)
    };
    let values: Option<Vec<String>> = values.into_iter().enumerate().map(value).collect();
    Some(format!("[{}]", values?.join(", ")))
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
