//! What modules hold, themselves and below: children, paths, parameters and buffers, modes.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{Held, dict, entries, set_training};
use crate::bindings::state::{Torch, torch};
use crate::interpret::value::Instance;
use crate::interpret::{Args, Machine, Res, Stop, Taken, Type, Value};
use crate::torch as graph;
use crate::words::message;

/// The children of an instance, each once.
pub(super) fn children(torch: &Torch, instance: &Instance) -> Vec<(Rc<str>, Value)> {
    let mut seen: Vec<usize> = Vec::new();
    let mut all = entries(torch, instance, Held::Modules);
    all.retain(|(_, child)| {
        let is_new = !child.is_none() && !seen.contains(&child.identity());
        seen.push(child.identity());
        is_new
    });
    all
}

/// A module and all below it, each once, parents first.
pub(in crate::bindings) fn below(m: &mut Machine, root: &Value) -> Res<Vec<Value>> {
    Ok(walk(m, root, true, false)?.into_iter().map(|(_, module)| module).collect())
}

/// A module and all below it, parents first, with their paths if they are `named`.
pub(super) fn walk(m: &mut Machine, root: &Value, once: bool, named: bool) -> Res<Vec<(String, Value)>> {
    let torch = torch(m);
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root.clone())];
    while let Some((path, module)) = open.pop() {
        m.known(&module)?;
        let Value::Instance(instance) = &module else { continue };
        if once && !seen.insert(module.identity()) {
            continue;
        }
        if found.len() > graph::MAX_MODULES {
            return Err(m.unknown(message!("more-modules", most = graph::MAX_MODULES)));
        }
        let Some(held) = dict(&torch, instance, Held::Modules) else {
            return Err(uninitialised(m, instance, "_modules"));
        };
        for (key, child) in held.entries.borrow().iter().rev() {
            if let Some(name) = key.value().as_str()
                && !child.is_none()
            {
                open.push((if named { join(&path, name) } else { String::new() }, child.clone()));
            }
        }
        found.push((path, module));
    }
    Ok(found)
}

/// What is raised where `Module.__init__` didn't run.
pub(super) fn uninitialised(m: &mut Machine, instance: &Instance, name: &str) -> Stop {
    m.error(Type::AttributeError, format!("'{}' object has no attribute '{name}'", instance.class().name))
}

pub(super) fn join(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        _ => format!("{prefix}.{name}"),
    }
}

pub(super) fn prefix(m: &mut Machine, taken: &mut Taken<'_>) -> Res<String> {
    let prefix = taken.or(m, "prefix", Value::str(""))?;
    Ok(prefix.as_str().unwrap_or_default().to_owned())
}

pub(super) fn listed(m: &mut Machine, items: Vec<Value>) -> Res {
    let list = Value::list(items);
    Ok(Value::Iterator(m.iter(&list)?))
}

/// The parameters or buffers of a module and, where it is asked for, of all below it, each `once`, with their paths if they
/// are `named`.
pub(in crate::bindings) fn tensors_below(
    m: &mut Machine,
    root: &Value,
    held: Held,
    recurse: bool,
    once: bool,
    named: bool,
) -> Res<Vec<(String, Value)>> {
    let torch = torch(m);
    let modules = if recurse { walk(m, root, once, named)? } else { vec![(String::new(), root.clone())] };
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for (path, module) in modules {
        let Value::Instance(instance) = &module else { continue };
        let Some(held) = dict(&torch, instance, held) else { continue };
        for (key, tensor) in held.entries.borrow().iter() {
            if let Some(name) = key.value().as_str()
                && !tensor.is_none()
                && (seen.insert(tensor.identity()) || !once)
            {
                found.push((if named { join(&path, name) } else { String::new() }, tensor.clone()));
            }
        }
    }
    Ok(found)
}

pub(super) fn tensors(m: &mut Machine, args: Args, held: Held, named: bool) -> Res {
    let mut taken = Taken::new(if named { "named_parameters" } else { "parameters" }, args);
    let this = taken.required(m, "self")?;
    let prefix = if named { prefix(m, &mut taken)? } else { String::new() };
    let recurse = taken.or(m, "recurse", Value::Bool(true))?;
    let once = if named { taken.or(m, "remove_duplicate", Value::Bool(true))? } else { Value::Bool(true) };
    taken.done(m)?;
    let (recurse, once) = (m.truth(&recurse)?, m.truth(&once)?);
    let found = tensors_below(m, &this, held, recurse, once, named)?;
    let item = |(name, tensor): (String, Value)| {
        if named { Value::tuple(vec![Value::str(&join(&prefix, &name)), tensor]) } else { tensor }
    };
    listed(m, found.into_iter().map(item).collect())
}

pub(super) fn apply(m: &mut Machine, module: &Value, function: &Value) -> Res<()> {
    let Value::Instance(instance) = module else { return Ok(()) };
    for (_, child) in children(&torch(m), instance) {
        // Classes of the program may have an `apply` of their own, but hardly ever do.
        apply(m, &child, function)?;
    }
    m.call(function, Args::of(vec![module.clone()])).map(|_| ())
}

pub(super) fn train(m: &mut Machine, module: &Value, mode: bool) -> Res<()> {
    let Value::Instance(instance) = module else { return Ok(()) };
    let torch = torch(m);
    set_training(&torch, instance, mode);
    let Some(children) = dict(&torch, instance, Held::Modules).filter(|held| !held.entries.borrow().is_empty()) else {
        return Ok(());
    };
    let children: Vec<Value> = children.entries.borrow().values().cloned().collect();
    for (i, child) in children.iter().enumerate() {
        let Value::Instance(below) = child else { continue };
        if children[..i].iter().any(|other| other.is(child)) {
            continue;
        }
        match below.class().lookup(torch.names.train) {
            Some(Value::Function(_)) => {
                let method = m.get_attribute(child, torch.names.train)?;
                m.call(&method, Args::of(vec![Value::Bool(mode)]))?;
            }
            _ => train(m, child, mode)?,
        }
    }
    Ok(())
}
