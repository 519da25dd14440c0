//! Ops that read pixels at given places.

use super::{Fault, Result, Shape, empty};
use crate::words::message;

/// `grid_sample` of `[N, C, H, W]` at `[N, h, w, 2]`, or of `[N, C, D, H, W]` at `[N, d, h, w, 3]`.
pub fn grid_sample(input: Shape, grid: Shape) -> Result<Shape> {
    let rank = input.rank();
    if !(4..=5).contains(&rank) || grid.rank() != rank {
        return Err(Fault::shape(message!("grid-ranks", input, grid)));
    }
    let (i, g) = (input.dims(), grid.dims());
    if i[0] != g[0] {
        return Err(Fault::shape(message!("grid-batches", input, grid)));
    }
    if g[rank - 1] != rank as i64 - 2 {
        return Err(Fault::shape(message!("grid-ends", input, count = rank - 2, grid)));
    }
    if i[2..].contains(&0) {
        return Err(Fault::shape(message!("grid-no-pixels", input)));
    }
    empty(&[&i[..2], &g[1..rank - 1]].concat())
}

/// `affine_grid` of matrices `[N, 2, 3]` for images of `size`, or `[N, 3, 4]` for volumes.
pub fn affine_grid(theta: Shape, size: &[i64]) -> Result<Shape> {
    let n = size.len();
    if !(4..=5).contains(&n) || size.iter().any(|&s| s <= 0) {
        return Err(Fault::value(message!("affine-sizes", size = format!("{size:?}"))));
    }
    let spatial = n as i64 - 2;
    if theta.dims() != [size[0], spatial, spatial + 1] {
        return Err(Fault::shape(message!("affine-matrices", theta, size = format!("{size:?}"))));
    }
    empty(&[&size[..1], &size[2..], &[spatial]].concat())
}
