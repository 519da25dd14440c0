//! Ops on single elements, on pairs of tensors element by element, and along one dimension.

use crate::torch::ops::{self, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// A function of single elements, by its name in torch.
    pub fn elementwise(&mut self, name: &'static str, x: Shape) -> Shape {
        self.record(Op::Elementwise(name), x, x)
    }

    /// `a + b`
    pub fn add(&mut self, a: Shape, b: Shape) -> Result<Shape> {
        self.arithmetic("add", a, b)
    }

    /// `a - b`
    pub fn sub(&mut self, a: Shape, b: Shape) -> Result<Shape> {
        self.arithmetic("sub", a, b)
    }

    /// `a * b`
    pub fn mul(&mut self, a: Shape, b: Shape) -> Result<Shape> {
        self.arithmetic("mul", a, b)
    }

    /// `a / b`
    pub fn div(&mut self, a: Shape, b: Shape) -> Result<Shape> {
        self.arithmetic("div", a, b)
    }

    /// An operation on two tensors, by its name in torch.
    pub fn arithmetic(&mut self, name: &'static str, a: Shape, b: Shape) -> Result<Shape> {
        let y = ops::broadcast(a, b)?;
        Ok(self.record(Op::Arithmetic(name), a, y))
    }

    /// `prelu` with so many slopes.
    pub fn prelu(&mut self, x: Shape, slopes: i64) -> Result<Shape> {
        let y = ops::prelu(x, slopes)?;
        Ok(self.record(Op::Prelu, x, y))
    }

    /// `glu` along `dim`.
    pub fn glu(&mut self, x: Shape, dim: isize) -> Result<Shape> {
        let y = ops::glu(x, dim)?;
        Ok(self.record(Op::Elementwise("glu"), x, y))
    }

    /// `softmax` along `dim`, as a tensor's method or a layer.
    pub fn softmax(&mut self, x: Shape, dim: isize) -> Result<Shape> {
        self.softmax_named("softmax", x, dim)
    }

    /// `torch.nn.functional.softmax` along `dim`.
    pub fn functional_softmax(&mut self, x: Shape, dim: isize) -> Result<Shape> {
        self.softmax_named("functional.softmax", x, dim)
    }

    /// `softmax` or its kin along `dim`, by the name that [`Op::Softmax`] explains.
    pub fn softmax_named(&mut self, name: &'static str, x: Shape, dim: isize) -> Result<Shape> {
        let size = x.dim(dim)?;
        Ok(self.record(Op::Softmax { name, size }, x, x))
    }

    /// `mean`, `max`, `sum` and the like along `dim`, by their name in torch.
    pub fn reduce(&mut self, name: &'static str, x: Shape, dim: isize, keepdim: bool) -> Result<Shape> {
        let y = ops::reduce(x, dim, keepdim)?;
        Ok(self.record(Op::Other(name), x, y))
    }
}
