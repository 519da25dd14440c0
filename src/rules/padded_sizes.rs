//! `padded-sizes`: image sizes that the framework feeds and the model can't take.

use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, Failing, failing};
use crate::words::message;

rule! {
    /// The model fails at image sizes that the framework uses in validation.
    ///
    /// ## What it does
    /// Reports a row that fails at another image size than the one shown. In validation and prediction the framework
    /// pads images to rectangles: the sides are multiples of the head's largest stride, at least 32. A model that goes
    /// down to a larger stride than that, and up again, needs larger multiples. A module that splits its feature map
    /// into areas (`A2C2f`, `AAttn`) needs a size that the number of areas divides; validation adds one multiple to the
    /// sides, so images of 640x640 become 672x672.
    ///
    /// ## Why is this bad?
    /// The model builds and trains, and then fails in validation: `RuntimeError: Sizes of tensors must match except in
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
    /// Let the head read the deepest feature map too, or remove the rows that are deeper than the ones that the head
    /// reads:
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

fn finding(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let Failing { size: [height, width], row, why, padded, deepest } = failing(&file.model, analysis)?;
    let written = &file.model.rows[row];
    let span = written.from().map_or(written.span, |from| from.span);
    let (message, help) = match deepest {
        Some(deepest) => (
            message!("padded-sizes-stride", height, width, deepest, padded),
            message!("padded-sizes-stride-help", deepest),
        ),
        None => (message!("padded-sizes", height, width, why, padded), message!("padded-sizes-help")),
    };
    Some(RULE.at(span, message).help(help).of_row(row))
}
