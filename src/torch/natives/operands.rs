//! Two operands: the shape and type of what is made of them, and its elements where theirs are known.

use super::{Args, Tensor, Value, create, type_error};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::words::message;

/// The types of operands, which decide that of the result as torch has it: tensors with dimensions before those without,
/// and numbers last; one of a later rank counts only where it is of a higher kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Types {
    ranks: [Option<DType>; 3],
}

impl Types {
    pub(super) fn add(&mut self, value: &Value) {
        match value {
            Value::Tensor(t) => self.add_tensor(t),
            Value::Bool(_) => self.add_type(2, DType::Bool),
            Value::Int(_) => self.add_type(2, DType::Int64),
            _ => self.add_type(2, DType::Float32),
        }
    }

    fn add_tensor(&mut self, t: &Tensor) {
        self.add_type(usize::from(t.shape.rank() == 0), t.dtype);
    }

    fn add_type(&mut self, rank: usize, dtype: DType) {
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
pub(super) fn combined(a: &Args<'_>, x: &Value, y: &Value) -> Result<(Shape, DType)> {
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
        // These make tensors of numbers.
        const MAKING: [&str; 9] =
            ["add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "floor_divide"];
        if MAKING.contains(&a.function()) {
            return match (x, y) {
                (Value::Bool(_), _) | (_, Value::Bool(_) | Value::Int(0)) => {
                    Err(a.unsupported(message!("tensor-of-numbers")))
                }
                _ => Ok((shape, types.result())),
            };
        }
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
pub(super) fn computed(x: &Value, y: &Value, shape: Shape, dtype: DType, f: impl Fn(f64, f64) -> f64) -> Tensor {
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
    types.add_tensor(x);
    types.add_tensor(y);
    if types.result().kind() == Kind::Complex {
        return Err(Fault::value(message!("complex-order")));
    }
    Ok(Value::tensor(ops::broadcast(x.shape, y.shape)?, types.result()))
}
