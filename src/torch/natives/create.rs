//! Functions that make tensors.

use std::rc::Rc;

use super::{Args, Memory, Native, Tensor, Value, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

/// Tensors of more elements are not supported by value.
pub const MAX_ELEMENTS: i64 = 4096;

pub(super) const NATIVES: &[Native] = &[
    native("torch.zeros torch.ones torch.empty", "*size, *, dtype=None, **options", |_, a| {
        filled(ops::empty(&a.ints(0)?)?, a.dtype(1)?.unwrap_or(DType::Float32), fill_of(a))
    }),
    native("torch.rand torch.randn", "*size, *, dtype=None, **options", |_, a| random(a, &a.ints(0)?, a.dtype(1)?)),
    native("torch.full", "size, fill_value, *, dtype=None, **options", |_, a| {
        let dtype = match a.dtype(2)? {
            Some(dtype) => dtype,
            None => number_type(a, 1)?,
        };
        filled(ops::empty(&a.ints(0)?)?, dtype, a.number(1).ok())
    }),
    native("torch.zeros_like torch.ones_like torch.empty_like", "input, *, dtype=None, **options", |_, a| {
        let t = a.tensor(0)?;
        filled(t.shape, a.dtype(1)?.unwrap_or(t.dtype), fill_of(a))
    })
    .laid(Memory::Elementwise),
    native("torch.rand_like torch.randn_like", "input, *, dtype=None, **options", |_, a| {
        let t = a.tensor(0)?;
        random(a, t.shape.dims(), Some(a.dtype(1)?.unwrap_or(t.dtype)))
    })
    .laid(Memory::Elementwise),
    native("torch.randint_like", "input, low=None, high=None, *, dtype=None, **options", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.typed(a.dtype(3)?.unwrap_or(t.dtype)).into())
    }),
    native("torch.full_like", "input, fill_value, *, dtype=None, **options", |_, a| {
        let t = a.tensor(0)?;
        a.number(1)?;
        filled(t.shape, a.dtype(2)?.unwrap_or(t.dtype), a.number(1).ok())
    })
    .laid(Memory::Elementwise),
    native("Tensor.new_zeros Tensor.new_ones Tensor.new_empty", "input, *size, *, dtype=None, **options", |_, a| {
        filled(ops::empty(&a.ints(1)?)?, a.dtype(2)?.unwrap_or(a.tensor(0)?.dtype), fill_of(a))
    })
    .laid(Memory::Own),
    native("Tensor.new_full", "input, size, fill_value, *, dtype=None, **options", |_, a| {
        a.number(2)?;
        filled(ops::empty(&a.ints(1)?)?, a.dtype(3)?.unwrap_or(a.tensor(0)?.dtype), a.number(2).ok())
    })
    .laid(Memory::Own),
    native("Tensor.new_tensor", "input, data, *, dtype=None, **options", |_, a| {
        tensor(a, 1, Some(a.dtype(2)?.unwrap_or(a.tensor(0)?.dtype)))
    })
    .laid(Memory::Own),
    // What it is given shows the array already.
    native("torch.from_numpy", "ndarray", |_, a| Ok(a.tensor(0)?.clone().into())),
    native("torch.tensor torch.as_tensor torch.asarray", "data, dtype=None, **options", |_, a| {
        tensor(a, 0, a.dtype(1)?)
    }),
    native("torch.scalar_tensor", "s, *, dtype=None, **options", |_, a| {
        filled(Shape::new(&[]), a.dtype(1)?.unwrap_or(DType::Float32), Some(a.number(0)?))
    }),
    native("torch.arange", "start=None, end=None, step=1, *, dtype=None, **options", |_, a| arange(a, 1)),
    native("torch.range", "start=0, end=None, step=1, *, dtype=None, **options", |_, a| {
        let (start, end, step) = (a.number(0)?, a.number(1)?, a.number(2)?);
        let shape = ops::arange(start, end, step)?;
        let length = ((end - start) / step).floor() as i64 + 1;
        Ok(Value::tensor(shape.with(0, length), a.dtype(3)?.unwrap_or(DType::Float32)))
    }),
    native("torch.linspace torch.logspace", "start, end, steps, base=10.0, *, dtype=None, **options", |_, a| {
        let (start, end, steps) = (a.number(0)?, a.number(1)?, a.int(2)?);
        let shape = ops::empty(&[steps])?;
        let dtype = a.dtype(4)?.unwrap_or(DType::Float32);
        let elements =
            (a.function() == "linspace" && steps <= MAX_ELEMENTS).then(|| linspace(start, end, steps, dtype));
        Ok(Tensor { elements, ..Tensor::new(shape, dtype) }.into())
    }),
    native("torch.eye", "n, m=None, *, dtype=None, **options", |_, a| {
        let n = a.int(0)?;
        let m = a.opt_int(1)?.unwrap_or(n);
        let shape = ops::empty(&[n, m])?;
        let one = |i: i64| f64::from(u8::from(i / m == i % m));
        let elements = (shape.numel()? <= MAX_ELEMENTS).then(|| (0..n * m).map(one).collect());
        Ok(Tensor { elements, ..Tensor::new(shape, a.dtype(2)?.unwrap_or(DType::Float32)) }.into())
    }),
    native("torch.randint", "low, high=None, size=None, *, dtype=None, **options", |_, a| {
        // Without a lower bound the second argument is the size.
        let (low, high, size) = match (a.get(1), a.get(2)) {
            (high, Value::None) if high.items().is_some() => (0, a.int(0)?, a.ints(1)?),
            (Value::None, _) => (0, a.int(0)?, a.ints(2)?),
            _ => (a.int(0)?, a.int(1)?, a.ints(2)?),
        };
        if low >= high {
            return Err(Fault::value(message!("no-integer-between", low, high)));
        }
        Ok(Value::tensor(ops::empty(&size)?, a.dtype(3)?.unwrap_or(DType::Int64)))
    }),
    native("torch.randperm", "n, *, dtype=None, **options", |_, a| {
        Ok(Value::tensor(ops::empty(&[a.int(0)?])?, a.dtype(1)?.unwrap_or(DType::Int64)))
    }),
    native("torch.normal", "mean, std=1.0, size=None, **options", |_, a| match (a.get(0), a.get(1)) {
        (Value::Tensor(mean), Value::Tensor(std)) => Ok(mean.sized(ops::broadcast(mean.shape, std.shape)?).into()),
        (Value::Tensor(t), _) | (_, Value::Tensor(t)) => Ok(t.sized(t.shape).into()),
        _ => Ok(Value::tensor(ops::empty(&a.ints(2)?)?, DType::Float32)),
    }),
    native("torch.meshgrid", "*tensors, *, indexing=None", |_, a| {
        let tensors = a.tensors(0)?;
        if tensors.iter().any(|t| t.dtype != tensors[0].dtype) {
            return Err(Fault::value(message!("meshgrid-types")));
        }
        let xy = match a.get(1) {
            Value::None => false,
            _ => match a.str(1)? {
                "ij" => false,
                "xy" => true,
                other => return Err(Fault::value(message!("no-such-indexing", other))),
            },
        };
        let shapes: Vec<Shape> = tensors.iter().map(|t| t.shape).collect();
        let grid = ops::meshgrid(&shapes, xy)?;
        let few = grid.numel()? <= MAX_ELEMENTS;
        let parts = tensors.iter().enumerate().map(|(i, t)| {
            let axis = if xy && i < 2 && tensors.len() > 1 { 1 - i } else { i };
            let step: i64 = grid.dims().get(axis + 1..).unwrap_or_default().iter().product();
            let own = t.elements.as_deref().filter(|all| few && grid.size_at(axis) == all.len() as i64);
            let elements = own.map(|all| {
                (0..grid.numel().unwrap_or(0)).map(|n| all[(n / step.max(1)) as usize % all.len()]).collect()
            });
            let own = t.strides().map(|own| own.dims().first().copied().unwrap_or(1));
            let strides = own.map(|own| Shape::new(&vec![0; grid.rank()]).with(axis, own));
            Tensor { elements, ..t.strided(grid, strides) }
        });
        Ok(parts.collect::<Vec<_>>().into())
    })
    .laid(Memory::Own),
    native("torch.complex", "real, imag", complex),
    native("torch.polar", "abs, angle", complex),
    native("torch.tril_indices torch.triu_indices", "row, col, offset=0, *, dtype=None, **options", |_, a| {
        let upper = a.function() == "triu_indices";
        let shape = ops::triangle_indices(a.int(0)?, a.int(1)?, a.int(2)?, upper)?;
        Ok(Value::tensor(shape, a.dtype(3)?.unwrap_or(DType::Int64)))
    }),
    native(
        "torch.hann_window torch.blackman_window torch.bartlett_window",
        "window_length, periodic=True, *, dtype=None, **options",
        |_, a| window(a, 2),
    ),
    native(
        "torch.hamming_window",
        "window_length, periodic=True, alpha=0.54, beta=0.46, *, dtype=None, **options",
        |_, a| window(a, 4),
    ),
];

fn complex(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let (x, y) = (a.tensor(0)?, a.tensor(1)?);
    if x.dtype != y.dtype || x.dtype.kind() != Kind::Float {
        return Err(Fault::value(message!("complex-parts", real = x.dtype, imaginary = y.dtype)));
    }
    Ok(Value::tensor(ops::broadcast(x.shape, y.shape)?, x.dtype.complex()))
}

/// A window whose type is argument `dtype`.
fn window(a: &Args<'_>, dtype: usize) -> Result<Value> {
    Ok(Value::tensor(ops::empty(&[a.int(0)?])?, a.dtype(dtype)?.unwrap_or(DType::Float32)))
}

fn fill_of(a: &Args<'_>) -> Option<f64> {
    match a.function() {
        "zeros" | "zeros_like" | "new_zeros" => Some(0.0),
        "ones" | "ones_like" | "new_ones" => Some(1.0),
        _ => None,
    }
}

fn filled(shape: Shape, dtype: DType, fill: Option<f64>) -> Result<Value> {
    let fill = fill.filter(|_| dtype.kind() < Kind::Complex);
    let elements = fill.map(|x| same(shape, rounded(x, dtype))).transpose()?.flatten();
    Ok(Tensor { elements, ..Tensor::new(shape, dtype) }.into())
}

/// The elements of a tensor that holds one number everywhere; none if they are many.
pub(super) fn same(shape: Shape, x: f64) -> Result<Option<Rc<[f64]>>> {
    let n = shape.numel()?;
    Ok((n <= MAX_ELEMENTS).then(|| vec![x; n as usize].into()))
}

fn random(a: &Args<'_>, sizes: &[i64], dtype: Option<DType>) -> Result<Value> {
    let dtype = dtype.unwrap_or(DType::Float32);
    if dtype.kind() < Kind::Float {
        return Err(Fault::value(message!("no-random-of", function = a.function(), dtype)));
    }
    Ok(Value::tensor(ops::empty(sizes)?, dtype))
}

/// The type of a tensor that is made of the number that is argument `i`.
fn number_type(a: &Args<'_>, i: usize) -> Result<DType> {
    match a.get(i) {
        Value::Bool(_) => Ok(DType::Bool),
        Value::Int(_) => Ok(DType::Int64),
        Value::Float(_) => Ok(DType::Float32),
        Value::Tensor(t) if t.shape.rank() == 0 => Ok(t.dtype),
        _ => Err(a.wrong(i, message!("a-number"))),
    }
}

fn arange(a: &Args<'_>, end: usize) -> Result<Value> {
    if a.is_given(end) && a.is_none(end) {
        return Err(a.wrong(end, message!("a-number")));
    }
    let (start, end) = match (a.is_none(0), a.is_none(end)) {
        (true, true) => return Err(type_error(message!("arange-lacks-end"))),
        (false, true) => (None, 0),
        (true, false) => (None, end),
        (false, false) => (Some(0), end),
    };
    let whole = |i: usize| {
        matches!(a.get(i), Value::Int(_) | Value::Bool(_))
            || matches!(a.get(i), Value::Tensor(t) if t.dtype.kind() == Kind::Int)
    };
    let all_whole = start.is_none_or(whole) && whole(end) && whole(2);
    let dtype = a.dtype(3)?.unwrap_or(if all_whole { DType::Int64 } else { DType::Float32 });
    let (from, to, step) = (start.map_or(Ok(0.0), |i| a.number(i))?, a.number(end)?, a.number(2)?);
    let shape = ops::arange(from, to, step)?;
    let n = shape.numel()?;
    let round = |x: f64| if dtype == DType::Float32 { f64::from(x as f32) } else { x };
    let elements = (n <= MAX_ELEMENTS && (all_whole || dtype.kind() == Kind::Float))
        .then(|| (0..n).map(|i| round(from + i as f64 * step)).collect());
    Ok(Tensor { elements, ..Tensor::new(shape, dtype) }.into())
}

/// The numbers of `linspace`, reckoned from both ends in the tensor's own precision, each in one step.
fn linspace(start: f64, end: f64, steps: i64, dtype: DType) -> Rc<[f64]> {
    let last = (steps - 1).max(1);
    let at = |i: i64| match (dtype, i < steps / 2 || steps == 1) {
        (DType::Float64, true) => ((end - start) / last as f64).mul_add(i as f64, start),
        (DType::Float64, false) => ((start - end) / last as f64).mul_add((steps - i - 1) as f64, end),
        (_, from_start) => {
            let (start, end) = (start as f32, end as f32);
            let step = (end - start) / last as f32;
            f64::from(if from_start {
                step.mul_add(i as f32, start)
            } else {
                (-step).mul_add((steps - i - 1) as f32, end)
            })
        }
    };
    (0..steps).map(at).collect()
}

/// `torch.tensor` of nested lists of numbers.
fn tensor(a: &Args<'_>, i: usize, dtype: Option<DType>) -> Result<Value> {
    if let Value::Tensor(t) = a.get(i) {
        let elements = t.elements.clone();
        return Ok(Tensor { elements, ..t.typed(dtype.unwrap_or(t.dtype)) }.into());
    }
    let mut data = Data { sizes: Vec::new(), dtype: None, elements: Vec::new(), known: true };
    data.add(a, i, a.get(i), 0)?;
    let dtype = dtype.or(data.dtype).unwrap_or(DType::Float32);
    let shape = Shape::try_new(&data.sizes)?;
    let elements = data.known.then(|| data.elements.iter().map(|&x| rounded(x, dtype)).collect());
    Ok(Tensor { elements, ..Tensor::new(shape, dtype) }.into())
}

/// A number as a tensor of type `dtype` holds it.
pub(super) fn rounded(x: f64, dtype: DType) -> f64 {
    match dtype.kind() {
        Kind::Bool => f64::from(u8::from(x != 0.0)),
        Kind::Int => x.trunc(),
        _ if dtype == DType::Float32 => f64::from(x as f32),
        _ => x,
    }
}

struct Data {
    sizes: Vec<i64>,
    dtype: Option<DType>,
    elements: Vec<f64>,
    known: bool,
}

impl Data {
    fn add(&mut self, a: &Args<'_>, i: usize, value: &Value, depth: usize) -> Result<()> {
        if let Some(items) = value.items() {
            self.level(depth, items.len() as i64)?;
            return items.iter().try_for_each(|item| self.add(a, i, item, depth + 1));
        }
        let dtype = match value {
            Value::Bool(_) => DType::Bool,
            Value::Int(_) => DType::Int64,
            Value::Float(_) => DType::Float32,
            Value::Tensor(t) if t.shape.numel()? == 1 => t.dtype,
            Value::Tensor(_) => return Err(Fault::value(message!("one-element-scalar"))),
            Value::Other(_) => return Err(a.wrong(i, message!("some-numbers"))),
            Value::None => return Err(Fault::value(message!("cant-hold-none"))),
            _ => return Err(type_error(message!("cant-hold", type = value.type_name()))),
        };
        self.dtype = Some(self.dtype.map_or(dtype, |before| before.promote(dtype)));
        match a.number_of(i, value) {
            Ok(x) if self.elements.len() < MAX_ELEMENTS as usize => self.elements.push(x),
            _ => self.known = false,
        }
        if depth == self.sizes.len() { Ok(()) } else { Err(ragged()) }
    }

    /// A list at `depth`: all of them have as many elements.
    fn level(&mut self, depth: usize, length: i64) -> Result<()> {
        match self.sizes.get(depth) {
            Some(&before) if before == length => Ok(()),
            None if depth == self.sizes.len() && self.elements.is_empty() && self.known => {
                self.sizes.push(length);
                Ok(())
            }
            _ => Err(ragged()),
        }
    }
}

fn ragged() -> Fault {
    Fault::value(message!("lists-one-length")).raising("ValueError")
}
