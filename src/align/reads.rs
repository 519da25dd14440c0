//! Compares the inputs of matched rows.
//!
//! Inputs are followed through unmatched rows: a row that was inserted into a chain or removed from it doesn't count as
//! a change of its readers.

use super::Matches;
use crate::model::{Cell, Model, Row, Source, from};

/// The inputs of each row of a model.
pub(crate) struct Inputs(Vec<Reads>);

struct Reads {
    is_list: bool,
    entries: Vec<Entry>,
    /// The input to follow if the row is skipped: the row above if it reads that, else its first.
    main: Option<Source>,
}

struct Entry {
    text: String,
    /// Whether it is written as -1.
    is_above: bool,
    source: Option<Source>,
}

impl Inputs {
    /// What the rows of a model read.
    pub(crate) fn of(model: &Model) -> Inputs {
        Inputs(model.rows.iter().enumerate().map(|(i, row)| reads(row, i)).collect())
    }
}

fn reads(row: &Row, i: usize) -> Reads {
    let entry = |cell: &Cell| Entry {
        text: cell.value.to_string(),
        is_above: cell.value.as_int() == Some(-1),
        source: from::read(&cell.value, i),
    };
    let entries: Vec<Entry> = row.entries().iter().map(entry).collect();
    let main = from::main(entries.iter().map(|entry| entry.source), i).and_then(|main| entries[main].source);
    Reads { is_list: row.from().is_some_and(|cell| cell.value.as_list().is_some()), entries, main }
}

/// An input, followed through unmatched rows, as a place in `b`; none if it leads nowhere.
type Place = Option<Source>;

/// Returns the places of all rows; `own` gives those of matched rows.
fn places(inputs: &Inputs, own: impl Fn(usize) -> Option<usize>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(inputs.0.len());
    for (i, reads) in inputs.0.iter().enumerate() {
        let place = match (own(i), reads.main) {
            (Some(row), _) => Some(Source::Row(row)),
            (None, Some(Source::Row(j))) => places[j],
            (None, other) => other,
        };
        places.push(place);
    }
    places
}

/// Returns for each row of `a` whether its match has other inputs; false if it has no match.
pub(crate) fn rewired(a: &Inputs, b: &Inputs, matches: &Matches) -> Vec<bool> {
    let places_a = places(a, |i| matches.a_to_b[i]);
    let places_b = places(b, |j| matches.b_to_a[j].map(|_| j));
    let place = |places: &[Place], source: Option<Source>| match source {
        Some(Source::Row(row)) => places[row],
        other => other,
    };
    let is_lone = |matches: &[Option<usize>], source: Option<Source>| match source {
        Some(Source::Row(row)) => matches[row].is_none(),
        _ => false,
    };
    let is_same = |x: &Entry, y: &Entry| {
        // Both read the row above, and that row was itself replaced: already reported.
        let is_replaced = is_lone(&matches.a_to_b, x.source) && is_lone(&matches.b_to_a, y.source);
        if x.is_above && y.is_above && is_replaced {
            return true;
        }
        match (place(&places_a, x.source), place(&places_b, y.source)) {
            (None, None) => x.text == y.text,
            (x, y) => x == y,
        }
    };
    let is_rewired = |(x, j): (&Reads, &Option<usize>)| {
        let Some(y) = j.map(|j| &b.0[j]) else { return false };
        let is_alike = x.is_list == y.is_list && x.entries.len() == y.entries.len();
        !is_alike || x.entries.iter().zip(&y.entries).any(|(x, y)| !is_same(x, y))
    };
    a.0.iter().zip(&matches.a_to_b).map(is_rewired).collect()
}

/// Counts the matched rows whose inputs differ.
pub(crate) fn count_rewired(a: &Inputs, b: &Inputs, matches: &Matches) -> usize {
    rewired(a, b, matches).into_iter().filter(|&rewired| rewired).count()
}
