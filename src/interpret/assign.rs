//! Assignments: what is stored to targets, and deleted from them.

use std::cmp::Ordering;
use std::rc::Rc;

use super::code::Code;
use super::frame::Frame;
use super::machine::Machine;
use super::value::{Res, Stop, Value};
use crate::python::ir::{Binary, Expr, ExprId, Run};
use crate::words::message;

impl Machine {
    /// Stores to a target.
    pub(super) fn store(&mut self, code: &Rc<Code>, frame: &mut Frame, target: ExprId, value: Value) -> Res<()> {
        match code.file.program.expr(target) {
            Expr::Variable(variable) => self.store_variable(code, frame, variable, value),
            Expr::Attribute(object, name) => {
                let object = self.eval(code, frame, object)?;
                self.at(code, target);
                self.set_attribute(&object, code.symbols[name.index()], value)
            }
            Expr::Subscript(object, index) => {
                let object = self.eval(code, frame, object)?;
                let index = self.eval(code, frame, index)?;
                self.at(code, target);
                self.set_item(&object, &index, value)
            }
            Expr::Tuple(items) | Expr::List(items) => self.unpack(code, frame, items, &value),
            Expr::Starred(inner) => self.store(code, frame, inner, value),
            _ => Err(self.unknown(message!("syntax-error"))),
        }
    }

    fn unpack(&mut self, code: &Rc<Code>, frame: &mut Frame, targets: Run, value: &Value) -> Res<()> {
        let program = &code.file.program;
        let targets = program.list(targets);
        let star = targets.iter().position(|&t| matches!(program.expr(t), Expr::Starred(_)));
        let wanted = targets.len();
        let values: Vec<Value> = match value {
            Value::Tuple(t) => t.items.clone(),
            Value::List(l) => l.borrow().clone(),
            Value::Unknown(u) if star.is_none() => vec![Value::Unknown(u.clone()); wanted],
            _ => match self.iter(value) {
                Ok(iterator) => {
                    let mut values = Vec::new();
                    while let Some(value) = self.next(&iterator)? {
                        values.push(value);
                        // One more than wanted is enough to know that there are too many.
                        if star.is_none() && values.len() > wanted {
                            break;
                        }
                    }
                    values
                }
                Err(Stop::Raise(_)) => {
                    let name = self.type_name(value);
                    return Err(self.type_error(format!("cannot unpack non-iterable {name} object")));
                }
                Err(stop) => return Err(stop),
            },
        };
        let Some(star) = star else {
            if values.len() > wanted {
                return Err(self.value_error(format!("too many values to unpack (expected {wanted})")));
            }
            if values.len() < wanted {
                let message = format!("not enough values to unpack (expected {wanted}, got {})", values.len());
                return Err(self.value_error(message));
            }
            for (&target, value) in targets.iter().zip(values) {
                self.store(code, frame, target, value)?;
            }
            return Ok(());
        };
        if values.len() < wanted - 1 {
            let message =
                format!("not enough values to unpack (expected at least {}, got {})", wanted - 1, values.len());
            return Err(self.value_error(message));
        }
        let behind = values.len() - (wanted - 1 - star);
        for (i, &target) in targets.iter().enumerate() {
            let value = match i.cmp(&star) {
                Ordering::Less => values[i].clone(),
                Ordering::Equal => Value::list(values[star..behind].to_vec()),
                Ordering::Greater => values[behind + i - star - 1].clone(),
            };
            self.store(code, frame, target, value)?;
        }
        Ok(())
    }

    /// Deletes a target.
    pub(super) fn delete(&mut self, code: &Rc<Code>, frame: &mut Frame, target: ExprId) -> Res<()> {
        match code.file.program.expr(target) {
            Expr::Variable(variable) => self.delete_variable(code, frame, variable),
            Expr::Attribute(object, name) => {
                let object = self.eval(code, frame, object)?;
                self.at(code, target);
                self.delete_attribute(&object, code.symbols[name.index()])
            }
            Expr::Subscript(object, index) => {
                let object = self.eval(code, frame, object)?;
                let index = self.eval(code, frame, index)?;
                self.at(code, target);
                self.delete_item(&object, &index)
            }
            Expr::Tuple(items) | Expr::List(items) => {
                code.file.program.list(items).iter().try_for_each(|&item| self.delete(code, frame, item))
            }
            _ => Err(self.unknown(message!("syntax-error"))),
        }
    }

    /// `target op= value`.
    pub(super) fn augmented(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        op: Binary,
        target: ExprId,
        value: ExprId,
    ) -> Res<()> {
        match code.file.program.expr(target) {
            Expr::Attribute(object, name) => {
                let name = code.symbols[name.index()];
                let object = self.eval(code, frame, object)?;
                let old = self.get_attribute(&object, name)?;
                let value = self.eval(code, frame, value)?;
                self.at(code, target);
                let new = self.in_place(op, &old, &value)?;
                self.set_attribute(&object, name, new)
            }
            Expr::Subscript(object, index) => {
                let object = self.eval(code, frame, object)?;
                let index = self.eval(code, frame, index)?;
                let old = self.get_item(&object, &index)?;
                let value = self.eval(code, frame, value)?;
                self.at(code, target);
                let new = self.in_place(op, &old, &value)?;
                self.set_item(&object, &index, new)
            }
            _ => {
                let old = self.eval(code, frame, target)?;
                let value = self.eval(code, frame, value)?;
                self.at(code, target);
                let new = self.in_place(op, &old, &value)?;
                self.store(code, frame, target, new)
            }
        }
    }
}
