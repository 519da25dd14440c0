//! The plan that `Detect` and its subclasses share: branches over feature maps, and how boxes are decoded.

use super::head_inputs;
use crate::catalog::conv::Conv;
use crate::torch::nn::{Conv2d, identity};
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Args, Build, Class, ClassAttribute, Net, Run, Value, net, sequential};
use crate::words::message;

/// The raw predictions that the framework's heads return beside the decoded tensor, and alone in training mode.
pub(super) const RAW: Value = Value::Opaque(message!("raw-predictions"));

/// `Detect.legacy`, which a model with a C3k2 or its like sets.
pub const LEGACY: &str = "Detect.legacy";

/// The settings that every head of this kind is built with.
pub(super) struct Settings {
    /// Number of classes.
    pub(super) nc: i64,
    /// Bins of the distribution of a box's side; 1 for none.
    pub(super) reg_max: i64,
    /// Whether there are one-to-one branches beside the one-to-many ones.
    pub(super) end2end: bool,
    /// Channels of the feature maps.
    pub(super) ch: Vec<i64>,
}

impl Settings {
    /// Reads `nc` from argument 0, and `reg_max`, `end2end` and `ch` from argument `i` on.
    pub(super) fn from_args(a: &Args<'_>, i: usize) -> Result<Settings> {
        let reg_max = at_least_one("reg_max", a.int(i)?)?;
        Settings { nc: a.plain_int(0)?, reg_max, end2end: a.bool(i + 1), ch: a.ints(i + 2)? }.checked()
    }

    /// The settings, or a fault where there is no feature map.
    pub(super) fn checked(self) -> Result<Settings> {
        if self.ch.is_empty() { Err(no_inputs()) } else { Ok(self) }
    }

    /// Hidden channels of the classification branch.
    pub(super) fn c3(&self) -> i64 {
        self.ch[0].max(self.nc.min(100))
    }
}

/// The fault of a head whose `from` is an empty list.
pub(super) fn no_inputs() -> Fault {
    head_inputs(message!("head-no-input"))
}

/// A parameter that torch, one way or another, refuses to be 0 or less.
pub(super) fn at_least_one(name: &'static str, value: i64) -> Result<i64> {
    if value >= 1 {
        return Ok(value);
    }
    Err(Fault::value(message!("value-at-least-one", name, value)).at_param(name))
}

/// A branch: what it makes of the feature maps, `[batch, channels, anchors]`.
pub(super) type Part = Box<dyn Fn(&mut Run, &[Shape]) -> Result<Shape>>;

/// How predictions are matched to objects in training; an end-to-end head has branches for both ways.
#[derive(Clone, Copy)]
pub(super) enum Assignment {
    OneToMany,
    OneToOne,
}

impl Assignment {
    /// The attribute that holds a branch, of the two names that it has in Python.
    pub(super) fn name(self, [many, one]: [&'static str; 2]) -> &'static str {
        match self {
            Assignment::OneToMany => many,
            Assignment::OneToOne => one,
        }
    }
}

/// A built head on the plan of `Detect`: branches for boxes, for classes and for whatever a task adds to them.
pub(super) struct Detector {
    settings: Settings,
    dfl: Net,
    one2many: Vec<Part>,
    one2one: Vec<Part>,
}

impl Detector {
    /// Builds the branch for boxes and, by `scores`, the one for classes.
    pub(super) fn build(
        b: &mut Build,
        settings: Settings,
        scores: impl Fn(&mut Build, &Settings, Assignment) -> Result<Part>,
    ) -> Result<Detector> {
        let boxes = |b: &mut Build, s: &Settings, assignment: Assignment| {
            let nets = box_branch(b.at(assignment.name(["cv2", "one2one_cv2"])), s)?;
            Ok(per_level(nets, 4 * s.reg_max))
        };
        let many = Assignment::OneToMany;
        let one2many = vec![boxes(b, &settings, many)?, scores(b, &settings, many)?];
        let dfl = if settings.reg_max > 1 { dfl(b.at("dfl"), settings.reg_max) } else { identity(b.at("dfl")) }?;
        let mut one2one = Vec::new();
        if settings.end2end {
            let one = Assignment::OneToOne;
            one2one.push(b.deepcopy(|b| boxes(b, &settings, one))?);
            one2one.push(b.deepcopy(|b| scores(b, &settings, one))?);
        }
        Ok(Detector { settings, dfl, one2many, one2one })
    }

    /// Its settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Adds a branch, and its deep copy where the head is end-to-end.
    pub(super) fn branch(
        &mut self,
        b: &mut Build,
        build: impl Fn(&mut Build, &Settings, Assignment) -> Result<Part>,
    ) -> Result<()> {
        self.one2many.push(build(b, &self.settings, Assignment::OneToMany)?);
        if self.settings.end2end {
            self.one2one.push(b.deepcopy(|b| build(b, &self.settings, Assignment::OneToOne))?);
        }
        Ok(())
    }

    /// Builds the branch for classes, and replaces the present one.
    pub(super) fn replace_scores(
        &mut self,
        b: &mut Build,
        build: impl Fn(&mut Build, &Settings, Assignment) -> Result<Part>,
    ) -> Result<()> {
        self.one2many[1] = build(b, &self.settings, Assignment::OneToMany)?;
        if self.settings.end2end {
            self.one2one[1] = b.deepcopy(|b| build(b, &self.settings, Assignment::OneToOne))?;
        }
        Ok(())
    }

    /// Runs all branches; what the one-to-many ones return is what is decoded, as long as nobody asks for the others.
    pub(super) fn predict(&self, r: &mut Run, x: &[Shape]) -> Result<Vec<Shape>> {
        let predictions = self.one2many.iter().map(|part| part(r, x)).collect::<Result<Vec<_>>>()?;
        for part in &self.one2one {
            part(r, x)?;
        }
        Ok(predictions)
    }

    /// Decodes boxes and scores: `[batch, 4 + classes, anchors]`. With an `angle`, the boxes are rotated.
    pub(super) fn decode(
        &self,
        r: &mut Run,
        maps: &[Shape],
        boxes: Shape,
        scores: Shape,
        angle: Option<Shape>,
    ) -> Result<Shape> {
        decode(r, &self.dfl, maps, boxes, scores, angle)
    }
}

/// Decodes boxes and scores, as [`Detector::decode`].
pub(super) fn decode(
    r: &mut Run,
    dfl: &Net,
    maps: &[Shape],
    boxes: Shape,
    scores: Shape,
    angle: Option<Shape>,
) -> Result<Shape> {
    let anchors = Shape::new(&[1, 2, count_anchors(maps)?]);
    let strides = anchors.with(1, 1);
    let distances = dfl.call(r, boxes)?;
    let boxes = match angle {
        Some(angle) => rotated_boxes(r, distances, angle, anchors)?,
        None => straight_boxes(r, distances, anchors)?,
    };
    let boxes = r.mul(boxes, strides)?;
    let scores = r.elementwise("sigmoid", scores);
    r.cat(&[boxes, scores], 1)
}

/// Center, width and height from the distances to a box's four sides.
fn straight_boxes(r: &mut Run, distances: Shape, anchors: Shape) -> Result<Shape> {
    let half = r.split(distances, &[2, 2], 1)?[0];
    let top_left = r.sub(anchors, half)?;
    let bottom_right = r.add(anchors, half)?;
    let center = r.add(top_left, bottom_right)?;
    let size = r.sub(bottom_right, top_left)?;
    r.cat(&[center, size], 1)
}

/// As [`straight_boxes`], with the center turned around the anchor by the angle.
fn rotated_boxes(r: &mut Run, distances: Shape, angle: Shape, anchors: Shape) -> Result<Shape> {
    let angles = angle.dim(1)?;
    if angles != 1 {
        let message = message!("one-angle", angles);
        return Err(Fault::value(message).at_param("ne"));
    }
    let half = r.split(distances, &[2, 2], 1)?[0];
    let cos = r.elementwise("cos", angle);
    let sin = r.elementwise("sin", angle);
    let offset = r.sub(half, half)?.with(1, 1);
    let (xc, ys) = (r.mul(offset, cos)?, r.mul(offset, sin)?);
    let x = r.sub(xc, ys)?;
    let (xs, yc) = (r.mul(offset, sin)?, r.mul(offset, cos)?);
    let y = r.add(xs, yc)?;
    let center = r.cat(&[x, y], 1)?;
    let center = r.add(center, anchors)?;
    let size = r.add(half, half)?;
    r.cat(&[center, size], 1)
}

/// The number of anchors: one for each pixel of each feature map.
pub(super) fn count_anchors(maps: &[Shape]) -> Result<i64> {
    maps.iter().try_fold(0i64, |n, map| {
        let [.., h, w] = map.bchw()?;
        h.checked_mul(w)
            .and_then(|pixels| n.checked_add(pixels))
            .ok_or_else(|| Fault::too_large(message!("anchors-overflow")))
    })
}

/// The branch for boxes: three convolutions a level.
pub(super) fn box_branch(b: &mut Build, s: &Settings) -> Result<Vec<Net>> {
    let c2 = (s.ch[0].div_euclid(4)).max(4 * s.reg_max).max(16);
    levels(b, &s.ch, |b, x| convs(b, x, c2, 4 * s.reg_max))
}

/// The branch for class scores of most heads.
pub(super) fn class_scores(b: &mut Build, s: &Settings, assignment: Assignment) -> Result<Part> {
    let nc = at_least_one("nc", s.nc)?;
    Ok(per_level(class_branch(b.at(assignment.name(["cv3", "one2one_cv3"])), s, nc)?, nc))
}

/// The branch for classes, with `out` channels a level: plain convolutions in the older models, separable ones since.
pub(super) fn class_branch(b: &mut Build, s: &Settings, out: i64) -> Result<Vec<Net>> {
    let legacy = is_legacy(b);
    levels(b, &s.ch, |b, x| if legacy { convs(b, x, s.c3(), out) } else { separable_convs(b, x, s.c3(), out) })
}

/// Whether heads are built as for the releases before C3k2.
fn is_legacy(b: &Build) -> bool {
    matches!(b.class_attribute(LEGACY), None | Some(ClassAttribute::Flag(true)))
}

/// A `ModuleList` with a module for each feature map of `ch` channels.
pub(super) fn levels(b: &mut Build, ch: &[i64], item: impl Fn(&mut Build, i64) -> Result<Net>) -> Result<Vec<Net>> {
    b.module(Class::of_torch("ModuleList"), |b, _| ch.iter().enumerate().map(|(i, &x)| item(b.at(i), x)).collect())
}

/// Two 3x3 convolutions of `c` channels and a plain 1x1 one to `out` channels.
pub(super) fn convs(b: &mut Build, x: i64, c: i64, out: i64) -> Result<Net> {
    sequential(b, |s| {
        s.add(|b| Conv::new(x, c).k(3).build(b))?;
        s.add(|b| Conv::new(c, c).k(3).build(b))?;
        s.add(|b| Conv2d::new(c, out, [1; 2]).build(b))
    })
}

/// As [`convs`], with each 3x3 convolution split in a depthwise and a pointwise one.
pub(super) fn separable_convs(b: &mut Build, x: i64, c: i64, out: i64) -> Result<Net> {
    let separable = |b: &mut Build, c1: i64, c2: i64| {
        sequential(b, |s| {
            s.add(|b| Conv::dw(c1, c1).k(3).build(b))?;
            s.add(|b| Conv::new(c1, c2).build(b))
        })
    };
    sequential(b, |s| {
        s.add(|b| separable(b, x, c))?;
        s.add(|b| separable(b, c, c))?;
        s.add(|b| Conv2d::new(c, out, [1; 2]).build(b))
    })
}

/// Calls each level's module on its feature map and joins what they return along the anchors.
pub(super) fn per_level(nets: Vec<Net>, channels: i64) -> Part {
    Box::new(move |r, x| {
        let y = call_levels(r, &nets, x)?;
        join_levels(r, &y, x, channels)
    })
}

/// Calls each level's module on its feature map.
pub(super) fn call_levels(r: &mut Run, nets: &[Net], x: &[Shape]) -> Result<Vec<Shape>> {
    nets.iter().enumerate().map(|(i, net)| call_level(r, net, x, i)).collect()
}

/// Calls a level's module on its feature map.
pub(super) fn call_level(r: &mut Run, net: &Net, x: &[Shape], i: usize) -> Result<Shape> {
    let &x = x.get(i).ok_or_else(|| head_inputs(message!("head-needs-input", i, count = x.len())))?;
    net.call(r, x).map_err(|f| f.at_input(i))
}

/// Flattens maps of `channels` channels to `[batch, channels, anchors]` and joins them along the anchors.
pub(super) fn join_levels(r: &mut Run, maps: &[Shape], x: &[Shape], channels: i64) -> Result<Shape> {
    let batch = x[0].dim(0)?;
    let flat = maps.iter().map(|&map| r.view(map, &[batch, channels, -1])).collect::<Result<Vec<_>>>()?;
    r.cat(&flat, -1)
}

/// Builds `DFL(c1)`: the expected value of a distribution over `c1` bins, by a convolution that is never trained.
pub(super) fn dfl(b: &mut Build, c1: i64) -> Result<Net> {
    net(b, "DFL", |b| {
        let conv = Conv2d::new(c1, 1, [1; 2]).bias(false).frozen().build(b.at("conv"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let &[batch, _, anchors] = x.dims() else {
                return Err(Fault::shape(message!("dfl", x)));
            };
            let x = r.view(x, &[batch, 4, c1, anchors])?;
            let x = r.transpose(x, 2, 1)?;
            let x = r.softmax(x, 1)?;
            let x = conv.call(r, x)?;
            r.view(x, &[batch, 4, anchors])
        })
    })
}
