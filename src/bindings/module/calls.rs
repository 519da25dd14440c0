//! Calls of modules: hooks, `forward`, and the calls of rows, which are watched.

use std::rc::Rc;

use super::attributes::made_late;
use super::methods::itself;
use super::recall::{self, Look};
use super::walk::uninitialised;
use super::{instance, kept};
use crate::bindings::hooked;
use crate::bindings::state::{Torch, Watched, torch};
use crate::interpret::value::{Entries, Instance, Unknown};
use crate::interpret::{Args, Class, Key, Machine, NativeFn, Place, Res, Stop, Symbol, Taken, Value};
use crate::words::message;

/// Lists in lists of what a call returned are kept as they were, to so many levels.
const LEVELS: usize = 4;

/// Registers a hook; the handle that is returned takes it away.
pub(super) fn hook(m: &mut Machine, args: Args, after: bool) -> Res {
    let instance = instance(m, &args)?;
    let mut taken = Taken::new("register_forward_hook", args);
    taken.required(m, "self")?;
    let hook = taken.required(m, "hook")?;
    let prepend = taken.or(m, "prepend", Value::Bool(false))?;
    let with_kwargs = taken.or(m, "with_kwargs", Value::Bool(false))?;
    taken.optional(m, "always_call")?;
    taken.done(m)?;
    let torch = torch(m);
    let names = &torch.names;
    let (name, marks) = match after {
        true => (names.hooks, names.hooks_with_kwargs),
        false => (names.pre_hooks, names.pre_hooks_with_kwargs),
    };
    let of = |name| {
        let known = instance.attributes.borrow().get(&name).cloned();
        known.or_else(|| made_late(&torch, &instance, name))
    };
    let (Some(Value::Dict(hooks)), Some(Value::Dict(marks))) = (of(name), of(marks)) else {
        return Err(uninitialised(m, &instance, "_forward_hooks"));
    };
    let id = torch.next_hook.get();
    torch.next_hook.set(id + 1);
    let key = Key::new(m, &Value::Int(id))?;
    if m.truth(&with_kwargs)? {
        marks.entries.borrow_mut().insert(key.clone(), Value::Bool(true));
    }
    if m.truth(&prepend)? {
        hooks.entries.borrow_mut().shift_insert(0, key, hook);
    } else {
        hooks.entries.borrow_mut().insert(key, hook);
    }
    Ok(handle(m, Value::Dict(hooks), id))
}

/// A hook that no forward pass calls.
pub(super) fn other_hook(m: &mut Machine, _: &crate::interpret::Native, _: Args) -> Res {
    Ok(handle(m, Value::dict(Entries::default()), 0))
}

/// What takes a hook away.
fn handle(m: &mut Machine, hooks: Value, id: i64) -> Value {
    let torch = torch(m);
    let handle = m.instance(&torch.classes.handle, Value::None);
    let mut attributes = handle.attributes.borrow_mut();
    attributes.insert(torch.names.hooks_of, hooks);
    attributes.insert(torch.names.id, Value::Int(id));
    drop(attributes);
    Value::Instance(handle)
}

/// `torch.utils.hooks.RemovableHandle`
pub(in crate::bindings) fn handle_class(m: &mut Machine) -> Rc<Class> {
    const REMOVE: NativeFn = |m, _, args| {
        let handle = instance(m, &args)?;
        let torch = torch(m);
        let of = |name| handle.attributes.borrow().get(&name).cloned();
        if let (Some(Value::Dict(hooks)), Some(id)) = (of(torch.names.hooks_of), of(torch.names.id)) {
            let key = Key::new(m, &id)?;
            hooks.entries.borrow_mut().shift_remove(&key);
        }
        Ok(Value::None)
    };
    let members = vec![
        ("remove", Value::native_method("remove", REMOVE)),
        ("__enter__", Value::native_method("__enter__", itself)),
        ("__exit__", Value::native_method("__exit__", REMOVE)),
    ];
    m.native_class("RemovableHandle", "torch.utils.hooks", &[], members)
}

/// The hooks of an instance, with those that get keywords too.
fn hooks(instance: &Instance, name: Symbol, marks: Symbol) -> Vec<(Value, bool)> {
    let attributes = instance.attributes.borrow();
    let Some(Value::Dict(hooks)) = attributes.get(&name) else { return Vec::new() };
    let is_marked = |key: &Key| match attributes.get(&marks) {
        Some(Value::Dict(marks)) => marks.entries.borrow().contains_key(key),
        _ => false,
    };
    hooks.entries.borrow().iter().map(|(key, hook)| (hook.clone(), is_marked(key))).collect()
}

/// The keywords of a call as a dict.
fn keywords(m: &Machine, args: &Args) -> Value {
    Value::dict(args.keywords.iter().map(|(name, value)| (Key::str(&m.text(*name)), value.clone())).collect())
}

/// A call of a module: hooks and `forward`. Where it is watched and fails, the caller gets a value that isn't known, unless
/// the caller may catch the exception.
pub(super) fn call(m: &mut Machine, args: Args) -> Res {
    let instance = instance(m, &args)?;
    let torch = torch(m);
    let this = args.positional[0].clone();
    let key = torch.watched.borrow().get(&this.identity()).copied();
    let Some(key) = key else { return forward(m, &torch, &instance, args) };
    let start = torch.run.borrow().len();
    let outer = torch.calling.replace(Some(key));
    let result = forward(m, &torch, &instance, args);
    torch.calling.set(outer);
    let calls = start..torch.run.borrow().len();
    let (result, stands_for, value) = match result {
        Ok(value) => (Ok(as_it_is(&value, LEVELS)), None, Ok(value)),
        Err(stop @ Stop::Raise(_)) if m.is_guarded() => (Err(stop.clone()), None, Err(stop)),
        Err(stop) => {
            let unknown = match &stop {
                Stop::Unknown(unknown) => unknown.clone(),
                Stop::Raise(raised) => {
                    let place: Option<Place> = raised.frames.first().cloned();
                    Rc::new(Unknown { reason: message!("failed-returns-nothing"), path: None, place })
                }
            };
            (Err(stop), Some(unknown.clone()), Ok(Value::Unknown(unknown)))
        }
    };
    torch.notes.borrow_mut().push(Watched { key, calls, result, stands_for });
    value
}

/// What a call returned, whatever others put into its lists later, so many levels down.
fn as_it_is(value: &Value, levels: usize) -> Value {
    match value {
        _ if levels == 0 => value.clone(),
        Value::List(items) => Value::list(items.borrow().iter().map(|item| as_it_is(item, levels - 1)).collect()),
        Value::Dict(dict) => {
            let entries = dict.entries.borrow();
            Value::dict(entries.iter().map(|(key, value)| (key.clone(), as_it_is(value, levels - 1))).collect())
        }
        value => value.clone(),
    }
}

fn forward(m: &mut Machine, torch: &Rc<Torch>, instance: &Rc<Instance>, args: Args) -> Res {
    match recall::look(m, torch, instance, &args) {
        Look::Known(value) => Ok(value),
        Look::New(begun) => {
            let result = run_forward(m, torch, instance, args);
            begun.end(m, torch, instance, result.as_ref().ok());
            result
        }
        Look::Other => run_forward(m, torch, instance, args),
    }
}

fn run_forward(m: &mut Machine, torch: &Rc<Torch>, instance: &Rc<Instance>, mut args: Args) -> Res {
    let Some(kept) = kept(instance) else { return Err(uninitialised(m, instance, "_modules")) };
    let names = &torch.names;
    for (hook, with_kwargs) in hooks(instance, names.pre_hooks, names.pre_hooks_with_kwargs) {
        let inputs = Value::tuple(args.positional[1..].to_vec());
        let mut given = vec![args.positional[0].clone(), inputs];
        if with_kwargs {
            given.push(keywords(m, &args));
        }
        match m.call(&hook, Args::of(given))? {
            Value::None => {}
            _ if with_kwargs => return Err(m.unknown(message!("hook-keywords"))),
            Value::Tuple(new) => {
                args.positional.truncate(1);
                args.positional.extend(new.items.iter().cloned());
            }
            other => {
                args.positional.truncate(1);
                args.positional.push(other);
            }
        }
    }
    let after = hooks(instance, names.hooks, names.hooks_with_kwargs);
    let inputs = (!after.is_empty()).then(|| (Value::tuple(args.positional[1..].to_vec()), keywords(m, &args)));
    let this = args.positional[0].clone();
    let own = instance.attributes.borrow().get(&torch.names.forward).cloned();
    let first = args.positional.get(1).or(args.keywords.first().map(|k| &k.1)).cloned().unwrap_or(Value::None);
    let mut is_torch = false;
    let found = match own {
        Some(own) => {
            args.positional.remove(0);
            Some(own)
        }
        None => match instance.class().lookup_with(torch.names.forward) {
            Some((found @ (Value::Function(_) | Value::Native(_)), owner)) => {
                is_torch = owner.module.starts_with("torch.");
                Some(found)
            }
            Some(_) => {
                args.positional.remove(0);
                Some(m.get_attribute(&this, torch.names.forward)?)
            }
            None => None,
        },
    };
    let mut result = match found {
        // A layer of torch's own enters its module itself.
        Some(Value::Native(native)) if native.binds => {
            torch.called.set(Some(kept.id.get()));
            (native.call)(m, &native, args)?
        }
        Some(function) => {
            let start = torch.run.borrow().len();
            let outer = torch.run.borrow_mut().enter(kept.id.get());
            let result = m.call(&function, args);
            torch.run.borrow_mut().leave(outer);
            let result = result?;
            if !is_torch {
                hooked::record(m, instance, &kept, start, [&first, &result])?;
            }
            result
        }
        None => return Err(m.unknown(message!("no-forward"))),
    };
    for (hook, with_kwargs) in after {
        let (inputs, keywords) = inputs.clone().unwrap_or((Value::None, Value::None));
        let mut given = vec![this.clone(), inputs];
        if with_kwargs {
            given.push(keywords);
        }
        given.push(result.clone());
        let changed = m.call(&hook, Args::of(given))?;
        if !changed.is_none() {
            result = changed;
        }
    }
    Ok(result)
}
