//! The class of a value.

use std::rc::Rc;

use super::class::{Class, TYPES, Type};
use super::machine::Machine;
use super::value::{DictKind, Names, Res, Stop, Value, ViewKind};

impl Machine {
    /// The class of a value.
    pub fn class_of(&mut self, value: &Value) -> Res<Rc<Class>> {
        let kind = match value {
            Value::Instance(instance) => return Ok(instance.class()),
            Value::Foreign(foreign) => return foreign.clone().class(self),
            Value::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
            Value::Tuple(tuple) => match &tuple.class {
                Some(class) => return Ok(class.clone()),
                None => Type::Tuple,
            },
            Value::Class(class) => match &class.metaclass {
                Some(metaclass) => return Ok(metaclass.clone()),
                None => Type::Type,
            },
            _ => self.builtin_type(value),
        };
        Ok(self.builtin(kind))
    }

    fn builtin_type(&self, value: &Value) -> Type {
        match value {
            Value::None | Value::Unbound | Value::Cell(_) => Type::NoneType,
            Value::NotImplemented => Type::NotImplementedType,
            Value::Ellipsis => Type::Ellipsis,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Float(_) => Type::Float,
            Value::Str(_) => Type::Str,
            Value::Bytes(_) => Type::Bytes,
            Value::List(_) => Type::List,
            Value::Dict(dict) => match dict.kind {
                DictKind::Plain => Type::Dict,
                DictKind::Ordered => Type::OrderedDict,
                DictKind::Default(_) => Type::DefaultDict,
                DictKind::Counter => Type::Counter,
            },
            Value::Set(_) => Type::Set,
            Value::FrozenSet(_) => Type::FrozenSet,
            Value::Slice(_) => Type::Slice,
            Value::Range(_) => Type::Range,
            Value::Iterator(iterator) => iterator.kind(),
            Value::Function(_) => Type::Function,
            Value::Method(method) => match method.function {
                Value::Native(_) => Type::Builtin,
                _ => Type::Method,
            },
            Value::Native(_) => Type::Builtin,
            Value::Class(_) => Type::Type,
            Value::Super(_) => Type::Super,
            Value::Partial(_) => Type::Partial,
            Value::Property(_) => Type::Property,
            Value::StaticMethod(_) => Type::StaticMethod,
            Value::ClassMethod(_) => Type::ClassMethod,
            Value::Module(_) | Value::Library(_) => Type::Module,
            Value::Names(names) => match **names {
                Names::Class(_) => Type::Mapping,
                _ => Type::Dict,
            },
            Value::View(view) => match view.kind {
                ViewKind::Keys => Type::Keys,
                ViewKind::Values => Type::Values,
                ViewKind::Items => Type::Items,
            },
            Value::Tuple(_) => Type::Tuple,
            Value::Instance(_) | Value::Foreign(_) | Value::Unknown(_) => Type::Object,
        }
    }

    /// The name of a value's class.
    pub fn type_name(&mut self, value: &Value) -> Rc<str> {
        self.class_of(value).map_or_else(|_| "object".into(), |class| class.name.clone())
    }

    pub(super) fn type_name_of(&self, value: &Value) -> &'static str {
        TYPES[self.builtin_type(value) as usize].1
    }

    /// Fails if a value isn't known.
    pub fn known(&self, value: &Value) -> Res<()> {
        match value {
            Value::Unknown(unknown) => Err(Stop::Unknown(unknown.clone())),
            _ => Ok(()),
        }
    }
}
