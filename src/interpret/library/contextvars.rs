//! `contextvars`: a program runs in one context, so that its variables are plain ones.

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::{Args, NativeFn, Res, Value};
use super::{Counts, Library};

pub(super) static LIBRARY: Library = Library {
    packages: &["contextvars"],
    counts: Counts::First,
    functions: &[],
    find,
    others: &["contextvars.ContextVar"],
};

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    if path != "contextvars.ContextVar" {
        return None;
    }
    let members = [("__init__", init as NativeFn), ("get", get), ("set", set), ("reset", reset)];
    let members = members.map(|(name, call)| (name, Value::native_method(name, call))).to_vec();
    Some(Value::Class(m.native_class("ContextVar", "contextvars", &[], members)))
}

fn init(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let [own, name] = a.positional.as_slice() else {
        return Err(m.type_error("ContextVar() takes exactly 1 positional argument"));
    };
    let symbol = m.symbol("name");
    m.set_attribute(own, symbol, name.clone())?;
    let value = m.symbol("_value");
    match a.keywords.into_iter().next() {
        Some((_, default)) => m.set_attribute(own, value, default).map(|()| Value::None),
        None => Ok(Value::None),
    }
}

fn get(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let value = m.symbol("_value");
    let own = a.positional.first().cloned().unwrap_or(Value::None);
    match m.find_attribute(&own, value)? {
        Some(found) => Ok(found),
        None => match a.positional.into_iter().nth(1) {
            Some(default) => Ok(default),
            None => Err(m.error(Type::LookupError, "a variable without a value")),
        },
    }
}

/// Returns what `reset` takes back: a list of the value before, empty if there was none.
fn set(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let [own, new] = a.positional.as_slice() else {
        return Err(m.type_error("set() takes exactly one argument"));
    };
    let value = m.symbol("_value");
    let before = m.find_attribute(own, value)?;
    m.set_attribute(own, value, new.clone())?;
    Ok(Value::list(before.into_iter().collect()))
}

fn reset(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let [own, Value::List(token)] = a.positional.as_slice() else {
        return Err(m.type_error("reset() takes a Token"));
    };
    let value = m.symbol("_value");
    let before = token.borrow().first().cloned();
    match before {
        Some(before) => m.set_attribute(own, value, before)?,
        None => {
            if let Value::Instance(own) = own {
                own.attributes.borrow_mut().shift_remove(&value);
            }
        }
    }
    Ok(Value::None)
}
