//! `stale-index-comment`: a comment with the wrong index for its row.

use super::claims::{self, Wrong};
use super::{Diagnostic, File, rule};
use crate::model::comments::{self, IndexClaim};

rule! {
    /// The index in a comment isn't the row's index.
    ///
    /// ## What it does
    /// Compares comments that begin with an index (`# 13`, `# 5-P4/16`, `# 12 (P3/8)`) with the index of their row.
    /// Consecutive comments that are off by the same amount, as after an inserted row, are one finding.
    ///
    /// Nothing is reported below a row that may stand for several layers: one with a comment such as `# 0-4`, or one with an
    /// unknown module below which the indices in comments jump. Nothing is reported if the file can't be parsed.
    ///
    /// ## Why is this bad?
    /// `from` names rows by their index. Whoever copies an index from a stale comment wires the model wrongly.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0
    ///   - [-1, 1, C2f, [64]] # 1
    ///   - [-1, 1, Conv, [128, 3, 2]] # 1
    /// head:
    ///   - [-1, 1, Classify, [10]] # 2
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0
    ///   - [-1, 1, C2f, [64]] # 1
    ///   - [-1, 1, Conv, [128, 3, 2]] # 2
    /// head:
    ///   - [-1, 1, Classify, [10]] # 3
    /// ```
    ///
    /// ## Fix safety
    /// Safe: only numbers in comments change.
    "stale-index-comment", Warning, File(check)
}

/// Largest distance beyond the last row at which a bare number still counts as an index: rows may have been deleted.
const DELETED: usize = 10;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    if !is_settled(file) || has_several_layers(file) {
        return Vec::new();
    }
    let claims = comparable(file);
    let right = claims.iter().filter(|claim| claim.offset() == 0).count();
    // A bare number may also be a stride or a number of channels. It is an index if there are indices around it.
    let is_index = |at: usize| {
        let here = &claims[at];
        let same = |other: Option<&Claim>| other.is_some_and(|other| other.offset() == here.offset());
        let is_near = here.claim.index < file.model.rows.len() + DELETED;
        here.has_level
            || is_near && (same(claims.get(at + 1)) || same(at.checked_sub(1).map(|at| &claims[at])))
            || is_near && 2 * right >= claims.len()
    };
    let indices = (0..claims.len()).filter(|&at| claims[at].offset() != 0 && is_index(at));
    let wrong: Vec<Wrong> = indices.map(|at| claims[at].wrong(at)).collect();
    claims::findings(&RULE, file, "index comment", "row", &wrong)
}

/// Whether the indices of all rows are known: every row is complete, and only the sections have rows.
fn is_settled(file: &File<'_>) -> bool {
    let is_row =
        |cell: &crate::model::Cell| matches!(&cell.items[..], [_, _, module, ..] if module.value.as_str().is_some());
    file.errors.is_empty()
        && file.model.rows.iter().all(|row| row.is_list && row.complete && row.cells.len() >= 4)
        && !file.model.keys.iter().any(|key| key.value.items.len() > 1 && key.value.items.iter().all(is_row))
}

/// Whether a row is several layers of the framework, so that indices aren't positions.
fn has_several_layers(file: &File<'_>) -> bool {
    let mut rows = file.analyses.iter().flat_map(|analysis| analysis.rows.iter().enumerate());
    rows.any(|(i, row)| row.written.index.is_some_and(|index| index != i as i64))
}

/// A comment with an index.
struct Claim {
    row: usize,
    claim: IndexClaim,
    /// Whether a level follows, so that the number must be an index.
    has_level: bool,
}

impl Claim {
    fn offset(&self) -> i64 {
        self.claim.index as i64 - self.row as i64
    }

    fn wrong(&self, place: usize) -> Wrong {
        let Claim { row, claim, .. } = self;
        Wrong {
            row: *row,
            place,
            span: claim.span,
            offset: self.offset(),
            message: format!("this is row {row}, not {}", claim.index),
            truth: format!("row {row}"),
            edits: vec![(claim.span, row.to_string())],
        }
    }
}

/// Returns the comments with an index, down to the first row that seems to stand for several layers.
fn comparable(file: &File<'_>) -> Vec<Claim> {
    let strides = comments::stride_claims(file);
    let indices = comments::index_claims(file);
    let mut claims: Vec<Claim> = Vec::new();
    // Whether there is a row with an unknown module between the last comment and here.
    let mut is_doubtful = false;
    let is_known =
        |row: usize| file.analyses.first().and_then(|analysis| analysis.rows.get(row)?.info.as_ref()).is_some();
    for (row, (index, stride)) in indices.into_iter().zip(strides).enumerate() {
        if index.is_some_and(|claim| claim.is_range) {
            break;
        }
        if let Some(claim) = index.filter(|claim| claim.is_plain) {
            is_doubtful |= !is_known(row);
            let claim = Claim { row, claim, has_level: stride.is_some() };
            if is_doubtful && claim.offset() > claims.last().map_or(0, Claim::offset) {
                break;
            }
            claims.push(claim);
            is_doubtful = false;
        }
        is_doubtful |= !is_known(row);
    }
    claims
}
