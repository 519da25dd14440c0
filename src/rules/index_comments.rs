//! Comments behind rows that state an index: those that can be compared with where their rows are.

use super::File;
use crate::model::comments::{self, IndexClaim};
use crate::model::{Cell, SECTIONS};

/// Largest distance beyond the last row at which a bare number still counts as an index: rows may have been deleted.
const DELETED: usize = 10;

/// The fewest comments that end with a number of the same form, for these to be indices.
const MARKED: usize = 3;

/// A comment with an index.
pub(super) struct IndexComment {
    pub(super) row: usize,
    pub(super) claim: IndexClaim,
    /// Position among the comments that may state an index.
    pub(super) place: usize,
    /// Whether a level follows, so that the number must be an index.
    has_level: bool,
}

impl IndexComment {
    /// By how much the index is too high.
    pub(super) fn offset(&self) -> i64 {
        self.claim.index as i64 - self.row as i64
    }
}

/// Returns the comments that state an index, right or wrong; none if the indices of the rows aren't known.
pub(super) fn index_comments(file: &File<'_>) -> Option<Vec<IndexComment>> {
    if !is_settled(file) || has_several_layers(file) {
        return None;
    }
    let mut claims = comparable(file);
    let right = claims.iter().filter(|claim| claim.offset() == 0).count();
    // A bare number may also be a stride or a number of channels. It is an index if there are indices around it.
    let is_index = |at: usize| {
        let here = &claims[at];
        let same = |other: Option<&IndexComment>| other.is_some_and(|other| other.offset() == here.offset());
        let is_near = here.claim.index < file.model.rows.len() + DELETED;
        // A number that ends a comment is one if the other comments of the file end so too.
        if let Some(mark) = here.claim.mark {
            let alike = || claims.iter().filter(|claim| claim.claim.mark == Some(mark));
            let right = alike().filter(|claim| claim.offset() == 0).count();
            let count = alike().count();
            let is_shifted = same(claims.get(at + 1)) || same(at.checked_sub(1).map(|at| &claims[at]));
            return here.offset() == 0 || is_near && count >= MARKED && (is_shifted || 2 * right >= count);
        }
        here.has_level
            || here.offset() == 0
            || is_near && (same(claims.get(at + 1)) || same(at.checked_sub(1).map(|at| &claims[at])))
            || is_near && 2 * right >= claims.len()
    };
    let are_indices: Vec<bool> = (0..claims.len()).map(is_index).collect();
    claims.retain(|claim| are_indices[claim.place]);
    Some(claims)
}

/// Whether the indices of all rows are known: the first section is there, every row is complete, and only the sections
/// have rows.
fn is_settled(file: &File<'_>) -> bool {
    let is_row = |cell: &Cell| matches!(&cell.items[..], [_, _, module, ..] if module.value.as_str().is_some());
    let [first, ..] = SECTIONS;
    file.errors.is_empty()
        && file.model.sections.iter().any(|section| section.name == first && !section.rows.is_empty())
        && file.model.rows.iter().all(|row| row.is_list && row.complete && row.cells.len() >= 4)
        && !file.model.keys.iter().any(|key| key.value.items.len() > 1 && key.value.items.iter().all(is_row))
}

/// Whether a row is several layers of the framework, so that indices aren't positions.
fn has_several_layers(file: &File<'_>) -> bool {
    let mut rows = file.analyses.iter().flat_map(|analysis| analysis.rows.iter().enumerate());
    rows.any(|(i, row)| row.noted.index.is_some_and(|index| index != i as i64))
}

/// Returns the comments with an index, down to the first row that seems to stand for several layers.
fn comparable(file: &File<'_>) -> Vec<IndexComment> {
    let strides = comments::stride_claims(file);
    let indices = comments::index_claims(file);
    let count_in_step = count_in_step(&indices);
    let mut claims: Vec<IndexComment> = Vec::new();
    // Whether there is a row with an unknown module between the last comment and here.
    let mut is_doubtful = false;
    let is_known =
        |row: usize| file.analyses.first().and_then(|analysis| analysis.rows.get(row)?.info.as_ref()).is_some();
    for (row, (index, stride)) in indices.into_iter().zip(strides).enumerate() {
        if index.is_some_and(|claim| claim.is_range) {
            break;
        }
        if let Some(claim) = index.filter(|claim| claim.is_plain || count_in_step) {
            is_doubtful |= !is_known(row);
            let claim = IndexComment { row, claim, place: claims.len(), has_level: stride.is_some() };
            if is_doubtful && claim.offset() > claims.last().map_or(0, IndexComment::offset) {
                break;
            }
            claims.push(claim);
            is_doubtful = false;
        }
        is_doubtful |= !is_known(row);
    }
    claims
}

/// Whether numbers before other words count with the rows, but for a few steps, so that they are indices: `# 13-stage 4`,
/// `# X3 (21), fpn_blocks.1`.
fn count_in_step(claims: &[Option<IndexClaim>]) -> bool {
    let known: Vec<(i64, &IndexClaim)> =
        claims.iter().enumerate().filter_map(|(row, claim)| Some((row as i64, claim.as_ref()?))).collect();
    let offset = |(row, claim): &(i64, &IndexClaim)| claim.index as i64 - row;
    let others = known.iter().filter(|(_, claim)| !claim.is_plain).count();
    let steps = known.windows(2).filter(|pair| offset(&pair[0]) != offset(&pair[1])).count();
    let is_rising = known.windows(2).all(|pair| pair[0].1.index <= pair[1].1.index);
    others >= MARKED && is_rising && 4 * steps < known.len()
}
