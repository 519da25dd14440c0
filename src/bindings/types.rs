//! Element types and devices as values of a program.

use std::any::Any;
use std::rc::Rc;

use super::state::torch;
use crate::interpret::{Args, Class, Foreign, Machine, Res, Symbol, Taken, Value};
use crate::torch::dtype::{DType, Kind};

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

/// A device. Only its type is followed.
pub(super) struct Device(pub Rc<str>);

impl Foreign for Device {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        Ok(torch(machine).classes.device.clone())
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, m: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        Ok(Some(match &*m.text(name) {
            "type" => Value::Str(self.0.clone()),
            "index" => Value::None,
            _ => return Ok(None),
        }))
    }

    fn special(self: Rc<Self>, m: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        Ok(match (name, args) {
            ("__repr__", _) => Some(Value::str(&format!("device(type='{}')", self.0))),
            ("__str__", _) => Some(Value::Str(self.0.clone())),
            ("__deepcopy__" | "__copy__", _) => Some(Value::Foreign(self)),
            ("__eq__" | "__ne__", [other]) => {
                m.known(other)?;
                let same = Device::of(other).is_some_and(|other| other.0 == self.0);
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
    m.known(&kind)?;
    Ok(match &kind {
        Value::Str(text) => {
            let kind = text.split(':').next().unwrap_or_default();
            Value::Foreign(Rc::new(Device(kind.into())))
        }
        Value::Foreign(_) => kind,
        _ => Value::Foreign(Rc::new(Device("cuda".into()))),
    })
}
