//! Elements: `value[index]`, read, set and deleted.

use std::rc::Rc;

use super::class::Type;
use super::key::Key;
use super::library::typing;
use super::machine::Machine;
use super::symbol;
use super::value::{Args, Dict, DictKind, Names, Range, Res, Value};

impl Machine {
    /// The indices that a slice picks from a sequence of `len` elements.
    pub fn pick(&mut self, slice: &[Value; 3], len: i64) -> Res<Range> {
        let bound = |machine: &mut Machine, value: &Value| -> Res<Option<i64>> {
            match value {
                Value::None => Ok(None),
                Value::Int(_) | Value::Bool(_) | Value::Unknown(_) => machine.index(value).map(Some),
                _ => match machine.index(value) {
                    Ok(i) => Ok(Some(i)),
                    Err(super::value::Stop::Raise(_)) => {
                        let text = "slice indices must be integers or None or have an __index__ method";
                        Err(machine.type_error(text))
                    }
                    Err(stop) => Err(stop),
                },
            }
        };
        let step = bound(self, &slice[2])?.unwrap_or(1);
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
        let clamp = |machine: &mut Machine, value: &Value, default: i64| -> Res<i64> {
            Ok(match bound(machine, value)? {
                None => default,
                Some(i) if i < 0 => i.saturating_add(len).max(low),
                Some(i) => i.min(high),
            })
        };
        let start = clamp(self, &slice[0], if step > 0 { low } else { high })?;
        let stop = clamp(self, &slice[1], if step > 0 { high } else { low })?;
        Ok(Range { start, stop, step })
    }

    fn position(&mut self, index: &Value, len: usize, what: &str) -> Res<usize> {
        let plain = index.unwrapped();
        let i = match super::operate::integer(&plain) {
            Some(i) => i,
            None => {
                self.known(index)?;
                match self.call_special(index, symbol::INDEX, &[])? {
                    Some(result) => self.index(&result)?,
                    None => {
                        let name = self.type_name(index);
                        let short = what.split(' ').next().unwrap_or(what);
                        let kind = match short {
                            "string" => format!("string indices must be integers, not '{name}'"),
                            _ => format!("{short} indices must be integers or slices, not {name}"),
                        };
                        return Err(self.type_error(kind));
                    }
                }
            }
        };
        let at = if i < 0 { i + len as i64 } else { i };
        if (0..len as i64).contains(&at) {
            return Ok(at as usize);
        }
        Err(self.error(Type::IndexError, format!("{what} out of range")))
    }

    /// `value[index]`.
    pub fn get_item(&mut self, value: &Value, index: &Value) -> Res {
        if let Value::Unknown(_) = value {
            return Ok(value.clone());
        }
        match (value, index) {
            (Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Dict(_), Value::Unknown(_)) => Ok(index.clone()),
            (Value::List(list), Value::Slice(slice)) => {
                let len = list.borrow().len() as i64;
                let picked = self.pick(slice, len)?;
                self.copied(picked.len().max(0) as usize)?;
                let list = list.borrow();
                Ok(Value::list(picked.indices().filter_map(|i| list.get(i).cloned()).collect()))
            }
            (Value::List(list), _) => {
                let len = list.borrow().len();
                let i = self.position(index, len, "list index")?;
                let found = list.borrow().get(i).cloned();
                Ok(found.unwrap_or(Value::None))
            }
            (Value::Tuple(tuple), Value::Slice(slice)) => {
                if tuple.class.is_some()
                    && let Some(part) = self.call_special(value, symbol::GETITEM, std::slice::from_ref(index))?
                {
                    return Ok(part);
                }
                let picked = self.pick(slice, tuple.items.len() as i64)?;
                self.copied(picked.len().max(0) as usize)?;
                Ok(Value::tuple(picked.indices().map(|i| tuple.items[i].clone()).collect()))
            }
            (Value::Tuple(tuple), _) => {
                let i = self.position(index, tuple.items.len(), "tuple index")?;
                Ok(tuple.items[i].clone())
            }
            (Value::Str(s), Value::Slice(slice)) => {
                self.spend(s.len() as u64 / 16)?;
                let chars: Vec<char> = s.chars().collect();
                let picked = self.pick(slice, chars.len() as i64)?;
                let text: String = picked.indices().map(|i| chars[i]).collect();
                Ok(Value::str(&text))
            }
            (Value::Str(s), _) => {
                self.spend(s.len() as u64 / 16)?;
                let len = s.chars().count();
                let i = self.position(index, len, "string index")?;
                Ok(Value::str(&s.chars().nth(i).map(String::from).unwrap_or_default()))
            }
            (Value::Bytes(b), Value::Slice(slice)) => {
                let picked = self.pick(slice, b.len() as i64)?;
                Ok(Value::Bytes(picked.indices().map(|i| b[i]).collect()))
            }
            (Value::Bytes(b), _) => {
                let i = self.position(index, b.len(), "index")?;
                Ok(Value::Int(i64::from(b[i])))
            }
            (Value::Range(range), Value::Slice(slice)) => {
                let picked = self.pick(slice, range.len())?;
                Ok(Value::Range(Rc::new(Range {
                    start: range.get(picked.start),
                    stop: range.get(picked.stop),
                    step: range.step * picked.step,
                })))
            }
            (Value::Range(range), _) => {
                let i = self.position(index, range.len() as usize, "range object index")?;
                Ok(Value::Int(range.get(i as i64)))
            }
            (Value::Dict(dict), _) => self.dict_item(value, dict, index),
            (Value::Names(names), _) => {
                if let Value::Str(text) = index {
                    let name = self.symbol(text);
                    if let Some(found) = self.named(names, name)? {
                        return Ok(found);
                    }
                    if let Names::Module(module) = &**names
                        && module.is_incomplete()
                    {
                        return Ok(self.opaque(&format!("{}.{text}", module.name)));
                    }
                }
                self.known(index)?;
                Err(self.error_with(Type::KeyError, vec![index.clone()]))
            }
            _ => self.object_item(value, index),
        }
    }

    fn object_item(&mut self, value: &Value, index: &Value) -> Res {
        match value {
            Value::Class(class) if class.is(Type::Enum) => {
                if let Value::Str(name) = index {
                    let symbol = self.symbol(name);
                    if let Some(found) = self.enum_attribute(class, symbol) {
                        return Ok(found);
                    }
                }
                return Err(self.error_with(Type::KeyError, vec![index.clone()]));
            }
            _ => {}
        }
        if let Some(result) = self.call_special(value, symbol::GETITEM, std::slice::from_ref(index))? {
            return Ok(result);
        }
        match value {
            // `list[int]`, `Generic[T]`: what a type checker reads.
            Value::Class(_) | Value::Library(_) => return Ok(value.clone()),
            Value::Native(n) if n.name.starts_with("typing.") => return Ok(typing::subscripted(n, index)),
            Value::Instance(instance) => {
                let plain = value.unwrapped();
                if let Value::Dict(dict) = &plain {
                    let dict = dict.clone();
                    let key = Key::new(self, index)?;
                    let found = dict.entries.borrow().get(&key).cloned();
                    return match (found, self.special(value, symbol::MISSING)?) {
                        (Some(found), _) => Ok(found),
                        (None, Some(missing)) => self.call(&missing, Args::of(vec![index.clone()])),
                        (None, None) => self.dict_item(&plain, &dict, index),
                    };
                }
                if !matches!(plain, Value::Instance(_)) {
                    return self.get_item(&plain, index);
                }
                if let Some(unknown) = &instance.class().unknown {
                    return Ok(Value::Unknown(unknown.clone()));
                }
            }
            _ => {}
        }
        let name = self.type_name(value);
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }

    fn dict_item(&mut self, value: &Value, dict: &Rc<Dict>, index: &Value) -> Res {
        let key = Key::new(self, index)?;
        if let Some(found) = dict.entries.borrow().get(&key) {
            return Ok(found.clone());
        }
        match &dict.kind {
            DictKind::Default(factory) if !factory.is_none() => {
                let made = self.call(factory, Args::default())?;
                self.set_item(value, index, made.clone())?;
                Ok(made)
            }
            DictKind::Counter => Ok(Value::Int(0)),
            _ => Err(self.error_with(Type::KeyError, vec![index.clone()])),
        }
    }

    /// `value[index] = new`.
    pub fn set_item(&mut self, value: &Value, index: &Value, new: Value) -> Res<()> {
        match (value, index) {
            (Value::List(list), Value::Slice(slice)) => {
                let items = self.collect(&new)?;
                let len = list.borrow().len() as i64;
                let picked = self.pick(slice, len)?;
                if picked.step == 1 {
                    let (start, stop) = (picked.start as usize, picked.stop.max(picked.start) as usize);
                    list.borrow_mut().splice(start..stop, items);
                } else {
                    if items.len() as i64 != picked.len() {
                        let message = format!(
                            "attempt to assign sequence of size {} to extended slice of size {}",
                            items.len(),
                            picked.len()
                        );
                        return Err(self.value_error(message));
                    }
                    for (i, item) in picked.indices().zip(items) {
                        list.borrow_mut()[i] = item;
                    }
                }
                Ok(())
            }
            (Value::List(list), _) => {
                let len = list.borrow().len();
                let i = self.position(index, len, "list assignment index")?;
                list.borrow_mut()[i] = new;
                Ok(())
            }
            (Value::Dict(dict), _) => {
                let key = Key::new(self, index)?;
                dict.entries.borrow_mut().insert(key, new);
                Ok(())
            }
            (Value::Names(names), Value::Str(name)) => {
                let name = self.symbol(name);
                match &**names {
                    Names::Module(module) => self.set_global(module, name, new),
                    Names::Instance(i) => {
                        i.attributes.borrow_mut().insert(name, new);
                    }
                    Names::Class(_) => {
                        return Err(self.type_error("'mappingproxy' object does not support item assignment"));
                    }
                }
                Ok(())
            }
            (Value::Unknown(_), _) => Ok(()),
            (Value::Library(path), Value::Str(_)) if &**path == "os.environ" => Ok(()),
            _ => {
                if self.call_special(value, symbol::SETITEM, &[index.clone(), new.clone()])?.is_some() {
                    return Ok(());
                }
                let plain = value.unwrapped();
                if matches!(value, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.set_item(&plain, index, new);
                }
                let name = self.type_name(value);
                Err(self.type_error(format!("'{name}' object does not support item assignment")))
            }
        }
    }

    /// `del value[index]`.
    pub fn delete_item(&mut self, value: &Value, index: &Value) -> Res<()> {
        match (value, index) {
            (Value::List(list), Value::Slice(slice)) => {
                let len = list.borrow().len() as i64;
                let picked = self.pick(slice, len)?;
                let mut indices: Vec<usize> = picked.indices().collect();
                indices.sort_unstable();
                for i in indices.into_iter().rev() {
                    list.borrow_mut().remove(i);
                }
                Ok(())
            }
            (Value::List(list), _) => {
                let len = list.borrow().len();
                let i = self.position(index, len, "list assignment index")?;
                self.copied((len - i) / 8)?;
                list.borrow_mut().remove(i);
                Ok(())
            }
            (Value::Dict(dict), _) => {
                let key = Key::new(self, index)?;
                // What stands behind it moves up.
                let len = dict.entries.borrow().len();
                self.copied(len / 8)?;
                let removed = dict.entries.borrow_mut().shift_remove(&key);
                match removed {
                    Some(_) => Ok(()),
                    None => Err(self.error_with(Type::KeyError, vec![index.clone()])),
                }
            }
            (Value::Names(names), Value::Str(name)) => {
                let symbol = self.symbol(name);
                let removed = match &**names {
                    Names::Module(module) => {
                        self.global(module, symbol)?;
                        module.names.borrow_mut().shift_remove(&symbol)
                    }
                    Names::Instance(i) => i.attributes.borrow_mut().shift_remove(&symbol),
                    Names::Class(_) => None,
                };
                match removed {
                    Some(_) => Ok(()),
                    None => Err(self.error_with(Type::KeyError, vec![index.clone()])),
                }
            }
            (Value::Unknown(_), _) => Ok(()),
            _ => {
                if self.call_special(value, symbol::DELITEM, std::slice::from_ref(index))?.is_some() {
                    return Ok(());
                }
                let plain = value.unwrapped();
                if matches!(value, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.delete_item(&plain, index);
                }
                let name = self.type_name(value);
                Err(self.type_error(format!("'{name}' object doesn't support item deletion")))
            }
        }
    }
}
