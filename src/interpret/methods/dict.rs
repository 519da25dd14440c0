//! Methods of `dict` and its kinds, and of dicts of names.

use std::rc::Rc;

use super::super::class::Type;
use super::super::iterate::{Iteration, State};
use super::super::key::Key;
use super::super::machine::Machine;
use super::super::operate::integer;
use super::super::value::{Args, Dict, DictKind, NativeFn, Res, Value, View, ViewKind};
use super::{Taken, list, split};
use crate::words::message;

pub(super) fn find(name: &str) -> Option<NativeFn> {
    Some(match name {
        "get" => |m, n, a| {
            let (dict, mut args) = split(m, &n.name, a)?;
            let key = args.required(m, "key")?;
            let default = args.or(m, "default", Value::None)?;
            args.done(m)?;
            if let Value::Unknown(_) = key {
                return Ok(key);
            }
            Ok(found(m, &dict, &key)?.unwrap_or(default))
        },
        "keys" => |m, n, a| view(m, &n.name, a, ViewKind::Keys),
        "values" => |m, n, a| view(m, &n.name, a, ViewKind::Values),
        "items" => |m, n, a| view(m, &n.name, a, ViewKind::Items),
        "pop" => |m, n, a| {
            let (dict, mut args) = split(m, &n.name, a)?;
            let key = args.required(m, "key")?;
            let default = args.optional(m, "default")?;
            args.done(m)?;
            match (found(m, &dict, &key)?, default) {
                (Some(value), _) => {
                    m.delete_item(&dict.unwrapped(), &key)?;
                    Ok(value)
                }
                (None, Some(default)) => Ok(default),
                (None, None) => Err(m.error_with(Type::KeyError, vec![key])),
            }
        },
        "popitem" => |m, n, a| {
            let (dict, mut args) = receiver(m, &n.name, a)?;
            let last = args.or(m, "last", Value::Bool(true))?;
            let last = m.truth(&last)?;
            let removed =
                if last { dict.entries.borrow_mut().pop() } else { dict.entries.borrow_mut().shift_remove_index(0) };
            match removed {
                Some((key, value)) => Ok(Value::tuple(vec![key.value().clone(), value])),
                None => {
                    let message = Value::str("popitem(): dictionary is empty");
                    Err(m.error_with(Type::KeyError, vec![message]))
                }
            }
        },
        "setdefault" => |m, n, a| {
            let (dict, mut args) = split(m, &n.name, a)?;
            let key = args.required(m, "key")?;
            let default = args.or(m, "default", Value::None)?;
            args.done(m)?;
            if let Some(value) = found(m, &dict, &key)? {
                return Ok(value);
            }
            m.set_item(&dict.unwrapped(), &key, default.clone())?;
            Ok(default)
        },
        "update" | "__init__" => |m, n, mut a| {
            if a.positional.is_empty() {
                return Err(m.type_error(format!("unbound method dict.{}() needs an argument", n.name)));
            }
            let dict = a.positional.remove(0);
            let target = dict.unwrapped();
            if let Some(other) = a.positional.first() {
                for (key, value) in m.pairs(other)? {
                    m.set_item(&target, &key, value)?;
                }
            }
            for (name, value) in a.keywords {
                let key = Value::Str(m.text(name));
                m.set_item(&target, &key, value)?;
            }
            Ok(Value::None)
        },
        "copy" => |m, n, a| {
            let (dict, args) = split(m, &n.name, a)?;
            args.done(m)?;
            match dict.unwrapped() {
                Value::Dict(d) => {
                    m.copied(d.entries.borrow().len() * 4)?;
                    Ok(Value::dict_of(d.entries.borrow().clone(), d.kind.clone()))
                }
                other => {
                    let entries = m.mapping_entries(&other)?;
                    m.dict_from(entries)
                }
            }
        },
        "clear" => |m, n, a| {
            let (dict, args) = receiver(m, &n.name, a)?;
            args.done(m)?;
            dict.entries.borrow_mut().clear();
            Ok(Value::None)
        },
        "fromkeys" => |m, _, a| {
            let keys = a.positional.get(1).cloned().unwrap_or(Value::None);
            let value = a.positional.get(2).cloned().unwrap_or(Value::None);
            let keys = m.collect(&keys)?;
            m.dict_from(keys.into_iter().map(|k| (k, value.clone())).collect())
        },
        _ => return list::special(name),
    })
}

pub(super) fn find_ordered(name: &str) -> Option<NativeFn> {
    Some(match name {
        "move_to_end" => |m, n, a| {
            let (dict, mut args) = receiver(m, &n.name, a)?;
            let key = args.required(m, "key")?;
            let last = args.or(m, "last", Value::Bool(true))?;
            let last = m.truth(&last)?;
            let key = Key::new(m, &key)?;
            let mut entries = dict.entries.borrow_mut();
            let Some(from) = entries.get_index_of(&key) else {
                drop(entries);
                return Err(m.error_with(Type::KeyError, vec![key.value().clone()]));
            };
            let to = if last { entries.len() - 1 } else { 0 };
            entries.move_index(from, to);
            Ok(Value::None)
        },
        _ => return None,
    })
}

pub(super) fn find_counter(name: &str) -> Option<NativeFn> {
    Some(match name {
        "most_common" => |m, n, a| {
            let (dict, mut args) = receiver(m, &n.name, a)?;
            let most = args.or(m, "n", Value::None)?;
            let mut items: Vec<(Value, Value)> =
                dict.entries.borrow().iter().map(|(k, v)| (k.value().clone(), v.clone())).collect();
            items.sort_by_key(|(_, count)| std::cmp::Reverse(integer(count)));
            if !most.is_none() {
                items.truncate(m.index(&most)?.max(0) as usize);
            }
            Ok(Value::list(items.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect()))
        },
        "elements" => |m, n, a| {
            let (dict, _) = receiver(m, &n.name, a)?;
            let mut items = Vec::new();
            for (key, count) in dict.entries.borrow().iter() {
                let count = integer(count).unwrap_or(0).max(0);
                m.limit(count)?;
                items.extend(std::iter::repeat_n(key.value().clone(), count as usize));
            }
            Ok(Value::Iterator(Iteration::new(State::Values(items.into_iter()))))
        },
        "total" => |m, n, a| {
            let (dict, _) = receiver(m, &n.name, a)?;
            let total: i64 = dict.entries.borrow().values().filter_map(integer).sum();
            Ok(Value::Int(total))
        },
        "update" | "subtract" => |m, n, mut a| {
            let sign = if &*n.name == "subtract" { -1 } else { 1 };
            if a.positional.is_empty() {
                return Err(m.type_error("unbound method Counter.update() needs an argument"));
            }
            let target = a.positional.remove(0).unwrapped();
            let mut counts = Vec::new();
            if let Some(other) = a.positional.first() {
                match other {
                    Value::Dict(_) => counts = m.mapping_entries(other)?,
                    other => counts.extend(m.collect(other)?.into_iter().map(|k| (k, Value::Int(1)))),
                }
            }
            counts.extend(a.keywords.into_iter().map(|(k, v)| (Value::Str(m.text(k)), v)));
            for (key, count) in counts {
                let old = m.get_item(&target, &key)?;
                let new = integer(&old).unwrap_or(0) + sign * integer(&count).unwrap_or(0);
                m.set_item(&target, &key, Value::Int(new))?;
            }
            Ok(Value::None)
        },
        _ => return None,
    })
}

fn receiver<'a>(m: &mut Machine, name: &'a str, a: Args) -> Res<(Rc<Dict>, Taken<'a>)> {
    let (value, args) = split(m, name, a)?;
    match value.unwrapped() {
        Value::Dict(dict) => Ok((dict, args)),
        other => {
            m.known(&other)?;
            Err(m.unknown(message!("of-such-dict", name)))
        }
    }
}

fn view(m: &mut Machine, name: &str, a: Args, kind: ViewKind) -> Res {
    let (dict, args) = split(m, name, a)?;
    args.done(m)?;
    Ok(Value::View(Rc::new(View { dict: dict.unwrapped(), kind })))
}

fn found(m: &mut Machine, dict: &Value, key: &Value) -> Res<Option<Value>> {
    match dict.unwrapped() {
        Value::Dict(d) => {
            let key = Key::new(m, key)?;
            Ok(d.entries.borrow().get(&key).cloned())
        }
        Value::Names(names) => match key {
            Value::Str(name) => {
                let name = m.symbol(name);
                m.named(&names, name)
            }
            _ => Ok(None),
        },
        other => {
            m.known(&other)?;
            let name = m.type_name(&other);
            Err(m.type_error(format!("a dict's method on a '{name}' object")))
        }
    }
}

impl Machine {
    /// A dict of keys and values.
    pub(in super::super) fn dict_from(&mut self, pairs: Vec<(Value, Value)>) -> Res {
        let mut entries = super::super::value::Entries::default();
        for (key, value) in pairs {
            entries.insert(Key::new(self, &key)?, value);
        }
        Ok(Value::dict_of(entries, DictKind::Plain))
    }

    /// The keys and values of a mapping or of an iterable of pairs.
    pub(in super::super) fn pairs(&mut self, value: &Value) -> Res<Vec<(Value, Value)>> {
        match value.unwrapped() {
            Value::Dict(_) | Value::Names(_) | Value::Unknown(_) => return self.mapping_entries(&value.unwrapped()),
            Value::Instance(_) | Value::Foreign(_) => {
                let keys = self.symbol("keys");
                if self.find_attribute(value, keys)?.is_some() {
                    return self.mapping_entries(value);
                }
            }
            _ => {}
        }
        let mut pairs = Vec::new();
        for (i, item) in self.collect(value)?.iter().enumerate() {
            let parts = match self.collect(item) {
                Ok(parts) => parts,
                Err(super::super::value::Stop::Raise(_)) => {
                    let message = format!("cannot convert dictionary update sequence element #{i} to a sequence");
                    return Err(self.type_error(message));
                }
                Err(stop) => return Err(stop),
            };
            match <[Value; 2]>::try_from(parts) {
                Ok([key, value]) => pairs.push((key, value)),
                Err(parts) => {
                    let message =
                        format!("dictionary update sequence element #{i} has length {}; 2 is required", parts.len());
                    return Err(self.value_error(message));
                }
            }
        }
        Ok(pairs)
    }
}
