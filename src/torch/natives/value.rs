//! Values that natives take and return: tensors as shapes, and plain Python values.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{Fault, FaultKind, Result, Shape, ordered};
use crate::words::message;

/// A Python value on its way into torch or out of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// A tensor.
    Tensor(Rc<Tensor>),
    /// A list.
    List(Vec<Value>),
    /// A tuple; `torch.Size` and what `max(dim)` returns are tuples too.
    Tuple(Vec<Value>),
    /// `start:stop:step`, each an integer or `None`.
    Slice(Box<[Option<i64>; 3]>),
    /// `...`
    Ellipsis,
    /// An element type.
    DType(DType),
    /// `NotImplemented`, by which an operator leaves the other side to try.
    NotImplemented,
    /// Anything else, by the name of its type.
    Other(Rc<str>),
}

/// A tensor: its sizes and what else decides how ops treat it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its sizes.
    pub shape: Shape,
    /// The type of its elements.
    pub dtype: DType,
    /// How its elements lie in memory.
    pub layout: Layout,
    /// Its elements in order, where they are few and known.
    pub elements: Option<Rc<[f64]>>,
    /// The value of all elements, if they are equal and not listed.
    pub uniform: Option<f64>,
}

/// How a tensor's elements lie in memory. `view` asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In the order of its dimensions.
    Contiguous,
    /// With these distances between neighbours along each dimension.
    Strided(Shape),
    /// Not followed.
    Unknown,
}

impl Tensor {
    /// A contiguous tensor of unknown elements.
    pub fn new(shape: Shape, dtype: DType) -> Tensor {
        Tensor { shape, dtype, layout: Layout::Contiguous, elements: None, uniform: None }
    }

    /// A new tensor of other sizes and the same type.
    pub fn sized(&self, shape: Shape) -> Tensor {
        Tensor::new(shape, self.dtype)
    }

    /// A new tensor of the same sizes and another type.
    pub fn typed(&self, dtype: DType) -> Tensor {
        Tensor::new(self.shape, dtype)
    }

    /// This tensor with another layout.
    pub fn laid(mut self, layout: Layout) -> Tensor {
        self.layout = layout;
        self
    }

    /// The distance between neighbours along each dimension; none if it isn't known.
    pub fn strides(&self) -> Option<Shape> {
        match self.layout {
            Layout::Contiguous => Some(ordered(self.shape)),
            Layout::Strided(strides) => Some(strides),
            Layout::Unknown => None,
        }
    }

    /// A part or another view of it with these strides.
    pub fn strided(&self, shape: Shape, strides: Option<Shape>) -> Tensor {
        self.sized(shape).laid(match strides {
            None => Layout::Unknown,
            Some(strides) if is_contiguous(shape, strides) => Layout::Contiguous,
            Some(strides) => Layout::Strided(strides),
        })
    }

    /// Whether its elements fill their memory without gaps and overlaps, in whatever order.
    pub fn is_dense(&self) -> bool {
        let Some(strides) = self.strides() else { return false };
        let mut dims: Vec<(i64, i64)> = strides.dims().iter().copied().zip(self.shape.dims().iter().copied()).collect();
        dims.retain(|(_, size)| *size != 1);
        dims.sort_unstable();
        let mut step = 1i64;
        for (stride, size) in dims {
            if stride != step {
                return false;
            }
            step = step.saturating_mul(size);
        }
        true
    }

    /// How a result lies that is worked out element by element from this tensor alone: in the same order without gaps.
    pub(super) fn computed_layout(&self) -> Layout {
        let Some(strides) = self.strides() else { return Layout::Unknown };
        if self.is_dense() {
            return self.layout;
        }
        // The order is found as torch finds it, which matters where strides are equal or 0.
        let order = |a: usize, b: usize| match (strides.dims()[a], strides.dims()[b]) {
            (0, _) | (_, 0) => Ordering::Equal,
            (x, y) if x == y && self.shape.dims()[a] <= self.shape.dims()[b] => Ordering::Equal,
            (x, y) if x < y => Ordering::Less,
            _ => Ordering::Greater,
        };
        let mut dims: Vec<usize> = (0..self.shape.rank()).rev().collect();
        for i in 1..dims.len() {
            let mut at = i;
            for before in (0..i).rev() {
                match order(dims[before], dims[at]) {
                    Ordering::Less => break,
                    Ordering::Equal => {}
                    Ordering::Greater => {
                        dims.swap(before, at);
                        at = before;
                    }
                }
            }
        }
        let mut found = vec![1i64; dims.len()];
        let mut step = 1i64;
        for dim in dims {
            found[dim] = step;
            step = step.saturating_mul(self.shape.dims()[dim]);
        }
        self.strided(self.shape, Some(Shape::new(&found))).layout
    }

    /// Its only element, where it is known.
    pub fn item(&self) -> Option<f64> {
        match self.elements.as_deref() {
            Some(&[x]) => Some(x),
            _ => self.uniform.filter(|_| self.shape.numel().is_ok_and(|n| n == 1)),
        }
    }
}

/// Whether elements with these strides lie in the order of the dimensions. Dimensions of size 1 don't count.
fn is_contiguous(shape: Shape, strides: Shape) -> bool {
    if shape.dims().contains(&0) {
        return true;
    }
    let mut step = 1i64;
    for (&size, &stride) in shape.dims().iter().zip(strides.dims()).rev() {
        if size != 1 {
            if stride != step {
                return false;
            }
            step = step.saturating_mul(size);
        }
    }
    true
}

impl Value {
    /// A tensor of unknown elements.
    pub fn tensor(shape: Shape, dtype: DType) -> Value {
        Tensor::new(shape, dtype).into()
    }

    /// A tuple of integers, as `torch.Size` is one.
    pub fn size(sizes: &[i64]) -> Value {
        Value::Tuple(sizes.iter().map(|&s| Value::Int(s)).collect())
    }

    /// The elements of a list or a tuple.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The name of its type in Python.
    pub fn type_name(&self) -> &str {
        match self {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
            Value::Tensor(_) => "Tensor",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Slice(_) => "slice",
            Value::Ellipsis => "ellipsis",
            Value::DType(_) => "torch.dtype",
            Value::NotImplemented => "NotImplementedType",
            Value::Other(name) => name,
        }
    }

    /// The integer that torch takes it for: an int, or a tensor of one integer. A bool is none.
    pub fn as_int(&self) -> Result<i64> {
        match self {
            Value::Int(i) => Ok(*i),
            Value::Tensor(t) if t.shape.rank() == 0 && t.dtype.kind() == Kind::Int => match t.item() {
                Some(x) => Ok(x as i64),
                None => Err(Fault::unsupported(message!("tensor-value-unknown"))),
            },
            Value::Other(_) => Err(Fault::unsupported(message!("as-an-integer", type = self.type_name()))),
            _ => Err(Fault::new(FaultKind::Arguments, message!("expected-an-integer", type = self.type_name()))),
        }
    }
}

impl From<Tensor> for Value {
    fn from(tensor: Tensor) -> Value {
        Value::Tensor(Rc::new(tensor))
    }
}

impl From<Vec<Tensor>> for Value {
    fn from(tensors: Vec<Tensor>) -> Value {
        Value::Tuple(tensors.into_iter().map(Value::from).collect())
    }
}
