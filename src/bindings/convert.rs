//! Values on their way between a program and torch's functions.

use std::rc::Rc;

use super::state::torch;
use super::tensor::{Tensor, size};
use super::types::{DTypeObject, Device};
use crate::interpret::{Machine, Res, Stop, Value};
use crate::torch::natives;
use crate::words::message;

/// A program's value as torch's functions take it.
///
/// # Errors
/// A value that isn't known, alone or in a list.
pub(super) fn to_torch(m: &mut Machine, value: &Value) -> Res<natives::Value> {
    use natives::Value as T;
    Ok(match value {
        Value::None => T::None,
        Value::Bool(b) => T::Bool(*b),
        Value::Int(i) => T::Int(*i),
        Value::Float(f) => T::Float(*f),
        Value::Str(s) => T::Str(s.clone()),
        Value::Ellipsis => T::Ellipsis,
        Value::NotImplemented => T::NotImplemented,
        Value::List(list) => {
            let items = list.borrow().clone();
            T::List(all_to_torch(m, &items)?)
        }
        Value::Tuple(tuple) => T::Tuple(all_to_torch(m, &tuple.items)?),
        Value::Range(range) => {
            if range.len() > 4096 {
                return Err(m.unknown(message!("range-argument")));
            }
            T::List((0..range.len()).map(|i| T::Int(range.get(i))).collect())
        }
        Value::Slice(bounds) => {
            let mut ends = [None; 3];
            for (end, bound) in ends.iter_mut().zip(bounds.iter()) {
                *end = match to_torch(m, bound)? {
                    T::None => None,
                    T::Int(i) => Some(i),
                    T::Bool(b) => Some(i64::from(b)),
                    T::Tensor(t) if t.item().is_some() => t.item().map(|x| x as i64),
                    T::Tensor(_) => return Err(m.unknown(message!("slice-to-value"))),
                    _ => return Err(m.type_error("slice indices must be integers or None or have an __index__ method")),
                };
            }
            T::Slice(Box::new(ends))
        }
        Value::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        Value::Instance(_) => match value.unwrapped() {
            Value::Instance(_) => T::Other(m.type_name(value)),
            base => to_torch(m, &base)?,
        },
        Value::Foreign(foreign) => {
            let any = foreign.clone().as_any();
            if let Some(tensor) = any.downcast_ref::<Tensor>() {
                T::Tensor(tensor.value())
            } else if let Some(dtype) = any.downcast_ref::<DTypeObject>() {
                T::DType(dtype.0)
            } else if any.is::<Device>() {
                T::Other("torch.device".into())
            } else if &*m.class_of(value)?.module == "numpy" {
                return Err(m.unknown(message!("numpy-among")));
            } else {
                T::Other(m.type_name(value))
            }
        }
        _ => T::Other(m.type_name(value)),
    })
}

fn all_to_torch(m: &mut Machine, items: &[Value]) -> Res<Vec<natives::Value>> {
    items.iter().map(|item| to_torch(m, item)).collect()
}

/// What one of torch's functions returns, as the program gets it. Tensors share the memory of `base`, if there is one.
pub(super) fn from_torch(m: &mut Machine, value: natives::Value, base: Option<&Tensor>) -> Value {
    use natives::Value as T;
    match value {
        T::None => Value::None,
        T::Bool(b) => Value::Bool(b),
        T::Int(i) => Value::Int(i),
        T::Float(f) => Value::Float(f),
        T::Str(s) => Value::Str(s),
        T::Ellipsis => Value::Ellipsis,
        T::NotImplemented => Value::NotImplemented,
        T::Tensor(tensor) => Value::Foreign(match base {
            Some(base) => Rc::new(base.view(tensor)),
            None => Rc::new(Tensor::new(tensor)),
        }),
        T::List(items) => Value::list(items.into_iter().map(|item| from_torch(m, item, base)).collect()),
        T::Tuple(items) => {
            let sizes: Option<Vec<i64>> =
                items.iter().map(|item| if let T::Int(i) = item { Some(*i) } else { None }).collect();
            match sizes {
                Some(sizes) if !sizes.is_empty() => size(m, &sizes),
                _ => Value::tuple(items.into_iter().map(|item| from_torch(m, item, base)).collect()),
            }
        }
        T::Slice(ends) => {
            let end = |end: Option<i64>| end.map_or(Value::None, Value::Int);
            Value::Slice(Rc::new(ends.map(end)))
        }
        T::DType(dtype) => torch(m).dtype(dtype),
        T::Other(name) => m.unknown_value(message!("a-of-type", name)),
    }
}
