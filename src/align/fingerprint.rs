//! The parts of a row that matching compares, as numbers that are fast to compare.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::model::{Cell, Model, Source, from};

/// Largest number of arguments and `from` entries that are compared one by one.
const MOST: usize = 8;

/// The compared parts of a row. Equal numbers stand for equal text.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprint {
    pub(crate) section: u32,
    pub(crate) module: u32,
    /// The framework's file, or torch's namespace, that defines the module.
    pub(crate) family: Option<u32>,
    pub(crate) repeats: u32,
    /// All arguments, and any values after them.
    pub(crate) args: u32,
    /// The first [`MOST`] arguments.
    pub(crate) each_arg: Vec<u32>,
    /// Its inputs: -1, or the input row's module and arguments instead of its index, which may shift.
    pub(crate) reads: u32,
    /// The first [`MOST`] inputs.
    pub(crate) each_read: Vec<u32>,
    /// The row as written.
    pub(crate) text: String,
}

impl Fingerprint {
    /// Whether both rows are the same except for their inputs.
    pub(crate) fn is_alike(&self, other: &Fingerprint) -> bool {
        let of = |print: &Fingerprint| (print.section, print.module, print.repeats, print.args);
        of(self) == of(other)
    }

    pub(crate) fn is_same(&self, other: &Fingerprint) -> bool {
        self.is_alike(other) && self.reads == other.reads
    }
}

/// Computes the fingerprints of the rows of two models.
pub(crate) fn fingerprints(dialect: &dyn Dialect, a: &Model, b: &Model) -> [Vec<Fingerprint>; 2] {
    let mut numbers = Numbers::default();
    [a, b].map(|model| (0..model.rows.len()).map(|i| fingerprint(dialect, model, i, &mut numbers)).collect())
}

/// Assigns a number to each text.
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
