//! Ops that make tensors from sizes and numbers.

use super::{Fault, Result, Shape};
use crate::words::message;

/// The shape of `zeros`, `ones`, `empty` and the like: sizes that must not be negative.
pub fn empty(sizes: &[i64]) -> Result<Shape> {
    if let Some(size) = sizes.iter().find(|&&size| size < 0) {
        return Err(Fault::value(message!("negative-size", size, sizes = format!("{sizes:?}"))));
    }
    let shape = Shape::try_new(sizes)?;
    shape.numel()?;
    Ok(shape)
}

/// `arange` from `start` up to, but without, `end`.
pub fn arange(start: f64, end: f64, step: f64) -> Result<Shape> {
    if step == 0.0 {
        return Err(Fault::value(message!("range-step-zero")));
    }
    if !(start.is_finite() && end.is_finite()) {
        return Err(Fault::value(message!("range-endless", start, end)));
    }
    if (step > 0.0 && end < start) || (step < 0.0 && end > start) {
        return Err(Fault::value(message!("range-steps", start, end, step)));
    }
    let count = ((end - start) / step).ceil();
    if count >= i64::MAX as f64 {
        return Err(Fault::too_large(message!("range-too-long", start, end)));
    }
    Ok(Shape::new(&[count as i64]))
}

/// `meshgrid` of vectors: each result has all their lengths, the first two swapped where the indexing is `xy`.
pub fn meshgrid(vectors: &[Shape], xy: bool) -> Result<Shape> {
    if vectors.is_empty() {
        return Err(Fault::shape(message!("meshgrid-empty")));
    }
    let mut sizes = Vec::with_capacity(vectors.len());
    for vector in vectors {
        if vector.rank() > 1 {
            return Err(Fault::shape(message!("meshgrid-vectors", vector)));
        }
        sizes.push(vector.size_at(0));
    }
    if xy && sizes.len() >= 2 {
        sizes.swap(0, 1);
    }
    empty(&sizes)
}

/// `tril_indices` or, if `upper`, `triu_indices`: the pairs of positions at or beyond the diagonal `offset`.
pub fn triangle_indices(rows: i64, columns: i64, offset: i64, upper: bool) -> Result<Shape> {
    if rows < 0 || columns < 0 {
        return Err(Fault::value(message!("matrix-negative", rows, columns)));
    }
    let mut below = 0i64;
    for row in 0..rows.min(1 << 16) {
        let up_to = row.saturating_add(offset).saturating_add(i64::from(!upper));
        below += up_to.clamp(0, columns);
    }
    Ok(Shape::new(&[2, if upper { rows * columns - below } else { below }]))
}
