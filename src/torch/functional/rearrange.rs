//! Ops that move elements around: nothing is computed.

use crate::torch::ops::{self, ConvSettings, PadMode, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    fn rearrange(&mut self, name: &'static str, x: Shape, y: Result<Shape>) -> Result<Shape> {
        Ok(self.record(Op::Rearrange(name), x, y?))
    }

    /// `cat` along `dim`.
    pub fn cat(&mut self, tensors: &[Shape], dim: isize) -> Result<Shape> {
        let y = ops::cat(tensors, dim)?;
        Ok(self.record(Op::Rearrange("cat"), tensors[0], y))
    }

    /// `stack` along a new first dimension, of tensors that must be equal.
    pub fn stack(&mut self, tensors: &[Shape]) -> Result<Shape> {
        let y = ops::stack(tensors, 0)?;
        Ok(self.record(Op::Rearrange("stack"), tensors[0], y))
    }

    /// `view` and `reshape`
    pub fn view(&mut self, x: Shape, sizes: &[i64]) -> Result<Shape> {
        self.rearrange("view", x, ops::view(x, sizes))
    }

    /// `permute`
    pub fn permute(&mut self, x: Shape, order: &[usize]) -> Result<Shape> {
        self.rearrange("permute", x, ops::permute(x, order))
    }

    /// `transpose`
    pub fn transpose(&mut self, x: Shape, a: isize, b: isize) -> Result<Shape> {
        self.rearrange("transpose", x, ops::transpose(x, a, b))
    }

    /// `flatten` of the dimensions `start` to `end`, both included.
    pub fn flatten(&mut self, x: Shape, start: isize, end: isize) -> Result<Shape> {
        self.rearrange("flatten", x, ops::flatten(x, start, end))
    }

    /// `unflatten` of dimension `dim`.
    pub fn unflatten(&mut self, x: Shape, dim: isize, sizes: &[i64]) -> Result<Shape> {
        self.rearrange("unflatten", x, ops::unflatten(x, dim, sizes))
    }

    /// `split` along `dim` into parts of the sizes given.
    pub fn split(&mut self, x: Shape, sizes: &[i64], dim: isize) -> Result<Vec<Shape>> {
        let parts = ops::split(x, sizes, dim)?;
        self.record(Op::Rearrange("split"), x, *parts.first().unwrap_or(&x));
        Ok(parts)
    }

    /// `chunk` along `dim`.
    pub fn chunk(&mut self, x: Shape, chunks: i64, dim: isize) -> Result<Vec<Shape>> {
        let parts = ops::chunk(x, chunks, dim)?;
        self.record(Op::Rearrange("chunk"), x, *parts.first().unwrap_or(&x));
        Ok(parts)
    }

    /// `pad`
    pub fn pad(&mut self, x: Shape, padding: &[i64], mode: PadMode) -> Result<Shape> {
        self.rearrange("pad", x, ops::pad(x, padding, mode))
    }

    /// `pixel_shuffle`
    pub fn pixel_shuffle(&mut self, x: Shape, factor: i64) -> Result<Shape> {
        self.rearrange("pixel_shuffle", x, ops::pixel_shuffle(x, factor))
    }

    /// `pixel_unshuffle`
    pub fn pixel_unshuffle(&mut self, x: Shape, factor: i64) -> Result<Shape> {
        self.rearrange("pixel_unshuffle", x, ops::pixel_unshuffle(x, factor))
    }

    /// `channel_shuffle`
    pub fn channel_shuffle(&mut self, x: Shape, groups: i64) -> Result<Shape> {
        self.rearrange("channel_shuffle", x, ops::channel_shuffle(x, groups))
    }

    /// `unfold`: every window a column.
    pub fn unfold(&mut self, x: Shape, kernel: [i64; 2], settings: &ConvSettings<'_>) -> Result<Shape> {
        self.rearrange("unfold", x, ops::unfold(x, kernel, settings))
    }

    /// `fold`: the reverse of `unfold`.
    pub fn fold(&mut self, x: Shape, output: [i64; 2], kernel: [i64; 2], settings: &ConvSettings<'_>) -> Result<Shape> {
        self.rearrange("fold", x, ops::fold(x, output, kernel, settings))
    }
}
