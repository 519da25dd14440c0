//! Ops that read pixels at given places.

use super::{Fault, Result, Shape, empty};

/// `grid_sample` of `[N, C, H, W]` at `[N, h, w, 2]`, or of `[N, C, D, H, W]` at `[N, d, h, w, 3]`.
pub fn grid_sample(input: Shape, grid: Shape) -> Result<Shape> {
    let rank = input.rank();
    if !(4..=5).contains(&rank) || grid.rank() != rank {
        return Err(Fault::shape(format!("a grid sample needs 4 or 5 dimensions, but got {input} and a grid {grid}")));
    }
    let (i, g) = (input.dims(), grid.dims());
    if i[0] != g[0] {
        return Err(Fault::shape(format!("an input {input} and a grid {grid} have different batches")));
    }
    if g[rank - 1] != rank as i64 - 2 {
        return Err(Fault::shape(format!("a grid for {input} must end in {} coordinates, but is {grid}", rank - 2)));
    }
    if i[2..].contains(&0) {
        return Err(Fault::shape(format!("an input without pixels can't be sampled: {input}")));
    }
    empty(&[&i[..2], &g[1..rank - 1]].concat())
}

/// `affine_grid` of matrices `[N, 2, 3]` for images of `size`, or `[N, 3, 4]` for volumes.
pub fn affine_grid(theta: Shape, size: &[i64]) -> Result<Shape> {
    let n = size.len();
    if !(4..=5).contains(&n) || size.iter().any(|&s| s <= 0) {
        return Err(Fault::value(format!("an affine grid needs 4 or 5 positive sizes, but got {size:?}")));
    }
    let spatial = n as i64 - 2;
    if theta.dims() != [size[0], spatial, spatial + 1] {
        return Err(Fault::shape(format!("matrices {theta} don't fit images of {size:?}")));
    }
    empty(&[&size[..1], &size[2..], &[spatial]].concat())
}
