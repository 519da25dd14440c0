//! Damage is local: whatever is typed into one row, the other rows stay as they were.

use super::show::{MODELS, bare, flat, line_of};
use proptest::prelude::*;
use std::collections::BTreeMap;
use yolint::internals::syntax::{Parse, SyntaxErrorKind, parse};
use yolint::internals::text::Span;

/// What a person, or a cat, adds to a row.
const TYPED: [&str; 28] = [
    "[", "]", "{", "}", ",", ", ", ":", ": ", "- ", "-", "'", "\"", "#", " #", " ", "  ", "\t", "a", "7", "&x", "*x",
    "!", "?", "@", "|", ">", "%", "é",
];

#[derive(Debug, Clone)]
enum Edit {
    Delete { at: usize, len: usize },
    Insert { at: usize, text: &'static str },
    Truncate { at: usize },
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (any::<usize>(), 1_usize..9).prop_map(|(at, len)| Edit::Delete { at, len }),
        4 => (any::<usize>(), prop::sample::select(&TYPED[..])).prop_map(|(at, text)| Edit::Insert { at, text }),
        1 => any::<usize>().prop_map(|at| Edit::Truncate { at }),
    ]
}

/// Applies an edit to a line, its place taken modulo the line's length.
fn apply(line: &mut Vec<char>, edit: &Edit) {
    let place = |at: usize| at % (line.len() + 1);
    match *edit {
        Edit::Delete { at, len } => {
            let start = place(at);
            let end = (start + len).min(line.len());
            line.drain(start..end);
        }
        Edit::Insert { at, text } => {
            let at = place(at);
            line.splice(at..at, text.chars());
        }
        Edit::Truncate { at } => line.truncate(place(at)),
    }
}

/// The rows of all lists, and the other entries: for each its first and last line, and what it says.
fn rows(text: &str, parse: &Parse) -> BTreeMap<usize, (usize, String)> {
    let mut rows = BTreeMap::new();
    for entry in parse.tree.entries() {
        let key = flat(&parse.tree, &entry.key);
        let values = entry.value.as_seq().unwrap_or(std::slice::from_ref(&entry.value));
        for value in values.iter().filter(|value| !value.is_absent()) {
            // An anchor or tag at the end of a line belongs to what the next line brings.
            let span = value.span;
            let end = line_of(text, Span::empty(span.end));
            let said = format!("{key}: {}", bare(&parse.tree, value));
            rows.insert(line_of(text, span), (end, said));
        }
    }
    rows
}

/// How much of a line is left alone: where rows are block sequences, or brackets without a dash, their indentation is all
/// that tells one row from the next. Nor is the bracket that opens a list of rows a part of the row behind it.
fn kept_indentation(line: &str) -> usize {
    let text = line.trim_start_matches([' ', '-']);
    let is_block_row = line.trim_start().starts_with("- [") || line.trim_start().starts_with("- {");
    let list = usize::from(text.starts_with("[["));
    if is_block_row { 0 } else { line.len() - text.len() + list }
}

fn check(model: &str, row: usize, line_in_row: usize, edits: &[Edit]) -> Result<(), TestCaseError> {
    let before = parse(model);
    let rows_before = rows(model, &before);
    let is_row = |said: &str| said.contains(": [");
    let candidates: Vec<_> = rows_before.iter().filter(|(_, (_, said))| is_row(said)).collect();
    let (&first, &(last, _)) = candidates[row % candidates.len()];
    let number = first + line_in_row % (last - first + 1);
    let mut lines: Vec<String> = model.split('\n').map(str::to_owned).collect();
    let kept = kept_indentation(&lines[number - 1]);
    let mut line: Vec<char> = lines[number - 1].trim_end_matches('\r')[kept..].chars().collect();
    for edit in edits {
        apply(&mut line, edit);
    }
    lines[number - 1] = lines[number - 1][..kept].chars().chain(line).collect();
    // A row that is moved below another one's cells becomes a cell.
    let was_outermost = model.split('\n').nth(number - 1).is_some_and(|line| line.starts_with('-'));
    prop_assume!(!was_outermost || !lines[number - 1].starts_with(' '));
    // Three dashes or dots end the document, and two indicators in front of a row open a list in the list.
    let edited = lines[number - 1].as_str();
    let rest = edited[kept..].trim_start_matches([' ', '\t', ',', '-', '?', ':']);
    let indicators = edited[kept..edited.len() - rest.len()].matches(['-', '?', ':']).count();
    prop_assume!(!edited.starts_with("---") && !edited.starts_with("...") && indicators < 2);
    let text = lines.join("\n");
    let after = parse(&text);
    // A well-formed text means what YAML says, even where that reaches over lines.
    use SyntaxErrorKind::*;
    let is_well_formed = |kind: SyntaxErrorKind| {
        let of_meaning = [UnhashableKey, InvalidValue, UnknownTag, UndefinedAlias, DuplicateAnchor];
        of_meaning.contains(&kind) || !kind.is_refused_by_all()
    };
    if after.errors.iter().all(|error| is_well_formed(error.kind)) {
        return Ok(());
    }
    // A key outside of brackets starts a section of its own, and so does a word that only lacks its colon.
    let key = edited.split(": ").next().unwrap_or_default();
    let is_key = key.len() < edited.len() || edited.ends_with(':');
    let start = edited.trim_start_matches([' ', '\t', ',', ']', '}']);
    let in_brackets = start.starts_with(['[', '{', '\'', '"']) || start.starts_with("- ");
    let is_word = edited.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word || (is_key && !in_brackets) {
        return Ok(());
    }
    let rows_after = rows(&text, &after);
    for (line, (end, said)) in &rows_before {
        if (*line..=*end).contains(&number) {
            continue;
        }
        let now = rows_after.get(line).map(|(_, said)| said.as_str());
        prop_assert_eq!(
            now,
            Some(said.as_str()),
            "line {} after the edit of line {} to {:?}",
            line,
            number,
            lines[number - 1]
        );
    }
    for line in rows_after.keys().filter(|line| !rows_before.contains_key(line)) {
        prop_assert!(
            (first..=last).contains(line),
            "a new row in line {} after the edit of line {} to {:?}",
            line,
            number,
            lines[number - 1]
        );
    }
    Ok(())
}

proptest! {
    // The seed is fixed because what several edits in the indentation of a row mean is a matter of taste at times.
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_of_one_row_leaves_the_others(
        model in prop::sample::select(&MODELS[..]),
        row in any::<usize>(),
        line_in_row in any::<usize>(),
        edits in prop::collection::vec(edit(), 1..4),
    ) {
        check(model, row, line_in_row, &edits)?;
    }
}
