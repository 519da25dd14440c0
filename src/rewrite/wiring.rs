//! The wiring of rows, and how `from` must change when rows are inserted, deleted or swapped.

use crate::model::{Model, Row};
use crate::python::Arg;
use crate::text::Span;

/// Target of a `from` entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The image.
    Image,
    /// The row at this index.
    Row(usize),
    /// No existing row.
    Nowhere,
}

/// An integer in `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub span: Span,
    /// The written number.
    pub value: i64,
    pub target: Target,
}

/// The entries of each row's `from`.
pub type Wiring = Vec<Vec<Entry>>;

/// Returns the integer entries of each row's `from`.
pub fn wiring(model: &Model) -> Wiring {
    let count = model.rows.len();
    model.rows.iter().enumerate().map(|(i, row)| entries(row, i, count)).collect()
}

fn entries(row: &Row, i: usize, count: usize) -> Vec<Entry> {
    let Some(from) = row.from() else { return Vec::new() };
    let cells = if from.value.as_list().is_some() { &from.items[..] } else { std::slice::from_ref(from) };
    let entry = |cell: &crate::model::Cell| match cell.value {
        Arg::Int(value) => Some(Entry { span: cell.span, value, target: target(value, i, count) }),
        _ => None,
    };
    cells.iter().filter_map(entry).collect()
}

/// Resolves `value` in row `i` of `count`.
pub(super) fn target(value: i64, i: usize, count: usize) -> Target {
    if i == 0 && value == -1 {
        return Target::Image;
    }
    let row = if value < 0 { value.saturating_add(i as i64) } else { value };
    match usize::try_from(row) {
        Ok(row) if row < count => Target::Row(row),
        _ => Target::Nowhere,
    }
}

/// Returns the entry that chains a row: the one that reads the row above, otherwise the first.
pub fn main_entry(wiring: &Wiring, i: usize) -> Option<(usize, Entry)> {
    let entries = wiring.get(i)?;
    let reads = |entry: &Entry| match entry.target {
        Target::Image => Some(i == 0),
        Target::Row(row) if row < i => Some(row + 1 == i),
        _ => None,
    };
    let numbered = || entries.iter().copied().enumerate();
    numbered().find(|(_, e)| reads(e) == Some(true)).or_else(|| numbered().find(|(_, e)| reads(e).is_some()))
}

/// A change of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new row gets index `at`.
    Insert {
        /// The new row's index.
        at: usize,
        /// Kind and neighbour of the new row.
        new: New,
    },
    /// A row is deleted; its readers read its input instead.
    Delete(usize),
    /// A row is swapped with the next one.
    Swap(usize),
}

/// A new row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// Directly above the row that had its index; it returns the output of the row before.
    Above,
    /// Directly below the row before; it returns that row's output.
    Below,
    /// A copy of the row before, directly below it.
    Copy,
    /// Directly above the row that had its index, whose entry at this position then reads it.
    Feeding(usize),
}

impl Change {
    /// Inserts a row directly above row `i`.
    pub const fn above(i: usize) -> Change {
        Change::Insert { at: i, new: New::Above }
    }

    /// Inserts a row directly below row `i`.
    pub const fn below(i: usize) -> Change {
        Change::Insert { at: i + 1, new: New::Below }
    }

    /// Inserts a copy of row `i` directly below it.
    pub const fn duplicate(i: usize) -> Change {
        Change::Insert { at: i + 1, new: New::Copy }
    }

    /// The row that it applies to.
    pub(super) fn row(self) -> usize {
        match self {
            Change::Insert { at, new: New::Above | New::Feeding(_) } => at,
            Change::Insert { at, .. } => at.saturating_sub(1),
            Change::Delete(row) | Change::Swap(row) => row,
        }
    }

    /// Returns the new index of row `i`; none if it is deleted.
    pub fn place(self, i: usize) -> Option<usize> {
        match self {
            Change::Insert { at, .. } => Some(if i < at { i } else { i + 1 }),
            Change::Delete(gone) if i == gone => None,
            Change::Delete(gone) => Some(if i < gone { i } else { i - 1 }),
            Change::Swap(first) if i == first => Some(first + 1),
            Change::Swap(first) if i == first + 1 => Some(first),
            Change::Swap(_) => Some(i),
        }
    }

    /// Returns the new value of entry `k` of row `i`; none if no value is right.
    ///
    /// An entry keeps naming the same row. But `-1` means "the row above": if a row is inserted there, `-1` reads the
    /// new row, and if two chained rows are swapped, each takes the other's place in the chain.
    pub(super) fn entry_after(self, wiring: &Wiring, i: usize, k: usize) -> Option<i64> {
        let entry = wiring[i][k];
        let reader = self.place(i)?;
        match self {
            Change::Insert { at, new: New::Feeding(fed) } if i == at => {
                if k == fed {
                    Some(-1)
                } else {
                    self.express(entry.value, entry.target, reader)
                }
            }
            Change::Insert { at, .. } if entry.value == -1 && reader == at + 1 => Some(-1),
            Change::Delete(gone) if entry.target == Target::Row(gone) => self.instead(wiring, gone, entry, reader),
            Change::Swap(first) if is_chained(wiring, first) => match i {
                _ if i == first + 1 && entry.target == Target::Row(first) => self.instead(wiring, first, entry, reader),
                _ if i == first && main_entry(wiring, first)?.0 == k => {
                    self.express(entry.value, Target::Row(first + 1), reader)
                }
                _ if i == first + 2 && entry.value == -1 => Some(-1),
                _ => self.express(entry.value, entry.target, reader),
            },
            _ => self.express(entry.value, entry.target, reader),
        }
    }

    /// Returns the value of entry `k` in the copy of a row.
    pub(super) fn entry_of_copy(self, wiring: &Wiring, k: usize) -> Option<i64> {
        let Change::Insert { at, new: New::Copy } = self else { return None };
        let entry = wiring[self.row()][k];
        if entry.value == -1 { Some(-1) } else { self.express(entry.value, entry.target, at) }
    }

    /// Returns a value that names the input of `row` for a reader whose `entry` names `row`; absolute if either entry
    /// is.
    fn instead(self, wiring: &Wiring, row: usize, entry: Entry, reader: usize) -> Option<i64> {
        let (_, source) = main_entry(wiring, row)?;
        self.express(entry.value.max(source.value), source.target, reader)
    }

    fn express(self, written: i64, target: Target, reader: usize) -> Option<i64> {
        match target {
            Target::Nowhere => Some(written),
            Target::Image => (reader == 0).then_some(-1),
            Target::Row(row) => {
                let row = self.place(row)?;
                Some(if written < 0 && row < reader { row as i64 - reader as i64 } else { row as i64 })
            }
        }
    }
}

/// Whether the row after `first` reads it.
fn is_chained(wiring: &Wiring, first: usize) -> bool {
    wiring.get(first + 1).is_some_and(|entries| entries.iter().any(|e| e.target == Target::Row(first)))
}
