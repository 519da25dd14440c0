//! `torch.nn.Module`: what it holds under which name, and what happens when it is called.
//!
//! `_parameters`, `_buffers` and `_modules` are dicts of the instance, as in torch; the graph of modules is made of them
//! when it is asked for.

mod attributes;
mod calls;
mod methods;
mod recall;
mod walk;

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

pub(super) use self::attributes::{graph_class, init, shortcuts};
pub(super) use self::calls::handle_class;
use self::recall::Recalled;
pub(super) use self::walk::{below, tensors_below};
use super::layer::Built;
use super::state::{Torch, torch};
use crate::interpret::value::{Dict, Elements, Instance, Namespace};
use crate::interpret::{Args, Class, Extra, Keep, Key, Machine, Res, Stop, Symbol, Tracked, Value};
use crate::torch::{self as graph, ModuleId};
use crate::words::message;

/// What is kept with an instance of a module.
pub(super) struct Kept {
    /// The instance in the graph.
    pub id: Cell<ModuleId>,
    /// What runs, of a layer of torch's own.
    pub built: Tracked<Option<Built>>,
    /// Calls of it in this run and those before.
    recalled: Recalled,
}

impl Kept {
    /// With the instance of that number in the graph, which isn't built yet.
    pub(super) fn new(id: ModuleId) -> Kept {
        Kept { id: Cell::new(id), built: Tracked::default(), recalled: Recalled::default() }
    }

    /// The same of a layer of torch's own.
    pub(super) fn of(id: ModuleId, built: Built) -> Kept {
        Kept { built: Tracked::new(Some(built)), ..Kept::new(id) }
    }
}

impl Extra for Kept {
    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn copied(&self, m: &mut Machine) -> Res<Rc<dyn Extra>> {
        let torch = torch(m);
        let modules = &mut torch.build.borrow_mut().modules;
        let id = modules.add(modules[self.id.get()].class.clone());
        let built = self.built.borrow().as_ref().map(|built| built.copied(id));
        Ok(Rc::new(Kept { built: Tracked::new(built), ..Kept::new(id) }))
    }

    fn as_keep(self: Rc<Self>) -> Option<Rc<dyn Keep>> {
        Some(self)
    }

    fn begin(&self, m: &mut Machine, class: &Rc<Class>) -> Res<()> {
        self.id.set(new_id(m, class)?);
        if let Some(built) = self.built.amend().as_mut() {
            built.become_another(self.id.get());
        }
        Ok(())
    }
}

impl Keep for Kept {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.built);
    }
}

/// The next instance of a class in the graph.
fn new_id(m: &Machine, class: &Rc<Class>) -> Res<ModuleId> {
    let torch = torch(m);
    let class = torch.graph_class(class);
    let modules = &mut torch.build.borrow_mut().modules;
    if modules.sizes().0 >= graph::MAX_MODULES {
        return Err(m.unknown(message!("more-modules", most = graph::MAX_MODULES)));
    }
    Ok(modules.add(class))
}

/// What is kept with an instance; none before `Module.__init__` ran.
pub(super) fn kept(instance: &Instance) -> Option<Rc<Kept>> {
    let extra = instance.extra.borrow().clone()?;
    extra.as_any().downcast().ok()
}

/// The instance in the graph that a value is.
pub fn module_id(value: &Value) -> Option<ModuleId> {
    match value {
        Value::Instance(instance) => kept(instance).map(|kept| kept.id.get()),
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
    pub(super) inplace: Symbol,
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
            inplace: m.symbol("inplace"),
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

    /// Its place among the attributes of an instance whose first they are.
    fn place(self) -> usize {
        match self {
            Held::Parameters => 1,
            Held::Buffers => 2,
            Held::Modules => 3,
        }
    }
}

/// The dict of what an instance holds.
pub(super) fn dict(torch: &Torch, instance: &Instance, held: Held) -> Option<Rc<Dict>> {
    dict_of(torch, &instance.attributes.borrow(), held).cloned()
}

/// The same of an instance with these attributes.
fn dict_of<'a>(torch: &Torch, attributes: &'a Namespace, held: Held) -> Option<&'a Rc<Dict>> {
    match at(attributes, held.place(), held.name(&torch.names)) {
        Some(Value::Dict(dict)) => Some(dict),
        _ => None,
    }
}

/// An attribute that most often stands at a place, where `init` has put it.
fn at(attributes: &Namespace, place: usize, name: Symbol) -> Option<&Value> {
    match attributes.get_index(place) {
        Some((found, value)) if *found == name => Some(value),
        _ => attributes.get(&name),
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
pub(super) fn transient(torch: &Torch, instance: &Instance) -> Elements {
    match instance.attributes.borrow().get(&torch.names.transient) {
        Some(Value::Set(names)) => names.borrow().clone(),
        _ => Default::default(),
    }
}

/// Whether a module is in training mode.
pub(super) fn is_training(torch: &Torch, instance: &Instance) -> bool {
    !matches!(at(&instance.attributes.borrow(), 0, torch.names.training), Some(Value::Bool(false)))
}

/// Puts a module alone in training mode, or out of it.
pub(super) fn set_training(torch: &Torch, instance: &Instance, mode: bool) {
    let name = torch.names.training;
    let is_so = matches!(at(&instance.attributes.borrow(), 0, name), Some(Value::Bool(known)) if *known == mode);
    if !is_so {
        instance.attributes.set(name, Value::Bool(mode));
    }
}

/// `torch.nn.Module`
pub(super) fn class(m: &mut Machine) -> Rc<Class> {
    let members = methods::METHODS.iter().map(|&(name, call)| (name, Value::native_method(name, call))).collect();
    m.native_class("Module", "torch.nn.modules.module", &[], members)
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
