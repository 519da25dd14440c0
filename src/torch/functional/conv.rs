//! Convolutions.

use crate::torch::ops::{self, ConvSettings, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// `conv1d` to `conv3d`, with a bias or without.
    pub fn conv_nd(&mut self, x: Shape, weight: Shape, bias: bool, settings: &ConvSettings<'_>) -> Result<Shape> {
        let y = ops::conv_nd(x, weight, settings)?;
        Ok(self.record(Op::Conv { weight, bias }, x, y))
    }

    /// `conv_transpose1d` to `3d`.
    pub fn conv_transpose_nd(
        &mut self,
        x: Shape,
        weight: Shape,
        bias: bool,
        settings: &ConvSettings<'_>,
        output_padding: &[i64],
    ) -> Result<Shape> {
        let y = ops::conv_transpose_nd(x, weight, settings, output_padding)?;
        Ok(self.record(Op::ConvTranspose { weight, bias }, x, y))
    }
}
