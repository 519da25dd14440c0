//! Pools, and windows as columns.

use super::{Args, Native, Tensor, Value, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, ConvSettings, Fault, PoolSettings, Result};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("F.max_pool1d torch.max_pool1d", MAX, |r, a| max_pool(r, a, 1)),
    native("F.max_pool2d torch.max_pool2d", MAX, |r, a| max_pool(r, a, 2)),
    native("F.max_pool3d torch.max_pool3d", MAX, |r, a| max_pool(r, a, 3)),
    native("F.max_pool1d_with_indices F.max_pool2d_with_indices F.max_pool3d_with_indices", MAX, |r, a| {
        let n = match a.function() {
            "max_pool1d_with_indices" => 1,
            "max_pool2d_with_indices" => 2,
            _ => 3,
        };
        let Value::Tensor(t) = max_pool(r, a, n)? else { return Err(a.unsupported(message!("pool-indices"))) };
        let indices = Value::from(t.typed(DType::Int64));
        Ok(Value::Tuple(vec![Value::Tensor(t), indices]))
    }),
    native(
        "F.avg_pool1d torch.avg_pool1d",
        "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True",
        |r, a| avg_pool(r, a, 1),
    ),
    native("F.avg_pool2d", AVG, |r, a| avg_pool(r, a, 2)),
    native("F.avg_pool3d", AVG, |r, a| avg_pool(r, a, 3)),
    native("F.adaptive_avg_pool1d torch.adaptive_avg_pool1d", "input, output_size", |r, a| adaptive(r, a, 1)),
    native("F.adaptive_avg_pool2d", "input, output_size", |r, a| adaptive(r, a, 2)),
    native("F.adaptive_avg_pool3d", "input, output_size", |r, a| adaptive(r, a, 3)),
    native("F.adaptive_max_pool1d", "input, output_size, return_indices=False", |r, a| adaptive(r, a, 1)),
    native("F.adaptive_max_pool2d", "input, output_size, return_indices=False", |r, a| adaptive(r, a, 2)),
    native("F.adaptive_max_pool3d", "input, output_size, return_indices=False", |r, a| adaptive(r, a, 3)),
    native("F.lp_pool1d", LP, |_, a| lp_pool(a, 1)),
    native("F.lp_pool2d", LP, |_, a| lp_pool(a, 2)),
    native("F.lp_pool3d", LP, |_, a| lp_pool(a, 3)),
    native(
        "F.fractional_max_pool2d",
        "input, kernel_size, output_size=None, output_ratio=None, return_indices=False",
        |_, a| fractional(a, 2),
    ),
    native(
        "F.fractional_max_pool3d",
        "input, kernel_size, output_size=None, output_ratio=None, return_indices=False",
        |_, a| fractional(a, 3),
    ),
    native("F.max_unpool1d", UNPOOL, |_, a| unpool(a, 1)),
    native("F.max_unpool2d", UNPOOL, |_, a| unpool(a, 2)),
    native("F.max_unpool3d", UNPOOL, |_, a| unpool(a, 3)),
    native("F.unfold", "input, kernel_size, dilation=1, padding=0, stride=1", |_, a| {
        let t = a.reals(0)?;
        let (kernel, dilation, padding, stride) = (a.one_or(1, 2)?, a.one_or(2, 2)?, a.one_or(3, 2)?, a.one_or(4, 2)?);
        let settings = ConvSettings { stride: &stride, padding: &padding, dilation: &dilation, groups: 1 };
        Ok(t.sized(ops::unfold(t.shape, [kernel[0], kernel[1]], &settings)?).into())
    }),
    native("F.fold", "input, output_size, kernel_size, dilation=1, padding=0, stride=1", |_, a| {
        let t = a.reals(0)?;
        let (output, kernel) = (a.one_or(1, 2)?, a.one_or(2, 2)?);
        let (dilation, padding, stride) = (a.one_or(3, 2)?, a.one_or(4, 2)?, a.one_or(5, 2)?);
        let settings = ConvSettings { stride: &stride, padding: &padding, dilation: &dilation, groups: 1 };
        Ok(t.sized(ops::fold(t.shape, [output[0], output[1]], [kernel[0], kernel[1]], &settings)?).into())
    }),
];

const MAX: &str = "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False";
const AVG: &str =
    "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None";
const LP: &str = "input, norm_type, kernel_size, stride=None, ceil_mode=False";
const UNPOOL: &str = "input, indices, kernel_size, stride=None, padding=0, output_size=None";

/// Strides, which are the kernel's sizes where none are given.
fn strides(a: &Args<'_>, i: usize, n: usize, kernel: &[i64]) -> Result<Vec<i64>> {
    if a.is_none(i) || a.get(i).items().is_some_and(<[Value]>::is_empty) {
        Ok(kernel.to_vec())
    } else {
        a.spatial(i, n)
    }
}

fn max_pool(r: &mut Run, a: &Args<'_>, n: usize) -> Result<Value> {
    let t = a.tensor(0)?;
    if t.dtype.kind() == Kind::Int {
        return Err(a.unsupported(message!("some-integers")));
    }
    a.reals(0)?;
    let kernel = a.spatial(1, n)?;
    let (stride, padding, dilation) = (strides(a, 2, n, &kernel)?, a.spatial(3, n)?, a.spatial(4, n)?);
    let settings = PoolSettings {
        kernel: &kernel,
        stride: &stride,
        padding: &padding,
        dilation: &dilation,
        ceil_mode: a.bool(5)?,
    };
    let shape = ops::pool_nd(t.shape, &settings)?;
    r.record(Op::MaxPool { window: kernel.iter().product() }, t.shape, shape);
    Ok(with_indices(a, 6, t.sized(shape)))
}

/// The pooled tensor, and its indices if they are asked for.
fn with_indices(a: &Args<'_>, i: usize, t: Tensor) -> Value {
    if a.truthy(i) { vec![t.clone(), t.typed(DType::Int64)].into() } else { t.into() }
}

fn avg_pool(r: &mut Run, a: &Args<'_>, n: usize) -> Result<Value> {
    let t = a.reals(0)?;
    let kernel = a.spatial(1, n)?;
    let (stride, padding, dilation) = (strides(a, 2, n, &kernel)?, a.spatial(3, n)?, vec![1; n]);
    let settings = PoolSettings {
        kernel: &kernel,
        stride: &stride,
        padding: &padding,
        dilation: &dilation,
        ceil_mode: a.bool(4)?,
    };
    let include = a.bool(5)?;
    if n > 1 && a.opt_int(6)? == Some(0) {
        return Err(Fault::value(message!("average-divisor")));
    }
    let shape = ops::avg_pool_nd(t.shape, &settings)?;
    let covered = ops::avg_pool_covered(t.shape, shape, &settings, include)?;
    r.record(Op::AvgPool { window: kernel.iter().product(), covered }, t.shape, shape);
    Ok(t.sized(shape).into())
}

fn adaptive(r: &mut Run, a: &Args<'_>, n: usize) -> Result<Value> {
    let average = a.function().starts_with("adaptive_avg");
    if average && a.tensor(0)?.dtype.kind() == Kind::Complex {
        return Err(a.unsupported(message!("complex-numbers")));
    }
    let t = a.reals(0)?;
    let sizes: Vec<Option<i64>> = match a.get(1).items() {
        Some(items) if items.len() == n && n > 1 => {
            let size = |item: &Value| match item {
                Value::None => Ok(None),
                Value::Bool(b) => Ok(Some(i64::from(*b))),
                item => item.as_int().map(Some),
            };
            items.iter().map(size).collect::<Result<_>>()?
        }
        Some(_) if n == 1 => a.one_or(1, 1)?.into_iter().map(Some).collect(),
        Some(_) => return Err(Fault::value(message!("needs-output-sizes", function = a.function(), n))),
        None => vec![Some(a.int(1)?); n],
    };
    if !average {
        a.expect_some(&[t])?;
    }
    let shape = if average { ops::adaptive_avg_pool(t.shape, &sizes)? } else { ops::adaptive_pool(t.shape, &sizes)? };
    r.record(if average { Op::AdaptiveAvgPool } else { Op::AdaptiveMaxPool }, t.shape, shape);
    Ok(if average { t.sized(shape).into() } else { with_indices(a, 2, t.sized(shape)) })
}

fn lp_pool(a: &Args<'_>, n: usize) -> Result<Value> {
    let t = a.reals(0)?;
    a.number(1)?;
    // The window's size is multiplied as a number along one dimension, and taken apart along several.
    let kernel = if n == 1 { vec![a.int(2)?] } else { a.one_or(2, n)? };
    let stride = match (a.is_none(3), n) {
        (true, _) => kernel.clone(),
        (false, 1) => strides(a, 3, 1, &kernel)?,
        (false, _) => strides(a, 3, n, &kernel)?,
    };
    let (padding, dilation) = (vec![0; n], vec![1; n]);
    let settings = PoolSettings {
        kernel: &kernel,
        stride: &stride,
        padding: &padding,
        dilation: &dilation,
        ceil_mode: a.bool(4)?,
    };
    Ok(t.sized(ops::avg_pool_nd(t.shape, &settings)?).into())
}

fn fractional(a: &Args<'_>, n: usize) -> Result<Value> {
    let t = a.reals(0)?;
    let kernel = a.spatial(1, n)?;
    let output = match (a.is_none(2), a.is_none(3)) {
        (true, true) => return Err(Fault::value(message!("fractional-needs"))),
        (false, _) => a.spatial(2, n)?,
        (true, false) => {
            let lead = t.shape.rank().saturating_sub(n);
            let ratio = |i: usize| match a.get(3).items() {
                Some(items) => items.get(i).map_or(Err(type_error(message!("ratio-each"))), |x| a.number_of(3, x)),
                None => Err(type_error(message!("ratio-each"))),
            };
            (0..n).map(|i| Ok((t.shape.size_at(lead + i) as f64 * ratio(i)?) as i64)).collect::<Result<_>>()?
        }
    };
    let shape = ops::fractional_max_pool(t.shape, &kernel, &output)?;
    Ok(with_indices(a, 4, t.sized(shape)))
}

fn unpool(a: &Args<'_>, n: usize) -> Result<Value> {
    let (t, indices) = (a.reals(0)?, a.tensor(1)?);
    if n == 1 && [2, 3, 4].iter().any(|&i| a.get(i).items().is_some_and(|items| items.len() > 1)) {
        return Err(a.unsupported(message!("several-sizes")));
    }
    let kernel = a.one_or(2, n)?;
    let stride = if a.is_none(3) { kernel.clone() } else { a.one_or(3, n)? };
    let padding = a.one_or(4, n)?;
    if indices.dtype != DType::Int64 {
        return Err(Fault::value(message!("positions-int64", dtype = indices.dtype)));
    }
    if !a.is_none(5) {
        return Err(a.unsupported("output_size"));
    }
    Ok(t.sized(ops::max_unpool(t.shape, indices.shape, &kernel, &stride, &padding)?).into())
}
