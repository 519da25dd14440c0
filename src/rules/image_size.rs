//! `image-size`: an image size that the framework rounds up.

use super::{Diagnostic, File, rule};
use crate::analysis::Analysis;
use crate::model::Source;
use crate::torch::Value;
use crate::words::message;

rule! {
    /// The image size isn't a multiple of the model's stride.
    ///
    /// ## What it does
    /// Reports an image size from a flag or a setting that isn't a multiple of the model's largest stride (at least 32). The
    /// framework rounds it up to such a multiple.
    ///
    /// ## Why is this bad?
    /// The model is trained and run at the larger size, so the shapes and GFLOPs shown are not those of a real run.
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

/// Smallest stride that the framework rounds to.
const LEAST: i64 = 32;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    file.checked.iter().find_map(|analysis| finding(file, analysis)).into_iter().collect()
}

fn finding(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let [height, width] = analysis.imgsz;
    if analysis.rows.iter().any(|row| row.output.is_none()) || is_plainly_fine(analysis, [height, width]) {
        return None;
    }
    let stride = analysis.dialect.image_multiple(&file.model, &analysis.scale, &analysis.dataset)?;
    let rounded = [height, width].map(|side| side.saturating_add(stride - 1) / stride * stride);
    if rounded == [height, width] {
        return None;
    }
    let last = file.model.rows.len().checked_sub(1)?;
    let row = &file.model.rows[last];
    let span = row.module().map_or(row.span, |cell| cell.span);
    let message = message!("image-size", height, width, stride, h = rounded[0], w = rounded[1]);
    Some(RULE.at(span, message).of_row(last))
}

/// Whether the sizes are multiples of 32 and, judging by the head's inputs, of the model's stride. Saves the pass that
/// computing the stride takes.
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
