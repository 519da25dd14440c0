//! Ops that repeat elements.

use super::{Fault, Result, Shape, empty};
use crate::words::message;

/// `repeat`: so many times along each dimension; further times at the front make new dimensions.
pub fn repeat(input: Shape, times: &[i64]) -> Result<Shape> {
    let Some(lead) = times.len().checked_sub(input.rank()) else {
        return Err(Fault::shape(message!("repeat-dimensions", input, times = format!("{times:?}"))));
    };
    let padded = [&vec![1; lead], input.dims()].concat();
    let sizes: Option<Vec<i64>> = padded.iter().zip(times).map(|(&size, &n)| size.checked_mul(n)).collect();
    let sizes =
        sizes.ok_or_else(|| Fault::too_large(message!("repeat-too-large", input, times = format!("{times:?}"))))?;
    if times.iter().any(|&n| n < 0) {
        return Err(Fault::value(message!("repeat-times", times = format!("{times:?}"))));
    }
    empty(&sizes)
}

/// `tile`: as [`repeat`], where missing times at the front are 1.
pub fn tile(input: Shape, times: &[i64]) -> Result<Shape> {
    let missing = input.rank().saturating_sub(times.len());
    repeat(input, &[&vec![1; missing], times].concat())
}

/// `repeat_interleave` of each element `times` times, of the flattened tensor where there is no `dim`.
pub fn repeat_interleave(input: Shape, times: i64, dim: Option<isize>) -> Result<Shape> {
    if times < 0 {
        return Err(Fault::value(message!("elements-times", times)));
    }
    let (input, axis) = match dim {
        None => (Shape::new(&[input.numel()?]), 0),
        Some(dim) => (input, input.axis(dim)?),
    };
    let size = input.size_at(axis).checked_mul(times);
    let size = size.ok_or_else(|| Fault::too_large(message!("elements-too-large", input, times)))?;
    Ok(input.with(axis, size))
}

/// `expand`: dimensions of size 1 become larger, −1 keeps a size, further sizes at the front make new dimensions.
pub fn expand(input: Shape, sizes: &[i64]) -> Result<Shape> {
    let refused = || Fault::shape(message!("expand-to", input, sizes = format!("{sizes:?}")));
    let lead = sizes.len().checked_sub(input.rank()).ok_or_else(refused)?;
    let mut result = Shape::try_new(sizes)?;
    for (i, &size) in sizes.iter().enumerate() {
        let size = match (i.checked_sub(lead).map(|axis| input.dims()[axis]), size) {
            (Some(own), -1) => own,
            (Some(own), size) if own == size || (own == 1 && size >= 0) => size,
            (None, size) if size >= 0 => size,
            _ => return Err(refused()),
        };
        result = result.with(i, size);
    }
    result.numel()?;
    Ok(result)
}
