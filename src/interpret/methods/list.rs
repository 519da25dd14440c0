//! Methods of `list`, `tuple` and `collections.deque`.

use std::rc::Rc;

use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, List, NativeFn, Res, Value};
use super::split;

pub(super) fn find(name: &str) -> Option<NativeFn> {
    Some(match name {
        "append" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "object")?;
            args.done(m)?;
            m.copied(list.borrow().len() / 1024)?;
            list.borrow_mut().push(value);
            Ok(Value::None)
        },
        "extend" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let items = args.required(m, "iterable")?;
            args.done(m)?;
            match &items {
                Value::List(_) | Value::Tuple(_) => {
                    let items = m.collect(&items)?;
                    list.borrow_mut().extend(items);
                }
                // What is being extended may be read while the elements are made.
                _ => {
                    let iterator = m.iter(&items)?;
                    while let Some(value) = m.next(&iterator)? {
                        m.spend(1)?;
                        list.borrow_mut().push(value);
                    }
                }
            }
            Ok(Value::None)
        },
        "insert" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let (index, value) = (args.required(m, "index")?, args.required(m, "object")?);
            args.done(m)?;
            let len = list.borrow().len() as i64;
            let at = m.index(&index)?;
            let at = if at < 0 { (at + len).max(0) } else { at.min(len) };
            m.copied((len - at) as usize / 8)?;
            list.borrow_mut().insert(at as usize, value);
            Ok(Value::None)
        },
        "pop" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let index = args.or(m, "index", Value::Int(-1))?;
            args.done(m)?;
            let len = list.borrow().len() as i64;
            if len == 0 {
                return Err(m.error(super::super::class::Type::IndexError, "pop from empty list"));
            }
            let at = m.index(&index)?;
            let at = if at < 0 { at + len } else { at };
            if !(0..len).contains(&at) {
                return Err(m.error(super::super::class::Type::IndexError, "pop index out of range"));
            }
            m.copied((len - at) as usize / 8)?;
            Ok(list.borrow_mut().remove(at as usize))
        },
        "remove" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "value")?;
            args.done(m)?;
            m.copied(list.borrow().len())?;
            let items = list.borrow().clone();
            for (i, item) in items.iter().enumerate() {
                if m.equal(item, &value)? {
                    list.borrow_mut().remove(i);
                    return Ok(Value::None);
                }
            }
            Err(m.value_error("list.remove(x): x not in list"))
        },
        "clear" => |m, n, a| {
            let (list, args) = receiver(m, &n.name, a)?;
            args.done(m)?;
            list.borrow_mut().clear();
            Ok(Value::None)
        },
        "copy" => |m, n, a| {
            let (list, args) = receiver(m, &n.name, a)?;
            args.done(m)?;
            m.copied(list.borrow().len())?;
            let items = list.borrow().clone();
            Ok(Value::list(items))
        },
        "reverse" => |m, n, a| {
            let (list, args) = receiver(m, &n.name, a)?;
            args.done(m)?;
            m.copied(list.borrow().len() / 8)?;
            list.borrow_mut().reverse();
            Ok(Value::None)
        },
        "sort" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let key = args.keyword(symbol::KEY).unwrap_or(Value::None);
            let reverse = args.keyword(symbol::REVERSE).unwrap_or(Value::Bool(false));
            args.done(m)?;
            m.copied(list.borrow().len())?;
            let items = list.borrow().clone();
            let reverse = m.truth(&reverse)?;
            let sorted = m.sorted(items, &key, reverse)?;
            list.replace(sorted);
            Ok(Value::None)
        },
        "index" => |m, n, a| index(m, &n.name, a),
        "count" => |m, n, a| count(m, &n.name, a),
        "__init__" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let items = args.or(m, "iterable", Value::None)?;
            let items = if items.is_none() { Vec::new() } else { m.collect(&items)? };
            list.replace(items);
            Ok(Value::None)
        },
        _ => return special(name),
    })
}

/// Methods that a class derived from a container calls by `super()`.
pub(super) fn special(name: &str) -> Option<NativeFn> {
    Some(match name {
        "__getitem__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let index = args.required(m, "key")?;
            m.get_item(&value.unwrapped(), &index)
        },
        "__setitem__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let (index, new) = (args.required(m, "key")?, args.required(m, "value")?);
            m.set_item(&value.unwrapped(), &index, new)?;
            Ok(Value::None)
        },
        "__delitem__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let index = args.required(m, "key")?;
            m.delete_item(&value.unwrapped(), &index)?;
            Ok(Value::None)
        },
        "__len__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            Ok(Value::Int(m.len(&value.unwrapped())?))
        },
        "__iter__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            Ok(Value::Iterator(m.iter(&value.unwrapped())?))
        },
        "__contains__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let item = args.required(m, "key")?;
            m.contains(&value.unwrapped(), &item)
        },
        "__add__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let other = args.required(m, "value")?;
            m.binary(crate::python::ir::Binary::Add, &value.unwrapped(), &other)
        },
        _ => return None,
    })
}

pub(super) fn find_tuple(name: &str) -> Option<NativeFn> {
    Some(match name {
        "index" => |m, n, a| index(m, &n.name, a),
        "count" => |m, n, a| count(m, &n.name, a),
        "_asdict" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let Value::Tuple(tuple) = &value else { return Err(m.unknown("_asdict")) };
            let fields = tuple.class.clone().and_then(|c| m.tuple_fields(&c)).unwrap_or_default();
            let pairs = fields.iter().zip(&tuple.items);
            Ok(Value::dict(pairs.map(|(f, v)| (super::super::key::Key::str(f), v.clone())).collect()))
        },
        "_replace" => |m, n, a| {
            let Some(Value::Tuple(tuple)) = a.positional.first().cloned() else { return Err(m.unknown(&*n.name)) };
            let fields = tuple.class.clone().and_then(|c| m.tuple_fields(&c)).unwrap_or_default();
            let mut items = tuple.items.clone();
            for (name, value) in a.keywords {
                let text = m.text(name);
                match fields.iter().position(|f| *f == text) {
                    Some(i) => items[i] = value,
                    None => return Err(m.value_error(format!("Got unexpected field names: ['{text}']"))),
                }
            }
            Ok(Value::Tuple(Rc::new(super::super::value::Tuple { items, class: tuple.class.clone() })))
        },
        _ => return special(name),
    })
}

pub(super) fn find_deque(name: &str) -> Option<NativeFn> {
    Some(match name {
        "appendleft" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "x")?;
            list.borrow_mut().insert(0, value);
            Ok(Value::None)
        },
        "popleft" => |m, n, a| {
            let (list, _) = receiver(m, &n.name, a)?;
            if list.borrow().is_empty() {
                return Err(m.error(super::super::class::Type::IndexError, "pop from an empty deque"));
            }
            Ok(list.borrow_mut().remove(0))
        },
        "rotate" => |m, n, a| {
            let (list, mut args) = receiver(m, &n.name, a)?;
            let by = args.or(m, "n", Value::Int(1))?;
            let (by, len) = (m.index(&by)?, list.borrow().len() as i64);
            if len > 0 {
                list.borrow_mut().rotate_right(by.rem_euclid(len) as usize);
            }
            Ok(Value::None)
        },
        _ => return None,
    })
}

fn receiver<'a>(m: &mut Machine, name: &'a str, a: Args) -> Res<(Rc<List>, super::Taken<'a>)> {
    let (value, args) = split(m, name, a)?;
    match value.unwrapped() {
        Value::List(list) => Ok((list, args)),
        other => {
            m.known(&other)?;
            let shown = m.type_name(&other);
            let message = format!("descriptor '{name}' for 'list' objects doesn't apply to a '{shown}' object");
            Err(m.type_error(message))
        }
    }
}

fn index(m: &mut Machine, name: &str, a: Args) -> Res {
    let (value, mut args) = split(m, name, a)?;
    let item = args.required(m, "value")?;
    let (start, stop) = (args.or(m, "start", Value::None)?, args.or(m, "stop", Value::None)?);
    args.done(m)?;
    let plain = value.unwrapped();
    let items = m.collect(&plain)?;
    let picked = m.pick(&[start, stop, Value::None], items.len() as i64)?;
    for i in picked.indices() {
        if m.equal(&items[i], &item)? {
            return Ok(Value::Int(i as i64));
        }
    }
    let message = match plain {
        Value::Tuple(_) => "tuple.index(x): x not in tuple".to_owned(),
        _ => format!("{} is not in list", m.repr(&item)?),
    };
    Err(m.value_error(message))
}

fn count(m: &mut Machine, name: &str, a: Args) -> Res {
    let (value, mut args) = split(m, name, a)?;
    let item = args.required(m, "value")?;
    args.done(m)?;
    let mut count = 0;
    for other in m.collect(&value.unwrapped())? {
        count += i64::from(m.equal(&other, &item)?);
    }
    Ok(Value::Int(count))
}
