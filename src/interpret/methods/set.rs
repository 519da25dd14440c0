//! Methods of `set` and `frozenset`.

use crate::interpret::tracked::Tracked;
use std::rc::Rc;

use super::super::class::Type;
use super::super::container::elements;
use super::super::key::Key;
use super::super::machine::Machine;
use super::super::value::{Args, Elements, NativeFn, Res, Value};
use super::{Taken, list, split};
use crate::words::message;

pub(super) fn find(name: &str) -> Option<NativeFn> {
    Some(match name {
        "add" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "elem")?;
            args.done(m)?;
            let key = Key::new(m, &value)?;
            set.borrow_mut().insert(key);
            Ok(Value::None)
        },
        "discard" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "elem")?;
            let key = Key::new(m, &value)?;
            set.borrow_mut().remove(&key);
            Ok(Value::None)
        },
        "remove" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            let value = args.required(m, "elem")?;
            let key = Key::new(m, &value)?;
            let removed = set.borrow_mut().remove(&key);
            if removed { Ok(Value::None) } else { Err(m.error_with(Type::KeyError, vec![value])) }
        },
        "pop" => |m, n, a| {
            let (set, _) = receiver(m, &n.name, a)?;
            if set.borrow().len() > 1 {
                return Err(m.unknown(message!("set-first")));
            }
            let popped = set.borrow_mut().pop();
            match popped {
                Some(key) => Ok(key.value().clone()),
                None => Err(m.error_with(Type::KeyError, vec![Value::str("pop from an empty set")])),
            }
        },
        "clear" => |m, n, a| {
            let (set, _) = receiver(m, &n.name, a)?;
            set.replace(Elements::default());
            Ok(Value::None)
        },
        "update" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            for other in args.rest() {
                let more = keys(m, &other)?;
                let both = set.borrow().union(&more).cloned().collect::<Elements>();
                set.replace(both.mixed());
            }
            Ok(Value::None)
        },
        "difference_update" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            for other in args.rest() {
                let less = keys(m, &other)?;
                set.borrow_mut().retain(|k| !less.contains(k));
            }
            Ok(Value::None)
        },
        "intersection_update" => |m, n, a| {
            let (set, mut args) = receiver(m, &n.name, a)?;
            for other in args.rest() {
                let kept = keys(m, &other)?;
                set.borrow_mut().retain(|k| kept.contains(k));
            }
            Ok(Value::None)
        },
        _ => return find_frozen(name),
    })
}

pub(super) fn find_frozen(name: &str) -> Option<NativeFn> {
    Some(match name {
        "union" => |m, n, a| combine(m, &n.name, a, |a, b| a.union(b).cloned().collect()),
        "intersection" => |m, n, a| combine(m, &n.name, a, |a, b| a.intersection(b).cloned().collect()),
        "difference" => |m, n, a| combine(m, &n.name, a, |a, b| a.difference(b).cloned().collect()),
        "symmetric_difference" => |m, n, a| combine(m, &n.name, a, |a, b| a.symmetric_difference(b).cloned().collect()),
        "issubset" => |m, n, a| relate(m, &n.name, a, |a, b| a.is_subset(b)),
        "issuperset" => |m, n, a| relate(m, &n.name, a, |a, b| b.is_subset(a)),
        "isdisjoint" => |m, n, a| relate(m, &n.name, a, |a, b| a.is_disjoint(b)),
        "copy" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            Ok(like(&value.unwrapped(), elements(&value.unwrapped()).mixed()))
        },
        _ => return list::special(name),
    })
}

fn receiver<'a>(m: &mut Machine, name: &'a str, a: Args) -> Res<(Rc<Tracked<Elements>>, Taken<'a>)> {
    let (value, args) = split(m, name, a)?;
    match value.unwrapped() {
        Value::Set(set) => Ok((set, args)),
        other => {
            m.known(&other)?;
            let shown = m.type_name(&other);
            let message = format!("descriptor '{name}' for 'set' objects doesn't apply to a '{shown}' object");
            Err(m.type_error(message))
        }
    }
}

fn like(value: &Value, elements: Elements) -> Value {
    match value {
        Value::FrozenSet(_) => Value::FrozenSet(Rc::new(elements)),
        _ => Value::set(elements),
    }
}

/// The elements of an iterable, whatever their order.
pub(in super::super) fn keys(m: &mut Machine, value: &Value) -> Res<Elements> {
    match value.unwrapped() {
        plain @ (Value::Set(_) | Value::FrozenSet(_)) => {
            let elements = elements(&plain);
            m.copied(elements.len() * 4)?;
            Ok(elements.mixed())
        }
        _ => {
            let items = m.collect(value)?;
            items.iter().map(|item| Key::new(m, item)).collect()
        }
    }
}

fn combine(m: &mut Machine, name: &str, a: Args, f: fn(&Elements, &Elements) -> Elements) -> Res {
    let (value, mut args) = split(m, name, a)?;
    let plain = value.unwrapped();
    let mut result = elements(&plain);
    for other in args.rest() {
        let other = keys(m, &other)?;
        result = f(&result, &other).mixed();
    }
    Ok(like(&plain, result))
}

fn relate(m: &mut Machine, name: &str, a: Args, f: fn(&Elements, &Elements) -> bool) -> Res {
    let (value, mut args) = split(m, name, a)?;
    let other = args.required(m, "other")?;
    args.done(m)?;
    let other = keys(m, &other)?;
    Ok(Value::Bool(f(&elements(&value.unwrapped()), &other)))
}
