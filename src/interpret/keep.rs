//! What of values can change, and is put back after a run: the parts that they are made of, and what is in their cells.

use std::rc::Rc;

use super::class::{Class, CountedNames};
use super::modules::Module;
use super::symbol::Symbol;
use super::tracked::{Content, Keep, Whole};
use super::value::{Dict, DictKind, Elements, Entries, Extra, Function, Instance, List, Namespace, Value};

impl Value {
    /// As what can be put back; none of what can't change.
    pub(super) fn as_keep(&self) -> Option<Rc<dyn Keep>> {
        match self {
            Value::Cell(cell) => Some(cell.clone()),
            Value::List(list) => Some(list.clone()),
            Value::Dict(dict) => Some(dict.clone()),
            Value::Set(set) => Some(set.clone()),
            Value::Function(function) => Some(function.clone()),
            Value::Class(class) if class.builtin.is_none() => Some(class.clone()),
            Value::Instance(instance) => Some(instance.clone()),
            Value::Module(module) => Some(module.clone()),
            Value::Foreign(foreign) => foreign.clone().as_keep(),
            _ => None,
        }
    }
}

impl Content for bool {
    type Part = Whole;
}
impl Content for Rc<Class> {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        values.push(Value::Class(self.clone()));
    }
}
impl Content for Option<Rc<dyn Extra>> {
    type Part = Whole;
}
impl Content for Option<Rc<[f64]>> {
    type Part = Whole;
}

impl Content for Value {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        values.push(self.clone());
    }
}

impl Content for Vec<Value> {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.iter().cloned());
    }
}

impl Content for Namespace {
    /// A name, and its value if it had one.
    type Part = (Symbol, Option<Value>);

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.values().cloned());
    }

    fn put_back(&mut self, (name, then): Self::Part, garbage: &mut Vec<Value>) {
        garbage.extend(match then {
            Some(then) => self.insert(name, then),
            None => self.shift_remove(&name),
        });
    }
}

impl Content for Entries {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.iter().flat_map(|(key, value)| [key.value().clone(), value.clone()]));
    }
}

impl Content for Elements {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.iter().map(|key| key.value().clone()));
    }
}

impl Keep for CountedNames {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.names);
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        // What is put back counts as a change.
        if self.names.is_changed() {
            self.names.undo(garbage);
            self.count();
        }
    }
}

impl Keep for List {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&**self);
    }
}

impl Keep for Dict {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.entries);
    }

    fn others(&self, values: &mut Vec<Value>) {
        if let DictKind::Default(factory) = &self.kind {
            values.push(factory.clone());
        }
    }
}

impl Keep for Function {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.defaults);
        each(&self.attributes);
    }

    fn others(&self, values: &mut Vec<Value>) {
        values.extend(self.cells.iter().cloned().map(Value::Cell));
    }
}

impl Keep for Class {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.namespace);
        each(&self.intercepts);
    }
}

impl Keep for Instance {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.attributes);
        each(&self.class);
        each(&self.base);
        // Once it is put back, what it was is put back too.
        each(&self.extra);
        if let Some(extra) = self.extra.borrow().clone().and_then(|extra| extra.as_keep()) {
            each(&*extra);
        }
    }
}

impl Keep for Module {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.names);
    }

    fn grows(&self) -> bool {
        true
    }
}
