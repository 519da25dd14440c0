//! `stale-reference`: rows came or went, and what is below still uses the old numbers.

use std::collections::BTreeMap;

use super::references::{Mistake, References, Stale};
use super::trial::{Trial, size};
use super::{Diagnostic, File, Fix, Severity, missing_row, missing_stride, rule};
use crate::analysis::Analysis;
use crate::cost::units::grouped;
use crate::model::comments;
use crate::rewrite::{RowsChanged, StaleRef, wiring};
use crate::words::{Message, and, message};

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
    /// index in a comment) aren't reported again. If all that is missing is a row that enlarges or joins maps
    /// (`nn.Upsample`, `nn.ConvTranspose2d`, `Concat`), that is said.
    ///
    /// References to rows that went, in the place of which there are fewer, are reported without a fix.
    ///
    /// Also reports a head whose references are all off by the same number, as those of another file's head are, if the
    /// comments of the rows that fit name their indices. Nothing is reported if the old and the new indices fit the
    /// file equally well.
    ///
    /// References of which only a part was renumbered, or two that have changed places, are reported where all rows
    /// work with them put right and with no other change; so are rows that were put in behind every row that the head
    /// reads.
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
    /// The fix renumbers the references, and the indices in comments with them, or puts the missing row back. Where
    /// comments name more levels than the head reads, another fix has it read the last row of each. None of them is safe:
    /// they change which rows are read, and so the model.
    "stale-reference", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let stale = match file.references() {
        References::Stale(stale) => Some(stale),
        _ => None,
    };
    // Signs of a row that went: references are off by it, or one names no row.
    let places = match stale.map(|stale| (stale.changes.as_slice(), stale.upto)) {
        Some(([RowsChanged { at, by: -1 }], upto)) => Some(*at..=upto),
        Some(_) => None,
        None => file.has_bad_from().then_some(0..=usize::MAX),
    };
    if let Some((row, message, fix)) = places.and_then(|places| missing_row::find(file, places)) {
        let span = file.model.rows[row].span;
        return vec![RULE.at(span, message).of_row(row).severity(Severity::Error).fix(fix)];
    }
    let counts_on_more = stale.map_or(file.has_bad_from(), |stale| stale.changes.iter().any(|change| change.by < 0));
    let missing = file.checked.first().filter(|_| counts_on_more);
    if let Some(missing) = missing.and_then(|analysis| {
        missing_stride::find(file, analysis, false).or_else(|| missing_stride::official(file, analysis))
    }) {
        return vec![missing.finding(&RULE, file).severity(Severity::Error)];
    }
    let Some(stale) = stale else { return Vec::new() };
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
    let (first, at) = entry(0)?;
    // A row can't be what several were.
    let is_gone = |(_, new): &(i64, i64)| moved.iter().filter(|(_, other)| other == new).count() > 1;
    let gone: Vec<i64> = moved.iter().filter(|pair| is_gone(pair)).map(|(old, _)| *old).collect();
    if !gone.is_empty() {
        let message = message!("stale-reference-gone", edit = edit(stale), count = gone.len(), gone = and(&gone));
        let mut found = RULE.at(first.span, message).of_row(at.row).help(message!("read-rows-in-their-place"));
        let entries = (1..stale.refs.len()).filter_map(entry).map(|(entry, _)| entry);
        for entry in entries.filter(|entry| gone.contains(&entry.value)) {
            found = found.related(file.at(entry.span), message!("reference-gone", entry = entry.value));
        }
        return Some(found);
    }
    let (old, new): (Vec<i64>, Vec<i64>) = moved.into_iter().unzip();
    let message = match stale.mistake {
        Mistake::Slips => message!("wrong-indices", count = old.len(), old = and(&old), new = and(&new)),
        Mistake::Swap => {
            message!("swapped-indices", old = and(&old), rows = and(stale.refs.iter().map(|stale| stale.row)))
        }
        Mistake::Edit => {
            message!("stale-reference", edit = edit(stale), count = old.len(), old = and(&old), new = and(&new))
        }
    };
    let mut found = RULE.at(first.span, message).of_row(at.row);
    for (entry, stale) in (1..stale.refs.len()).filter_map(entry) {
        found =
            found.related(file.at(entry.span), message!("reference-meant", entry = entry.value, value = stale.value));
    }
    let edits = stale.meant.edits(file, &stale.refs)?;
    let mut by: Vec<i64> = old.iter().zip(&new).map(|(old, new)| new - old).collect();
    by.dedup();
    let (count, row) = (stale.refs.len(), at.row);
    let title = match by[..] {
        _ if stale.mistake == Mistake::Swap => message!("swap-indices", old = and(&old)),
        [by] => message!("renumber-references-by", count, row, by = format!("{by:+}")),
        _ => message!("renumber-references", count, row),
    };
    let works = |analysis: &&Analysis| analysis.rows.iter().all(|row| row.output.is_some());
    let figures = |analysis: &Analysis| Some(analysis).filter(works)?.totals.as_ref().map(|totals| totals.params);
    if let (Some(before), Some(after)) =
        (file.checked.first().and_then(|analysis| figures(analysis)), figures(&stale.after))
        && before != after
    {
        found.help =
            Some(message!("renumbered-params", after = grouped(after.into()), before = grouped(before.into())));
    }
    if let Some(fix) = with_another_level(file, stale) {
        found = found.fix(fix);
    }
    Some(found.fix(Fix::of(title, edits)))
}

/// The fix by which the head reads the last row of each level that comments of its section name, where these are more than it
/// reads: a level was added, and the head is that of the file before.
fn with_another_level(file: &File<'_>, stale: &Stale) -> Option<Fix> {
    let head = file.model.rows.len().checked_sub(1).filter(|head| stale.after.rows[*head].is_head())?;
    let section = file.model.section_of(head)?.rows.start;
    let mut levels: BTreeMap<u32, usize> = BTreeMap::new();
    for (row, claim) in comments::stride_claims(file).into_iter().enumerate().take(head).skip(section) {
        let Some((claim, (_, stride))) = claim.and_then(|claim| Some((claim, claim.stride?))) else { continue };
        let own = size(&stale.after, row).and_then(|size| stale.after.stride(size))?;
        if u64::try_from(own) == Ok(stride) {
            levels.insert(claim.level, row);
        }
    }
    let rows: Vec<usize> = levels.values().copied().collect();
    let reads = stale.after.rows[head].from.len();
    let is_moved = stale.refs.iter().any(|stale| stale.row == head);
    let is_in_turn =
        rows.is_sorted() && levels.keys().zip(levels.keys().skip(1)).all(|(level, next)| level + 1 == *next);
    if rows.len() <= reads || !is_moved || !is_in_turn {
        return None;
    }
    let others: Vec<StaleRef> = stale.refs.iter().filter(|stale| stale.row != head).copied().collect();
    let mut edits = stale.meant.edits(file, &others)?;
    edits.push((file.model.rows[head].from()?.span, format!("{rows:?}")));
    edits.sort_by_key(|(span, _)| *span);
    let trial = Trial::new(file, file.checked, file.checked.first()?)?;
    trial.edit(head, edits, message!("read-last-of-each-level", rows = and(&rows)), Some)
}

/// What happened to the rows: "A row was put in at row 10".
fn edit(stale: &Stale) -> Message {
    let count = |by: i64| usize::try_from(by.unsigned_abs()).unwrap_or_default();
    match stale.changes.as_slice() {
        [] => message!("rows-changed-above"),
        [RowsChanged { at, by }] if stale.upto == *at => match by {
            1.. => message!("rows-put-in-at", count = count(*by), row = at),
            _ => message!("rows-taken-out-above", count = count(*by), row = at),
        },
        [RowsChanged { at, by }] => {
            let below = stale.upto + if *by > 0 { count(*by) } else { 0 };
            let count = count(*by);
            match (at.checked_sub(1), *by > 0) {
                (Some(above), true) => message!("rows-put-in-between", count, above, below),
                (Some(above), false) => message!("rows-taken-out-between", count, above, below),
                (None, true) => message!("rows-put-in-above", count, row = below),
                (None, false) => message!("rows-taken-out-above", count, row = below),
            }
        }
        changes => {
            let came: Vec<i64> = changes.iter().filter(|change| change.by > 0).map(|change| change.at as i64).collect();
            let went: Vec<i64> = changes.iter().filter(|change| change.by < 0).map(|change| change.at as i64).collect();
            match (came.as_slice(), went.as_slice()) {
                (came, []) => message!("several-put-in", came = and(came)),
                ([], went) => message!("several-taken-out", went = and(went)),
                (came, went) => message!("several-put-in-taken-out", came = and(came), went = and(went)),
            }
        }
    }
}
