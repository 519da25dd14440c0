//! Finds `from` entries that became wrong when rows were inserted or deleted, and the edits that correct them.

use super::{Edits, Entry, Wiring, main_entry, wiring};
use crate::model::{Model, ReadFile, Source, comments, from};
use crate::text::Span;

/// The intended wiring, and where its rows are now.
#[derive(Clone, Debug)]
pub struct IntendedWiring {
    pub wiring: Wiring,
    /// For each current row, its index in that wiring; none for a new row.
    pub origins: Vec<Option<usize>>,
}

/// A `from` entry that no longer names the intended row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaleRef {
    /// Its row.
    pub row: usize,
    /// Its position among the row's entries.
    pub entry: usize,
    /// Correct value.
    pub value: i64,
}

/// Neighbouring rows that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsChanged {
    /// The first of the rows that came, or the row above which they went.
    pub at: usize,
    /// How many came; below zero, how many went.
    pub by: i64,
}

impl IntendedWiring {
    /// Takes the current wiring as the intended one.
    pub fn as_is(model: &Model) -> IntendedWiring {
        let wiring = wiring(model);
        let origins = (0..wiring.len()).map(Some).collect();
        IntendedWiring { wiring, origins }
    }

    /// Returns the intended wiring if rows came and went without renumbering. A row that went is assumed to have read the
    /// row above it.
    pub fn before(model: &Model, changes: &[RowsChanged]) -> IntendedWiring {
        let now = wiring(model);
        let mut before: Vec<Vec<Entry>> = Vec::new();
        let mut origins = Vec::new();
        for (i, entries) in now.into_iter().enumerate() {
            let went = changes.iter().filter(|change| change.at == i && change.by < 0).map(|change| -change.by).sum();
            before.extend((0..went).map(|_| vec![Entry { span: Span::default(), value: -1, target: None }]));
            let came = |change: &RowsChanged| (change.at as i64..change.at as i64 + change.by).contains(&(i as i64));
            if changes.iter().any(came) {
                origins.push(None);
                continue;
            }
            origins.push(Some(before.len()));
            before.push(entries);
        }
        let count = before.len();
        let wiring = before.into_iter().enumerate().map(|(i, entries)| aimed(entries, i, count)).collect();
        IntendedWiring { wiring, origins }
    }

    /// Returns the entries of the current wiring that don't name the intended row.
    pub fn stale(&self, now: &Wiring) -> Vec<StaleRef> {
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
            // An entry that was edited by hand is intended.
            if !meant.iter().map(|entry| entry.value).eq(entries.iter().map(|entry| entry.value)) {
                continue;
            }
            for (k, entry) in meant.iter().enumerate() {
                let Some(source) = self.place_of(entry.target, &places).filter(|_| entry.value != -1) else { continue };
                let value = from::index(source, row, entry.value < 0);
                if value != entry.value {
                    stale.push(StaleRef { row, entry: k, value });
                }
            }
        }
        stale
    }

    /// Returns the edits that correct stale entries and the comments with an index; none if an entry's text is outside
    /// its row.
    pub fn edits(&self, file: &ReadFile, stale: &[StaleRef]) -> Option<Vec<(Span, String)>> {
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

    /// Returns the current place of the intended row; for a deleted row, that of its own input.
    fn place_of(&self, mut target: Option<Source>, places: &[Option<usize>]) -> Option<usize> {
        loop {
            let Some(Source::Row(row)) = target else { return None };
            if let Some(place) = places.get(row).copied()? {
                return Some(place);
            }
            // A main entry always names an earlier row, so this ends.
            target = main_entry(&self.wiring, row)?.1.target;
        }
    }
}

/// Returns the entries as row `i` of `count` resolves them.
fn aimed(mut entries: Vec<Entry>, i: usize, count: usize) -> Vec<Entry> {
    for entry in &mut entries {
        entry.target = from::resolve(entry.value, i, count);
    }
    entries
}
