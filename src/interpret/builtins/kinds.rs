//! `isinstance` and `issubclass`.

use std::rc::Rc;

use crate::interpret::class::{Class, Type};
use crate::interpret::library::typing;
use crate::interpret::machine::Machine;
use crate::interpret::value::{Res, Value};
use crate::words::message;

impl Machine {
    /// `isinstance(value, class)`.
    pub fn is_instance(&mut self, value: &Value, class: &Value) -> Res {
        if let Value::Unknown(_) = value {
            return Ok(value.clone());
        }
        let own = self.class_of(value)?;
        self.is_subclass(&own, class)
    }

    /// `issubclass(own, class)`.
    pub(in crate::interpret) fn is_subclass(&mut self, own: &Rc<Class>, class: &Value) -> Res {
        match class {
            Value::Class(class) => {
                if own.derives(class) {
                    return Ok(Value::Bool(true));
                }
                if let Some(hook) = self.abstract_kinds(class) {
                    return Ok(Value::Bool(hook.iter().any(|&kind| own.is(kind))));
                }
                Ok(match &own.unknown {
                    Some(unknown) => Value::Unknown(unknown.clone()),
                    None => Value::Bool(false),
                })
            }
            Value::Tuple(classes) => {
                let mut unknown = None;
                for class in &classes.items {
                    match self.nested(|machine| machine.is_subclass(own, class))? {
                        Value::Bool(true) => return Ok(Value::Bool(true)),
                        Value::Bool(false) => {}
                        other => unknown = Some(other),
                    }
                }
                Ok(unknown.unwrap_or(Value::Bool(false)))
            }
            // `int | None`.
            Value::Native(n) if &*n.name == "types.UnionType" => {
                let none = Value::Class(self.builtin(Type::NoneType));
                let parts = n.data.iter().map(|v| if v.is_none() { none.clone() } else { v.clone() }).collect();
                self.is_subclass(own, &Value::tuple(parts))
            }
            Value::Unknown(_) => Ok(class.clone()),
            Value::Native(form) => match typing::origin(self, form)? {
                Some(class) => self.is_subclass(own, &class),
                None => Ok(self.unknown_value(message!("isinstance-of"))),
            },
            Value::Library(_) => Ok(self.unknown_value(message!("isinstance-of"))),
            _ => Err(self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
        }
    }

    /// The builtin types that count as instances of an abstract class of `collections.abc` or `numbers`.
    fn abstract_kinds(&self, class: &Rc<Class>) -> Option<&'static [Type]> {
        Some(match (&*class.module, &*class.name) {
            ("collections.abc", "Sequence") => &[Type::List, Type::Tuple, Type::Str, Type::Range, Type::Bytes],
            ("collections.abc", "MutableSequence") => &[Type::List],
            ("collections.abc", "Mapping" | "MutableMapping") => &[Type::Dict],
            ("collections.abc", "Set") => &[Type::Set, Type::FrozenSet],
            ("collections.abc", "Iterable") => &[
                Type::List,
                Type::Tuple,
                Type::Str,
                Type::Range,
                Type::Bytes,
                Type::Dict,
                Type::Set,
                Type::FrozenSet,
                Type::Iterator,
                Type::Generator,
            ],
            ("collections.abc", "Callable") => {
                &[Type::Function, Type::Builtin, Type::Method, Type::Type, Type::Partial]
            }
            ("numbers", "Number" | "Real" | "Complex") => &[Type::Int, Type::Float],
            ("numbers", "Integral" | "Rational") => &[Type::Int],
            _ => return None,
        })
    }
}
