//! Functions and operators of two tensors, element by element.

use super::operands::{Types, combined, computed, pair};
use super::{Args, Memory, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native(
        "torch.add Tensor.add torch.sub Tensor.sub torch.subtract Tensor.subtract",
        "input, other, *, alpha=1",
        |r, a| {
            a.number(2)?;
            if matches!(a.get(2), Value::Bool(_)) && combined(a, a.get(0), a.get(1))?.1 != DType::Bool {
                return Err(Fault::value(message!("alpha-bool")).at_param("alpha"));
            }
            arithmetic(r, a, a.get(0), a.get(1))
        },
    )
    .laid(Memory::Elementwise),
    native(
        "torch.mul Tensor.mul torch.multiply Tensor.multiply",
        "input, other",
        |r, a| arithmetic(r, a, a.get(0), a.get(1)),
    )
    .laid(Memory::Elementwise),
    native(
        "torch.pow Tensor.pow torch.float_power Tensor.float_power",
        "input, exponent",
        |r, a| arithmetic(r, a, a.get(0), a.get(1)),
    )
    .laid(Memory::Elementwise),
    native(
        "torch.div Tensor.div torch.divide Tensor.divide torch.true_divide Tensor.true_divide",
        "input, other, *, rounding_mode=None",
        |r, a| {
            if a.is_none(2) {
                return arithmetic(r, a, a.get(0), a.get(1));
            }
            match a.str(2)? {
                "floor" | "trunc" => {}
                other => return Err(Fault::value(message!("no-such-rounding", other))),
            }
            let result = combined(a, a.get(0), a.get(1))?;
            Ok(Value::tensor(result.0, result.1))
        },
    )
    .laid(Memory::Elementwise),
    native(
        "torch.floor_divide Tensor.floor_divide torch.remainder Tensor.remainder torch.fmod Tensor.fmod",
        "input, other",
        |_, a| {
            let (shape, dtype) = combined(a, a.get(0), a.get(1))?;
            if dtype.kind() == Kind::Complex || (dtype == DType::Bool) {
                return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype)));
            }
            let f: fn(f64, f64) -> f64 = match a.function() {
                "fmod" => |x, y| x % y,
                "remainder" => |x, y| x - (x / y).floor() * y,
                _ => |x, y| (x / y).floor(),
            };
            Ok(computed(a.get(0), a.get(1), shape, dtype, f).into())
        },
    )
    .laid(Memory::Elementwise),
    native(
        "torch.maximum Tensor.maximum torch.minimum Tensor.minimum torch.fmax torch.fmin Tensor.fmax Tensor.fmin",
        "input, other",
        |_, a| pair(a.tensor(0)?, a.tensor(1)?),
    )
    .laid(Memory::Elementwise),
    native("torch.atan2 torch.arctan2 torch.hypot torch.logaddexp torch.copysign torch.nextafter Tensor.atan2 Tensor.hypot", "input, other", |_, a| {
        a.tensor(0)?;
        a.tensor(1)?;
        let (shape, dtype) = combined(a, a.get(0), a.get(1))?;
        if dtype.kind() == Kind::Complex {
            return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype)));
        }
        if matches!(a.function(), "hypot" | "logaddexp") && dtype.kind() < Kind::Float {
            return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype)));
        }
        Ok(Value::tensor(shape, dtype.floating()))
    })
    .laid(Memory::Elementwise),
    native(
        "torch.eq Tensor.eq torch.ne Tensor.ne torch.not_equal torch.lt Tensor.lt torch.less torch.le Tensor.le torch.gt \
         Tensor.gt torch.greater torch.ge Tensor.ge torch.greater_equal",
        "input, other",
        |_, a| compared(a, a.function(), a.get(0), a.get(1)),
    )
    .laid(Memory::Elementwise),
    native("torch.isclose Tensor.isclose", "input, other, rtol=1e-05, atol=1e-08, equal_nan=False", |_, a| {
        let (t, other) = (a.tensor(0)?, a.tensor(1)?);
        if t.dtype != other.dtype {
            return Err(Fault::value(message!("not-compared", a = t.dtype, b = other.dtype)));
        }
        Ok(Value::tensor(ops::broadcast(t.shape, other.shape)?, DType::Bool))
    }),
    native("torch.equal Tensor.equal torch.allclose Tensor.allclose", "input, other, rtol=1e-05, atol=1e-08, equal_nan=False", |_, a| {
        Err(a.unsupported(message!("elements-unknown")))
    }),
    native("torch.logical_and Tensor.logical_and torch.logical_or Tensor.logical_or torch.logical_xor Tensor.logical_xor", "input, other", |_, a| {
        let (t, other) = (a.tensor(0)?, a.tensor(1)?);
        Ok(Value::tensor(ops::broadcast(t.shape, other.shape)?, DType::Bool))
    })
    .laid(Memory::Elementwise),
    native("torch.bitwise_and Tensor.bitwise_and torch.bitwise_or Tensor.bitwise_or torch.bitwise_xor Tensor.bitwise_xor", "input, other", |_, a| {
        bitwise(a, a.get(0), a.get(1))
    })
    .laid(Memory::Elementwise),
    native(
        "Tensor.__add__ Tensor.__radd__ Tensor.__sub__ Tensor.__rsub__ Tensor.__mul__ Tensor.__rmul__ Tensor.__truediv__ \
         Tensor.__rtruediv__ Tensor.__floordiv__ Tensor.__rfloordiv__ Tensor.__mod__ Tensor.__rmod__ Tensor.__pow__ Tensor.__rpow__ \
         Tensor.__eq__ Tensor.__ne__ Tensor.__lt__ Tensor.__le__ Tensor.__gt__ Tensor.__ge__ Tensor.__and__ Tensor.__or__ Tensor.__xor__ \
         Tensor.__iadd__ Tensor.__isub__ Tensor.__imul__ Tensor.__itruediv__ Tensor.__ifloordiv__ Tensor.__iand__ Tensor.__ior__",
        "input, other",
        operator,
    )
    .laid(Memory::Elementwise),
    native("torch.lerp Tensor.lerp", "input, end, weight", |_, a| {
        let (t, end) = (a.floats(0)?, a.floats(1)?);
        if t.dtype != end.dtype {
            return Err(Fault::value(message!("not-mixed", a = t.dtype, b = end.dtype)));
        }
        let mut shape = ops::broadcast(t.shape, end.shape)?;
        if let Value::Tensor(weight) = a.get(2) {
            if t.dtype != weight.dtype && weight.shape.rank() == 0 {
                return Err(a.unsupported(message!("weight-of-type")));
            }
            if t.dtype != weight.dtype {
                return Err(Fault::value(message!("weights-for", weights = weight.dtype, dtype = t.dtype)));
            }
            shape = ops::broadcast(shape, weight.shape)?;
        } else {
            a.number(2)?;
        }
        Ok(t.sized(shape).into())
    }),
    native("torch.addcmul torch.addcdiv Tensor.addcmul Tensor.addcdiv", "input, tensor1, tensor2, *, value=1", |_, a| {
        let mut types = Types::default();
        let mut shape = Shape::new(&[]);
        for i in 0..3 {
            shape = ops::broadcast(shape, a.shape(i)?)?;
            types.add(a.get(i));
        }
        if a.function() == "addcdiv" && a.tensor(1)?.dtype.kind() < Kind::Float && a.tensor(2)?.dtype.kind() < Kind::Float {
            return Err(Fault::value(message!("addcdiv-integers")));
        }
        Ok(Value::tensor(shape, types.result()))
    }),
    native("torch.cross Tensor.cross torch.linalg.cross", "input, other, dim=None", |_, a| {
        let (t, other) = (a.tensor(0)?, a.tensor(1)?);
        if t.dtype != other.dtype {
            return Err(Fault::value(message!("no-cross-product", a = t.dtype, b = other.dtype)));
        }
        if t.shape.rank() != other.shape.rank() {
            return Err(Fault::shape(message!("no-cross-product", a = t.shape, b = other.shape)));
        }
        let shape = ops::broadcast(t.shape, other.shape)?;
        let (x, y) = (t.shape.dims(), other.shape.dims());
        // Without a dimension the first of size 3 is taken.
        let axis = match a.opt_dim(2)? {
            Some(dim) => Some(ops::axis_of(shape.rank(), dim)?),
            None if a.function() == "cross" => x.iter().position(|&n| n == 3),
            None => Some(shape.rank().saturating_sub(1)),
        };
        if axis.is_none_or(|axis| x.get(axis) != Some(&3) || y.get(axis) != Some(&3)) {
            return Err(Fault::shape(message!("no-dimension-of-three", a = t.shape, b = other.shape)));
        }
        Ok(Value::tensor(shape, t.dtype.promote(other.dtype)))
    }),
];

/// `x + y` and the like, by the function's name.
fn arithmetic(r: &mut Run, a: &Args<'_>, x: &Value, y: &Value) -> Result<Value> {
    let (shape, mut dtype) = combined(a, x, y)?;
    let name = match a.function() {
        "subtract" => "sub",
        "multiply" => "mul",
        "divide" | "true_divide" => "div",
        "add" => "add",
        "sub" => "sub",
        "mul" => "mul",
        "div" => "div",
        "pow" => "pow",
        _ => "float_power",
    };
    if name == "sub"
        && [x, y].iter().any(|v| matches!(v, Value::Tensor(t) if t.dtype == DType::Bool) || matches!(v, Value::Bool(_)))
    {
        return Err(Fault::value(message!("bools-subtracted")));
    }
    let f: fn(f64, f64) -> f64 = match name {
        "add" => |x, y| x + y,
        "sub" => |x, y| x - y,
        "mul" => |x, y| x * y,
        "div" => |x, y| x / y,
        _ => f64::powf,
    };
    match name {
        "div" => dtype = dtype.floating(),
        "float_power" => dtype = dtype.promote(DType::Float64),
        "pow" => {
            if dtype == DType::Bool && matches!(y, Value::Bool(_)) {
                return Err(a.unsupported(message!("bool-powers")));
            }
            if dtype == DType::Bool {
                return Err(Fault::value(message!("bools-no-powers")));
            }
            if matches!(y, Value::Int(exponent) if *exponent < 0) && dtype.kind() == Kind::Int {
                return Err(Fault::value(message!("integers-negative-powers")));
            }
        }
        _ => {}
    }
    let result = computed(x, y, shape, dtype, f);
    if let (Value::Tensor(t), Value::Tensor(_), "add" | "sub" | "mul" | "div") = (x, y, name) {
        r.record(Op::Arithmetic(name), t.shape, shape);
    }
    Ok(result.into())
}

fn compared(a: &Args<'_>, name: &str, x: &Value, y: &Value) -> Result<Value> {
    let (shape, dtype) = combined(a, x, y)?;
    if dtype.kind() == Kind::Complex && !matches!(name, "eq" | "ne" | "not_equal") {
        return Err(Fault::value(message!("complex-order")));
    }
    let f: fn(f64, f64) -> f64 = match name {
        "eq" => |x, y| f64::from(u8::from(x == y)),
        "ne" | "not_equal" => |x, y| f64::from(u8::from(x != y)),
        "lt" | "less" => |x, y| f64::from(u8::from(x < y)),
        "le" => |x, y| f64::from(u8::from(x <= y)),
        "gt" | "greater" => |x, y| f64::from(u8::from(x > y)),
        _ => |x, y| f64::from(u8::from(x >= y)),
    };
    Ok(computed(x, y, shape, DType::Bool, f).into())
}

fn bitwise(a: &Args<'_>, x: &Value, y: &Value) -> Result<Value> {
    let (shape, dtype) = combined(a, x, y)?;
    if dtype.kind() > Kind::Int {
        return Err(Fault::value(message!("no-bits", dtype)));
    }
    let f: fn(f64, f64) -> f64 = match a.function() {
        "bitwise_and" | "__and__" | "__iand__" => |x, y| (x as i64 & y as i64) as f64,
        "bitwise_or" | "__or__" | "__ior__" => |x, y| (x as i64 | y as i64) as f64,
        _ => |x, y| (x as i64 ^ y as i64) as f64,
    };
    Ok(computed(x, y, shape, dtype, f).into())
}

/// An operator between a tensor and something else.
fn operator(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let name = a.function().trim_matches('_');
    let (mut x, mut y) = (a.get(0), a.get(1));
    if !matches!(y, Value::Tensor(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Other(_)) {
        return Ok(Value::NotImplemented);
    }
    let plain = match name.as_bytes() {
        [b'r', rest @ ..] => {
            (x, y) = (y, x);
            std::str::from_utf8(rest).unwrap_or_default()
        }
        [b'i', rest @ ..] => std::str::from_utf8(rest).unwrap_or_default(),
        _ => name,
    };
    match plain {
        "add" | "sub" | "mul" | "truediv" | "pow" => {
            let function = match plain {
                "add" => "Tensor.add",
                "sub" => "Tensor.sub",
                "mul" => "Tensor.mul",
                "truediv" => "Tensor.div",
                _ => "Tensor.pow",
            };
            arithmetic(r, &a.renamed(function), x, y)
        }
        "floordiv" | "mod" => {
            let (shape, dtype) = combined(a, x, y)?;
            if dtype.kind() == Kind::Complex || dtype == DType::Bool {
                return Err(Fault::value(message!("named-not-implemented", name, dtype)));
            }
            let f: fn(f64, f64) -> f64 =
                if plain == "mod" { |x, y| x - (x / y).floor() * y } else { |x, y| (x / y).floor() };
            Ok(computed(x, y, shape, dtype, f).into())
        }
        "and" | "or" | "xor" => bitwise(a, x, y),
        comparison => compared(a, comparison, x, y),
    }
}
