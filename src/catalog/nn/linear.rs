//! `nn.Linear`.

use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::ops::{self, Result, Shape};
use crate::trace::{Op, Run};

/// Builds `nn.Linear(in_features, out_features, bias)`.
pub fn linear(b: &mut Build, in_features: i64, out_features: i64, bias: bool) -> Result<Net> {
    net(b, "Linear", |b| {
        let weight = Shape::new(&[out_features, in_features]);
        b.param(weight.dims())?;
        if bias {
            b.param(&[out_features])?;
        }
        Ok(move |r: &mut Run, x: Shape| {
            let y = ops::linear(x, weight)?;
            Ok(r.record(Op::Linear { in_features, bias }, x, y))
        })
    })
}
