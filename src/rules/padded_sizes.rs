//! `padded-sizes`: image sizes that the framework feeds and the model can't take.

use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, Options, Status, analyse};
use crate::model::Source;
use crate::torch::Value;

rule! {
    /// The model fails at image sizes that the framework feeds in validation.
    ///
    /// ## What it does
    /// Reports a row that fails at another image size than the one shown. In validation and prediction the framework pads
    /// images to rectangles: the sides are multiples of the head's largest stride, at least 32. A model that goes down to
    /// a larger stride than that, and up again, needs larger multiples.
    ///
    /// ## Why is this bad?
    /// The model is built and trained, and fails in validation: `RuntimeError: Sizes of tensors must match except in
    /// dimension 1`.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 4]]
    ///   - [-1, 1, Conv, [16, 3, 8]]
    ///   - [-1, 1, Conv, [16, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]]
    ///   - [[-1, 1], 1, Concat, [1]]
    ///   - [[-1], 1, Detect, [nc]]
    /// ```
    ///
    /// ## Use instead
    /// Let the head read the deepest map as well, or don't go deeper than it reads:
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 4]]
    ///   - [-1, 1, Conv, [16, 3, 8]]
    ///   - [-1, 1, Conv, [16, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]]
    ///   - [[-1, 1], 1, Concat, [1]]
    ///   - [[-1, 2], 1, Detect, [nc]]
    /// ```
    "padded-sizes", Warning, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    finding(file, analysis).into_iter().collect()
}

/// The stride of a row's map, where it has one.
fn stride(analysis: &Analysis, source: &Source) -> Option<i64> {
    let Source::Row(row) = source else { return None };
    let Value::Tensor(shape) = analysis.rows.get(*row)?.output.as_ref()? else { return None };
    let [_, _, height, width] = *shape.dims() else { return None };
    analysis.stride([height, width]).filter(|_| height > 1)
}

fn finding(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let head = analysis.rows.last().filter(|row| row.is_head())?;
    // Other frameworks pad in other ways.
    if analysis.dialect.variables().is_empty() || analysis.rows.iter().any(|row| row.status != Status::Exact) {
        return None;
    }
    let multiple = head.from.iter().filter_map(|source| stride(analysis, source)).max()?.max(32);
    let deepest = (0..analysis.rows.len()).filter_map(|row| stride(analysis, &Source::Row(row))).max()?;
    let [height, width] = analysis.imgsz;
    if deepest <= multiple || height % multiple != 0 || width % multiple != 0 {
        return None;
    }
    // The next smaller rectangle that isn't a multiple of the deepest stride.
    let side =
        (1..=height / multiple).map(|n| height - n * multiple).find(|side| side % deepest != 0 && *side >= deepest)?;
    let options = Options { imgsz: [side, width], ..analysis.options() };
    let other = analyse(&file.model, &analysis.scale, &options);
    let row = other.rows.iter().position(|row| matches!(row.status, Status::Fault(_)))?;
    let span = file.model.rows[row].from().map_or(file.model.rows[row].span, |from| from.span);
    let message = format!(
        "this row fails for images of {side}x{width}: the model goes down to stride {deepest}, but in validation the framework \
         pads images to multiples of {multiple}, the head's largest stride"
    );
    let help = format!(
        "sides must be multiples of {deepest}: let the head read a map of stride {deepest}, or leave out the rows down to it"
    );
    Some(RULE.at(span, message).help(help).of_row(row))
}
