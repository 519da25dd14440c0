//! `nn.Linear`.

use super::arguments::device_and_dtype;
use super::spec;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Class, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// Builds `nn.Linear(in_features, out_features, bias)`.
pub fn linear(b: &mut Build, in_features: i64, out_features: i64, bias: bool) -> Result<Net> {
    net(b, Class::of_torch("Linear"), |b| {
        let weight = Shape::new(&[out_features, in_features]);
        b.param("weight", weight.dims())?;
        if bias {
            b.param("bias", &[out_features])?;
        }
        Ok(move |r: &mut Run, x: Shape| r.linear(x, weight, bias))
    })
}

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[spec!(
    "linear",
    "Linear",
    message!("doc-Linear"),
    &[
        required("in_features", T::Int),
        required("out_features", T::Int),
        optional("bias", T::Bool, D::Bool(true)),
        optional("device", T::Any, D::None),
        optional("dtype", T::Any, D::None),
    ],
    |b, a| {
        device_and_dtype(a)?;
        Ok(linear(b, a.int(0)?, a.plain_int(1)?, a.bool(2))?.into_layer())
    }
)];
