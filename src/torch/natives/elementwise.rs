//! Functions of single elements, and of tensors element by element.

use super::args::{not_bool, real};
use super::{Args, Memory, Native, Tensor, Value, create, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
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
        Ok(t.clone().laid(if a.is_none(1) { t.computed_layout() } else { super::Layout::Unknown }).into())
    })
    .laid(Memory::Own),
    native("torch.conj Tensor.conj torch.detach Tensor.detach Tensor.cpu Tensor.cuda Tensor.pin_memory \
            torch.conj_physical Tensor.resolve_conj Tensor.resolve_neg Tensor.alias Tensor.data Tensor.requires_grad_ Tensor.detach_",
        "input, device=None, **options", |_, a| Ok(a.tensor(0)?.clone().into())).laid(Memory::Own),
    // Activations.
    native("F.relu", "input, inplace=False", relu).laid(Memory::Elementwise),
    native("torch.relu Tensor.relu", "input", relu).laid(Memory::Elementwise),
    native("F.relu_ torch.relu_", "input", relu).laid(Memory::Elementwise),
    native("F.silu F.mish F.hardswish F.hardsigmoid F.selu F.relu6", "input, inplace=False", activation).laid(Memory::Elementwise),
    native("F.rrelu", "input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False", activation).laid(Memory::Elementwise),
    native("F.gelu", "input, approximate='none'", activation).laid(Memory::Elementwise),
    native("F.leaky_relu", "input, negative_slope=0.01, inplace=False", activation).laid(Memory::Elementwise),
    native("F.elu F.celu", "input, alpha=1.0, inplace=False", activation).laid(Memory::Elementwise),
    native("F.hardtanh", "input, min_val=-1.0, max_val=1.0, inplace=False", activation).laid(Memory::Elementwise),
    native("F.softplus", "input, beta=1, threshold=20", activation).laid(Memory::Elementwise),
    native("F.softsign F.tanhshrink", "input", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.typed(t.dtype.floating()).into())
    })
    .laid(Memory::Elementwise),
    native("F.logsigmoid", "input", activation).laid(Memory::Elementwise),
    native("F.softshrink F.hardshrink", "input, lambd=0.5", activation).laid(Memory::Elementwise),
    native("F.threshold", "input, threshold, value, inplace=False", |_, a| {
        let t = a.tensor(0)?;
        a.number(1)?;
        a.number(2)?;
        real(a, t)?;
        not_bool(a, t)?;
        Ok(t.typed(t.dtype).into())
    })
    .laid(Memory::Elementwise),
    native("F.glu torch.glu", "input, dim=-1", |_, a| {
        let t = a.reals(0)?;
        Ok(t.sized(ops::glu(t.shape, a.dim(1)?)?).into())
    }),
    native("F.prelu torch.prelu Tensor.prelu", "input, weight", |r, a| {
        let (t, weight) = (a.floats(0)?, a.floats(1)?);
        if weight.shape.rank() > 1 {
            return Err(Fault::shape(message!("prelu-vector", slopes = weight.shape)));
        }
        if t.dtype != weight.dtype {
            return Err(Fault::value(message!("prelu-types", slopes = weight.dtype, dtype = t.dtype)));
        }
        let shape = ops::prelu(t.shape, weight.shape.numel()?)?;
        r.record(Op::Prelu, t.shape, shape);
        Ok(t.sized(shape).into())
    }),
    native(
        "F.dropout F.dropout1d F.dropout2d F.dropout3d",
        "input, p=0.5, training=True, inplace=False",
        |_, a| dropout(a),
    )
    .laid(Memory::Elementwise),
    native("torch.dropout", "input, p, train", |_, a| dropout(a)).laid(Memory::Elementwise),
    native("F.alpha_dropout F.feature_alpha_dropout", "input, p=0.5, training=False, inplace=False", |_, a| dropout(a))
        .laid(Memory::Elementwise),
    // Two tensors.
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
    // Types.
    native("Tensor.float Tensor.double Tensor.half Tensor.bfloat16 Tensor.long Tensor.int Tensor.short Tensor.bool Tensor.byte Tensor.char Tensor.cfloat", "input, **options", |_, a| {
        let t = a.tensor(0)?;
        let dtype = match a.function() {
            "byte" => DType::UInt8,
            "char" => DType::Int8,
            name => DType::named(name).unwrap_or(t.dtype),
        };
        Ok(cast(t, dtype).into())
    })
    .laid(Memory::Elementwise),
    native("Tensor.to Tensor.type", "input, first=None, second=None, third=None, *, dtype=None, other=None, copy=False, **options", |_, a| {
        let t = a.tensor(0)?;
        if a.function() == "type" && !a.is_given(1) && !a.is_given(4) {
            let name = match t.dtype {
                DType::Bool => "Bool",
                DType::UInt8 => "Byte",
                DType::Int8 => "Char",
                DType::Int16 => "Short",
                DType::Int32 => "Int",
                DType::Int64 => "Long",
                DType::Float16 => "Half",
                DType::BFloat16 => "BFloat16",
                DType::Float32 => "Float",
                DType::Float64 => "Double",
                DType::Complex64 => "ComplexFloat",
                DType::Complex128 => "ComplexDouble",
            };
            return Ok(Value::Str(format!("torch.{name}Tensor").into()));
        }
        let mut dtype = a.dtype(4)?;
        for i in [1, 2] {
            match a.get(i) {
                Value::DType(found) => dtype = Some(*found),
                Value::Tensor(other) => dtype = Some(other.dtype),
                Value::Str(_) | Value::Other(_) | Value::None | Value::Int(_) | Value::Bool(_) => {}
                _ => return Err(a.unsupported(message!("neither-type-nor-device"))),
            }
        }
        Ok(dtype.map_or(t.clone(), |dtype| cast(t, dtype)).into())
    })
    .laid(Memory::Elementwise),
    native("Tensor.type_as", "input, other", |_, a| Ok(cast(a.tensor(0)?, a.tensor(1)?.dtype).into())).laid(Memory::Elementwise),
];

/// The types of operands, which decide that of the result as torch has it: tensors with dimensions before those without,
/// and numbers last; one of a later rank counts only where it is of a higher kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Types {
    ranks: [Option<DType>; 3],
}

impl Types {
    pub(super) fn add(&mut self, value: &Value) {
        let (rank, dtype) = match value {
            Value::Tensor(t) => (usize::from(t.shape.rank() == 0), t.dtype),
            Value::Bool(_) => (2, DType::Bool),
            Value::Int(_) => (2, DType::Int64),
            _ => (2, DType::Float32),
        };
        self.ranks[rank] = Some(self.ranks[rank].map_or(dtype, |before| before.promote(dtype)));
    }

    pub(super) fn result(&self) -> DType {
        let present = self.ranks.iter().flatten().copied();
        let joined = present.reduce(|high, low| match (low.kind() > high.kind(), low.kind()) {
            (true, Kind::Complex) => high.promote(low),
            (true, _) => low,
            _ => high,
        });
        joined.unwrap_or(DType::Float32)
    }
}

/// Shape and type of two operands, at least one of them a tensor.
fn combined(a: &Args<'_>, x: &Value, y: &Value) -> Result<(Shape, DType)> {
    let (mut shape, mut types, mut tensors) = (Shape::new(&[]), Types::default(), 0);
    for value in [x, y] {
        match value {
            Value::Tensor(t) => {
                shape = if tensors == 0 { t.shape } else { ops::broadcast(shape, t.shape)? };
                tensors += 1;
            }
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => {}
            Value::Other(name) => return Err(a.unsupported(message!("operand-is", name))),
            _ => return Err(type_error(message!("native-of-a", function = a.function(), type = value.type_name()))),
        }
        types.add(value);
    }
    if tensors == 0 {
        return Err(type_error(message!("needs-a-tensor", function = a.function())));
    }
    Ok((shape, types.result()))
}

/// A number, or the known elements of a tensor.
fn known(value: &Value) -> Option<Vec<f64>> {
    match value {
        Value::Tensor(t) => t.elements.as_deref().map(<[f64]>::to_vec),
        Value::Int(x) => Some(vec![*x as f64]),
        Value::Float(x) => Some(vec![*x]),
        Value::Bool(x) => Some(vec![f64::from(u8::from(*x))]),
        _ => None,
    }
}

/// A tensor with the elements that `f` makes of known ones.
fn computed(x: &Value, y: &Value, shape: Shape, dtype: DType, f: impl Fn(f64, f64) -> f64) -> Tensor {
    let mut result = Tensor::new(shape, dtype);
    let (Ok(n), true) = (shape.numel(), dtype.kind() < Kind::Complex) else { return result };
    if n <= create::MAX_ELEMENTS
        && let (Some(x_all), Some(y_all)) = (known(x), known(y))
    {
        let (x_all, y_all) = (in_type(x_all, dtype), in_type(y_all, dtype));
        let (x_at, y_at) = (spread(x, shape), spread(y, shape));
        let all: Option<Vec<f64>> =
            (0..n).map(|i| Some(create::rounded(f(*x_all.get(x_at(i))?, *y_all.get(y_at(i))?), dtype))).collect();
        result.elements = all.map(Into::into);
    }
    result
}

/// Which element of an operand belongs to each element of a result that it is broadcast to.
fn spread(operand: &Value, shape: Shape) -> impl Fn(i64) -> usize {
    let own = if let Value::Tensor(t) = operand { t.shape } else { Shape::new(&[]) };
    move |mut i| {
        let (mut at, mut step) = (0, 1);
        for back in 0..shape.rank().max(own.rank()) {
            let size = shape.dims().iter().rev().nth(back).copied().unwrap_or(1).max(1);
            let own_size = own.dims().iter().rev().nth(back).copied().unwrap_or(1);
            if own_size > 1 {
                at += (i % size) * step;
            }
            step *= own_size;
            i /= size;
        }
        at as usize
    }
}

/// Numbers as a calculation in type `dtype` takes them.
fn in_type(numbers: Vec<f64>, dtype: DType) -> Vec<f64> {
    if dtype.kind() != Kind::Float { numbers } else { numbers.into_iter().map(|x| create::rounded(x, dtype)).collect() }
}

/// `maximum` and the like.
pub(super) fn pair(x: &Tensor, y: &Tensor) -> Result<Value> {
    let mut types = Types::default();
    types.add(&Value::Tensor(x.clone()));
    types.add(&Value::Tensor(y.clone()));
    if types.result().kind() == Kind::Complex {
        return Err(Fault::value(message!("complex-order")));
    }
    Ok(Value::tensor(ops::broadcast(x.shape, y.shape)?, types.result()))
}

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

fn cast(t: &Tensor, dtype: DType) -> Tensor {
    if dtype == t.dtype { t.clone() } else { mapped(t, dtype, |x| x) }
}

/// `t` with `f` of its elements, where they are known.
fn mapped(t: &Tensor, dtype: DType, f: impl Fn(f64) -> f64) -> Tensor {
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

fn relu(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    real(a, t)?;
    not_bool(a, t)?;
    r.record(Op::Elementwise("relu"), t.shape, t.shape);
    Ok(mapped(t, t.dtype, |x| x.max(0.0)).into())
}

/// An activation of floats.
fn activation(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let takes_integers = matches!(a.function(), "relu6" | "hardtanh");
    if t.dtype.kind() < Kind::Float && !(takes_integers && t.dtype != DType::Bool) {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    if t.dtype.kind() == Kind::Complex && a.function() != "silu" {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    r.record(Op::Elementwise(a.function()), t.shape, t.shape);
    Ok(t.typed(t.dtype).into())
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

/// A dropout, which must be able to draw.
fn dropout(a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let p = a.number(1)?;
    let training = a.bool(2)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Fault::value(message!("dropout-lies", p)));
    }
    let draws = training && p > 0.0 && p < 1.0 && t.shape.numel()? != 0;
    if draws && t.dtype.kind() < Kind::Float {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    // Whole channels are dropped, but for plain dropouts.
    let ranks = match a.function() {
        "dropout1d" => 2..=3,
        "dropout" | "alpha_dropout" => 0..=usize::MAX,
        _ if draws => 2..=usize::MAX,
        _ => 0..=usize::MAX,
    };
    if !ranks.contains(&t.shape.rank()) {
        return Err(Fault::shape(message!("takes-no-tensor", function = a.function(), shape = t.shape)));
    }
    Ok(t.typed(t.dtype).into())
}

/// A tensor that is filled with random numbers.
fn random(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    Ok(Tensor { elements: None, ..a.tensor(0)?.clone() }.into())
}
