//! `nn.Upsample` and its relatives.

use super::arguments::to_float;
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind, Resize, Result, Shape, interpolate_mode};
use crate::torch::{Args, Build, Class, Default as D, Layer, Param, Run, Spec, Type as T, net, optional};
use crate::words::message;

/// The requested output: sizes or factors, one for all dimensions or one for each.
enum Target {
    Size(i64),
    Sizes(Vec<i64>),
    Scale(f64),
    Scales(Vec<f64>),
}

impl Target {
    fn interpolate(&self, r: &mut Run, x: Shape, mode: &'static str) -> Result<Shape> {
        let spatial = x.rank().saturating_sub(2);
        match self {
            Target::Size(size) => r.interpolate(x, Resize::Size(&vec![*size; spatial]), mode),
            Target::Sizes(sizes) => r.interpolate(x, Resize::Size(sizes), mode),
            Target::Scale(factor) => r.interpolate(x, Resize::Scale(&vec![*factor; spatial]), mode),
            Target::Scales(factors) => r.interpolate(x, Resize::Scale(factors), mode),
        }
    }
}

/// Reads `size` and `scale_factor`, the first two parameters of all layers here.
fn target(a: &Args<'_>) -> Result<Target> {
    let (size, scale) = (a.get(0), a.get(1));
    let scale = match &scale {
        Literal::Tuple(items) => {
            Some(Target::Scales(items.iter().map(|item| to_float(a, 1, item)).collect::<Result<Vec<_>>>()?))
        }
        scale if scale.truthy() => Some(Target::Scale(to_float(a, 1, scale)?)),
        _ => None,
    };
    let size = match &size {
        Literal::None => None,
        Literal::Int(size) => Some(Target::Size(a.bounded(0, *size)?)),
        Literal::List(items) | Literal::Tuple(items) => {
            let sizes = items.iter().map(Literal::as_int).collect::<Option<Vec<_>>>();
            let sizes = sizes.ok_or_else(|| a.wrong(0, &size, message!("integer-or-integers")))?;
            Some(Target::Sizes(sizes.into_iter().map(|size| a.bounded(0, size)).collect::<Result<Vec<_>>>()?))
        }
        _ => return Err(a.wrong(0, &size, message!("integer-or-integers"))),
    };
    match (size, scale) {
        (Some(_), Some(_)) => Err(a.invalid(0, message!("size-and-factor"))),
        (Some(target), None) | (None, Some(target)) => Ok(target),
        (None, None) => Err(a.invalid(1, message!("size-or-factor"))),
    }
}

fn build(b: &mut Build, class: &'static str, target: Target, mode: &'static str) -> Result<Layer> {
    let layer = net(b, Class::of_torch(class), |_| Ok(move |r: &mut Run, x: Shape| target.interpolate(r, x, mode)))?;
    Ok(layer.into_layer())
}

fn upsample(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let target = target(a)?;
    let mode = mode(a)?;
    let (align, recompute) = (a.get(3), a.bool(4));
    let cornerless = matches!(mode, "nearest" | "nearest-exact" | "area");
    match align {
        Literal::None => {}
        _ if cornerless => {
            return Err(a.invalid(3, message!("align-corners", mode)));
        }
        Literal::Bool(_) => {}
        _ => return Err(a.wrong(3, &align, message!("true-false-none"))),
    }
    if recompute && matches!(target, Target::Size(_) | Target::Sizes(_)) {
        return Err(a.invalid(4, message!("recompute")));
    }
    build(b, "Upsample", target, mode)
}

fn mode(a: &Args<'_>) -> Result<&'static str> {
    let arg = a.get(2);
    arg.as_str()
        .and_then(interpolate_mode)
        .ok_or_else(|| Fault::new(FaultKind::Value, message!("upsample-mode", arg)).at_param("mode"))
}

static RESIZE: [Param; 2] = [optional("size", T::OptSize, D::None), optional("scale_factor", T::Any, D::None)];

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!(
        "upsampling",
        "Upsample",
        message!("doc-Upsample"),
        &[
            optional("size", T::OptSize, D::None),
            optional("scale_factor", T::Any, D::None),
            optional("mode", T::Str, D::Str("nearest")),
            optional("align_corners", T::Any, D::None),
            optional("recompute_scale_factor", T::Any, D::None),
        ],
        upsample
    ),
    spec!("upsampling", "UpsamplingNearest2d", message!("doc-UpsamplingNearest2d"), &RESIZE, |b, a| {
        build(b, "UpsamplingNearest2d", target(a)?, "nearest")
    }),
    spec!("upsampling", "UpsamplingBilinear2d", message!("doc-UpsamplingBilinear2d"), &RESIZE, |b, a| {
        build(b, "UpsamplingBilinear2d", target(a)?, "bilinear")
    }),
];
