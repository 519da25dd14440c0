//! `nn.Linear`.

use super::arguments::int;
use super::spec;
use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::catalog::signature::{Default as D, Spec, Type as T, optional, required};
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

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[spec!(
    "linear",
    "Linear",
    "A matrix product over the last dimension.",
    &[
        required("in_features", T::Int),
        required("out_features", T::Int),
        optional("bias", T::Bool, D::Bool(true)),
        optional("device", T::Any, D::None),
        optional("dtype", T::Any, D::None),
    ],
    |b, a| Ok(linear(b, a.int(0)?, int(a, 1)?, a.bool(2))?.into_layer())
)];
