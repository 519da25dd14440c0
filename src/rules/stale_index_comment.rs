//! `stale-index-comment`: a comment with the wrong index for its row.

use super::claims::{self, What, Wrong};
use super::index_comments::{IndexComment, index_comments};
use super::references::References;
use super::{Diagnostic, File, missing_stride, rule};
use crate::words::message;

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
    /// `from` names rows by their index. If you copy an index from a stale comment, the row reads the wrong row.
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
    /// Safe if every reference to a row fits the new numbers: then only the comments are wrong. If a reference may still use
    /// the old numbers, the fix isn't safe, because the comments are the only trace of what was meant.
    "stale-index-comment", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let wrong = |comment: &IndexComment| {
        let IndexComment { row, claim, place, .. } = *comment;
        Wrong {
            row,
            place,
            span: claim.span,
            offset: comment.offset(),
            message: message!("index-comment", row, index = claim.index),
            truth: message!("row", row),
            text: row.to_string(),
            edits: vec![(claim.span, row.to_string())],
        }
    };
    // Where a row is missing, the comments may be those of the rows that there were.
    if file.checked.iter().any(|analysis| file.conv_sizes(analysis).is_some_and(missing_stride::is_told)) {
        return Vec::new();
    }
    let comments = index_comments(file).unwrap_or_default();
    let wrong: Vec<Wrong> = comments.iter().filter(|comment| comment.offset() != 0).map(wrong).collect();
    let mut found = claims::findings(&RULE, file, What::Index, &wrong);
    // Where a reference may follow the comments, they are the only sign of what was meant.
    for fix in found.iter_mut().flat_map(|finding| &mut finding.fixes) {
        fix.safe = matches!(file.references(), References::AsWritten);
    }
    found
}
