//! `stale-stride-comment`: a comment with the wrong stride for its row's output.

use super::claims::{self, What, Wrong};
use super::references::References;
use super::{Diagnostic, File, head_levels, rule};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::model::comments::{self, StrideClaim};
use crate::torch::Value;
use crate::words::message;

rule! {
    /// The stride in a comment isn't the stride of the row's output.
    ///
    /// ## What it does
    /// Compares comments such as `# 5-P4/16` and `# 12 (P3/8-small)` with the stride of the row's output: the image
    /// size divided by the output's size. `P4` is the level with stride 16 (2 to the power of 4); both numbers must be
    /// right. If the file uses levels this way, `# cat backbone P4` is checked as well. Consecutive comments that are
    /// off by the same number of levels are one finding. After a head, `# Detect(P3, P4, P5)` is compared with the
    /// feature maps that the head reads.
    ///
    /// Nothing is reported if the stride isn't the same power of two in height and width: for heads, for vectors, and for
    /// image sizes that the stride doesn't divide.
    ///
    /// ## Why is this bad?
    /// People use these comments to choose the rows that a head or a `Concat` reads.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0-P1/2
    ///   - [-1, 1, Conv, [128, 3, 1]] # 1-P2/4
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # 0-P1/2
    ///   - [-1, 1, Conv, [128, 3, 2]] # 1-P2/4
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// Safe if every row works and every reference fits: only numbers in comments change. Check whether the row itself is as
    /// intended. Otherwise the fix isn't safe, because the comment may be right and the rows wrong.
    "stale-stride-comment", Warning, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    // Where a module is taken for what it would be, sizes below it may be others.
    if analysis.rows.iter().any(|row| row.output.is_some() && matches!(row.status, Status::Fault(_))) {
        return Vec::new();
    }
    // What the comment says may be what was meant.
    if let Some(cause) = file.conv_sizes(analysis) {
        return Some(cause).filter(|cause| cause.rule == RULE.name).cloned().into_iter().collect();
    }
    let mut found = claims::findings(&RULE, file, What::Stride, &wrong(file, analysis));
    found.extend(head_levels::findings(&RULE, file, analysis));
    // While rows don't work or may read others than was meant, comments are the only sign of what was meant.
    let is_sound = analysis.rows.iter().all(|row| row.output.is_some());
    for fix in found.iter_mut().flat_map(|finding| &mut finding.fixes) {
        fix.safe = is_sound && matches!(file.references(), References::AsWritten);
    }
    found
}

/// The number of comments that name another level than there is.
pub(super) fn count_wrong(file: &File<'_>, analysis: &Analysis) -> usize {
    wrong(file, analysis).len() + head_levels::findings(&RULE, file, analysis).len()
}

/// The rows whose comments do.
pub(super) fn wrong_rows(file: &File<'_>, analysis: &Analysis) -> Vec<usize> {
    wrong(file, analysis).into_iter().map(|wrong| wrong.row).collect()
}

/// The comments behind rows that name another level than theirs.
fn wrong(file: &File<'_>, analysis: &Analysis) -> Vec<Wrong> {
    let claims = comments::stride_claims(file);
    let known = claims.iter().zip(&analysis.rows).enumerate().filter_map(|(row, (claim, analysed))| {
        let claim = (*claim)?;
        Some((row, claim, Output::of(analysis, analysed, claim)?))
    });
    let known: Vec<(usize, StrideClaim, Output)> = known.collect();
    // In a file that counts levels differently, no claim with both numbers is right.
    let are_levels = known.iter().any(|(_, claim, output)| claim.stride.is_some() && output.is_as(*claim));
    let wrong = known
        .iter()
        .enumerate()
        .filter(|(_, (_, claim, output))| !output.is_as(*claim) && (claim.stride.is_some() || are_levels));
    wrong.map(|(place, (row, claim, output))| output.wrong(file, *row, place, *claim)).collect()
}

/// An output at a stride.
struct Output {
    level: u32,
    /// Height and width.
    size: [i64; 2],
    imgsz: [i64; 2],
}

impl Output {
    /// Returns a row's output, if its stride is unambiguous.
    fn of(analysis: &Analysis, row: &RowAnalysis, claim: StrideClaim) -> Option<Output> {
        let Some(Value::Tensor(shape)) = row.output else { return None };
        let path = row.path()?;
        if row.is_head() || claim.stride.is_none() && !path.ends_with(".Concat") {
            return None;
        }
        let [_, _, height, width] = *shape.dims() else { return None };
        let imgsz = analysis.imgsz;
        // Any image up to the size of the stride leaves a single pixel.
        let stride = analysis.stride([height, width]).filter(|_| height > 1 && width > 1)?;
        (stride & (stride - 1) == 0).then_some(Output { level: stride.trailing_zeros(), size: [height, width], imgsz })
    }

    fn stride(&self) -> u64 {
        1 << self.level
    }

    fn is_as(&self, claim: StrideClaim) -> bool {
        self.level == claim.level && claim.stride.is_none_or(|(_, stride)| stride == self.stride())
    }

    fn wrong(&self, file: &File<'_>, row: usize, place: usize, claim: StrideClaim) -> Wrong {
        let [height, width] = self.size;
        let [image_height, image_width] = self.imgsz;
        let truth = format!("P{}/{}", self.level, self.stride());
        let said = claim.span.text(file.text());
        let message = message!("stride-comment", truth, height, width, image_height, image_width, said);
        let level = (claim.level_span, self.level.to_string());
        let stride = claim.stride.map(|(span, _)| (span, self.stride().to_string()));
        let edits = [level].into_iter().chain(stride).filter(|(span, new)| span.text(file.text()) != new).collect();
        let is_consistent = claim.stride.is_none_or(|(_, stride)| stride.checked_ilog2() == Some(claim.level));
        let offset = if is_consistent { i64::from(claim.level) - i64::from(self.level) } else { 0 };
        let text = if claim.stride.is_some() { truth.clone() } else { format!("P{}", self.level) };
        Wrong { row, place, span: claim.span, offset, message, truth: truth.into(), text, edits }
    }
}
