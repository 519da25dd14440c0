//! Heads for boxes: `Detect` and `v10Detect`.

use super::detector::{Detector, RAW, Settings, at_least_one, class_scores, levels, per_level};
use crate::catalog::conv::Conv;
use crate::torch::nn::Conv2d;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Layer, Net, Run, Spec, Type as T, Value, layer, optional, sequential};
use crate::words::message;

/// Builds `Detect`.
fn detect(b: &mut Build, settings: Settings) -> Result<Layer> {
    layer(b, "Detect", |b| {
        let detector = Detector::build(b, settings, class_scores)?;
        Ok(move |r: &mut Run, x: &Value| boxes(r, &detector, &x.tensors()?, None))
    })
}

/// Builds `v10Detect(nc, ch)`: always end-to-end and with depthwise convolutions for classes.
fn v10_detect(b: &mut Build, nc: i64, ch: Vec<i64>) -> Result<Layer> {
    let nc = at_least_one("nc", nc)?;
    let settings = Settings { nc, reg_max: 16, end2end: true, ch }.checked()?;
    layer(b, "v10Detect", |b| {
        let detector = Detector::build(b, settings, |b, s, assignment| {
            let name = assignment.name(["cv3", "one2one_cv3"]);
            Ok(per_level(levels(b.at(name), &s.ch, |b, x| light_convs(b, x, s.c3(), s.nc))?, s.nc))
        })?;
        Ok(move |r: &mut Run, x: &Value| boxes(r, &detector, &x.tensors()?, None))
    })
}

/// The forward pass of a head for boxes alone; `text` follows the feature maps if there is one.
pub(super) fn boxes(r: &mut Run, detector: &Detector, maps: &[Shape], text: Option<Shape>) -> Result<Value> {
    let x: Vec<Shape> = maps.iter().copied().chain(text).collect();
    let raw = detector.predict(r, &x)?;
    if r.training {
        return Ok(RAW);
    }
    let y = detector.decode(r, maps, raw[0], raw[1], None)?;
    Ok(Value::tuple([Value::Tensor(y), RAW]))
}

fn light_convs(b: &mut Build, x: i64, c: i64, out: i64) -> Result<Net> {
    let light = |b: &mut Build, c1: i64, c2: i64| {
        sequential(b, |s| {
            s.add(|b| Conv::new(c1, c1).k(3).g(c1).build(b))?;
            s.add(|b| Conv::new(c1, c2).build(b))
        })
    };
    sequential(b, |s| {
        s.add(|b| light(b, x, c))?;
        s.add(|b| light(b, c, c))?;
        s.add(|b| Conv2d::new(c, out, [1; 2]).build(b))
    })
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "Detect",
        path: "ultralytics.nn.modules.head.Detect",
        doc: message!("doc-Detect"),
        params: &[
            optional("nc", T::Int, D::Int(80)),
            optional("reg_max", T::Int, D::Int(16)),
            optional("end2end", T::Bool, D::Bool(false)),
            optional("ch", T::Ints, D::Ints(&[])),
        ],
        build: |b, a| detect(b, Settings::from_args(a, 1)?),
    },
    Spec {
        name: "v10Detect",
        path: "ultralytics.nn.modules.head.v10Detect",
        doc: message!("doc-v10Detect"),
        params: &[optional("nc", T::Int, D::Int(80)), optional("ch", T::Ints, D::Ints(&[]))],
        build: |b, a| v10_detect(b, a.plain_int(0)?, a.ints(1)?),
    },
];
