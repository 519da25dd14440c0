//! Functions that return a view of the same elements, and functions that move them.

use super::{Args, Layout, Memory, Native, Tensor, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("Tensor.view", "input, *size, *, dtype=None", |_, a| {
        let t = a.tensor(0)?;
        let dtype = match (a.get(1).items(), a.get(1)) {
            (Some([Value::DType(dtype)]), _) | (_, Value::DType(dtype)) => Some(*dtype),
            _ => a.dtype(2)?,
        };
        match dtype {
            Some(dtype) => reinterpreted(t, dtype),
            None => {
                let shape = ops::view(t.shape, &a.ints(1)?)?;
                viewed(t, shape)
            }
        }
    })
    .laid(Memory::Own),
    native("Tensor.reshape", "input, *shape", reshape).laid(Memory::Own),
    native("torch.reshape", "input, shape", reshape).laid(Memory::Own),
    native("Tensor.view_as", "input, other", |_, a| {
        let (t, other) = (a.tensor(0)?, a.shape(1)?);
        let shape = ops::view(t.shape, other.dims())?;
        viewed(t, shape)
    })
    .laid(Memory::Own),
    native("Tensor.reshape_as", "input, other", |_, a| {
        let (t, other) = (a.tensor(0)?, a.shape(1)?);
        let shape = ops::view(t.shape, other.dims())?;
        Ok(reshaped(t, shape))
    })
    .laid(Memory::Own),
    native("torch.flatten Tensor.flatten", "input, start_dim=0, end_dim=-1", |_, a| {
        let t = a.tensor(0)?;
        let shape = match t.shape.rank() {
            0 => {
                ops::axis_of(0, a.dim(1)?)?;
                ops::axis_of(0, a.dim(2)?)?;
                Shape::new(&[1])
            }
            _ => ops::flatten(t.shape, a.dim(1)?, a.dim(2)?)?,
        };
        Ok(reshaped(t, shape))
    })
    .laid(Memory::Own),
    native("torch.ravel Tensor.ravel", "input", |_, a| {
        let t = a.tensor(0)?;
        Ok(reshaped(t, Shape::new(&[t.shape.numel()?])))
    })
    .laid(Memory::Own),
    native("torch.unflatten Tensor.unflatten", "input, dim, sizes", |_, a| {
        let t = a.tensor(0)?;
        let shape = ops::unflatten(t.shape, a.dim(1)?, &a.ints(2)?)?;
        viewed(t, shape)
    })
    .laid(Memory::Own),
    native("torch.squeeze Tensor.squeeze", "input, dim=None", |_, a| {
        let t = a.tensor(0)?;
        let dims = a.dims(1)?;
        let dims = if a.is_given(1) { Some(dims.as_slice()) } else { None };
        let axes = ops::squeezed_axes(t.shape, dims)?;
        let drop = |shape: Shape| {
            let kept = shape.dims().iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
            Shape::new(&kept.map(|(_, &size)| size).collect::<Vec<_>>())
        };
        view_of(t, drop(t.shape), t.strides().map(drop))
    })
    .laid(Memory::Own),
    native("torch.unsqueeze Tensor.unsqueeze", "input, dim", |_, a| {
        let t = a.tensor(0)?;
        let axis = ops::unsqueezed_axis(t.shape, a.dim(1)?)?;
        let strides = match t.strides() {
            Some(own) => {
                let step = own.dims().get(axis).map_or(1, |stride| stride * t.shape.dims()[axis]);
                Some(own.inserted(axis, step)?)
            }
            None => None,
        };
        view_of(t, t.shape.inserted(axis, 1)?, strides)
    })
    .laid(Memory::Own),
    native("Tensor.permute", "input, *dims", permute).laid(Memory::Own),
    native("torch.permute", "input, dims", permute).laid(Memory::Own),
    native("torch.transpose torch.swapdims Tensor.transpose Tensor.swapdims", "input, dim0, dim1", transpose)
        .laid(Memory::Own),
    native("torch.swapaxes Tensor.swapaxes", "input, axis0, axis1", transpose).laid(Memory::Own),
    native("torch.t Tensor.t", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.shape.rank() > 2 {
            return Err(Fault::shape(message!("t-dimensions", shape = t.shape)));
        }
        reversed(t)
    })
    .laid(Memory::Own),
    native("Tensor.T", "input", |_, a| reversed(a.tensor(0)?)).laid(Memory::Own),
    native("Tensor.mT Tensor.mH Tensor.H torch.adjoint Tensor.adjoint", "input", |_, a| {
        let t = a.tensor(0)?;
        let rank = t.shape.rank();
        if rank == 0 {
            return Ok(t.clone().into());
        }
        if rank < 2 || (a.function() == "H" && rank != 2) {
            return Err(Fault::shape(message!("transposed-matrix", shape = t.shape)));
        }
        let mut order: Vec<usize> = (0..rank).collect();
        order.swap(rank - 2, rank - 1);
        permuted(t, &order)
    })
    .laid(Memory::Own),
    native("torch.movedim torch.moveaxis Tensor.movedim Tensor.moveaxis", "input, source, destination", |_, a| {
        let t = a.tensor(0)?;
        if a.get(1).items().is_some() != a.get(2).items().is_some() {
            return Err(super::type_error(message!("movedim-takes")));
        }
        let order = ops::movedim(t.shape, &a.dims(1)?, &a.dims(2)?)?;
        permuted(t, &order)
    })
    .laid(Memory::Own),
    native("torch.narrow Tensor.narrow", "input, dim, start, length", |_, a| {
        let t = a.tensor(0)?;
        let shape = ops::narrow(t.shape, a.dim(1)?, a.int(2)?, a.int(3)?)?;
        view_of(t, shape, t.strides())
    })
    .laid(Memory::Own),
    native("torch.select Tensor.select", "input, dim, index", |_, a| {
        let t = a.tensor(0)?;
        let dim = a.dim(1)?;
        let shape = ops::select(t.shape, dim, a.int(2)?)?;
        let axis = t.shape.axis(dim)?;
        view_of(t, shape, t.strides().map(|strides| strides.without(axis)))
    })
    .laid(Memory::Own),
    native("Tensor.unfold", "input, dimension, size, step", |_, a| {
        let t = a.tensor(0)?;
        let (dim, size, step) = (a.dim(1)?, a.int(2)?, a.int(3)?);
        let shape = ops::windows(t.shape, dim, size, step)?;
        let axis = ops::axis_of(t.shape.rank(), dim)?;
        let strides = t.strides().map(|own| {
            let stride = own.size_at(axis);
            own.resized(axis, stride.saturating_mul(step)).inserted(own.rank(), stride)
        });
        view_of(t, shape, strides.transpose()?)
    })
    .laid(Memory::Own),
    native("torch.as_strided Tensor.as_strided", "input, size, stride, storage_offset=None", |_, a| {
        let t = a.tensor(0)?;
        let (sizes, strides) = (a.ints(1)?, a.ints(2)?);
        let offset = a.opt_int(3)?.unwrap_or(0);
        let shape = ops::empty(&sizes)?;
        if sizes.len() != strides.len() || strides.iter().any(|&s| s < 0) || offset < 0 {
            return Err(Fault::value(message!(
                "sizes-strides",
                sizes = format!("{sizes:?}"),
                strides = format!("{strides:?}")
            )));
        }
        let last: i64 = sizes.iter().zip(&strides).map(|(&n, &s)| (n - 1).saturating_mul(s)).sum();
        if t.layout == Layout::Contiguous && shape.numel()? > 0 && offset.saturating_add(last) >= t.shape.numel()? {
            return Err(Fault::shape(message!(
                "strides-beyond",
                sizes = format!("{sizes:?}"),
                strides = format!("{strides:?}"),
                shape = t.shape
            )));
        }
        if t.layout != Layout::Contiguous {
            return Err(a.unsupported(message!("view-memory")));
        }
        Ok(t.strided(shape, Some(Shape::try_new(&strides)?)).into())
    })
    .laid(Memory::Own),
    native("torch.roll Tensor.roll", "input, shifts, dims=()", |_, a| {
        let t = a.tensor(0)?;
        let shape = ops::roll(t.shape, a.one_or_more(1)?.len(), &a.dims(2)?)?;
        copied(t, shape)
    }),
    native("Tensor.flip", "input, *dims", flip),
    native("torch.flip", "input, dims", flip),
    native("torch.fliplr torch.flipud Tensor.fliplr Tensor.flipud", "input", |_, a| {
        let t = a.tensor(0)?;
        let least = if a.function() == "fliplr" { 2 } else { 1 };
        if t.shape.rank() < least {
            return Err(Fault::shape(message!("needs-dimensions", function = a.function(), least, shape = t.shape)));
        }
        copied(t, t.shape)
    }),
    native("torch.rot90 Tensor.rot90", "input, k=1, dims=(0,1)", |_, a| {
        let t = a.tensor(0)?;
        let dims = if a.is_given(2) { a.dims(2)? } else { vec![0, 1] };
        let shape = ops::rot90(t.shape, a.int(1)?, &dims)?;
        copied(t, shape)
    })
    .laid(Memory::Unknown),
    native("torch.diagonal Tensor.diagonal", "input, offset=0, dim1=0, dim2=1", |_, a| {
        let t = a.tensor(0)?;
        let (dim1, dim2) = (a.dim(2)?, a.dim(3)?);
        let shape = ops::diagonal(t.shape, a.int(1)?, dim1, dim2)?;
        let (i, j) = (t.shape.axis(dim1)?, t.shape.axis(dim2)?);
        let strides = t.strides().map(|own| {
            let rest = own.without(i.max(j)).without(i.min(j));
            rest.inserted(rest.rank(), own.dims()[i].saturating_add(own.dims()[j]))
        });
        Ok(t.strided(shape, strides.transpose()?).into())
    })
    .laid(Memory::Own),
    native("torch.diag Tensor.diag", "input, diagonal=0", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.sized(ops::diag(t.shape, a.int(1)?)?).into())
    })
    .laid(Memory::Unknown),
    native("torch.diag_embed Tensor.diag_embed", "input, offset=0, dim1=-2, dim2=-1", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.sized(ops::diag_embed(t.shape, a.int(1)?, a.dim(2)?, a.dim(3)?)?).into())
    })
    .laid(Memory::Unknown),
    native("torch.view_as_complex", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.shape.rank() == 0 || t.shape.dim(-1)? != 2 {
            return Err(Fault::shape(message!("complex-two-parts", shape = t.shape)));
        }
        if !matches!(t.dtype, DType::Float16 | DType::Float32 | DType::Float64) {
            return Err(Fault::value(message!("complex-made-of", dtype = t.dtype)));
        }
        if t.layout == Layout::Unknown {
            return Err(a.unsupported(message!("memory-unknown")));
        }
        if t.layout != Layout::Contiguous {
            return Err(a.unsupported(message!("complex-contiguous")));
        }
        Ok(Tensor::new(t.shape.without(t.shape.rank() - 1), t.dtype.complex()).into())
    }),
    native("torch.view_as_real", "input", |_, a| {
        let t = a.tensor(0)?;
        if t.dtype.kind() != Kind::Complex {
            return Err(Fault::value(message!("not-complex", dtype = t.dtype)));
        }
        Ok(Tensor::new(t.shape.inserted(t.shape.rank(), 2)?, t.dtype.real()).into())
    }),
    native("torch.pixel_shuffle F.pixel_shuffle", "input, upscale_factor", |_, a| {
        let t = a.tensor(0)?;
        let shape = ops::pixel_shuffle(t.shape, a.int(1)?)?;
        copied(t, shape)
    }),
    native("torch.pixel_unshuffle F.pixel_unshuffle", "input, downscale_factor", |_, a| {
        let t = a.tensor(0)?;
        a.expect_some(&[t])?;
        let shape = ops::pixel_unshuffle(t.shape, a.int(1)?)?;
        copied(t, shape)
    }),
    native("torch.channel_shuffle F.channel_shuffle torch.native_channel_shuffle", "input, groups", |_, a| {
        let t = a.tensor(0)?;
        let shape = ops::channel_shuffle(t.shape, a.int(1)?)?;
        copied(t, shape)
    }),
    native("torch.tril torch.triu Tensor.tril Tensor.triu", "input, diagonal=0", |_, a| {
        let t = a.tensor(0)?;
        let diagonal = a.int(1)?;
        let [.., rows, columns] = *t.shape.dims() else {
            return Err(Fault::shape(message!("needs-two-dimensions", function = a.function(), shape = t.shape)));
        };
        let lower = a.function() == "tril";
        let is_kept = |i: i64| {
            let above = i % columns - i / columns % rows;
            if lower { above <= diagonal } else { above >= diagonal }
        };
        let elements = t
            .elements
            .as_ref()
            .map(|all| all.iter().enumerate().map(|(i, &x)| if is_kept(i as i64) { x } else { 0.0 }).collect());
        Ok(Tensor { elements, ..t.sized(t.shape) }.into())
    }),
    native("Tensor.contiguous torch.contiguous", "input, *, memory_format=None", |_, a| {
        let t = a.tensor(0)?;
        Ok(if a.is_none(1) { t.clone().laid(Layout::Contiguous) } else { t.clone().laid(Layout::Unknown) }.into())
    })
    .laid(Memory::Own),
];

fn reshape(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let shape = ops::view(t.shape, &a.ints(1)?)?;
    Ok(reshaped(t, shape))
}

/// A view under other sizes, a copy where memory can't be read so.
fn reshaped(t: &Tensor, shape: Shape) -> Value {
    let result = match t.strides() {
        None => t.sized(shape).laid(Layout::Unknown),
        Some(own) => match ops::view_strides(t.shape, own, shape) {
            Some(strides) => t.strided(shape, Some(strides)),
            None => t.sized(shape),
        },
    };
    Tensor { elements: t.elements.clone(), ..result }.into()
}

/// A view under other sizes, or torch's complaint where memory can't be read so.
fn viewed(t: &Tensor, shape: Shape) -> Result<Value> {
    if t.strides().is_some_and(|own| ops::view_strides(t.shape, own, shape).is_none()) {
        return Err(Fault::shape(message!("view-contiguous", tensor = t.shape, shape)));
    }
    Ok(reshaped(t, shape))
}

/// A view of the same elements in the same order.
fn view_of(t: &Tensor, shape: Shape, strides: Option<Shape>) -> Result<Value> {
    let elements = t.elements.clone().filter(|_| t.shape.numel() == shape.numel());
    Ok(Tensor { elements, ..t.strided(shape, strides) }.into())
}

fn copied(t: &Tensor, shape: Shape) -> Result<Value> {
    Ok(t.sized(shape).into())
}

fn transpose(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let (i, j) = (ops::axis_of(t.shape.rank(), a.dim(1)?)?, ops::axis_of(t.shape.rank(), a.dim(2)?)?);
    if t.shape.rank() == 0 {
        return Ok(t.clone().into());
    }
    let mut order: Vec<usize> = (0..t.shape.rank()).collect();
    order.swap(i, j);
    permuted(t, &order)
}

fn permute(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let dims: Vec<isize> = a.ints(1)?.into_iter().map(|d| d as isize).collect();
    if dims.len() != t.shape.rank() {
        return Err(Fault::shape(message!("order-names", dims = format!("{dims:?}"), shape = t.shape)));
    }
    let order = ops::axes_of(t.shape.rank(), &dims)?;
    permuted(t, &order)
}

fn permuted(t: &Tensor, order: &[usize]) -> Result<Value> {
    let shape = ops::permute(t.shape, order)?;
    let strides = t.strides().map(|strides| ops::permute(strides, order)).transpose()?;
    let elements = match &t.elements {
        Some(all) => super::index::picked(all, 0, shape, ops::permute(ops::ordered(t.shape), order)?),
        None => None,
    };
    Ok(Tensor { elements, ..t.strided(shape, strides) }.into())
}

fn reversed(t: &Tensor) -> Result<Value> {
    permuted(t, &(0..t.shape.rank()).rev().collect::<Vec<_>>())
}

fn flip(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let dims: Vec<isize> = a.ints(1)?.into_iter().map(|d| d as isize).collect();
    let axes = ops::axes_of(t.shape.rank(), &dims)?;
    let mut strides = ops::ordered(t.shape);
    let mut first = 0;
    for axis in axes {
        first += strides.dims()[axis] * (t.shape.dims()[axis] - 1);
        strides = strides.with(axis, -strides.dims()[axis]);
    }
    let elements = t.elements.as_ref().and_then(|all| super::index::picked(all, first, t.shape, strides));
    Ok(Tensor { elements, ..t.sized(t.shape) }.into())
}

/// `view(dtype)`: the same bytes as elements of another type.
fn reinterpreted(t: &Tensor, dtype: DType) -> Result<Value> {
    let (old, new) = (t.dtype.bytes(), dtype.bytes());
    if old == new {
        return Ok(Tensor { dtype, elements: None, uniform: None, ..t.clone() }.into());
    }
    if t.shape.rank() == 0 {
        return Err(Fault::value(message!("scalar-viewed", from = t.dtype, dtype)));
    }
    let last = t.shape.dim(-1)? * old;
    if t.layout != Layout::Contiguous {
        return Err(Fault::unsupported(message!("view-of-type")));
    }
    if last % new != 0 {
        return Err(Fault::value(message!("rows-viewed", last, dtype)));
    }
    Ok(Tensor::new(t.shape.with(t.shape.rank() - 1, last / new), dtype).into())
}
