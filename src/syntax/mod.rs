//! YAML as PyYAML reads it, lossless and tolerant of half-typed rows.
//!
//! [`parse`] never fails: it returns a [`Tree`] and the errors. It has two passes:
//!
//! * The first reads the text exactly as PyYAML does, and stops at the first thing that PyYAML would refuse. Most files
//!   end here, without errors.
//! * Only if it stopped, the second reads the text anew and resynchronises at line starts (a `- ` item, a `key:` at the
//!   column of a mapping, a `[` row of a list of rows), so that damage stays in its row.
//!
//! PyYAML has two readers; where they differ, the errors' kinds say which one refuses
//! ([`SyntaxErrorKind::loads_with_libyaml`], [`SyntaxErrorKind::loads_with_python`]), and values are those of the one in
//! Python. Known to differ from it: nesting deeper than [`MAX_DEPTH`] is refused, and so are escaped surrogates (`"\ud83d"`),
//! as libyaml does.
//!
//! `lexer` cuts the text into tokens and says where blocks open and close, `parser` builds the tree, `scalar` types the
//! scalars, `merge` knows `<<` and duplicate keys.

mod error;
mod lexer;
mod merge;
mod parser;
mod scalar;
mod token;
mod tree;

use std::sync::Arc;

pub use error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
pub use lexer::is_ellipsis;
pub use parser::call_in_row;
pub use scalar::Value;
pub use token::{TokenKind, Tokens};
pub use tree::{Entry, Node, NodeKind, Style, Tree};

/// The greatest depth of collections in collections. PyYAML itself gives up, with a `RecursionError`, at about 330.
pub const MAX_DEPTH: usize = 128;

/// What [`parse`] returns.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The tree; where the text is damaged, as much of it as could be understood.
    pub tree: Tree,
    /// What PyYAML would refuse, in the order of the text. Empty if and only if both of its readers load the text.
    pub errors: Vec<SyntaxError>,
}

/// Parses a text, in time linear in its length.
pub fn parse(text: &str) -> Parse {
    parse_shared(&text.into())
}

/// Parses a text that the tree shares.
pub fn parse_shared(text: &Arc<str>) -> Parse {
    parser::parse(text)
}
