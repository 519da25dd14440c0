//! Functions that resize, pad and sample images.

use super::{Args, Memory, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, PadMode, Resize, Result};
use crate::torch::run::{Op, Run};

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
            other => return Err(Fault::value(format!("there is no padding mode `{other}`")).at_param("mode")),
        };
        if mode != PadMode::Constant && !a.is_none(3) && a.number(3)? != 0.0 {
            return Err(Fault::value("only the constant mode takes a value"));
        }
        Ok(t.sized(ops::pad(t.shape, &a.ints(1)?, mode)?).into())
    }),
    native("F.grid_sample", "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None", |r, a| {
        let (t, grid) = (a.floats(0)?, a.floats(1)?);
        let (mode, padding) = (a.str(2)?, a.str(3)?);
        if !["bilinear", "nearest", "bicubic"].contains(&mode) || !["zeros", "border", "reflection"].contains(&padding)
        {
            return Err(Fault::value(format!("there is no sampling of mode `{mode}` and padding `{padding}`")));
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
        return Err(Fault::value(format!("there is no interpolation mode `{mode}`")).at_param("mode"));
    };
    let smooth = matches!(mode, "linear" | "bilinear" | "bicubic" | "trilinear");
    if smooth && !a.is_none(4) {
        a.bool(4)?;
    }
    if !smooth && !a.is_none(4) {
        return Err(Fault::value(format!("the mode `{mode}` takes no align_corners")).at_param("align_corners"));
    }
    if a.function() == "interpolate"
        && a.truthy(6)
        && !(matches!(mode, "bilinear" | "bicubic") && a.shape(0)?.rank() == 4)
    {
        return Err(Fault::value("only bilinear and bicubic interpolation can be antialiased").at_param("antialias"));
    }
    resized(r, a, mode)
}

fn resized(r: &mut Run, a: &Args<'_>, mode: &'static str) -> Result<Value> {
    let t = a.tensor(0)?;
    let n = t.shape.rank().saturating_sub(2);
    if !a.is_none(1) && !a.is_none(2) {
        return Err(Fault::value("an interpolation takes either a size or a scale factor"));
    }
    let recompute = a.len() > 5 && a.truthy(5);
    if a.is_none(1) && a.is_none(2) {
        return Err(Fault::value("an interpolation needs a size or a scale factor"));
    }
    let shape = if a.is_none(2) {
        if recompute {
            return Err(Fault::value("a scale factor that isn't given can't be recomputed"));
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
        return Err(Fault::value(format!("{} isn't interpolated", t.dtype)));
    }
    r.record(Op::Interpolate { mode }, t.shape, shape);
    Ok(t.sized(shape).into())
}
