//! Repairs `from` indices after rows were inserted or deleted without renumbering.
//!
//! The edit isn't known, so it is guessed: one row, or up to three if comments with indices suggest it, was inserted or
//! deleted somewhere. A guess is valid if renumbering by it leaves no errors. Among several valid guesses, the best one
//! explains more comments with indices, moves fewer rows, leaves fewer rows unread, and reads more rows that end their
//! stage. If two are equally good, no fix is offered.

use super::trial::{Trial, ends_stage, size};
use super::{Fix, fault};
use crate::analysis::{Analysis, Status};
use crate::model::Source;
use crate::model::comments::{self, IndexClaim};
use crate::rewrite::{IntendedWiring, StaleRef, Wiring, wiring};
use crate::torch::ops::FaultKind;

/// Largest number of inserted or deleted rows to consider.
const MAX_ROWS: usize = 3;

/// Largest number of guesses to analyse.
const MAX_TRIALS: usize = 30;

/// Largest number of rows of a file to make guesses for.
const MAX_ROWS_OF_FILE: usize = 120;

/// A guess at the edit.
struct Guess {
    meant: IntendedWiring,
    stale: Vec<StaleRef>,
    /// By how much the indices below it grew.
    shift: i64,
    /// Number of comments with indices that it explains, minus those that it contradicts.
    comments: i64,
}

impl Guess {
    /// Key that ranks guesses before they are tried, most likely first.
    fn doubt(&self) -> (i64, i64) {
        (-self.comments, self.shift.abs())
    }
}

/// Returns the fix for a `row` that can't be built or run.
pub(super) fn fix(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let model = &trial.file.model;
    let claims = comments::index_claims(trial.file);
    if model.rows.len() > MAX_ROWS_OF_FILE || claims.iter().flatten().any(|claim| claim.is_range) {
        return None;
    }
    let now = wiring(model);
    let mut guesses: Vec<Guess> = Vec::new();
    // Several guesses can lead to the same edits: the one that comments support most stands for them.
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
        // Guesses are sorted by doubt, so only one as likely as the best can still compete with it.
        if best.as_ref().is_some_and(|(_, best)| best.doubt() < guess.doubt()) {
            break;
        }
        let after = trial.again(&trial.rewired(&guess.stale), trial.analysis);
        if after.rows.iter().any(|row| row.output.is_none()) || !after.header.is_empty() {
            continue;
        }
        // If two guesses are equally good, nothing tells which one is right.
        let worth = (-unread(&after), stages(&after));
        match &best {
            Some((known, _)) if *known > worth => {}
            Some((known, _)) if *known == worth => is_unique = false,
            _ => (best, is_unique) = (Some((worth, guess)), true),
        }
    }
    let (_, guess) = best.filter(|_| is_unique)?;
    // So far only the scale of the finding was analysed.
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
    Some(Fix { title, edits, ..Fix::default() })
}

/// Returns the plausible guesses that change the inputs of `row` or of a row above it.
fn guesses_at(trial: &Trial<'_>, row: usize, now: &Wiring, claims: &[Option<IndexClaim>]) -> Vec<Guess> {
    let model = &trial.file.model;
    let mut guesses = Vec::new();
    for count in 1..=MAX_ROWS {
        let came = (0..(row + 1).saturating_sub(count))
            .map(|at| (IntendedWiring::before_insertion(model, at, count), count as i64));
        let went = (1..=row).map(|at| (IntendedWiring::before_deletion(model, at, count), -(count as i64)));
        for (meant, shift) in came.chain(went) {
            let stale = meant.stale(now);
            if stale.iter().any(|s| s.row <= row) && is_in_reach(now, &stale) && may_fit(trial, row, now, &stale) {
                let comments = explained(&meant, claims);
                // For several rows, the wiring alone is too weak evidence.
                if count == 1 || comments > 0 {
                    guesses.push(Guess { meant, stale, shift, comments });
                }
            }
        }
    }
    guesses
}

/// Whether every row then reads only rows above it, and no changed row reads a row twice.
fn is_in_reach(now: &Wiring, stale: &[StaleRef]) -> bool {
    let mut values: Vec<Vec<i64>> = now.iter().map(|row| row.iter().map(|entry| entry.value).collect()).collect();
    stale.iter().for_each(|s| values[s.row][s.entry] = s.value);
    let in_reach = |i: i64, value: i64| if value < 0 { -value <= i.max(1) } else { value < i };
    let source = |row: usize, value: i64| if value < 0 { value + row as i64 } else { value };
    let is_double = |s: &StaleRef| {
        let same = |&&value: &&i64| source(s.row, value) == source(s.row, s.value);
        values[s.row].iter().filter(same).count() > 1
    };
    values.iter().enumerate().all(|(i, row)| row.iter().all(|&value| in_reach(i as i64, value)))
        && !stale.iter().any(is_double)
}

/// Whether the inputs of a row that joins maps then have the same size, as far as that is known without an analysis.
fn may_fit(trial: &Trial<'_>, row: usize, now: &Wiring, stale: &[StaleRef]) -> bool {
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

/// Number of comments with a row's old index, minus those with its current index.
fn explained(meant: &IntendedWiring, claims: &[Option<IndexClaim>]) -> i64 {
    let verdict = |(i, claim): (usize, &Option<IndexClaim>)| {
        let (claim, origin) = (claim.as_ref()?, meant.origins.get(i).copied().flatten()?);
        (origin != i).then(|| if claim.index == origin { 1 } else { -i64::from(claim.index == i) })
    };
    claims.iter().enumerate().filter_map(verdict).sum()
}

/// Number of rows that no row reads.
fn unread(analysis: &Analysis) -> i64 {
    let mut is_read = vec![false; analysis.rows.len()];
    for source in analysis.rows.iter().flat_map(|row| &row.from) {
        if let Source::Row(j) = source {
            is_read[*j] = true;
        }
    }
    is_read.iter().filter(|&&is_read| !is_read).count() as i64
}

/// Number of reads of a stage's last row by a row other than the next one.
fn stages(analysis: &Analysis) -> i64 {
    let ends: Vec<bool> = (0..analysis.rows.len()).map(|i| ends_stage(analysis, i)).collect();
    let reads = analysis.rows.iter().enumerate().flat_map(|(i, row)| row.from.iter().map(move |source| (i, source)));
    reads.filter(|(i, source)| matches!(source, Source::Row(j) if j + 1 != *i && ends[*j])).count() as i64
}
