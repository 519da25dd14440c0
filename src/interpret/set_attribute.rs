//! How attributes are set and deleted.

use std::rc::Rc;

use super::class::Type;
use super::machine::Machine;
use super::rewind::Asked;
use super::symbol::{self, Symbol};
use super::value::{Args, Instance, Namespace, Res, Value};
use crate::words::message;

impl Machine {
    /// `value.name = new`.
    pub fn set_attribute(&mut self, value: &Value, name: Symbol, new: Value) -> Res<()> {
        match value {
            Value::Instance(instance) => {
                let class = instance.class();
                if *class.intercepts.borrow()
                    && let Some(hook) = class.lookup_own(symbol::SETATTR)
                {
                    if let (Some(shortcuts), Value::Native(native)) = (&self.shortcuts, &hook)
                        && Rc::ptr_eq(&shortcuts.setattr, native)
                    {
                        let set = shortcuts.set;
                        return set(self, value, instance, name, new);
                    }
                    let args = vec![value.clone(), Value::Str(self.text(name)), new];
                    return self.call(&hook, Args::of(args)).map(|_| ());
                }
                self.set_plain(value, instance, name, new)
            }
            Value::Class(class) => {
                if class.builtin.is_some() {
                    let message =
                        format!("cannot set '{}' attribute of immutable type '{}'", self.text(name), class.name);
                    return Err(self.type_error(message));
                }
                if matches!(new, Value::Property(_)) || name == symbol::SETATTR {
                    class.intercepts.replace(true);
                }
                self.set_of_class(class, name, new);
                Ok(())
            }
            Value::Module(module) => {
                self.set_global(module, name, new);
                Ok(())
            }
            Value::Function(function) => {
                if name == symbol::DEFAULTS {
                    return Err(self.unknown(message!("new-defaults")));
                }
                function.attributes.set(name, new);
                Ok(())
            }
            Value::Library(path) => {
                self.journal.note_change();
                self.ask(|| Asked::Library(path.clone(), name));
                let path = format!("{path}.{}", self.text(name));
                self.library_values.insert(path.into(), new);
                self.library_names.clear();
                self.sets.clear();
                Ok(())
            }
            Value::Unknown(_) => Ok(()),
            Value::Foreign(foreign) => match foreign.clone().set(self, name, new)? {
                true => Ok(()),
                false => Err(self.no_attribute(value, name)),
            },
            Value::Native(native) if name == symbol::DEFAULTS && self.set_tuple_defaults(native, &new)? => Ok(()),
            Value::Native(_) | Value::Partial(_) | Value::Method(_) => {
                Err(self.unknown(message!("attribute-set", type = self.type_name_of(value))))
            }
            _ => Err(self.no_attribute(value, name)),
        }
    }

    /// `object.__setattr__`.
    pub fn set_plain(&mut self, value: &Value, instance: &Rc<Instance>, name: Symbol, new: Value) -> Res<()> {
        let class = instance.class();
        if *class.intercepts.borrow() {
            match class.lookup(name) {
                Some(Value::Property(property)) if property.cached.get().is_none() => {
                    if property.set.is_none() {
                        let message =
                            format!("property '{}' of '{}' object has no setter", self.text(name), class.name);
                        return Err(self.error(Type::AttributeError, message));
                    }
                    return self.call(&property.set, Args::of(vec![value.clone(), new])).map(|_| ());
                }
                Some(Value::Instance(descriptor)) => {
                    if let Some(set) = descriptor.class().lookup_own(symbol::SET) {
                        let args = vec![Value::Instance(descriptor), value.clone(), new];
                        return self.call(&set, Args::of(args)).map(|_| ());
                    }
                }
                _ => {}
            }
        }
        match (name, &new) {
            (symbol::CLASS, Value::Class(class)) => {
                instance.class.replace(class.clone());
            }
            (symbol::DICT, Value::Dict(dict)) => {
                let mut attributes = Namespace::default();
                for (key, value) in dict.entries.borrow().iter() {
                    if let Value::Str(key) = key.value() {
                        attributes.insert(self.symbol(key), value.clone());
                    }
                }
                instance.attributes.replace(attributes);
            }
            _ => {
                instance.attributes.set(name, new);
            }
        }
        Ok(())
    }

    /// `del value.name`.
    pub fn delete_attribute(&mut self, value: &Value, name: Symbol) -> Res<()> {
        let removed = match value {
            Value::Instance(instance) => {
                let class = instance.class();
                if let Some(hook) = class.lookup_own(symbol::DELATTR) {
                    let args = vec![value.clone(), Value::Str(self.text(name))];
                    return self.call(&hook, Args::of(args)).map(|_| ());
                }
                if let Some(Value::Property(property)) = class.lookup(name)
                    && !property.delete.is_none()
                {
                    return self.call(&property.delete, Args::of(vec![value.clone()])).map(|_| ());
                }
                instance.attributes.borrow_mut().shift_remove(&name)
            }
            Value::Class(class) => class.namespace.borrow_mut().shift_remove(&name),
            Value::Function(function) => function.attributes.borrow_mut().shift_remove(&name),
            Value::Module(module) => {
                self.global(module, name)?;
                module.names.borrow_mut().shift_remove(&name)
            }
            Value::Unknown(_) => return Ok(()),
            _ => return Err(self.unknown(message!("attribute-deleted"))),
        };
        match removed {
            Some(_) => Ok(()),
            None => Err(self.no_attribute(value, name)),
        }
    }
}
