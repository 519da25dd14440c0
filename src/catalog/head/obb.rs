//! Heads for rotated boxes: `OBB` and `OBB26`.

use super::detector::{Detector, Part, RAW, Settings, at_least_one, class_scores, convs, levels, per_level};
use crate::torch::ops::Result;
use crate::torch::{Build, Default as D, Layer, Param, Run, Spec, Type as T, Value, layer, optional};
use crate::words::message;

/// Builds `OBB` or `OBB26`; only the first bounds its angles by a sigmoid.
fn obb(b: &mut Build, class: &'static str, settings: Settings, ne: i64, bounded: bool) -> Result<Layer> {
    layer(b, class, |b| {
        let mut detector = Detector::build(b, settings, class_scores)?;
        at_least_one("ne", ne)?;
        detector.branch(b, |b, s, assignment| {
            let c = s.ch[0].div_euclid(4).max(ne);
            let nets = levels(b.at(assignment.name(["cv4", "one2one_cv4"])), &s.ch, |b, x| convs(b, x, c, ne))?;
            let angle = per_level(nets, ne);
            let part: Part = Box::new(move |r, x| {
                let y = angle(r, x)?;
                Ok(if bounded { r.elementwise("sigmoid", y) } else { y })
            });
            Ok(part)
        })?;
        Ok(move |r: &mut Run, x: &Value| {
            let x = x.tensors()?;
            let raw = detector.predict(r, &x)?;
            if r.training {
                return Ok(RAW);
            }
            let y = detector.decode(r, &x, raw[0], raw[1], Some(raw[2]))?;
            let y = r.cat(&[y, raw[2]], 1)?;
            Ok(Value::tuple([Value::Tensor(y), RAW]))
        })
    })
}

const PARAMS: &[Param] = &[
    optional("nc", T::Int, D::Int(80)),
    optional("ne", T::Int, D::Int(1)),
    optional("reg_max", T::Int, D::Int(16)),
    optional("end2end", T::Bool, D::Bool(false)),
    optional("ch", T::Ints, D::Ints(&[])),
];

/// The heads of this family.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "OBB",
        path: "ultralytics.nn.modules.head.OBB",
        doc: message!("doc-OBB"),
        params: PARAMS,
        build: |b, a| obb(b, "OBB", Settings::from_args(a, 2)?, a.plain_int(1)?, true),
    },
    Spec {
        name: "OBB26",
        path: "ultralytics.nn.modules.head.OBB26",
        doc: message!("doc-OBB26"),
        params: PARAMS,
        build: |b, a| obb(b, "OBB26", Settings::from_args(a, 2)?, a.plain_int(1)?, false),
    },
];
