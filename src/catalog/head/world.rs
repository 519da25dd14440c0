//! The head of YOLO-World: class scores by likeness to text.

use super::contrastive::Contrastive;
use super::detector::{
    RAW, Settings, box_branch, call_level, convs, decode, dfl, join_levels, levels, separable_convs,
};
use super::head_inputs;
use crate::torch::nn::identity;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Build, Default as D, Layer, Net, Run, Spec, Type as T, Value, layer, optional};
use crate::words::message;

/// Builds `WorldDetect`. It is a `Detect` whose class branch is replaced: only a copy of the first one may stay, and
/// never runs.
fn world_detect(b: &mut Build, s: Settings, embed: i64, with_bn: bool) -> Result<Layer> {
    layer(b, "WorldDetect", |b| {
        let boxes = box_branch(b.at("cv2"), &s)?;
        // `Detect.legacy`, which would choose plain convolutions, is never set for this head.
        let replaced = |b: &mut Build| levels(b, &s.ch, |b, x| separable_convs(b, x, s.c3(), s.nc));
        b.apart(replaced)?;
        let classes = levels(b.at("cv3"), &s.ch, |b, x| convs(b, x, s.c3(), embed))?;
        let dfl = if s.reg_max > 1 { dfl(b.at("dfl"), s.reg_max) } else { identity(b.at("dfl")) }?;
        if s.end2end {
            b.deepcopy(|b| box_branch(b.at("one2one_cv2"), &s))?;
            b.deepcopy(|b| replaced(b.at("one2one_cv3")))?;
        }
        let contrastive = b.list("cv4", s.ch.len() as i64, |b, _| Contrastive::build(b, embed, with_bn))?;
        Ok(move |r: &mut Run, x: &Value| {
            let x = x.tensors()?;
            let text = r.text.ok_or_else(|| head_inputs(message!("world-text")))?;
            let mut maps = Vec::with_capacity(contrastive.len());
            for (i, contrastive) in contrastive.iter().enumerate() {
                let y = call_level(r, &boxes[i], &x, i)?;
                let features = call_level(r, &classes[i], &x, i)?;
                let scores = contrastive.call(r, features, text)?;
                maps.push(r.cat(&[y, scores], 1)?);
            }
            let classes = text.dim(1)?;
            predict(r, &s, &dfl, &x, &maps).map_err(|fault| {
                if classes == s.nc {
                    return fault;
                }
                let message = message!("world-classes", nc = s.nc, classes);
                Fault::value(message).at_param("nc")
            })
        })
    })
}

/// Splits the maps of all levels in boxes and as many scores as the head has classes, and decodes them.
fn predict(r: &mut Run, s: &Settings, dfl: &Net, x: &[Shape], maps: &[Shape]) -> Result<Value> {
    let sizes = [4 * s.reg_max, s.nc];
    let y = join_levels(r, maps, maps, sizes[0] + sizes[1])?;
    let parts = r.split(y, &sizes, 1)?;
    if r.training {
        return Ok(RAW);
    }
    let y = decode(r, dfl, x, parts[0], parts[1], None)?;
    Ok(Value::tuple([Value::Tensor(y), RAW]))
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "WorldDetect",
    path: "ultralytics.nn.modules.head.WorldDetect",
    doc: message!("doc-WorldDetect"),
    params: &[
        optional("nc", T::Int, D::Int(80)),
        optional("embed", T::Int, D::Int(512)),
        optional("with_bn", T::Bool, D::Bool(false)),
        optional("reg_max", T::Int, D::Int(16)),
        optional("end2end", T::Bool, D::Bool(false)),
        optional("ch", T::Ints, D::Ints(&[])),
    ],
    build: |b, a| world_detect(b, Settings::from_args(a, 3)?, a.int(1)?, a.bool(2)),
}];
