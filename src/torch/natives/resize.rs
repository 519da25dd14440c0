//! Functions that resize, pad and sample images.

use super::{Args, Memory, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, PadMode, Resize, Result};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native(
        "F.interpolate F.upsample",
        "input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False",
        interpolate,
    ),
    native("F.upsample_nearest", "input, size=None, scale_factor=None", |r, a| resized(r, a, "nearest")),
    native("F.upsample_bilinear", "input, size=None, scale_factor=None", |r, a| resized(r, a, "bilinear")),
    native("F.pad", "input, pad, mode='constant', value=None", |_, a| {
        let t = a.tensor(0)?;
        let mode = match a.str(2)? {
            "constant" => PadMode::Constant,
            "reflect" => PadMode::Reflect,
            "replicate" => PadMode::Replicate,
            "circular" => PadMode::Circular,
            other => return Err(Fault::value(message!("no-padding-mode", other)).at_param("mode")),
        };
        if mode != PadMode::Constant && !a.is_none(3) && a.number(3)? != 0.0 {
            return Err(Fault::value(message!("padding-value")));
        }
        Ok(t.sized(ops::pad(t.shape, &a.ints(1)?, mode)?).into())
    }),
    native("F.grid_sample", "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None", |r, a| {
        let (t, grid) = (a.floats(0)?, a.floats(1)?);
        let (mode, padding) = (a.str(2)?, a.str(3)?);
        if !["bilinear", "nearest", "bicubic"].contains(&mode) || !["zeros", "border", "reflection"].contains(&padding)
        {
            return Err(Fault::value(message!("no-sampling", mode, padding)));
        }
        if !a.is_none(4) {
            a.bool(4)?;
        }
        if t.dtype != grid.dtype {
            a.expect_some(&[t, grid])?;
        }
        super::product::same_types(a, t, grid)?;
        let shape = ops::grid_sample(t.shape, grid.shape)?;
        r.record(Op::GridSample, t.shape, shape);
        Ok(t.sized(shape).into())
    }),
    native("F.affine_grid", "theta, size, align_corners=None", |_, a| {
        let t = a.floats(0)?;
        Ok(t.sized(ops::affine_grid(t.shape, &a.ints(1)?)?).into())
    })
    .laid(Memory::Unknown),
];

fn interpolate(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let mode = a.str(3)?.to_owned();
    let Some(mode) = ops::interpolate_mode(&mode) else {
        return Err(Fault::value(message!("interpolation-mode", mode)).at_param("mode"));
    };
    let smooth = matches!(mode, "linear" | "bilinear" | "bicubic" | "trilinear");
    if smooth && !a.is_none(4) {
        a.bool(4)?;
    }
    if !smooth && !a.is_none(4) {
        return Err(Fault::value(message!("mode-align-corners", mode)).at_param("align_corners"));
    }
    if a.function() == "interpolate"
        && a.truthy(6)
        && !(matches!(mode, "bilinear" | "bicubic") && a.shape(0)?.rank() == 4)
    {
        return Err(Fault::value(message!("antialias-modes")).at_param("antialias"));
    }
    resized(r, a, mode)
}

fn resized(r: &mut Run, a: &Args<'_>, mode: &'static str) -> Result<Value> {
    let t = a.tensor(0)?;
    let n = t.shape.rank().saturating_sub(2);
    if !a.is_none(1) && !a.is_none(2) {
        return Err(Fault::value(message!("size-or-factor-only")));
    }
    let recompute = a.len() > 5 && a.truthy(5);
    if a.is_none(1) && a.is_none(2) {
        return Err(Fault::value(message!("size-or-factor-needed")));
    }
    let shape = if a.is_none(2) {
        if recompute {
            return Err(Fault::value(message!("factor-recomputed")));
        }
        let sizes = match a.get(1).items() {
            Some(_) => a.ints(1)?,
            None => vec![a.int(1)?; n],
        };
        ops::interpolate(t.shape, Resize::Size(&sizes), mode)?
    } else {
        let factors = match a.get(2).items() {
            Some(items) => items.iter().map(|item| a.number_of(2, item)).collect::<Result<Vec<f64>>>()?,
            None => vec![a.number(2)?; n],
        };
        ops::interpolate(t.shape, Resize::Scale(&factors), mode)?
    };
    if t.dtype.kind() != Kind::Float && t.dtype != DType::UInt8 {
        return Err(Fault::value(message!("not-interpolated", dtype = t.dtype)));
    }
    r.record(Op::Interpolate { mode }, t.shape, shape);
    Ok(t.sized(shape).into())
}
