//! `pad`.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// The values that `pad` fills with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// One value.
    Constant,
    /// The pixels inside, mirrored at the border pixel.
    Reflect,
    /// The border pixel.
    Replicate,
    /// The pixels of the other side.
    Circular,
}

/// `pad` by `padding`: before and after the last dimension, before and after the one before it, and so on; a negative
/// amount crops.
///
/// The constant mode pads any dimensions, the others the last one, two or three of a tensor that has one or two more.
pub fn pad(input: Shape, padding: &[i64], mode: PadMode) -> Result<Shape> {
    let rank = input.rank();
    if !padding.len().is_multiple_of(2) {
        return Err(Fault::value(message!("padding-even", padding = format!("{padding:?}"))));
    }
    let padded = padding.len() / 2;
    let fits = match mode {
        PadMode::Constant => padded <= rank,
        _ => (1..=3).contains(&padded) && (padded + 1..=padded + 2).contains(&rank),
    };
    if !fits {
        return Err(Fault::shape(message!("padding-sizes", count = padding.len(), input)));
    }
    let mut result = input;
    for (i, sides) in padding.chunks_exact(2).enumerate() {
        let axis = rank - 1 - i;
        result = result.with(axis, pad_dimension(input.dims()[axis], sides[0], sides[1], mode)?);
    }
    result.numel()?;
    Ok(result)
}

fn pad_dimension(size: i64, before: i64, after: i64, mode: PadMode) -> Result<i64> {
    let padded = size.saturating_add(before).saturating_add(after);
    if mode == PadMode::Circular && before.min(after) < 0 && before.max(after) > 0 {
        // torch refuses it for some dimensions and layouts of memory.
        return Err(Fault::unsupported(message!("circular-crop")));
    }
    let (limit, least) = match mode {
        PadMode::Constant => (i64::MAX, 0),
        PadMode::Reflect => (size - 1, 1),
        PadMode::Replicate => (i64::MAX, 1),
        PadMode::Circular => (size, 0),
    };
    if before > limit || after > limit {
        return Err(Fault::value(match mode {
            PadMode::Reflect => message!("reflecting-padding", before, after, limit, size),
            _ => message!("circular-padding", before, after, limit, size),
        }));
    }
    // The constant mode crops before it pads.
    let cropped = if mode == PadMode::Constant {
        size.saturating_add(before.min(0)).saturating_add(after.min(0))
    } else {
        padded
    };
    if padded < least || cropped < 0 {
        return Err(Fault::new(FaultKind::Vanishes, message!("padding-shrinks", before, after, size, padded)));
    }
    Ok(padded)
}
