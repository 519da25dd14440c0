//! `stale-reference`: rows came or went, and what is below still uses the old numbers.

use super::references::{References, Stale};
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::Analysis;
use crate::cost::units::grouped;
use crate::rewrite::{RowsChanged, wiring};

rule! {
    /// A row was inserted or deleted, and references below still use the old indices.
    ///
    /// ## What it does
    /// Reports references in `from` that were right before rows above them were inserted or deleted. There are two
    /// kinds of evidence:
    ///
    /// * Comments with indices (`# 12`, `# 15 (P3/8-small)`) are wrong by the same number from some row on, and
    ///   references below use the numbers in the comments.
    /// * If every reference from some row on is moved by one, the model runs and its wiring is better: each row is read
    ///   by another one, and heads and `Concat`s again read the last row of a stage.
    ///
    /// All references are one finding, and their consequences (a mismatch of sizes, a row that no row reads, a wrong
    /// index in a comment) aren't reported again. Nothing is reported if the old and the new indices fit the file
    /// equally well.
    ///
    /// ## Why is this bad?
    /// `from` names rows by their position, so an inserted row moves all rows below it. The model may still build and
    /// train, but it is a different model: a head that reads `Concat`s instead of the blocks below them can cost three
    /// times as much.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0-P1/2
    ///   - [-1, 1, Conv, [128, 3, 2]] # 1-P2/4
    ///   - [-1, 1, nn.Identity, []]
    ///   - [-1, 1, Conv, [256, 3, 2]] # 2-P3/8
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]] # 3
    ///   - [[-1, 1], 1, Concat, [1]] # cat backbone P2
    ///   - [[4, 2], 1, Detect, [80]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0-P1/2
    ///   - [-1, 1, Conv, [128, 3, 2]] # 1-P2/4
    ///   - [-1, 1, nn.Identity, []]
    ///   - [-1, 1, Conv, [256, 3, 2]] # 3-P3/8
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]] # 4
    ///   - [[-1, 1], 1, Concat, [1]] # cat backbone P2
    ///   - [[5, 3], 1, Detect, [80]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix renumbers the references, and the indices in comments with them. It isn't safe: it changes which rows
    /// are read, and so the model.
    "stale-reference", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let References::Stale(stale) = file.references() else { return Vec::new() };
    finding(file, stale).into_iter().collect()
}

fn finding(file: &File<'_>, stale: &Stale) -> Option<Diagnostic> {
    let now = wiring(&file.model);
    let entry = |k: usize| {
        let stale = stale.refs.get(k)?;
        Some((now.get(stale.row)?.get(stale.entry)?, stale))
    };
    let mut moved: Vec<(i64, i64)> = (0..stale.refs.len()).filter_map(entry).map(|(e, s)| (e.value, s.value)).collect();
    moved.sort_unstable();
    moved.dedup();
    let (old, new): (Vec<i64>, Vec<i64>) = moved.into_iter().unzip();
    let (mean, row) = if old.len() == 1 { ("means", "row ") } else { ("mean", "rows ") };
    let message = format!("{}: {} still {mean} what is now {row}{}", edit(stale), list(&old), list(&new));
    let (first, at) = entry(0)?;
    let mut found = RULE.at(first.span, message).of_row(at.row);
    for (entry, stale) in (1..stale.refs.len()).filter_map(entry) {
        found = found.related(file.at(entry.span), format!("{} was meant for {}", entry.value, stale.value));
    }
    let edits = stale.meant.edits(file, &stale.refs)?;
    let references = match stale.refs.len() {
        1 => "the reference".to_owned(),
        n => format!("the {n} references"),
    };
    let mut by: Vec<i64> = old.iter().zip(&new).map(|(old, new)| new - old).collect();
    by.dedup();
    let by = if let [by] = by[..] { format!(": {by:+}") } else { String::new() };
    let title = format!("renumber {references} from row {} on{by}", at.row);
    let works = |analysis: &&Analysis| analysis.rows.iter().all(|row| row.output.is_some());
    let figures = |analysis: &Analysis| Some(analysis).filter(works)?.totals.as_ref().map(|totals| totals.params);
    if let (Some(before), Some(after)) =
        (file.checked.first().and_then(|analysis| figures(analysis)), figures(&stale.after))
        && before != after
    {
        found.help = Some(format!(
            "renumbered, the model has {} parameters; now it has {}",
            grouped(after.into()),
            grouped(before.into())
        ));
    }
    Some(found.fix(Fix { title, edits, ..Fix::default() }))
}

/// What happened to the rows: "A row was put in at row 10".
fn edit(stale: &Stale) -> String {
    let rows = |n: usize| if n == 1 { "A row was".to_owned() } else { format!("{n} rows were") };
    let count = |by: i64| usize::try_from(by.unsigned_abs()).unwrap_or_default();
    let done = |by: i64| if by > 0 { "put in" } else { "taken out" };
    match stale.changes.as_slice() {
        [] => "Rows were put in or taken out above".to_owned(),
        [RowsChanged { at, by }] if stale.upto == *at => match by {
            1.. => format!("{} put in at row {at}", rows(count(*by))),
            _ => format!("{} taken out above row {at}", rows(count(*by))),
        },
        [RowsChanged { at, by }] => {
            let below = stale.upto + if *by > 0 { count(*by) } else { 0 };
            match at.checked_sub(1) {
                Some(above) => format!("{} {} between rows {above} and {below}", rows(count(*by)), done(*by)),
                None => format!("{} {} above row {below}", rows(count(*by)), done(*by)),
            }
        }
        changes => {
            let came: Vec<i64> = changes.iter().filter(|change| change.by > 0).map(|change| change.at as i64).collect();
            let went: Vec<i64> = changes.iter().filter(|change| change.by < 0).map(|change| change.at as i64).collect();
            match (came.as_slice(), went.as_slice()) {
                (came, []) => format!("Rows were put in at {}", list(came)),
                ([], went) => format!("Rows were taken out above {}", list(went)),
                (came, went) => format!("Rows were put in at {} and taken out above {}", list(came), list(went)),
            }
        }
    }
}

/// `12, 15 and 18`
fn list(numbers: &[i64]) -> String {
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    match words.as_slice() {
        [many @ .., last] if !many.is_empty() => format!("{} and {last}", many.join(", ")),
        words => words.join(""),
    }
}
