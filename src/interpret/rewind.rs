//! Going back to before a run: what top levels made is kept, so that the next run needn't make it again, and what the run
//! changed of it is undone.
//!
//! Everything that was there at the mark and can change is known with what it held. What a run asked of top levels for the
//! first time is made anew after going back, as if no run had been.

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::class::{Class, CountedNames};
use super::fuel::Fuel;
use super::machine::Machine;
use super::modules::{Module, Progress};
use super::symbol::Symbol;
use super::value::{Dict, DictKind, Elements, Entries, Extra, Function, Instance, List, Names, Namespace, Undo, Value};
use crate::python::file::File;

/// What a run asked of a program's top levels.
#[derive(Clone)]
pub(super) enum Asked {
    /// A module.
    Module(Rc<str>),
    /// A module that a file was made.
    File(Rc<str>, Arc<File>),
    /// A name of a module.
    Name(Rc<str>, Symbol),
    /// All of a module.
    All(Rc<str>),
    /// A name of a library.
    Library(Rc<str>, Symbol),
}

/// A machine before a run.
pub(super) struct Mark {
    objects: Vec<Object>,
    modules: FxHashMap<Rc<str>, Value>,
    library_values: FxHashMap<Rc<str>, Value>,
    library_names: FxHashMap<(usize, Symbol), (Rc<str>, Value)>,
    /// How many classes, instances, cells and bytes of output there were.
    lengths: [usize; 4],
    counter: i64,
}

/// Something that can change, and what it held.
enum Object {
    /// With how often its names had been changed, as a class too.
    Module(Rc<Module>, Namespace, Progress, Cell<u64>),
    Class(Rc<Class>, Namespace, bool, Cell<u64>),
    Instance(Rc<Instance>, Rc<Class>, Namespace, Value, Option<Rc<dyn Extra>>),
    List(Rc<List>, Vec<Value>),
    Dict(Rc<Dict>, Entries),
    Set(Rc<std::cell::RefCell<Elements>>, Elements),
    Function(Rc<Function>, Vec<Value>, Namespace),
    Cell(Rc<std::cell::RefCell<Value>>, Value),
    Other(Undo),
}

impl Machine {
    /// Sets the mark that [`Machine::rewind`] goes back to: no run has begun. False if something is there whose state can't
    /// be kept.
    pub fn mark(&mut self) -> bool {
        self.mark = None;
        self.asked.clear();
        self.kept_classes.retain(|class| class.strong_count() > 0);
        self.kept_instances.retain(|instance| instance.strong_count() > 0);
        self.kept_cells.retain(|cell| cell.strong_count() > 0);
        let mut walk = Walk { open: Vec::new(), seen: FxHashSet::default(), objects: Vec::new(), is_kept: true };
        walk.open
            .extend(self.modules.values().chain(self.library_values.values()).chain(self.builtins.values()).cloned());
        walk.open.extend(self.kept_classes.iter().filter_map(Weak::upgrade).map(Value::Class));
        walk.open.extend(self.kept_instances.iter().filter_map(Weak::upgrade).map(Value::Instance));
        walk.open.extend(self.kept_cells.iter().filter_map(Weak::upgrade).map(Value::Cell));
        while let Some(value) = walk.open.pop() {
            walk.visit(&value);
        }
        if !walk.is_kept {
            return false;
        }
        self.kept.iter().for_each(|(_, kept)| kept.mark());
        self.mark = Some(Box::new(Mark {
            objects: walk.objects,
            modules: self.modules.clone(),
            library_values: self.library_values.clone(),
            library_names: self.library_names.clone(),
            lengths: self.lengths(),
            counter: self.counter,
        }));
        true
    }

    fn lengths(&self) -> [usize; 4] {
        let [classes, instances, cells] = [self.kept_classes.len(), self.kept_instances.len(), self.kept_cells.len()];
        [classes, instances, cells, self.output.len()]
    }

    /// Goes back to the mark, and makes what the run asked of top levels. False if the machine can't be used again.
    pub fn rewind(&mut self) -> bool {
        let Some(mark) = self.mark.take() else { return false };
        let asked = std::mem::take(&mut self.asked);
        let mut garbage: Vec<Value> = Vec::new();
        for object in &mark.objects {
            object.undo(&mut garbage);
        }
        self.kept.iter().for_each(|(_, kept)| kept.rewind());
        for (name, module) in &self.modules {
            if let (Value::Module(module), None) = (module, mark.modules.get(name)) {
                garbage.extend(module.names.take().into_values());
            }
        }
        self.modules.clone_from(&mark.modules);
        self.library_values.clone_from(&mark.library_values);
        self.library_names.clone_from(&mark.library_names);
        self.break_circles(mark.lengths, &mut garbage);
        drop(garbage);
        let [classes, instances, cells, output] = mark.lengths;
        self.kept_classes.truncate(classes);
        self.kept_instances.truncate(instances);
        self.kept_cells.truncate(cells);
        self.output.truncate(output);
        self.counter = mark.counter;
        self.observer = None;
        self.tracer = None;
        self.fuel = Fuel::default();
        self.mark = Some(mark);
        asked.is_empty() || (self.make(asked) && self.mark())
    }

    /// Notes what a run asks of top levels, unless they ask it of each other.
    pub(super) fn ask(&mut self, asked: impl FnOnce() -> Asked) {
        if self.making == 0 && self.mark.is_some() {
            self.asked.push(asked());
        }
    }

    /// Makes what was asked of top levels.
    fn make(&mut self, asked: Vec<Asked>) -> bool {
        for asked in asked {
            // What fails now fails again when it is asked for.
            _ = match asked {
                Asked::Module(name) => self.import(&name).map(|_| ()),
                Asked::File(name, file) => {
                    if self.module_by_name(&name).is_none() {
                        self.module_of(&name, file);
                    }
                    Ok(())
                }
                Asked::Name(name, symbol) => match self.module_by_name(&name) {
                    Some(module) => self.global(&module, symbol).map(|_| ()),
                    None => Ok(()),
                },
                Asked::All(name) => self.module_by_name(&name).map_or(Ok(()), |module| self.force_all(&module)),
                Asked::Library(path, name) => self.library_attribute(&path, name).map(|_| ()),
            };
        }
        let is_done = self.fuel.steps > 0;
        self.fuel = Fuel::default();
        is_done
    }

    /// Empties what was made since there were so many classes, instances and cells: what holds each other would never be freed.
    pub(super) fn break_circles(&mut self, since: [usize; 4], garbage: &mut Vec<Value>) {
        let [classes, instances, cells, ..] = since;
        for class in self.kept_classes[classes..].iter().filter_map(Weak::upgrade) {
            garbage.extend(class.end().into_values());
        }
        for instance in self.kept_instances[instances..].iter().filter_map(Weak::upgrade) {
            garbage.extend(instance.attributes.take().into_values());
            garbage.push(instance.base.replace(Value::None));
        }
        for cell in self.kept_cells[cells..].iter().filter_map(Weak::upgrade) {
            garbage.push(cell.replace(Value::None));
        }
    }
}

/// A way through all that can be reached.
struct Walk {
    open: Vec<Value>,
    seen: FxHashSet<usize>,
    objects: Vec<Object>,
    /// Whether the state of everything so far can be kept.
    is_kept: bool,
}

impl Walk {
    fn visit(&mut self, value: &Value) {
        let identity = match value {
            Value::Cell(cell) => Rc::as_ptr(cell).cast::<u8>() as usize,
            value => value.identity(),
        };
        if identity == 0 || !self.seen.insert(identity) {
            return;
        }
        let open = &mut self.open;
        match value {
            Value::Cell(cell) => {
                open.push(cell.borrow().clone());
                self.objects.push(Object::Cell(cell.clone(), cell.borrow().clone()));
            }
            Value::Tuple(tuple) => open.extend(tuple.items.iter().cloned()),
            Value::List(list) => {
                open.extend(list.borrow().iter().cloned());
                self.objects.push(Object::List(list.clone(), list.borrow().clone()));
            }
            Value::Dict(dict) => {
                let entries = dict.entries.borrow();
                open.extend(entries.iter().flat_map(|(key, value)| [key.value().clone(), value.clone()]));
                if let DictKind::Default(factory) = &dict.kind {
                    open.push(factory.clone());
                }
                self.objects.push(Object::Dict(dict.clone(), entries.clone()));
            }
            Value::Set(set) => {
                open.extend(set.borrow().iter().map(|key| key.value().clone()));
                self.objects.push(Object::Set(set.clone(), set.borrow().clone()));
            }
            Value::FrozenSet(set) => open.extend(set.iter().map(|key| key.value().clone())),
            Value::Iterator(iterator) => self.is_kept &= iterator.is_done(),
            Value::Function(function) => {
                let (defaults, attributes) = (function.defaults.borrow(), function.attributes.borrow());
                open.extend(defaults.iter().chain(attributes.values()).cloned());
                open.extend(function.cells.iter().cloned().map(Value::Cell));
                self.objects.push(Object::Function(function.clone(), defaults.clone(), attributes.clone()));
            }
            Value::Method(method) => open.extend([method.function.clone(), method.receiver.clone()]),
            Value::Native(native) => open.extend(native.data.iter().cloned()),
            Value::Class(class) if class.builtin.is_none() => {
                let names = class.namespace.borrow();
                open.extend(names.values().cloned());
                let changes = Cell::new(class.namespace.own_changes());
                self.objects.push(Object::Class(class.clone(), names.clone(), class.intercepts.get(), changes));
            }
            Value::Instance(instance) => {
                let (attributes, base) = (instance.attributes.borrow(), instance.base.borrow());
                open.extend(attributes.values().chain([&*base]).cloned());
                open.push(Value::Class(instance.class()));
                let extra = instance.extra.borrow().clone();
                self.objects.extend(extra.clone().and_then(|extra| extra.undo()).map(Object::Other));
                self.objects.push(Object::Instance(
                    instance.clone(),
                    instance.class(),
                    attributes.clone(),
                    base.clone(),
                    extra,
                ));
            }
            Value::Super(parts) => open.extend([Value::Class(parts.class.clone()), parts.receiver.clone()]),
            Value::Partial(partial) => {
                open.push(partial.function.clone());
                open.extend(partial.args.positional.iter().cloned());
                open.extend(partial.args.keywords.iter().map(|keyword| keyword.1.clone()));
            }
            Value::Property(property) => {
                open.extend([property.get.clone(), property.set.clone(), property.delete.clone()]);
            }
            Value::StaticMethod(function) | Value::ClassMethod(function) => open.push((**function).clone()),
            Value::Module(module) => {
                let names = module.names.borrow();
                open.extend(names.values().cloned());
                let changes = Cell::new(module.names.own_changes());
                self.objects.push(Object::Module(module.clone(), names.clone(), module.progress(), changes));
            }
            Value::Names(names) => open.push(match &**names {
                Names::Module(module) => Value::Module(module.clone()),
                Names::Instance(instance) => Value::Instance(instance.clone()),
                Names::Class(class) => Value::Class(class.clone()),
            }),
            Value::View(view) => open.push(view.dict.clone()),
            Value::Slice(bounds) => open.extend(bounds.iter().cloned()),
            Value::Foreign(foreign) => self.objects.extend(foreign.clone().undo().map(Object::Other)),
            _ => {}
        }
    }
}

impl Object {
    /// Puts back what it held. What it held since is garbage.
    fn undo(&self, garbage: &mut Vec<Value>) {
        match self {
            Object::Module(module, names, progress, changes) => {
                let is_changed = module.names.own_changes() != changes.get();
                restore_counted(&module.names, names, changes, garbage);
                module.go_back(progress, is_changed);
            }
            Object::Class(class, names, intercepts, changes) => {
                restore_counted(&class.namespace, names, changes, garbage);
                class.intercepts.set(*intercepts);
            }
            Object::Instance(instance, class, attributes, base, extra) => {
                if !Rc::ptr_eq(&instance.class.borrow(), class) {
                    instance.class.replace(class.clone());
                }
                restore_names(&mut instance.attributes.borrow_mut(), attributes, garbage);
                restore(&mut instance.base.borrow_mut(), base, garbage);
                instance.extra.replace(extra.clone());
            }
            Object::List(list, items) => restore_items(&mut list.borrow_mut(), items, garbage),
            Object::Dict(dict, entries) => {
                let mut now = dict.entries.borrow_mut();
                let is_same = now.len() == entries.len()
                    && now.iter().zip(entries).all(|(a, b)| is_same(a.0.value(), b.0.value()) && is_same(a.1, b.1));
                if !is_same {
                    let old = std::mem::replace(&mut *now, entries.clone());
                    garbage.extend(old.into_values());
                }
            }
            Object::Set(set, elements) => {
                let mut now = set.borrow_mut();
                let is_same = now.len() == elements.len()
                    && now.iter().zip(elements.iter()).all(|(a, b)| is_same(a.value(), b.value()));
                if !is_same {
                    now.clone_from(elements);
                }
            }
            Object::Function(function, defaults, attributes) => {
                restore_items(&mut function.defaults.borrow_mut(), defaults, garbage);
                restore_names(&mut function.attributes.borrow_mut(), attributes, garbage);
            }
            Object::Cell(cell, value) => restore(&mut cell.borrow_mut(), value, garbage),
            Object::Other(undo) => undo(),
        }
    }
}

fn restore(now: &mut Value, then: &Value, garbage: &mut Vec<Value>) {
    if !is_same(now, then) {
        garbage.push(std::mem::replace(now, then.clone()));
    }
}

fn restore_items(now: &mut Vec<Value>, then: &[Value], garbage: &mut Vec<Value>) {
    let are_same = now.len() == then.len() && now.iter().zip(then).all(|(a, b)| is_same(a, b));
    if !are_same {
        garbage.append(now);
        now.extend_from_slice(then);
    }
}

/// Puts back names that were changed since there were so many changes.
fn restore_counted(now: &CountedNames, then: &Namespace, changes: &Cell<u64>, garbage: &mut Vec<Value>) {
    if now.own_changes() == changes.get() {
        return;
    }
    if !are_same_names(&now.borrow(), then) {
        restore_names(&mut now.borrow_mut(), then, garbage);
    }
    changes.set(now.own_changes());
}

fn restore_names(now: &mut Namespace, then: &Namespace, garbage: &mut Vec<Value>) {
    if !are_same_names(now, then) {
        garbage.extend(std::mem::replace(now, then.clone()).into_values());
    }
}

fn are_same_names(a: &Namespace, b: &Namespace) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && is_same(a.1, b.1))
}

/// Whether two values are one and the same object.
fn is_same(a: &Value, b: &Value) -> bool {
    use Value as V;
    match (a, b) {
        (V::Bool(a), V::Bool(b)) => a == b,
        (V::Int(a), V::Int(b)) => a == b,
        (V::Float(a), V::Float(b)) => a.to_bits() == b.to_bits(),
        (V::Bytes(a), V::Bytes(b)) => Rc::ptr_eq(a, b),
        (V::Cell(a), V::Cell(b)) => Rc::ptr_eq(a, b),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b) && a.identity() == b.identity(),
    }
}
