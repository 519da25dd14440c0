//! Products.

use crate::torch::ops::{self, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// `linear` with a weight `[out, in]`, with a bias or without.
    pub fn linear(&mut self, x: Shape, weight: Shape, bias: bool) -> Result<Shape> {
        let y = ops::linear(x, weight)?;
        Ok(self.record(Op::Linear { in_features: weight.dim(1)?, bias }, x, y))
    }

    /// `a @ b`
    pub fn matmul(&mut self, a: Shape, b: Shape) -> Result<Shape> {
        let y = ops::matmul(a, b)?;
        Ok(self.record(Op::Matmul { inner: a.dim(-1)? }, a, y))
    }

    /// `einsum` of two tensors.
    pub fn einsum(&mut self, equation: &str, a: Shape, b: Shape) -> Result<Shape> {
        let (y, macs) = ops::einsum(equation, &[a, b])?;
        Ok(self.record(Op::Einsum { macs }, a, y))
    }
}
