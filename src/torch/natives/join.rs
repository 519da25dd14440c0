//! Functions that join, split and repeat tensors.

use super::{Args, Layout, Memory, Native, Tensor, Value, native};
use crate::torch::dtype::DType;
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("torch.cat torch.concat torch.concatenate", "tensors, dim=0", |_, a| {
        let dim = a.dim(1)?;
        let tensors = a.tensors(0)?;
        let joined = joined(&tensors, |shapes| ops::cat(shapes, dim))?;
        let known: Option<Vec<f64>> = tensors.iter().try_fold(Vec::new(), |mut all, t| {
            all.extend_from_slice(t.elements.as_deref()?);
            (t.shape.rank() == 1).then_some(all)
        });
        // Only images and volumes may keep the channels at the end.
        let keeps_order =
            matches!(joined.shape.rank(), 4 | 5) && tensors.iter().any(|t| t.layout != Layout::Contiguous);
        let layout = if keeps_order { Layout::Unknown } else { Layout::Contiguous };
        Ok(Tensor { elements: known.map(Into::into), ..joined.laid(layout) }.into())
    })
    .laid(Memory::Own),
    native("torch.stack", "tensors, dim=0", |_, a| {
        let dim = a.dim(1)?;
        let tensors = a.tensors(0)?;
        let joined = joined(&tensors, |shapes| ops::stack(shapes, dim))?;
        let known: Option<Vec<f64>> = tensors.iter().map(|t| t.item().filter(|_| t.shape.rank() == 0)).collect();
        Ok(Tensor { elements: known.map(Into::into), ..joined }.into())
    }),
    native("torch.hstack", "tensors", |_, a| Ok(joined(&a.tensors(0)?, ops::hstack)?.into())),
    native("torch.vstack torch.row_stack", "tensors", |_, a| Ok(joined(&a.tensors(0)?, ops::vstack)?.into())),
    native("torch.dstack", "tensors", |_, a| Ok(joined(&a.tensors(0)?, ops::dstack)?.into())),
    native("torch.column_stack", "tensors", |_, a| Ok(joined(&a.tensors(0)?, ops::column_stack)?.into())),
    native("torch.block_diag", "*tensors", |_, a| Ok(joined(&a.tensors(0)?, ops::block_diag)?.into())),
    native("torch.split Tensor.split", "tensor, split_size_or_sections, dim=0", split),
    native("Tensor.split", "tensor, split_size, dim=0", split),
    native("torch.split_with_sizes Tensor.split_with_sizes", "tensor, split_sizes, dim=0", |_, a| {
        parts(a, &a.ints(1)?, a.dim(2)?)
    }),
    native("torch.chunk Tensor.chunk", "input, chunks, dim=0", |_, a| {
        let (shape, dim) = (a.shape(0)?, a.dim(2)?);
        let chunks = ops::chunk(shape, a.int(1)?, dim)?;
        let sizes = chunks.iter().map(|chunk| chunk.dim(dim)).collect::<Result<Vec<i64>>>()?;
        cut(a, &sizes, dim)
    })
    .laid(Memory::Own),
    native("torch.tensor_split Tensor.tensor_split", "input, indices_or_sections, dim=0", |_, a| {
        let (shape, dim) = (a.shape(0)?, a.dim(2)?);
        let sizes = match a.get(1).items() {
            Some(_) => ops::tensor_split_at(shape, &a.ints(1)?, dim)?,
            None => ops::tensor_split_sizes(shape, a.int(1)?, dim)?,
        };
        cut(a, &sizes, dim)
    })
    .laid(Memory::Own),
    native("torch.hsplit torch.vsplit torch.dsplit", "input, indices_or_sections", |_, a| {
        let shape = a.shape(0)?;
        let (dim, least) = match a.function() {
            "hsplit" => (isize::from(shape.rank() > 1), 1),
            "vsplit" => (0, 2),
            _ => (2, 3),
        };
        if shape.rank() < least {
            return Err(Fault::shape(message!("needs-dimensions", function = a.function(), least, shape)));
        }
        let sizes = match a.get(1).items() {
            Some(_) => ops::tensor_split_at(shape, &a.ints(1)?, dim)?,
            None => {
                let sections = a.int(1)?;
                if sections == 0 || shape.dim(dim)? % sections != 0 {
                    return Err(Fault::value(message!("split-equal", shape, sections)));
                }
                ops::tensor_split_sizes(shape, sections, dim)?
            }
        };
        cut(a, &sizes, dim)
    })
    .laid(Memory::Own),
    native("torch.unbind Tensor.unbind", "input, dim=0", |_, a| unbind(a.tensor(0)?, a.dim(1)?)).laid(Memory::Own),
    native("Tensor.repeat", "input, *repeats", |_, a| {
        let t = a.tensor(0)?;
        moved(t, ops::repeat(t.shape, &a.ints(1)?)?)
    })
    .laid(Memory::Own),
    native("Tensor.tile", "input, *dims", tile).laid(Memory::Own),
    native("torch.tile", "input, dims", tile).laid(Memory::Own),
    native(
        "torch.repeat_interleave Tensor.repeat_interleave",
        "input, repeats, dim=None, *, output_size=None",
        |_, a| {
            let t = a.tensor(0)?;
            let dim = a.opt_dim(2)?;
            match a.get(1) {
                Value::Tensor(times) => by_counts(a, t, times, dim),
                _ => moved(t, ops::repeat_interleave(t.shape, a.int(1)?, dim)?),
            }
        },
    )
    .laid(Memory::Own),
    native("Tensor.expand", "input, *size, *, implicit=False", expand).laid(Memory::Own),
    native("torch.broadcast_to Tensor.broadcast_to", "input, size", expand).laid(Memory::Own),
    native("Tensor.expand_as", "input, other", |_, a| expanded(a.tensor(0)?, a.shape(1)?.dims())).laid(Memory::Own),
    native("torch.broadcast_tensors", "*tensors", |_, a| {
        let tensors = a.tensors(0)?;
        let shape = tensors.iter().try_fold(Shape::new(&[]), |shape, t| ops::broadcast(shape, t.shape))?;
        tensors.iter().map(|t| expanded(t, shape.dims())).collect::<Result<Vec<_>>>().map(Value::Tuple)
    })
    .laid(Memory::Own),
    native("torch.broadcast_shapes", "*shapes", |_, a| {
        let items = match a.get(0) {
            // A single shape.
            shape @ Value::Tuple(_) => std::slice::from_ref(shape),
            several => several.items().unwrap_or_default(),
        };
        let mut result = Shape::new(&[]);
        for item in items {
            let sizes = match item.items() {
                Some(sizes) => sizes.iter().map(Value::as_int).collect::<Result<Vec<i64>>>()?,
                None => vec![item.as_int()?],
            };
            result = ops::broadcast(result, ops::empty(&sizes)?)?;
        }
        Ok(Value::size(result.dims()))
    }),
    native("torch.atleast_1d torch.atleast_2d torch.atleast_3d", "*tensors", |_, a| {
        let rank = match a.function() {
            "atleast_1d" => 1,
            "atleast_2d" => 2,
            _ => 3,
        };
        let results: Vec<Tensor> = a.tensors(0)?.iter().map(|t| t.sized(ops::at_least(t.shape, rank))).collect();
        Ok(match <[Tensor; 1]>::try_from(results) {
            Ok([one]) => one.into(),
            Err(several) => several.into(),
        })
    }),
];

fn joined(tensors: &[&Tensor], join: impl FnOnce(&[Shape]) -> Result<Shape>) -> Result<Tensor> {
    let shapes: Vec<Shape> = tensors.iter().map(|t| t.shape).collect();
    let output = join(&shapes)?;
    let dtype = tensors.iter().map(|t| t.dtype).reduce(DType::promote).unwrap_or(DType::Float32);
    Ok(Tensor::new(output, dtype))
}

fn split(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let dim = a.dim(2)?;
    match a.get(1).items() {
        Some(_) => parts(a, &a.ints(1)?, dim),
        None => cut(a, &ops::split_sizes(a.shape(0)?, a.int(1)?, dim)?, dim),
    }
}

fn parts(a: &Args<'_>, sizes: &[i64], dim: isize) -> Result<Value> {
    ops::split(a.shape(0)?, sizes, dim)?;
    cut(a, sizes, dim)
}

/// Argument 0 in parts of these sizes along `dim`: views of it.
fn cut(a: &Args<'_>, sizes: &[i64], dim: isize) -> Result<Value> {
    let t = a.tensor(0)?;
    let axis = t.shape.axis(dim)?;
    let mut start = 0usize;
    let parts = sizes.iter().map(|&size| {
        let mut part = t.strided(t.shape.with(axis, size), t.strides());
        if let (Some(all), 1) = (&t.elements, t.shape.rank()) {
            part.elements = all.get(start..start + size as usize).map(Into::into);
        }
        start += size as usize;
        part
    });
    Ok(parts.collect::<Vec<_>>().into())
}

/// `unbind`, and what iterating over a tensor does.
fn unbind(t: &Tensor, dim: isize) -> Result<Value> {
    let (part, count) = ops::unbind(t.shape, dim)?;
    if count > 1 << 16 {
        return Err(Fault::unsupported(message!("chunks-many", chunks = count)));
    }
    let axis = t.shape.axis(dim)?;
    let part = t.strided(part, t.strides().map(|strides| strides.without(axis)));
    let n = part.shape.numel()? as usize;
    let parts = (0..count as usize).map(|i| {
        let elements = t.elements.as_ref().filter(|_| axis == 0).map(|all| all[i * n..(i + 1) * n].into());
        Tensor { elements, ..part.clone() }
    });
    Ok(parts.collect::<Vec<_>>().into())
}

/// A copy of `t` in another shape.
fn moved(t: &Tensor, output: Shape) -> Result<Value> {
    Ok(t.sized(output).into())
}

fn tile(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    if a.ints(1)?.iter().any(|&n| n < 0) && t.shape.numel()? == 0 {
        return Err(a.unsupported(message!("no-elements")));
    }
    moved(t, ops::tile(t.shape, &a.ints(1)?)?)
}

/// `repeat_interleave` of each element as often as `times` says.
fn by_counts(a: &Args<'_>, t: &Tensor, times: &Tensor, dim: Option<isize>) -> Result<Value> {
    let input = if dim.is_none() { Shape::new(&[t.shape.numel()?]) } else { t.shape };
    let axis = ops::axis_of(input.rank(), dim.unwrap_or(0))?;
    let Some(counts) = &times.elements else {
        return Err(a.unsupported(message!("repeats-unknown")));
    };
    if times.dtype != DType::Int64 && times.dtype != DType::Int32 {
        return Err(Fault::value(message!("repeats-integers", dtype = times.dtype)));
    }
    if times.shape.rank() > 1 || (counts.len() != 1 && counts.len() as i64 != input.size_at(axis)) {
        return Err(Fault::shape(message!("repeats-fit", repeats = times.shape, shape = t.shape, axis)));
    }
    if counts.iter().any(|&n| n < 0.0) {
        return Err(Fault::value(message!("repeats-negative")));
    }
    let sum: f64 = if counts.len() == 1 { counts[0] * input.size_at(axis) as f64 } else { counts.iter().sum() };
    Ok(t.sized(if input.rank() == 0 { Shape::new(&[sum as i64]) } else { input.with(axis, sum as i64) }).into())
}

fn expand(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    expanded(a.tensor(0)?, &a.one_or_more(1)?)
}

/// `t` stretched to `sizes`, whose new or longer dimensions have no distance between neighbours.
fn expanded(t: &Tensor, sizes: &[i64]) -> Result<Value> {
    let shape = ops::expand(t.shape, sizes)?;
    let lead = shape.rank() - t.shape.rank();
    let strides = t.strides().map(|own| {
        (0..shape.rank()).fold(shape, |strides, i| match i.checked_sub(lead) {
            Some(axis) if t.shape.dims()[axis] == shape.dims()[i] => strides.with(i, own.dims()[axis]),
            _ => strides.with(i, 0),
        })
    });
    Ok(t.strided(shape, strides).into())
}
