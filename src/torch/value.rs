//! Values that modules pass on, and built modules: what a constructor returns and a forward pass calls.

use std::rc::Rc;
use std::sync::Arc;

use super::module::ModuleId;
use super::ops::{Fault, Result, Shape};
use super::run::Run;
use crate::words::{Message, message};

type Forward = dyn Fn(&mut Run, Shape) -> Result<Shape>;
type ForwardAny = dyn Fn(&mut Run, &Value) -> Result<Value>;

/// The value that a row returns or reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A tensor.
    Tensor(Shape),
    /// A list or tuple.
    List(Arc<[Value]>),
    /// A value that no row looks into: a head's dict of raw predictions.
    Opaque(Message),
}

impl Value {
    /// A tuple of values.
    pub fn tuple(values: impl Into<Arc<[Value]>>) -> Value {
        Value::List(values.into())
    }

    /// The tensor, or torch's complaint where it is something else.
    pub fn tensor(&self) -> Result<Shape> {
        match self {
            Value::Tensor(shape) => Ok(*shape),
            Value::List(items) => Err(Fault::shape(message!("one-tensor-of-list", count = items.len()))),
            Value::Opaque(what) => Err(Fault::shape(message!("one-tensor-of-other", what))),
        }
    }

    /// The elements of a list, or a fault where it is something else.
    pub fn list(&self) -> Result<&[Value]> {
        match self {
            Value::List(items) => Ok(items),
            _ => Err(Fault::shape(message!("list-of-tensors"))),
        }
    }

    /// The tensors of a list, or a fault that names the first input that isn't one.
    pub fn tensors(&self) -> Result<Vec<Shape>> {
        self.list()?.iter().enumerate().map(|(i, v)| v.tensor().map_err(|f| f.at_input(i))).collect()
    }

    /// Bytes of its tensors in float32; none if they overflow.
    pub fn bytes(&self) -> Option<u128> {
        match self {
            Value::Tensor(shape) => Some(4 * u128::from(shape.numel().ok()?.unsigned_abs())),
            Value::List(items) => items.iter().try_fold(0u128, |sum, item| sum.checked_add(item.bytes()?)),
            Value::Opaque(_) => Some(0),
        }
    }

    /// The first tensor in it, depth first: what is shown as a head's output.
    pub fn first_tensor(&self) -> Option<Shape> {
        match self {
            Value::Tensor(shape) => Some(*shape),
            Value::List(items) => items.iter().find_map(Value::first_tensor),
            Value::Opaque(_) => None,
        }
    }

    /// The tensor, or those of a list of tensors; of what is nested the first one.
    pub fn shapes(&self) -> Vec<Shape> {
        match self {
            Value::List(items) if items.iter().all(|item| matches!(item, Value::Tensor(_))) => {
                items.iter().filter_map(Value::first_tensor).collect()
            }
            value => value.first_tensor().into_iter().collect(),
        }
    }
}

/// A built module that takes one tensor and returns one. Clones are the same instance.
#[derive(Clone)]
pub struct Net {
    id: ModuleId,
    forward: Rc<Forward>,
}

impl Net {
    /// An instance with its `forward`.
    pub(super) fn new(id: ModuleId, forward: impl Fn(&mut Run, Shape) -> Result<Shape> + 'static) -> Net {
        Net { id, forward: Rc::new(forward) }
    }

    /// The instance.
    pub fn id(&self) -> ModuleId {
        self.id
    }

    /// The net of another instance with the same forward pass, such as a copy of a layer without children.
    pub fn of_instance(&self, id: ModuleId) -> Net {
        Net { id, forward: Rc::clone(&self.forward) }
    }

    /// Runs it.
    pub fn call(&self, r: &mut Run, x: Shape) -> Result<Shape> {
        r.within(self.id, |r| (self.forward)(r, x))
    }

    /// The module as a row runs it.
    pub fn into_layer(self) -> Layer {
        Layer::new(self.id, move |r, x| Ok(Value::Tensor((self.forward)(r, x.tensor()?)?)))
    }
}

/// A built module that takes and returns any value, as a row runs it. Clones are the same instance.
#[derive(Clone)]
pub struct Layer {
    id: ModuleId,
    forward: Rc<ForwardAny>,
}

impl Layer {
    /// An instance with its `forward`.
    pub(super) fn new(id: ModuleId, forward: impl Fn(&mut Run, &Value) -> Result<Value> + 'static) -> Layer {
        Layer { id, forward: Rc::new(forward) }
    }

    /// The instance.
    pub fn id(&self) -> ModuleId {
        self.id
    }

    /// Runs it.
    pub fn call(&self, r: &mut Run, x: &Value) -> Result<Value> {
        r.within(self.id, |r| (self.forward)(r, x))
    }

    /// The layer of another instance with the same forward pass, such as a copy of a layer without children.
    pub fn of_instance(&self, id: ModuleId) -> Layer {
        Layer { id, forward: Rc::clone(&self.forward) }
    }

    /// The module where it is given one tensor and must return one.
    pub fn into_net(self) -> Net {
        Net::new(self.id, move |r, x| (self.forward)(r, &Value::Tensor(x))?.tensor())
    }
}
