//! Heads for boxes with masks: `Segment` and `Segment26`.

use super::detector::{
    Assignment, Detector, Part, RAW, Settings, at_least_one, class_scores, convs, levels, per_level,
};
use super::proto::{Proto26, proto};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Layer, Net, Param, Run, Spec, Type as T, Value, layer, optional};
use crate::words::message;

/// The module that makes a head's mask prototypes.
pub(super) enum Masks {
    /// From the first feature map.
    Proto(Net),
    /// From all of them.
    Proto26(Proto26),
}

impl Masks {
    fn call(&self, r: &mut Run, x: &[Shape]) -> Result<Shape> {
        match self {
            Masks::Proto(proto) => proto.call(r, x[0]),
            Masks::Proto26(proto) => proto.call(r, x),
        }
    }
}

/// Builds `Segment` or `Segment26`, which `new` tells apart.
fn segment(b: &mut Build, class: &'static str, settings: Settings, nm: i64, npr: i64, new: bool) -> Result<Layer> {
    layer(b, class, |b| {
        let mut detector = Detector::build(b, settings, class_scores)?;
        let masks = masks(b, detector.settings(), nm, npr, new)?;
        detector.branch(b, |b, s, assignment| mask_branch(b, s, assignment, ["cv4", "one2one_cv4"], nm))?;
        Ok(move |r: &mut Run, x: &Value| boxes_and_masks(r, &detector, &masks, &x.tensors()?, None))
    })
}

/// Builds the prototypes of a head: `npr` channels inside, `nm` out.
pub(super) fn masks(b: &mut Build, s: &Settings, nm: i64, npr: i64, new: bool) -> Result<Masks> {
    let (nm, npr) = (at_least_one("nm", nm)?, at_least_one("npr", npr)?);
    let b = b.at("proto");
    if new {
        return Ok(Masks::Proto26(Proto26::build(b, &s.ch, npr, nm, s.nc)?));
    }
    Ok(Masks::Proto(proto(b, s.ch[0], npr, nm)?))
}

/// Builds the branch for mask coefficients.
pub(super) fn mask_branch(
    b: &mut Build,
    s: &Settings,
    assignment: Assignment,
    names: [&'static str; 2],
    nm: i64,
) -> Result<Part> {
    let c = s.ch[0].div_euclid(4).max(nm);
    Ok(per_level(levels(b.at(assignment.name(names)), &s.ch, |b, x| convs(b, x, c, nm))?, nm))
}

/// The forward pass of a head for boxes and masks; `text` follows the feature maps if there is one.
pub(super) fn boxes_and_masks(
    r: &mut Run,
    detector: &Detector,
    masks: &Masks,
    maps: &[Shape],
    text: Option<Shape>,
) -> Result<Value> {
    let x: Vec<Shape> = maps.iter().copied().chain(text).collect();
    let raw = detector.predict(r, &x)?;
    if r.training {
        masks.call(r, maps)?;
        return Ok(RAW);
    }
    let y = detector.decode(r, maps, raw[0], raw[1], None)?;
    let y = r.cat(&[y, raw[2]], 1)?;
    let masks = masks.call(r, maps)?;
    Ok(Value::tuple([Value::tuple([Value::Tensor(y), Value::Tensor(masks)]), RAW]))
}

const PARAMS: &[Param] = &[
    optional("nc", T::Int, D::Int(80)),
    optional("nm", T::Int, D::Int(32)),
    optional("npr", T::Int, D::Int(256)),
    optional("reg_max", T::Int, D::Int(16)),
    optional("end2end", T::Bool, D::Bool(false)),
    optional("ch", T::Ints, D::Ints(&[])),
];

/// The heads of this family.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "Segment",
        path: "ultralytics.nn.modules.head.Segment",
        doc: message!("doc-Segment"),
        params: PARAMS,
        build: |b, a| segment(b, "Segment", Settings::from_args(a, 3)?, a.plain_int(1)?, a.plain_int(2)?, false),
    },
    Spec {
        name: "Segment26",
        path: "ultralytics.nn.modules.head.Segment26",
        doc: message!("doc-Segment26"),
        params: PARAMS,
        build: |b, a| segment(b, "Segment26", Settings::from_args(a, 3)?, a.plain_int(1)?, a.plain_int(2)?, true),
    },
];
