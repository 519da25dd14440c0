//! Indexing, and functions that take or set elements by their positions.

use super::{Args, Layout, Memory, Native, Tensor, Value, native, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, FaultKind, Index, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("Tensor.__getitem__", "input, index", |r, a| part(r, a, a.tensor(0)?, Picks::Counted).map(Value::from))
        .laid(Memory::Own),
    native("Tensor.__setitem__", "input, index, value", |r, a| {
        with_item(r, a)?;
        Ok(Value::None)
    }),
    // What a tensor is after `x[index] = value`.
    native("Tensor._with_item", "input, index, value", |r, a| with_item(r, a).map(Value::from)),
    native("torch.gather Tensor.gather", "input, dim, index, *, sparse_grad=False", |_, a| {
        let t = a.tensor(0)?;
        let index = positions(a, 2)?;
        let shape = ops::gather(t.shape, a.dim(1)?, index.shape)?;
        expect_elements(t, index)?;
        Ok(t.sized(shape).into())
    }),
    native("torch.take_along_dim Tensor.take_along_dim", "input, indices, dim=None", |_, a| {
        let t = a.tensor(0)?;
        let index = long_positions(a, 1)?;
        let shape = ops::take_along_dim(t.shape, index.shape, a.opt_dim(2)?)?;
        Ok(t.sized(shape).into())
    }),
    native("torch.scatter Tensor.scatter", "input, dim, index, src=None, value=None, *, reduce=None", |_, a| {
        let t = a.tensor(0)?;
        let index = a.tensor(2)?;
        let source = match (a.get(3), a.get(4)) {
            (Value::Tensor(source), _) => Some(&**source),
            (_, Value::None) | (_, Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
                a.number(if a.is_none(3) { 4 } else { 3 })?;
                None
            }
            _ => return Err(a.wrong(3, message!("tensor-or-number"))),
        };
        if source.is_some() || index.dtype != DType::Int32 {
            long_positions(a, 2)?;
        }
        let shape = ops::scatter(t.shape, a.dim(1)?, index.shape, source.map(|s| s.shape))?;
        expect_type(t, source)?;
        Ok(t.sized(shape).into())
    }),
    native("torch.scatter_add Tensor.scatter_add", "input, dim, index, src", |_, a| {
        let (t, source) = (a.tensor(0)?, a.tensor(3)?);
        let shape = ops::scatter(t.shape, a.dim(1)?, long_positions(a, 2)?.shape, Some(source.shape))?;
        expect_type(t, Some(source))?;
        Ok(t.sized(shape).into())
    }),
    native(
        "torch.scatter_reduce Tensor.scatter_reduce",
        "input, dim, index, src, reduce, *, include_self=True",
        |_, a| {
            let (t, source) = (a.tensor(0)?, a.tensor(3)?);
            let shape = ops::scatter(t.shape, a.dim(1)?, long_positions(a, 2)?.shape, Some(source.shape))?;
            Ok(t.sized(shape).into())
        },
    ),
    native("torch.index_select Tensor.index_select", "input, dim, index", |_, a| {
        let t = a.tensor(0)?;
        let index = positions(a, 2)?;
        let shape = ops::index_select(t.shape, a.dim(1)?, index.shape)?;
        let axis = ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        expect_range(index, t.shape.size_at(axis), false)?;
        Ok(t.sized(shape).into())
    }),
    native(
        "torch.index_add Tensor.index_add torch.index_copy Tensor.index_copy",
        "input, dim, index, source, *, alpha=1",
        |_, a| {
            let (t, index, source) = (a.tensor(0)?, positions(a, 2)?, a.tensor(3)?);
            let axis = ops::axis_of(t.shape.rank(), a.dim(1)?)?;
            if index.shape.rank() > 1 {
                return Err(Fault::shape(message!("positions-vector", shape = index.shape)));
            }
            let expected = t.shape.resized(axis, index.shape.size_at(0));
            if source.shape.rank() == 0 && expected.rank() <= 1 {
                return Err(a.unsupported(message!("source-number")));
            }
            if source.shape != expected {
                return Err(Fault::shape(message!("source-needed", source = source.shape, expected)));
            }
            if source.dtype != t.dtype {
                return Err(Fault::value(message!("source-type", source = source.dtype, dtype = t.dtype)));
            }
            expect_range(index, t.shape.size_at(axis), a.function() == "index_copy")?;
            Ok(t.sized(t.shape).into())
        },
    ),
    native("torch.index_fill Tensor.index_fill", "input, dim, index, value", |_, a| {
        let (t, index) = (a.tensor(0)?, long_positions(a, 2)?);
        let axis = ops::axis_of(t.shape.rank(), a.dim(1)?)?;
        match a.get(3) {
            Value::Tensor(value) if value.shape.rank() > 0 => {
                return Err(Fault::shape(message!("one-value-needed", shape = value.shape)));
            }
            Value::Tensor(_) => {}
            _ => {
                a.number(3)?;
            }
        }
        if index.shape.rank() > 1 {
            return Err(Fault::shape(message!("positions-vector", shape = index.shape)));
        }
        expect_range(index, t.shape.size_at(axis), true)?;
        Ok(t.sized(t.shape).into())
    }),
    native("torch.take Tensor.take", "input, index", |_, a| {
        let (t, index) = (a.tensor(0)?, long_positions(a, 1)?);
        if t.shape.numel()? == 0 && index.shape.numel()? != 0 {
            return Err(Fault::shape(message!("take-from-empty")));
        }
        Ok(t.sized(index.shape).into())
    }),
    native("torch.masked_fill Tensor.masked_fill", "input, mask, value", |_, a| {
        let (t, mask) = (a.tensor(0)?, a.tensor(1)?);
        match a.get(2) {
            Value::Tensor(value) if value.shape.rank() > 0 => {
                return Err(Fault::shape(message!("mask-filled", shape = value.shape)));
            }
            Value::Tensor(_) => {}
            _ => {
                let value = a.number(2)?.abs();
                if t.dtype == DType::Float16 && value.is_finite() && value > 65504.0 {
                    return Err(Fault::value(message!("beyond-type", value, dtype = t.dtype)));
                }
            }
        }
        if mask.dtype != DType::Bool {
            return Err(Fault::value(message!("mask-bool", dtype = mask.dtype)));
        }
        Ok(t.sized(ops::broadcast(t.shape, mask.shape)?).into())
    }),
    native("torch.where", "condition, input=None, other=None", |r, a| where_(r, a, 0, 1)),
    native("Tensor.where", "input, condition, other", |r, a| where_(r, a, 1, 0)),
];

/// Argument `i`, a tensor of positions.
fn positions<'a>(a: &'a Args<'_>, i: usize) -> Result<&'a Tensor> {
    let index = a.tensor(i)?;
    if !matches!(index.dtype, DType::Int64 | DType::Int32) {
        return Err(Fault::value(message!("positions-int", dtype = index.dtype)));
    }
    Ok(index)
}

/// Argument `i`, a tensor of positions in 64 bits.
fn long_positions<'a>(a: &'a Args<'_>, i: usize) -> Result<&'a Tensor> {
    let index = a.tensor(i)?;
    if index.dtype != DType::Int64 {
        return Err(Fault::value(message!("positions-int64", dtype = index.dtype)));
    }
    Ok(index)
}

/// Positions that are known must be those of elements.
fn expect_range(index: &Tensor, size: i64, negative: bool) -> Result<()> {
    if size == 0 && index.shape.numel()? > 0 {
        return Err(Fault::shape(message!("position-of-zero")));
    }
    let least = if negative { -size as f64 } else { 0.0 };
    match index.elements.iter().flat_map(|all| all.iter()).find(|&&i| i < least || i >= size as f64) {
        Some(i) => Err(Fault::shape(message!("position-out", i, size))),
        None => Ok(()),
    }
}

/// Positions need elements.
fn expect_elements(t: &Tensor, index: &Tensor) -> Result<()> {
    if t.shape.numel()? == 0 && index.shape.numel()? != 0 {
        return Err(Fault::shape(message!("take-from-empty-tensor", shape = t.shape)));
    }
    Ok(())
}

fn expect_type(t: &Tensor, source: Option<&Tensor>) -> Result<()> {
    match source {
        Some(source) if source.dtype != t.dtype => {
            Err(Fault::value(message!("source-type", source = source.dtype, dtype = t.dtype)))
        }
        _ => Ok(()),
    }
}

fn where_(r: &mut Run, a: &Args<'_>, condition: usize, input: usize) -> Result<Value> {
    let condition = a.tensor(condition)?;
    if a.is_none(input) && a.is_none(2) {
        return super::selected::nonzero(r, a, condition, true);
    }
    if !matches!(condition.dtype, DType::Bool | DType::UInt8) {
        return Err(Fault::value(message!("condition-bool", dtype = condition.dtype)));
    }
    let (mut shape, mut dtypes) = (condition.shape, super::operands::Types::default());
    for i in [input, 2] {
        match a.get(i) {
            Value::Tensor(t) => shape = ops::broadcast(shape, t.shape)?,
            _ => {
                a.number(i)?;
            }
        }
        dtypes.add(a.get(i));
    }
    Ok(Value::tensor(shape, dtypes.result()))
}

/// `x[index]`. What an index is refused for is an `IndexError`.
fn part(r: &mut Run, a: &Args<'_>, t: &Tensor, unknown: Picks) -> Result<Tensor> {
    get_item(r, a, t, unknown).map_err(|fault| match fault.kind {
        FaultKind::Shape | FaultKind::Arguments if fault.raised.is_none() => fault.raising("IndexError"),
        FaultKind::Value => fault.raising("ValueError"),
        _ => fault,
    })
}

fn with_item(r: &mut Run, a: &Args<'_>) -> Result<Tensor> {
    let t = a.tensor(0)?;
    let fills = match a.get(2) {
        Value::Tensor(value) => value.shape.dims().iter().all(|&size| size == 1),
        _ => true,
    };
    let part = part(r, a, t, if fills { Picks::Any } else { Picks::Counted })?;
    match a.get(2) {
        Value::Tensor(_) if fills => {}
        Value::Tensor(value) => {
            // Dimensions of size 1 at the front are dropped.
            let lead = value.shape.dims().iter().take_while(|&&size| size == 1).count();
            let lead = lead.min(value.shape.rank().saturating_sub(part.shape.rank()));
            ops::expand(Shape::new(&value.shape.dims()[lead..]), part.shape.dims())?;
        }
        _ => {
            a.number(2)?;
        }
    }
    Ok(Tensor { elements: assigned(r, a, t), uniform: None, ..t.clone() })
}

/// The elements of `t` after `t[index] = value`, where all of it is known.
fn assigned(r: &mut Run, a: &Args<'_>, t: &Tensor) -> Option<std::rc::Rc<[f64]>> {
    let mut all = t.elements.as_deref()?.to_vec();
    let places =
        Tensor { elements: Some((0..all.len()).map(|i| i as f64).collect()), ..Tensor::new(t.shape, DType::Int64) };
    let places = get_item(r, a, &places, Picks::Counted).ok()?.elements?;
    let value = match a.get(2) {
        Value::Tensor(value) => value.elements.as_deref()?.to_vec(),
        _ => vec![a.number(2).ok()?],
    };
    if value.len() != 1 && value.len() != places.len() {
        return None;
    }
    for (&place, &x) in places.iter().zip(value.iter().cycle()) {
        *all.get_mut(place as usize)? = super::create::rounded(x, t.dtype);
    }
    Some(all.into())
}

/// The result of a mask whose elements aren't known.
#[derive(Clone, Copy, PartialEq)]
enum Picks {
    /// The number of elements matters.
    Counted,
    /// One value fills whatever it picks.
    Any,
}

fn get_item(r: &mut Run, a: &Args<'_>, t: &Tensor, unknown: Picks) -> Result<Tensor> {
    let items: &[Value] = match a.get(1) {
        Value::Tuple(items) => items,
        // A list that holds more than numbers is taken for a tuple.
        Value::List(items)
            if items.len() < 32
                && items.iter().any(|item| {
                    !matches!(item, Value::Int(_) | Value::Bool(_) | Value::Float(_) | Value::Str(_) | Value::Other(_))
                }) =>
        {
            items
        }
        other => std::slice::from_ref(other),
    };
    let joined =
        items.iter().filter(|item| matches!(item, Value::Tensor(_) | Value::List(_) | Value::Tuple(_))).count();
    let unknown = if joined == 1 { unknown } else { Picks::Counted };
    let mut taken = 0;
    for item in items {
        taken += match item {
            Value::None | Value::Ellipsis | Value::Bool(_) => 0,
            Value::Tensor(mask) if matches!(mask.dtype, DType::Bool | DType::UInt8) => mask.shape.rank(),
            _ => 1,
        };
    }
    if taken > t.shape.rank() {
        return Err(Fault::shape(message!("too-many-indices", input = t.shape)));
    }
    let mut parts = Vec::new();
    let mut axis = 0;
    let mut advanced = false;
    let mut picked_from = Vec::new();
    let mut strides = t.strides().map(|_| Vec::new());
    let own = t.strides();
    let mut dots = false;
    for item in items {
        match item {
            Value::None => parts.push(Index::New),
            Value::Ellipsis if dots => return Err(a.unsupported(message!("index-ellipses"))),
            Value::Ellipsis => {
                dots = true;
                for _ in taken..t.shape.rank() {
                    parts.push(Index::Slice([None; 3]));
                }
                axis += t.shape.rank() - taken;
                continue;
            }
            Value::Slice(bounds) => parts.push(Index::Slice(**bounds)),
            Value::Int(i) => parts.push(Index::At(*i)),
            Value::Tensor(index) => {
                advanced |= by_tensor(r, a, t, index, unknown, &mut axis, &mut parts, &mut picked_from)?
            }
            Value::List(_) | Value::Tuple(_) => {
                advanced |= by_list(r, a, t, item, &mut axis, &mut parts, &mut picked_from)?;
            }
            Value::Bool(_) => return Err(a.unsupported(message!("index-bool"))),
            Value::Other(name) if &**name == "dict" => return Err(type_error(message!("index-dict"))),
            Value::Other(_) => return Err(a.wrong(1, message!("some-indices"))),
            Value::Str(_) => return Err(type_error(message!("index-text")).raising("TypeError")),
            _ => return Err(type_error(message!("index-type", type = item.type_name()))),
        }
        if !matches!(item, Value::None | Value::Tensor(_)) {
            axis += 1;
        }
    }
    let shape = ops::index(t.shape, &parts)?;
    if shape.numel()? != 0 {
        for (index, size) in &picked_from {
            expect_range(index, *size, true)?;
        }
    }
    if advanced {
        return Ok(t.sized(shape).laid(if parts.len() == 1 { t.layout } else { Layout::Unknown }));
    }
    let mut at = 0;
    let mut first = 0i64;
    for part in &parts {
        let step = own.map_or(0, |own| own.size_at(at));
        let size = t.shape.size_at(at);
        match *part {
            Index::New => {
                let next = own.and_then(|own| own.dims().get(at).map(|s| s * t.shape.dims()[at]));
                strides.iter_mut().for_each(|all| all.push(next.unwrap_or(1)));
                continue;
            }
            Index::At(i) => first += step * i.rem_euclid(size.max(1)),
            Index::Slice(bounds) => {
                first += step * ops::slice(bounds, size)?.1;
                strides.iter_mut().for_each(|all| all.push(step * bounds[2].unwrap_or(1)));
            }
            Index::Tensor(_) => {}
        }
        at += 1;
    }
    let strides = strides.map(|mut all| {
        all.extend_from_slice(&own.unwrap_or(t.shape).dims()[at..]);
        Shape::new(&all)
    });
    let mut result = t.strided(shape, strides);
    if let (Some(all), Layout::Contiguous, Some(strides)) = (&t.elements, t.layout, strides) {
        result.elements = picked(all, first, shape, strides);
    }
    Ok(result)
}

/// The elements from `first` on in these steps.
pub(super) fn picked(all: &[f64], first: i64, shape: Shape, strides: Shape) -> Option<std::rc::Rc<[f64]>> {
    let count = shape.numel().ok()?;
    (0..count)
        .map(|mut n| {
            let mut at = first;
            for axis in (0..shape.rank()).rev() {
                at += strides.dims()[axis] * (n % shape.dims()[axis]);
                n /= shape.dims()[axis];
            }
            all.get(at as usize).copied()
        })
        .collect()
}

/// Adds what a tensor of positions, or a mask, picks. Returns whether dimensions are joined by it.
#[expect(clippy::too_many_arguments)]
fn by_tensor(
    r: &mut Run,
    a: &Args<'_>,
    t: &Tensor,
    index: &Tensor,
    unknown: Picks,
    axis: &mut usize,
    parts: &mut Vec<Index>,
    picked_from: &mut Vec<(Tensor, i64)>,
) -> Result<bool> {
    if matches!(index.dtype, DType::Bool | DType::UInt8) {
        if index.shape.rank() == 0 {
            return Err(a.unsupported(message!("index-mask")));
        }
        let own = &t.shape.dims()[*axis..];
        if !own.starts_with(index.shape.dims()) {
            return Err(Fault::shape(message!("mask-fit", mask = index.shape, shape = t.shape)));
        }
        let count = match &index.elements {
            Some(elements) => elements.iter().filter(|&&x| x != 0.0).count() as i64,
            None if unknown == Picks::Any => 0,
            None => r.count(index.shape.numel()?).ok_or_else(|| a.unsupported(message!("mask-picks")))?,
        };
        parts.extend((0..index.shape.rank()).map(|_| Index::Tensor(Shape::new(&[count]))));
        *axis += index.shape.rank();
        return Ok(true);
    }
    if index.dtype.kind() != Kind::Int {
        return Err(Fault::shape(message!("index-tensors", dtype = index.dtype)));
    }
    let size = t.shape.size_at(*axis);
    *axis += 1;
    if index.shape.rank() == 0 {
        // A scalar picks one element, as a number does.
        parts.push(Index::At(index.item().map_or(if size > 0 { 0 } else { -1 }, |i| i as i64)));
        return Ok(false);
    }
    if size == 0 {
        expect_range(index, size, true)?;
    }
    picked_from.push((index.clone(), size));
    parts.push(Index::Tensor(index.shape));
    Ok(true)
}

/// Adds what a list of numbers, or of bools, picks.
fn by_list(
    r: &mut Run,
    a: &Args<'_>,
    t: &Tensor,
    item: &Value,
    axis: &mut usize,
    parts: &mut Vec<Index>,
    picked_from: &mut Vec<(Tensor, i64)>,
) -> Result<bool> {
    let mut sizes = Vec::new();
    let mut at = item;
    while let Some(items) = at.items() {
        sizes.push(items.len() as i64);
        let Some(first) = items.first() else { break };
        at = first;
    }
    let mut elements = Vec::new();
    flatten(item, &mut elements);
    let is_mask = matches!(at, Value::Bool(_));
    let mut index = Tensor::new(Shape::try_new(&sizes)?, if is_mask { DType::Bool } else { DType::Int64 });
    let known: Option<Vec<f64>> = elements
        .iter()
        .map(|value| match value {
            Value::Int(i) => Some(*i as f64),
            Value::Bool(b) => Some(f64::from(u8::from(*b))),
            Value::Tensor(t) => t.item(),
            _ => None,
        })
        .collect();
    if elements.iter().any(|value| matches!(value, Value::Float(_))) {
        return match a.function() {
            "__getitem__" => Err(Fault::shape(message!("index-floats"))),
            _ => Err(a.unsupported(message!("floats-index"))),
        };
    }
    index.elements = known.map(Into::into);
    let before = *axis;
    let advanced = by_tensor(r, a, t, &index, Picks::Counted, axis, parts, picked_from)?;
    // The caller counts one dimension.
    *axis = before + (*axis - before).saturating_sub(1);
    Ok(advanced)
}

fn flatten<'a>(value: &'a Value, all: &mut Vec<&'a Value>) {
    match value.items() {
        Some(items) => items.iter().for_each(|item| flatten(item, all)),
        None => all.push(value),
    }
}
