//! Prototypes, of which masks are mixed.

use super::detector::dfl;
use super::head_inputs;
use crate::catalog::conv::Conv;
use crate::torch::nn::Conv2d;
use crate::torch::ops::{Fault, FaultKind, Resize, Result, Shape};
use crate::torch::{
    Build, Default as D, ModuleId, Net, Run, Spec, Type as T, in_turn, net, optional, required, sequential,
};
use crate::words::message;

/// Builds `Proto(c1, c_, c2)`: convolutions and an upsampling to twice the size.
pub(super) fn proto(b: &mut Build, c1: i64, c: i64, c2: i64) -> Result<Net> {
    net(b, "Proto", |b| proto_init(b, c1, c, c2))
}

fn proto_init(b: &mut Build, c1: i64, c: i64, c2: i64) -> Result<impl Fn(&mut Run, Shape) -> Result<Shape> + use<>> {
    let nets = [
        Conv::new(c1, c).k(3).build(b.at("cv1"))?,
        doubling_conv(b.at("upsample"), c)?,
        Conv::new(c, c).k(3).build(b.at("cv2"))?,
        Conv::new(c, c2).build(b.at("cv3"))?,
    ];
    Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
}

type Forward = dyn Fn(&mut Run, Shape) -> Result<Shape>;

/// A built `Proto26`: many feature maps in, one map of prototypes out.
pub(super) struct Proto26 {
    id: ModuleId,
    refine: Vec<Net>,
    fuse: Net,
    proto: Box<Forward>,
}

impl Proto26 {
    /// Builds `Proto26(ch, c_, c2, nc)`; its segmentation of classes runs in training only.
    pub(super) fn build(b: &mut Build, ch: &[i64], c: i64, c2: i64, nc: i64) -> Result<Proto26> {
        b.module("Proto26", |b, id| {
            let proto = Box::new(proto_init(b, c, c, c2)?);
            let refine = b.list("feat_refine", ch.len() as i64 - 1, |b, i| Conv::new(ch[i + 1], ch[0]).build(b))?;
            let fuse = Conv::new(ch[0], c).k(3).build(b.at("feat_fuse"))?;
            sequential(b.at("semseg"), |s| {
                s.add(|b| Conv::new(ch[0], c).k(3).build(b))?;
                s.add(|b| Conv::new(c, c).k(3).build(b))?;
                s.add(|b| Conv2d::new(c, nc, [1; 2]).build(b))
            })?;
            Ok(Proto26 { id, refine, fuse, proto })
        })
    }

    /// Runs it: level `i` is upsampled by 2ⁱ and added to the first.
    pub(super) fn call(&self, r: &mut Run, x: &[Shape]) -> Result<Shape> {
        r.within(self.id, |r| {
            let mut map = *x.first().ok_or_else(|| head_inputs(message!("proto26")))?;
            for (i, (net, &x)) in self.refine.iter().zip(&x[1..]).enumerate() {
                let level = i + 1;
                let y = net.call(r, x).map_err(|f| f.at_input(level))?;
                let y = enlarge(r, y, 2f64.powi(level as i32), "nearest")?;
                map = add_level(r, map, y, level)?;
            }
            let x = self.fuse.call(r, map)?;
            (self.proto)(r, x)
        })
    }
}

/// `interpolate` with `scale_factor`.
pub(super) fn enlarge(r: &mut Run, x: Shape, factor: f64, mode: &'static str) -> Result<Shape> {
    r.interpolate(x, Resize::Scale(&[factor; 2]), mode)
}

/// Adds the enlarged map of input `level` to the map of the level above it.
pub(super) fn add_level(r: &mut Run, map: Shape, enlarged: Shape, level: usize) -> Result<Shape> {
    r.add(map, enlarged).map_err(|fault| {
        if fault.kind != FaultKind::Spatial {
            return fault;
        }
        let message = message!("proto-halves", level, enlarged, map);
        Fault::new(FaultKind::Spatial, message).at_input(level)
    })
}

/// `nn.ConvTranspose2d(c, c, 2, 2, 0, bias=True)`: doubles height and width.
pub(super) fn doubling_conv(b: &mut Build, c: i64) -> Result<Net> {
    Conv2d::transposed(c, c, [2; 2]).stride([2; 2]).build(b)
}

/// Parts that no row can name.
pub static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "Proto",
        path: "ultralytics.nn.modules.block.Proto",
        doc: message!("doc-Proto"),
        params: &[required("c1", T::Int), optional("c_", T::Int, D::Int(256)), optional("c2", T::Int, D::Int(32))],
        build: |b, a| Ok(proto(b, a.plain_int(0)?, a.plain_int(1)?, a.plain_int(2)?)?.into_layer()),
    },
    Spec {
        name: "DFL",
        path: "ultralytics.nn.modules.block.DFL",
        doc: message!("doc-DFL"),
        params: &[optional("c1", T::Int, D::Int(16))],
        build: |b, a| Ok(dfl(b, a.int(0)?)?.into_layer()),
    },
];
