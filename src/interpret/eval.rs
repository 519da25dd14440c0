//! Expressions, and what is stored to and deleted from.

use std::cell::RefCell;
use std::rc::Rc;

use super::class::Type;
use super::code::Code;
use super::frame::Frame;
use super::iterate::{Comprehending, Iteration, State};
use super::key::Key;
use super::machine::{KnownSet, Machine};
use super::symbol::Symbol;
use super::value::{Args, Elements, Entries, Function, Namespace, Res, Stop, Value};
use crate::python::ir::{
    Argument, Binary, Body, Compare, Comprehension, Expr, ExprId, FunctionId, Part, Run, Unary, Variable,
};
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

    /// The elements of a set that is written out. Of one that holds names of its module alone, as those do by which a
    /// `parse_model` asks which class a row has, they are made anew only once the module's names have changed.
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
        let is_constant = |&item: &ExprId| match program.expr(item) {
            Expr::Variable(Variable::Global(name)) => frame.module.is_settled(code.symbols[name.index()]),
            _ => false,
        };
        if program.list(items).iter().all(is_constant) && self.sets.len() < MOST_SETS {
            let (module, changes) = (frame.module.clone(), frame.module.names.changes());
            let known = KnownSet { code: code.clone(), module, changes, elements: elements.clone() };
            self.sets.insert((Rc::as_ptr(&known.code), id), known);
        }
        Ok(elements)
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

    // Variables.

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
                std::cmp::Ordering::Less => values[i].clone(),
                std::cmp::Ordering::Equal => Value::list(values[star..behind].to_vec()),
                std::cmp::Ordering::Greater => values[behind + i - star - 1].clone(),
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

    // Functions and comprehensions.

    /// The function object of a `def` or lambda.
    pub(super) fn make_function(&mut self, code: &Rc<Code>, frame: &mut Frame, id: FunctionId) -> Res {
        let function = code.file.program.function(id);
        if function.is_async {
            return Ok(self.unknown_value(message!("async-function")));
        }
        let mut defaults = Vec::new();
        for parameter in &function.parameters {
            if let Some(default) = parameter.default {
                defaults.push(self.eval(code, frame, default)?);
            }
        }
        Ok(Value::Function(Rc::new(Function {
            code: code.clone(),
            id,
            module: frame.module.clone(),
            defaults: RefCell::new(defaults),
            cells: self.shared(frame, &function.free),
            attributes: RefCell::new(Namespace::default()),
        })))
    }

    /// The variables of a frame that something inside shares.
    pub(super) fn shared(&mut self, frame: &mut Frame, free: &[(u32, u32)]) -> Vec<Rc<RefCell<Value>>> {
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
    pub(super) fn slots(&mut self, function: &crate::python::ir::Function, cells: &[Rc<RefCell<Value>>]) -> Vec<Value> {
        let mut slots = self.spare.slots(function.slots.len());
        for (&(_, inner), cell) in function.free.iter().zip(cells) {
            slots[inner as usize] = Value::Cell(cell.clone());
        }
        slots
    }

    /// Makes variables that functions inside read shareable.
    pub(super) fn wrap_cells(&mut self, function: &crate::python::ir::Function, slots: &mut [Value]) {
        for &slot in &function.cells {
            let value = std::mem::replace(&mut slots[slot as usize], Value::Unbound);
            slots[slot as usize] = Value::Cell(self.cell(value));
        }
    }

    fn comprehension(&mut self, code: &Rc<Code>, frame: &mut Frame, id: FunctionId, iterable: &Value) -> Res {
        let first = self.iter(iterable)?;
        let function = code.file.program.function(id);
        let cells = self.shared(frame, &function.free);
        let mut slots = self.slots(function, &cells);
        self.wrap_cells(function, &mut slots);
        let mut inner = Frame::new(code.clone(), frame.module.clone());
        inner.slots = slots;
        inner.function = Some(Rc::new(Function {
            code: code.clone(),
            id,
            module: frame.module.clone(),
            defaults: RefCell::default(),
            cells: Vec::new(),
            attributes: RefCell::default(),
        }));
        let Body::Comprehension { kind, element, key, .. } = &function.body else { return Ok(Value::None) };
        let (kind, element, key) = (*kind, *element, *key);
        let mut state = Comprehending { frame: inner, iterators: vec![first] };
        if kind == Comprehension::Generator {
            return Ok(Value::Iterator(Iteration::new(State::Comprehension(Box::new(state)))));
        }
        let mut values = Vec::new();
        let mut entries = Entries::default();
        // The frame of a comprehension is entered once, not for each element.
        let mut frame = std::mem::replace(&mut state.frame, Frame::new(code.clone(), frame.module.clone()));
        self.within(&mut frame, |machine, frame| {
            while machine.next_clause(frame, &mut state.iterators)? {
                match key {
                    Some(key) => {
                        let key = machine.eval(code, frame, key)?;
                        let value = machine.eval(code, frame, element)?;
                        entries.insert(Key::new(machine, &key)?, value);
                    }
                    None => values.push(machine.eval(code, frame, element)?),
                }
            }
            Ok(())
        })?;
        match kind {
            Comprehension::Dict => Ok(Value::dict(entries)),
            Comprehension::Set => {
                let keys: Res<Elements> = values.iter().map(|v| Key::new(self, v)).collect();
                Ok(Value::set(keys?))
            }
            _ => Ok(Value::list(values)),
        }
    }

    /// Goes on to where the next element of a comprehension can be evaluated; false if there is none.
    pub(super) fn next_clause(&mut self, frame: &mut Frame, iterators: &mut Vec<Rc<Iteration>>) -> Res<bool> {
        let code = frame.code.clone();
        let Some(id) = frame.function.as_ref().map(|f| f.id) else { return Ok(false) };
        let Body::Comprehension { clauses, .. } = &code.file.program.function(id).body else { return Ok(false) };
        while let Some(iterator) = iterators.last().cloned() {
            let clause = &clauses[iterators.len() - 1];
            let Some(value) = self.next(&iterator)? else {
                iterators.pop();
                continue;
            };
            self.spend(1)?;
            self.store(&code, frame, clause.target, value)?;
            let mut passes = true;
            for &condition in &clause.ifs {
                let value = self.eval(&code, frame, condition)?;
                if !self.truth(&value)? {
                    passes = false;
                    break;
                }
            }
            if !passes {
                continue;
            }
            match clauses.get(iterators.len()).and_then(|c| c.iter) {
                Some(iter) => {
                    let iterable = self.eval(&code, frame, iter)?;
                    iterators.push(self.iter(&iterable)?);
                }
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    // Calls.

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
        let args = self.eval_arguments(code, frame, arguments, Some(&callee), None)?;
        self.at(code, id);
        self.call_in(frame, &callee, args)
    }

    pub(super) fn eval_arguments(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        arguments: Run,
        callee: Option<&Value>,
        receiver: Option<Value>,
    ) -> Res<Args> {
        let arguments = &code.file.program.arguments[arguments.range()];
        let mut args = Args::default();
        args.positional.reserve(arguments.len() + 1);
        args.positional.extend(receiver);
        for argument in arguments {
            match *argument {
                Argument::Positional(value) => args.positional.push(self.eval(code, frame, value)?),
                Argument::Star(value) => {
                    let value = self.eval(code, frame, value)?;
                    let items = match self.iter(&value) {
                        Ok(_) => self.collect(&value)?,
                        Err(Stop::Raise(_)) => return Err(self.bad_spread(callee, "* must be an iterable", &value)),
                        Err(stop) => return Err(stop),
                    };
                    self.copied(items.len() * 4)?;
                    args.positional.extend(items);
                }
                Argument::Keyword(name, value) => {
                    let value = self.eval(code, frame, value)?;
                    self.add_keyword(callee, &mut args, code.symbols[name.index()], value)?;
                }
                Argument::DoubleStar(value) => {
                    let value = self.eval(code, frame, value)?;
                    let entries = match self.mapping_entries(&value) {
                        Ok(entries) => entries,
                        Err(Stop::Raise(_)) => return Err(self.bad_spread(callee, "** must be a mapping", &value)),
                        Err(stop) => return Err(stop),
                    };
                    for (key, value) in entries {
                        let Value::Str(key) = key else {
                            return Err(self.type_error("keywords must be strings"));
                        };
                        let name = self.symbol(&key);
                        self.add_keyword(callee, &mut args, name, value)?;
                    }
                }
            }
        }
        Ok(args)
    }

    fn add_keyword(&mut self, callee: Option<&Value>, args: &mut Args, name: Symbol, value: Value) -> Res<()> {
        if args.keywords.iter().any(|k| k.0 == name) {
            let Some(shown) = self.callee_name(callee) else {
                return Err(self.unknown(message!("keyword-twice")));
            };
            let message = format!("{shown}() got multiple values for keyword argument '{}'", self.text(name));
            return Err(self.type_error(message));
        }
        args.keywords.push((name, value));
        Ok(())
    }

    fn bad_spread(&mut self, callee: Option<&Value>, what: &str, value: &Value) -> Stop {
        let name = self.type_name(value);
        match self.callee_name(callee) {
            Some(callee) => self.type_error(format!("{callee}() argument after {what}, not {name}")),
            None => self.unknown(message!("call-spreads")),
        }
    }

    /// A function's name as messages about its arguments say it.
    fn callee_name(&self, callee: Option<&Value>) -> Option<String> {
        match callee? {
            Value::Function(f) => {
                let ir = f.code.file.program.function(f.id);
                Some(format!("{}.{}", f.module.name, self.text(f.code.symbols[ir.qualname.index()])))
            }
            Value::Class(class) => Some(class.full_name()),
            Value::Native(n) if !n.binds => Some(n.name.to_string()),
            _ => None,
        }
    }
}
