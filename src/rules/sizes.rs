//! Shared by rules that try wirings: the sizes of maps as a wiring would make them, told without a run, so that runs of
//! what can't work are spared.

use super::trial::{size, size_of};
use crate::analysis::Analysis;
use crate::model::Source;
use crate::rewrite::Wiring;

/// Height and width; none if they aren't known.
type Size = Option<[i64; 2]>;

/// The sizes of the rows' outputs by another wiring, in which `origin` tells which row of the analysis each is. A row that is
/// new halves its map. None if a row would join maps of different sizes.
pub(super) fn rewired(
    analysis: &Analysis,
    wiring: &Wiring,
    origin: impl Fn(usize) -> Option<usize>,
) -> Option<Vec<Size>> {
    let mut sizes: Vec<Size> = Vec::with_capacity(wiring.len());
    for (row, entries) in wiring.iter().enumerate() {
        let read = |source: Source| match source {
            Source::Image => Some(analysis.imgsz),
            Source::Row(above) => sizes.get(above).copied().flatten(),
        };
        let inputs: Vec<Size> = entries.iter().map(|entry| entry.target.and_then(read)).collect();
        let Some(old) = origin(row) else {
            sizes.push(inputs.first().copied().flatten().map(|[h, w]| [(h + 1) / 2, (w + 1) / 2]));
            continue;
        };
        let joins = analysis.rows[old].path().is_some_and(|path| path.ends_with(".Concat"));
        let mut known = inputs.iter().flatten();
        let first = known.next();
        if joins && first.is_some_and(|first| known.any(|other| other != first)) {
            return None;
        }
        sizes.push(match first {
            Some(first) if joins => Some(*first),
            _ => scaled(analysis, old, &inputs),
        });
    }
    Some(sizes)
}

/// The size of a row's output, if it is to its inputs as in the analysis.
fn scaled(analysis: &Analysis, row: usize, inputs: &[Size]) -> Size {
    let own = size(analysis, row)?;
    let from = &analysis.rows[row].from;
    let old: Vec<[i64; 2]> = from.iter().map(|source| size_of(analysis, source)).collect::<Option<_>>()?;
    let new: Vec<[i64; 2]> = inputs.iter().copied().collect::<Option<_>>()?;
    let (first, now) = (*old.first()?, *new.first()?);
    let is_alike =
        old.len() == new.len() && old.iter().all(|size| *size == first) && new.iter().all(|size| *size == now);
    if !is_alike {
        return (old == new).then_some(own);
    }
    let side =
        |i: usize| Some(own[i].checked_mul(now[i])?).filter(|side| side % first[i] == 0).map(|side| side / first[i]);
    Some([side(0)?, side(1)?])
}

/// Whether the rows that are read are those that `wiring` names. They aren't where one row stands for several layers.
pub(super) fn reads_as_written(analysis: &Analysis, wiring: &Wiring) -> bool {
    let is_named = |row: usize, source: &Source| wiring[row].iter().any(|entry| entry.target == Some(*source));
    wiring.len() == analysis.rows.len()
        && analysis.rows.iter().enumerate().all(|(row, read)| read.from.iter().all(|source| is_named(row, source)))
}
