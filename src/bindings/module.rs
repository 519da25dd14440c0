//! `torch.nn.Module`: what it holds under which name, and what happens when it is called.
//!
//! `_parameters`, `_buffers` and `_modules` are dicts of the instance, as in torch; the graph of modules is made of them
//! when it is asked for.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use super::layer::Built;
use super::state::{Torch, Watched, torch};
use super::tensor::Tensor;
use crate::interpret::value::{Dict, Entries, Instance, Unknown};
use crate::interpret::{Args, Class, Extra, Key, Machine, NativeFn, Place, Res, Stop, Symbol, Taken, Type, Value};
use crate::torch::{self as graph, ModuleId};

/// What is kept with an instance of a module.
pub(super) struct Kept {
    /// The instance in the graph.
    pub id: ModuleId,
    /// What runs, of a layer of torch's own.
    pub built: RefCell<Option<Built>>,
}

impl Extra for Kept {
    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn copied(&self, m: &mut Machine) -> Res<Rc<dyn Extra>> {
        let torch = torch(m);
        let modules = &mut torch.build.borrow_mut().modules;
        let id = modules.add(modules[self.id].class.clone());
        let built = self.built.borrow().as_ref().map(|built| built.copied(id));
        Ok(Rc::new(Kept { id, built: RefCell::new(built) }))
    }
}

/// What is kept with an instance; none before `Module.__init__` ran.
pub(super) fn kept(instance: &Instance) -> Option<Rc<Kept>> {
    let extra = instance.extra.borrow().clone()?;
    extra.as_any().downcast().ok()
}

/// The instance in the graph that a value is.
pub fn module_id(value: &Value) -> Option<ModuleId> {
    match value {
        Value::Instance(instance) => kept(instance).map(|kept| kept.id),
        _ => None,
    }
}

/// Whether a value is an instance of a module.
pub fn is_module(m: &Machine, value: &Value) -> bool {
    matches!(value, Value::Instance(instance) if instance.class().derives(&torch(m).classes.module))
}

/// Attributes of a module that torch itself asks for.
pub(super) struct Names {
    modules: Symbol,
    parameters: Symbol,
    buffers: Symbol,
    transient: Symbol,
    training: Symbol,
    forward: Symbol,
    pre_hooks: Symbol,
    hooks: Symbol,
}

impl Names {
    /// The attributes by name.
    pub(super) fn new(m: &mut Machine) -> Names {
        Names {
            modules: m.symbol("_modules"),
            parameters: m.symbol("_parameters"),
            buffers: m.symbol("_buffers"),
            transient: m.symbol("_non_persistent_buffers_set"),
            training: m.symbol("training"),
            forward: m.symbol("forward"),
            pre_hooks: m.symbol("_forward_pre_hooks"),
            hooks: m.symbol("_forward_hooks"),
        }
    }
}

/// One of the three kinds of things that a module holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// `_modules`
    Modules,
    /// `_parameters`
    Parameters,
    /// `_buffers`
    Buffers,
}

impl Held {
    fn name(self, names: &Names) -> Symbol {
        match self {
            Held::Modules => names.modules,
            Held::Parameters => names.parameters,
            Held::Buffers => names.buffers,
        }
    }
}

/// The dict of what an instance holds.
pub(super) fn dict(torch: &Torch, instance: &Instance, held: Held) -> Option<Rc<Dict>> {
    match instance.attributes.borrow().get(&held.name(&torch.names)) {
        Some(Value::Dict(dict)) => Some(dict.clone()),
        _ => None,
    }
}

/// What an instance holds, by name.
pub(super) fn entries(torch: &Torch, instance: &Instance, held: Held) -> Vec<(Rc<str>, Value)> {
    let Some(dict) = dict(torch, instance, held) else { return Vec::new() };
    let entries = dict.entries.borrow();
    entries.iter().filter_map(|(key, value)| Some((name_of(key)?, value.clone()))).collect()
}

fn name_of(key: &Key) -> Option<Rc<str>> {
    match key.value() {
        Value::Str(name) => Some(name.clone()),
        _ => None,
    }
}

/// The names of an instance's buffers that aren't part of its `state_dict`.
pub(super) fn transient(torch: &Torch, instance: &Instance) -> crate::interpret::value::Elements {
    match instance.attributes.borrow().get(&torch.names.transient) {
        Some(Value::Set(names)) => names.borrow().clone(),
        _ => Default::default(),
    }
}

/// Whether a module is in training mode.
pub(super) fn is_training(torch: &Torch, instance: &Instance) -> bool {
    !matches!(instance.attributes.borrow().get(&torch.names.training), Some(Value::Bool(false)))
}

/// `torch.nn.Module`
pub(super) fn class(m: &mut Machine) -> Rc<Class> {
    let members = METHODS.iter().map(|&(name, call)| (name, Value::native_method(name, call))).collect();
    m.native_class("Module", "torch.nn.modules.module", &[], members)
}

const METHODS: [(&str, NativeFn); 43] = [
    ("__init__", |m, _, args| {
        let instance = instance(m, &args)?;
        init(m, &instance)?;
        Ok(Value::None)
    }),
    ("__setattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        match <[Value; 3]>::try_from(args.positional) {
            Ok([this, Value::Str(name), value]) => set(m, &this, &instance, &name, value),
            _ => Err(m.type_error("__setattr__() takes a name and a value")),
        }
    }),
    ("__getattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        let Some(Value::Str(name)) = args.positional.get(1) else {
            return Err(m.type_error("attribute name must be string"));
        };
        if let Some(found) = find(&torch(m), &instance, name) {
            return Ok(found);
        }
        let message = format!("'{}' object has no attribute '{name}'", instance.class().name);
        Err(m.error(Type::AttributeError, message))
    }),
    ("__delattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        let Some(Value::Str(name)) = args.positional.get(1) else {
            return Err(m.type_error("attribute name must be string"));
        };
        let symbol = m.symbol(name);
        let torch = torch(m);
        if forget(&torch, &instance, name) | instance.attributes.borrow_mut().shift_remove(&symbol).is_some() {
            return Ok(Value::None);
        }
        let message = format!("'{}' object has no attribute '{name}'", instance.class().name);
        Err(m.error(Type::AttributeError, message))
    }),
    ("__call__", |m, _, args| call(m, args)),
    ("forward", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        let message = format!("Module [{name}] is missing the required \"forward\" function");
        Err(m.error(Type::NotImplementedError, message))
    }),
    ("_call_impl", |m, _, args| call(m, args)),
    ("register_buffer", |m, _, args| {
        let instance = instance(m, &args)?;
        let mut taken = Taken::new("register_buffer", args);
        taken.required(m, "self")?;
        let (name, tensor) = (taken.required(m, "name")?, taken.required(m, "tensor")?);
        let persistent = taken.or(m, "persistent", Value::Bool(true))?;
        m.known(&tensor)?;
        let Value::Str(name) = &name else { return Err(m.type_error("buffer name should be a string")) };
        if !tensor.is_none() && Tensor::of(&tensor).is_none() {
            let kind = m.type_name(&tensor);
            return Err(m.type_error(format!(
                "cannot assign '{kind}' object to buffer '{name}' (torch Tensor or None required)"
            )));
        }
        let torch = torch(m);
        forget(&torch, &instance, name);
        put(m, &torch, &instance, Held::Buffers, name, tensor)?;
        let transient = instance.attributes.borrow().get(&torch.names.transient).cloned();
        if let Some(Value::Set(transient)) = transient {
            let key = Key::str(name);
            if m.truth(&persistent)? {
                transient.borrow_mut().shift_remove(&key);
            } else {
                transient.borrow_mut().insert(key);
            }
        }
        Ok(Value::None)
    }),
    ("register_parameter", |m, _, args| {
        let instance = instance(m, &args)?;
        let mut taken = Taken::new("register_parameter", args);
        taken.required(m, "self")?;
        let (name, value) = (taken.required(m, "name")?, taken.required(m, "param")?);
        m.known(&value)?;
        let Value::Str(name) = &name else { return Err(m.type_error("parameter name should be a string")) };
        let torch = torch(m);
        forget(&torch, &instance, name);
        put(m, &torch, &instance, Held::Parameters, name, value)?;
        Ok(Value::None)
    }),
    ("add_module", add_module),
    ("register_module", add_module),
    ("modules", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let found = below(m, &this)?;
        listed(m, found.into_iter().map(|(_, module)| module).collect())
    }),
    ("named_modules", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let prefix = prefix(m, args)?;
        let found = below(m, &this)?;
        let pair = |(name, module): (String, Value)| Value::tuple(vec![Value::str(&join(&prefix, &name)), module]);
        listed(m, found.into_iter().map(pair).collect())
    }),
    ("children", |m, _, args| {
        let instance = instance(m, &args)?;
        let children = children(&torch(m), &instance);
        listed(m, children.into_iter().map(|(_, child)| child).collect())
    }),
    ("named_children", |m, _, args| {
        let instance = instance(m, &args)?;
        let children = children(&torch(m), &instance);
        listed(m, children.into_iter().map(|(name, child)| Value::tuple(vec![Value::Str(name), child])).collect())
    }),
    ("parameters", |m, _, args| tensors(m, args, Held::Parameters, false)),
    ("named_parameters", |m, _, args| tensors(m, args, Held::Parameters, true)),
    ("buffers", |m, _, args| tensors(m, args, Held::Buffers, false)),
    ("named_buffers", |m, _, args| tensors(m, args, Held::Buffers, true)),
    ("apply", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let Some(function) = args.positional.get(1).cloned() else {
            return Err(m.type_error("apply() takes a function"));
        };
        apply(m, &this, &function)?;
        Ok(this)
    }),
    ("train", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let mut taken = Taken::new("train", args);
        taken.required(m, "self")?;
        let mode = taken.or(m, "mode", Value::Bool(true))?;
        let mode = m.truth(&mode)?;
        train(m, &this, mode)?;
        Ok(this)
    }),
    ("eval", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        // Classes of the program may have a `train` of their own.
        let name = m.symbol("train");
        let method = m.get_attribute(&this, name)?;
        m.call(&method, Args::of(vec![Value::Bool(false)]))?;
        Ok(this)
    }),
    ("requires_grad_", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let mut taken = Taken::new("requires_grad_", args);
        taken.required(m, "self")?;
        let trained = taken.or(m, "requires_grad", Value::Bool(true))?;
        let trained = m.truth(&trained)?;
        for (_, tensor) in tensors_below(m, &this, Held::Parameters, true)? {
            if let Some(tensor) = Tensor::of(&tensor) {
                tensor.is_trained.set(trained);
            }
        }
        Ok(this)
    }),
    ("to", itself),
    ("cuda", itself),
    ("cpu", itself),
    ("float", itself),
    ("double", itself),
    ("half", itself),
    ("bfloat16", itself),
    ("type", itself),
    ("share_memory", itself),
    ("compile", |_, _, _| Ok(Value::None)),
    ("zero_grad", |_, _, _| Ok(Value::None)),
    ("state_dict", |m, _, args| {
        let this = args.positional.first().cloned().unwrap_or(Value::None);
        let mut entries = Entries::default();
        for (path, module) in below_all(m, &this)? {
            let Value::Instance(instance) = &module else { continue };
            let torch = torch(m);
            let transient = instance.attributes.borrow().get(&torch.names.transient).cloned();
            for held in [Held::Parameters, Held::Buffers] {
                for (name, tensor) in self::entries(&torch, instance, held) {
                    let key = Key::str(&name);
                    let is_transient = matches!(&transient, Some(Value::Set(names)) if names.borrow().contains(&key));
                    if !(tensor.is_none() || held == Held::Buffers && is_transient) {
                        entries.insert(Key::str(&join(&path, &name).into()), tensor);
                    }
                }
            }
        }
        Ok(Value::dict_of(entries, crate::interpret::value::DictKind::Ordered))
    }),
    ("load_state_dict", |m, _, _| Ok(m.unknown_value("what a checkpoint holds"))),
    ("register_forward_hook", |m, _, args| hook(m, args, true)),
    ("register_forward_pre_hook", |m, _, args| hook(m, args, false)),
    ("register_full_backward_hook", |m, _, _| Ok(m.unknown_value("a hook"))),
    ("get_submodule", |m, _, args| {
        let (this, path) = match <[Value; 2]>::try_from(args.positional) {
            Ok([this, Value::Str(path)]) => (this, path),
            _ => return Err(m.type_error("get_submodule() takes a path")),
        };
        let mut module = this;
        for name in path.split('.').filter(|name| !name.is_empty()) {
            let name = m.symbol(name);
            module = m.get_attribute(&module, name)?;
        }
        Ok(module)
    }),
    ("extra_repr", |_, _, _| Ok(Value::str(""))),
    ("_get_name", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        Ok(Value::Str(name))
    }),
    ("__repr__", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        Ok(Value::str(&format!("{name}()")))
    }),
];

fn itself(_: &mut Machine, _: &crate::interpret::Native, args: Args) -> Res {
    Ok(args.positional.into_iter().next().unwrap_or(Value::None))
}

/// The instance that a method is called on.
pub(super) fn instance(m: &mut Machine, args: &Args) -> Res<Rc<Instance>> {
    match args.positional.first() {
        Some(Value::Instance(instance)) => Ok(instance.clone()),
        Some(Value::Unknown(unknown)) => Err(Stop::Unknown(unknown.clone())),
        _ => Err(m.type_error("a method of a module is called on something else")),
    }
}

/// `Module.__init__`
pub(super) fn init(m: &mut Machine, instance: &Rc<Instance>) -> Res<()> {
    let torch = torch(m);
    if kept(instance).is_none() {
        let class = graph_class(m, &instance.class());
        let modules = &mut torch.build.borrow_mut().modules;
        if modules.sizes().0 >= graph::MAX_MODULES {
            return Err(m.unknown(format!("more than {} modules", graph::MAX_MODULES)));
        }
        let id = modules.add(class);
        instance.extra.replace(Some(Rc::new(Kept { id, built: RefCell::default() })));
    }
    let names = &torch.names;
    let mut attributes = instance.attributes.borrow_mut();
    attributes.insert(names.training, Value::Bool(true));
    for name in [names.parameters, names.buffers, names.modules, names.pre_hooks, names.hooks] {
        attributes.insert(name, Value::dict(Entries::default()));
    }
    attributes.insert(names.transient, Value::set(indexmap::IndexSet::default()));
    Ok(())
}

/// A class as the graph of modules names it.
pub(super) fn graph_class(m: &Machine, class: &Rc<Class>) -> graph::Class {
    let base = |class: &Class| class.module.starts_with("torch.nn.modules.").then(|| class.name.clone());
    let nearest = class.order().iter().find_map(|class| base(class)).unwrap_or_else(|| "Module".into());
    let _ = m;
    let known = super::layer::static_name(&nearest);
    match (base(class), known) {
        (Some(own), Some(name)) if *own == *nearest => graph::Class::of_torch(name),
        (_, known) => graph::Class::derived(class.name.to_string(), known.unwrap_or("Module")),
    }
}

/// A parameter, buffer or module that an instance holds.
fn find(torch: &Torch, instance: &Instance, name: &Rc<str>) -> Option<Value> {
    let key = Key::str(name);
    [Held::Parameters, Held::Buffers, Held::Modules]
        .into_iter()
        .find_map(|held| dict(torch, instance, held)?.entries.borrow().get(&key).cloned())
}

/// Takes a name from all that an instance holds under it.
fn forget(torch: &Torch, instance: &Instance, name: &Rc<str>) -> bool {
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

/// `module.name = value`
fn set(m: &mut Machine, this: &Value, instance: &Rc<Instance>, name: &Rc<str>, value: Value) -> Res {
    let torch = torch(m);
    let key = Key::str(name);
    let holds = |held| dict(&torch, instance, held).is_some_and(|dict| dict.entries.borrow().contains_key(&key));
    let held = match Tensor::of(&value) {
        Some(tensor) if tensor.is_parameter => Some(Held::Parameters),
        Some(_) if holds(Held::Buffers) => Some(Held::Buffers),
        None if is_module(m, &value) => Some(Held::Modules),
        _ if value.is_none() => [Held::Parameters, Held::Modules, Held::Buffers].into_iter().find(|&held| holds(held)),
        _ => None,
    };
    let symbol = m.symbol(name);
    if let Some(held) = held {
        if !holds(held) {
            instance.attributes.borrow_mut().shift_remove(&symbol);
            forget(&torch, instance, name);
        }
        put(m, &torch, instance, held, name, value)?;
        return Ok(Value::None);
    }
    if let Value::Unknown(_) = value {
        // It may be a module or a parameter: then it stands in no other place.
        forget(&torch, instance, name);
    } else if holds(Held::Parameters) || holds(Held::Modules) {
        let (what, wanted) = match holds(Held::Parameters) {
            true => ("parameter", "torch.nn.Parameter or None expected"),
            false => ("child module", "torch.nn.Module or None expected"),
        };
        let kind = m.type_name(&value);
        return Err(m.type_error(format!("cannot assign '{kind}' as {what} '{name}' ({wanted})")));
    }
    if let Some(kept) = kept(instance)
        && let Some(built) = kept.built.borrow().as_ref()
    {
        built.attribute_set(name);
    }
    m.set_plain(this, instance, symbol, value)?;
    Ok(Value::None)
}

fn add_module(m: &mut Machine, _: &crate::interpret::Native, args: Args) -> Res {
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
    if name.contains('.') {
        return Err(m.error(Type::KeyError, format!("module name can't contain \".\", got: {name}")));
    }
    let torch = torch(m);
    put(m, &torch, &instance, Held::Modules, name, module)?;
    Ok(Value::None)
}

/// The children of an instance, each once.
fn children(torch: &Torch, instance: &Instance) -> Vec<(Rc<str>, Value)> {
    let mut seen: Vec<usize> = Vec::new();
    let mut all = entries(torch, instance, Held::Modules);
    all.retain(|(_, child)| {
        let is_new = !child.is_none() && !seen.contains(&child.identity());
        seen.push(child.identity());
        is_new
    });
    all
}

/// A module and all below it with their paths, each once, parents first.
pub(super) fn below(m: &mut Machine, root: &Value) -> Res<Vec<(String, Value)>> {
    walk(m, root, true)
}

/// A module and all below it under each path that they have.
fn below_all(m: &mut Machine, root: &Value) -> Res<Vec<(String, Value)>> {
    walk(m, root, false)
}

fn walk(m: &mut Machine, root: &Value, once: bool) -> Res<Vec<(String, Value)>> {
    let torch = torch(m);
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root.clone())];
    while let Some((path, module)) = open.pop() {
        m.known(&module)?;
        let Value::Instance(instance) = &module else { continue };
        if once && !seen.insert(module.identity()) {
            continue;
        }
        if found.len() > graph::MAX_MODULES {
            return Err(m.unknown(format!("more than {} modules", graph::MAX_MODULES)));
        }
        for (name, child) in entries(&torch, instance, Held::Modules).into_iter().rev() {
            if !child.is_none() {
                open.push((join(&path, &name), child));
            }
        }
        found.push((path, module));
    }
    Ok(found)
}

fn join(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        _ => format!("{prefix}.{name}"),
    }
}

fn prefix(m: &mut Machine, args: Args) -> Res<String> {
    let mut args = args;
    // `named_modules(memo, prefix)` and `named_parameters(prefix)` are called by keyword as a rule.
    let name = m.symbol("prefix");
    let by_name = args.keywords.iter().position(|k| k.0 == name).map(|i| args.keywords.remove(i).1);
    Ok(by_name.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn listed(m: &mut Machine, items: Vec<Value>) -> Res {
    let list = Value::list(items);
    Ok(Value::Iterator(m.iter(&list)?))
}

/// The parameters or buffers of a module and, where it is asked for, of all below it, each once, with their paths.
pub(super) fn tensors_below(m: &mut Machine, root: &Value, held: Held, recurse: bool) -> Res<Vec<(String, Value)>> {
    let torch = torch(m);
    let modules = if recurse { below(m, root)? } else { vec![(String::new(), root.clone())] };
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    for (path, module) in modules {
        let Value::Instance(instance) = &module else { continue };
        for (name, tensor) in entries(&torch, instance, held) {
            if !tensor.is_none() && seen.insert(tensor.identity()) {
                found.push((join(&path, &name), tensor));
            }
        }
    }
    Ok(found)
}

fn tensors(m: &mut Machine, args: Args, held: Held, named: bool) -> Res {
    let this = args.positional.first().cloned().unwrap_or(Value::None);
    let recurse = m.symbol("recurse");
    let by_name = args.keywords.iter().find(|k| k.0 == recurse).map(|k| k.1.clone());
    let recurse = by_name.or_else(|| args.positional.get(if named { 2 } else { 1 }).cloned());
    let recurse = recurse.map_or(Ok(true), |value| m.truth(&value))?;
    let prefix = prefix(m, args)?;
    let found = tensors_below(m, &this, held, recurse)?;
    let item = |(name, tensor): (String, Value)| {
        if named { Value::tuple(vec![Value::str(&join(&prefix, &name)), tensor]) } else { tensor }
    };
    listed(m, found.into_iter().map(item).collect())
}

fn apply(m: &mut Machine, module: &Value, function: &Value) -> Res<()> {
    let Value::Instance(instance) = module else { return Ok(()) };
    for (_, child) in children(&torch(m), instance) {
        // Classes of the program may have an `apply` of their own, but hardly ever do.
        apply(m, &child, function)?;
    }
    m.call(function, Args::of(vec![module.clone()])).map(|_| ())
}

fn train(m: &mut Machine, module: &Value, mode: bool) -> Res<()> {
    let Value::Instance(instance) = module else { return Ok(()) };
    let torch = torch(m);
    instance.attributes.borrow_mut().insert(torch.names.training, Value::Bool(mode));
    let own = m.symbol("train");
    for (_, child) in children(&torch, instance) {
        let Value::Instance(below) = &child else { continue };
        match below.class().lookup(own) {
            Some(Value::Function(_)) => {
                let method = m.get_attribute(&child, own)?;
                m.call(&method, Args::of(vec![Value::Bool(mode)]))?;
            }
            _ => train(m, &child, mode)?,
        }
    }
    Ok(())
}

/// Registers a hook; the handle that is returned takes it away.
fn hook(m: &mut Machine, args: Args, after: bool) -> Res {
    let instance = instance(m, &args)?;
    let Some(hook) = args.positional.get(1).cloned() else { return Err(m.type_error("a hook is a function")) };
    let torch = torch(m);
    let name = if after { torch.names.hooks } else { torch.names.pre_hooks };
    let hooks = instance.attributes.borrow().get(&name).cloned();
    let identity = Value::Int(hook.identity() as i64);
    if let Some(Value::Dict(hooks)) = &hooks {
        let key = Key::new(m, &identity)?;
        hooks.entries.borrow_mut().insert(key, hook);
    }
    let remove = Value::native_with("remove", vec![hooks.unwrap_or(Value::None), identity], |m, native, _| {
        if let [Value::Dict(hooks), identity] = native.data.as_slice() {
            let key = Key::new(m, identity)?;
            hooks.entries.borrow_mut().shift_remove(&key);
        }
        Ok(Value::None)
    });
    let class = m.native_class("RemovableHandle", "torch.utils.hooks", &[], Vec::new());
    let handle = m.instance(&class, Value::Unbound);
    let name = m.symbol("remove");
    handle.attributes.borrow_mut().insert(name, remove);
    Ok(Value::Instance(handle))
}

/// What calls a hook dict's hooks.
fn hooks(instance: &Instance, name: Symbol) -> Vec<Value> {
    match instance.attributes.borrow().get(&name) {
        Some(Value::Dict(hooks)) if !hooks.entries.borrow().is_empty() => {
            hooks.entries.borrow().values().cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// A call of a module: hooks and `forward`. Where it is watched and fails, the caller gets a value that isn't known.
fn call(m: &mut Machine, args: Args) -> Res {
    let instance = instance(m, &args)?;
    let torch = torch(m);
    let this = args.positional[0].clone();
    let key = torch.watched.borrow().get(&this.identity()).copied();
    let Some(key) = key else { return forward(m, &torch, &instance, args) };
    let start = torch.run.borrow().len();
    let result = forward(m, &torch, &instance, args);
    let calls = start..torch.run.borrow().len();
    let (result, stands_for, value) = match result {
        Ok(value) => (Ok(value.clone()), None, Ok(value)),
        Err(stop) => {
            let unknown = match &stop {
                Stop::Unknown(unknown) => unknown.clone(),
                Stop::Raise(raised) => {
                    let place: Option<Place> = raised.frames.first().cloned();
                    Rc::new(Unknown { reason: "what failed returns nothing".into(), path: None, place })
                }
            };
            (Err(stop), Some(unknown.clone()), Ok(Value::Unknown(unknown)))
        }
    };
    torch.notes.borrow_mut().push(Watched { key, calls, result, stands_for });
    value
}

fn forward(m: &mut Machine, torch: &Rc<Torch>, instance: &Rc<Instance>, mut args: Args) -> Res {
    let Some(kept) = kept(instance) else {
        return Err(
            m.error(Type::AttributeError, format!("'{}' object has no attribute '_modules'", instance.class().name))
        );
    };
    for hook in hooks(instance, torch.names.pre_hooks) {
        let inputs = Value::tuple(args.positional[1..].to_vec());
        let result = m.call(&hook, Args::of(vec![args.positional[0].clone(), inputs]))?;
        match result {
            Value::None => {}
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
    let after = hooks(instance, torch.names.hooks);
    let inputs = (!after.is_empty()).then(|| Value::tuple(args.positional[1..].to_vec()));
    let this = args.positional[0].clone();
    let own = instance.attributes.borrow().get(&torch.names.forward).cloned();
    let found = match own {
        Some(own) => {
            args.positional.remove(0);
            Some(own)
        }
        None => instance.class().lookup(torch.names.forward),
    };
    let mut result = match found {
        // A layer of torch's own enters its module itself.
        Some(Value::Native(native)) if native.binds => (native.call)(m, &native, args)?,
        Some(function) => {
            let outer = torch.run.borrow_mut().enter(kept.id);
            let result = m.call(&function, args);
            torch.run.borrow_mut().leave(outer);
            result?
        }
        None => return Err(m.unknown("a module without `forward`")),
    };
    for hook in after {
        let args = vec![this.clone(), inputs.clone().unwrap_or(Value::None), result.clone()];
        let changed = m.call(&hook, Args::of(args))?;
        if !changed.is_none() {
            result = changed;
        }
    }
    Ok(result)
}
