//! Dimensions as arguments name them: counted from either end.

use super::{Fault, Result, Shape};
use crate::words::message;

/// The position of `dim` among `rank` dimensions. A tensor without dimensions counts as having one, as in torch.
pub fn axis_of(rank: usize, dim: isize) -> Result<usize> {
    let n = rank.max(1) as isize;
    if (-n..n).contains(&dim) {
        return Ok(dim.rem_euclid(n) as usize);
    }
    let message = message!("dimension-of-rank", dim, rank);
    Err(Fault::shape(message).raising("IndexError"))
}

/// The positions of several dimensions, in the order given; none may be named twice.
pub fn axes_of(rank: usize, dims: &[isize]) -> Result<Vec<usize>> {
    let mut axes = Vec::with_capacity(dims.len());
    for &dim in dims {
        let axis = axis_of(rank, dim)?;
        if axes.contains(&axis) {
            return Err(Fault::shape(message!("dimension-twice", axis, dims = format!("{dims:?}"))));
        }
        axes.push(axis);
    }
    Ok(axes)
}

impl Shape {
    /// This shape with one more dimension, before the one at `axis`.
    pub fn inserted(self, axis: usize, size: i64) -> Result<Shape> {
        Shape::try_new(&[&self.dims()[..axis], &[size], &self.dims()[axis..]].concat())
    }

    /// This shape with dimension `axis` of another size, but unchanged where it has no dimensions.
    pub fn resized(self, axis: usize, size: i64) -> Shape {
        if axis < self.rank() { self.with(axis, size) } else { self }
    }

    /// The size of dimension `axis`; a tensor without dimensions has one of 1.
    pub fn size_at(self, axis: usize) -> i64 {
        self.dims().get(axis).copied().unwrap_or(1)
    }
}
