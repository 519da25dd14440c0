//! The head for image classification.

use crate::catalog::conv::{Conv, Padding};
use crate::torch::nn::{adaptive_avg_pool2d, linear};
use crate::torch::ops::Result;
use crate::torch::{Build, Class, Default as D, Layer, Run, Spec, Type as T, Value, layer, optional, required};
use crate::words::message;

/// The channels that are pooled, whatever the scale.
const HIDDEN: i64 = 1280;

/// Builds `Classify` with the arguments of its convolution and the number of classes.
fn classify(b: &mut Build, conv: Conv, classes: i64) -> Result<Layer> {
    layer(b, "Classify", |b| {
        let conv = conv.build(b.at("conv"))?;
        let pool = adaptive_avg_pool2d(b.at("pool"), 1)?;
        b.at("drop").module(Class::of_torch("Dropout"), |_, _| Ok(()))?;
        let linear = linear(b.at("linear"), HIDDEN, classes, true)?;
        Ok(move |r: &mut Run, x: &Value| {
            let x = match x {
                Value::List(_) => r.cat(&x.tensors()?, 1)?,
                _ => x.tensor()?,
            };
            let x = conv.call(r, x)?;
            let x = pool.call(r, x)?;
            let x = r.flatten(x, 1, -1)?;
            let logits = linear.call(r, x)?;
            if r.training {
                return Ok(Value::Tensor(logits));
            }
            let y = r.softmax(logits, 1)?;
            Ok(Value::tuple([Value::Tensor(y), Value::Tensor(logits)]))
        })
    })
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "Classify",
    path: "ultralytics.nn.modules.head.Classify",
    doc: message!("doc-Classify"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("k", T::Size, D::Int(1)),
        optional("s", T::Size, D::Int(1)),
        optional("p", T::OptSize, D::None),
        optional("g", T::Int, D::Int(1)),
    ],
    build: |b, a| {
        let s = a.size(3)?;
        let conv = Conv::new(a.int(0)?, HIDDEN).k2(a.kernel(2)?).s2(s).padding(Padding::from_args(a, 4, s)?);
        classify(b, conv.g(a.plain_int(5)?), a.plain_int(1)?)
    },
}];
