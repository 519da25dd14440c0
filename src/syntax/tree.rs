//! The tree of values, and methods to walk it.

use super::scalar::Value;
use super::token::Tokens;
use crate::text::Span;
use std::sync::Arc;

/// A parsed text.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The text itself.
    pub text: Arc<str>,
    /// All of the text, piece by piece.
    pub tokens: Tokens,
    /// The comments, from `#` to the end of their line, in the order of the text.
    pub comments: Vec<Span>,
    /// The document's value; `None` for a text without any.
    pub root: Option<Node>,
    /// The place of each `&name`, in the order of the text.
    pub(super) anchors: Vec<Span>,
}

impl Tree {
    /// The value of the last entry with this key in the top-level mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.root.as_ref()?.get(key)
    }

    /// The entries of the top-level mapping; none if the document is something else.
    pub fn entries(&self) -> &[Entry] {
        self.root.as_ref().and_then(Node::as_map).unwrap_or(&[])
    }

    /// The comment on the line of `offset`, at or after it.
    pub fn comment_after(&self, offset: u32) -> Option<Span> {
        let next = self.comments.partition_point(|comment| comment.end <= offset);
        let comment = *self.comments.get(next)?;
        let between = Span::new(offset, comment.start).text(&self.text);
        (!between.contains(['\n', '\r'])).then_some(comment)
    }

    /// Returns the target of an alias, or any other node itself; `None` for an alias without an anchor.
    ///
    /// The target may hold the alias (`&a [*a]`): follow aliases with a bound.
    pub fn resolve<'t>(&'t self, node: &'t Node) -> Option<&'t Node> {
        let NodeKind::Alias(alias) = &node.kind else {
            return Some(node);
        };
        let anchor = self.anchors.get(alias.target? as usize)?.start;
        let mut node = self.root.as_ref()?;
        loop {
            if node.anchor().is_some_and(|found| found.start == anchor) {
                return Some(node);
            }
            node = node.child_at(anchor)?;
        }
    }
}

/// A value in the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// Kind of the node.
    pub kind: NodeKind,
    /// Its place, with brackets and quotes, without anchor and tag. Empty for a value that isn't written.
    pub span: Span,
    /// Anchor and tag.
    pub properties: Option<Box<Properties>>,
    /// Whether there is a syntax error in this node or directly after it on its line.
    pub has_error: bool,
}

/// The kinds of [`Node`].
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A single value, including the null of an empty place, as in `key:`.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// A dictionary.
    Mapping(Mapping),
    /// `*name`
    Alias(Alias),
    /// A required value that is missing.
    Missing,
}

/// A typed scalar.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The value as PyYAML types it.
    pub value: Value,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A list.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// The items in order.
    pub items: Box<[Node]>,
    /// `[…]` rather than `- …` lines.
    pub flow: bool,
}

/// A dictionary.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The entries as written: duplicates and `<<` are among them.
    pub entries: Box<[Entry]>,
    /// `{…}`, or the single pair of `[key: value]`, rather than `key:` lines.
    pub flow: bool,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value; an empty null if none is written.
    pub value: Node,
}

impl Entry {
    /// From the key (or its anchor) to the end of the value.
    pub fn span(&self) -> Span {
        self.key.full_span().cover(self.value.full_span())
    }

    /// Whether this is a merge, `<<: …`.
    pub fn is_merge(&self) -> bool {
        matches!(self.key.value(), Some(Value::Merge))
    }
}

/// `*name`
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// Which anchor it names; [`Tree::resolve`] follows it.
    pub(super) target: Option<u32>,
}

/// Anchor and tag before a node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Properties {
    /// Where `&name` is written.
    pub anchor: Option<Span>,
    /// Where `!tag` is written.
    pub tag: Option<Span>,
}

impl Node {
    /// The items, if this is a list.
    pub fn as_seq(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Sequence(sequence) => Some(&sequence.items),
            _ => None,
        }
    }

    /// The entries, if this is a dictionary.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Mapping(mapping) => Some(&mapping.entries),
            _ => None,
        }
    }

    /// The typed value, if this is a scalar.
    pub fn value(&self) -> Option<&Value> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(&scalar.value),
            _ => None,
        }
    }

    /// The string, if this is a scalar that PyYAML reads as one.
    pub fn as_str(&self) -> Option<&str> {
        match self.value()? {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if this is one that fits.
    pub fn as_int(&self) -> Option<i64> {
        match *self.value()? {
            Value::Int(int) => Some(int),
            _ => None,
        }
    }

    /// Whether nothing is written here: the null of `key:`, or a missing value.
    pub fn is_absent(&self) -> bool {
        self.full_span().is_empty()
    }

    /// Returns the value of the last entry with this key, as in PyYAML; merges aren't followed.
    pub fn get(&self, key: &str) -> Option<&Node> {
        Some(&self.entry(key)?.value)
    }

    /// The last entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.iter().rev().find(|entry| entry.key.as_str() == Some(key))
    }

    /// The text of the node, as written.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        self.span.text(text)
    }

    /// Where the node's anchor is written, ampersand included.
    pub fn anchor(&self) -> Option<Span> {
        self.properties.as_ref()?.anchor
    }

    /// Where the node's tag is written.
    pub fn tag(&self) -> Option<Span> {
        self.properties.as_ref()?.tag
    }

    /// Whether it asks for another file, as other loaders of YAML read.
    pub fn is_inclusion(&self, text: &str) -> bool {
        self.tag().is_some_and(|tag| tag.text(text) == "!include")
    }

    /// The node with its anchor and tag.
    pub fn full_span(&self) -> Span {
        [self.anchor(), self.tag()].into_iter().flatten().fold(self.span, Span::cover)
    }

    /// The child that `offset` touches; of two neighbours the one that starts there.
    fn child_at(&self, offset: u32) -> Option<&Node> {
        let child = match &self.kind {
            NodeKind::Sequence(sequence) => {
                let after = sequence.items.partition_point(|item| item.full_span().start <= offset);
                sequence.items.get(after.checked_sub(1)?)?
            }
            NodeKind::Mapping(mapping) => {
                let after = mapping.entries.partition_point(|entry| entry.key.full_span().start <= offset);
                let entry = mapping.entries.get(after.checked_sub(1)?)?;
                if entry.value.full_span().start <= offset { &entry.value } else { &entry.key }
            }
            _ => return None,
        };
        child.full_span().touches(offset).then_some(child)
    }
}
