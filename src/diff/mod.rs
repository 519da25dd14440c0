//! Compares two analysed models: matched rows, their cells, figures and totals, as one plain value that every output
//! format of `yolint diff` renders.
//!
//! Comparison is symmetric: comparing B with A gives the same matches as comparing A with B.

mod change;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use self::change::Change;
use crate::align::{Inputs, fingerprints, matches, rewired, section};
use crate::analysis::{Analysis, RowAnalysis};
use crate::cost::WeightsBytes;
use crate::model::{Cell, Model, SECTIONS};
use crate::python::Literal;
use crate::rules;
use crate::torch::Value;
use crate::words::Message;

/// One of the compared models.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub model: &'a Model,
    pub analysis: &'a Analysis,
}

/// Differences between two models, `a` and `b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// Differing entries of the header: those of `a` in its order, then those that only `b` has.
    pub header: Vec<HeaderChange>,
    /// All rows of both, in order; between two matched rows, removed rows come before added ones.
    pub rows: Vec<RowDiff>,
    /// Totals of the sections, `backbone` first.
    pub sections: Vec<SectionDiff>,
    /// Totals of all rows.
    pub totals: Totals,
}

/// A differing entry of the header.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderChange {
    /// The key; for an entry of a mapping, its path: `scales.n`.
    pub name: String,
    /// Value in `a`; none if it is absent.
    pub a: Option<Literal>,
    /// Value in `b`; none if it is absent.
    pub b: Option<Literal>,
}

/// How a row changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// Cells and figures are the same.
    Same,
    /// A cell or a figure differs.
    Changed,
    /// Only `b` has it.
    Added,
    /// Only `a` has it.
    Removed,
}

impl RowStatus {
    /// Returns its name: `changed`.
    pub fn name(self) -> &'static str {
        match self {
            RowStatus::Same => "same",
            RowStatus::Changed => "changed",
            RowStatus::Added => "added",
            RowStatus::Removed => "removed",
        }
    }

    /// Returns its sign: `~`.
    pub fn sign(self) -> &'static str {
        match self {
            RowStatus::Same => "",
            RowStatus::Changed => "~",
            RowStatus::Added => "+",
            RowStatus::Removed => "-",
        }
    }
}

/// A part of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellName {
    /// Its section.
    Section,
    /// Its inputs.
    From,
    /// Number of repeats.
    Repeats,
    /// Its module.
    Module,
    /// Its arguments.
    Args,
}

impl CellName {
    /// Returns its name: `from`.
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

/// A row of one model, or two matched rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RowDiff {
    pub status: RowStatus,
    /// The row in `a`.
    pub a: Option<RowSide>,
    /// The row in `b`.
    pub b: Option<RowSide>,
    /// The cells that differ. A `from` doesn't differ if it names the matched row by another index, or if it reads the
    /// same row through an added or removed row.
    pub cells: Vec<CellName>,
    /// Number of parameters; 0 if the row is absent.
    pub params: Change,
    /// Operations as the convention counts them; 0 if the row is absent.
    pub ops: Change,
}

/// A row of one model: its cells as Python prints them, and its output.
#[derive(Clone, Debug, PartialEq)]
pub struct RowSide {
    /// Its index.
    pub index: usize,
    /// Its section.
    pub section: &'static str,
    /// Its inputs.
    pub from: String,
    /// Number of repeats, as written.
    pub repeats: String,
    /// Its module.
    pub module: String,
    /// Its arguments, as written.
    pub args: String,
    /// Its output; none if it isn't known.
    pub output: Option<Value>,
    /// Why figures are missing; none if they are known.
    pub why: Option<Message>,
}

/// Totals of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionDiff {
    /// The section.
    pub name: &'static str,
    /// Number of rows.
    pub rows: Change,
    /// Number of parameters.
    pub params: Change,
    /// Operations as the convention counts them.
    pub ops: Change,
}

/// Totals of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Leaf modules, each instance once.
    pub layers: Change,
    /// Parameters, each instance once.
    pub params: Change,
    /// Operations as the convention counts them.
    pub ops: Change,
    /// Peak bytes of the tensors held between two rows.
    pub activations: Change,
}

impl Totals {
    /// Returns the bytes of the weights in the number format that `format` picks.
    pub fn weights(&self, format: impl Fn(WeightsBytes) -> u64) -> Change {
        self.params.map(|params| u64::try_from(params).map_or(u128::MAX, |n| format(WeightsBytes::of(n)).into()))
    }
}

impl Diff {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        !self.header.is_empty() || self.rows.iter().any(|row| row.status != RowStatus::Same)
    }

    /// Returns the first row of `a`, and the first of `b`, whose figures aren't known.
    pub fn unknown(&self) -> [Option<&RowSide>; 2] {
        let first = |side: fn(&RowDiff) -> Option<&RowSide>| {
            self.rows.iter().filter_map(side).find(|row: &&RowSide| row.why.is_some())
        };
        [first(|row| row.a.as_ref()), first(|row| row.b.as_ref())]
    }
}

/// Compares two models that are counted by the same convention.
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
    // Between two matches, unmatched rows of `a` come first, then those of `b`.
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
        why: rules::reason(side.analysis, analysis),
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

/// Adds the differences of two mappings; the last entry of a repeated key is used, as in PyYAML.
fn compare_entries(prefix: &str, a: &[(&str, &Cell)], b: &[(&str, &Cell)], changes: &mut Vec<HeaderChange>) {
    let [in_a, in_b] = [a, b].map(|entries| entries.iter().copied().collect::<HashMap<&str, &Cell>>());
    let mut seen = HashSet::new();
    for (name, _) in a.iter().chain(b).filter(|(name, _)| seen.insert(*name)) {
        compare(format!("{prefix}{name}"), in_a.get(name).copied(), in_b.get(name).copied(), changes);
    }
}

/// Adds the differences of two values.
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
