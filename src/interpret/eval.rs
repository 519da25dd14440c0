//! Expressions.

use std::rc::Rc;

use super::class::Type;
use super::code::Code;
use super::frame::Frame;
use super::key::Key;
use super::machine::{KnownSet, Machine};
use super::value::{Elements, Entries, Res, Value};
use crate::python::ir::{Argument, Compare, Expr, ExprId, Part, Run, Unary, Variable};
use crate::words::message;

/// So many sets that are written out are kept.
const MOST_SETS: usize = 4096;

impl Machine {
    /// The value of an expression.
    pub(super) fn eval(&mut self, code: &Rc<Code>, frame: &mut Frame, id: ExprId) -> Res {
        self.spend(1)?;
        let program = &code.file.program;
        match program.expr(id) {
            Expr::None => Ok(Value::None),
            Expr::Bool(b) => Ok(Value::Bool(b)),
            Expr::Ellipsis => Ok(Value::Ellipsis),
            Expr::Const(constant) => match &code.constants[constant.index()] {
                Value::Unbound => Ok(self.unknown_value(message!("number-unmodelled"))),
                value => Ok(value.clone()),
            },
            Expr::Variable(variable) => self.load(code, frame, variable),
            Expr::Attribute(value, name) => {
                let value = self.eval(code, frame, value)?;
                self.at(code, id);
                self.get_attribute(&value, code.symbols[name.index()])
            }
            Expr::Subscript(value, index) => {
                let value = self.eval(code, frame, value)?;
                let index = self.eval(code, frame, index)?;
                self.at(code, id);
                self.get_item(&value, &index)
            }
            Expr::Slice(slice) => {
                let mut bounds = [Value::None, Value::None, Value::None];
                for (bound, expr) in bounds.iter_mut().zip(program.slices[slice as usize]) {
                    if let Some(expr) = expr {
                        *bound = self.eval(code, frame, expr)?;
                    }
                }
                Ok(Value::Slice(Rc::new(bounds)))
            }
            Expr::Call(function, arguments) => self.eval_call(code, frame, id, function, arguments),
            Expr::Tuple(items) => Ok(Value::tuple(self.elements(code, frame, items)?)),
            Expr::List(items) => Ok(Value::list(self.elements(code, frame, items)?)),
            Expr::Set(items) => {
                let elements = self.set_elements(code, frame, id, items)?;
                // Of more constants Python makes a set that it copies.
                let elements = Rc::unwrap_or_clone(elements);
                Ok(Value::set(if elements.len() < 5 { elements } else { elements.mixed() }))
            }
            Expr::Dict(pairs) => {
                let mut entries = Entries::default();
                for &(key, value) in &program.pairs[pairs.range()] {
                    match key {
                        Some(key) => {
                            let key = self.eval(code, frame, key)?;
                            let value = self.eval(code, frame, value)?;
                            entries.insert(Key::new(self, &key)?, value);
                        }
                        None => {
                            let value = self.eval(code, frame, value)?;
                            for (key, value) in self.mapping_entries(&value)? {
                                entries.insert(Key::new(self, &key)?, value);
                            }
                        }
                    }
                }
                Ok(Value::dict(entries))
            }
            Expr::Unary(Unary::Not, operand) => {
                let value = self.eval(code, frame, operand)?;
                Ok(Value::Bool(!self.truth(&value)?))
            }
            Expr::Unary(op, operand) => {
                let value = self.eval(code, frame, operand)?;
                self.at(code, id);
                self.unary(op, &value)
            }
            Expr::Binary(op, left, right) => {
                let left = self.eval(code, frame, left)?;
                let right = self.eval(code, frame, right)?;
                self.at(code, id);
                self.binary(op, &left, &right)
            }
            Expr::Compare(left, rest) => self.eval_compare(code, frame, id, left, rest),
            Expr::And(items) => self.eval_logic(code, frame, items, false),
            Expr::Or(items) => self.eval_logic(code, frame, items, true),
            Expr::If { test, body, orelse } => {
                let value = self.eval(code, frame, test)?;
                let taken = if self.truth(&value)? { body } else { orelse };
                self.eval(code, frame, taken)
            }
            Expr::Lambda(function) => self.make_function(code, frame, function),
            Expr::Comprehension(function, iterable) => {
                let iterable = self.eval(code, frame, iterable)?;
                self.at(code, id);
                self.comprehension(code, frame, function, &iterable)
            }
            Expr::Named(target, value) => {
                let value = self.eval(code, frame, value)?;
                self.store(code, frame, target, value.clone())?;
                Ok(value)
            }
            Expr::Format(parts) => self.eval_format(code, frame, parts),
            Expr::Starred(_) | Expr::Unreadable => Err(self.unknown(message!("syntax-error"))),
            Expr::Yield(_) | Expr::YieldFrom(_) => Err(self.unknown(message!("yield-inside"))),
            Expr::Await(_) => Err(self.unknown("`await`")),
        }
    }

    fn elements(&mut self, code: &Rc<Code>, frame: &mut Frame, items: Run) -> Res<Vec<Value>> {
        let items = code.file.program.list(items);
        let mut values = Vec::with_capacity(items.len());
        for &item in items {
            match code.file.program.expr(item) {
                Expr::Starred(inner) => {
                    let value = self.eval(code, frame, inner)?;
                    values.extend(self.collect(&value)?);
                    self.copied(values.len())?;
                }
                _ => values.push(self.eval(code, frame, item)?),
            }
        }
        Ok(values)
    }

    /// The elements of a set that is written out. Of one that holds names of its module and of libraries alone, as those do by
    /// which a `parse_model` asks which class a row has, they are made anew only once such names have changed.
    fn set_elements(&mut self, code: &Rc<Code>, frame: &mut Frame, id: ExprId, items: Run) -> Res<Rc<Elements>> {
        let known = self
            .sets
            .get(&(Rc::as_ptr(code), id))
            .filter(|known| Rc::ptr_eq(&known.module, &frame.module) && known.changes == frame.module.names.changes());
        if let Some(known) = known {
            return Ok(known.elements.clone());
        }
        let values = self.elements(code, frame, items)?;
        let keys: Res<Elements> = values.iter().map(|item| Key::new(self, item)).collect();
        let elements = Rc::new(keys?);
        let program = &code.file.program;
        let is_constant = program.list(items).iter().all(|item| self.is_constant(code, frame, *item));
        if is_constant && self.sets.len() < MOST_SETS {
            let (module, changes) = (frame.module.clone(), frame.module.names.changes());
            let known = KnownSet { code: code.clone(), module, changes, elements: elements.clone() };
            self.sets.insert((Rc::as_ptr(&known.code), id), known);
        }
        Ok(elements)
    }

    /// Whether an expression is a name of its module, or of a library that the module names.
    fn is_constant(&mut self, code: &Rc<Code>, frame: &mut Frame, expr: ExprId) -> bool {
        match code.file.program.expr(expr) {
            Expr::Variable(Variable::Global(name)) => frame.module.is_settled(code.symbols[name.index()]),
            Expr::Attribute(library, _) => {
                self.is_constant(code, frame, library)
                    && matches!(self.eval(code, frame, library), Ok(Value::Library(_)))
            }
            _ => false,
        }
    }

    fn eval_logic(&mut self, code: &Rc<Code>, frame: &mut Frame, items: Run, ends_at: bool) -> Res {
        let items = code.file.program.list(items);
        for (i, &item) in items.iter().enumerate() {
            let value = self.eval(code, frame, item)?;
            if i + 1 == items.len() || self.truth(&value)? == ends_at {
                return Ok(value);
            }
        }
        Ok(Value::None)
    }

    fn eval_compare(&mut self, code: &Rc<Code>, frame: &mut Frame, id: ExprId, left: ExprId, rest: Run) -> Res {
        let mut left = self.eval(code, frame, left)?;
        let mut result = Value::Bool(true);
        let rest = &code.file.program.comparisons[rest.range()];
        for (i, &(op, right)) in rest.iter().enumerate() {
            // A set that is written out is only looked into.
            let right = match (op, code.file.program.expr(right)) {
                (Compare::In | Compare::NotIn, Expr::Set(items)) => {
                    Value::FrozenSet(self.set_elements(code, frame, right, items)?)
                }
                _ => self.eval(code, frame, right)?,
            };
            self.at(code, id);
            result = match op {
                Compare::Is | Compare::IsNot => match self.identical(&left, &right) {
                    Some(same) => Value::Bool(same == (op == Compare::Is)),
                    None => self.first_unknown(&[&left, &right]),
                },
                Compare::In | Compare::NotIn => match self.contains(&right, &left)? {
                    Value::Bool(found) => Value::Bool(found == (op == Compare::In)),
                    other => other,
                },
                _ => self.compare(op, &left, &right)?,
            };
            if i + 1 < rest.len() && !self.truth(&result)? {
                return Ok(result);
            }
            left = right;
        }
        Ok(result)
    }

    /// Whether two values are the same object; none if that isn't known.
    pub(super) fn identical(&self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => left.is_same_import(right),
            _ => Some(left.is(right)),
        }
    }

    /// The first value that isn't known, with its reason.
    pub(super) fn first_unknown(&self, values: &[&Value]) -> Value {
        let unknown = values.iter().find(|v| matches!(v, Value::Unknown(_)));
        unknown.map_or(Value::None, |v| (*v).clone())
    }

    fn eval_format(&mut self, code: &Rc<Code>, frame: &mut Frame, parts: Run) -> Res {
        let mut text = String::new();
        let mut unknown = None;
        for &part in &code.file.program.parts[parts.range()] {
            match part {
                Part::Text(constant) => text.push_str(code.constants[constant.index()].as_str().unwrap_or_default()),
                Part::Value { value, conversion, spec } => {
                    let value = self.eval(code, frame, value)?;
                    let spec = spec.map_or(Ok(Value::str("")), |s| self.eval(code, frame, s))?;
                    if let Value::Unknown(_) = value {
                        unknown.get_or_insert(value);
                        continue;
                    }
                    let value = match conversion {
                        Some('r') => Value::Str(self.repr(&value)?),
                        Some('a') => Value::str(&super::text::ascii(&self.repr(&value)?)),
                        Some(_) => Value::Str(self.str(&value)?),
                        None => value,
                    };
                    let formatted = self.format(&value, spec.as_str().unwrap_or_default())?;
                    text.push_str(&formatted);
                    self.spend(formatted.len() as u64 / 16)?;
                }
            }
        }
        Ok(unknown.unwrap_or_else(|| Value::str(&text)))
    }

    fn eval_call(&mut self, code: &Rc<Code>, frame: &mut Frame, id: ExprId, function: ExprId, arguments: Run) -> Res {
        // A method is called without making a bound method first.
        if let Expr::Attribute(object, name) = code.file.program.expr(function) {
            let object = self.eval(code, frame, object)?;
            let name = code.symbols[name.index()];
            self.at(code, function);
            let (callee, receiver) = self.method(&object, name)?;
            let args = self.eval_arguments(code, frame, arguments, Some(&callee), receiver)?;
            self.at(code, id);
            return self.call_in(frame, &callee, args);
        }
        let callee = self.eval(code, frame, function)?;
        // A set that is written out for `frozenset` goes nowhere else.
        if let (Value::Class(class), [Argument::Positional(only)]) =
            (&callee, &code.file.program.arguments[arguments.range()])
            && class.builtin == Some(Type::FrozenSet)
            && let Expr::Set(items) = code.file.program.expr(*only)
        {
            return Ok(Value::FrozenSet(self.set_elements(code, frame, *only, items)?));
        }
        let args = self.eval_arguments(code, frame, arguments, Some(&callee), None)?;
        self.at(code, id);
        self.call_in(frame, &callee, args)
    }
}
