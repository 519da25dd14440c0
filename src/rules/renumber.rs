//! The fix of wiring that a row shifted: rows came or went, and what names the rows below them wasn't renumbered.
//!
//! What became of the file's rows isn't known, so it is guessed: that a row, or where comments with indices say so up to
//! three, came or went at some place. A guess
//! counts if renumbering by it leaves nothing wrong. Of several that do, the one counts that explains more comments with
//! indices, is about fewer rows, leaves fewer rows unread, and names more rows at the end of their stage; of two that are
//! alike, none.

use super::trial::{Trial, ends_stage, size};
use super::{Fix, fault};
use crate::analysis::{Analysis, Status};
use crate::model::Source;
use crate::model::comments::{self, IndexClaim};
use crate::rewrite::{Meant, Stale, Wiring, wiring};
use crate::torch::ops::FaultKind;

/// The most rows that may have come or gone.
const MAX_ROWS: usize = 3;

/// The most analyses that are made.
const MAX_TRIALS: usize = 30;

/// The most rows of a file in which guesses are made.
const MAX_ROWS_OF_FILE: usize = 120;

/// A guess at what happened.
struct Guess {
    meant: Meant,
    stale: Vec<Stale>,
    /// By how much indices below grew.
    shift: i64,
    /// How many comments with indices it explains, less those that it belies.
    comments: i64,
}

impl Guess {
    /// By what it is ranked before it is tried, the most likely first.
    fn doubt(&self) -> (i64, i64) {
        (-self.comments, self.shift.abs())
    }
}

/// The fix, where `row` can't be built or run.
pub(super) fn fix(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let model = &trial.file.model;
    let claims = comments::index_claims(trial.file);
    if model.rows.len() > MAX_ROWS_OF_FILE || claims.iter().flatten().any(|claim| claim.is_range) {
        return None;
    }
    let now = wiring(model);
    let mut guesses: Vec<Guess> = Vec::new();
    for guess in guesses_at(trial, row, &now, &claims) {
        match guesses.iter_mut().find(|known| known.stale == guess.stale) {
            Some(known) if known.comments < guess.comments => *known = guess,
            Some(_) => {}
            None => guesses.push(guess),
        }
    }
    guesses.sort_by_key(Guess::doubt);
    let mut best: Option<((i64, i64), Guess)> = None;
    let mut is_unique = true;
    for guess in guesses.into_iter().take(MAX_TRIALS) {
        if best.as_ref().is_some_and(|(_, best)| best.doubt() < guess.doubt()) {
            break;
        }
        let after = trial.again(&trial.rewired(&guess.stale), trial.analysis);
        if after.rows.iter().any(|row| row.output.is_none()) || !after.header.is_empty() {
            continue;
        }
        let worth = (-unread(&after), stages(&after));
        match &best {
            Some((known, _)) if *known > worth => {}
            Some((known, _)) if *known == worth => is_unique = false,
            _ => (best, is_unique) = (Some((worth, guess)), true),
        }
    }
    let (_, guess) = best.filter(|_| is_unique)?;
    if !trial.mends(&trial.rewired(&guess.stale), row, Some) {
        return None;
    }
    let edits = guess.meant.edits(trial.file, &guess.stale)?;
    let first = guess.stale.first()?.row;
    let references = match guess.stale.len() {
        1 => "the reference".to_owned(),
        n => format!("the {n} references"),
    };
    let title = format!("renumber {references} from row {first} on: {:+}", guess.shift);
    Some(Fix { title, safe: false, edits })
}

/// All guesses that change what `row`, or one above it, reads, and that could be right.
fn guesses_at(trial: &Trial<'_>, row: usize, now: &Wiring, claims: &[Option<IndexClaim>]) -> Vec<Guess> {
    let model = &trial.file.model;
    let mut guesses = Vec::new();
    for count in 1..=MAX_ROWS {
        let came =
            (0..(row + 1).saturating_sub(count)).map(|at| (Meant::before_insertion(model, at, count), count as i64));
        let went = (1..=row).map(|at| (Meant::before_deletion(model, at, count), -(count as i64)));
        for (meant, shift) in came.chain(went) {
            let stale = meant.stale(now);
            if stale.iter().any(|s| s.row <= row) && is_in_reach(now, &stale) && may_fit(trial, row, now, &stale) {
                let comments = explained(&meant, claims);
                // Of several rows the wiring alone says too little.
                if count == 1 || comments > 0 {
                    guesses.push(Guess { meant, stale, shift, comments });
                }
            }
        }
    }
    guesses
}

/// Whether each row reads only rows above it afterwards, and none of those that change one twice.
fn is_in_reach(now: &Wiring, stale: &[Stale]) -> bool {
    let mut values: Vec<Vec<i64>> = now.iter().map(|row| row.iter().map(|entry| entry.value).collect()).collect();
    stale.iter().for_each(|s| values[s.row][s.entry] = s.value);
    let in_reach = |i: i64, value: i64| if value < 0 { -value <= i.max(1) } else { value < i };
    let source = |row: usize, value: i64| if value < 0 { value + row as i64 } else { value };
    let is_double = |s: &Stale| {
        let same = |&&value: &&i64| source(s.row, value) == source(s.row, s.value);
        values[s.row].iter().filter(same).count() > 1
    };
    values.iter().enumerate().all(|(i, row)| row.iter().all(|&value| in_reach(i as i64, value)))
        && !stale.iter().any(is_double)
}

/// Whether the inputs of a row that joins maps have one size afterwards, as far as that is known without an analysis.
fn may_fit(trial: &Trial<'_>, row: usize, now: &Wiring, stale: &[Stale]) -> bool {
    let Status::Fault(fault) = &trial.analysis.rows[row].status else { return false };
    if fault::rule_of(fault).is_none() || stale.iter().any(|s| s.row < row) {
        return fault::rule_of(fault).is_some();
    }
    let is_concat = trial.file.model.rows[row].module_name() == Some("Concat");
    if !is_concat || !matches!(fault.fault.kind, FaultKind::Spatial | FaultKind::From) {
        return true;
    }
    let sizes = now[row].iter().enumerate().map(|(k, entry)| {
        let value = stale.iter().find(|s| s.row == row && s.entry == k).map_or(entry.value, |s| s.value);
        let source = if value < 0 { value + row as i64 } else { value };
        usize::try_from(source).ok().and_then(|source| size(trial.analysis, source))
    });
    let sizes: Vec<_> = sizes.collect();
    sizes.iter().all(|size| size.is_some() && *size == sizes[0])
}

/// How many comments say the index that a row had, less those that say the one that it has.
fn explained(meant: &Meant, claims: &[Option<IndexClaim>]) -> i64 {
    let verdict = |(i, claim): (usize, &Option<IndexClaim>)| {
        let (claim, origin) = (claim.as_ref()?, meant.origins.get(i).copied().flatten()?);
        (origin != i).then(|| if claim.index == origin { 1 } else { -i64::from(claim.index == i) })
    };
    claims.iter().enumerate().filter_map(verdict).sum()
}

/// How many rows nobody reads.
fn unread(analysis: &Analysis) -> i64 {
    let mut is_read = vec![false; analysis.rows.len()];
    for source in analysis.rows.iter().flat_map(|row| &row.from) {
        if let Source::Row(j) = source {
            is_read[*j] = true;
        }
    }
    is_read.iter().filter(|&&is_read| !is_read).count() as i64
}

/// How often a row at the end of its stage is read by another than the next one.
fn stages(analysis: &Analysis) -> i64 {
    let ends: Vec<bool> = (0..analysis.rows.len()).map(|i| ends_stage(analysis, i)).collect();
    let reads = analysis.rows.iter().enumerate().flat_map(|(i, row)| row.from.iter().map(move |source| (i, source)));
    reads.filter(|(i, source)| matches!(source, Source::Row(j) if j + 1 != *i && ends[*j])).count() as i64
}
