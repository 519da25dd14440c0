//! What of values can change, and is put back after a run.

use std::rc::Rc;

use super::class::Class;
use super::modules::Module;
use super::tracked::{Journal, Keep, Place, Tracked};
use super::value::{Dict, DictKind, Elements, Function, Instance, List, Value};

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

impl Keep for Tracked<Value> {
    fn place(&self) -> Option<Place> {
        self.place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.keep(journal, place);
    }

    fn let_go(&self) {
        self.let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend(self.undo());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.push(self.borrow().clone());
    }
}

impl Keep for List {
    fn place(&self) -> Option<Place> {
        (**self).place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        (**self).keep(journal, place);
    }

    fn let_go(&self) {
        (**self).let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend((**self).undo().unwrap_or_default());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.borrow().iter().cloned());
    }
}

impl Keep for Dict {
    fn place(&self) -> Option<Place> {
        self.entries.place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.entries.keep(journal, place);
    }

    fn let_go(&self) {
        self.entries.let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend(self.entries.undo().unwrap_or_default().into_values());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.entries.borrow().iter().flat_map(|(key, value)| [key.value().clone(), value.clone()]));
        if let DictKind::Default(factory) = &self.kind {
            values.push(factory.clone());
        }
    }
}

impl Keep for Tracked<Elements> {
    fn place(&self) -> Option<Place> {
        self.place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.keep(journal, place);
    }

    fn let_go(&self) {
        self.let_go();
    }

    fn undo(&self, _: &mut Vec<Value>) {
        self.undo();
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.borrow().iter().map(|key| key.value().clone()));
    }
}

impl Keep for Function {
    fn place(&self) -> Option<Place> {
        self.defaults.place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.defaults.keep(journal, place);
        self.attributes.keep(journal, place);
    }

    fn let_go(&self) {
        self.defaults.let_go();
        self.attributes.let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend(self.defaults.undo().unwrap_or_default());
        garbage.extend(self.attributes.undo().unwrap_or_default().into_values());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.defaults.borrow().iter().cloned());
        values.extend(self.attributes.borrow().values().cloned());
        values.extend(self.cells.iter().cloned().map(Value::Cell));
    }
}

impl Keep for Class {
    fn place(&self) -> Option<Place> {
        self.namespace.tracked().place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.namespace.tracked().keep(journal, place);
        self.intercepted.set(self.intercepts.get());
    }

    fn let_go(&self) {
        self.namespace.tracked().let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend(self.namespace.undo().unwrap_or_default().into_values());
        self.intercepts.set(self.intercepted.get());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.namespace.borrow().values().cloned());
    }
}

impl Keep for Instance {
    fn place(&self) -> Option<Place> {
        self.attributes.place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.class.keep(journal, place);
        self.attributes.keep(journal, place);
        self.base.keep(journal, place);
        self.extra.keep(journal, place);
        if let Some(extra) = self.extra.borrow().clone().and_then(|extra| extra.as_keep()) {
            extra.keep(journal, place);
        }
    }

    fn let_go(&self) {
        self.class.let_go();
        self.attributes.let_go();
        self.base.let_go();
        self.extra.let_go();
        if let Some(extra) = self.extra.borrow().clone().and_then(|extra| extra.as_keep()) {
            extra.let_go();
        }
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        self.class.undo();
        garbage.extend(self.attributes.undo().unwrap_or_default().into_values());
        garbage.extend(self.base.undo());
        self.extra.undo();
        if let Some(extra) = self.extra.borrow().clone().and_then(|extra| extra.as_keep()) {
            extra.undo(garbage);
        }
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.attributes.borrow().values().cloned());
        values.extend([self.base.borrow().clone(), Value::Class(self.class())]);
    }
}

impl Keep for Module {
    fn place(&self) -> Option<Place> {
        self.names.tracked().place()
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.names.tracked().keep(journal, place);
    }

    fn let_go(&self) {
        self.names.tracked().let_go();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        garbage.extend(self.names.undo().unwrap_or_default().into_values());
    }

    fn held(&self, values: &mut Vec<Value>) {
        values.extend(self.names.borrow().values().cloned());
    }

    fn grows(&self) -> bool {
        true
    }
}
