//! Reductions, and ops that order elements along a dimension.

use super::{Fault, Result, Shape, axes_of, axis_of};
use crate::words::message;

/// The shape of `sum`, `mean`, `amax` and the like over `dims`; over all of them where none is given.
pub fn reduce(input: Shape, dims: &[isize], keepdim: bool) -> Result<Shape> {
    let axes = if dims.is_empty() { (0..input.rank()).collect() } else { axes_of(input.rank(), dims)? };
    let mut sizes = Vec::with_capacity(input.rank());
    for (axis, &size) in input.dims().iter().enumerate() {
        match (axes.contains(&axis), keepdim) {
            (false, _) => sizes.push(size),
            (true, true) => sizes.push(1),
            (true, false) => {}
        }
    }
    Ok(Shape::new(&sizes))
}

/// As [`reduce`], for what has no value over nothing: `amax`, `argmax`, `median`.
pub fn reduce_some(input: Shape, dims: &[isize], keepdim: bool) -> Result<Shape> {
    let result = reduce(input, dims, keepdim)?;
    if input.numel()? == 0 {
        let axes = axes_of(input.rank(), dims)?;
        if axes.is_empty() || axes.iter().any(|&axis| input.dims()[axis] == 0) {
            return Err(Fault::shape(message!("found-in-empty", input)));
        }
    }
    Ok(result)
}

/// `topk`: the `k` largest along `dim`.
pub fn topk(input: Shape, k: i64, dim: isize) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    if k < 0 || k > input.size_at(axis) {
        return Err(Fault::value(message!("no-k-elements", k, axis, input)));
    }
    Ok(input.resized(axis, k))
}

/// `kthvalue`: the `k`-th smallest along `dim`, counted from 1.
pub fn kthvalue(input: Shape, k: i64, dim: isize, keepdim: bool) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    if k < 1 || k > input.size_at(axis) {
        return Err(Fault::value(message!("no-element-k", k, axis, input)));
    }
    reduce(input, &[dim], keepdim)
}

/// `diff` of neighbours along `dim`, `n` times over.
pub fn diff(input: Shape, n: i64, dim: isize) -> Result<Shape> {
    if input.rank() == 0 {
        return Err(Fault::shape(message!("diff-scalar")));
    }
    if n == 0 {
        return Ok(input);
    }
    let axis = input.axis(dim)?;
    if n < 0 {
        return Err(Fault::value(message!("diff-times", n)));
    }
    Ok(input.with(axis, (input.dims()[axis] - n).max(0)))
}
