//! `image-size`: a size of the image that the framework rounds up.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;
use crate::model::Source;
use crate::torch::Value;

rule! {
    /// The image's size isn't a multiple of the model's stride.
    ///
    /// ## What it does
    /// Reports an image size, given by a flag or a setting, that the framework rounds up to a multiple of the model's
    /// largest stride, which counts as at least 32.
    ///
    /// ## Why is this bad?
    /// What is trained and run is the larger size: shapes and GFLOPs of the size asked for are those of no real run.
    ///
    /// ## Example
    /// ```yaml imgsz=500
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml imgsz=512
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "image-size", Warning, File(check)
}

/// The stride that the framework takes at least.
const LEAST: i64 = 32;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    file.checked.iter().find_map(|analysis| finding(file, analysis)).into_iter().collect()
}

fn finding(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let [height, width] = analysis.imgsz;
    if analysis.rows.iter().any(|row| row.output.is_none()) || is_plainly_fine(analysis, [height, width]) {
        return None;
    }
    let stride = analysis.dialect.image_multiple(&file.model, &analysis.scale)?;
    let rounded = [height, width].map(|side| side.saturating_add(stride - 1) / stride * stride);
    if rounded == [height, width] {
        return None;
    }
    let last = file.model.rows.len().checked_sub(1)?;
    let row = &file.model.rows[last];
    let span = row.module().map_or(row.span, |cell| cell.span);
    let message = format!(
        "an image of {height}x{width} isn't a multiple of this model's stride {stride}: the framework rounds it up to \
         {}x{}, so shapes and GFLOPs of the model that runs aren't those shown",
        rounded[0], rounded[1]
    );
    Some(RULE.at(span, message).of_row(last))
}

/// Whether the sizes are multiples of 32 and the head's inputs say that they are of the model's stride too; working the
/// stride out takes a pass of its own.
fn is_plainly_fine(analysis: &Analysis, imgsz: [i64; 2]) -> bool {
    let Some(head) = analysis.rows.last() else { return true };
    let is_whole = |source: &Source| {
        let Source::Row(j) = source else { return true };
        let Some(shape) = analysis.rows[*j].output.as_ref().and_then(Value::first_tensor) else { return false };
        let sides = shape.dims().iter().rev().zip([imgsz[1], imgsz[0]]);
        shape.rank() != 4 || sides.take(2).all(|(&side, of)| side > 0 && of % side == 0 && of % (of / side) == 0)
    };
    imgsz.iter().all(|side| side % LEAST == 0) && head.from.iter().all(is_whole)
}
