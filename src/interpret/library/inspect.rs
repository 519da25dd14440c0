//! `inspect`: what kind a value is, and the parameters of functions.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::key::Key;
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, DictKind, Entries, Function, NativeFn, Res, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["inspect"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["inspect.Parameter", "inspect.Signature"],
};

const KINDS: [&str; 5] = ["POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD"];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    match path {
        "inspect.Parameter" => {
            let mut members: Vec<(&str, Value)> = vec![("empty", m.library_value("inspect._empty").ok()?)];
            members.extend(KINDS.iter().enumerate().map(|(i, name)| (*name, Value::Int(i as i64))));
            Some(Value::Class(m.native_class("Parameter", "inspect", &[], members)))
        }
        "inspect._empty" => Some(Value::Class(m.native_class("_empty", "inspect", &[], Vec::new()))),
        "inspect.Signature" => Some(Value::Class(m.native_class("Signature", "inspect", &[], Vec::new()))),
        _ => None,
    }
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("inspect.isclass", |m, _, a| kind(m, a, |v| matches!(v, Value::Class(_)))),
    ("inspect.isfunction", |m, _, a| kind(m, a, |v| matches!(v, Value::Function(_)))),
    ("inspect.ismethod", |m, _, a| {
        kind(m, a, |v| matches!(v, Value::Method(method) if matches!(method.function, Value::Function(_))))
    }),
    ("inspect.ismodule", |m, _, a| kind(m, a, |v| matches!(v, Value::Module(_) | Value::Library(_)))),
    ("inspect.getmembers", |m, _, a| {
        let mut args = Taken::new("getmembers", a);
        let value = args.required(m, "object")?;
        let predicate = args.or(m, "predicate", Value::None)?;
        let names = m.dir(&value)?;
        let mut members = Vec::new();
        for name in m.collect(&names)? {
            let text = m.str(&name)?;
            let symbol = m.symbol(&text);
            let Some(found) = m.find_attribute(&value, symbol)? else { continue };
            let kept = match &predicate {
                Value::None => true,
                // What isn't known is no class of the program.
                predicate => {
                    !matches!(found, Value::Unknown(_)) && {
                        let answer = m.call(predicate, Args::of(vec![found.clone()]))?;
                        m.truth(&answer)?
                    }
                }
            };
            if kept {
                members.push(Value::tuple(vec![name, found]));
            }
        }
        Ok(Value::list(members))
    }),
    ("inspect.signature", |m, _, a| {
        let value = Taken::new("signature", a).required(m, "callable")?;
        let parameters = match written(m, &value) {
            Some(names) => of_names(m, &names)?,
            None => {
                let (function, bound) = called(m, &value)?;
                parameters(m, &function, bound)?
            }
        };
        let class = m.library_value("inspect.Signature")?;
        let signature = m.call(&class, Args::default())?;
        let name = m.symbol("parameters");
        m.set_attribute(&signature, name, Value::dict_of(parameters, DictKind::Ordered))?;
        Ok(signature)
    }),
];

fn kind(m: &mut Machine, a: Args, is: fn(&Value) -> bool) -> Res {
    let value = Taken::new("object", a).required(m, "object")?;
    Ok(match &value {
        Value::Unknown(_) => value,
        value => Value::Bool(is(value)),
    })
}

/// The parameters of a class whose constructor isn't a program's, as its `__text_signature__` has them.
fn written(m: &mut Machine, value: &Value) -> Option<std::rc::Rc<str>> {
    let Value::Class(class) = value else { return None };
    if !matches!(class.lookup_own(symbol::INIT), Some(Value::Native(_))) {
        return None;
    }
    match class.lookup_own(m.symbol("__text_signature__")) {
        Some(Value::Str(names)) => Some(names),
        _ => None,
    }
}

fn of_names(m: &mut Machine, names: &str) -> Res<Entries> {
    let names = names
        .split(", ")
        .filter(|name| !name.is_empty())
        .map(|name| name.split_once('=').map_or((name, false), |(name, _)| (name, true)));
    let mut entries = Entries::default();
    for (name, has_default) in names {
        let default =
            if has_default { m.unknown_value(message!("a-default")) } else { m.library_value("inspect._empty")? };
        entries.insert(Key::str(&name.into()), parameter(m, name, default, 1)?);
    }
    Ok(entries)
}

/// An `inspect.Parameter`.
fn parameter(m: &mut Machine, name: &str, default: Value, kind: i64) -> Res {
    let class = m.library_value("inspect.Parameter")?;
    let object = m.call(&class, Args::default())?;
    let attributes = [
        ("name", Value::str(name)),
        ("default", default),
        ("kind", Value::Int(kind)),
        ("annotation", m.unknown_value(message!("an-annotation"))),
    ];
    for (name, value) in attributes {
        let name = m.symbol(name);
        m.set_attribute(&object, name, value)?;
    }
    Ok(object)
}

/// The function that a call of `value` runs, and whether its first parameter is given already.
fn called(m: &mut Machine, value: &Value) -> Res<(std::rc::Rc<Function>, bool)> {
    match value {
        Value::Function(function) => match m.find_attribute(value, symbol::WRAPPED)? {
            Some(wrapped) => called(m, &wrapped),
            None => Ok((function.clone(), false)),
        },
        Value::Method(method) => Ok((called(m, &method.function)?.0, true)),
        Value::StaticMethod(function) => called(m, function),
        Value::Class(class) if class.unknown.is_none() && !class.is(Type::Type) => match class.lookup_own(symbol::INIT)
        {
            Some(init) => Ok((called(m, &init)?.0, true)),
            None => Err(m.unknown(message!("signature-no-init"))),
        },
        Value::Unknown(u) => Err(super::super::value::Stop::Unknown(u.clone())),
        _ => Err(m.unknown(message!("signature-of-value"))),
    }
}

fn parameters(m: &mut Machine, function: &Function, bound: bool) -> Res<Entries> {
    let empty = m.library_value("inspect._empty")?;
    let ir = function.code.file.program.function(function.id);
    let (positional, named) = (ir.positional as usize, (ir.positional + ir.keyword_only) as usize);
    let mut defaults = function.defaults.borrow().clone().into_iter();
    // `*args` stands before the parameters that are given by keyword only.
    let mut all: Vec<(usize, i64)> =
        (0..positional).map(|i| (i, i64::from(i >= ir.positional_only as usize))).collect();
    all.extend(ir.star.then_some((named, 2)));
    all.extend((positional..named).map(|i| (i, 3)));
    all.extend(ir.double_star.then_some((named + usize::from(ir.star), 4)));
    let mut entries = Entries::default();
    for (i, kind) in all {
        let declared = ir.parameters[i];
        let default = declared.default.and_then(|_| defaults.next());
        if bound && i == 0 {
            continue;
        }
        let name = m.text(function.code.symbols[declared.name.index()]);
        entries.insert(Key::str(&name), parameter(m, &name, default.unwrap_or(empty.clone()), kind)?);
    }
    Ok(entries)
}
