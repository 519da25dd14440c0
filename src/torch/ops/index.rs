//! Indexing, and ops that take elements by their positions.

use super::{Fault, Result, Shape, axis_of, broadcast, empty};
use crate::words::message;

/// One part of `x[…]`, after `...` and masks are written out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Index {
    /// `None`: a new dimension.
    New,
    /// One element.
    At(i64),
    /// `start:stop:step`
    Slice([Option<i64>; 3]),
    /// Positions in a tensor of this shape.
    Tensor(Shape),
}

/// How many elements `start:stop:step` leaves of `size`, and where it starts.
pub fn slice([start, stop, step]: [Option<i64>; 3], size: i64) -> Result<(i64, i64)> {
    let step = step.unwrap_or(1);
    if step <= 0 {
        return Err(Fault::value(message!("slice-step", step)));
    }
    let clamp = |i: i64| (if i < 0 { i.saturating_add(size) } else { i }).clamp(0, size);
    let start = clamp(start.unwrap_or(0));
    let stop = clamp(stop.unwrap_or(size)).max(start);
    Ok(((stop - start + step - 1) / step, start))
}

/// `x[…]`. Dimensions indexed by tensors are joined: in the place of the first of them if they are neighbours, at the
/// front otherwise.
pub fn index(input: Shape, parts: &[Index]) -> Result<Shape> {
    let mut sizes = Vec::new();
    let mut axis = 0;
    let mut joined: Option<Shape> = None;
    let (mut first, mut last, mut count) = (0, 0, 0);
    for part in parts {
        if *part == Index::New {
            sizes.push(1);
            continue;
        }
        let Some(&size) = input.dims().get(axis) else {
            return Err(Fault::shape(message!("too-many-indices", input)));
        };
        axis += 1;
        match *part {
            Index::At(i) if i < -size || i >= size => {
                return Err(Fault::shape(message!("index-of-dimension", i, axis = axis - 1, input)));
            }
            Index::At(_) | Index::New => {}
            Index::Slice(parts) => sizes.push(slice(parts, size)?.0),
            Index::Tensor(shape) => {
                joined = Some(match joined {
                    None => shape,
                    Some(before) => broadcast(before, shape)
                        .map_err(|_| Fault::shape(message!("indices-disagree", before, shape)))?,
                });
                if count == 0 {
                    first = sizes.len();
                }
                (last, count) = (sizes.len(), count + 1);
            }
        }
    }
    sizes.extend_from_slice(&input.dims()[axis..]);
    if let Some(joined) = joined {
        // Between neighbours nothing else was left.
        let place = if last == first { first } else { 0 };
        sizes.splice(place..place, joined.dims().iter().copied());
    }
    empty(&sizes)
}

/// `gather`: elements at `index` along `dim`; the other dimensions of `index` may be smaller.
pub fn gather(input: Shape, dim: isize, index: Shape) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    if index.numel()? == 0 {
        return Ok(index);
    }
    if input.rank().max(1) != index.rank().max(1) {
        return Err(Fault::shape(message!("index-ranks", index, input)));
    }
    expect_within(index, input, axis)?;
    Ok(index)
}

/// `scatter` of `source` to `index` along `dim`: no index may reach beyond its source, nor beyond the input elsewhere.
pub fn scatter(input: Shape, dim: isize, index: Shape, source: Option<Shape>) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    if index.numel()? == 0 {
        return Ok(input);
    }
    for shape in [Some(input), source].into_iter().flatten() {
        if shape.rank().max(1) != index.rank().max(1) {
            return Err(Fault::shape(message!("index-ranks-shape", index, shape)));
        }
    }
    expect_within(index, input, axis)?;
    if input.numel()? == 0 {
        return Err(Fault::shape(message!("position-in-empty", input)));
    }
    if let Some(source) = source {
        expect_within(index, source, usize::MAX)?;
    }
    Ok(input)
}

fn expect_within(index: Shape, shape: Shape, but: usize) -> Result<()> {
    let beyond = |axis: usize| axis != but && index.size_at(axis) > shape.size_at(axis);
    match (0..index.rank()).find(|&axis| beyond(axis)) {
        None => Ok(()),
        Some(axis) => {
            let message = match but {
                usize::MAX => message!("index-beyond-source", index, shape, axis),
                _ => message!("index-beyond-input", index, shape, axis),
            };
            Err(Fault::shape(message))
        }
    }
}

/// `take_along_dim`: as [`gather`], but other dimensions are broadcast.
pub fn take_along_dim(input: Shape, index: Shape, dim: Option<isize>) -> Result<Shape> {
    let Some(dim) = dim else { return Ok(Shape::new(&[index.numel()?])) };
    if input.rank() != index.rank() {
        return Err(Fault::shape(message!("index-ranks", index, input)));
    }
    let axis = axis_of(input.rank(), dim)?;
    let others = broadcast(input.resized(axis, 1), index.resized(axis, 1))?;
    Ok(others.resized(axis, index.size_at(axis)))
}

/// `index_select` of the positions in a vector along `dim`.
pub fn index_select(input: Shape, dim: isize, index: Shape) -> Result<Shape> {
    let axis = axis_of(input.rank(), dim)?;
    if index.rank() > 1 {
        return Err(Fault::shape(message!("index-select-vector", index)));
    }
    let count = index.size_at(0);
    if input.rank() == 0 && count != 1 {
        return Err(Fault::shape(message!("positions-of-scalar", count)));
    }
    Ok(input.resized(axis, count))
}
