//! Tensors as a program holds them: objects with an identity, whose sizes are known.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::state::torch;
use super::{convert, functions};
use crate::interpret::value::{Namespace, Tuple};
use crate::interpret::{Args, Class, Foreign, Machine, Res, Symbol, Type, Value};
use crate::torch::natives;

/// A tensor of a program.
pub struct Tensor {
    value: RefCell<natives::Tensor>,
    /// How often the memory was written to that it shares with its views.
    writes: Rc<Cell<u32>>,
    /// What `writes` was when its elements were last known.
    known_at: Cell<u32>,
    /// Whether it is a parameter.
    pub is_parameter: bool,
    /// `requires_grad`
    pub is_trained: Cell<bool>,
    attributes: RefCell<Namespace>,
}

impl Tensor {
    /// A tensor with memory of its own.
    pub fn new(value: natives::Tensor) -> Tensor {
        Tensor {
            value: RefCell::new(value),
            writes: Rc::default(),
            known_at: Cell::new(0),
            is_parameter: false,
            is_trained: Cell::new(false),
            attributes: RefCell::default(),
        }
    }

    /// A parameter.
    pub fn parameter(value: natives::Tensor, is_trained: bool) -> Tensor {
        Tensor { is_parameter: true, is_trained: Cell::new(is_trained), ..Tensor::new(value) }
    }

    /// A tensor that shares this one's memory.
    pub fn view(&self, value: natives::Tensor) -> Tensor {
        let writes = self.writes.clone();
        Tensor { known_at: Cell::new(writes.get()), writes, ..Tensor::new(value) }
    }

    /// What is known of it.
    pub fn value(&self) -> natives::Tensor {
        let mut value = self.value.borrow().clone();
        if self.known_at.get() != self.writes.get() {
            value.elements = None;
        }
        value
    }

    /// Its sizes.
    pub fn shape(&self) -> crate::torch::ops::Shape {
        self.value.borrow().shape
    }

    /// Writes into its memory: what its views held isn't known any more.
    pub fn write(&self, value: natives::Tensor) {
        self.writes.set(self.writes.get() + 1);
        self.known_at.set(self.writes.get());
        self.value.replace(value);
    }

    /// The tensor that a value is.
    pub fn of(value: &Value) -> Option<Rc<Tensor>> {
        match value {
            Value::Foreign(foreign) => foreign.clone().as_any().downcast().ok(),
            _ => None,
        }
    }
}

/// What of a tensor is read without a call.
const PROPERTIES: [&str; 11] = ["dtype", "ndim", "data", "real", "imag", "T", "mT", "H", "mH", "itemsize", "nbytes"];

impl Foreign for Tensor {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        let classes = &torch(machine).classes;
        Ok(if self.is_parameter { classes.parameter.clone() } else { classes.tensor.clone() })
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, m: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        if let Some(found) = self.attributes.borrow().get(&name) {
            return Ok(Some(found.clone()));
        }
        let text = m.text(name);
        let value = match &*text {
            "shape" => size(m, self.shape().dims()),
            "requires_grad" => Value::Bool(self.is_trained.get()),
            "is_leaf" => Value::Bool(true),
            "grad" | "grad_fn" | "names" => Value::None,
            "is_cuda" | "is_quantized" | "is_sparse" | "is_mkldnn" | "is_meta" | "is_mps" | "is_xpu" => {
                Value::Bool(false)
            }
            "device" => torch(m).cpu(m),
            "layout" => m.opaque("torch.strided"),
            _ if PROPERTIES.contains(&&*text) => {
                let Some(function) = natives::find(&format!("Tensor.{text}")) else {
                    return Ok(Some(m.opaque(&format!("torch.Tensor.{text}"))));
                };
                return functions::call(m, function, Args::of(vec![Value::Foreign(self)])).map(Some);
            }
            _ => {
                let class = self.clone().class(m)?;
                match class.lookup(name) {
                    Some(Value::Native(native)) => {
                        let (name, call) = (native.name.clone(), native.call);
                        Value::native_with(&name, vec![Value::Foreign(self)], call)
                    }
                    Some(found) => found,
                    None if text.starts_with("__") => return Ok(None),
                    None => match functions::method(m, &text) {
                        Some((name, call)) => Value::native_with(&name, vec![Value::Foreign(self)], call),
                        None => m.opaque(&format!("torch.Tensor.{text}")),
                    },
                }
            }
        };
        Ok(Some(value))
    }

    fn set(self: Rc<Self>, m: &mut Machine, name: Symbol, value: Value) -> Res<bool> {
        let text = m.text(name);
        match (&*text, &value) {
            ("requires_grad", _) => {
                let trained = m.truth(&value)?;
                self.is_trained.set(trained);
            }
            ("data", _) => match Tensor::of(&value) {
                Some(other) => self.write(other.value()),
                None => {
                    m.known(&value)?;
                    let name = m.type_name(&value);
                    return Err(m.type_error(format!("Variable data has to be a tensor, but got {name}")));
                }
            },
            _ => {
                self.attributes.borrow_mut().insert(name, value);
            }
        }
        Ok(true)
    }

    fn truth(self: Rc<Self>, m: &mut Machine) -> Res<bool> {
        match functions::call_method(m, "__bool__", vec![Value::Foreign(self)])? {
            Some(Value::Bool(truth)) => Ok(truth),
            _ => Err(m.unknown("whether a tensor is true")),
        }
    }

    fn special(self: Rc<Self>, m: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        let this = Value::Foreign(self.clone());
        let in_place = match name {
            "__iadd__" => "add_",
            "__isub__" => "sub_",
            "__imul__" => "mul_",
            "__itruediv__" => "div_",
            "__ifloordiv__" => "floor_divide_",
            "__ipow__" => "pow_",
            "__imod__" => "remainder_",
            "__iand__" => "bitwise_and_",
            "__ior__" => "bitwise_or_",
            _ => "",
        };
        match name {
            "__iter__" => {
                let parts = functions::call_method(m, "unbind", vec![this])?.unwrap_or(Value::None);
                return Ok(Some(Value::Iterator(m.iter(&parts)?)));
            }
            "__hash__" => return Ok(Some(Value::Int(this.identity() as i64))),
            "__copy__" => return Ok(Some(Value::Foreign(Rc::new(self.view(self.value()))))),
            "__deepcopy__" => {
                let copy = Tensor {
                    is_parameter: self.is_parameter,
                    is_trained: self.is_trained.clone(),
                    attributes: self.attributes.clone(),
                    ..Tensor::new(self.value())
                };
                return Ok(Some(Value::Foreign(Rc::new(copy))));
            }
            "__repr__" | "__str__" => return Ok(Some(Value::str(&format!("tensor(..., size={})", self.shape())))),
            "__format__" => {
                let value = self.value();
                let Some(item) = value.item().filter(|_| value.shape.rank() == 0) else {
                    return Err(m.unknown("a tensor in a text"));
                };
                let item = Value::Float(item);
                return m
                    .format(&item, args.first().and_then(Value::as_str).unwrap_or(""))
                    .map(|t| Some(Value::str(&t)));
            }
            "__contains__" => return Err(m.unknown("whether a tensor contains a value")),
            "__reversed__" => return Err(m.unknown("a tensor in reverse")),
            "__enter__" | "__exit__" | "__next__" => return Ok(None),
            _ => {}
        }
        let name = if in_place.is_empty() { name } else { in_place };
        let mut all = vec![this];
        all.extend(args.iter().cloned());
        functions::call_method(m, name, all)
    }
}

/// `torch.Size`
pub(super) fn size(m: &mut Machine, sizes: &[i64]) -> Value {
    let class = torch(m).classes.size.clone();
    let items = sizes.iter().map(|&s| Value::Int(s)).collect();
    Value::Tuple(Rc::new(Tuple { items, class: Some(class) }))
}

/// `torch.Tensor(...)`: of sizes, or of data.
pub(super) fn construct(m: &mut Machine, args: Args) -> Res {
    let mut args = args.positional;
    args.remove(0);
    let is_sizes = args.iter().all(|arg| matches!(arg, Value::Int(_)));
    let name = if is_sizes { "torch.empty" } else { "torch.tensor" };
    let value = match natives::find(name) {
        Some(function) => functions::call(m, function, Args::of(args))?,
        None => return Err(m.unknown("`torch.Tensor`")),
    };
    if let Some(tensor) = Tensor::of(&value) {
        let mut value = tensor.value();
        value.dtype = crate::torch::dtype::DType::Float32;
        if is_sizes {
            value.elements = None;
        }
        tensor.write(value);
    }
    Ok(value)
}

/// `nn.Parameter(data=None, requires_grad=True)`
pub(super) fn construct_parameter(m: &mut Machine, mut args: Args) -> Res {
    args.positional.remove(0);
    let mut taken = crate::interpret::Taken::new("Parameter", args);
    let data = taken.optional(m, "data")?.unwrap_or(Value::None);
    let trained = taken.or(m, "requires_grad", Value::Bool(true))?;
    taken.done(m)?;
    let trained = m.truth(&trained)?;
    m.known(&data)?;
    let tensor = match (&data, Tensor::of(&data)) {
        (_, Some(tensor)) => tensor,
        (Value::None, None) => {
            let empty = convert::from_torch(
                m,
                natives::Value::tensor(crate::torch::ops::Shape::new(&[0]), crate::torch::dtype::DType::Float32),
                None,
            );
            let Some(tensor) = Tensor::of(&empty) else { return Ok(empty) };
            tensor
        }
        _ => {
            let name = m.type_name(&data);
            return Err(m.error(Type::TypeError, format!("a parameter is made of a tensor, not of a {name}")));
        }
    };
    if trained && tensor.value().dtype.kind() < crate::torch::dtype::Kind::Float {
        return Err(
            m.error(Type::RuntimeError, "Only Tensors of floating point and complex dtype can require gradients")
        );
    }
    let view = tensor.view(tensor.value());
    Ok(Value::Foreign(Rc::new(Tensor { is_parameter: true, is_trained: Cell::new(trained), ..view })))
}
