//! `torch.nn.Module`: what it holds under which name, and what happens when it is called.
//!
//! `_parameters`, `_buffers` and `_modules` are dicts of the instance, as in torch; the graph of modules is made of them
//! when it is asked for.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::layer::Built;
use super::state::{Torch, Watched, torch};
use super::tensor::Tensor;
use super::{convert, hooked};
use crate::interpret::value::{Dict, Entries, Instance, Undo, Unknown};
use crate::interpret::{
    Args, Class, Extra, Key, Machine, NativeFn, Place, Res, Shortcuts, Stop, Symbol, Taken, Type, Value,
};
use crate::torch::dtype::{DType, Kind};
use crate::torch::natives;
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

    fn undo(self: Rc<Self>) -> Option<Undo> {
        let built = self.built.borrow().clone()?;
        Some(Box::new(move || _ = self.built.replace(Some(built.clone()))))
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
    train: Symbol,
    forward: Symbol,
    pre_hooks: Symbol,
    hooks: Symbol,
    pre_hooks_with_kwargs: Symbol,
    hooks_with_kwargs: Symbol,
    /// Of a handle: the hooks among which its own stands, and the key of that.
    hooks_of: Symbol,
    id: Symbol,
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
            train: m.symbol("train"),
            forward: m.symbol("forward"),
            pre_hooks: m.symbol("_forward_pre_hooks"),
            hooks: m.symbol("_forward_hooks"),
            pre_hooks_with_kwargs: m.symbol("_forward_pre_hooks_with_kwargs"),
            hooks_with_kwargs: m.symbol("_forward_hooks_with_kwargs"),
            hooks_of: m.symbol("hooks_dict"),
            id: m.symbol("id"),
        }
    }
}

impl Names {
    fn made_late(&self) -> [Symbol; 5] {
        [self.pre_hooks, self.hooks, self.pre_hooks_with_kwargs, self.hooks_with_kwargs, self.transient]
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

/// Puts a module alone in training mode, or out of it.
pub(super) fn set_training(torch: &Torch, instance: &Instance, mode: bool) {
    instance.attributes.borrow_mut().insert(torch.names.training, Value::Bool(mode));
}

/// `torch.nn.Module`
pub(super) fn class(m: &mut Machine) -> Rc<Class> {
    let members = METHODS.iter().map(|&(name, call)| (name, Value::native_method(name, call))).collect();
    m.native_class("Module", "torch.nn.modules.module", &[], members)
}

const METHODS: [(&str, NativeFn); 59] = [
    ("__init__", |m, _, args| {
        let instance = instance(m, &args)?;
        init(m, &instance)?;
        Ok(Value::None)
    }),
    ("__setattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        match <[Value; 3]>::try_from(args.positional) {
            Ok([this, Value::Str(name), value]) => {
                let name = m.symbol(&name);
                set(m, &this, &instance, name, value).map(|()| Value::None)
            }
            _ => Err(m.type_error("__setattr__() takes a name and a value")),
        }
    }),
    ("__getattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        let Some(Value::Str(name)) = args.positional.get(1) else {
            return Err(m.type_error("attribute name must be string"));
        };
        let symbol = m.symbol(name);
        if let Some(found) = get(m, &instance, symbol) {
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
        expect_free(m, &instance, Held::Buffers, name)?;
        if !tensor.is_none() && Tensor::of(&tensor).is_none() {
            let kind = m.type_name(&tensor);
            return Err(m.type_error(format!(
                "cannot assign '{kind}' object to buffer '{name}' (torch Tensor or None required)"
            )));
        }
        let torch = torch(m);
        put(m, &torch, &instance, Held::Buffers, name, tensor)?;
        let persistent = m.truth(&persistent)?;
        let known = instance.attributes.borrow().get(&torch.names.transient).cloned();
        let transient = known.or_else(|| made_late(&torch, &instance, torch.names.transient).filter(|_| !persistent));
        if let Some(Value::Set(transient)) = transient {
            let key = Key::str(name);
            if persistent {
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
        expect_free(m, &instance, Held::Parameters, name)?;
        if !value.is_none() && !Tensor::of(&value).is_some_and(|tensor| tensor.is_parameter) {
            let kind = m.type_name(&value);
            return Err(m.type_error(format!("cannot assign '{kind}' object to parameter '{name}'")));
        }
        let torch = torch(m);
        put(m, &torch, &instance, Held::Parameters, name, value)?;
        Ok(Value::None)
    }),
    ("add_module", add_module),
    ("register_module", add_module),
    ("modules", |m, _, args| {
        let this = this(m, &args)?;
        let found = below(m, &this)?;
        listed(m, found)
    }),
    ("named_modules", |m, _, args| {
        let mut taken = Taken::new("named_modules", args);
        let this = taken.required(m, "self")?;
        taken.optional(m, "memo")?;
        let prefix = prefix(m, &mut taken)?;
        let once = taken.or(m, "remove_duplicate", Value::Bool(true))?;
        taken.done(m)?;
        let once = m.truth(&once)?;
        let found = walk(m, &this, once, true)?;
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
        let this = this(m, &args)?;
        let Some(function) = args.positional.get(1).cloned() else {
            return Err(m.type_error("apply() takes a function"));
        };
        apply(m, &this, &function)?;
        Ok(this)
    }),
    ("train", |m, _, args| {
        let this = this(m, &args)?;
        let mut taken = Taken::new("train", args);
        taken.required(m, "self")?;
        let mode = taken.or(m, "mode", Value::Bool(true))?;
        let mode = m.truth(&mode)?;
        train(m, &this, mode)?;
        Ok(this)
    }),
    ("eval", |m, _, args| {
        let this = this(m, &args)?;
        // Classes of the program may have a `train` of their own.
        let name = m.symbol("train");
        let method = m.get_attribute(&this, name)?;
        m.call(&method, Args::of(vec![Value::Bool(false)]))?;
        Ok(this)
    }),
    ("requires_grad_", |m, _, args| {
        let this = this(m, &args)?;
        let mut taken = Taken::new("requires_grad_", args);
        taken.required(m, "self")?;
        let trained = taken.or(m, "requires_grad", Value::Bool(true))?;
        let trained = m.truth(&trained)?;
        for (_, tensor) in tensors_below(m, &this, Held::Parameters, true, true, false)? {
            if let Some(tensor) = Tensor::of(&tensor) {
                tensor.is_trained.set(trained);
            }
        }
        Ok(this)
    }),
    ("to", cast),
    ("cuda", itself),
    ("cpu", itself),
    ("float", cast),
    ("double", cast),
    ("half", cast),
    ("bfloat16", cast),
    ("type", cast),
    ("share_memory", itself),
    ("to_empty", itself),
    ("xpu", itself),
    ("_apply", not_followed),
    ("_load_from_state_dict", not_followed),
    ("_save_to_state_dict", not_followed),
    ("get_extra_state", not_followed),
    ("set_extra_state", not_followed),
    ("set_submodule", not_followed),
    ("compile", |_, _, _| Ok(Value::None)),
    ("zero_grad", |_, _, _| Ok(Value::None)),
    ("state_dict", |m, _, args| {
        let mut taken = Taken::new("state_dict", args);
        let this = taken.required(m, "self")?;
        if taken.optional(m, "destination")?.is_some_and(|destination| !destination.is_none()) {
            return Err(m.unknown("a `state_dict` that is written into a dict"));
        }
        let prefix = prefix(m, &mut taken)?;
        taken.optional(m, "keep_vars")?;
        taken.done(m)?;
        let mut entries = Entries::default();
        for (path, module) in walk(m, &this, false, true)? {
            let Value::Instance(instance) = &module else { continue };
            let torch = torch(m);
            let transient = instance.attributes.borrow().get(&torch.names.transient).cloned();
            for held in [Held::Parameters, Held::Buffers] {
                for (name, tensor) in self::entries(&torch, instance, held) {
                    let key = Key::str(&name);
                    let is_transient = matches!(&transient, Some(Value::Set(names)) if names.borrow().contains(&key));
                    if !(tensor.is_none() || held == Held::Buffers && is_transient) {
                        entries.insert(Key::str(&format!("{prefix}{}", join(&path, &name)).into()), tensor);
                    }
                }
            }
        }
        Ok(Value::dict_of(entries, crate::interpret::value::DictKind::Ordered))
    }),
    ("load_state_dict", |m, _, _| Ok(m.unknown_value("what a checkpoint holds"))),
    ("register_forward_hook", |m, _, args| hook(m, args, true)),
    ("register_forward_pre_hook", |m, _, args| hook(m, args, false)),
    ("register_full_backward_hook", other_hook),
    ("register_backward_hook", other_hook),
    ("register_state_dict_pre_hook", other_hook),
    ("register_load_state_dict_pre_hook", other_hook),
    ("register_load_state_dict_post_hook", other_hook),
    ("_register_load_state_dict_pre_hook", other_hook),
    ("_register_state_dict_hook", other_hook),
    ("get_submodule", |m, _, args| {
        let (this, path) = target(m, args)?;
        submodule(m, this, &path)
    }),
    ("get_parameter", |m, _, args| tensor_at(m, args, Held::Parameters)),
    ("get_buffer", |m, _, args| tensor_at(m, args, Held::Buffers)),
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

fn target(m: &mut Machine, args: Args) -> Res<(Value, Rc<str>)> {
    let mut taken = Taken::new("get_submodule", args);
    let (this, target) = (taken.required(m, "self")?, taken.required(m, "target")?);
    taken.done(m)?;
    match target {
        Value::Str(path) => Ok((this, path)),
        other => {
            m.known(&other)?;
            Err(m.error(Type::AttributeError, "a path is a text"))
        }
    }
}

fn submodule(m: &mut Machine, root: Value, path: &str) -> Res {
    let mut module = root;
    for name in path.split('.').filter(|_| !path.is_empty()) {
        let symbol = m.symbol(name);
        module = m.get_attribute(&module, symbol)?;
        m.known(&module)?;
        if !is_module(m, &module) {
            return Err(m.error(Type::AttributeError, format!("`{name}` is not an nn.Module")));
        }
    }
    Ok(module)
}

/// `get_parameter` and `get_buffer`
fn tensor_at(m: &mut Machine, args: Args, held: Held) -> Res {
    let (this, target) = target(m, args)?;
    let (path, name) = target.rsplit_once('.').unwrap_or(("", &target));
    let module = submodule(m, this, path)?;
    let symbol = m.symbol(name);
    let found = m.get_attribute(&module, symbol)?;
    let is_held = match (&module, Tensor::of(&found)) {
        (_, Some(tensor)) if held == Held::Parameters => tensor.is_parameter,
        (Value::Instance(instance), _) => entries(&torch(m), instance, held).iter().any(|(known, _)| &**known == name),
        _ => false,
    };
    if is_held { Ok(found) } else { Err(m.error(Type::AttributeError, format!("`{name}` is none of them"))) }
}

/// `to`, `half` and their kin: weights and buffers of floats get another type.
fn cast(m: &mut Machine, native: &crate::interpret::Native, args: Args) -> Res {
    let this = this(m, &args)?;
    let mut dtype = match &*native.name {
        "to" | "type" => None,
        name => DType::named(name),
    };
    for value in args.positional[1..].iter().chain(args.keywords.iter().map(|(_, value)| value)) {
        match convert::to_torch(m, value)? {
            natives::Value::DType(given) => dtype = Some(given),
            natives::Value::Tensor(like) => dtype = Some(like.dtype),
            _ => {}
        }
    }
    let Some(dtype) = dtype else { return Ok(this) };
    if native.name.as_ref() == "to" && dtype.kind() < Kind::Float {
        return Err(m.type_error(format!("a module's weights are floats, not {dtype}")));
    }
    for held in [Held::Parameters, Held::Buffers] {
        for (_, value) in tensors_below(m, &this, held, true, true, false)? {
            let Some(tensor) = Tensor::of(&value) else { continue };
            let old = tensor.value();
            if old.dtype != dtype && old.dtype.kind() >= Kind::Float {
                tensor.write(natives::Tensor { dtype, elements: None, ..old });
            }
        }
    }
    Ok(this)
}

fn not_followed(m: &mut Machine, native: &crate::interpret::Native, _: Args) -> Res {
    Err(m.unknown(format!("`Module.{}`", native.name)))
}

fn itself(_: &mut Machine, _: &crate::interpret::Native, args: Args) -> Res {
    Ok(args.positional.into_iter().next().unwrap_or(Value::None))
}

/// What a method is called on.
fn this(m: &mut Machine, args: &Args) -> Res {
    match args.positional.first() {
        Some(this) => Ok(this.clone()),
        None => Err(m.type_error("a method of Module is missing 1 required positional argument: 'self'")),
    }
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
        let class = graph_class(&instance.class());
        let modules = &mut torch.build.borrow_mut().modules;
        if modules.sizes().0 >= graph::MAX_MODULES {
            return Err(m.unknown(format!("more than {} modules", graph::MAX_MODULES)));
        }
        let id = modules.add(class);
        instance.extra.replace(Some(Rc::new(Kept { id, built: RefCell::default() })));
    }
    let names = &torch.names;
    let mut attributes = instance.attributes.borrow_mut();
    attributes.reserve(12);
    attributes.insert(names.training, Value::Bool(true));
    for name in [names.parameters, names.buffers, names.modules] {
        attributes.insert(name, Value::dict(Entries::default()));
    }
    // What hardly any module has is made where it is asked for.
    for name in names.made_late() {
        attributes.shift_remove(&name);
    }
    Ok(())
}

/// An attribute that `Module.__init__` makes in torch, and that is made here when it is asked for.
fn made_late(torch: &Torch, instance: &Instance, name: Symbol) -> Option<Value> {
    let names = &torch.names;
    if !names.made_late().contains(&name) || dict(torch, instance, Held::Modules).is_none() {
        return None;
    }
    let new = || match name == names.transient {
        true => Value::set(indexmap::IndexSet::default()),
        false => Value::dict(Entries::default()),
    };
    Some(instance.attributes.borrow_mut().entry(name).or_insert_with(new).clone())
}

/// A class as the graph of modules names it.
pub(super) fn graph_class(class: &Rc<Class>) -> graph::Class {
    let base = |class: &Class| class.module.starts_with("torch.nn.modules.").then(|| class.name.clone());
    let known = |class: &Rc<Class>| base(class).and_then(|name| super::layer::static_name(&name));
    match known(class) {
        Some(name) => graph::Class::of_torch(name),
        None => {
            let nearest = class.order().iter().find_map(known).unwrap_or("Module");
            graph::Class::derived(class.name.to_string(), nearest)
        }
    }
}

/// What `module.name` is where neither the instance nor its class has an attribute of that name.
fn get(m: &mut Machine, instance: &Rc<Instance>, symbol: Symbol) -> Option<Value> {
    let torch = torch(m);
    find(&torch, instance, &m.text(symbol)).or_else(|| made_late(&torch, instance, symbol))
}

/// What the machine does for attributes of modules without calling the methods of `Module`.
pub(super) fn shortcuts(m: &mut Machine, class: &Rc<Class>) -> Option<Shortcuts> {
    let mut hook = |name| match class.lookup(m.symbol(name)) {
        Some(Value::Native(native)) => Some(native),
        _ => None,
    };
    Some(Shortcuts { getattr: hook("__getattr__")?, get, setattr: hook("__setattr__")?, set })
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

/// Refuses names under which nothing can be registered: those with a dot, and those of other attributes.
fn expect_free(m: &mut Machine, instance: &Rc<Instance>, held: Held, name: &Rc<str>) -> Res<()> {
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
fn set(m: &mut Machine, this: &Value, instance: &Rc<Instance>, symbol: Symbol, value: Value) -> Res<()> {
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
    if let Some(kept) = kept(instance)
        && let Some(built) = kept.built.borrow().as_ref()
    {
        built.attribute_set(name);
    }
    m.set_plain(this, instance, symbol, value)
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
    expect_free(m, &instance, Held::Modules, name)?;
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

/// A module and all below it, each once, parents first.
pub(super) fn below(m: &mut Machine, root: &Value) -> Res<Vec<Value>> {
    Ok(walk(m, root, true, false)?.into_iter().map(|(_, module)| module).collect())
}

/// A module and all below it, parents first, with their paths if they are `named`.
fn walk(m: &mut Machine, root: &Value, once: bool, named: bool) -> Res<Vec<(String, Value)>> {
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
            return Err(m.unknown(format!("more than {} modules", graph::MAX_MODULES)));
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
fn uninitialised(m: &mut Machine, instance: &Instance, name: &str) -> Stop {
    m.error(Type::AttributeError, format!("'{}' object has no attribute '{name}'", instance.class().name))
}

fn join(prefix: &str, name: &str) -> String {
    match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "") => prefix.to_owned(),
        _ => format!("{prefix}.{name}"),
    }
}

fn prefix(m: &mut Machine, taken: &mut Taken<'_>) -> Res<String> {
    let prefix = taken.or(m, "prefix", Value::str(""))?;
    Ok(prefix.as_str().unwrap_or_default().to_owned())
}

fn listed(m: &mut Machine, items: Vec<Value>) -> Res {
    let list = Value::list(items);
    Ok(Value::Iterator(m.iter(&list)?))
}

/// The parameters or buffers of a module and, where it is asked for, of all below it, each `once`, with their paths if they
/// are `named`.
pub(super) fn tensors_below(
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

fn tensors(m: &mut Machine, args: Args, held: Held, named: bool) -> Res {
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

/// Registers a hook; the handle that is returned takes it away.
fn hook(m: &mut Machine, args: Args, after: bool) -> Res {
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
fn other_hook(m: &mut Machine, _: &crate::interpret::Native, _: Args) -> Res {
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
pub(super) fn handle_class(m: &mut Machine) -> Rc<Class> {
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
fn call(m: &mut Machine, args: Args) -> Res {
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
        Ok(value) => (Ok(value.clone()), None, Ok(value)),
        Err(stop @ Stop::Raise(_)) if m.is_guarded() => (Err(stop.clone()), None, Err(stop)),
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
            _ if with_kwargs => return Err(m.unknown("a hook that changes keywords")),
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
        Some(Value::Native(native)) if native.binds => (native.call)(m, &native, args)?,
        Some(function) => {
            let start = torch.run.borrow().len();
            let outer = torch.run.borrow_mut().enter(kept.id);
            let result = m.call(&function, args);
            torch.run.borrow_mut().leave(outer);
            let result = result?;
            if !is_torch {
                hooked::record(m, instance, &kept, start, [&first, &result])?;
            }
            result
        }
        None => return Err(m.unknown("a module without `forward`")),
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
