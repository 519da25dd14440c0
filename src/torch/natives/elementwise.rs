//! Functions of the elements of one tensor.

use super::args::{not_bool, real};
use super::operands::{Types, computed};
use super::{Args, Layout, Memory, Native, Tensor, Value, create, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native(
        "torch.sigmoid Tensor.sigmoid torch.tanh Tensor.tanh torch.exp Tensor.exp torch.log Tensor.log torch.sqrt \
         Tensor.sqrt torch.sin Tensor.sin torch.cos Tensor.cos torch.tan Tensor.tan torch.rsqrt Tensor.rsqrt torch.log2 \
         Tensor.log2 torch.log10 Tensor.log10 torch.log1p Tensor.log1p torch.expm1 Tensor.expm1 torch.exp2 Tensor.exp2 \
         torch.atan Tensor.atan torch.arctan torch.asin Tensor.asin torch.acos Tensor.acos torch.sinh torch.cosh \
         torch.sinc Tensor.sinc torch.reciprocal Tensor.reciprocal torch.special.expit F.sigmoid F.tanh",
        "input",
        floating,
    )
    .laid(Memory::Elementwise),
    native(
        "torch.erf Tensor.erf torch.erfinv Tensor.erfinv torch.lgamma torch.digamma torch.deg2rad torch.rad2deg torch.logit \
         Tensor.logit torch.special.erf",
        "input, eps=None",
        |r, a| {
            real(a, a.tensor(0)?)?;
            floating(r, a)
        },
    )
    .laid(Memory::Elementwise),
    native("torch.square Tensor.square torch.positive", "input", |_, a| {
        let t = a.tensor(0)?;
        let dtype = if a.function() == "square" && t.dtype == DType::Bool { DType::Int64 } else { t.dtype };
        Ok(t.typed(dtype).into())
    })
    .laid(Memory::Elementwise),
    native("torch.neg Tensor.neg torch.negative Tensor.__neg__", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.dtype == DType::Bool {
            return Err(Fault::value(message!("bool-negated")));
        }
        Ok(mapped(t, t.dtype, |x| -x).into())
    })
    .laid(Memory::Elementwise),
    native("torch.abs Tensor.abs torch.absolute Tensor.__abs__", "input", |_, a| {
        let t = a.tensor(0)?;
        not_bool(a, t)?;
        Ok(mapped(t, t.dtype.real(), f64::abs).into())
    })
    .laid(Memory::Elementwise),
    native("torch.sign Tensor.sign torch.sgn Tensor.sgn", "input", |_, a| {
        let t = a.tensor(0)?;
        if a.function() == "sign" {
            real(a, t)?;
        }
        Ok(mapped(t, t.dtype, |x| if x == 0.0 { 0.0 } else { x.signum() }).into())
    })
    .laid(Memory::Elementwise),
    native(
        "torch.floor Tensor.floor torch.ceil Tensor.ceil torch.trunc Tensor.trunc torch.fix",
        "input",
        |_, a| {
            let t = a.tensor(0)?;
            real(a, t)?;
            not_bool(a, t)?;
            let f = match a.function() {
                "floor" => f64::floor,
                "ceil" => f64::ceil,
                _ => f64::trunc,
            };
            Ok(mapped(t, t.dtype, f).into())
        },
    )
    .laid(Memory::Elementwise),
    native("torch.round Tensor.round", "input, *, decimals=0", |_, a| {
        let t = a.tensor(0)?;
        real(a, t)?;
        not_bool(a, t)?;
        let result = mapped(t, t.dtype, f64::round_ties_even);
        Ok(if a.int(1)? == 0 { result } else { t.typed(t.dtype) }.into())
    })
    .laid(Memory::Elementwise),
    native("torch.frac Tensor.frac", "input", |_, a| {
        let t = a.floats(0)?;
        real(a, t)?;
        Ok(t.typed(t.dtype).into())
    })
    .laid(Memory::Elementwise),
    native("torch.nan_to_num Tensor.nan_to_num", "input, nan=None, posinf=None, neginf=None", keep).laid(Memory::Elementwise),
    native("torch.isnan Tensor.isnan torch.isinf Tensor.isinf torch.isfinite Tensor.isfinite torch.isposinf torch.isneginf", "input",
           |_, a| {
        let t = a.tensor(0)?;
        let is: fn(f64) -> bool = match a.function() {
            "isnan" => f64::is_nan,
            "isinf" => f64::is_infinite,
            "isfinite" => f64::is_finite,
            "isposinf" => |x| x == f64::INFINITY,
            _ => |x| x == f64::NEG_INFINITY,
        };
        let bit = |x| f64::from(u8::from(is(x)));
        // A model in use computes with finite numbers.
        let uniform = if t.elements.is_none() { Some(bit(0.0)) } else { None };
        Ok(Tensor { uniform, ..mapped(t, DType::Bool, bit) }.into())
    })
    .laid(Memory::Elementwise),
    native("torch.logical_not Tensor.logical_not", "input", |_, a| {
        let t = a.tensor(0)?;
        let not = |x| f64::from(u8::from(x == 0.0));
        Ok(Tensor { uniform: t.uniform.map(not), ..mapped(t, DType::Bool, not) }.into())
    })
    .laid(Memory::Elementwise),
    native("torch.bitwise_not Tensor.bitwise_not Tensor.__invert__", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.dtype.kind() > Kind::Int {
            return Err(Fault::value(message!("bits-inverted", dtype = t.dtype)));
        }
        if t.dtype == DType::Bool {
            return Ok(Tensor { uniform: t.uniform.map(|x| 1.0 - x), ..mapped(t, DType::Bool, |x| 1.0 - x) }.into());
        }
        Ok(t.typed(t.dtype).into())
    })
    .laid(Memory::Elementwise),
    native("torch.real torch.imag Tensor.real Tensor.imag", "input", |_, a| {
        let t = a.tensor(0)?;
        match (a.function(), t.dtype.kind()) {
            ("real", Kind::Complex) | ("imag", Kind::Complex) => {
                let strides = t.strides().map(|own| (0..own.rank()).fold(own, |s, i| s.with(i, own.dims()[i] * 2)));
                Ok(Tensor { dtype: t.dtype.real(), ..t.strided(t.shape, strides) }.into())
            }
            ("real", _) => Ok(t.clone().into()),
            _ => Err(Fault::value(message!("no-imaginary-part", dtype = t.dtype))),
        }
    })
    .laid(Memory::Own),
    native("torch.angle Tensor.angle", "input", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.typed(t.dtype.floating().real()).into())
    })
    .laid(Memory::Elementwise),
    native("torch.clone Tensor.clone", "input, *, memory_format=None", |_, a| {
        let t = a.tensor(0)?;
        // A copy has no gaps.
        Ok(t.clone().laid(if a.is_none(1) { t.computed_layout() } else { Layout::Unknown }).into())
    })
    .laid(Memory::Own),
    native("torch.conj Tensor.conj torch.detach Tensor.detach Tensor.cpu Tensor.cuda Tensor.pin_memory \
            torch.conj_physical Tensor.resolve_conj Tensor.resolve_neg Tensor.alias Tensor.data Tensor.requires_grad_ Tensor.detach_",
        "input, device=None, **options", |_, a| Ok(a.tensor(0)?.clone().into())).laid(Memory::Own),
    native("Tensor.copy_", "input, src, non_blocking=False", |_, a| {
        let t = a.tensor(0)?;
        match a.get(1) {
            Value::Tensor(source) => {
                ops::expand(source.shape, t.shape.dims())?;
            }
            _ => {
                a.number(1)?;
            }
        }
        let copied = computed(&Value::Int(0), a.get(1), t.shape, t.dtype, |_, new| new);
        Ok(copied.laid(t.layout).into())
    })
    .laid(Memory::Own),
    native("Tensor.zero_", "input", |_, a| {
        let t = a.tensor(0)?;
        Ok(Tensor { elements: create::same(t.shape, 0.0)?, ..t.clone() }.into())
    })
    .laid(Memory::Own),
    native("Tensor.normal_", "input, mean=0, std=1, **options", random).laid(Memory::Own),
    native("Tensor.log_normal_", "input, mean=1, std=2, **options", random).laid(Memory::Own),
    native("Tensor.uniform_", "input, from=0, to=1, **options", random).laid(Memory::Own),
    native("Tensor.random_", "input, from=None, to=None, **options", random).laid(Memory::Own),
    native("Tensor.bernoulli_ Tensor.geometric_", "input, p=0.5, **options", random).laid(Memory::Own),
    native("Tensor.exponential_", "input, lambd=1, **options", random).laid(Memory::Own),
    native("Tensor.cauchy_", "input, median=0, sigma=1, **options", random).laid(Memory::Own),
    native("Tensor.fill_ torch.fill", "input, value", |_, a| {
        let t = a.tensor(0)?;
        let fill = a.number(1).ok().map(|x| create::rounded(x, t.dtype));
        let elements = fill.map(|x| create::same(t.shape, x)).transpose()?.flatten();
        Ok(Tensor { elements, ..t.clone() }.into())
    })
    .laid(Memory::Own),
    native("torch.bernoulli Tensor.bernoulli", "input, p=None, **options", |_, a| Ok(a.floats(0)?.clone().into())),
    native("torch.clamp torch.clip Tensor.clamp Tensor.clip", "input, min=None, max=None", clamp).laid(Memory::Elementwise),
    native("torch.clamp_min Tensor.clamp_min", "input, min", clamp).laid(Memory::Elementwise),
    native("torch.clamp_max Tensor.clamp_max", "input, max", clamp).laid(Memory::Elementwise),
];

/// `t` with `f` of its elements, where they are known.
pub(super) fn mapped(t: &Tensor, dtype: DType, f: impl Fn(f64) -> f64) -> Tensor {
    let elements = t.elements.as_ref().map(|all| all.iter().map(|&x| create::rounded(f(x), dtype)).collect());
    Tensor { elements, ..t.typed(dtype) }
}

fn keep(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    Ok(t.typed(t.dtype).into())
}

/// A function of real or complex numbers; integers become floats.
fn floating(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let f: Option<fn(f64) -> f64> = match a.function() {
        "sqrt" => Some(f64::sqrt),
        "exp" => Some(f64::exp),
        "log" => Some(f64::ln),
        "log2" => Some(f64::log2),
        _ => None,
    };
    r.record(Op::Elementwise(a.function()), t.shape, t.shape);
    Ok(match f {
        Some(f) => mapped(t, t.dtype.floating(), f),
        None => t.typed(t.dtype.floating()),
    }
    .into())
}

fn clamp(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    real(a, t)?;
    let bounds: Vec<usize> = (1..a.len()).filter(|&i| !a.is_none(i)).collect();
    if bounds.is_empty() {
        return Err(Fault::value(message!("clamp-bound")));
    }
    let (mut shape, mut types) = (t.shape, Types::default());
    types.add(a.get(0));
    let tensors = bounds.iter().filter(|&&i| matches!(a.get(i), Value::Tensor(_))).count();
    let is_mixed = tensors > 0 && tensors < bounds.len();
    for &i in &bounds {
        match a.get(i) {
            // Beside a number a tensor without dimensions counts as one too.
            Value::Tensor(bound) if is_mixed && bound.shape.rank() == 0 => types.add(&match bound.dtype.kind() {
                Kind::Bool => Value::Bool(false),
                Kind::Int => Value::Int(0),
                _ => Value::Float(0.0),
            }),
            Value::Tensor(_) if is_mixed => {
                return Err(type_error(message!("clamp-bounds")));
            }
            Value::Tensor(bound) => {
                shape = ops::broadcast(shape, bound.shape)?;
                types.add(a.get(i));
            }
            other => {
                a.number(i)?;
                types.add(other);
            }
        }
    }
    if types.result().kind() == Kind::Complex {
        return Err(Fault::value(message!("complex-order")));
    }
    if tensors > 0 {
        return Ok(Value::tensor(shape, types.result()));
    }
    let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
    for i in bounds {
        *(if i == 2 || a.function() == "clamp_max" { &mut most } else { &mut least }) = a.number(i)?;
    }
    Ok(mapped(t, types.result(), |x| x.max(least).min(most)).into())
}

/// A tensor that is filled with random numbers.
fn random(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    Ok(Tensor { elements: None, ..a.tensor(0)?.clone() }.into())
}
