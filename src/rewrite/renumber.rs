//! Entries of `from` that were right before rows came or went: which of them name another row now, and the edits that
//! make them name the row that was meant.

use super::{Edits, Entry, Wiring, main_entry, wiring};
use crate::model::{Model, ReadFile, Source, comments, from};
use crate::text::Span;

/// A wiring that was meant, and what became of its rows.
#[derive(Clone, Debug)]
pub struct Meant {
    /// The wiring.
    pub wiring: Wiring,
    /// Which row of that wiring each row is now; none for a new one.
    pub origins: Vec<Option<usize>>,
}

/// An entry of `from` that names another row than was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The row that it stands in.
    pub row: usize,
    /// Its position among the row's entries.
    pub entry: usize,
    /// What it should say.
    pub value: i64,
}

impl Meant {
    /// The wiring of a file as it is.
    pub fn as_is(model: &Model) -> Meant {
        let wiring = wiring(model);
        let origins = (0..wiring.len()).map(Some).collect();
        Meant { wiring, origins }
    }

    /// What was meant if the `count` rows from `at` on came without renumbering.
    pub fn before_insertion(model: &Model, at: usize, count: usize) -> Meant {
        let rows = model.rows.len();
        let old = |i: usize| match i {
            _ if i < at => Some(i),
            _ if i < at + count => None,
            _ => Some(i - count),
        };
        let kept = wiring(model).into_iter().enumerate().filter_map(|(i, entries)| Some((old(i)?, entries)));
        let wiring = kept.map(|(i, entries)| aimed(entries, i, rows - count)).collect();
        Meant { wiring, origins: (0..rows).map(old).collect() }
    }

    /// What was meant if `count` rows went from in front of row `at` without renumbering, each of which read the row
    /// above it.
    pub fn before_deletion(model: &Model, at: usize, count: usize) -> Meant {
        let rows = model.rows.len() + count;
        let old = |i: usize| if i < at { i } else { i + count };
        let chained = || vec![Entry { span: Span::default(), value: -1, target: None }];
        let mut wiring = wiring(model);
        wiring.splice(at..at, std::iter::repeat_with(chained).take(count));
        let wiring = wiring.into_iter().enumerate().map(|(i, entries)| aimed(entries, i, rows)).collect();
        Meant { wiring, origins: (0..model.rows.len()).map(|i| Some(old(i))).collect() }
    }

    /// The entries that name another row than was meant, where the wiring is `now`.
    pub fn stale(&self, now: &Wiring) -> Vec<Stale> {
        let mut places: Vec<Option<usize>> = vec![None; self.wiring.len()];
        for (i, origin) in self.origins.iter().enumerate() {
            if let Some(place) = origin.and_then(|origin| places.get_mut(origin)) {
                *place = Some(i);
            }
        }
        let mut stale = Vec::new();
        for (row, entries) in now.iter().enumerate() {
            let origin = self.origins.get(row).copied().flatten();
            let Some(meant) = origin.and_then(|origin| self.wiring.get(origin)) else { continue };
            // What was changed by hand says what is meant now.
            if !meant.iter().map(|entry| entry.value).eq(entries.iter().map(|entry| entry.value)) {
                continue;
            }
            for (k, entry) in meant.iter().enumerate() {
                let Some(source) = self.place_of(entry.target, &places).filter(|_| entry.value != -1) else { continue };
                let value = from::index(source, row, entry.value < 0);
                if value != entry.value {
                    stale.push(Stale { row, entry: k, value });
                }
            }
        }
        stale
    }

    /// The edits that make stale entries say what they should, and the comments that said their row's index say it
    /// again; none where an entry stands elsewhere than in its row.
    pub fn edits(&self, file: &ReadFile, stale: &[Stale]) -> Option<Vec<(Span, String)>> {
        let now = wiring(&file.model);
        let mut edits = Edits::default();
        for stale in stale {
            let entry = now.get(stale.row)?.get(stale.entry)?;
            if !file.model.rows[stale.row].span.contains_span(entry.span) {
                return None;
            }
            edits.replace(entry.span, stale.value.to_string(), file.text());
        }
        for (i, claim) in comments::index_claims(file).into_iter().enumerate() {
            if let Some(claim) = claim.filter(|claim| self.origins.get(i) == Some(&Some(claim.index))) {
                edits.replace(claim.span, i.to_string(), file.text());
            }
        }
        edits.finish()
    }

    /// Where the row that was meant is now; of one that is gone, where what it read is.
    fn place_of(&self, mut target: Option<Source>, places: &[Option<usize>]) -> Option<usize> {
        loop {
            let Some(Source::Row(row)) = target else { return None };
            if let Some(place) = places.get(row).copied()? {
                return Some(place);
            }
            // A main entry always names a row further up.
            target = main_entry(&self.wiring, row)?.1.target;
        }
    }
}

/// The entries as they are read in row `i` of `count`.
fn aimed(mut entries: Vec<Entry>, i: usize, count: usize) -> Vec<Entry> {
    for entry in &mut entries {
        entry.target = from::resolve(entry.value, i, count);
    }
    entries
}
