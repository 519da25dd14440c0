//! Random YAML: the pieces of which YAML, and what looks like it, consists, and random edits with them.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What YAML 1.1 and 1.2 read alike, or differently in a known way.
const COMMON: [&str; 50] = [
    "-",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    ": ",
    ":",
    " ",
    ",",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "a",
    "b c",
    "1",
    "1.5",
    "'",
    "\"",
    "#",
    " # c",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "|\n",
    ">-\n",
    "@",
    "`",
    "\n---\n",
    "\n...\n",
    "\t",
    "\r\n",
    "<<: ",
    "=",
    "~",
    "key: ",
    "\"x\"",
    "'y'",
    "1:30",
    "2024-01-01",
    "[a, b]",
    "017",
    "0o17",
    "1_0",
    "1e3",
    "+.5",
    "yes",
];

/// What makes another library go its own way: 1.2 has no LS, PS, NEL and inner byte order marks as line breaks, and libyaml
/// swallows whatever follows a bare `?` between brackets.
const UNCOMMON: [&str; 20] = [
    "  ", "? ", "?", "!", "!t ", "%", "---", "...", "\r", "<<", "é", "🚀", "\\", "0x1F", "\u{2028}", "\u{85}",
    "\u{feff}", "\u{0}", "{a: b}", "- - ",
];

pub(crate) fn common_pieces() -> impl Strategy<Value = &'static str> {
    select(&COMMON[..])
}

pub(crate) fn pieces() -> impl Strategy<Value = &'static str> {
    select([&COMMON[..], &UNCOMMON[..]].concat())
}

/// One edit: its place, how many characters it deletes, and what it inserts.
pub(crate) type Edit = (Index, usize, &'static str);

/// Fewer than `most` edits, each of which deletes fewer than `deleted` characters.
pub(crate) fn edits(
    pieces: impl Strategy<Value = &'static str>,
    deleted: usize,
    most: usize,
) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec((any::<Index>(), 0..deleted, pieces), 1..most)
}

pub(crate) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (at, deleted, inserted) in edits {
        let start = at.index(text.len() + 1);
        let end = (start + deleted).min(text.len());
        text.splice(start..end, inserted.chars());
    }
    text.iter().collect()
}
