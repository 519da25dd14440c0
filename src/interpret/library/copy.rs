//! `copy`.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::key::Key;
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, Entries, Instance, List, NativeFn, Res, Tuple, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library =
    Library { packages: &["copy"], counts: Counts::First, functions: FUNCTIONS, find: |_, _| None, others: &[] };

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("copy.copy", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        m.shallow_copy(&value)
    }),
    ("copy.deepcopy", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        m.deep_copy(&value, &mut FxHashMap::default())
    }),
];

/// The copies of what was copied already, by its identity. The originals are kept, so that no identity is used again.
pub type Copied = FxHashMap<usize, (Value, Value)>;

impl Machine {
    fn shallow_copy(&mut self, value: &Value) -> Res {
        Ok(match value {
            Value::List(l) => Value::list(l.borrow().clone()),
            Value::Dict(d) => Value::dict_of(d.entries.borrow().clone(), d.kind.clone()),
            Value::Set(s) => Value::set(s.borrow().clone().mixed()),
            Value::Names(_) => {
                let entries = self.mapping_entries(value)?;
                self.dict_from(entries)?
            }
            Value::Instance(instance) => {
                if let Some(result) = self.call_special(value, symbol::COPY, &[])? {
                    return Ok(result);
                }
                let base = instance.base.borrow().clone();
                let base = match base {
                    Value::Instance(_) => base,
                    other => self.shallow_copy(&other)?,
                };
                let class = instance.class();
                let copy = self.instance(&class, base);
                self.copy_extra(instance, &copy)?;
                copy.attributes.replace(instance.attributes.borrow().clone());
                Value::Instance(copy)
            }
            Value::Foreign(_) => match self.call_special(value, symbol::COPY, &[])? {
                Some(copy) => copy,
                None => return Err(self.unknown(message!("copy-of-value"))),
            },
            Value::Iterator(_) => return Err(self.type_error("cannot pickle 'generator' object")),
            _ => value.clone(),
        })
    }

    /// What a library keeps with an instance, for its copy.
    fn copy_extra(&mut self, instance: &Instance, copy: &Instance) -> Res<()> {
        let extra = instance.extra.borrow().clone();
        if let Some(extra) = extra {
            copy.extra.replace(Some(extra.copied(self)?));
        }
        Ok(())
    }

    /// A copy of a value and everything in it; what is shared stays shared.
    pub fn deep_copy(&mut self, value: &Value, copied: &mut Copied) -> Res {
        match value {
            Value::List(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::Tuple(_)
            | Value::Instance(_)
            | Value::Foreign(_)
            | Value::Names(_)
            | Value::Method(_)
            | Value::Partial(_) => {}
            Value::Iterator(_) => return Err(self.type_error("cannot pickle 'generator' object")),
            _ => return Ok(value.clone()),
        }
        if let Some((_, copy)) = copied.get(&value.identity()) {
            return Ok(copy.clone());
        }
        self.spend(1)?;
        self.nested(|machine| machine.deep_copy_new(value, copied))
    }

    fn deep_copy_new(&mut self, value: &Value, copied: &mut Copied) -> Res {
        let keep = |copied: &mut Copied, copy: &Value| {
            copied.insert(value.identity(), (value.clone(), copy.clone()));
        };
        match value {
            Value::List(list) => {
                let copy = Rc::new(List::new(Vec::new()));
                keep(copied, &Value::List(copy.clone()));
                let items = list.borrow().clone();
                for item in &items {
                    let item = self.deep_copy(item, copied)?;
                    copy.borrow_mut().push(item);
                }
                let copy = Value::List(copy);
                if let Some(observer) = self.observer.clone() {
                    observer.copied(value, &copy);
                }
                Ok(copy)
            }
            Value::Dict(dict) => {
                let copy = Value::dict_of(Entries::default(), dict.kind.clone());
                keep(copied, &copy);
                for (key, item) in self.mapping_entries(value)? {
                    let (key, item) = (self.deep_copy(&key, copied)?, self.deep_copy(&item, copied)?);
                    let key = Key::new(self, &key)?;
                    if let Value::Dict(copy) = &copy {
                        copy.entries.borrow_mut().insert(key, item);
                    }
                }
                Ok(copy)
            }
            Value::Names(_) => {
                let entries = self.mapping_entries(value)?;
                let dict = self.dict_from(entries)?;
                self.deep_copy(&dict, copied)
            }
            Value::Set(set) => Ok(Value::set(set.borrow().clone().mixed())),
            Value::Tuple(tuple) => {
                let mut items = Vec::with_capacity(tuple.items.len());
                for item in &tuple.items {
                    items.push(self.deep_copy(item, copied)?);
                }
                let same = items.iter().zip(&tuple.items).all(|(a, b)| a.is(b));
                let copy = match same {
                    true => value.clone(),
                    false => Value::Tuple(Rc::new(Tuple { items, class: tuple.class.clone() })),
                };
                keep(copied, &copy);
                Ok(copy)
            }
            Value::Method(method) => {
                let receiver = self.deep_copy(&method.receiver, copied)?;
                Ok(super::super::call::bound(method.function.clone(), receiver))
            }
            Value::Partial(partial) => {
                let mut args = Args::default();
                for item in &partial.args.positional {
                    args.positional.push(self.deep_copy(item, copied)?);
                }
                for (name, item) in &partial.args.keywords {
                    args.keywords.push((*name, self.deep_copy(item, copied)?));
                }
                let function = self.deep_copy(&partial.function, copied)?;
                Ok(Value::Partial(Rc::new(super::super::value::Partial { function, args })))
            }
            Value::Instance(instance) => {
                if let Some(method) = self.special(value, symbol::DEEPCOPY)? {
                    let memo = Value::dict(Entries::default());
                    let copy = self.call(&method, Args::of(vec![memo]))?;
                    keep(copied, &copy);
                    return Ok(copy);
                }
                let class = instance.class();
                if class.is(super::super::class::Type::Enum) {
                    return Ok(value.clone());
                }
                let copy = self.instance(&class, Value::Unbound);
                self.copy_extra(instance, &copy)?;
                keep(copied, &Value::Instance(copy.clone()));
                let base = instance.base.borrow().clone();
                if !matches!(base, Value::Unbound) {
                    let base = self.deep_copy(&base, copied)?;
                    copy.base.replace(base);
                }
                let attributes = instance.attributes.borrow().clone();
                for (name, item) in attributes {
                    let item = self.deep_copy(&item, copied)?;
                    copy.attributes.borrow_mut().insert(name, item);
                }
                Ok(Value::Instance(copy))
            }
            Value::Foreign(_) => match self.call_special(value, symbol::DEEPCOPY, &[])? {
                Some(copy) => {
                    keep(copied, &copy);
                    Ok(copy)
                }
                None => Err(self.unknown(message!("copy-of-value"))),
            },
            _ => Ok(value.clone()),
        }
    }
}
