//! Edits of rows, on random rows of the framework's files and the examples: which row reads which stays what it was.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use yolint::internals::check::Request;
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::rows::{self, Change};
use yolint::internals::model::{self, Model, ReadFile, Source};
use yolint::internals::model::{IndexClaim, index_claims};
use yolint::internals::syntax;

use crate::common;

/// The texts of all files.
fn texts() -> &'static [String] {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(read_texts);
    &TEXTS
}

fn read_texts() -> Vec<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples = std::fs::read_dir(examples).expect("the examples").filter_map(|e| Some(e.ok()?.path()));
    let mut files: Vec<_> = common::model_files().into_iter().chain(examples).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    files.sort();
    files.into_iter().map(|path| std::fs::read_to_string(path).expect("UTF-8")).collect()
}

/// The same model with its rows as lists in a list, comments and blank lines kept.
fn flow(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let rows: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].starts_with("  - [")).collect();
    for (k, &i) in rows.iter().enumerate() {
        let next = rows.get(k + 1).copied();
        let is_first = k == 0 || lines[rows[k - 1]..i].iter().any(|line| line.ends_with(':'));
        let is_last = next.is_none_or(|next| lines[i..next].iter().any(|line| line.ends_with(':')));
        let (row, comment) =
            lines[i].split_once(" #").map_or((lines[i].clone(), None), |(r, c)| (r.to_owned(), Some(c.to_owned())));
        let open = if is_first { "  [" } else { "   " };
        let close = if is_last { "]" } else { "," };
        lines[i] = format!(
            "{open}{}{close}{}",
            row.trim_end()[4..].to_owned(),
            comment.map_or(String::new(), |c| format!(" #{c}"))
        );
    }
    lines.join("\n") + "\n"
}

/// Where a change takes the rows: for each row afterwards, the row that it was.
fn origins(model: &Model, change: Change) -> Vec<Option<usize>> {
    let mut origins: Vec<Option<usize>> = (0..model.rows.len()).map(Some).collect();
    match change {
        Change::Insert { at, .. } => origins.insert(at, None),
        Change::Delete(i) => drop(origins.remove(i)),
        Change::Swap(i) => origins.swap(i, i + 1),
    }
    origins
}

fn changes() -> impl Strategy<Value = (Index, u8)> {
    (any::<Index>(), 0..5_u8)
}

fn change_of((row, kind): (Index, u8), model: &Model) -> Change {
    let i = row.index(model.rows.len());
    match kind {
        0 => Change::above(i),
        1 => Change::below(i),
        2 => Change::duplicate(i),
        3 => Change::Delete(i),
        _ => Change::Swap(row.index(model.rows.len() - 1)),
    }
}

/// The inverse edits, which an editor's undo applies.
fn undone(before: &str, after: &str, edits: &[(yolint::internals::text::Span, String)]) -> String {
    let mut shift = 0_i64;
    let inverse: Vec<_> = edits
        .iter()
        .map(|(span, new)| {
            let start = (i64::from(span.start) + shift) as u32;
            shift += new.len() as i64 - i64::from(span.len());
            (yolint::internals::text::Span::new(start, start + new.len() as u32), span.text(before).to_owned())
        })
        .collect();
    rows::apply(after, &inverse)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wiring_is_kept(file in any::<Index>(), change in changes(), layout in 0..4_u8) {
        let mut text = file.get(texts()).clone();
        if layout & 1 == 1 {
            text = flow(&text);
        }
        if layout & 2 == 2 {
            text = text.replace('\n', "\r\n");
        }
        let parse = syntax::parse(&text);
        prop_assert!(parse.errors.is_empty(), "{:?}\n{text}", parse.errors);
        let before = model::read(&parse.tree);
        let change = change_of(change, &before);
        let Some(file) = ModelFile::read(&text, &Request { scale: Some("n".into()), ..Request::default() }, false) else {
            return Err(TestCaseError::fail("no model file"));
        };
        let Some(edits) = rows::change(&file, change) else { return Ok(()) };
        let edited = rows::apply(&text, &edits);
        prop_assert_eq!(undone(&text, &edited, &edits), text.clone());
        let bare = edited.replace("\r\n", "");
        prop_assert!(!text.contains('\r') || !bare.contains(['\r', '\n']), "line breaks are mixed:\n{edited:?}");

        let reread = ReadFile::new(&edited);
        let after = &reread.model;
        let origins = origins(&before, change);
        prop_assert_eq!(after.rows.len(), origins.len());
        let (old, new) = (rows::wiring(&before), rows::wiring(after));
        // Rows that the change is about: what is written as -1 reads the row above, whichever that is now.
        for (place, origin) in origins.iter().enumerate() {
            let Some(i) = *origin else { continue };
            for (entry, now) in old[i].iter().zip(&new[place]) {
                let source = match now.target {
                    Some(Source::Row(row)) => origins[row],
                    _ => None,
                };
                let expected = match entry.target {
                    Some(Source::Row(row)) => Some(row),
                    _ => None,
                };
                let follows_chain = now.value == -1 && source != expected;
                let reads_deleted = matches!((change, expected), (Change::Delete(gone), Some(row)) if row == gone);
                let is_swapped = matches!(change, Change::Swap(first) if i == first || i == first + 1);
                prop_assert!(
                    source == expected || follows_chain || reads_deleted || is_swapped,
                    "row {i} read {expected:?}, now {source:?}\n{edited}"
                );
                if follows_chain {
                    // Only the row right behind the edit.
                    let at = match change {
                        Change::Insert { at, .. } => at + 1,
                        Change::Delete(gone) => gone,
                        Change::Swap(first) => first + 2,
                    };
                    prop_assert!(place == at || is_swapped, "row {i} reads another row\n{edited}");
                }
            }
        }
        // The index comments that were right are right.
        let right = |claims: Vec<Option<IndexClaim>>| -> Vec<bool> {
            claims.iter().enumerate().map(|(i, c)| c.is_some_and(|c| c.index == i)).collect()
        };
        let (right_before, right_after) = (right(index_claims(&file)), right(index_claims(&reread)));
        for (place, origin) in origins.iter().enumerate() {
            prop_assert!(origin.is_none_or(|i| right_before[i] == right_after[place]), "the comment of row {place}\n{edited}");
        }
        // A row that hands on what it reads changes no other row. Behind the head of a model that carries text it does: the
        // last row decides the model's class, and no other class hands text to its blocks.
        let head = before.rows.last().and_then(|row| row.module()).and_then(|cell| cell.value.as_str());
        let carries_text = head.is_some_and(|head| head == "WorldDetect" || head.starts_with("YOLOE"));
        let is_last = matches!(change, Change::Insert { at, .. } if at == before.rows.len());
        let hands_on = matches!(change, Change::Insert { new: rows::New::Above | rows::New::Below, .. });
        if hands_on && !(carries_text && is_last) {
            let request = Request { scale: Some("n".into()), ..Request::default() };
            let file_after = ModelFile::read(&edited, &request, false).expect("still a model file");
            let (was, is) = (file.at_active_scale(), file_after.at_active_scale());
            for (place, origin) in origins.iter().enumerate() {
                let Some(i) = *origin else { continue };
                let (was, is) = (&was.rows[i], &is.rows[place]);
                prop_assert_eq!((was.params, was.ops, &was.output), (is.params, is.ops, &is.output), "row {}\n{}", i, edited);
            }
        }
    }
}

/// Inserting and duplicating can be offered at every row, the others where the wiring allows.
#[test]
fn every_row_can_be_edited() {
    let (mut offered, mut refused) = (0, 0);
    for text in texts().iter().step_by(4) {
        for text in [text.clone(), flow(text)] {
            let file = ModelFile::read(&text, &Request::default(), false).expect("a model file");
            for i in 0..file.model.rows.len() {
                for change in [Change::above(i), Change::below(i), Change::duplicate(i)] {
                    assert!(rows::change(&file, change).is_some(), "{change:?}\n{}", file.text());
                }
                match rows::change(&file, Change::Delete(i)) {
                    Some(_) => offered += 1,
                    None => refused += 1,
                }
            }
        }
    }
    assert!(refused * 20 < offered, "{offered} rows can be deleted, {refused} can't");
}
