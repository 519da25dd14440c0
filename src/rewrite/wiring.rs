//! Which row reads which, and what `from` must say once rows have come, gone or changed places.

use crate::model::{Model, Row, Source, from};
use crate::python::Arg;
use crate::text::Span;

/// An integer in a `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub span: Span,
    /// What is written.
    pub value: i64,
    /// What that names; none if it is no row of the file.
    pub target: Option<Source>,
}

/// The entries of each row's `from`.
pub type Wiring = Vec<Vec<Entry>>;

/// The entries of each row's `from`; what isn't an integer there is passed over.
pub fn wiring(model: &Model) -> Wiring {
    let count = model.rows.len();
    model.rows.iter().enumerate().map(|(i, row)| entries(row, i, count)).collect()
}

fn entries(row: &Row, i: usize, count: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for cell in row.entries() {
        let Arg::Int(value) = cell.value else { continue };
        entries.push(Entry { span: cell.span, value, target: from::resolve(value, i, count) });
    }
    entries
}

/// The entry by which a row is in the chain: that of the row above where it reads it, otherwise its first one.
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
        /// What it is, and which row it stands beside.
        new: New,
    },
    /// A row goes; those who read it read what it read.
    Delete(usize),
    /// A row changes places with the next one.
    Swap(usize),
}

/// A new row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// Right above the row that had its index: it hands on what the row before returns.
    Above,
    /// Right below the row before: it hands on what that returns.
    Below,
    /// Right below the row before, a copy of it.
    Copy,
    /// Right above the row that had its index, whose entry at this position reads it from then on.
    Feeding(usize),
}

impl Change {
    /// A new row right above row `i`.
    pub const fn above(i: usize) -> Change {
        Change::Insert { at: i, new: New::Above }
    }

    /// A new row right below row `i`.
    pub const fn below(i: usize) -> Change {
        Change::Insert { at: i + 1, new: New::Below }
    }

    /// A copy of row `i` right below it.
    pub const fn duplicate(i: usize) -> Change {
        Change::Insert { at: i + 1, new: New::Copy }
    }

    /// The row that it is made at.
    pub(super) fn row(self) -> usize {
        match self {
            Change::Insert { at, new: New::Above | New::Feeding(_) } => at,
            Change::Insert { at, .. } => at.saturating_sub(1),
            Change::Delete(row) | Change::Swap(row) => row,
        }
    }

    /// The index of row `i` afterwards; none where it is gone.
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

    /// What entry `k` of row `i` must say afterwards; none where nothing would say what is meant.
    ///
    /// An entry keeps naming the row that it names. But `-1` means "the row above": a row that is inserted there is read
    /// instead, and of two rows in a chain that change places each takes the other's part.
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

    /// What entry `k` of the copied row says in its copy.
    pub(super) fn entry_of_copy(self, wiring: &Wiring, k: usize) -> Option<i64> {
        let Change::Insert { at, new: New::Copy } = self else { return None };
        let entry = wiring[self.row()][k];
        if entry.value == -1 { Some(-1) } else { self.express(entry.value, entry.target, at) }
    }

    /// What names the source of `row` where `entry` names `row`; absolute where one of both is.
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
