//! Containers: membership, length, indices and the entries of mappings.

use std::rc::Rc;

use super::class::Type;
use super::key::Key;
use super::machine::Machine;
use super::operate::integer;
use super::symbol::{self, Symbol};
use super::value::{Elements, Names, Res, Stop, Value};
use crate::python::ir::Compare;
use crate::words::message;

impl Machine {
    /// `item in container`.
    pub(super) fn contains(&mut self, container: &Value, item: &Value) -> Res {
        if let Value::Unknown(_) = container {
            return Ok(container.clone());
        }
        Ok(Value::Bool(match container {
            Value::Str(s) => match item {
                Value::Str(part) => {
                    self.spend(s.len() as u64 / 16)?;
                    s.contains(&**part)
                }
                Value::Unknown(_) => return Ok(item.clone()),
                _ => {
                    let name = self.type_name(item);
                    let message = format!("'in <string>' requires string as left operand, not {name}");
                    return Err(self.type_error(message));
                }
            },
            Value::Dict(d) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                d.entries.borrow().contains_key(&key)
            }
            Value::Set(s) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                s.borrow().contains(&key)
            }
            Value::FrozenSet(s) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                s.contains(&key)
            }
            Value::Range(r) => match integer(item) {
                Some(i) => {
                    let distance = i.wrapping_sub(r.start);
                    !r.is_empty() && distance % r.step == 0 && (0..r.len()).contains(&(distance / r.step))
                }
                None => {
                    let items = self.collect(container)?;
                    return self.among(&items, item);
                }
            },
            Value::List(l) => {
                let items = l.borrow().clone();
                return self.among(&items, item);
            }
            Value::Tuple(t) => return self.among(&t.items, item),
            Value::View(view) if view.kind == super::value::ViewKind::Keys => {
                return self.contains(&view.dict.clone(), item);
            }
            Value::View(view) => {
                let items = self.view_items(view)?;
                return self.among(&items, item);
            }
            Value::Names(names) => match item {
                Value::Str(name) => {
                    let name = self.symbol(name);
                    self.named(names, name)?.is_some()
                }
                _ => false,
            },
            Value::Class(class) if class.is(Type::Enum) => match item {
                Value::Instance(i) => Rc::ptr_eq(&i.class(), class),
                _ => return Ok(self.unknown_value(message!("enum-membership"))),
            },
            _ => {
                if let Some(result) = self.call_special(container, symbol::CONTAINS, std::slice::from_ref(item))? {
                    return Ok(match result {
                        Value::Unknown(_) => result,
                        other => Value::Bool(self.truth(&other)?),
                    });
                }
                let plain = container.unwrapped();
                if matches!(container, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.contains(&plain, item);
                }
                let iterator = match self.iter(container) {
                    Ok(iterator) => iterator,
                    Err(Stop::Raise(_)) => {
                        let name = self.type_name(container);
                        return Err(self.type_error(format!("argument of type '{name}' is not iterable")));
                    }
                    Err(stop) => return Err(stop),
                };
                while let Some(value) = self.next(&iterator)? {
                    if self.equal(&value, item)? {
                        return Ok(Value::Bool(true));
                    }
                }
                false
            }
        }))
    }

    fn among(&mut self, items: &[Value], item: &Value) -> Res {
        let mut unknown = None;
        for value in items {
            if value.is(item) {
                return Ok(Value::Bool(true));
            }
            let equal = self.compare(Compare::Eq, value, item)?;
            match equal {
                Value::Unknown(_) => unknown = Some(equal),
                other => {
                    if self.truth(&other)? {
                        return Ok(Value::Bool(true));
                    }
                }
            }
        }
        Ok(unknown.unwrap_or(Value::Bool(false)))
    }

    /// `len(value)`.
    pub fn len(&mut self, value: &Value) -> Res<i64> {
        Ok(match value {
            Value::Str(s) => s.chars().count() as i64,
            Value::Bytes(b) => b.len() as i64,
            Value::Tuple(t) => t.items.len() as i64,
            Value::List(l) => l.borrow().len() as i64,
            Value::Dict(d) => d.entries.borrow().len() as i64,
            Value::Set(s) => s.borrow().len() as i64,
            Value::FrozenSet(s) => s.len() as i64,
            Value::Range(r) => r.len(),
            Value::Names(_) => self.mapping_entries(value)?.len() as i64,
            Value::View(view) => self.len(&view.dict.clone())?,
            Value::Class(class) if class.is(Type::Enum) => self.enum_members(class).len() as i64,
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            _ => {
                if let Some(result) = self.call_special(value, symbol::LEN, &[])? {
                    self.known(&result)?;
                    return match integer(&result) {
                        Some(i) if i >= 0 => Ok(i),
                        Some(_) => Err(self.value_error("__len__() should return >= 0")),
                        None => {
                            let name = self.type_name(&result);
                            Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")))
                        }
                    };
                }
                let plain = value.unwrapped();
                if matches!(value, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.len(&plain);
                }
                let name = self.type_name(value);
                return Err(self.type_error(format!("object of type '{name}' has no len()")));
            }
        })
    }

    /// The integer that an index or a count is.
    pub fn index(&mut self, value: &Value) -> Res<i64> {
        let plain = value.unwrapped();
        if let Some(i) = integer(&plain) {
            return Ok(i);
        }
        self.known(value)?;
        if let Some(result) = self.call_special(value, symbol::INDEX, &[])? {
            self.known(&result)?;
            if let Some(i) = integer(&result) {
                return Ok(i);
            }
        }
        let name = self.type_name(value);
        Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")))
    }

    /// The keys and values of a mapping.
    pub(super) fn mapping_entries(&mut self, value: &Value) -> Res<Vec<(Value, Value)>> {
        match value {
            Value::Dict(d) => {
                let entries = d.entries.borrow();
                self.copied(entries.len() * 6)?;
                Ok(entries.iter().map(|(k, v)| (k.value().clone(), v.clone())).collect())
            }
            Value::Names(names) => self.named_entries(names),
            Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
            Value::Instance(_) if !matches!(value.unwrapped(), Value::Instance(_)) => {
                self.mapping_entries(&value.unwrapped())
            }
            Value::Instance(_) | Value::Foreign(_) => {
                let keys = self.symbol("keys");
                let Some(keys) = self.find_attribute(value, keys)? else {
                    let name = self.type_name(value);
                    return Err(self.type_error(format!("'{name}' object is not a mapping")));
                };
                let keys = self.call(&keys, Default::default())?;
                let mut entries = Vec::new();
                for key in self.collect(&keys)? {
                    let found = self.get_item(value, &key)?;
                    entries.push((key, found));
                }
                Ok(entries)
            }
            _ => {
                let name = self.type_name(value);
                Err(self.type_error(format!("'{name}' object is not a mapping")))
            }
        }
    }

    fn named_entries(&mut self, names: &Rc<Names>) -> Res<Vec<(Value, Value)>> {
        let all: Vec<(Symbol, Value)> = match &**names {
            Names::Module(module) => {
                self.force_all(module)?;
                module.names.borrow().iter().map(|(k, v)| (*k, v.clone())).collect()
            }
            Names::Instance(i) => i.attributes.borrow().iter().map(|(k, v)| (*k, v.clone())).collect(),
            Names::Class(c) => c.namespace.borrow().iter().map(|(k, v)| (*k, v.clone())).collect(),
        };
        Ok(all.into_iter().map(|(k, v)| (Value::Str(self.text(k)), v)).collect())
    }

    /// A name of a module or an attribute of an object, through its dict.
    pub(super) fn named(&mut self, names: &Names, name: Symbol) -> Res<Option<Value>> {
        match names {
            Names::Module(module) => self.global(module, name),
            Names::Instance(i) => Ok(i.attributes.borrow().get(&name).cloned()),
            Names::Class(c) => Ok(c.namespace.borrow().get(&name).cloned()),
        }
    }
}

/// The elements of a set.
pub(super) fn elements(value: &Value) -> Elements {
    match value {
        Value::Set(s) => s.borrow().clone(),
        Value::FrozenSet(s) => (**s).clone(),
        _ => Elements::default(),
    }
}
