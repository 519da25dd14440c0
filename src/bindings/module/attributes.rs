//! Attributes of modules: how they are set, what stands under a name, and what can't be put there.

use std::rc::Rc;

use super::{Held, Kept, dict, dict_of, instance, is_module, kept, new_id};
use crate::bindings::layer;
use crate::bindings::state::{Torch, torch};
use crate::bindings::tensor::Tensor;
use crate::interpret::value::{Elements, Entries, Instance};
use crate::interpret::{Args, Class, Key, Machine, Res, Shortcuts, Symbol, Taken, Type, Value};
use crate::torch as graph;

/// `Module.__init__`
pub(in crate::bindings) fn init(m: &mut Machine, instance: &Rc<Instance>) -> Res<()> {
    let torch = torch(m);
    if kept(instance).is_none() {
        let id = new_id(m, &instance.class())?;
        instance.extra.replace(Some(Rc::new(Kept::new(id))));
    }
    let names = &torch.names;
    let mut attributes = instance.attributes.borrow_mut();
    attributes.reserve(12);
    attributes.insert(names.training, Value::Bool(true));
    let held = [Held::Parameters, Held::Buffers, Held::Modules];
    for held in held {
        attributes.insert(held.name(names), Value::dict(Entries::default()));
    }
    // What hardly any module has is made where it is asked for.
    if attributes.len() > 1 + held.len() {
        names.made_late().iter().for_each(|name| _ = attributes.shift_remove(name));
    }
    Ok(())
}

/// An attribute that `Module.__init__` makes in torch, and that is made here when it is asked for.
pub(super) fn made_late(torch: &Torch, instance: &Instance, name: Symbol) -> Option<Value> {
    let names = &torch.names;
    if !names.made_late().contains(&name) || dict(torch, instance, Held::Modules).is_none() {
        return None;
    }
    let new = || match name == names.transient {
        true => Value::set(Elements::default()),
        false => Value::dict(Entries::default()),
    };
    Some(instance.attributes.borrow_mut().entry(name).or_insert_with(new).clone())
}

/// A class as the graph of modules names it.
pub(in crate::bindings) fn graph_class(class: &Rc<Class>) -> graph::Class {
    let base = |class: &Class| class.module.starts_with("torch.nn.modules.").then(|| class.name.clone());
    let known = |class: &Rc<Class>| base(class).and_then(|name| layer::static_name(&name));
    match known(class) {
        Some(name) => graph::Class::of_torch(name),
        None => {
            let nearest = class.order().iter().find_map(known).unwrap_or("Module");
            graph::Class::derived(class.name.to_string(), nearest)
        }
    }
}

/// What `module.name` is where neither the instance nor its class has an attribute of that name.
pub(super) fn get(m: &mut Machine, instance: &Rc<Instance>, symbol: Symbol) -> Option<Value> {
    let torch = torch(m);
    find(&torch, instance, &m.text(symbol)).or_else(|| made_late(&torch, instance, symbol))
}

/// What the machine does for attributes of modules without calling the methods of `Module`.
pub(in crate::bindings) fn shortcuts(m: &mut Machine, class: &Rc<Class>) -> Option<Shortcuts> {
    let mut hook = |name| match class.lookup(m.symbol(name)) {
        Some(Value::Native(native)) => Some(native),
        _ => None,
    };
    Some(Shortcuts { getattr: hook("__getattr__")?, get, setattr: hook("__setattr__")?, set })
}

/// A parameter, buffer or module that an instance holds.
pub(super) fn find(torch: &Torch, instance: &Instance, name: &Rc<str>) -> Option<Value> {
    let key = Key::str(name);
    let attributes = instance.attributes.borrow();
    [Held::Parameters, Held::Buffers, Held::Modules]
        .into_iter()
        .find_map(|held| dict_of(torch, &attributes, held)?.entries.borrow().get(&key).cloned())
}

/// Takes a name from all that an instance holds under it.
pub(super) fn forget(torch: &Torch, instance: &Instance, name: &Rc<str>) -> bool {
    let key = Key::str(name);
    let mut found = false;
    for held in [Held::Parameters, Held::Buffers, Held::Modules] {
        if let Some(dict) = dict(torch, instance, held) {
            found |= dict.entries.borrow_mut().shift_remove(&key).is_some();
        }
    }
    found
}

/// Puts something among what an instance holds; what stood there under the same name keeps its place.
pub(super) fn put(
    m: &mut Machine,
    torch: &Torch,
    instance: &Instance,
    held: Held,
    name: &Rc<str>,
    value: Value,
) -> Res<()> {
    let Some(dict) = dict(torch, instance, held) else {
        let what = if held == Held::Modules { "module" } else { "parameters" };
        let message = format!("cannot assign {what} before Module.__init__() call");
        return Err(m.error(Type::AttributeError, message));
    };
    dict.entries.borrow_mut().insert(Key::str(name), value);
    Ok(())
}

/// Refuses names under which nothing can be registered: those with a dot, and those of other attributes.
pub(super) fn expect_free(m: &mut Machine, instance: &Rc<Instance>, held: Held, name: &Rc<str>) -> Res<()> {
    let message = match () {
        () if name.contains('.') => format!("a name can't contain a dot, but this one is {name}"),
        () if name.is_empty() => "a name can't be empty".to_owned(),
        () => {
            let Some(dict) = dict(&torch(m), instance, held) else { return Ok(()) };
            let symbol = m.symbol(name);
            let is_taken = instance.attributes.borrow().contains_key(&symbol)
                || instance.class().lookup(symbol).is_some()
                || find(&torch(m), instance, name).is_some();
            if dict.entries.borrow().contains_key(&Key::str(name)) || !is_taken {
                return Ok(());
            }
            format!("attribute '{name}' already exists")
        }
    };
    Err(m.error(Type::KeyError, message))
}

/// `module.name = value`
pub(super) fn set(m: &mut Machine, this: &Value, instance: &Rc<Instance>, symbol: Symbol, value: Value) -> Res<()> {
    let torch = torch(m);
    let name = &m.text(symbol);
    let key = Key::str(name);
    let holds = |held| dict(&torch, instance, held).is_some_and(|dict| dict.entries.borrow().contains_key(&key));
    let held = match Tensor::of(&value) {
        Some(tensor) if tensor.is_parameter => Some(Held::Parameters),
        Some(_) if holds(Held::Buffers) => Some(Held::Buffers),
        None if is_module(m, &value) => Some(Held::Modules),
        _ if value.is_none() => [Held::Parameters, Held::Modules, Held::Buffers].into_iter().find(|&held| holds(held)),
        _ => None,
    };
    if let Some(held) = held {
        if !holds(held) {
            instance.attributes.borrow_mut().shift_remove(&symbol);
            forget(&torch, instance, name);
        }
        return put(m, &torch, instance, held, name, value);
    }
    if let Value::Unknown(_) = value {
        // It may be a module or a parameter: then it stands in no other place.
        forget(&torch, instance, name);
    } else if let Some(held) = [Held::Parameters, Held::Modules, Held::Buffers].into_iter().find(|&held| holds(held)) {
        let (what, wanted) = match held {
            Held::Parameters => ("parameter", "torch.nn.Parameter or None expected"),
            Held::Modules => ("child module", "torch.nn.Module or None expected"),
            Held::Buffers => ("buffer", "torch.Tensor or None expected"),
        };
        let kind = m.type_name(&value);
        return Err(m.type_error(format!("cannot assign '{kind}' as {what} '{name}' ({wanted})")));
    }
    if let Some(kept) = kept(instance) {
        layer::attribute_set(&kept.built, name);
    }
    m.set_plain(this, instance, symbol, value)
}

pub(super) fn add_module(m: &mut Machine, _: &crate::interpret::Native, args: Args) -> Res {
    let instance = instance(m, &args)?;
    let mut taken = Taken::new("add_module", args);
    taken.required(m, "self")?;
    let (name, module) = (taken.required(m, "name")?, taken.required(m, "module")?);
    m.known(&module)?;
    let Value::Str(name) = &name else {
        let kind = m.type_name(&name);
        return Err(m.type_error(format!("module name should be a string. Got {kind}")));
    };
    if !module.is_none() && !is_module(m, &module) {
        let kind = m.type_name(&module);
        return Err(m.type_error(format!("{kind} is not a Module subclass")));
    }
    expect_free(m, &instance, Held::Modules, name)?;
    let torch = torch(m);
    put(m, &torch, &instance, Held::Modules, name, module)?;
    Ok(Value::None)
}
