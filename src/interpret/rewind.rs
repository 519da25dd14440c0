//! Going back to before a run: what top levels made is kept, so that the next run needn't make it again, and what the run
//! changed of it is undone.
//!
//! What was there at the mark remembers what it held when it is changed (`tracked`). What a run asked of top levels for the
//! first time is made anew after going back, as if no run had been.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fuel::Fuel;
use super::machine::Machine;
use super::modules::{Module, Progress};
use super::spare::Forget;
use super::symbol::Symbol;
use super::tracked::{Keep, Place};
use super::value::{Names, Value};
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
    /// What can change, each at the place of its number.
    objects: Vec<Rc<dyn Keep>>,
    modules: FxHashMap<Rc<str>, Value>,
    /// How far the top level of each module had come.
    progress: Vec<(Rc<Module>, Progress)>,
    library_values: FxHashMap<Rc<str>, Value>,
    library_names: FxHashMap<(usize, Symbol), (Rc<str>, Value)>,
    /// How many classes, instances, cells and bytes of output there were.
    lengths: [usize; 4],
    counter: i64,
}

impl Machine {
    /// Sets the mark that [`Machine::rewind`] goes back to: no run has begun. False if something is there whose state can't
    /// be kept.
    pub fn mark(&mut self) -> bool {
        let objects = self.mark.take().map_or_else(Vec::new, |mark| mark.objects);
        self.asked.clear();
        self.kept_classes.retain(|class| class.strong_count() > 0);
        self.kept_instances.retain(|instance| instance.strong_count() > 0);
        self.kept_cells.retain(|cell| cell.strong_count() > 0);
        let mut walk = Walk { open: Vec::new(), seen: FxHashSet::default(), objects, is_whole: true };
        // What top levels changed since the last mark is as it shall be.
        let mut is_known = true;
        for changed in self.journal.take() {
            if let Place::Before(place) = changed
                && let Some(object) = walk.objects.get(place as usize)
            {
                object.keep(&self.journal, changed);
                object.held(&mut walk.open);
                is_known &= object.grows();
            }
        }
        walk.open
            .extend(self.modules.values().chain(self.library_values.values()).chain(self.builtins.values()).cloned());
        walk.open.extend(self.kept_classes.iter().filter_map(Weak::upgrade).map(Value::Class));
        walk.open.extend(self.kept_instances.iter().filter_map(Weak::upgrade).map(Value::Instance));
        walk.open.extend(self.kept_cells.iter().filter_map(Weak::upgrade).map(Value::Cell));
        while let Some(value) = walk.open.pop() {
            walk.visit(&value, |object, place| object.keep(&self.journal, Place::Before(place as u32)));
        }
        if !walk.is_whole {
            return false;
        }
        self.kept.iter().for_each(|(_, kept)| kept.mark());
        let modules = self.modules.values().filter_map(|module| match module {
            Value::Module(module) => Some((module.clone(), module.progress())),
            _ => None,
        });
        self.mark = Some(Box::new(Mark {
            objects: walk.objects,
            progress: modules.collect(),
            modules: self.modules.clone(),
            library_values: self.library_values.clone(),
            library_names: self.library_names.clone(),
            lengths: self.lengths(),
            counter: self.counter,
        }));
        self.forget_spares(if is_known { Forget::OfThisRun } else { Forget::All });
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
        for changed in self.journal.take() {
            let object = match changed {
                Place::Before(place) => mark.objects.get(place as usize),
                Place::Spare(place) => self.spares.object(place),
                Place::Open => None,
            };
            if let Some(object) = object {
                object.undo(&mut garbage);
            }
        }
        if !asked.is_empty() {
            mark.progress.iter().for_each(|(module, progress)| module.go_back(progress));
        }
        self.kept.iter().for_each(|(_, kept)| kept.rewind());
        for (name, module) in &self.modules {
            if let (Value::Module(module), None) = (module, mark.modules.get(name)) {
                garbage.extend(module.names.take().into_values());
            }
        }
        let grew = self.modules.len() != mark.modules.len()
            || self.library_values.len() != mark.library_values.len()
            || self.library_names.len() != mark.library_names.len();
        if grew || !asked.is_empty() {
            self.sets.clear();
            self.modules.clone_from(&mark.modules);
            self.library_values.clone_from(&mark.library_values);
            self.library_names.clone_from(&mark.library_names);
        }
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
        self.spares.run_ends();
        asked.is_empty() || (self.make(asked) && self.mark())
    }

    /// Notes what a run asks of top levels, unless they ask it of each other.
    pub(super) fn ask(&mut self, asked: impl FnOnce() -> Asked) {
        if self.making == 0 && self.mark.is_some() {
            self.asked.push(asked());
        }
    }

    /// Makes a part of a top level. What it changes would be so in any run that asks for it.
    pub(super) fn making<T>(&mut self, make: impl FnOnce(&mut Machine) -> T) -> T {
        let before = self.journal.so_far();
        self.making += 1;
        let made = make(self);
        self.making -= 1;
        self.journal.forget_changes(before);
        made
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

/// A way through all that can be reached and isn't kept.
pub(super) struct Walk {
    pub(super) open: Vec<Value>,
    pub(super) seen: FxHashSet<usize>,
    /// What can change, in the order in which it was found.
    pub(super) objects: Vec<Rc<dyn Keep>>,
    /// Whether the state of everything so far can be kept.
    pub(super) is_whole: bool,
}

impl Walk {
    /// Looks at a value. What can change and isn't kept is kept by `keep`, at its place among `objects`.
    pub(super) fn visit(&mut self, value: &Value, keep: impl FnOnce(&dyn Keep, usize)) {
        if let Some(object) = value.as_keep() {
            if object.place().is_none() {
                keep(&*object, self.objects.len());
                object.held(&mut self.open);
                self.objects.push(object);
            }
            return;
        }
        let identity = value.identity();
        if identity == 0 || !self.seen.insert(identity) {
            return;
        }
        let open = &mut self.open;
        match value {
            Value::Tuple(tuple) => open.extend(tuple.items.iter().cloned()),
            Value::FrozenSet(set) => open.extend(set.iter().map(|key| key.value().clone())),
            Value::Iterator(iterator) => self.is_whole &= iterator.is_done(),
            Value::Method(method) => open.extend([method.function.clone(), method.receiver.clone()]),
            Value::Native(native) => open.extend(native.data.iter().cloned()),
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
            Value::Names(names) => open.push(match &**names {
                Names::Module(module) => Value::Module(module.clone()),
                Names::Instance(instance) => Value::Instance(instance.clone()),
                Names::Class(class) => Value::Class(class.clone()),
            }),
            Value::View(view) => open.push(view.dict.clone()),
            Value::Slice(bounds) => open.extend(bounds.iter().cloned()),
            _ => {}
        }
    }
}
