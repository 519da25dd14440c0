//! Shared by rules on what can't be built: rows with punctuation of another alphabet, which is text in YAML: `，`, `【`, `–`.

use super::{Diagnostic, File, Fix, malformed_row, unknown_module};
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

/// Letters of other alphabets that look like those of names, and these.
const LETTERS: [(char, char); 27] = [
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Ѕ', 'S'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('а', 'a'),
    ('с', 'c'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('ѕ', 's'),
    ('х', 'x'),
    ('у', 'y'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Κ', 'K'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('ο', 'o'),
];

/// Characters without a shape that come with what is copied.
const INVISIBLE: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// The first invisible character of a text, and the text without such.
pub(super) fn invisible(text: &str) -> Option<(String, String)> {
    let first = text.chars().find(|c| INVISIBLE.contains(c))?;
    Some((format!("{:04X}", u32::from(first)), text.replace(INVISIBLE, "")))
}

/// The finding on a module whose name has letters of another alphabet, full-width ones, or invisible characters.
pub(super) fn letters(file: &File<'_>, row: &Row) -> Option<Diagnostic> {
    let cell = row.module()?;
    let written = cell.value.as_str()?;
    if let Some((code, name)) = invisible(written).filter(|(_, name)| file.dialect().module(name).is_some()) {
        let message = message!("invisible-in-name", name, code);
        let fix = Fix::safe(message!("write", text = name), cell.span, name);
        return Some(unknown_module::RULE.at(cell.span, message).fix(fix));
    }
    let full_width = |c: char| char::from_u32(u32::from(c).checked_sub(0xFEE0)?).filter(char::is_ascii_alphanumeric);
    let meant =
        |c: char| LETTERS.iter().find(|(other, _)| *other == c).map(|(_, meant)| *meant).or_else(|| full_width(c));
    let (first, letter) = written.chars().find_map(|c| Some((c, meant(c)?)))?;
    let name: String = written.chars().map(|c| meant(c).unwrap_or(c)).collect();
    file.dialect().module(&name)?;
    let code = format!("{:04X}", u32::from(first));
    let message = message!(
        "letter-of-other-alphabet",
        module = written,
        character = first.to_string(),
        code,
        meant = letter.to_string()
    );
    Some(unknown_module::RULE.at(cell.span, message).fix(Fix::safe(message!("write", text = name), cell.span, name)))
}

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
    // Lists have square brackets.
    let square = mended.replace('(', "[").replace(')', "]");
    let mended = [mended, square].into_iter().find(|mended| is_row(mended))?;
    let at = row.span.start + written.find(first)? as u32;
    let span = crate::text::Span::new(at, at + first.len_utf8() as u32);
    let meant = match (first, mended.contains('(')) {
        ('（', false) => "[",
        ('）', false) => "]",
        _ => meant(first).unwrap_or_default(),
    };
    let message = message!("other-alphabet", character = character(first), meant);
    let fix = Fix::safe(message!("write", text = mended), row.span, mended);
    Some(malformed_row::RULE.at(span, message).fix(fix))
}

fn is_row(text: &str) -> bool {
    let parse = syntax::parse(text);
    let cells = parse.tree.root.as_ref().filter(|_| parse.errors.is_empty()).and_then(|root| root.as_seq());
    matches!(cells, Some([_, _, module, args]) if module.as_str().is_some() && args.as_seq().is_some())
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
