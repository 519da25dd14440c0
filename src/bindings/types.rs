//! Element types and devices as values of a program.

use std::any::Any;
use std::rc::Rc;

use super::state::torch;
use crate::interpret::{Args, Class, Foreign, Machine, Res, Symbol, Taken, Type, Value};
use crate::torch::dtype::{DType, Kind};
use crate::words::message;

/// `torch.float32` and the like; one object for each type.
pub(super) struct DTypeObject(pub DType);

impl Foreign for DTypeObject {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        Ok(torch(machine).classes.dtype.clone())
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, m: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        Ok(Some(match &*m.text(name) {
            "is_floating_point" => Value::Bool(self.0.kind() == Kind::Float),
            "is_complex" => Value::Bool(self.0.kind() == Kind::Complex),
            "itemsize" => Value::Int(self.0.bytes()),
            _ => return Ok(None),
        }))
    }

    fn special(self: Rc<Self>, _: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        Ok(match (name, args) {
            ("__repr__" | "__str__", _) => Some(Value::str(&self.0.to_string())),
            ("__deepcopy__" | "__copy__", _) => Some(Value::Foreign(self)),
            _ => None,
        })
    }
}

/// A device: `cpu`, `cuda:0`.
#[derive(PartialEq)]
pub(super) struct Device {
    /// What it is: `cpu`, `cuda`.
    pub kind: Rc<str>,
    /// Which of them.
    pub index: Option<i64>,
}

impl Foreign for Device {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        Ok(torch(machine).classes.device.clone())
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, m: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        Ok(Some(match &*m.text(name) {
            "type" => Value::Str(self.kind.clone()),
            "index" => self.index.map_or(Value::None, Value::Int),
            _ => return Ok(None),
        }))
    }

    fn special(self: Rc<Self>, m: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        Ok(match (name, args) {
            ("__repr__", _) => Some(Value::str(&match self.index {
                Some(index) => format!("device(type='{}', index={index})", self.kind),
                None => format!("device(type='{}')", self.kind),
            })),
            ("__str__", _) => Some(Value::str(&match self.index {
                Some(index) => format!("{}:{index}", self.kind),
                None => self.kind.to_string(),
            })),
            ("__deepcopy__" | "__copy__" | "__enter__", _) => Some(Value::Foreign(self)),
            ("__exit__", _) => Some(Value::None),
            ("__eq__" | "__ne__", [other]) => {
                m.known(other)?;
                let same = Device::of(other).is_some_and(|other| other == self);
                Some(Value::Bool(same == (name == "__eq__")))
            }
            _ => None,
        })
    }
}

impl Device {
    fn of(value: &Value) -> Option<Rc<Device>> {
        match value {
            Value::Foreign(foreign) => foreign.clone().as_any().downcast().ok(),
            _ => None,
        }
    }
}

/// `torch.device(...)`
pub(super) fn device(m: &mut Machine, mut args: Args) -> Res {
    args.positional.remove(0);
    let mut taken = Taken::new("device", args);
    let kind = taken.required(m, "type")?;
    let index = taken.optional(m, "index")?;
    taken.done(m)?;
    m.known(&kind)?;
    let device = |kind: &str, index| Ok(Value::Foreign(Rc::new(Device { kind: kind.into(), index })));
    match (&kind, index) {
        (Value::Str(text), None) => match text.split_once(':') {
            Some((kind, index)) => match index.parse() {
                Ok(index) => device(kind, Some(index)),
                Err(_) => Err(m.error(Type::RuntimeError, format!("invalid device string: '{text}'"))),
            },
            None => device(text, None),
        },
        (Value::Str(text), Some(Value::Int(index))) => device(text, Some(index)),
        (Value::Foreign(_), _) => Ok(kind),
        (Value::Int(index), _) => device("cuda", Some(*index)),
        _ => Err(m.unknown(message!("a-device"))),
    }
}
