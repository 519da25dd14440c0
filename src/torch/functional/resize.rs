//! Resizing and sampling.

use crate::torch::ops::{self, Resize, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// `interpolate`
    pub fn interpolate(&mut self, x: Shape, to: Resize<'_>, mode: &'static str) -> Result<Shape> {
        let y = ops::interpolate(x, to, mode)?;
        Ok(self.record(Op::Interpolate { mode }, x, y))
    }

    /// `grid_sample` of a tensor `[N, C, …]` at the points of a grid `[N, …, 2]`.
    pub fn grid_sample(&mut self, x: Shape, grid: Shape) -> Result<Shape> {
        let y = ops::grid_sample(x, grid)?;
        Ok(self.record(Op::GridSample, x, y))
    }
}
