//! What of a row counts when two are matched, as numbers that are quick to compare.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::model::{Cell, Model, Source, from};

/// The most arguments, and entries of `from`, that are looked at one by one.
const MOST: usize = 8;

/// What of a row counts. Equal numbers stand for equal text.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprint {
    /// The section.
    pub(crate) section: u32,
    /// The module.
    pub(crate) module: u32,
    /// The file of the framework, or the namespace of torch, that defines the module.
    pub(crate) family: Option<u32>,
    /// `repeats`.
    pub(crate) repeats: u32,
    /// All arguments, and what stands behind them.
    pub(crate) args: u32,
    /// The first of the arguments.
    pub(crate) each_arg: Vec<u32>,
    /// What it reads: -1, or the module and the arguments of the row. So indices may shift.
    pub(crate) reads: u32,
    /// The first entries of that.
    pub(crate) each_read: Vec<u32>,
    /// The row as it is written.
    pub(crate) text: String,
}

impl Fingerprint {
    /// Whether both rows are the same but for what they read.
    pub(crate) fn is_alike(&self, other: &Fingerprint) -> bool {
        let of = |print: &Fingerprint| (print.section, print.module, print.repeats, print.args);
        of(self) == of(other)
    }

    /// Whether both rows are the same.
    pub(crate) fn is_same(&self, other: &Fingerprint) -> bool {
        self.is_alike(other) && self.reads == other.reads
    }
}

/// The fingerprints of the rows of two models.
pub(crate) fn fingerprints(dialect: &dyn Dialect, a: &Model, b: &Model) -> [Vec<Fingerprint>; 2] {
    let mut numbers = Numbers::default();
    [a, b].map(|model| (0..model.rows.len()).map(|i| fingerprint(dialect, model, i, &mut numbers)).collect())
}

/// A number for each text.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, text: impl Into<String>) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(text.into()).or_insert(next)
    }
}

fn fingerprint(dialect: &dyn Dialect, model: &Model, i: usize, numbers: &mut Numbers) -> Fingerprint {
    let row = &model.rows[i];
    let section = super::section(model, i);
    let family = row.module_name().and_then(|name| dialect.module(name));
    let family = family.as_ref().and_then(|module| module.path.rsplit_once('.')).map(|(family, _)| numbers.of(family));
    let reads: Vec<String> = row.entries().iter().map(|cell| read(model, i, cell)).collect();
    let is_list = row.from().is_some_and(|cell| cell.value.as_list().is_some());
    let args = row.args().map_or(&[][..], |cell| &cell.items);
    let cells: Vec<String> = row.cells.iter().map(|cell| cell.value.to_string()).collect();
    Fingerprint {
        section: numbers.of(section),
        module: numbers.of(text(row.module())),
        family,
        repeats: numbers.of(text(row.repeats())),
        args: numbers.of(cells.get(3..).unwrap_or_default().join(", ")),
        each_arg: args.iter().take(MOST).map(|cell| numbers.of(cell.value.to_string())).collect(),
        reads: numbers.of(format!("{is_list} {}", reads.join(", "))),
        each_read: reads.into_iter().take(MOST).map(|read| numbers.of(read)).collect(),
        text: format!("{section} {}", cells.join(", ")),
    }
}

fn text(cell: Option<&Cell>) -> String {
    cell.map(|cell| cell.value.to_string()).unwrap_or_default()
}

fn read(model: &Model, i: usize, entry: &Cell) -> String {
    match from::read(&entry.value, i) {
        Some(Source::Row(j)) if entry.value.as_int() != Some(-1) => {
            format!("{} {}", text(model.rows[j].module()), text(model.rows[j].args()))
        }
        _ => entry.value.to_string(),
    }
}
