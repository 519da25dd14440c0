//! Views of a tensor in which elements are left out or dimensions are moved, made and dropped.

use super::{Fault, Result, Shape, axes_of, axis_of};
use crate::words::message;

/// `squeeze` of dimensions of size 1: those named, or all.
pub fn squeezed_axes(input: Shape, dims: Option<&[isize]>) -> Result<Vec<usize>> {
    let axes = match dims {
        None => (0..input.rank()).collect(),
        Some(dims) => axes_of(input.rank(), dims)?,
    };
    Ok(axes.into_iter().filter(|&axis| input.dims().get(axis) == Some(&1)).collect())
}

/// The position of the dimension that `unsqueeze` makes.
pub fn unsqueezed_axis(input: Shape, dim: isize) -> Result<usize> {
    axis_of(input.rank() + 1, dim)
}

/// The order of dimensions that `movedim` makes, for [`permute`](super::permute).
pub fn movedim(input: Shape, from: &[isize], to: &[isize]) -> Result<Vec<usize>> {
    if from.len() != to.len() {
        return Err(Fault::value(message!(
            "as-many-dimensions",
            left = format!("{from:?}"),
            right = format!("{to:?}")
        )));
    }
    let (from, to) = (axes_of(input.rank(), from)?, axes_of(input.rank(), to)?);
    let mut rest = (0..input.rank()).filter(|axis| !from.contains(axis));
    let source = |axis| to.iter().position(|&t| t == axis).map(|i| from[i]);
    Ok((0..input.rank()).filter_map(|axis| source(axis).or_else(|| rest.next())).collect())
}

/// `narrow`: `length` elements from `start` on, which may be counted from the end.
pub fn narrow(input: Shape, dim: isize, start: i64, length: i64) -> Result<Shape> {
    if input.rank() == 0 {
        return Err(Fault::shape(message!("narrow-scalar")));
    }
    let axis = input.axis(dim)?;
    let size = input.dims()[axis];
    let from = if start < 0 { start + size } else { start };
    if start < -size || start > size || length < 0 || length > size - from {
        return Err(Fault::shape(message!("narrow-exceeds", length, start, size, input)));
    }
    Ok(input.with(axis, length))
}

/// `select` of one element along `dim`, which then is gone.
pub fn select(input: Shape, dim: isize, index: i64) -> Result<Shape> {
    if input.rank() == 0 {
        return Err(Fault::shape(message!("select-scalar")));
    }
    let axis = input.axis(dim)?;
    let size = input.dims()[axis];
    if index < -size || index >= size {
        let message = message!("index-of-dimension", i = index, axis, input);
        return Err(Fault::shape(message).raising("IndexError"));
    }
    Ok(input.without(axis))
}

/// `Tensor.unfold`: windows of `size` along `dim`, whose elements become a new last dimension.
pub fn windows(input: Shape, dim: isize, size: i64, step: i64) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    let length = input.size_at(axis);
    if size < 0 || size > length {
        return Err(Fault::shape(message!("windows-fit", size, length, axis, input)));
    }
    if step <= 0 {
        return Err(Fault::value(message!("windows-step", step)));
    }
    input.resized(axis, (length - size) / step + 1).inserted(input.rank(), size)
}

/// `diagonal` of two dimensions, which becomes the last dimension.
pub fn diagonal(input: Shape, offset: i64, dim1: isize, dim2: isize) -> Result<Shape> {
    let (a, b) = (input.axis(dim1)?, input.axis(dim2)?);
    if a == b {
        return Err(Fault::shape(message!("diagonal-differ", a)));
    }
    let (rows, columns) = (input.dims()[a], input.dims()[b]);
    let length =
        if offset >= 0 { rows.min(columns.saturating_sub(offset)) } else { columns.min(rows.saturating_add(offset)) };
    let rest = input.without(a.max(b)).without(a.min(b));
    rest.inserted(rest.rank(), length.max(0))
}

/// `diag`: the diagonal of a matrix, or a matrix with a vector on its diagonal.
pub fn diag(input: Shape, offset: i64) -> Result<Shape> {
    match *input.dims() {
        [n] => {
            let size = n.saturating_add(offset.saturating_abs());
            Ok(Shape::new(&[size, size]))
        }
        [_, _] => diagonal(input, offset, 0, 1),
        _ => Err(Fault::shape(message!("diagonal-input", input))),
    }
}

/// `diag_embed`: a matrix for each vector of the last dimension.
pub fn diag_embed(input: Shape, offset: i64, dim1: isize, dim2: isize) -> Result<Shape> {
    let rank = input.rank() + 1;
    let (a, b) = (axis_of(rank, dim1)?, axis_of(rank, dim2)?);
    if a == b {
        return Err(Fault::shape(message!("diagonal-differ", a)));
    }
    let size = input.dim(-1)?.saturating_add(offset.saturating_abs());
    input.without(input.rank() - 1).inserted(a.min(b), size)?.inserted(a.max(b), size)
}

/// `roll` by `shifts` along `dims`; the flattened tensor where there are none.
pub fn roll(input: Shape, shifts: usize, dims: &[isize]) -> Result<Shape> {
    if shifts == 0 {
        return Err(Fault::value(message!("roll-shift")));
    }
    if dims.is_empty() && shifts == 1 {
        return Ok(input);
    }
    if dims.len() != shifts {
        return Err(Fault::value(message!("roll-agree", shifts, dims = dims.len())));
    }
    if input.numel()? != 0 {
        for &dim in dims {
            input.axis(dim)?;
        }
    }
    Ok(input)
}

/// `rot90` by `k` quarters in the plane of two dimensions.
pub fn rot90(input: Shape, k: i64, dims: &[isize]) -> Result<Shape> {
    let &[first, second] = dims else {
        return Err(Fault::value(message!("rotation-two", dims = format!("{dims:?}"))));
    };
    if input.rank() < 2 {
        return Err(Fault::shape(message!("rotation-input", input)));
    }
    let (a, b) = (input.axis(first)?, input.axis(second)?);
    if a == b {
        return Err(Fault::value(message!("rotation-differ", a)));
    }
    if k.rem_euclid(2) == 0 { Ok(input) } else { super::transpose(input, first, second) }
}

/// The strides of a view with other sizes of the same elements; none if memory can't be read so.
///
/// Source: torch's `computeStride`. Neighbouring dimensions that are contiguous are merged, and the new sizes must
/// divide these.
pub fn view_strides(shape: Shape, strides: Shape, sizes: Shape) -> Option<Shape> {
    if shape.dims().contains(&0) {
        return None.or(if shape == sizes { Some(strides) } else { Some(ordered(sizes)) });
    }
    let mut result = sizes;
    let mut at = sizes.rank() as isize - 1;
    let mut base = strides.dims().last().copied().unwrap_or(1);
    let (mut old, mut new) = (1i64, 1i64);
    for axis in (0..shape.rank()).rev() {
        old *= shape.dims()[axis];
        let ends = axis == 0 || (shape.dims()[axis - 1] != 1 && strides.dims()[axis - 1] != old.saturating_mul(base));
        if !ends {
            continue;
        }
        while at >= 0 && (new < old || sizes.dims()[at as usize] == 1) {
            result = result.with(at as usize, new.saturating_mul(base));
            new *= sizes.dims()[at as usize];
            at -= 1;
        }
        if new != old {
            return None;
        }
        if axis > 0 {
            base = strides.dims()[axis - 1];
            (old, new) = (1, 1);
        }
    }
    while at >= 0 {
        result = result.with(at as usize, 1);
        at -= 1;
    }
    Some(result)
}

/// The strides of elements that lie in the order of the dimensions.
pub fn ordered(shape: Shape) -> Shape {
    let mut strides = shape;
    let mut step = 1i64;
    for axis in (0..shape.rank()).rev() {
        strides = strides.with(axis, step);
        step = step.saturating_mul(shape.dims()[axis].max(1));
    }
    strides
}
