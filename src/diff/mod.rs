//! What differs between two analysed models: rows matched with each other, their cells, figures and totals, as one plain
//! value that every form of `yolint diff` renders.
//!
//! Nothing here depends on which side is which: comparing B with A gives the same matches, with both sides swapped.

mod change;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use self::change::Change;
use crate::align::{Inputs, fingerprints, matches, rewired, section};
use crate::analysis::{Analysis, RowAnalysis};
use crate::cost::WeightsBytes;
use crate::model::{Cell, Model, SECTIONS};
use crate::python::Arg;
use crate::rules::reason;
use crate::torch::Value;

/// A model that is compared.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The typed file.
    pub model: &'a Model,
    /// What is known of it.
    pub analysis: &'a Analysis,
}

/// What differs between two models, `a` and `b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// Entries of the header that differ: those of `a` in its order, then those that only `b` has.
    pub header: Vec<HeaderChange>,
    /// All rows of both, in their order; between two matched rows those that were removed stand before the added ones.
    pub rows: Vec<RowDiff>,
    /// Sums over sections, `backbone` first.
    pub sections: Vec<SectionDiff>,
    /// Sums over all rows.
    pub totals: Totals,
}

/// An entry of the header that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderChange {
    /// The key; of an entry of a mapping the way to it: `scales.n`.
    pub name: String,
    /// Its value in `a`, none where it isn't there.
    pub a: Option<Arg>,
    /// Its value in `b`, none where it isn't there.
    pub b: Option<Arg>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// Its cells and its figures are the same.
    Same,
    /// A cell or a figure differs.
    Changed,
    /// Only `b` has it.
    Added,
    /// Only `a` has it.
    Removed,
}

impl RowStatus {
    /// Its name: `changed`.
    pub fn name(self) -> &'static str {
        match self {
            RowStatus::Same => "same",
            RowStatus::Changed => "changed",
            RowStatus::Added => "added",
            RowStatus::Removed => "removed",
        }
    }

    /// Its sign: `~`.
    pub fn sign(self) -> &'static str {
        match self {
            RowStatus::Same => "",
            RowStatus::Changed => "~",
            RowStatus::Added => "+",
            RowStatus::Removed => "-",
        }
    }
}

/// A part of a row that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellName {
    /// The section that it stands in.
    Section,
    /// What it reads.
    From,
    /// How often its module is repeated.
    Repeats,
    /// Its module.
    Module,
    /// Its arguments.
    Args,
}

impl CellName {
    /// Its name: `from`.
    pub fn name(self) -> &'static str {
        match self {
            CellName::Section => "section",
            CellName::From => "from",
            CellName::Repeats => "repeats",
            CellName::Module => "module",
            CellName::Args => "args",
        }
    }
}

/// A row of one of both models, or two that are matched.
#[derive(Clone, Debug, PartialEq)]
pub struct RowDiff {
    /// What became of it.
    pub status: RowStatus,
    /// The row in `a`.
    pub a: Option<RowSide>,
    /// The row in `b`.
    pub b: Option<RowSide>,
    /// Which cells differ. A `from` that names the matched row by another index is the same, and so is one that reads what
    /// an added row hands on, or what a removed row did.
    pub cells: Vec<CellName>,
    /// Elements of its parameters; 0 where it isn't there.
    pub params: Change,
    /// Operations as the convention books them; 0 where it isn't there.
    pub ops: Change,
}

/// A row of one model: its cells as Python prints them, and what it returns.
#[derive(Clone, Debug, PartialEq)]
pub struct RowSide {
    /// Its index.
    pub index: usize,
    /// Its section.
    pub section: &'static str,
    /// What it reads.
    pub from: String,
    /// How often its module is repeated, as it is written.
    pub repeats: String,
    /// Its module.
    pub module: String,
    /// Its arguments as they are written.
    pub args: String,
    /// What it returns; none where that isn't known.
    pub output: Option<Value>,
    /// Why figures are missing; none where they are known.
    pub why: Option<String>,
}

/// Sums over the rows of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionDiff {
    /// The section.
    pub name: &'static str,
    /// The number of its rows.
    pub rows: Change,
    /// Elements of the rows' parameters.
    pub params: Change,
    /// Operations as the convention books them.
    pub ops: Change,
}

/// Sums over all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Leaf modules, each instance once.
    pub layers: Change,
    /// Elements of all parameters, each instance once.
    pub params: Change,
    /// Operations as the convention books them.
    pub ops: Change,
    /// Bytes of the tensors that are held at the worst moment between two rows.
    pub activations: Change,
}

impl Totals {
    /// Bytes of the weights in a number format, picked from all of them.
    pub fn weights(&self, format: impl Fn(WeightsBytes) -> u64) -> Change {
        self.params.map(|params| u64::try_from(params).map_or(u128::MAX, |n| format(WeightsBytes::of(n)).into()))
    }
}

impl Diff {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        !self.header.is_empty() || self.rows.iter().any(|row| row.status != RowStatus::Same)
    }

    /// The first row of `a`, and the first of `b`, whose figures aren't known.
    pub fn unknown(&self) -> [Option<&RowSide>; 2] {
        let first = |side: fn(&RowDiff) -> Option<&RowSide>| {
            self.rows.iter().filter_map(side).find(|row: &&RowSide| row.why.is_some())
        };
        [first(|row| row.a.as_ref()), first(|row| row.b.as_ref())]
    }
}

/// Compares two models, both counted by one convention.
pub fn diff(a: Side<'_>, b: Side<'_>) -> Diff {
    let [inputs_a, inputs_b] = [Inputs::of(a.model), Inputs::of(b.model)];
    let prints = fingerprints(&*b.analysis.dialect, a.model, b.model);
    let matches = matches(&prints, &inputs_a, &inputs_b);
    let rewired = rewired(&inputs_a, &inputs_b, &matches);
    let matched = |i: usize, j: usize| {
        let [x, y] = [&prints[0][i], &prints[1][j]];
        let differs = [
            (CellName::Section, x.section != y.section),
            (CellName::From, rewired[i]),
            (CellName::Repeats, x.repeats != y.repeats),
            (CellName::Module, x.module != y.module),
            (CellName::Args, x.args != y.args),
        ];
        differs.into_iter().filter_map(|(cell, differs)| differs.then_some(cell)).collect()
    };
    let mut rows = Vec::with_capacity(a.model.rows.len().max(b.model.rows.len()));
    let mut next = 0;
    let gone = |i: usize| row_diff(Some(row_side(a, i)), None, Vec::new(), &a.analysis.rows[i], None);
    let new = |j: usize| row_diff(None, Some(row_side(b, j)), Vec::new(), &b.analysis.rows[j], None);
    // Rows of `a` that stand between two matches come first, then those of `b`.
    for (i, place) in matches.a_to_b.iter().enumerate() {
        let Some(j) = *place else {
            rows.push(gone(i));
            continue;
        };
        rows.extend((next..j).map(new));
        let (was, is) = (&a.analysis.rows[i], &b.analysis.rows[j]);
        rows.push(row_diff(Some(row_side(a, i)), Some(row_side(b, j)), matched(i, j), was, Some(is)));
        next = j + 1;
    }
    rows.extend((next..b.model.rows.len()).map(new));
    Diff { header: header(a.model, b.model), sections: sections(a, b), totals: totals(a.analysis, b.analysis), rows }
}

fn row_diff(
    a: Option<RowSide>,
    b: Option<RowSide>,
    cells: Vec<CellName>,
    first: &RowAnalysis,
    second: Option<&RowAnalysis>,
) -> RowDiff {
    let figures = |row: &RowAnalysis| [row.params.map(u128::from), row.ops];
    let absent = [Some(0), Some(0)];
    let (was, is) = match second {
        Some(second) => (figures(first), figures(second)),
        None if a.is_some() => (figures(first), absent),
        None => (absent, figures(first)),
    };
    let [params, ops] = [0, 1].map(|k| Change { a: was[k], b: is[k] });
    let status = match (&a, &b) {
        (Some(_), None) => RowStatus::Removed,
        (None, _) => RowStatus::Added,
        (Some(x), Some(y)) => {
            let is_same = cells.is_empty() && !params.differs() && !ops.differs() && x.output == y.output;
            if is_same { RowStatus::Same } else { RowStatus::Changed }
        }
    };
    RowDiff { status, a, b, cells, params, ops }
}

fn row_side(side: Side<'_>, i: usize) -> RowSide {
    let (row, analysis) = (&side.model.rows[i], &side.analysis.rows[i]);
    let text = |cell: Option<&Cell>| cell.map(|cell| cell.value.to_string()).unwrap_or_default();
    let module = row.module().map(|cell| match cell.value.as_str() {
        Some(name) if !name.contains(char::is_control) => name.to_owned(),
        _ => cell.value.to_string(),
    });
    RowSide {
        index: i,
        section: section(side.model, i),
        from: text(row.from()),
        repeats: text(row.repeats()),
        module: module.unwrap_or_default(),
        args: text(row.args()),
        output: analysis.output.clone(),
        why: reason(side.analysis, analysis),
    }
}

fn header(a: &Model, b: &Model) -> Vec<HeaderChange> {
    fn entries(model: &Model) -> Vec<(&str, &Cell)> {
        let keys = model.keys.iter().filter(|key| !SECTIONS.contains(&key.name.as_str()));
        keys.map(|key| (key.name.as_str(), &key.value)).collect()
    }
    let mut changes = Vec::new();
    compare_entries("", &entries(a), &entries(b), &mut changes);
    changes
}

/// Adds what differs of two mappings; of a name that stands twice the last entry counts, as for PyYAML.
fn compare_entries(prefix: &str, a: &[(&str, &Cell)], b: &[(&str, &Cell)], changes: &mut Vec<HeaderChange>) {
    let [in_a, in_b] = [a, b].map(|entries| entries.iter().copied().collect::<HashMap<&str, &Cell>>());
    let mut seen = HashSet::new();
    for (name, _) in a.iter().chain(b).filter(|(name, _)| seen.insert(*name)) {
        compare(format!("{prefix}{name}"), in_a.get(name).copied(), in_b.get(name).copied(), changes);
    }
}

/// Adds what differs of a value.
fn compare(name: String, a: Option<&Cell>, b: Option<&Cell>, changes: &mut Vec<HeaderChange>) {
    fn entries(cell: &Cell) -> Vec<(&str, &Cell)> {
        cell.names.iter().map(|(name, _)| name.as_str()).zip(&cell.items).collect()
    }
    match (a, b) {
        (Some(x), Some(y)) if !x.names.is_empty() && !y.names.is_empty() => {
            compare_entries(&format!("{name}."), &entries(x), &entries(y), changes);
        }
        // As Python prints them, since a NaN isn't equal to itself.
        _ if a.map(|cell| cell.value.to_string()) == b.map(|cell| cell.value.to_string()) => {}
        _ => changes.push(HeaderChange {
            name,
            a: a.map(|cell| cell.value.clone()),
            b: b.map(|cell| cell.value.clone()),
        }),
    }
}

fn sections(a: Side<'_>, b: Side<'_>) -> Vec<SectionDiff> {
    let sum = |side: Side<'_>, name: &str, figure: fn(&RowAnalysis) -> Option<u128>| {
        let section = side.model.sections.iter().find(|section| section.name == name);
        let rows = section.map_or(0..0, |section| section.rows.clone());
        side.analysis.rows[rows].iter().try_fold(0u128, |sum, row| Some(sum.saturating_add(figure(row)?)))
    };
    let has = |name: &str| [a, b].iter().any(|side| side.model.sections.iter().any(|s| s.name == name));
    let section = |name: &'static str| {
        let change = |figure| Change { a: sum(a, name, figure), b: sum(b, name, figure) };
        SectionDiff {
            name,
            rows: change(|_| Some(1)),
            params: change(|row| row.params.map(u128::from)),
            ops: change(|row| row.ops),
        }
    };
    SECTIONS.into_iter().filter(|name| has(name)).map(section).collect()
}

fn totals(a: &Analysis, b: &Analysis) -> Totals {
    let change = |figure: fn(&crate::analysis::Totals) -> Option<u128>| Change {
        a: a.totals.as_ref().and_then(figure),
        b: b.totals.as_ref().and_then(figure),
    };
    Totals {
        layers: change(|totals| Some(totals.layers as u128)),
        params: change(|totals| Some(totals.params.into())),
        ops: change(|totals| totals.ops),
        activations: change(|totals| totals.activation_peak_bytes),
    }
}
