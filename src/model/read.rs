//! Reads a [`Model`] from a syntax tree.

use super::{Cell, Directive, Key, Model, Row, SECTIONS, Section};
use crate::python::Literal;
use crate::syntax::{Entry, Node, NodeKind, Tree, Value};
use crate::text::Span;

/// Largest number of values read through aliases, against files whose nested aliases multiply.
const MAX_ALIASED: usize = 10_000;

/// Largest nesting depth of values.
const MAX_DEPTH: usize = 32;

/// The module of a row that is written as a mapping, and the key that holds its arguments or nothing: `module: Conv`, `type:
/// Conv`, `layer: Conv`, or `Conv: [64, 3, 2]` or `Conv: {c2: 64}` alone.
pub fn mapped_module(node: &Node) -> Option<&Node> {
    let short = || ["m", "name"].into_iter().find_map(|key| node.get(key)).filter(|_| node.get("args").is_some());
    let named = ["module", "type", "layer"].into_iter().find_map(|key| node.get(key)).or_else(short);
    let alone = || match node.as_map()? {
        [entry] if entry.value.as_seq().is_some() || entry.value.as_map().is_some() => Some(&entry.key),
        _ => None,
    };
    named.or_else(alone).filter(|module| module.as_str().is_some())
}

/// The row in a text that begins with its index: `0 [-1, 1, Conv, [64]]`, `0: [-1, 1, Conv, [64]]`.
pub fn numbered_row(text: &str) -> Option<&str> {
    let row = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let row = row.trim_start_matches([':', '.', ')', ' ']);
    (row.len() < text.len() && row.starts_with('[')).then_some(row)
}

/// Whether a text is a model file: a `backbone` or `head` at the top, or below another key by mistake, has at least one row
/// `[from, repeats, module, …]`, or one that is written as a mapping or as text, or that has a name.
pub fn is_model_file(tree: &Tree) -> bool {
    let is_list = |node: &Node| matches!(node.as_seq(), Some([_, _, module, ..]) if module.as_str().is_some());
    let is_text = |text: &str| {
        let is_from = |from: &str| {
            from.is_empty() || from.matches(',').count() > 2 || numbered_row(text).is_some_and(|row| row.contains(','))
        };
        text.contains('[') && text.split('[').next().is_some_and(is_from)
    };
    // `- 0: [-1, 1, Conv, [64]]`
    let is_numbered =
        |node: &Node| matches!(node.as_map(), Some([row]) if row.key.as_int().is_some() && is_list(&row.value));
    let is_row = |node: &Node| {
        is_list(node) || mapped_module(node).is_some() || is_numbered(node) || node.as_str().is_some_and(is_text)
    };
    let has_rows = |node: &Node| {
        if node.is_inclusion(&tree.text) {
            return true;
        }
        let node = tree.resolve(node);
        let named = node.and_then(Node::as_map).unwrap_or_default();
        // Words above rows, which then belong to their text.
        node.and_then(Node::as_str).is_some_and(|text| text.contains(" - ["))
            || node.and_then(Node::as_seq).unwrap_or_default().iter().any(is_row)
            || named.iter().any(|row| is_list(&row.value) || row.value.as_seq().unwrap_or_default().iter().any(is_row))
    };
    let is_section = |entry: &&Entry| {
        entry.key.as_str().is_some_and(|key| SECTIONS.iter().any(|name| name.eq_ignore_ascii_case(key)))
    };
    let in_sections =
        |node: &Node| node.as_map().unwrap_or_default().iter().filter(is_section).any(|entry| has_rows(&entry.value));
    let has_sections_below = |node: &Node| {
        let below = node.as_map().unwrap_or_default().iter();
        in_sections(node) || below.map(|entry| &entry.value).any(in_sections)
    };
    tree.root.as_ref().is_some_and(has_sections_below)
        || tree.entries().iter().any(|entry| has_sections_below(&entry.value))
}

/// Reads a model from a tree; missing or damaged parts of the tree are missing in the model.
pub fn read(tree: &Tree) -> Model {
    let mut reader = Reader { tree, aliased: 0 };
    let mut model = Model { directives: directives(tree), ..Model::default() };
    let written: Vec<&Entry> = tree.entries().iter().filter(|e| !e.is_merge()).collect();
    // Merged entries come first, so that written keys override them.
    let merged = tree.root.as_ref().map(|root| tree.effective_entries(root)).unwrap_or_default().into_iter();
    let mut entries: Vec<&Entry> =
        merged.filter(|e| !written.iter().any(|w| std::ptr::eq(*w, *e))).chain(written.iter().copied()).collect();
    entries.sort_by_key(|entry| section_rank(entry));
    for entry in entries {
        let Some(name) = entry.key.as_str() else { continue };
        let span = entry.key.span;
        let rows = match SECTIONS.iter().find(|section| **section == name) {
            Some(section) => tree.resolve(&entry.value).and_then(Node::as_seq).map(|rows| (*section, rows)),
            None => None,
        };
        let Some((name, rows)) = rows else {
            let value = reader.cell(&entry.value, 0);
            model.keys.push(Key { name: name.to_owned(), span, value });
            continue;
        };
        let first = model.rows.len();
        if let Some(earlier) = model.sections.iter().position(|s| s.name == name) {
            // The last of two sections of the same name is used; they are neighbours after the sort.
            model.rows.truncate(model.sections[earlier].rows.start);
            model.sections.truncate(earlier);
        }
        let first = first.min(model.rows.len());
        model.rows.extend(rows.iter().map(|row| reader.row(row)));
        model.sections.push(Section { name, span, rows: first..model.rows.len() });
        let value = Cell { span: entry.value.span, value: Literal::None, items: Vec::new(), names: Vec::new() };
        model.keys.push(Key { name: name.to_owned(), span, value });
    }
    super::output::declare(tree, &model.directives, &mut model.rows);
    model.keys.sort_by_key(|key| key.span.start);
    model
}

/// The framework appends `head` to `backbone`, whatever their order in the file.
fn section_rank(entry: &Entry) -> usize {
    let name = entry.key.as_str();
    SECTIONS.iter().position(|section| name == Some(section)).map_or(0, |rank| rank + 1)
}

fn directives(tree: &Tree) -> Vec<Directive> {
    // A directive can follow other words: `# 13 # yolint: ignore[dead-layer]`.
    let directive = |comment: &Span| {
        let words = comment.text(&tree.text);
        let (at, text) = words.match_indices('#').find_map(|(at, _)| {
            Some((at, words[at..].trim_start_matches('#').trim_start().strip_prefix("yolint:")?.trim()))
        })?;
        let span = Span::new(comment.start + at as u32, comment.end);
        Some(Directive { span, text: text.to_owned() })
    };
    tree.comments.iter().filter_map(directive).collect()
}

struct Reader<'t> {
    tree: &'t Tree,
    aliased: usize,
}

impl Reader<'_> {
    fn row(&mut self, node: &Node) -> Row {
        let items = self.tree.resolve(node).and_then(Node::as_seq);
        Row {
            span: node.span,
            cells: items.unwrap_or_default().iter().map(|cell| self.cell(cell, 0)).collect(),
            is_list: items.is_some(),
            complete: !node.has_error,
            output: None,
        }
    }

    fn cell(&mut self, node: &Node, depth: usize) -> Cell {
        let leaf = |value| Cell { span: node.span, value, items: Vec::new(), names: Vec::new() };
        if depth > MAX_DEPTH || self.aliased > MAX_ALIASED {
            return leaf(Literal::Other("...".to_owned()));
        }
        match &node.kind {
            NodeKind::Scalar(scalar) => leaf(arg(&scalar.value)),
            NodeKind::Missing => leaf(Literal::None),
            NodeKind::Alias(_) => {
                self.aliased += 1;
                let target = self.tree.resolve(node);
                Cell { span: node.span, ..target.map_or(leaf(Literal::None), |target| self.cell(target, depth + 1)) }
            }
            NodeKind::Sequence(sequence) => {
                self.aliased += if self.aliased > 0 { sequence.items.len() } else { 0 };
                let items: Vec<Cell> = sequence.items.iter().map(|item| self.cell(item, depth + 1)).collect();
                let value = Literal::List(items.iter().map(|item| item.value.clone()).collect());
                Cell { span: node.span, value, items, names: Vec::new() }
            }
            NodeKind::Mapping(_) => {
                let entries = self.tree.effective_entries(node);
                let is_empty = entries.is_empty();
                let mut cell = leaf(Literal::None);
                for entry in entries {
                    let Some(name) = entry.key.as_str() else { continue };
                    cell.names.push((name.to_owned(), entry.key.span));
                    cell.items.push(self.cell(&entry.value, depth + 1));
                }
                let pairs: Vec<String> =
                    cell.names.iter().zip(&cell.items).map(|((name, _), c)| format!("'{name}': {}", c.value)).collect();
                let others = if cell.names.is_empty() && !is_empty { "..." } else { "" };
                cell.value = Literal::Other(format!("{{{}{others}}}", pairs.join(", ")));
                cell
            }
        }
    }
}

/// Converts a typed scalar to the Python value.
fn arg(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::None,
        Value::Bool(b) => Literal::Bool(*b),
        Value::Int(i) => Literal::Int(*i),
        Value::Float(f) => Literal::Float(*f),
        Value::Str(s) => Literal::Str(s.to_string()),
        Value::BigInt(text) | Value::Timestamp(text) | Value::Binary(text) => Literal::Other(text.to_string()),
        Value::Merge => Literal::Str("<<".to_owned()),
    }
}
