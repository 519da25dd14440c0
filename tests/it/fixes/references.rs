//! Rows that came or went without renumbering, on the framework's files: where it can be told, the first fix is the
//! renumbering that was meant, and never another one.

use std::collections::BTreeMap;

use yolint::internals::check::{Request, check};
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::rows::{self, Change};
use yolint::internals::model::Source;
use yolint::internals::rules::Severity;

use super::wiring::{applied, bare, model_of, request, texts};

/// What is done with the comments when a row comes or goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Comments {
    Kept,
    Updated,
    None,
}

const COMMENTS: [Comments; 3] = [Comments::Kept, Comments::Updated, Comments::None];

/// Of all that can be changed, one in so many is; `PLACES=5` says another number, for a closer look.
const STEP: usize = 37;

/// What comes, as a row, or goes.
const CHANGES: [Option<&str>; 4] = [
    Some("[-1, 1, nn.Identity, []]"),
    Some("[-1, 1, nn.MaxPool2d, [3, 1, 1]]"),
    Some("[-1, 1, Conv, [256, 3, 1]]"),
    None,
];

/// The text after the change, and the text as it would be with all that must follow.
fn changed(text: &str, at: usize, row: Option<&str>, comments: Comments) -> Option<(String, String)> {
    let change = if row.is_some() { Change::above(at) } else { Change::Delete(at) };
    let file = ModelFile::read(text, &Request::default(), false)?;
    let edits = rows::change(&file, change)?;
    let is_reference =
        |start: u32| file.model.rows.iter().any(|row| row.from().is_some_and(|from| from.span.touches(start)));
    let is_row = |new: &str| if row.is_some() { new.contains("nn.Identity") } else { new.is_empty() };
    let alone: Vec<_> = edits
        .iter()
        .filter(|(span, new)| is_row(new) || comments == Comments::Updated && !is_reference(span.start))
        .cloned()
        .collect();
    let done = |edits| {
        let text = rows::apply(text, edits);
        row.map_or(text.clone(), |row| text.replacen("[-1, 1, nn.Identity, []]", row, 1))
    };
    Some((done(&alone), done(&edits)))
}

/// The text as it would be if rows that read the one above still do so.
fn with_chain_kept(meant: &str, text: &str) -> String {
    let (now, wiring) = (rows::wiring(&model_of(text)), rows::wiring(&model_of(meant)));
    let both = now.iter().flatten().zip(wiring.iter().flatten());
    let kept = both.filter(|(now, meant)| now.value == -1 && meant.value != -1);
    rows::apply(meant, &kept.map(|(_, entry)| (entry.span, "-1".to_owned())).collect::<Vec<_>>())
}

/// What is offered first for a file in which a row came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Offered {
    /// The renumbering that was meant.
    Right,
    /// Another renumbering, or one where nothing is stale.
    Wrong,
    /// Something else, or nothing.
    Other,
}

/// The text as it would be if what read the row above the one that came was meant to read that one.
fn with_new_row_read(meant: &str, at: usize) -> String {
    let wiring = rows::wiring(&model_of(meant));
    let entries = wiring.iter().enumerate().skip(at + 1).flat_map(|(i, row)| row.iter().map(move |entry| (i, entry)));
    let reads_above = entries.filter(|(_, entry)| entry.target == Some(Source::Row(at - 1)));
    let new = |(i, entry): (usize, &rows::Entry)| if entry.value < 0 { at as i64 - i as i64 } else { at as i64 };
    let edits: Vec<_> = reads_above.map(|(i, entry)| (entry.span, new((i, entry)).to_string())).collect();
    rows::apply(meant, &edits)
}

/// What each row reads, and its other cells.
fn read_rows(text: &str) -> Vec<String> {
    let model = model_of(text);
    let sources = rows::wiring(&model).into_iter().map(|row| row.iter().map(|entry| entry.target).collect::<Vec<_>>());
    let cells = model.rows.iter().map(|row| row.cells.iter().skip(1).map(|cell| cell.value.to_string()));
    sources.zip(cells).map(|(sources, cells)| format!("{sources:?} {}", cells.collect::<Vec<_>>().join(", "))).collect()
}

fn offered(text: &str, meant: &[String], request: &Request) -> Option<Offered> {
    let findings = check(text, request);
    let renumbering = findings.iter().find(|finding| finding.diagnostic.rule == "stale-reference");
    if read_rows(text) == read_rows(&meant[0]) {
        return renumbering.map(|_| Offered::Wrong);
    }
    // Fixes of comments about sizes are beside it.
    let fixes = |rule: &str| rule != "stale-stride-comment" && rule != "stale-summary";
    let first = findings.iter().find(|f| fixes(f.diagnostic.rule) && !f.diagnostic.fixes.is_empty());
    Some(match (renumbering, first) {
        (Some(finding), Some(first)) if finding == first => {
            let fixed = read_rows(&applied(text, &finding.diagnostic.fixes[0]));
            if meant.iter().any(|meant| fixed == read_rows(meant)) { Offered::Right } else { Offered::Wrong }
        }
        _ => Offered::Other,
    })
}

/// Where the old indices are in comments, or nothing else is wrong with the file once it is renumbered.
#[test]
fn renumbering_comes_first_and_is_right() {
    let mut counts: BTreeMap<(bool, Offered), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut places = 0;
    let mut others = Vec::new();
    let step = std::env::var("PLACES").ok().and_then(|step| step.parse().ok()).unwrap_or(STEP);
    for (stem, original) in texts().iter().filter(|(_, text)| !text.contains("nn.Identity")) {
        for at in 1..model_of(original).rows.len() {
            for (comments, row) in CHANGES.iter().flat_map(|row| COMMENTS.map(|comments| (comments, row))) {
                places += 1;
                if places % step != 0 {
                    continue;
                }
                let text = if comments == Comments::None { bare(original) } else { original.clone() };
                let Some((text, meant)) = changed(&text, at, *row, comments) else { continue };
                let request = request(stem, &model_of(&text));
                // Behind the end of a stage both are natural.
                let both: Vec<String> = match row {
                    Some(_) => vec![meant.clone(), with_new_row_read(&meant, at)],
                    // What enlarged maps is put back where nothing works without it.
                    None => vec![meant.clone(), with_chain_kept(&meant, &text), original.clone()],
                };
                let Some(offered) = offered(&text, &both, &request) else { continue };
                if offered == Offered::Wrong {
                    wrong.push(format!("{stem} {at} {comments:?} {row:?}"));
                }
                let works = check(&meant, &request).iter().all(|f| f.diagnostic.severity != Severity::Error);
                if offered == Offered::Other && (works || comments == Comments::Kept) {
                    others.push(format!("{stem} {at} {comments:?} {row:?}"));
                }
                if works || comments == Comments::Kept {
                    *counts.entry((comments == Comments::Kept, offered)).or_default() += 1;
                }
            }
        }
    }
    if std::env::var("PLACES").is_ok() {
        println!("{counts:?}\nwrong {wrong:#?}\nother {others:#?}");
    }
    let count = |is_kept: bool, what: Offered| counts.get(&(is_kept, what)).copied().unwrap_or(0);
    assert!(wrong.is_empty(), "{counts:?} {wrong:#?}");
    for is_kept in [true, false] {
        let (right, other) = (count(is_kept, Offered::Right), count(is_kept, Offered::Other));
        assert!(right * 100 >= (right + other) * 95, "{counts:?} {others:#?}");
    }
}
