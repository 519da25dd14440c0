//! Watching a run from outside: loops whose rounds may fail one by one.

use super::frame::Frame;
use super::machine::Machine;
use super::symbol::Symbol;
use super::value::{Stop, Value};
use crate::python::file::File;
use crate::python::ir::StmtId;

/// What watches a run.
pub trait Observer {
    /// A list was copied deeply.
    fn copied(&self, list: &Value, copy: &Value);

    /// A `for` loop has taken its first item: whether its rounds are watched.
    fn watches(&self, machine: &mut Machine, frame: &Frame, item: &Value) -> bool;

    /// A round of a watched loop begins with an item; none where the loop ends.
    fn round(&self, machine: &mut Machine, frame: &mut Frame, item: Option<&Value>);

    /// A round of a watched loop was stopped. The loop goes on with the next one.
    fn stopped(&self, machine: &mut Machine, frame: &mut Frame, stop: &Stop);
}

/// What notes what statements do.
pub trait Tracer {
    /// Whether statements of a file are noted now. Returns a mark that is given back when the statement has run.
    fn begins(&self, machine: &mut Machine, file: &File) -> Option<usize>;

    /// A statement has run: a loop or a branch has begun, anything else is done.
    fn ends(&self, machine: &mut Machine, frame: &Frame, stmt: StmtId, mark: usize, ended: Ended<'_>);
}

/// How a statement ended.
pub enum Ended<'a> {
    /// The next one follows.
    Goes,
    /// With a value that its function returns.
    Returns(&'a Value),
    /// With an exception, or something that isn't known.
    Stops,
}

impl Frame {
    fn slot(&self, name: Symbol) -> Option<usize> {
        let function = self.function.as_ref()?;
        let slots = &function.code.file.program.function(function.id).slots;
        slots.iter().position(|slot| function.code.symbols[slot.index()] == name)
    }

    /// The value of a local variable of a function.
    pub fn local(&self, name: Symbol) -> Option<Value> {
        match &self.slots[self.slot(name)?] {
            Value::Unbound => None,
            Value::Cell(cell) => Some(cell.borrow().clone()),
            value => Some(value.clone()),
        }
    }

    /// The value of a variable's slot.
    pub fn at_slot(&self, slot: u32) -> Option<Value> {
        match self.slots.get(slot as usize)? {
            Value::Unbound => None,
            Value::Cell(cell) => Some(cell.borrow().clone()),
            value => Some(value.clone()),
        }
    }

    /// Sets a local variable of a function, if it has one of that name.
    pub fn set_local(&mut self, name: Symbol, value: Value) {
        let Some(slot) = self.slot(name) else { return };
        match &self.slots[slot] {
            Value::Cell(cell) => {
                cell.replace(value);
            }
            _ => self.slots[slot] = value,
        }
    }
}
