//! What rows keep of another model's weights, why they lose the rest, and where they would find it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::StateDict;
use crate::torch::ops::Shape;
use crate::words::{Message, message};

/// What a row keeps of another model's weights.
#[derive(Clone, Debug, PartialEq)]
pub struct RowWeights {
    /// Its items.
    pub items: usize,
    /// Those that are filled.
    pub kept: usize,
    /// Why others aren't.
    pub loss: Option<Loss>,
}

/// Why a row loses weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Loss {
    /// The other model has them in another row.
    Shifted {
        /// That row.
        from: usize,
        /// Whether all of the row's items are there.
        whole: bool,
    },
    /// The other model has an item of the same name and another shape.
    Shape {
        /// The first such item, within the row.
        name: String,
        /// Its shape here.
        mine: Shape,
        /// Its shape there.
        theirs: Shape,
    },
    /// The other model has no such row.
    New,
    /// The row of this index has no weights of these names there; the first name that is missing.
    Other(String),
    /// The other model has no row of this index, or one without weights.
    Absent,
}

impl Loss {
    /// `the index is another: it is row 5 there`
    pub fn message(&self) -> Message {
        match self {
            Loss::Shifted { from, whole: true } => message!("loss-shifted", row = from),
            Loss::Shifted { from, whole: false } => message!("loss-shifted-like", row = from),
            Loss::Shape { name, mine, theirs } => message!("loss-shape", name, mine, theirs),
            Loss::New => message!("loss-new"),
            Loss::Other(name) => message!("loss-other", name),
            Loss::Absent => message!("loss-absent"),
        }
    }
}

/// The index of the row that an item belongs to.
pub(super) fn row_of(name: &str) -> Option<usize> {
    name.strip_prefix("model.")?.split('.').next()?.parse().ok()
}

/// The items of each row by their names within it.
fn by_row(dict: &StateDict) -> Vec<Vec<(&str, Shape)>> {
    let mut rows: Vec<Vec<(&str, Shape)>> = Vec::new();
    for (name, shape) in dict.items() {
        let Some(i) = row_of(name).filter(|&i| i < MOST_ROWS) else { continue };
        let inner = name.splitn(3, '.').nth(2).unwrap_or_default();
        if rows.len() <= i {
            rows.resize_with(i + 1, Vec::new);
        }
        rows[i].push((inner, *shape));
    }
    rows
}

/// The most rows that are looked at one by one.
const MOST_ROWS: usize = 2_000;

/// The most pairs of rows whose weights are compared, to find those that belong together.
const MOST_PAIRS: usize = 40_000;

/// Which row of another model has the weights of which row of this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerMap {
    /// Rows of the other model, each with the row that it becomes.
    pub rows: BTreeMap<usize, usize>,
    /// Items that are filled if rows are moved so.
    pub transferred: usize,
}

impl LayerMap {
    /// The map, in the order of rows on both sides, by which most items are filled.
    pub(super) fn of(from: &StateDict, mine: &StateDict) -> LayerMap {
        let (theirs, mine) = (by_row(from), by_row(mine));
        let (n, m) = (theirs.len(), mine.len());
        if n.saturating_mul(m) > MOST_PAIRS {
            return LayerMap::default();
        }
        let names: Vec<HashMap<&str, Shape>> =
            theirs.iter().map(|row| row.iter().map(|&(name, shape)| (name, shape)).collect()).collect();
        let common = |i: usize, j: usize| {
            mine[j].iter().filter(|(name, shape)| names[i].get(name).is_some_and(|other| other == shape)).count()
        };
        let mut worth = vec![0usize; n * m];
        let mut best = vec![vec![0usize; m + 1]; n + 1];
        for i in 0..n {
            for j in 0..m {
                let count = if names[i].is_empty() || mine[j].is_empty() { 0 } else { common(i, j) };
                worth[i * m + j] = count;
                best[i + 1][j + 1] = best[i][j + 1].max(best[i + 1][j]).max(best[i][j] + count);
            }
        }
        let mut map = LayerMap { rows: BTreeMap::new(), transferred: best[n][m] };
        let (mut i, mut j) = (n, m);
        while i > 0 && j > 0 {
            let count = worth[(i - 1) * m + j - 1];
            if count > 0 && best[i][j] == best[i - 1][j - 1] + count {
                map.rows.insert(i - 1, j - 1);
                (i, j) = (i - 1, j - 1);
            } else if best[i][j] == best[i - 1][j] {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        map
    }

    /// The row of the other model that becomes row `j`.
    pub fn source(&self, j: usize) -> Option<usize> {
        self.rows.iter().find(|(_, mine)| **mine == j).map(|(theirs, _)| *theirs)
    }
}

/// A Python dict, as a script that loads the weights needs it: `{0: 0, 1: 2}`.
impl fmt::Display for LayerMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.rows.iter().map(|(theirs, mine)| format!("{theirs}: {mine}")).collect();
        write!(f, "{{{}}}", pairs.join(", "))
    }
}

/// What becomes of each row's items; `kept` says which of all items are filled.
pub(super) fn rows(from: &StateDict, mine: &StateDict, kept: &[bool], map: &LayerMap) -> Vec<RowWeights> {
    let theirs = by_row(from);
    let mut rows: Vec<RowWeights> = Vec::new();
    let mut lost: Vec<Vec<(&str, Shape)>> = Vec::new();
    for ((name, shape), kept) in mine.items().iter().zip(kept) {
        let Some(i) = row_of(name).filter(|&i| i < MOST_ROWS) else { continue };
        if rows.len() <= i {
            rows.resize(i + 1, RowWeights { items: 0, kept: 0, loss: None });
            lost.resize_with(i + 1, Vec::new);
        }
        rows[i].items += 1;
        rows[i].kept += usize::from(*kept);
        if !kept {
            lost[i].push((name.splitn(3, '.').nth(2).unwrap_or_default(), *shape));
        }
    }
    for (i, (row, lost)) in rows.iter_mut().zip(lost).enumerate() {
        let Some(&(first, _)) = lost.first() else { continue };
        let there = |row: usize| theirs.get(row).map_or(&[][..], Vec::as_slice);
        let shape_there = |row: usize, name: &str| there(row).iter().find(|(n, _)| *n == name).map(|(_, shape)| *shape);
        let is_there = |row: usize| lost.iter().filter(|(name, shape)| shape_there(row, name) == Some(*shape)).count();
        row.loss = Some(match map.source(i).filter(|&source| source != i) {
            Some(source) => Loss::Shifted { from: source, whole: is_there(source) == lost.len() },
            None if there(i).is_empty() => Loss::Absent,
            None if map.rows.get(&i).is_some_and(|&mine| mine != i) => Loss::New,
            None => {
                let differs = lost.iter().find_map(|&(name, shape)| Some((name, shape, shape_there(i, name)?)));
                match differs {
                    Some((name, mine, theirs)) => Loss::Shape { name: name.to_owned(), mine, theirs },
                    None => Loss::Other(first.to_owned()),
                }
            }
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::{StateDict, transfer};
    use super::*;

    fn dict(items: &[(&str, &[i64])]) -> StateDict {
        StateDict::new(items.iter().map(|(name, shape)| ((*name).to_owned(), Shape::new(shape))).collect())
    }

    #[test]
    fn a_row_put_in_shifts_those_below() {
        let base = dict(&[("model.0.conv.weight", &[16, 3, 3, 3]), ("model.1.a", &[4]), ("model.2.b", &[8])]);
        let mine = dict(&[
            ("model.0.conv.weight", &[16, 3, 3, 3]),
            ("model.1.c", &[2]),
            ("model.2.a", &[4]),
            ("model.3.b", &[9]),
        ]);
        let said = transfer(&base, &mine);
        assert_eq!((said.transferred, said.items), (1, 4));
        assert_eq!((said.map.to_string().as_str(), said.map.transferred), ("{0: 0, 1: 2}", 2));
        let why: Vec<String> = said
            .rows
            .iter()
            .map(|row| row.loss.as_ref().map(|loss| loss.message().english()).unwrap_or_default())
            .collect();
        let expected = [
            "",
            "this row is new here",
            "the index is another: it is row 1 there",
            "there is no such row with weights there",
        ];
        assert_eq!(why, expected);
    }

    #[test]
    fn the_first_convolution_is_filled_in_part() {
        let base = dict(&[("model.0.conv.weight", &[16, 3, 3, 3])]);
        let said = |shape: &[i64]| transfer(&base, &dict(&[("model.0.conv.weight", shape)])).transferred;
        assert_eq!([said(&[16, 1, 3, 3]), said(&[32, 3, 3, 3]), said(&[16, 3, 6, 6])], [1, 1, 0]);
    }
}
