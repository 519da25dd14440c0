//! Pools.

use crate::torch::ops::{self, PoolSettings, Result, Shape};
use crate::torch::{Op, Run};

impl Run {
    /// `max_pool1d` to `3d`.
    pub fn max_pool_nd(&mut self, x: Shape, settings: &PoolSettings<'_>) -> Result<Shape> {
        let y = ops::pool_nd(x, settings)?;
        Ok(self.record(Op::MaxPool { window: settings.window()? }, x, y))
    }

    /// `avg_pool1d` to `3d`.
    pub fn avg_pool_nd(&mut self, x: Shape, settings: &PoolSettings<'_>, count_include_pad: bool) -> Result<Shape> {
        let y = ops::avg_pool_nd(x, settings)?;
        let covered = ops::avg_pool_covered(x, y, settings, count_include_pad)?;
        Ok(self.record(Op::AvgPool { window: settings.window()?, covered }, x, y))
    }

    /// `lp_pool1d` to `3d`.
    pub fn lp_pool_nd(&mut self, x: Shape, settings: &PoolSettings<'_>) -> Result<Shape> {
        let y = ops::avg_pool_nd(x, settings)?;
        let name = match settings.kernel {
            [_] => "lp_pool1d",
            [_, _] => "lp_pool2d",
            _ => "lp_pool3d",
        };
        Ok(self.record(Op::Other(name), x, y))
    }

    /// `fractional_max_pool2d` and `3d`.
    pub fn fractional_max_pool(&mut self, x: Shape, kernel: &[i64], output: &[i64]) -> Result<Shape> {
        let y = ops::fractional_max_pool(x, kernel, output)?;
        let name = if kernel.len() == 2 { "fractional_max_pool2d" } else { "fractional_max_pool3d" };
        Ok(self.record(Op::Other(name), x, y))
    }

    /// `adaptive_avg_pool1d` to `3d`.
    pub fn adaptive_avg_pool(&mut self, x: Shape, output: &[Option<i64>]) -> Result<Shape> {
        let y = ops::adaptive_avg_pool(x, output)?;
        Ok(self.record(Op::AdaptiveAvgPool, x, y))
    }

    /// `adaptive_max_pool1d` to `3d`.
    pub fn adaptive_max_pool(&mut self, x: Shape, output: &[Option<i64>]) -> Result<Shape> {
        let y = ops::adaptive_pool(x, output)?;
        Ok(self.record(Op::AdaptiveMaxPool, x, y))
    }
}
