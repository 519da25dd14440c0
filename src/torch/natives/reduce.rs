//! Reductions, and functions that order elements.

use super::args::{not_bool, real};
use super::{Args, Memory, Native, Tensor, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native(
        "torch.sum Tensor.sum torch.nansum Tensor.nansum",
        "input, dim=None, keepdim=False, *, dtype=None",
        |_, a| {
            let t = a.tensor(0)?;
            if a.function() == "sum" {
                expect_dim(a)?;
            }
            let result = reduced(a, t, a.dtype(3)?.unwrap_or(t.dtype.summed()))?;
            if t.uniform == Some(0.0) {
                return Ok(Tensor { uniform: t.uniform, ..result }.into());
            }
            along(t, &a.dims(1)?, result, |all| all.iter().sum())
        },
    ),
    native(
        "torch.mean Tensor.mean torch.nanmean Tensor.nanmean",
        "input, dim=None, keepdim=False, *, dtype=None",
        |_, a| {
            let t = a.tensor(0)?;
            if a.function() == "mean" {
                expect_dim(a)?;
            }
            let dtype = a.dtype(3)?.unwrap_or(t.dtype);
            if dtype.kind() < Kind::Float && !(a.function() == "nanmean" && t.dtype.kind() >= Kind::Float) {
                return Err(Fault::value(message!("mean-of", dtype)));
            }
            let result = reduced(a, t, dtype)?;
            along(t, &a.dims(1)?, result, |all| all.iter().sum::<f64>() / all.len() as f64)
        },
    ),
    native("torch.logsumexp Tensor.logsumexp", "input, dim, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        if a.one_or_more(1)?.is_empty() && t.shape.rank() > 0 {
            return Err(Fault::value(message!("logsumexp-dimension")));
        }
        Ok(reduced(a, t, t.dtype.floating())?.into())
    }),
    native("torch.amax Tensor.amax torch.amin Tensor.amin", "input, dim=(), keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        let result = t.sized(ops::reduce_some(t.shape, &a.dims(1)?, a.bool(2)?)?);
        along(t, &a.dims(1)?, result, |all| extreme(a.function() == "amax", all))
    }),
    native("torch.prod Tensor.prod", "input, dim=None, keepdim=False, *, dtype=None", |_, a| {
        let t = a.tensor(0)?;
        if a.is_given(1) && a.is_none(1) {
            return Err(a.wrong(1, message!("an-integer")));
        }
        let dtype = a.dtype(3)?.unwrap_or(t.dtype.summed());
        let result = reduced_one(a, t, dtype)?;
        let dims: Vec<isize> = a.opt_dim(1)?.into_iter().collect();
        along(t, &dims, result, |all| all.iter().product())
    }),
    native("torch.all Tensor.all torch.any Tensor.any", "input, dim=None, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        let result = reduced(a, t, if t.dtype == DType::UInt8 { DType::UInt8 } else { DType::Bool })?;
        let is_all = a.function() == "all";
        let is_true = |all: &[f64]| if is_all { all.iter().all(|&x| x != 0.0) } else { all.iter().any(|&x| x != 0.0) };
        if t.shape.numel()? > 0 && t.uniform.is_some() {
            return Ok(Tensor { uniform: t.uniform, ..result }.into());
        }
        along(t, &a.dims(1)?, result, |all| f64::from(u8::from(is_true(all))))
    }),
    native("torch.count_nonzero Tensor.count_nonzero", "input, dim=None", |_, a| {
        let t = a.tensor(0)?;
        Ok(Value::tensor(ops::reduce(t.shape, &a.dims(1)?, false)?, DType::Int64))
    }),
    native(
        "torch.std Tensor.std torch.var Tensor.var",
        "input, dim=None, unbiased=None, keepdim=False, *, correction=None",
        |_, a| Ok(a.tensor(0)?.sized(spread(a)?).into()),
    ),
    native(
        "torch.std_mean torch.var_mean",
        "input, dim=None, unbiased=None, keepdim=False, *, correction=None",
        |_, a| {
            let result = a.tensor(0)?.sized(spread(a)?);
            Ok(vec![result.clone(), result].into())
        },
    ),
    native("torch.max Tensor.max torch.min Tensor.min", "input, dim=None, keepdim=False, *, other=None", |r, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        if let (Value::Tensor(other), false) = (a.get(1), a.is_none(1)) {
            return super::operands::pair(t, other);
        }
        if let Some(other) = a.opt_tensor(3)? {
            return super::operands::pair(t, other);
        }
        if !a.is_given(1) {
            expect_dim(a)?;
            let result = t.sized(ops::reduce_some(t.shape, &[], false)?);
            return along(t, &[], result, |all| extreme(a.function() == "max", all));
        }
        let shape = ops::reduce_some(t.shape, &[a.dim(1)?], a.bool(2)?)?;
        Ok(vec![t.sized(shape), chosen(r, t, a.dim(1)?, shape)?].into())
    }),
    native("torch.median Tensor.median torch.nanmedian Tensor.nanmedian", "input, dim=None, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        if !a.is_given(1) {
            return Ok(t.sized(ops::reduce(t.shape, &[], false)?).into());
        }
        with_indices(t, ops::reduce_some(t.shape, &[a.dim(1)?], a.bool(2)?)?)
    }),
    native("torch.mode Tensor.mode", "input, dim=-1, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        with_indices(t, ops::reduce_some(t.shape, &[a.dim(1)?], a.bool(2)?)?)
    }),
    native("torch.aminmax Tensor.aminmax", "input, *, dim=None, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        let result = t.sized(ops::reduce_some(t.shape, &a.dims(1)?, a.bool(2)?)?);
        Ok(vec![result.clone(), result].into())
    }),
    native("torch.argmax Tensor.argmax torch.argmin Tensor.argmin", "input, dim=None, keepdim=False", |r, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        not_bool(a, t)?;
        let dims: Vec<isize> = a.opt_dim(1)?.into_iter().collect();
        let shape = ops::reduce_some(t.shape, &dims, a.bool(2)?)?;
        Ok(match dims.as_slice() {
            &[dim] => chosen(r, t, dim, shape)?.into(),
            _ => Value::tensor(shape, DType::Int64),
        })
    }),
    native("torch.norm Tensor.norm", "input, p='fro', dim=None, keepdim=False, dtype=None", |_, a| {
        let t = a.floats(0)?;
        if let Value::Str(p) = a.get(1) {
            if &**p != "fro" && &**p != "nuc" {
                return Err(Fault::value(message!("no-such-norm", p)));
            }
            if &**p == "nuc" {
                return Err(a.unsupported(message!("nuclear-norm")));
            }
        }
        let p = if a.is_none(1) || matches!(a.get(1), Value::Str(_)) { 2.0 } else { a.number(1)? };
        expect_norm(a, t, p, &a.dims(2)?)?;
        Ok(Value::tensor(ops::reduce(t.shape, &a.dims(2)?, a.bool(3)?)?, a.dtype(4)?.unwrap_or(t.dtype.real())))
    }),
    native(
        "torch.linalg.norm torch.linalg.vector_norm",
        "x, ord=None, dim=None, keepdim=False, *, dtype=None",
        |_, a| {
            let t = a.floats(0)?;
            if a.function() == "norm" && a.is_given(1) && !a.is_none(1) {
                return Err(a.unsupported(message!("matrix-norms")));
            }
            let p = if a.is_none(1) { 2.0 } else { a.number(1)? };
            expect_norm(a, t, p, &a.dims(2)?)?;
            Ok(Value::tensor(ops::reduce(t.shape, &a.dims(2)?, a.bool(3)?)?, a.dtype(4)?.unwrap_or(t.dtype.real())))
        },
    ),
    native("torch.cumsum Tensor.cumsum torch.cumprod Tensor.cumprod", "input, dim, *, dtype=None", |_, a| {
        let t = a.tensor(0)?;
        ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        let mut result = t.typed(a.dtype(2)?.unwrap_or(t.dtype.summed()));
        if let (Some(all), 1, "cumsum") = (&t.elements, t.shape.rank(), a.function()) {
            let mut sum = 0.0;
            let sums = all.iter().map(|x| {
                sum += x;
                super::create::rounded(sum, result.dtype)
            });
            result.elements = Some(sums.collect());
        }
        Ok(result.into())
    })
    .laid(Memory::Elementwise),
    native("torch.logcumsumexp Tensor.logcumsumexp", "input, dim", |_, a| {
        let t = a.floats(0)?;
        ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        Ok(t.sized(t.shape).into())
    }),
    native("torch.cummax torch.cummin Tensor.cummax Tensor.cummin", "input, dim", |_, a| {
        let t = a.tensor(0)?;
        ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        with_indices(t, t.shape)
    }),
    native("torch.topk Tensor.topk", "input, k, dim=-1, largest=True, sorted=True", |r, a| {
        let t = a.tensor(0)?;
        a.bool(3)?;
        a.bool(4)?;
        let shape = ops::topk(t.shape, a.int(1)?, a.dim(2)?)?;
        real(a, t)?;
        Ok(vec![t.sized(shape), chosen(r, t, a.dim(2)?, shape)?].into())
    }),
    native("torch.sort Tensor.sort", "input, dim=-1, descending=False, *, stable=None", |r, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        a.bool(2)?;
        if !a.is_none(3) {
            a.bool(3)?;
        }
        ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        Ok(vec![t.sized(t.shape), chosen(r, t, a.dim(1)?, t.shape)?].into())
    })
    .laid(Memory::Elementwise),
    native("torch.argsort Tensor.argsort", "input, dim=-1, descending=False, *, stable=None", |r, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        a.bool(2)?;
        a.bool_if_given(3)?;
        ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        Ok(chosen(r, t, a.dim(1)?, t.shape)?.into())
    })
    .laid(Memory::Elementwise),
    native("torch.msort Tensor.msort", "input", |_, a| Ok(a.tensor(0)?.clone().into())),
    native("torch.kthvalue Tensor.kthvalue", "input, k, dim=-1, keepdim=False", |_, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        not_bool(a, t)?;
        with_indices(t, ops::kthvalue(t.shape, a.int(1)?, a.dim(2)?, a.bool(3)?)?)
    }),
    native(
        "torch.quantile torch.nanquantile Tensor.quantile",
        "input, q, dim=None, keepdim=False, *, interpolation='linear'",
        |_, a| {
            let t = a.floats(0)?;
            let q = match a.get(1) {
                Value::Tensor(q) if q.dtype != t.dtype => {
                    return Err(Fault::value(message!("quantiles-type", quantiles = q.dtype, dtype = t.dtype)));
                }
                Value::Tensor(q) => q.shape,
                _ => {
                    if !(0.0..=1.0).contains(&a.number(1)?) {
                        return Err(Fault::value(message!("quantile-between")));
                    }
                    Shape::new(&[])
                }
            };
            if q.rank() > 1 || t.shape.numel()? == 0 {
                return Err(Fault::shape(message!("quantiles-of", q, shape = t.shape)));
            }
            let rest = ops::reduce(t.shape, &a.opt_dim(2)?.into_iter().collect::<Vec<_>>(), a.bool(3)?)?;
            Ok(t.sized(Shape::try_new(&[q.dims(), rest.dims()].concat())?).into())
        },
    )
    .laid(Memory::Unknown),
    native("torch.diff Tensor.diff", "input, n=1, dim=-1, prepend=None, append=None", |_, a| {
        let t = a.tensor(0)?;
        if !a.is_none(3) || !a.is_none(4) {
            return Err(a.unsupported(message!("diff-put")));
        }
        Ok(t.sized(ops::diff(t.shape, a.int(1)?, a.dim(2)?)?).into())
    }),
    native("torch.trace Tensor.trace", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.shape.rank() != 2 {
            return Err(Fault::shape(message!("trace-matrix", shape = t.shape)));
        }
        Ok(Value::tensor(Shape::new(&[]), t.dtype.summed()))
    }),
    native("torch.histc Tensor.histc", "input, bins=100, min=0, max=0", |_, a| {
        let (t, bins) = (a.floats(0)?, a.int(1)?);
        if bins <= 0 || a.number(2)? > a.number(3)? {
            return Err(Fault::value(message!("histogram-bins", bins)));
        }
        Ok(t.sized(Shape::new(&[bins])).into())
    }),
    native("torch.bincount Tensor.bincount", "input, weights=None, minlength=0", |_, a| {
        let (t, least) = (a.tensor(0)?, a.int(2)?);
        if t.shape.rank() != 1 || t.dtype.kind() == Kind::Float || t.dtype.kind() == Kind::Complex {
            return Err(Fault::shape(message!("counted-vector", dtype = t.dtype, shape = t.shape)));
        }
        let Some(all) = &t.elements else {
            return Err(a.unsupported(message!("largest-element")));
        };
        if least < 0 || all.iter().any(|&x| x < 0.0) {
            return Err(Fault::value(message!("counted-negative")));
        }
        let length = all.iter().fold(0.0f64, |most, &x| most.max(x + 1.0)) as i64;
        Ok(Value::tensor(Shape::new(&[length.max(least)]), DType::Int64))
    }),
    native(
        "torch.searchsorted",
        "sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None",
        |_, a| {
            let (sequence, t) = (a.tensor(0)?, a.tensor(1)?);
            let lead = |shape: Shape| shape.dims()[..shape.rank().saturating_sub(1)].to_vec();
            if sequence.shape.rank() == 0 {
                return Err(Fault::shape(message!("sequence-dimension")));
            }
            if sequence.shape.rank() > 1 && lead(sequence.shape) != lead(t.shape) {
                return Err(Fault::shape(message!("sequences-fit", sequence = sequence.shape, shape = t.shape)));
            }
            if sequence.shape.rank() > 1 && t.shape.rank() != sequence.shape.rank() {
                return Err(Fault::shape(message!("sequences-fit", sequence = sequence.shape, shape = t.shape)));
            }
            a.expect_some(&[sequence, t])?;
            if sequence.dtype != t.dtype {
                return Err(Fault::value(message!("searched-in", dtype = t.dtype, sequence = sequence.dtype)));
            }
            Ok(Value::tensor(t.shape, if a.bool(2)? { DType::Int32 } else { DType::Int64 }))
        },
    ),
    native("torch.bucketize", "input, boundaries, *, out_int32=False, right=False", |_, a| {
        let (t, boundaries) = (a.tensor(0)?, a.tensor(1)?);
        real(a, t)?;
        real(a, boundaries)?;
        if boundaries.shape.rank() != 1 {
            return Err(Fault::shape(message!("boundaries-vector", shape = boundaries.shape)));
        }
        Ok(Value::tensor(t.shape, if a.bool(2)? { DType::Int32 } else { DType::Int64 }))
    }),
];

/// The first argument reduced over the dimensions that are the second, with the third as `keepdim`.
fn reduced(a: &Args<'_>, t: &Tensor, dtype: DType) -> Result<Tensor> {
    Ok(Tensor::new(ops::reduce(t.shape, &a.dims(1)?, a.bool(2)?)?, dtype))
}

/// Some functions take `keepdim` only with a dimension.
fn expect_dim(a: &Args<'_>) -> Result<()> {
    if a.is_given(2) && !a.is_given(1) { Err(super::type_error(message!("keepdim-dimension"))) } else { Ok(()) }
}

/// As [`reduced`], for functions that take one dimension at most.
fn reduced_one(a: &Args<'_>, t: &Tensor, dtype: DType) -> Result<Tensor> {
    let dims: Vec<isize> = a.opt_dim(1)?.into_iter().collect();
    Ok(Tensor::new(ops::reduce(t.shape, &dims, a.bool(2)?)?, dtype))
}

/// `result` with the values of a reduction over some dimensions, over all where none is named, where elements are known.
fn along(t: &Tensor, dims: &[isize], mut result: Tensor, of: impl Fn(&[f64]) -> f64) -> Result<Value> {
    let Some(all) = &t.elements else { return Ok(result.into()) };
    let axes = ops::axes_of(t.shape.rank(), dims)?;
    let is_gone = |axis: usize| axes.is_empty() || axes.contains(&axis);
    let kept = (0..t.shape.rank()).filter(|&axis| !is_gone(axis)).map(|axis| t.shape.dims()[axis]);
    let count: i64 = kept.product();
    let mut groups = vec![Vec::new(); count as usize];
    for (i, &x) in all.iter().enumerate() {
        let (mut rest, mut at, mut step) = (i as i64, 0, 1);
        for axis in (0..t.shape.rank()).rev() {
            let size = t.shape.dims()[axis];
            if !is_gone(axis) {
                at += rest % size * step;
                step *= size;
            }
            rest /= size;
        }
        groups[at as usize].push(x);
    }
    result.elements = Some(groups.iter().map(|group| super::create::rounded(of(group), result.dtype)).collect());
    Ok(result.into())
}

fn extreme(largest: bool, all: &[f64]) -> f64 {
    all.iter().copied().reduce(if largest { f64::max } else { f64::min }).unwrap_or(f64::NAN)
}

/// The indices, of this shape, of what is chosen along a dimension. Their elements are known if one choice is made and
/// nothing else than that decides it.
fn chosen(r: &mut Run, t: &Tensor, dim: isize, shape: Shape) -> Result<Tensor> {
    let size = if t.shape.rank() == 0 { 1 } else { t.shape.dims()[ops::axis_of(t.shape.rank(), dim)?] };
    let indices = Tensor::new(shape, DType::Int64);
    if t.elements.is_some() || size <= 1 || t.shape.numel()? != size || size > super::MAX_ELEMENTS {
        return Ok(indices);
    }
    let elements = r.choose(shape.numel()?, size).map(|all| all.into_iter().map(|i| i as f64).collect());
    Ok(Tensor { elements, ..indices })
}

fn with_indices(t: &Tensor, shape: Shape) -> Result<Value> {
    Ok(vec![t.sized(shape), Tensor::new(shape, DType::Int64)].into())
}

/// The norm of a whole matrix takes two dimensions; a norm of a negative or infinite power needs elements.
fn expect_norm(a: &Args<'_>, t: &Tensor, p: f64, dims: &[isize]) -> Result<()> {
    if dims.len() > 2 && !a.is_given(1) && a.function() == "norm" {
        return Err(Fault::value(message!("norm-dimensions", dims = format!("{dims:?}"))));
    }
    if t.shape.numel()? == 0 && (p < 0.0 || p.is_infinite()) {
        return Err(a.unsupported(message!("no-elements")));
    }
    Ok(())
}

/// The shape of `std` and `var`. The second argument alone may also say whether they are unbiased.
fn spread(a: &Args<'_>) -> Result<Shape> {
    let t = a.floats(0)?;
    if let Value::Bool(_) = a.get(1) {
        if a.is_given(2) || a.is_given(3) || a.is_given(4) {
            return Err(super::type_error(message!("unbiased-once")));
        }
        return ops::reduce(t.shape, &[], false);
    }
    if a.is_given(2) && a.is_given(4) {
        return Err(super::type_error(message!("unbiased-or-correction")));
    }
    a.bool_if_given(2)?;
    if !a.is_none(4) {
        a.number(4)?;
    }
    ops::reduce(t.shape, &a.dims(1)?, a.bool(3)?)
}
