//! The heads of YOLOE, which take class embeddings as a last input, and `LRPCHead`.

use super::contrastive::Contrastive;
use super::detect::boxes;
use super::detector::{Assignment, Detector, Part, Settings, call_level, class_branch, per_level};
use super::head_inputs;
use super::segment::{boxes_and_masks, mask_branch, masks};
use crate::catalog::conv::Conv;
use crate::torch::nn::{Conv2d, identity, linear};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Param, Run, Spec, Type as T, Value, layer, net, optional, required,
    sequential,
};
use crate::words::message;

/// Builds `YOLOEDetect`.
fn yoloe_detect(b: &mut Build, settings: Settings, embed: i64, with_bn: bool) -> Result<Layer> {
    layer(b, "YOLOEDetect", |b| {
        let detector = detector(b, settings, embed, with_bn)?;
        Ok(move |r: &mut Run, x: &Value| {
            let (maps, text) = inputs(r, x)?;
            boxes(r, &detector, &maps, Some(text))
        })
    })
}

/// Builds `YOLOESegment` or `YOLOESegment26`, which `new` tells apart.
fn yoloe_segment(
    b: &mut Build,
    class: &'static str,
    settings: Settings,
    (nm, npr): (i64, i64),
    (embed, with_bn): (i64, bool),
    new: bool,
) -> Result<Layer> {
    layer(b, class, |b| {
        let mut detector = detector(b, settings, embed, with_bn)?;
        let masks = masks(b, detector.settings(), nm, npr, new)?;
        detector.branch(b, |b, s, assignment| mask_branch(b, s, assignment, ["cv5", "one2one_cv5"], nm))?;
        Ok(move |r: &mut Run, x: &Value| {
            let (maps, text) = inputs(r, x)?;
            boxes_and_masks(r, &detector, &masks, &maps, Some(text))
        })
    })
}

/// The three feature maps and the class embeddings, which the model appends.
fn inputs(r: &Run, x: &Value) -> Result<(Vec<Shape>, Shape)> {
    let mut x = x.tensors()?;
    x.extend(r.prompts);
    let count = x.len();
    match x.pop() {
        Some(text) if count == 4 => Ok((x, text)),
        _ => Err(head_inputs(message!("yoloe-inputs", count))),
    }
}

/// Builds what all YOLOE heads share.
fn detector(b: &mut Build, settings: Settings, embed: i64, with_bn: bool) -> Result<Detector> {
    let c3 = settings.c3();
    if c3 > embed {
        return Err(Fault::value(message!("yoloe-embed", embed, c3)).at_param("embed"));
    }
    if !with_bn {
        return Err(Fault::value(message!("with-bn")).at_param("with_bn"));
    }
    let ch = settings.ch.clone();
    let mut detector = Detector::build(b, settings, own_scores)?;
    detector.replace_scores(b, |b, s, assignment| scores(b, s, assignment, embed))?;
    prompt_layers(b, &ch, c3, embed)?;
    Ok(detector)
}

/// Builds the class branch of `Detect`, which is replaced at once.
fn own_scores(b: &mut Build, s: &Settings, assignment: Assignment) -> Result<Part> {
    Ok(per_level(class_branch(b.at(assignment.name(["cv3", "one2one_cv3"])), s, s.nc)?, s.nc))
}

/// Builds the branch that scores classes by likeness to their embeddings, the last of its inputs.
fn scores(b: &mut Build, s: &Settings, assignment: Assignment, embed: i64) -> Result<Part> {
    let nets = class_branch(b.at(assignment.name(["cv3", "one2one_cv3"])), s, embed)?;
    let name = assignment.name(["cv4", "one2one_cv4"]);
    let contrastive = b.list(name, s.ch.len() as i64, |b, _| Contrastive::build(b, embed, true))?;
    Ok(Box::new(move |r, x| {
        let (batch, text) = (x[0].dim(0)?, x[x.len() - 1]);
        let classes = text.dim(1)?;
        let mut flat = Vec::with_capacity(nets.len());
        for (i, (net, contrastive)) in nets.iter().zip(&contrastive).enumerate() {
            let map = call_level(r, net, x, i)?;
            let y = contrastive.call(r, map, text)?;
            flat.push(r.view(y, &[batch, classes, -1])?);
        }
        r.cat(&flat, -1)
    }))
}

/// Builds what turns prompts into embeddings: none of it runs while a model only predicts.
fn prompt_layers(b: &mut Build, ch: &[i64], c3: i64, embed: i64) -> Result<()> {
    b.at("reprta").module("Residual", |b, _| {
        b.at("m").module("SwiGLUFFN", |b, _| {
            linear(b.at("w12"), embed, 4 * embed, true)?;
            linear(b.at("w3"), 4 * embed / 2, embed, true)
        })
    })?;
    b.at("savpe").module("SAVPE", |b, _| savpe(b, ch, c3, embed))
}

fn savpe(b: &mut Build, ch: &[i64], c3: i64, embed: i64) -> Result<()> {
    /// Channels of a prompt's mask features.
    const C: i64 = 16;
    let resize = |b: &mut Build, i: usize| {
        if i == 1 || i == 2 {
            net(b, Class::of_torch("Upsample"), |_| Ok(|_: &mut Run, x: Shape| Ok(x)))
        } else {
            identity(b)
        }
    };
    let levels = ch.len() as i64;
    b.list("cv1", levels, |b, i| {
        sequential(b, |s| {
            s.add(|b| Conv::new(ch[i], c3).k(3).build(b))?;
            s.add(|b| Conv::new(c3, c3).k(3).build(b))?;
            s.add(|b| resize(b, i))
        })
    })?;
    b.list("cv2", levels, |b, i| {
        sequential(b, |s| {
            s.add(|b| Conv::new(ch[i], c3).build(b))?;
            s.add(|b| resize(b, i))
        })
    })?;
    Conv2d::new(3 * c3, embed, [1; 2]).build(b.at("cv3"))?;
    Conv2d::new(3 * c3, C, [3; 2]).padding([1; 2]).build(b.at("cv4"))?;
    Conv2d::new(1, C, [3; 2]).padding([1; 2]).build(b.at("cv5"))?;
    sequential(b.at("cv6"), |s| {
        s.add(|b| Conv::new(2 * C, C).k(3).build(b))?;
        s.add(|b| Conv2d::new(C, C, [3; 2]).padding([1; 2]).build(b))
    })?;
    Ok(())
}

/// `LRPCHead` is made of modules, which a row can't pass, and takes three inputs: it fails in any row.
fn lrpc_head(a: &Args<'_>) -> Result<Layer> {
    let message = if a.bool(3) { message!("lrpc-vocab", value = a.get(0)) } else { message!("lrpc-inputs") };
    Err(Fault::new(FaultKind::Arguments, message))
}

const SEGMENT_PARAMS: &[Param] = &[
    optional("nc", T::Int, D::Int(80)),
    optional("nm", T::Int, D::Int(32)),
    optional("npr", T::Int, D::Int(256)),
    optional("embed", T::Int, D::Int(512)),
    optional("with_bn", T::Bool, D::Bool(true)),
    optional("reg_max", T::Int, D::Int(16)),
    optional("end2end", T::Bool, D::Bool(false)),
    optional("ch", T::Ints, D::Ints(&[])),
];

fn yoloe_segment_from(b: &mut Build, class: &'static str, a: &Args<'_>, new: bool) -> Result<Layer> {
    let (masks, text) = ((a.plain_int(1)?, a.plain_int(2)?), (a.int(3)?, a.bool(4)));
    yoloe_segment(b, class, Settings::from_args(a, 5)?, masks, text, new)
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "YOLOEDetect",
        path: "ultralytics.nn.modules.head.YOLOEDetect",
        doc: message!("doc-YOLOEDetect"),
        params: &[
            optional("nc", T::Int, D::Int(80)),
            optional("embed", T::Int, D::Int(512)),
            optional("with_bn", T::Bool, D::Bool(true)),
            optional("reg_max", T::Int, D::Int(16)),
            optional("end2end", T::Bool, D::Bool(false)),
            optional("ch", T::Ints, D::Ints(&[])),
        ],
        build: |b, a| yoloe_detect(b, Settings::from_args(a, 3)?, a.int(1)?, a.bool(2)),
    },
    Spec {
        name: "YOLOESegment",
        path: "ultralytics.nn.modules.head.YOLOESegment",
        doc: message!("doc-YOLOESegment"),
        params: SEGMENT_PARAMS,
        build: |b, a| yoloe_segment_from(b, "YOLOESegment", a, false),
    },
    Spec {
        name: "YOLOESegment26",
        path: "ultralytics.nn.modules.head.YOLOESegment26",
        doc: message!("doc-YOLOESegment26"),
        params: SEGMENT_PARAMS,
        build: |b, a| yoloe_segment_from(b, "YOLOESegment26", a, true),
    },
    Spec {
        name: "LRPCHead",
        path: "ultralytics.nn.modules.head.LRPCHead",
        doc: message!("doc-LRPCHead"),
        params: &[
            required("vocab", T::Any),
            required("pf", T::Any),
            required("loc", T::Any),
            optional("enabled", T::Bool, D::Bool(true)),
        ],
        build: |_, a| lrpc_head(a),
    },
];
