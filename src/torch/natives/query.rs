//! Queries of a tensor.

use super::{Args, Layout, Native, Tensor, Value, native};
use crate::torch::dtype::Kind;
use crate::torch::ops::{Fault, Result};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("Tensor.size", "input, dim=None", |_, a| {
        let t = a.tensor(0)?;
        match a.opt_dim(1)? {
            None => Ok(Value::size(t.shape.dims())),
            Some(dim) => Ok(Value::Int(t.shape.dim(dim)?)),
        }
    }),
    native("Tensor.shape", "input", |_, a| Ok(Value::size(a.shape(0)?.dims()))),
    native("Tensor.stride", "input, dim=None", |_, a| {
        let t = a.tensor(0)?;
        let strides = t.strides().ok_or_else(|| a.unsupported(message!("memory-unknown")))?;
        match a.opt_dim(1)? {
            None => Ok(Value::size(strides.dims())),
            Some(dim) => Ok(Value::Int(strides.dim(dim)?)),
        }
    }),
    native("Tensor.dim Tensor.ndimension Tensor.ndim", "input", |_, a| Ok(Value::Int(a.shape(0)?.rank() as i64))),
    native("Tensor.numel Tensor.nelement torch.numel", "input", |_, a| Ok(Value::Int(a.shape(0)?.numel()?))),
    native("Tensor.__len__", "input", |_, a| match a.shape(0)?.dims() {
        [n, ..] => Ok(Value::Int(*n)),
        [] => Err(super::type_error(message!("scalar-length"))),
    }),
    native("Tensor.element_size", "input", |_, a| Ok(Value::Int(a.tensor(0)?.dtype.bytes()))),
    native("Tensor.itemsize", "input", |_, a| Ok(Value::Int(a.tensor(0)?.dtype.bytes()))),
    native("Tensor.dtype", "input", |_, a| Ok(Value::DType(a.tensor(0)?.dtype))),
    native("Tensor.is_contiguous", "input, *, memory_format=None", |_, a| {
        if !a.is_none(1) {
            return Err(a.unsupported(message!("memory-orders")));
        }
        match a.tensor(0)?.layout {
            Layout::Contiguous => Ok(Value::Bool(true)),
            Layout::Strided(_) => Ok(Value::Bool(false)),
            Layout::Unknown => Err(a.unsupported(message!("memory-unknown"))),
        }
    }),
    native("torch.is_complex Tensor.is_complex", "input", |_, a| {
        Ok(Value::Bool(a.tensor(0)?.dtype.kind() == Kind::Complex))
    }),
    native("torch.is_floating_point Tensor.is_floating_point", "input", |_, a| {
        Ok(Value::Bool(a.tensor(0)?.dtype.kind() == Kind::Float))
    }),
    native("torch.is_tensor", "obj", |_, a| Ok(Value::Bool(matches!(a.get(0), Value::Tensor(_))))),
    native("torch.result_type", "tensor1, tensor2", |_, a| {
        let mut types = super::operands::Types::default();
        types.add(a.get(0));
        types.add(a.get(1));
        Ok(Value::DType(types.result()))
    }),
    native("torch.promote_types", "type1, type2", |_, a| match (a.dtype(0)?, a.dtype(1)?) {
        (Some(x), Some(y)) => Ok(Value::DType(x.promote(y))),
        _ => Err(a.wrong(0, message!("a-dtype"))),
    }),
    native("Tensor.item Tensor.__bool__ Tensor.__float__ Tensor.__int__ Tensor.__index__", "input", item),
    native("Tensor.tolist", "input", |_, a| {
        let t = a.tensor(0)?;
        match &t.elements {
            Some(all) => Ok(nested(t, all, 0)),
            None if t.shape.numel()? == 0 => Ok(nested(t, &[], 0)),
            None => Err(a.unsupported(message!("elements-unknown"))),
        }
    }),
    native("Tensor.get_device", "input", |_, _| Ok(Value::Int(-1))),
];

fn item(r: &mut crate::torch::run::Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    if t.shape.numel()? != 1 {
        return Err(Fault::value(message!("one-element-value", shape = t.shape)));
    }
    if a.function() == "__index__" && t.dtype.kind() > Kind::Int {
        return Err(super::type_error(message!("no-index", dtype = t.dtype)));
    }
    if let (None, "__bool__", Some(way)) = (t.item(), a.function(), r.decide()) {
        return Ok(Value::Bool(way));
    }
    let x = t.item().ok_or_else(|| a.unsupported(message!("tensor-value-unknown")))?;
    Ok(match a.function() {
        "__bool__" => Value::Bool(x != 0.0),
        "__float__" => Value::Float(x),
        "__int__" | "__index__" => Value::Int(x as i64),
        _ => scalar(t, x),
    })
}

/// An element as the Python number that it is read as.
fn scalar(t: &Tensor, x: f64) -> Value {
    match t.dtype.kind() {
        Kind::Bool => Value::Bool(x != 0.0),
        Kind::Int => Value::Int(x as i64),
        _ => Value::Float(x),
    }
}

fn nested(t: &Tensor, all: &[f64], axis: usize) -> Value {
    let Some(&size) = t.shape.dims().get(axis) else { return scalar(t, all[0]) };
    let step = all.len() / size.max(1) as usize;
    Value::List((0..size as usize).map(|i| nested(t, &all[i * step..(i + 1) * step], axis + 1)).collect())
}
