//! Which row reads which, and what `from` must say once rows have come, gone or changed places.

use crate::model::{Model, Row};
use crate::python::Arg;
use crate::text::Span;

/// What an entry of `from` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The image.
    Image,
    /// The row at this index.
    Row(usize),
    /// No row of the file.
    Nowhere,
}

/// An integer in a `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub span: Span,
    /// What is written.
    pub value: i64,
    /// What that names.
    pub target: Target,
}

/// The entries of each row's `from`.
pub type Wiring = Vec<Vec<Entry>>;

/// The entries of each row's `from`; what isn't an integer there is passed over.
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

/// What `value` names in row `i` of `count`.
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

/// The entry by which a row is in the chain: that of the row above where it reads it, otherwise its first one.
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
