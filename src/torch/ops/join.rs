//! Ops that join tensors.

use super::{Fault, FaultKind, Result, Shape, axis_of, cat};
use crate::words::message;

/// `stack` of tensors of one shape, along a new dimension.
pub fn stack(tensors: &[Shape], dim: isize) -> Result<Shape> {
    let Some(&first) = tensors.first() else { return Err(Fault::shape(message!("no-tensors"))) };
    let n = first.rank() as isize + 1;
    if !(-n..n).contains(&dim) {
        let message = message!("stack-dimension", dim, first);
        return Err(Fault::shape(message).raising("IndexError"));
    }
    for (i, &tensor) in tensors.iter().enumerate() {
        if tensor != first {
            let spatial = tensor.rank() == 4 && first.rank() == 4 && tensor.dims()[2..] != first.dims()[2..];
            let kind = if spatial { FaultKind::Spatial } else { FaultKind::Shape };
            return Err(Fault::new(kind, message!("stack-shapes", first, i, tensor)).at_input(i));
        }
    }
    let result = first.inserted(dim.rem_euclid(n) as usize, tensors.len() as i64)?;
    result.numel()?;
    Ok(result)
}

/// `atleast_1d`, `2d` or `3d`: dimensions of size 1 are added in front, but the third one at the end.
pub fn at_least(input: Shape, rank: usize) -> Shape {
    match (input.dims(), rank) {
        _ if input.rank() >= rank => input,
        ([], _) => Shape::new(&[1, 1, 1][..rank]),
        (&[n], 2) => Shape::new(&[1, n]),
        (&[n], _) => Shape::new(&[1, n, 1]),
        (&[n, m], _) => Shape::new(&[n, m, 1]),
        _ => input,
    }
}

/// `hstack`: along the columns, and vectors along their length.
pub fn hstack(tensors: &[Shape]) -> Result<Shape> {
    let tensors: Vec<Shape> = tensors.iter().map(|&t| at_least(t, 1)).collect();
    cat(&tensors, isize::from(tensors.first().is_some_and(|t| t.rank() > 1)))
}

/// `vstack`: along the rows; vectors are rows.
pub fn vstack(tensors: &[Shape]) -> Result<Shape> {
    let tensors: Vec<Shape> = tensors.iter().map(|&t| at_least(t, 2)).collect();
    cat(&tensors, 0)
}

/// `dstack`: along the third dimension.
pub fn dstack(tensors: &[Shape]) -> Result<Shape> {
    let tensors: Vec<Shape> = tensors.iter().map(|&t| at_least(t, 3)).collect();
    cat(&tensors, 2)
}

/// `column_stack`: as `hstack`, but vectors are columns.
pub fn column_stack(tensors: &[Shape]) -> Result<Shape> {
    let column = |&t: &Shape| if t.rank() <= 1 { Shape::new(&[t.size_at(0), 1]) } else { t };
    let tensors: Vec<Shape> = tensors.iter().map(column).collect();
    hstack(&tensors)
}

/// `block_diag`: matrices along the diagonal of a larger one.
pub fn block_diag(tensors: &[Shape]) -> Result<Shape> {
    let (mut rows, mut columns) = (0i64, 0i64);
    for &tensor in tensors {
        if tensor.rank() > 2 {
            return Err(Fault::shape(message!("block-diag", tensor)));
        }
        let matrix = at_least(tensor, 2);
        rows = rows.saturating_add(matrix.dims()[0]);
        columns = columns.saturating_add(matrix.dims()[1]);
    }
    Ok(if tensors.is_empty() { Shape::new(&[1, 0]) } else { Shape::new(&[rows, columns]) })
}

/// `unbind` along `dim`: the shape of each part, and how many there are.
pub fn unbind(input: Shape, dim: isize) -> Result<(Shape, i64)> {
    let axis = input.axis(dim)?;
    Ok((input.without(axis), input.dims()[axis]))
}

/// The sizes of `split` into parts of `size`, the last one smaller where it doesn't divide.
pub fn split_sizes(input: Shape, size: i64, dim: isize) -> Result<Vec<i64>> {
    let length = input.dim(dim)?;
    if size < 0 {
        return Err(Fault::value(message!("split-negative", size)));
    }
    if size == 0 && length != 0 {
        return Err(Fault::value(message!("split-zero", length)));
    }
    if length == 0 || size >= length {
        return Ok(vec![length]);
    }
    parts_of(length, length / size + i64::from(length % size != 0))?;
    Ok((0..length).step_by(size as usize).map(|start| size.min(length - start)).collect())
}

/// The sizes of `tensor_split` into `sections` parts that differ by one at most.
pub fn tensor_split_sizes(input: Shape, sections: i64, dim: isize) -> Result<Vec<i64>> {
    let length = input.dim(dim)?;
    if sections <= 0 {
        return Err(Fault::value(message!("sections-positive", sections)));
    }
    parts_of(length, sections)?;
    Ok((0..sections).map(|i| length / sections + i64::from(i < length % sections)).collect())
}

/// The sizes of `tensor_split` at positions, each of which may be counted from the end.
pub fn tensor_split_at(input: Shape, at: &[i64], dim: isize) -> Result<Vec<i64>> {
    let axis = axis_of(input.rank(), dim)?;
    let length = input.dim(dim)?;
    debug_assert!(axis < input.rank());
    let clamp = |i: i64| if i < 0 { (i + length).max(0) } else { i.min(length) };
    let (mut sizes, mut start) = (Vec::with_capacity(at.len() + 1), 0);
    for &end in at.iter().chain([&length]) {
        let end = clamp(end);
        sizes.push((end - start).max(0));
        start = end;
    }
    Ok(sizes)
}

fn parts_of(length: i64, parts: i64) -> Result<()> {
    if parts <= super::MAX_PARTS {
        return Ok(());
    }
    Err(Fault::unsupported(message!("split-many", length, parts)))
}
