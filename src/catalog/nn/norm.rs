//! Normalisation layers.

use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::ops::{self, Result, Shape};
use crate::trace::{Op, Run};

/// Builds `nn.BatchNorm2d(num_features)`.
pub fn batch_norm2d(b: &mut Build, features: i64) -> Result<Net> {
    net(b, "BatchNorm2d", |b| {
        b.param(&[features])?;
        b.param(&[features])?;
        Ok(move |r: &mut Run, x: Shape| {
            x.bchw()?;
            let y = ops::batch_norm(x, features)?;
            Ok(r.record(Op::BatchNorm { affine: true }, x, y))
        })
    })
}

/// Builds `nn.LayerNorm(normalized_shape)` over one dimension.
pub fn layer_norm(b: &mut Build, features: i64) -> Result<Net> {
    net(b, "LayerNorm", |b| {
        b.param(&[features])?;
        b.param(&[features])?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = ops::layer_norm(x, &[features])?;
            Ok(r.record(Op::LayerNorm { affine: true }, x, y))
        })
    })
}
