//! Heads for keypoints: `Pose` and `Pose26`.

use super::detector::{
    Assignment, Detector, Part, RAW, Settings, call_levels, class_scores, convs, count_anchors, join_levels, levels,
    per_level,
};
use crate::catalog::conv::Conv;
use crate::torch::nn::{Activation, Conv2d, activation, linear};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{
    Args, Build, Default as D, Layer, Net, Param, Run, Spec, Type as T, Value, layer, optional, sequential,
};
use crate::words::message;

/// The number of keypoints and of values of each: 2 for x and y, 3 with visibility.
#[derive(Clone, Copy)]
struct KptShape {
    points: i64,
    dims: i64,
}

impl KptShape {
    /// Reads argument `i`; the framework ignores everything after the first two numbers.
    fn from_args(a: &Args<'_>, i: usize) -> Result<KptShape> {
        let arg = a.get(i);
        let wrong = || {
            let message = message!("kpt-shape", arg);
            Fault::new(FaultKind::Arguments, message).at_param("kpt_shape")
        };
        let two = arg.as_list().and_then(|items| Some((items.first()?.as_int()?, items.get(1)?.as_int()?)));
        let (points, dims) = two.ok_or_else(wrong)?;
        if points.abs().max(dims.abs()) > 1_000_000 {
            return Err(a.invalid(i, message!("kpt-too-large", arg)));
        }
        if points * dims <= 0 {
            return Err(a.invalid(i, message!("kpt-none", arg)));
        }
        Ok(KptShape { points, dims })
    }

    /// Values of all keypoints.
    fn values(self) -> i64 {
        self.points * self.dims
    }
}

/// Builds `Pose`.
fn pose(b: &mut Build, settings: Settings, kpt_shape: KptShape) -> Result<Layer> {
    layer(b, "Pose", |b| {
        let mut detector = Detector::build(b, settings, class_scores)?;
        detector.branch(b, |b, s, assignment| {
            let nk = kpt_shape.values();
            let c = s.ch[0].div_euclid(4).max(nk);
            let nets = levels(b.at(assignment.name(["cv4", "one2one_cv4"])), &s.ch, |b, x| convs(b, x, c, nk))?;
            Ok(per_level(nets, nk))
        })?;
        Ok(boxes_and_keypoints(detector, kpt_shape))
    })
}

/// Builds `Pose26`: keypoints and, in training, their spread.
fn pose26(b: &mut Build, settings: Settings, kpt_shape: KptShape) -> Result<Layer> {
    layer(b, "Pose26", |b| {
        let mut detector = Detector::build(b, settings, class_scores)?;
        let s = detector.settings();
        let many = features26(b.at("cv4"), s, kpt_shape)?;
        let one = if s.end2end { b.deepcopy(|b| features26(b.at("one2one_cv4"), s, kpt_shape))? } else { Vec::new() };
        real_nvp(b.at("flow_model"))?;
        detector.branch(b, |b, s, assignment| {
            let features = match assignment {
                Assignment::OneToMany => many.clone(),
                Assignment::OneToOne => one.clone(),
            };
            keypoints26(b, s, assignment, kpt_shape, features)
        })?;
        Ok(boxes_and_keypoints(detector, kpt_shape))
    })
}

/// Hidden channels of the keypoint branches of `Pose26`.
fn hidden26(s: &Settings, kpt_shape: KptShape) -> i64 {
    s.ch[0].div_euclid(4).max(kpt_shape.points * (kpt_shape.dims + 2))
}

/// Builds what keypoints and their spread are made of.
fn features26(b: &mut Build, s: &Settings, kpt_shape: KptShape) -> Result<Vec<Net>> {
    let c = hidden26(s, kpt_shape);
    levels(b, &s.ch, |b, x| {
        sequential(b, |s| {
            s.add(|b| Conv::new(x, c).k(3).build(b))?;
            s.add(|b| Conv::new(c, c).k(3).build(b))
        })
    })
}

fn keypoints26(
    b: &mut Build,
    s: &Settings,
    assignment: Assignment,
    kpt_shape: KptShape,
    features: Vec<Net>,
) -> Result<Part> {
    let (nk, sigmas) = (kpt_shape.values(), 2 * kpt_shape.points);
    let c = hidden26(s, kpt_shape);
    let mut outputs =
        |names, out| levels(b.at(assignment.name(names)), &s.ch, |b, _| Conv2d::new(c, out, [1; 2]).build(b));
    let keypoints = outputs(["cv4_kpts", "one2one_cv4_kpts"], nk)?;
    let spread = outputs(["cv4_sigma", "one2one_cv4_sigma"], sigmas)?;
    Ok(Box::new(move |r, x| {
        let features = call_levels(r, &features, x)?;
        let maps = call_levels(r, &keypoints, &features)?;
        let keypoints = join_levels(r, &maps, x, nk)?;
        if r.training {
            let maps = call_levels(r, &spread, &features)?;
            join_levels(r, &maps, x, sigmas)?;
        }
        Ok(keypoints)
    }))
}

/// The forward pass of a head for boxes and keypoints.
fn boxes_and_keypoints(detector: Detector, kpt_shape: KptShape) -> impl Fn(&mut Run, &Value) -> Result<Value> {
    move |r, x| {
        let x = x.tensors()?;
        let raw = detector.predict(r, &x)?;
        if r.training {
            return Ok(RAW);
        }
        let y = detector.decode(r, &x, raw[0], raw[1], None)?;
        let keypoints = decode_keypoints(r, raw[2], kpt_shape.dims, count_anchors(&x)?)?;
        let y = r.cat(&[y, keypoints], 1)?;
        Ok(Value::tuple([Value::Tensor(y), RAW]))
    }
}

/// Moves keypoints from offsets to pixels: every `dims`-th value is an x, the next a y, the one after a visibility.
fn decode_keypoints(r: &mut Run, keypoints: Shape, dims: i64, anchors: i64) -> Result<Shape> {
    if dims <= 0 {
        return Err(Fault::value(message!("kpt-dims", dims)).at_param("kpt_shape"));
    }
    let values = keypoints.dim(1)?;
    let every = |start: i64| keypoints.with(1, ((values - start).max(0) + dims - 1) / dims);
    if dims == 3 {
        r.elementwise("sigmoid", every(2));
    }
    let line = Shape::new(&[anchors]);
    for start in [0, 1] {
        let moved = r.add(every(start), line)?;
        r.mul(moved, line)?;
    }
    Ok(keypoints)
}

/// Builds `RealNVP`: a normalizing flow that only the loss runs.
fn real_nvp(b: &mut Build) -> Result<()> {
    b.module("RealNVP", |b, _| {
        b.list("s", 6, |b, _| coupling(b, true))?;
        b.list("t", 6, |b, _| coupling(b, false))?;
        b.buffer("loc", &[2])?;
        b.buffer("cov", &[2, 2])?;
        b.buffer("mask", &[6, 2])
    })
}

fn coupling(b: &mut Build, bounded: bool) -> Result<Net> {
    let silu = Activation::silu();
    let tanh = Activation::elementwise("Tanh", "tanh");
    sequential(b, |s| {
        s.add(|b| linear(b, 2, 64, true))?;
        s.add(|b| activation(b, &silu))?;
        s.add(|b| linear(b, 64, 64, true))?;
        s.add(|b| activation(b, &silu))?;
        s.add(|b| linear(b, 64, 2, true))?;
        if bounded { s.add(|b| activation(b, &tanh)) } else { Ok(()) }
    })
}

const PARAMS: &[Param] = &[
    optional("nc", T::Int, D::Int(80)),
    optional("kpt_shape", T::Ints, D::Ints(&[17, 3])),
    optional("reg_max", T::Int, D::Int(16)),
    optional("end2end", T::Bool, D::Bool(false)),
    optional("ch", T::Ints, D::Ints(&[])),
];

/// The heads of this family.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "Pose",
        path: "ultralytics.nn.modules.head.Pose",
        doc: message!("doc-Pose"),
        params: PARAMS,
        build: |b, a| pose(b, Settings::from_args(a, 2)?, KptShape::from_args(a, 1)?),
    },
    Spec {
        name: "Pose26",
        path: "ultralytics.nn.modules.head.Pose26",
        doc: message!("doc-Pose26"),
        params: PARAMS,
        build: |b, a| pose26(b, Settings::from_args(a, 2)?, KptShape::from_args(a, 1)?),
    },
];
