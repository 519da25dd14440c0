//! Comprehensions, and the functions of `def` and `lambda`.

use std::rc::Rc;

use super::code::Code;
use super::frame::Frame;
use super::iterate::{Comprehending, Iteration, State};
use super::key::Key;
use super::machine::Machine;
use super::tracked::Tracked;
use super::value::{Elements, Entries, Function, Namespace, Res, Value};
use crate::python::ir::{Body, Comprehension, FunctionId};
use crate::words::message;

impl Machine {
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
            defaults: Tracked::new(defaults),
            cells: self.shared(frame, &function.free),
            attributes: Tracked::new(Namespace::default()),
        })))
    }

    pub(super) fn comprehension(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        id: FunctionId,
        iterable: &Value,
    ) -> Res {
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
            defaults: Tracked::default(),
            cells: Vec::new(),
            attributes: Tracked::default(),
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
}
