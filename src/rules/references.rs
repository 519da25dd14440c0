//! What the references of a file mean: the rows that they name, or those that had these numbers before rows came or went.
//!
//! The edit isn't known, so it is guessed. Comments with indices tell how many rows came or went, and nearly where. Without
//! them, one row that came or went anywhere is tried. A guess competes with the file as it is: better is what leaves more
//! rows working, then what shows fewer signs of a wrong wiring (a row that nobody reads, a row that is read though its
//! stage goes on, a level in a comment that isn't the row's). If two guesses are equally good, nothing is known.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::index_comments::{IndexComment, index_comments};
use super::trial::{Trial, ends_stage, size};
use super::{File, sizes};
use crate::analysis::{Analysis, Status};
use crate::model::{Row, Source, comments, from};
use crate::python::Literal;
use crate::rewrite::{IntendedWiring, RowsChanged, StaleRef, Wiring, wiring};
use crate::torch::ops::FaultKind;

/// Largest number of rows that came or went at one place, by comments.
const MAX_ROWS: i64 = 12;

/// Largest number of guesses to analyse.
const MAX_TRIALS: usize = 40;

/// Largest number of rows of a file to make guesses for.
const MAX_ROWS_OF_FILE: usize = 120;

/// The stride that a model's deepest maps have at least, if no stage is missing.
const DEEPEST: i64 = 32;

/// Modules of which a file usually has one, or that come with others.
const ONCE: [&str; 10] = ["AIFI", "C2fCIB", "C2PSA", "Concat", "Focus", "PSA", "SPP", "SPPELAN", "SPPF", "nn.Upsample"];

/// What the references of a file mean.
#[derive(Debug)]
pub enum References {
    /// The rows that they name.
    AsWritten,
    /// Some still mean the rows that had their numbers before rows came or went.
    Stale(Box<Stale>),
    /// That can't be told.
    Unclear,
}

impl References {
    /// Takes references for slips of the pen where the rows that were meant have comments with their own numbers.
    fn with_slips(mut self, comments: &[IndexComment]) -> References {
        if let References::Stale(stale) = &mut self
            && are_slips(comments, stale)
        {
            stale.mistake = Mistake::Slips;
        }
        self
    }
}

/// References that use old numbers.
#[derive(Debug)]
pub struct Stale {
    /// Rows that came or went.
    pub(super) changes: Vec<RowsChanged>,
    /// The last place that is as likely as that of the only change.
    pub(super) upto: usize,
    /// What was meant.
    pub(super) meant: IntendedWiring,
    /// The references.
    pub(super) refs: Vec<StaleRef>,
    /// The file with what was meant.
    pub(super) after: Analysis,
    /// What was done.
    pub(super) mistake: Mistake,
}

/// What made references wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mistake {
    /// Rows came or went.
    Edit,
    /// Numbers that fit nothing: comments say that nothing came or went.
    Slips,
    /// Two of them have changed places.
    Swap,
}

/// A guess at the edit.
#[derive(Clone, Debug)]
struct Guess {
    changes: Vec<RowsChanged>,
    upto: usize,
    meant: IntendedWiring,
    refs: Vec<StaleRef>,
    /// Whether those that count back were left out.
    is_absolute: bool,
    /// How irregular the rows were before the edit.
    irregularity: usize,
}

/// How doubtful a wiring is: the number of rows that don't work, then that of signs of a wrong wiring.
type Doubt = (usize, usize);

/// A guess, and what the file is with it.
struct Tried {
    doubt: Doubt,
    guess: Guess,
    after: Analysis,
    /// Number of reads of a row whose stage goes on.
    midway: usize,
    /// Those of them that read a single layer and no block.
    plain: usize,
}

/// Tells what the references of a file mean.
pub(super) fn references(file: &File<'_>) -> References {
    let (Some(analysis), Some(comments)) = (file.checked.first(), index_comments(file)) else {
        return References::Unclear;
    };
    let Some(trial) = Trial::new(file, file.checked, analysis) else { return References::Unclear };
    let has_ranges = comments::index_claims(file).iter().flatten().any(|claim| claim.is_range);
    if file.model.rows.len() > MAX_ROWS_OF_FILE || has_ranges {
        return References::Unclear;
    }
    let now = wiring(&file.model);
    if !sizes::reads_as_written(analysis, &now) {
        return References::Unclear;
    }
    let comments = from_zero(file, analysis, comments);
    let guesser = Guesser { now, trial, comments };
    match guesser.shifts() {
        shifts if !shifts.is_empty() => guesser.by_comments(&shifts),
        _ if guesser.is_suspicious() => match guesser.by_wiring().with_slips(&guesser.comments) {
            stale @ References::Stale(_) => stale,
            other => guesser.by_offset().or_else(|| guesser.by_swap()).unwrap_or(other),
        },
        _ => References::AsWritten,
    }
}

/// The comments as if they counted from 0. Some files count from 1: the first row's level is right, so nothing went above it.
fn from_zero(file: &File<'_>, analysis: &Analysis, mut comments: Vec<IndexComment>) -> Vec<IndexComment> {
    let is_right = || {
        let claim = comments::stride_claims(file).into_iter().next().flatten();
        claim.is_some_and(|claim| {
            size(analysis, 0).and_then(|size| analysis.stride(size)) == 1_i64.checked_shl(claim.level)
        })
    };
    if comments.first().is_some_and(|first| first.row == 0 && first.claim.index == 1) && is_right() {
        comments.iter_mut().for_each(|comment| comment.claim.index = comment.claim.index.saturating_sub(1));
    }
    comments
}

/// Rows that came (`by` above zero) or went somewhere between two comments.
#[derive(Debug)]
struct Shift {
    /// The last row above it whose comment is known, plus one.
    from: usize,
    /// The first row below it whose comment is known.
    to: usize,
    by: i64,
}

struct Guesser<'a> {
    trial: Trial<'a>,
    now: Wiring,
    comments: Vec<IndexComment>,
}

impl Guesser<'_> {
    /// Where the indices in comments start to be off by another number. One that is off alone is a slip of the pen.
    fn shifts(&self) -> Vec<Shift> {
        let mut shifts = Vec::new();
        let (mut from, mut offset) = (0, 0);
        for (k, comment) in self.comments.iter().enumerate() {
            let next = self.comments.get(k + 1).map(IndexComment::offset);
            let is_alone = next == Some(offset);
            if comment.offset() != offset && !is_alone {
                let by = offset - comment.offset();
                shifts.push(Shift { from, to: comment.row, by });
                offset = comment.offset();
            }
            from = comment.row + 1;
        }
        shifts
    }

    /// Whether the wiring shows a sign that rows came or went.
    fn is_suspicious(&self) -> bool {
        let analysis = self.trial.analysis;
        let is_wiring = |status: &Status| match status {
            Status::Fault(fault) => {
                !matches!(fault.fault.kind, FaultKind::Module | FaultKind::Raised | FaultKind::Unsupported)
            }
            _ => false,
        };
        analysis.rows.iter().any(|row| is_wiring(&row.status)) || unread(self.trial.file, &self.now) > 0
    }

    /// Tells by comments that are off.
    fn by_comments(&self, shifts: &[Shift]) -> References {
        if shifts.iter().any(|shift| shift.by.abs() > MAX_ROWS) {
            return References::Unclear;
        }
        let mut places: Vec<Vec<RowsChanged>> = vec![Vec::new()];
        for Shift { from, to, by } in shifts {
            let came = usize::try_from(*by).unwrap_or(0);
            // Rows that came may have got comments with their own indices.
            let at: Vec<RowsChanged> =
                (from.saturating_sub(came)..=to.saturating_sub(came)).map(|at| RowsChanged { at, by: *by }).collect();
            if at.is_empty() || at.len() * places.len() > 4 * MAX_TRIALS {
                return References::Unclear;
            }
            places = places.iter().flat_map(|known| at.iter().map(|at| [known, &[*at][..]].concat())).collect();
        }
        let mut guesses: Vec<Guess> = places.into_iter().map(|changes| self.guess(changes)).collect();
        // What counts back may have been written for the rows as they are.
        guesses.extend(guesses.iter().filter_map(Guess::absolute).collect::<Vec<_>>());
        let mut guesses = self.distinct(guesses);
        // A row that went may be what maps need to fit.
        if shifts.iter().all(|shift| shift.by > 0) {
            let (fitting, others): (Vec<Guess>, Vec<Guess>) = guesses.into_iter().partition(|guess| self.fits(guess));
            guesses = if fitting.is_empty() { others } else { fitting };
        }
        let fewest = guesses.iter().map(|guess| guess.irregularity).min();
        guesses.retain(|guess| Some(guess.irregularity) == fewest);
        if guesses.iter().all(|guess| guess.refs.is_empty()) {
            return References::AsWritten;
        }
        let as_is = self.doubt(self.trial.analysis, &[]);
        let tried = guesses.iter().take(MAX_TRIALS).map(|guess| self.tried(guess.clone())).collect();
        let mut best = likeliest(tried);
        if let ([shift @ Shift { by: 1.., .. }], Some(Tried { doubt: (1.., _), .. })) = (shifts, &best) {
            best = self.shifted_further(shift).or(best);
        }
        let Some(mut best) = best else { return References::Unclear };
        if let ([shift @ Shift { by: ..0, .. }], 1..) = (shifts, best.doubt.0) {
            // What else is missing is the row that went, wherever that was.
            best.guess.upto = best.guess.upto.max(shift.to);
        }
        // Many signs outweigh references that fit the comments as they are.
        let signs_gone = (as_is.1 + self.reads_midway()).saturating_sub(best.doubt.1 + best.midway) as i64;
        let outweighs = |support: i64| best.doubt.0 < as_is.0 && support == -1 || signs_gone >= 3 * -support;
        match (best.doubt.cmp(&as_is), self.support(&best.guess)) {
            (Ordering::Less, support @ ..=-1) if outweighs(support) => return self.with_rows_behind(best).stale(),
            (Ordering::Less, 0..) | (Ordering::Equal, 1..) => return self.with_rows_behind(best).stale(),
            _ => {}
        }
        if let Some(part) = self.renumbered_in_part(&guesses, as_is) {
            return part.stale();
        }
        match (best.doubt.cmp(&as_is), self.support(&best.guess)) {
            (Ordering::Greater, ..=0) | (Ordering::Equal, ..=-1) if self.reads_midway() == 0 => References::AsWritten,
            _ => References::Unclear,
        }
    }

    /// The same, but that the head reads the rows that came behind those it read, if otherwise no row would read the last of
    /// them: attentions behind the blocks.
    fn with_rows_behind(&self, best: Tried) -> Tried {
        let Some(head) = self.now.len().checked_sub(1).filter(|head| self.trial.analysis.rows[*head].is_head()) else {
            return best;
        };
        let wiring = self.rewired(&best.guess.refs);
        let unread: Vec<usize> = unread_rows(self.trial.file, &wiring).collect();
        let mut guess = best.guess.clone();
        let mut moved = Vec::new();
        for (entry, known) in wiring[head].iter().enumerate().filter(|(_, known)| known.value >= 0) {
            let Some(Source::Row(target)) = known.target else { continue };
            let came = |row: &usize| self.name(*row) == self.name(target + 1);
            if target + 1 < head && unread.iter().any(came) {
                guess.refs.retain(|stale| (stale.row, stale.entry) != (head, entry));
                guess.refs.push(StaleRef { row: head, entry, value: target as i64 + 1 });
                moved.push(target + 1);
            }
        }
        if unread.len() != 1 || moved.len() < wiring[head].len() {
            return best;
        }
        if guess.changes.iter().all(|change| change.by == 1) {
            moved.sort_unstable();
            let changes = moved.into_iter().map(|at| RowsChanged { at, by: 1 }).collect();
            guess = Guess { refs: guess.refs, ..self.guess(changes) };
        }
        let behind = self.tried(guess);
        if behind.doubt < best.doubt { behind } else { best }
    }

    /// The guess that some references were renumbered by hand, those of the last head or all others, where it leaves no doubt.
    fn renumbered_in_part(&self, guesses: &[Guess], as_is: Doubt) -> Option<Tried> {
        let head = self.now.len().checked_sub(1)?;
        let part = |guess: &Guess, is_head: bool| {
            let refs = guess.refs.iter().filter(|stale| (stale.row == head) == is_head).copied().collect();
            Guess { refs, ..guess.clone() }
        };
        let parts = guesses.iter().flat_map(|guess| [part(guess, false), part(guess, true)]);
        let parts = self.distinct(parts.filter(|part| !part.refs.is_empty()).collect());
        let mut tried: Vec<Tried> =
            parts.into_iter().take(MAX_TRIALS).filter_map(|guess| self.working(guess)).collect();
        let midway = self.reads_midway();
        let is_better = |tried: &Tried| tried.doubt < as_is || tried.doubt == as_is && tried.plain < midway;
        tried.retain(|tried| is_better(tried) && self.is_regular(tried));
        likeliest(tried)
    }

    /// Whether nothing in the wiring is doubtful with a guess by which all rows work.
    fn is_regular(&self, tried: &Tried) -> bool {
        // A level in a comment may be wrong by itself.
        tried.doubt == (0, self.wrong_levels(&tried.after))
    }

    /// How often rows further down read a single layer, or what joins maps, whose stage goes on with a block.
    fn reads_midway(&self) -> usize {
        midway(self.trial.analysis, &self.now, |row| self.is_plain(row) || self.joins(row))
    }

    fn name(&self, row: usize) -> Option<&str> {
        self.trial.file.model.rows[row].module_name()
    }

    /// Whether a row is a single layer and no block of several.
    fn is_plain(&self, row: usize) -> bool {
        self.name(row).is_some_and(|module| module.starts_with("nn.") || module.ends_with("Conv"))
    }

    /// Whether a row joins, enlarges or pools maps: it leads to a block, which is what others read.
    fn joins(&self, row: usize) -> bool {
        matches!(self.name(row), Some("Concat" | "nn.Upsample" | "nn.MaxPool2d"))
    }

    /// The guess by which every row works, if there is only one: that references to rows above the shift are off by the same
    /// number. Those of a copied head are, where rows were put in behind the rows that it reads.
    fn shifted_further(&self, shift: &Shift) -> Option<Tried> {
        let further = (1..shift.from).map(|at| self.guess(vec![RowsChanged { at, by: shift.by }]));
        let further = self.distinct(further.collect());
        let mut tried: Vec<Tried> =
            further.into_iter().take(MAX_TRIALS).filter_map(|guess| self.working(guess)).collect();
        let as_is = midway(self.trial.analysis, &self.now, |row| self.is_plain(row));
        // Levels in comments say which maps were meant.
        tried.retain(|tried| tried.plain <= as_is && self.wrong_levels(&tried.after) == 0);
        let mut best = likeliest(tried)?;
        best.guess.changes.clear();
        Some(best)
    }

    /// Tells by the wiring alone.
    fn by_wiring(&self) -> References {
        let came = (0..self.now.len()).map(|at| RowsChanged { at, by: 1 });
        let went = (1..self.now.len()).map(|at| RowsChanged { at, by: -1 });
        let guesses = came.chain(went).map(|change| self.guess(vec![change])).collect();
        let mut guesses = self.distinct(guesses);
        guesses.retain(|guess| self.is_in_reach(&guess.refs));
        // A row that nobody reads may have been put in for nothing.
        let unmoved = unread_rows(self.trial.file, &self.now).map(|at| self.guess(vec![RowsChanged { at, by: 1 }]));
        let unmoved = unmoved.filter(|guess| guess.refs.is_empty()).map(|guess| guess.irregularity).min();
        guesses.retain(|guess| !guess.refs.is_empty());
        let as_is = self.doubt(self.trial.analysis, &[]);
        // What a row that went did for its stage is missing; a guess that leaves doubts may be about another row.
        let went = |guess: &Guess| guess.changes.iter().any(|change| change.by < 0);
        let is_better = |guess: &Guess, doubt: Doubt| doubt < as_is && !(went(guess) && doubt.1 > 0);
        let is_worth = |guess: &Guess| is_better(guess, (0, self.unread_with(&guess.refs)));
        let tried = guesses.into_iter().take(MAX_TRIALS).filter(is_worth).filter_map(|guess| self.working(guess));
        let tried = tried.filter(|tried| is_better(&tried.guess, tried.doubt));
        // Where the deepest maps are large for a model, what went may have been a stage.
        let tried: Vec<Tried> =
            tried.filter(|tried| !went(&tried.guess) || deepest_stride(&tried.after) >= DEEPEST).collect();
        if tried.is_empty() {
            return References::AsWritten;
        }
        let Some(best) = only_likely(tried) else { return References::Unclear };
        // Where little speaks for it, a row that was put in for nothing explains the file as well.
        let is_little = as_is.0 == 0 && as_is.1 - best.doubt.1 < 2;
        if is_little && best.guess.refs.iter().all(|stale| stale.value < 0) {
            return References::Unclear;
        }
        let is_for_nothing = unmoved.is_some_and(|unmoved| unmoved <= best.guess.irregularity);
        match is_little && is_for_nothing && !self.reads_plain_row(&best.guess.refs) {
            true => References::Unclear,
            false => best.stale(),
        }
    }

    /// Tells that all references of the last head, or of its section, are off by the same number, as those of another file
    /// are. Comments must say that nothing came or went, and the model must then show no sign of a wrong wiring.
    fn by_offset(&self) -> Option<References> {
        const FURTHEST: i64 = 6;
        let head = self.now.len().checked_sub(1)?;
        let as_is = self.doubt(self.trial.analysis, &[]);
        if as_is.0 == 0 && as_is.1 < 2 || self.comments.iter().any(|comment| comment.offset() != 0) {
            return None;
        }
        let section = self.trial.file.model.sections.iter().rev().find(|section| !section.rows.is_empty())?.rows.start;
        let claims = comments::index_claims(self.trial.file);
        let is_named = |value: i64| {
            let row = usize::try_from(value).ok();
            row.is_some_and(|row| claims.get(row).is_some_and(|claim| claim.is_some_and(|claim| claim.index == row)))
        };
        // Those of rows from one on that name rows from another one on.
        let moved = |(from, least): (usize, usize), by: i64| {
            let entries = self.now.iter().enumerate().skip(from).flat_map(|(row, entries)| {
                entries.iter().enumerate().map(move |(entry, known)| (row, entry, known.value))
            });
            let all: Vec<(i64, StaleRef)> = entries
                .filter(|(.., value)| *value >= least as i64)
                .map(|(row, entry, value)| (value, StaleRef { row, entry, value: value.saturating_add(by) }))
                .collect();
            // One that names a row by its comment, as it would no more, is right.
            let is_wrong = |(value, stale): &&(i64, StaleRef)| !is_named(*value) || is_named(stale.value);
            let refs: Vec<StaleRef> = all.iter().filter(is_wrong).map(|(_, stale)| *stale).collect();
            let is_above = |stale: &StaleRef| (0..stale.row as i64).contains(&stale.value);
            let is_told = from == section || refs.iter().all(|stale| is_named(stale.value));
            let are_most = refs.len() > 1 && 2 * refs.len() > all.len();
            let is_worth = are_most && is_told && refs.iter().all(is_above) && self.unread_with(&refs) == 0;
            is_worth.then(|| self.working(self.guess_of(refs)))?
        };
        let is_head = self.trial.analysis.rows[head].is_head() && self.now[head].iter().all(|entry| entry.value >= 0);
        let sections = if section < head { &[(section, 0), (section, section)][..] } else { &[] };
        let starts = is_head.then_some((head, 0)).into_iter().chain(sections.iter().copied());
        // Without comments, a stage that is missing explains it as well.
        let is_whole = |tried: &Tried| !self.comments.is_empty() || deepest_stride(&tried.after) >= DEEPEST;
        let best = starts.flat_map(|from| {
            let mut right: Vec<Tried> = (-FURTHEST..=FURTHEST)
                .filter(|by| *by != 0)
                .filter_map(|by| moved(from, by))
                .filter(|tried| tried.doubt < as_is && tried.plain == 0 && self.is_regular(tried))
                .filter(is_whole)
                .collect();
            right.pop().filter(|_| right.is_empty())
        });
        let best = best.min_by_key(|tried| (tried.midway, tried.guess.refs.len()))?;
        Some(best.stale_by(Mistake::Slips))
    }

    /// Tells that two references have changed places: with them changed back all rows work, and with no other two.
    fn by_swap(&self) -> Option<References> {
        let entries: Vec<(usize, usize, i64)> = (0..self.now.len())
            .flat_map(|row| self.now[row].iter().enumerate().map(move |(entry, known)| (row, entry, known.value)))
            .filter(|(.., value)| *value >= 0)
            .collect();
        let fails = |row: usize| matches!(self.trial.analysis.rows[row].status, Status::Fault(_));
        let lacks_output = |row: usize| self.trial.analysis.rows[row].output.is_none();
        let mut right = Vec::new();
        let mut trials = 0;
        for (k, &(a, i, own)) in entries.iter().enumerate() {
            for &(b, j, other) in &entries[k + 1..] {
                let in_reach = other < a as i64 && own < b as i64;
                let is_alike = self.name(a) == self.name(b) && lacks_output(a) && lacks_output(b);
                if a == b || own == other || !in_reach || !is_alike || !(fails(a) || fails(b)) {
                    continue;
                }
                let refs = vec![StaleRef { row: a, entry: i, value: other }, StaleRef { row: b, entry: j, value: own }];
                if self.unread_with(&refs) > 0 {
                    continue;
                }
                trials += 1;
                if trials > MAX_TRIALS {
                    return None;
                }
                let tried = self.working(self.guess_of(refs));
                right.extend(tried.filter(|tried| tried.plain == 0 && self.is_regular(tried)));
            }
        }
        let best = right.pop().filter(|_| right.is_empty())?;
        Some(best.stale_by(Mistake::Swap))
    }

    /// The guess that references are wrong though no row came or went.
    fn guess_of(&self, refs: Vec<StaleRef>) -> Guess {
        let meant = IntendedWiring::as_is(&self.trial.file.model);
        Guess { changes: Vec::new(), upto: 0, meant, refs, is_absolute: true, irregularity: 0 }
    }

    /// Whether references that are stale name a plain layer, and then a block.
    fn reads_plain_row(&self, refs: &[StaleRef]) -> bool {
        let is_plain = |source: Option<Source>| match source {
            Some(Source::Row(row)) => self.is_plain(row),
            _ => false,
        };
        let target = |stale: &StaleRef| from::resolve(stale.value, stale.row, self.now.len());
        refs.iter().any(|stale| is_plain(self.now[stale.row][stale.entry].target) && !is_plain(target(stale)))
    }

    fn guess(&self, changes: Vec<RowsChanged>) -> Guess {
        let meant = IntendedWiring::before(&self.trial.file.model, &changes);
        let refs = meant.stale(&self.now);
        let upto = changes.first().map_or(0, |change| change.at);
        Guess { irregularity: self.irregularity(&meant), changes, upto, meant, refs, is_absolute: false }
    }

    /// One guess for each set of references: the one with the most regular rows.
    fn distinct(&self, guesses: Vec<Guess>) -> Vec<Guess> {
        let mut distinct: Vec<Guess> = Vec::new();
        for guess in guesses {
            match distinct.iter_mut().find(|known| known.refs == guess.refs) {
                Some(known) if known.irregularity > guess.irregularity => *known = guess,
                Some(known) if known.irregularity == guess.irregularity => known.upto = guess.upto,
                Some(_) => {}
                None => distinct.push(guess),
            }
        }
        distinct
    }

    /// A guess that was tried, if all rows work with it. One by which maps of different sizes are joined isn't tried, nor one
    /// by which a row that fails reads the same.
    fn working(&self, guess: Guess) -> Option<Tried> {
        if !self.fits(&guess) || self.leaves_fault(&guess.refs) {
            return None;
        }
        Some(self.tried(guess)).filter(|tried| tried.doubt.0 == 0)
    }

    /// Whether no maps of different sizes are joined by a guess, as far as that is known without a run.
    fn fits(&self, guess: &Guess) -> bool {
        sizes::rewired(self.trial.analysis, &self.rewired(&guess.refs), Some).is_some()
    }

    /// Whether a row that fails reads what it read before, made of what it was made of.
    fn leaves_fault(&self, refs: &[StaleRef]) -> bool {
        // What each row reads differs if one of the rows that it comes from reads another.
        let mut differs = vec![false; self.now.len()];
        (0..self.now.len()).any(|row| {
            let of = |source: &Source| matches!(source, Source::Row(above) if differs.get(*above) == Some(&true));
            let analysed = &self.trial.analysis.rows[row];
            differs[row] = refs.iter().any(|stale| stale.row == row) || analysed.from.iter().any(of);
            matches!(analysed.status, Status::Fault(_)) && !differs[row]
        })
    }

    fn tried(&self, guess: Guess) -> Tried {
        let after = self.trial.again(&self.trial.rewired(&guess.refs), self.trial.analysis);
        let wiring = self.rewired(&guess.refs);
        Tried {
            doubt: self.doubt(&after, &guess.refs),
            midway: midway(&after, &wiring, |_| true),
            plain: midway(&after, &wiring, |row| self.is_plain(row)),
            after,
            guess,
        }
    }

    fn rewired(&self, refs: &[StaleRef]) -> Wiring {
        let mut now = self.now.clone();
        for stale in refs {
            let target = from::resolve(stale.value, stale.row, now.len());
            let entry = &mut now[stale.row][stale.entry];
            (entry.value, entry.target) = (stale.value, target);
        }
        now
    }

    /// How many rows nobody reads with these references: a part of the doubt that is known without a run.
    fn unread_with(&self, refs: &[StaleRef]) -> usize {
        unread(self.trial.file, &self.rewired(refs))
    }

    fn doubt(&self, analysis: &Analysis, refs: &[StaleRef]) -> Doubt {
        let wiring = self.rewired(refs);
        let broken = analysis.rows.iter().filter(|row| row.output.is_none()).count();
        let signs = unread(self.trial.file, &wiring)
            + midway(analysis, &wiring, |row| self.joins(row))
            + self.wrong_levels(analysis)
            + Self::odd_inputs(analysis, &wiring);
        (broken, signs)
    }

    /// Number of inputs of heads that are no smaller than the one before.
    fn odd_inputs(analysis: &Analysis, wiring: &Wiring) -> usize {
        let mut odd = 0;
        for (i, entries) in wiring.iter().enumerate() {
            if !analysis.rows[i].info.as_ref().is_some_and(|info| info.has_levels) {
                continue;
            }
            let inputs: Vec<usize> = entries
                .iter()
                .filter_map(|entry| if let Some(Source::Row(j)) = entry.target { Some(j) } else { None })
                .collect();
            let sizes: Vec<_> = inputs.iter().map(|&j| size(analysis, j)).collect();
            odd += sizes.windows(2).filter(|pair| pair[0].is_some() && pair[0] <= pair[1]).count();
        }
        odd
    }

    /// Number of `# cat backbone P4` behind rows of another level.
    fn wrong_levels(&self, analysis: &Analysis) -> usize {
        let claims = comments::stride_claims(self.trial.file);
        let is_wrong = |(row, claim): &(usize, Option<comments::StrideClaim>)| {
            let Some(claim) = claim.filter(|claim| claim.stride.is_none()) else { return false };
            let stride = size(analysis, *row).and_then(|size| analysis.stride(size));
            stride.is_some_and(|stride| 1_i64.checked_shl(claim.level) != Some(stride))
        };
        claims.into_iter().enumerate().filter(is_wrong).count()
    }

    /// Number of references that equal the comment of the row that they then mean, minus those to a row with a comment.
    fn support(&self, guess: &Guess) -> i64 {
        let mut support = 0;
        for stale in &guess.refs {
            let entry = self.now[stale.row][stale.entry];
            let row = |value: i64| from::resolve(value, stale.row, self.now.len());
            let comment =
                |source: Option<Source>| self.comments.iter().find(|comment| Some(Source::Row(comment.row)) == source);
            let is_old = comment(row(stale.value)).is_some_and(|comment| comment.claim.index as i64 == entry.value);
            support += i64::from(is_old) - i64::from(comment(entry.target).is_some());
        }
        support
    }

    /// Number of different modules, and of different pairs of neighbours, among the rows that were there before: what came
    /// rarely fits the pattern. Modules that files have only once are no strangers.
    fn irregularity(&self, meant: &IntendedWiring) -> usize {
        let rows = || self.trial.file.model.rows.iter().zip(&meant.origins);
        let old: Vec<&Row> = rows().filter(|(_, origin)| origin.is_some()).map(|(row, _)| row).collect();
        let came = rows().filter(|(_, origin)| origin.is_none()).filter_map(|(row, _)| row.module_name());
        let kinds: Vec<String> = old.iter().map(|row| kind(row)).collect();
        let pairs: BTreeSet<_> = kinds.windows(2).collect();
        let names: Vec<_> = old.iter().map(|row| row.module_name()).collect();
        let pairs_of_names: BTreeSet<_> = names.windows(2).collect();
        let names: BTreeSet<_> = names.iter().collect();
        pairs.len() + pairs_of_names.len() + names.len() + 2 * came.filter(|name| ONCE.contains(name)).count()
    }

    /// Whether every row then reads only rows above it, and no changed row reads a row twice.
    fn is_in_reach(&self, stale: &[StaleRef]) -> bool {
        let mut values: Vec<Vec<i64>> =
            self.now.iter().map(|row| row.iter().map(|entry| entry.value).collect()).collect();
        stale.iter().for_each(|s| values[s.row][s.entry] = s.value);
        let in_reach = |i: i64, value: i64| {
            if value < 0 { value.checked_neg().is_some_and(|back| back <= i.max(1)) } else { value < i }
        };
        let source = |row: usize, value: i64| if value < 0 { value + row as i64 } else { value };
        let is_double = |s: &StaleRef| {
            let same = |&&value: &&i64| source(s.row, value) == source(s.row, s.value);
            values[s.row].iter().filter(same).count() > 1
        };
        values.iter().enumerate().all(|(i, row)| row.iter().all(|&value| in_reach(i as i64, value)))
            && !stale.iter().any(is_double)
    }
}

impl Guess {
    /// The same without references that count back, if there are others.
    fn absolute(&self) -> Option<Guess> {
        let refs = absolute(&self.refs);
        (!refs.is_empty() && refs.len() < self.refs.len()).then(|| Guess { refs, is_absolute: true, ..self.clone() })
    }
}

impl Tried {
    fn stale(self) -> References {
        self.stale_by(Mistake::Edit)
    }

    fn stale_by(self, mistake: Mistake) -> References {
        let Guess { changes, upto, meant, refs, .. } = self.guess;
        References::Stale(Box::new(Stale { changes, upto, meant, refs, after: self.after, mistake }))
    }
}

/// Whether comments say that nothing came or went: all name their own rows, and so do those of most rows that are meant, or of
/// rows below the place.
fn are_slips(comments: &[IndexComment], stale: &Stale) -> bool {
    let is_named = |stale: &&StaleRef| comments.iter().any(|comment| comment.row as i64 == stale.value);
    let named = stale.refs.iter().filter(is_named).count();
    let below = comments.iter().filter(|comment| comment.row > stale.upto).count();
    comments.iter().all(|comment| comment.offset() == 0) && (2 * named > stale.refs.len() || below >= 3)
}

/// The likeliest of several guesses that explain the comments.
fn likeliest(mut tried: Vec<Tried>) -> Option<Tried> {
    let rank = |tried: &Tried| (tried.doubt, tried.guess.irregularity);
    let first = tried.iter().map(rank).min()?;
    tried.retain(|tried| rank(tried) == first);
    // A reference that stays as it is needs no reason, unless several read rows whose stage goes on.
    let fewest = tried.iter().map(|tried| tried.midway).min()?;
    tried.retain(|tried| tried.midway < fewest + 2);
    // Where rows don't work either way, what they would have shown isn't known.
    let (first, others) = tried.split_first()?;
    let is_same = |other: &Tried| absolute(&other.guess.refs) == absolute(&first.guess.refs);
    if first.doubt.0 > 0 && !others.iter().all(is_same) {
        return None;
    }
    let places = tried.iter().filter(|tried| !tried.guess.is_absolute);
    let places: Vec<Guess> = places.map(|tried| tried.guess.clone()).collect();
    let plainest = tried.iter().map(|tried| (tried.plain, absolute(&tried.guess.refs).len())).min()?;
    // Who left the numbers of rows as they were has left what counts back as well.
    let counting_back = |tried: &Tried| tried.guess.refs.len() - absolute(&tried.guess.refs).len();
    tried.retain(|tried| (tried.plain, absolute(&tried.guess.refs).len()) == plainest);
    let best = tried.into_iter().max_by_key(counting_back)?;
    // Where places that are as likely disagree on what counts back, that can't be told.
    let own = absolute(&best.guess.refs);
    let is_other = |place: &Guess| {
        place.changes != best.guess.changes && absolute(&place.refs) == own && place.refs != best.guess.refs
    };
    (!places.iter().any(is_other)).then_some(best)
}

/// Those that don't count back.
fn absolute(refs: &[StaleRef]) -> Vec<StaleRef> {
    refs.iter().filter(|stale| stale.value >= 0).copied().collect()
}

/// The likeliest of several guesses that nothing but the wiring speaks for; none if another comes near.
fn only_likely(mut tried: Vec<Tried>) -> Option<Tried> {
    let rank = |tried: &Tried| {
        let Tried { doubt: (_, signs), guess, midway, plain, .. } = tried;
        (2 * signs + guess.irregularity + midway + plain, guess.irregularity)
    };
    tried.sort_by_key(rank);
    let absolute = |tried: &Tried| absolute(&tried.guess.refs);
    let (best, others) = tried.split_first()?;
    // Whether what counts back means a row that came, or the one above it, is nearly a matter of taste.
    let is_near = |other: &Tried| absolute(other) == absolute(best) && rank(other).0 <= rank(best).0 + 3;
    let is_as_good = |other: &Tried| {
        rank(other) == rank(best)
            || rank(other).0 == rank(best).0 && other.doubt != best.doubt
            || rank(other).0 <= rank(best).0 + 2 && other.doubt < best.doubt
    };
    let is_rivalled = others.iter().any(|other| is_as_good(other) || is_near(other));
    if is_rivalled { None } else { tried.into_iter().next() }
}

/// The largest stride of a row, 0 if none is known.
pub(super) fn deepest_stride(analysis: &Analysis) -> i64 {
    let strides = (0..analysis.rows.len()).filter_map(|row| analysis.stride(size(analysis, row)?));
    strides.max().unwrap_or(0)
}

/// What a row is, without its numbers of channels.
pub(super) fn kind(row: &Row) -> String {
    let cells = row.args().into_iter().flat_map(|args| &args.items);
    let args: Vec<String> = cells.map(|arg| written(&arg.value)).collect();
    format!("{} {}", row.module_name().unwrap_or_default(), args.join(" "))
}

fn written(arg: &Literal) -> String {
    match arg {
        Literal::Int(channels) if *channels > 16 => "c".to_owned(),
        value => value.to_string(),
    }
}

/// Number of rows, other than the last one, that no row reads.
fn unread(file: &File<'_>, wiring: &Wiring) -> usize {
    unread_rows(file, wiring).count()
}

/// The rows, other than the last one, that no row reads.
pub(super) fn unread_rows(file: &File<'_>, wiring: &Wiring) -> impl Iterator<Item = usize> {
    let count = wiring.len();
    let mut is_read = vec![false; count];
    for (i, entries) in wiring.iter().enumerate() {
        for entry in entries {
            if let Some(Source::Row(row)) = entry.target {
                is_read[row] = true;
            }
        }
        // What a row of several does with the image's features isn't seen in `from`.
        if file.model.rows[i].module_name() == Some("ImagePoolingAttn") {
            is_read[i] = true;
            is_read[i.saturating_sub(1)] = true;
        }
    }
    (0..count.saturating_sub(1)).filter(move |&row| !is_read[row])
}

/// Number of reads, other than by the next row, of a row that counts and whose stage goes on.
fn midway(analysis: &Analysis, wiring: &Wiring, counts: impl Fn(usize) -> bool) -> usize {
    let ends: BTreeMap<usize, bool> = (0..wiring.len()).map(|i| (i, ends_stage(analysis, i))).collect();
    let reads = wiring.iter().enumerate().flat_map(|(i, entries)| entries.iter().map(move |entry| (i, entry.target)));
    reads.filter(|(i, source)| matches!(source, Some(Source::Row(j)) if j + 1 != *i && !ends[j] && counts(*j))).count()
}
