//! The head for monocular depth.

use super::detector::{call_levels, levels, no_inputs};
use super::proto::{add_level, doubling_conv, enlarge};
use crate::catalog::conv::Conv;
use crate::torch::nn::Conv2d;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Build, Default as D, Layer, Run, Spec, Type as T, Value, layer, optional, sequential};
use crate::words::message;

/// Builds `Depth(c_mid, ch)`: the maps are added up from the coarsest one, then enlarged to half the first one's stride.
fn depth(b: &mut Build, c: i64, ch: &[i64]) -> Result<Layer> {
    let Some((_, finer)) = ch.split_last() else { return Err(no_inputs()) };
    if c < 4 {
        return Err(Fault::value(message!("c-mid", c)).at_param("c_mid"));
    }
    layer(b, "Depth", |b| {
        let project = levels(b.at("proj"), ch, |b, x| Conv::new(x, c).build(b))?;
        let refine = levels(b.at("refine"), finer, |b, _| {
            sequential(b, |s| {
                s.add(|b| Conv::new(c, c).k(3).build(b))?;
                s.add(|b| Conv::new(c, c).k(3).build(b))
            })
        })?;
        let (half, quarter) = (c / 2, c / 4);
        let head = sequential(b.at("head"), |s| {
            s.add(|b| Conv::new(c, half).k(3).build(b))?;
            s.add(|b| doubling_conv(b, half))?;
            s.add(|b| Conv::new(half, quarter).k(3).build(b))?;
            s.add(|b| Conv2d::new(quarter, 1, [1; 2]).build(b))
        })?;
        b.buffer("cal_a", &[1])?;
        b.buffer("cal_b", &[1])?;
        Ok(move |r: &mut Run, x: &Value| {
            let maps = call_levels(r, &project, &x.tensors()?)?;
            let mut y = maps[maps.len() - 1];
            for (i, refine) in refine.iter().enumerate().rev() {
                let enlarged = enlarge(r, y, 2.0, "bilinear")?;
                let sum = add_level(r, maps[i], enlarged, i + 1)?;
                y = refine.call(r, sum)?;
            }
            let y = head.call(r, y)?;
            let y = r.elementwise("clamp", y);
            if r.training {
                r.elementwise("exp", y);
                return Ok(Value::Opaque(message!("depth-dict")));
            }
            let calibration = Shape::new(&[1]);
            let y = r.mul(calibration, y)?;
            let y = r.add(y, calibration)?;
            Ok(Value::Tensor(r.elementwise("exp", y)))
        })
    })
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "Depth",
    path: "ultralytics.nn.modules.head.Depth",
    doc: message!("doc-Depth"),
    params: &[optional("c_mid", T::Int, D::Int(256)), optional("ch", T::Ints, D::Ints(&[]))],
    build: |b, a| depth(b, a.plain_int(0)?, &a.ints(1)?),
}];
