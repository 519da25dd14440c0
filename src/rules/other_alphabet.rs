//! Shared by rules on what can't be built: rows with punctuation of another alphabet, which is text in YAML: `，`, `【`, `–`.

use super::{Diagnostic, File, Fix, malformed_row};
use crate::model::Row;
use crate::syntax;
use crate::words::message;

/// Such characters, and what they stand for.
const CHARACTERS: [(char, &str); 28] = [
    ('，', ","),
    ('、', ","),
    ('；', ","),
    ('：', ":"),
    ('。', "."),
    ('．', "."),
    ('【', "["),
    ('】', "]"),
    ('［', "["),
    ('］', "]"),
    ('（', "("),
    ('）', ")"),
    ('“', "\""),
    ('”', "\""),
    ('＂', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('＇', "'"),
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('—', "-"),
    ('−', "-"),
    ('－', "-"),
    ('＝', "="),
    ('\u{a0}', " "),
    ('\u{3000}', " "),
];

/// The finding on a row that can't be built, if it is one with the characters that were meant.
pub(super) fn finding(file: &File<'_>, row: &Row) -> Option<Diagnostic> {
    let written = row.span.text(file.text());
    let meant = |c: char| CHARACTERS.iter().find(|(other, _)| *other == c).map(|(_, meant)| *meant);
    let first = written.chars().find(|c| meant(*c).is_some())?;
    let mut mended = String::new();
    for c in written.chars() {
        match meant(c).map_or_else(|| digit(c), |meant| Some(meant.to_owned())) {
            // Commas are followed by a space.
            Some(meant) if meant == "," => mended.push_str(", "),
            Some(meant) => mended.push_str(&meant),
            None if c == ' ' && mended.ends_with(", ") => {}
            None => mended.push(c),
        }
    }
    let parse = syntax::parse(&mended);
    let cells = parse.tree.root.as_ref().filter(|_| parse.errors.is_empty())?.as_seq()?;
    let is_row = matches!(cells, [_, _, module, args] if module.as_str().is_some() && args.as_seq().is_some());
    let at = row.span.start + written.find(first)? as u32;
    let span = crate::text::Span::new(at, at + first.len_utf8() as u32);
    let message = message!("other-alphabet", character = character(first), meant = meant(first).unwrap_or_default());
    let fix = Fix::safe(message!("write", text = mended), row.span, mended);
    is_row.then(|| malformed_row::RULE.at(span, message).fix(fix))
}

/// The digit that a full-width one stands for.
fn digit(c: char) -> Option<String> {
    let value = u32::from(c).checked_sub(u32::from('０')).filter(|value| *value < 10)?;
    Some(value.to_string())
}

/// A character as a message shows it.
fn character(c: char) -> String {
    if c.is_whitespace() { format!("U+{:04X}", u32::from(c)) } else { c.to_string() }
}
