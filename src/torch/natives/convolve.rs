//! Convolutions.

use super::product::same_types;
use super::{Args, Native, Value, native};
use crate::torch::ops::{self, ConvSettings, Fault, Result};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("F.conv1d torch.conv1d", CONV, |r, a| conv(r, a, 1)),
    native("F.conv2d torch.conv2d", CONV, |r, a| conv(r, a, 2)),
    native("F.conv3d torch.conv3d", CONV, |r, a| conv(r, a, 3)),
    native("F.conv_transpose1d torch.conv_transpose1d", TRANSPOSED, |r, a| conv_transpose(r, a, 1)),
    native("F.conv_transpose2d torch.conv_transpose2d", TRANSPOSED, |r, a| conv_transpose(r, a, 2)),
    native("F.conv_transpose3d torch.conv_transpose3d", TRANSPOSED, |r, a| conv_transpose(r, a, 3)),
];

const CONV: &str = "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1";
const TRANSPOSED: &str = "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1";

fn conv(r: &mut Run, a: &Args<'_>, n: usize) -> Result<Value> {
    let (x, weight) = (a.floats(0)?, a.floats(1)?);
    expect_rank(a, n)?;
    let (stride, dilation) = (a.spatial(3, n)?, a.spatial(5, n)?);
    let kernel = &weight.shape.dims()[2..];
    let mut uneven = Vec::new();
    let padding = match a.get(4) {
        Value::Str(mode) => match &**mode {
            "valid" => vec![0; n],
            "same" if stride.iter().any(|&s| s != 1) => {
                return Err(Fault::value(message!("same-padding-stride")).at_param("padding"));
            }
            "same" => {
                let total: Vec<i64> = kernel.iter().zip(&dilation).map(|(&k, &d)| d * (k - 1)).collect();
                uneven = total.iter().map(|t| t.rem_euclid(2)).collect();
                total.iter().map(|t| t.div_euclid(2)).collect()
            }
            other => return Err(Fault::value(message!("no-such-padding", other)).at_param("padding")),
        },
        _ => a.spatial(4, n)?,
    };
    let settings = ConvSettings { stride: &stride, padding: &padding, dilation: &dilation, groups: a.int(6)? };
    // What can't be halved is added on one side.
    let mut input = x.shape;
    for (i, more) in uneven.into_iter().enumerate() {
        let axis = input.rank() - n + i;
        input = input.with(axis, input.dims()[axis] + more);
    }
    let shape = ops::conv_nd(input, weight.shape, &settings)?;
    let bias = bias(a, weight.shape.dims()[0])?;
    same_types(a, x, weight)?;
    r.record(Op::Conv { weight: weight.shape, bias }, x.shape, shape);
    Ok(x.sized(shape).into())
}

fn conv_transpose(r: &mut Run, a: &Args<'_>, n: usize) -> Result<Value> {
    let (x, weight) = (a.floats(0)?, a.floats(1)?);
    expect_rank(a, n)?;
    let (stride, padding, output_padding) = (a.spatial(3, n)?, a.spatial(4, n)?, a.spatial(5, n)?);
    let (groups, dilation) = (a.int(6)?, a.spatial(7, n)?);
    let settings = ConvSettings { stride: &stride, padding: &padding, dilation: &dilation, groups };
    let shape = ops::conv_transpose_nd(x.shape, weight.shape, &settings, &output_padding)?;
    let bias = bias(a, weight.shape.dims()[1] * groups)?;
    same_types(a, x, weight)?;
    r.record(Op::ConvTranspose { weight: weight.shape, bias }, x.shape, shape);
    Ok(x.sized(shape).into())
}

fn expect_rank(a: &Args<'_>, n: usize) -> Result<()> {
    let weight = a.shape(1)?;
    if weight.rank() == n + 2 {
        return Ok(());
    }
    Err(Fault::shape(message!("weight-ranks", function = a.function(), rank = n + 2, weight)))
}

/// Whether there is a bias, which must be a vector of all output channels.
fn bias(a: &Args<'_>, channels: i64) -> Result<bool> {
    let Some(bias) = a.opt_tensor(2)? else { return Ok(false) };
    same_types(a, bias, a.tensor(0)?)?;
    if bias.shape.dims() == [channels] {
        return Ok(true);
    }
    Err(Fault::shape(message!("bias-channels", bias = bias.shape, channels)))
}
