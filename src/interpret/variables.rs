//! Variables: how they are read and stored, and the cells of those that functions inside share.

use std::rc::Rc;

use super::class::Type;
use super::code::Code;
use super::frame::Frame;
use super::machine::Machine;
use super::symbol::Symbol;
use super::tracked::Tracked;
use super::value::{Res, Stop, Value};
use crate::python::ir::{Function, Variable};

impl Machine {
    /// The value of a variable.
    pub(super) fn load(&mut self, code: &Rc<Code>, frame: &mut Frame, variable: Variable) -> Res {
        match variable {
            Variable::Local(slot) => {
                let value = match &frame.slots[slot as usize] {
                    Value::Cell(cell) => cell.borrow().clone(),
                    value => value.clone(),
                };
                match value {
                    Value::Unbound => Err(self.unbound(code, frame, slot)),
                    value => Ok(value),
                }
            }
            Variable::Global(name) => self.load_global(frame, code.symbols[name.index()]),
            Variable::Scoped(name, slot) => {
                let symbol = code.symbols[name.index()];
                if let Some(value) = frame.scope.as_ref().and_then(|s| s.borrow().get(&symbol).cloned()) {
                    return Ok(value);
                }
                match slot {
                    Some(slot) => self.load(code, frame, Variable::Local(slot)),
                    None => self.load_global(frame, symbol),
                }
            }
        }
    }

    fn load_global(&mut self, frame: &Frame, name: Symbol) -> Res {
        if let Some(value) = self.global(&frame.module, name)? {
            return Ok(value);
        }
        if let Some(value) = self.builtins.get(&name) {
            return Ok(value.clone());
        }
        if frame.module.is_incomplete() {
            return Ok(self.opaque(&format!("{}.{}", frame.module.name, self.text(name))));
        }
        let message = format!("name '{}' is not defined", self.text(name));
        Err(self.error(Type::NameError, message))
    }

    fn unbound(&mut self, code: &Rc<Code>, frame: &Frame, slot: u32) -> Stop {
        let Some(function) = frame.function.as_ref().map(|f| code.file.program.function(f.id)) else {
            return self.error(Type::NameError, "a free variable without a value");
        };
        let name = self.text(code.symbols[function.slots[slot as usize].index()]);
        if function.free.iter().any(|f| f.1 == slot) {
            let message = format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            );
            return self.error(Type::NameError, message);
        }
        let message = format!("cannot access local variable '{name}' where it is not associated with a value");
        self.error(Type::UnboundLocalError, message)
    }

    /// Stores to a variable.
    pub(super) fn store_variable(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        variable: Variable,
        value: Value,
    ) -> Res<()> {
        match variable {
            Variable::Local(slot) => match &mut frame.slots[slot as usize] {
                Value::Cell(cell) => {
                    let cell = cell.clone();
                    cell.replace(value);
                }
                place => *place = value,
            },
            Variable::Global(name) => self.set_global(&frame.module, code.symbols[name.index()], value),
            Variable::Scoped(name, _) => {
                if let Some(scope) = &frame.scope {
                    scope.borrow_mut().insert(code.symbols[name.index()], value);
                }
            }
        }
        Ok(())
    }

    /// Deletes a variable.
    pub(super) fn delete_variable(&mut self, code: &Rc<Code>, frame: &mut Frame, variable: Variable) -> Res<()> {
        let found = match variable {
            Variable::Local(_) => {
                self.load(code, frame, variable)?;
                return self.store_variable(code, frame, variable, Value::Unbound);
            }
            Variable::Global(name) => {
                let name = code.symbols[name.index()];
                self.global(&frame.module.clone(), name)?;
                frame.module.names.borrow_mut().shift_remove(&name)
            }
            Variable::Scoped(name, _) => {
                let name = code.symbols[name.index()];
                frame.scope.as_ref().and_then(|s| s.borrow_mut().shift_remove(&name))
            }
        };
        match (found, variable) {
            (None, Variable::Global(name) | Variable::Scoped(name, _)) => {
                let message = format!("name '{}' is not defined", self.text(code.symbols[name.index()]));
                Err(self.error(Type::NameError, message))
            }
            _ => Ok(()),
        }
    }

    /// The variables of a frame that something inside shares.
    pub(super) fn shared(&mut self, frame: &mut Frame, free: &[(u32, u32)]) -> Vec<Rc<Tracked<Value>>> {
        let mut cells = Vec::with_capacity(free.len());
        for &(outer, _) in free {
            let slot = &mut frame.slots[outer as usize];
            if let Value::Cell(cell) = slot {
                cells.push(cell.clone());
                continue;
            }
            let value = std::mem::replace(slot, Value::Unbound);
            let cell = self.cell(value);
            frame.slots[outer as usize] = Value::Cell(cell.clone());
            cells.push(cell);
        }
        cells
    }

    /// The slots of a function's frame before its parameters are bound.
    pub(super) fn slots(&mut self, function: &Function, cells: &[Rc<Tracked<Value>>]) -> Vec<Value> {
        let mut slots = self.spare.slots(function.slots.len());
        for (&(_, inner), cell) in function.free.iter().zip(cells) {
            slots[inner as usize] = Value::Cell(cell.clone());
        }
        slots
    }

    /// Makes variables that functions inside read shareable.
    pub(super) fn wrap_cells(&mut self, function: &Function, slots: &mut [Value]) {
        for &slot in &function.cells {
            let value = std::mem::replace(&mut slots[slot as usize], Value::Unbound);
            slots[slot as usize] = Value::Cell(self.cell(value));
        }
    }
}
