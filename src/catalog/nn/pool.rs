//! Pools.

use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::ops::{self, PoolSettings, Result, Shape};
use crate::trace::{Op, Run};

/// Builds `nn.MaxPool2d(kernel_size, stride, padding)`.
pub fn max_pool2d(b: &mut Build, k: i64, s: i64, p: i64, ceil_mode: bool) -> Result<Net> {
    net(b, "MaxPool2d", |_| {
        Ok(move |r: &mut Run, x: Shape| {
            let settings =
                PoolSettings { kernel: &[k; 2], stride: &[s; 2], padding: &[p; 2], dilation: &[1; 2], ceil_mode };
            let y = ops::pool_nd(x, &settings)?;
            Ok(r.record(Op::MaxPool { window: k * k }, x, y))
        })
    })
}

/// Builds `nn.AdaptiveAvgPool2d(size)`.
pub fn adaptive_avg_pool2d(b: &mut Build, size: i64) -> Result<Net> {
    net(b, "AdaptiveAvgPool2d", |_| {
        Ok(move |r: &mut Run, x: Shape| {
            let y = ops::adaptive_pool(x, &[Some(size); 2])?;
            Ok(r.record(Op::AdaptiveAvgPool, x, y))
        })
    })
}
