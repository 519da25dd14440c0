//! The wiring of rows, and how `from` must change when rows are inserted, deleted or swapped.

use crate::model::{Model, Row, Source, from};
use crate::python::Literal;
use crate::text::Span;

/// An integer in `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub span: Span,
    /// The written number.
    pub value: i64,
    /// What that names; none if it is no row of the file.
    pub target: Option<Source>,
}

/// The entries of each row's `from`.
pub type Wiring = Vec<Vec<Entry>>;

/// Returns the integer entries of each row's `from`.
pub fn wiring(model: &Model) -> Wiring {
    let count = model.rows.len();
    model.rows.iter().enumerate().map(|(i, row)| entries(row, i, count)).collect()
}

fn entries(row: &Row, i: usize, count: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for cell in row.entries() {
        let Literal::Int(value) = cell.value else { continue };
        entries.push(Entry { span: cell.span, value, target: from::resolve(value, i, count) });
    }
    entries
}

/// Returns the entry that chains a row: the one that reads the row above, otherwise the first.
pub fn main_entry(wiring: &Wiring, i: usize) -> Option<(usize, Entry)> {
    let entries = wiring.get(i)?;
    let main = from::main(entries.iter().map(|entry| entry.target), i)?;
    Some((main, entries[main]))
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
            Change::Delete(gone) if entry.target == Some(Source::Row(gone)) => {
                self.instead(wiring, gone, entry, reader)
            }
            Change::Swap(first) if is_chained(wiring, first) => match i {
                _ if i == first + 1 && entry.target == Some(Source::Row(first)) => {
                    self.instead(wiring, first, entry, reader)
                }
                _ if i == first && main_entry(wiring, first)?.0 == k => {
                    self.express(entry.value, Some(Source::Row(first + 1)), reader)
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

    fn express(self, written: i64, target: Option<Source>, reader: usize) -> Option<i64> {
        match target {
            None => Some(written),
            Some(Source::Image) => (reader == 0).then_some(-1),
            Some(Source::Row(row)) => Some(from::index(self.place(row)?, reader, written < 0)),
        }
    }
}

/// Whether the row after `first` reads it.
fn is_chained(wiring: &Wiring, first: usize) -> bool {
    wiring.get(first + 1).is_some_and(|entries| entries.iter().any(|e| e.target == Some(Source::Row(first))))
}
