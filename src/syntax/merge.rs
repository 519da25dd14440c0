//! Mappings as dictionaries: duplicate keys, and merges with `<<`.

use super::error::SyntaxErrorKind;
use super::scalar::Value;
use super::tree::{Entry, Node, NodeKind, Tree};
use crate::words::{Message, message};
use std::collections::HashMap;
use std::collections::HashSet;

/// A key as Python compares it: `1`, `1.0` and `true` are one key.
#[derive(PartialEq, Eq, Hash)]
enum Key<'t> {
    Null,
    Str(&'t str),
    /// An integer, or a float or truth value that equals one.
    Int(i64),
    /// The bits of a float.
    Float(u64),
    /// Compared as written.
    Text(&'t str),
}

fn key<'t>(node: &'t Node) -> Option<Key<'t>> {
    Some(match node.value()? {
        Value::Null => Key::Null,
        Value::Bool(bool) => Key::Int(i64::from(*bool)),
        Value::Int(int) => Key::Int(*int),
        Value::Float(float) if *float == (*float as i64) as f64 => Key::Int(*float as i64),
        Value::Float(float) if float.is_nan() => return None,
        Value::Float(float) => Key::Float(float.to_bits()),
        Value::Str(text) => Key::Str(text),
        Value::BigInt(text) | Value::Timestamp(text) | Value::Binary(text) => Key::Text(text),
        Value::Merge => return None,
    })
}

impl Node {
    /// The entries whose key another, earlier entry of this mapping already has: pairs of the earlier and the later one.
    pub fn duplicates(&self) -> Vec<(&Entry, &Entry)> {
        let mut seen = HashMap::new();
        let mut duplicates = Vec::new();
        for entry in self.as_map().unwrap_or(&[]) {
            if let Some(key) = key(&entry.key)
                && let Some(earlier) = seen.insert(key, entry)
            {
                duplicates.push((earlier, entry));
            }
        }
        duplicates
    }
}

impl Tree {
    /// The effective entries of a mapping (or of an alias of one), as PyYAML makes a dictionary of them: merges (`<<`)
    /// flattened, and of equal keys only the entry that wins. Linear, whatever the merges name.
    ///
    /// PyYAML puts the entries of merged mappings in front of a mapping's own, and of equal keys the last wins: so own
    /// entries go before merged ones here, the last `<<` before the first, and in its list the first mapping before the
    /// last.
    pub fn effective_entries<'t>(&'t self, node: &'t Node) -> Vec<&'t Entry> {
        let mut entries = Vec::new();
        let mut keys = HashSet::new();
        let mut visited = HashSet::new();
        let mut todo = vec![node];
        while let Some(node) = todo.pop() {
            let Some(node) = self.resolve(node) else {
                continue;
            };
            // A mapping that was merged already has nothing to add.
            if !visited.insert(std::ptr::from_ref(node)) {
                continue;
            }
            match &node.kind {
                NodeKind::Sequence(sequence) => todo.extend(sequence.items.iter().rev()),
                NodeKind::Mapping(mapping) => {
                    let mut own: Vec<_> = mapping.entries.iter().rev().filter(|entry| !entry.is_merge()).collect();
                    own.retain(|entry| {
                        let target = self.resolve(&entry.key).and_then(key);
                        target.is_none_or(|key| keys.insert(key))
                    });
                    entries.extend(own.into_iter().rev());
                    todo.extend(mapping.entries.iter().filter(|entry| entry.is_merge()).map(|entry| &entry.value));
                }
                _ => {}
            }
        }
        entries
    }
}

/// Checks the value of a `<<`.
pub(super) fn check<'t>(tree: &'t Tree, entry: &'t Entry) -> Option<(SyntaxErrorKind, Message)> {
    let is_mapping = |node: &Node| tree.resolve(node).is_none_or(|node| node.as_map().is_some());
    let target = tree.resolve(&entry.value)?;
    let fits = match &target.kind {
        NodeKind::Mapping(_) => true,
        NodeKind::Sequence(sequence) => sequence.items.iter().all(is_mapping),
        _ => false,
    };
    let message = message!("merge-of-mappings");
    (!fits).then_some((SyntaxErrorKind::InvalidMerge, message))
}
