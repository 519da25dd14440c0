//! Built modules: what a constructor returns and a forward pass calls.

use std::rc::Rc;
use std::sync::Arc;

use super::build::Build;
use super::module::{Class, ModuleId};
use super::ops::{Fault, Result, Shape};
use super::run::Run;

type Forward = dyn Fn(&mut Run, Shape) -> Result<Shape>;
type ForwardAny = dyn Fn(&mut Run, &Value) -> Result<Value>;

/// What a row returns or reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A tensor.
    Tensor(Shape),
    /// A list or tuple.
    List(Arc<[Value]>),
    /// Something whose inside no row reads: a head's dict of raw predictions.
    Opaque(&'static str),
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
            Value::List(items) => {
                Err(Fault::shape(format!("expected one tensor, but `from` gives a list of {} values", items.len())))
            }
            Value::Opaque(what) => Err(Fault::shape(format!("expected one tensor, but `from` gives {what}"))),
        }
    }

    /// The elements of a list, or a fault where it is something else.
    pub fn list(&self) -> Result<&[Value]> {
        match self {
            Value::List(items) => Ok(items),
            _ => Err(Fault::shape("expected a list of tensors, but `from` gives one tensor")),
        }
    }

    /// The tensors of a list, or a fault that names the first input that isn't one.
    pub fn tensors(&self) -> Result<Vec<Shape>> {
        self.list()?.iter().enumerate().map(|(i, v)| v.tensor().map_err(|f| f.at_input(i))).collect()
    }

    /// Bytes of its tensors in float32; none where they overflow.
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
    /// The instance.
    pub fn id(&self) -> ModuleId {
        self.id
    }

    /// What another instance runs that does the same, such as a copy: of a layer without children.
    pub fn of_instance(&self, id: ModuleId) -> Net {
        Net { id, forward: Rc::clone(&self.forward) }
    }

    /// Runs it.
    pub fn call(&self, r: &mut Run, x: Shape) -> Result<Shape> {
        r.within(self.id, |r| (self.forward)(r, x))
    }

    /// The module as a row runs it.
    pub fn into_layer(self) -> Layer {
        Layer { id: self.id, forward: Rc::new(move |r, x| Ok(Value::Tensor((self.forward)(r, x.tensor()?)?))) }
    }
}

/// A built module that takes and returns any value, as a row runs it. Clones are the same instance.
#[derive(Clone)]
pub struct Layer {
    id: ModuleId,
    forward: Rc<ForwardAny>,
}

impl Layer {
    /// The instance.
    pub fn id(&self) -> ModuleId {
        self.id
    }

    /// Runs it.
    pub fn call(&self, r: &mut Run, x: &Value) -> Result<Value> {
        r.within(self.id, |r| (self.forward)(r, x))
    }

    /// The module where it is given one tensor and must return one.
    pub fn into_net(self) -> Net {
        Net { id: self.id, forward: Rc::new(move |r, x| (self.forward)(r, &Value::Tensor(x))?.tensor()) }
    }
}

/// Builds a module of one tensor in, one tensor out: `init` builds its children and returns its `forward`.
pub(crate) fn net<F>(b: &mut Build, class: impl Into<Class>, init: impl FnOnce(&mut Build) -> Result<F>) -> Result<Net>
where
    F: Fn(&mut Run, Shape) -> Result<Shape> + 'static,
{
    b.module(class, |b, id| Ok(Net { id, forward: Rc::new(init(b)?) }))
}

/// Builds a module of any values in and out.
pub(crate) fn layer<F>(
    b: &mut Build,
    class: impl Into<Class>,
    init: impl FnOnce(&mut Build) -> Result<F>,
) -> Result<Layer>
where
    F: Fn(&mut Run, &Value) -> Result<Value> + 'static,
{
    b.module(class, |b, id| Ok(Layer { id, forward: Rc::new(init(b)?) }))
}

/// `nn.Sequential`
const SEQUENTIAL: Class = Class::of_torch("Sequential");

/// Builds a `Sequential` of different modules, each under its position: `sequential(b, |s| { s.add(…)?; … })`.
pub(crate) fn sequential(b: &mut Build, init: impl FnOnce(&mut Sequence<'_>) -> Result<()>) -> Result<Net> {
    net(b, SEQUENTIAL, |b| {
        let mut sequence = Sequence { build: b, nets: Vec::new() };
        init(&mut sequence)?;
        let nets = sequence.nets;
        Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
    })
}

/// The modules of a `Sequential` while it is built.
pub(crate) struct Sequence<'a> {
    build: &'a mut Build,
    nets: Vec<Net>,
}

impl Sequence<'_> {
    /// Builds the next module.
    pub(crate) fn add(&mut self, build: impl FnOnce(&mut Build) -> Result<Net>) -> Result<()> {
        let net = build(self.build.at(self.nets.len()))?;
        self.nets.push(net);
        Ok(())
    }
}

/// Builds a `Sequential` of `n` modules that `item` builds.
pub(crate) fn repeated(b: &mut Build, n: i64, mut item: impl FnMut(&mut Build) -> Result<Net>) -> Result<Net> {
    sequential(b, |s| (0..n.max(0)).try_for_each(|_| s.add(&mut item)))
}

/// Calls modules one after the other, each on what the one before returned.
pub(crate) fn in_turn(r: &mut Run, nets: &[Net], x: Shape) -> Result<Shape> {
    nets.iter().try_fold(x, |x, net| net.call(r, x))
}

/// Builds a module of `n` copies as the framework repeats a row: a `Sequential` of them.
pub fn repeated_layer(b: &mut Build, n: i64, item: impl Fn(&mut Build) -> Result<Layer>) -> Result<Layer> {
    layer(b, SEQUENTIAL, |b| {
        let layers = (0..n.max(0) as usize).map(|i| item(b.at(i))).collect::<Result<Vec<_>>>()?;
        Ok(move |r: &mut Run, x: &Value| layers.iter().try_fold(x.clone(), |x, l| l.call(r, &x)))
    })
}
