//! Methods of `object`, `type`, exceptions, generators and properties.

use std::cell::Cell;
use std::rc::Rc;

use super::super::class::Type;
use super::super::frame::Wake;
use super::super::machine::Machine;
use super::super::value::{Args, NativeFn, Property, Raised, Res, Stop, Value};
use super::split;
use crate::words::message;

pub(super) fn find(name: &str) -> Option<NativeFn> {
    Some(match name {
        "__init__" => |_, _, _| Ok(Value::None),
        "__new__" => |m, _, a| match a.positional.first() {
            Some(Value::Class(class)) => {
                let class = class.clone();
                let rest = Args { positional: a.positional[1..].to_vec(), keywords: a.keywords };
                m.plain_instance(&class, &rest)
            }
            _ => Err(m.type_error("object.__new__(X): X is not a type object")),
        },
        "__setattr__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let (name, new) = (args.required(m, "name")?, args.required(m, "value")?);
            let name = attribute_name(m, &name)?;
            match &value {
                Value::Instance(instance) => m.set_plain(&value, instance, name, new)?,
                other => m.set_attribute(other, name, new)?,
            }
            Ok(Value::None)
        },
        "__getattribute__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let name = args.required(m, "name")?;
            let name = attribute_name(m, &name)?;
            if let Value::Instance(instance) = &value {
                let class = instance.class();
                if let Some(Value::Property(property)) = class.lookup(name) {
                    return m.call(&property.get, Args::of(vec![value.clone()]));
                }
                if let Some(found) = m.plain_attribute(&value, instance, name)? {
                    return Ok(found);
                }
                let message = format!("'{}' object has no attribute '{}'", class.name, m.text(name));
                return Err(m.error(Type::AttributeError, message));
            }
            m.get_attribute(&value, name)
        },
        "__delattr__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let name = args.required(m, "name")?;
            let name = attribute_name(m, &name)?;
            if let Value::Instance(instance) = &value {
                instance.attributes.borrow_mut().shift_remove(&name);
            }
            Ok(Value::None)
        },
        "__eq__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let other = args.required(m, "value")?;
            Ok(if value.is(&other) { Value::Bool(true) } else { Value::NotImplemented })
        },
        "__ne__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let other = args.required(m, "value")?;
            Ok(if value.is(&other) { Value::Bool(false) } else { Value::NotImplemented })
        },
        "__hash__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            Ok(m.hash_value(&value))
        },
        "__str__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            match &value {
                Value::Instance(_) => {
                    let plain = value.unwrapped();
                    Ok(Value::Str(if matches!(plain, Value::Instance(_)) { m.repr(&value)? } else { m.str(&plain)? }))
                }
                other => Ok(Value::Str(m.str(other)?)),
            }
        },
        "__repr__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            match &value {
                Value::Instance(i) => {
                    let plain = value.unwrapped();
                    if matches!(plain, Value::Instance(_)) {
                        let name = i.class().name.clone();
                        return Err(m.unknown(message!("address-of", class = name)));
                    }
                    Ok(Value::Str(m.repr(&plain)?))
                }
                other => Ok(Value::Str(m.repr(other)?)),
            }
        },
        "__format__" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let spec = args.or(m, "format_spec", Value::str(""))?;
            let spec = super::text_of(m, &spec, "format spec")?;
            Ok(Value::Str(m.format(&value.unwrapped(), &spec)?))
        },
        "__init_subclass__" => |_, _, _| Ok(Value::None),
        "__dir__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            m.dir(&value)
        },
        _ => return None,
    })
}

pub(super) fn find_type(name: &str) -> Option<NativeFn> {
    Some(match name {
        "__call__" => |m, _, a| match a.positional.first() {
            Some(Value::Class(class)) => {
                let class = class.clone();
                let args = Args { positional: a.positional[1..].to_vec(), keywords: a.keywords };
                match class.builtin {
                    Some(_) => m.construct(&class, args),
                    None => m.instantiate(&class, args),
                }
            }
            _ => Err(m.unknown("type.__call__")),
        },
        "__new__" => |m, _, a| match a.positional.split_first() {
            Some((Value::Class(metaclass), rest)) => {
                let args = Args { positional: rest.to_vec(), keywords: a.keywords };
                m.plain_class(&metaclass.clone(), &args)
            }
            _ => Err(m.type_error("type.__new__(X): X is not a type object")),
        },
        "__init__" => |_, _, _| Ok(Value::None),
        "__subclasses__" => |m, _, _| Err(m.unknown("`__subclasses__`")),
        _ => return None,
    })
}

pub(super) fn find_exception(name: &str) -> Option<NativeFn> {
    Some(match name {
        "__init__" => |_, _, a| {
            if let Some(Value::Instance(instance)) = a.positional.first() {
                instance.base.replace(Value::tuple(a.positional[1..].to_vec()));
            }
            Ok(Value::None)
        },
        "with_traceback" => |m, n, a| Ok(split(m, &n.name, a)?.0),
        "add_note" => |_, _, _| Ok(Value::None),
        "__str__" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let args = match &value {
                Value::Instance(i) => match &*i.base.borrow() {
                    Value::Tuple(t) => t.items.clone(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
            Ok(Value::Str(match args.as_slice() {
                [] => "".into(),
                [one] => m.str(one)?,
                _ => m.repr(&Value::tuple(args))?,
            }))
        },
        _ => return None,
    })
}

pub(super) fn find_iterator(name: &str) -> Option<NativeFn> {
    Some(match name {
        "__next__" | "send" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let sent = args.or(m, "value", Value::None)?;
            wake(m, &value, Wake::Send(sent))
        },
        "__iter__" => |m, n, a| Ok(split(m, &n.name, a)?.0),
        "throw" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let exception = args.required(m, "type")?;
            let second = args.or(m, "value", Value::None)?;
            let exception = if second.is_none() { exception } else { second };
            let exception = m.as_exception(&exception)?;
            wake(m, &value, Wake::Throw(Stop::Raise(Box::new(Raised::new(exception)))))
        },
        "close" => |m, n, a| {
            let (value, _) = split(m, &n.name, a)?;
            let stop = m.error_with(Type::GeneratorExit, Vec::new());
            match wake(m, &value, Wake::Throw(stop)) {
                Ok(_) => Err(m.error(Type::RuntimeError, "generator ignored GeneratorExit")),
                Err(Stop::Raise(raised)) => {
                    let class = m.class_of(&raised.exception)?;
                    match class.is(Type::GeneratorExit) || class.is(Type::StopIteration) {
                        true => Ok(Value::None),
                        false => Err(Stop::Raise(raised)),
                    }
                }
                Err(stop) => Err(stop),
            }
        },
        _ => return None,
    })
}

fn wake(m: &mut Machine, value: &Value, wake: Wake) -> Res {
    let Value::Iterator(iterator) = value else { return Err(m.unknown(message!("such-generator"))) };
    match m.wake_generator(iterator, wake)? {
        Some(value) => Ok(value),
        None => {
            let result = iterator.result();
            let args = if result.is_none() { Vec::new() } else { vec![result] };
            Err(m.error_with(Type::StopIteration, args))
        }
    }
}

pub(super) fn find_property(name: &str) -> Option<NativeFn> {
    Some(match name {
        "getter" => |m, n, a| property(m, &n.name, a, |p, f| p.get = f),
        "setter" => |m, n, a| property(m, &n.name, a, |p, f| p.set = f),
        "deleter" => |m, n, a| property(m, &n.name, a, |p, f| p.delete = f),
        _ => return None,
    })
}

fn property(m: &mut Machine, name: &str, a: Args, change: fn(&mut Property, Value)) -> Res {
    let (value, mut args) = split(m, name, a)?;
    let function = args.required(m, "function")?;
    let Value::Property(old) = &value else { return Err(m.unknown(message!("such-property"))) };
    let mut new = Property {
        get: old.get.clone(),
        set: old.set.clone(),
        delete: old.delete.clone(),
        cached: Cell::new(old.cached.get()),
    };
    change(&mut new, function);
    Ok(Value::Property(Rc::new(new)))
}

pub(super) fn find_slice(name: &str) -> Option<NativeFn> {
    Some(match name {
        "indices" => |m, n, a| {
            let (value, mut args) = split(m, &n.name, a)?;
            let len = args.required(m, "len")?;
            let len = m.index(&len)?;
            let Value::Slice(slice) = &value else { return Err(m.unknown(message!("such-slice"))) };
            let picked = m.pick(slice, len)?;
            Ok(Value::tuple([picked.start, picked.stop, picked.step].map(Value::Int).to_vec()))
        },
        _ => return None,
    })
}

fn attribute_name(m: &mut Machine, name: &Value) -> Res<super::super::symbol::Symbol> {
    let text = super::text_of(m, name, "attribute name")?;
    Ok(m.symbol(&text))
}
