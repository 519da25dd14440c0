//! `interpolate`.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// The target of `interpolate`, with one entry a spatial dimension.
#[derive(Clone, Copy, Debug)]
pub enum Resize<'a> {
    /// These sizes.
    Size(&'a [i64]),
    /// The input's sizes times these factors, rounded towards zero.
    Scale(&'a [f64]),
}

/// The modes of `interpolate` (without `lanczos`, which needs an option that no layer sets), each with the ranks of the
/// tensors that it takes.
const MODES: [(&str, std::ops::RangeInclusive<usize>); 7] = [
    ("nearest", 3..=5),
    ("nearest-exact", 3..=5),
    ("area", 3..=5),
    ("linear", 3..=3),
    ("bilinear", 4..=4),
    ("bicubic", 4..=4),
    ("trilinear", 5..=5),
];

/// The mode called `name`, as a static name; none if torch has no such mode.
pub fn interpolate_mode(name: &str) -> Option<&'static str> {
    MODES.iter().map(|(mode, _)| *mode).find(|mode| *mode == name)
}

/// `interpolate` of a tensor `[N, C, ...]`.
///
/// The mode `area` is an adaptive pool and may leave nothing; the others need at least one pixel on both sides.
pub fn interpolate(input: Shape, to: Resize<'_>, mode: &str) -> Result<Shape> {
    let Some((_, ranks)) = MODES.iter().find(|(m, _)| *m == mode) else {
        return Err(Fault::value(message!("interpolation-mode", mode)));
    };
    if !ranks.contains(&input.rank()) {
        let (low, high) = (ranks.start(), ranks.end());
        return Err(Fault::shape(match low == high {
            true => message!("interpolation-rank", mode, low, input),
            false => message!("interpolation-ranks", mode, low, high, input),
        }));
    }
    let given = match to {
        Resize::Size(sizes) => sizes.len(),
        Resize::Scale(factors) => factors.len(),
    };
    if given != input.rank() - 2 {
        return Err(Fault::shape(message!("resize-sizes", given, input)));
    }
    let least = i64::from(mode != "area");
    if least > 0 && input.dims()[1..].contains(&0) || input.dims()[2..].contains(&0) {
        return Err(Fault::shape(message!("resize-empty", input)));
    }
    let mut result = input;
    for i in 0..given {
        let size = match to {
            Resize::Size(sizes) => sizes[i],
            Resize::Scale(factors) => scaled(input.dims()[i + 2], factors[i])?,
        };
        if size < least {
            return Err(Fault::new(FaultKind::Vanishes, message!("resize-no-pixels", old = input.dims()[i + 2], size)));
        }
        result = result.with(i + 2, size);
    }
    result.numel()?;
    Ok(result)
}

fn scaled(size: i64, factor: f64) -> Result<i64> {
    let scaled = size as f64 * factor;
    if scaled.is_nan() || scaled.abs() >= i64::MAX as f64 {
        return Err(Fault::too_large(message!("resize-overflows", size, factor)));
    }
    Ok(scaled as i64)
}
