//! Normalisations.

use crate::torch::ops::{self, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// `batch_norm` of so many features.
    pub fn batch_norm(&mut self, x: Shape, features: i64, affine: bool) -> Result<Shape> {
        let y = ops::batch_norm(x, features)?;
        Ok(self.record(Op::BatchNorm { affine }, x, y))
    }

    /// `layer_norm` of the last dimensions.
    pub fn layer_norm(&mut self, x: Shape, normalized: &[i64], affine: bool) -> Result<Shape> {
        let y = ops::layer_norm(x, normalized)?;
        Ok(self.record(Op::LayerNorm { affine }, x, y))
    }

    /// `rms_norm` of the last dimensions.
    pub fn rms_norm(&mut self, x: Shape, normalized: &[i64], affine: bool) -> Result<Shape> {
        let y = ops::layer_norm(x, normalized)?;
        Ok(self.record(Op::RmsNorm { affine }, x, y))
    }

    /// `group_norm` of so many channels.
    pub fn group_norm(&mut self, x: Shape, groups: i64, channels: i64, affine: bool) -> Result<Shape> {
        let y = ops::group_norm(x, groups, channels)?;
        Ok(self.record(Op::GroupNorm { affine }, x, y))
    }

    /// `instance_norm`
    pub fn instance_norm(&mut self, x: Shape, affine: bool) -> Shape {
        self.record(Op::InstanceNorm { affine }, x, x)
    }

    /// `local_response_norm` over so many channels.
    pub fn local_response_norm(&mut self, x: Shape, size: i64) -> Result<Shape> {
        let y = ops::local_response_norm(x, size)?;
        Ok(self.record(Op::OtherNorm("local_response_norm"), x, y))
    }

    /// `normalize`: to vectors of length 1.
    pub fn normalize(&mut self, x: Shape) -> Shape {
        self.record(Op::Other("normalize"), x, x)
    }
}
