//! Iterators: `enumerate`, `zip`, `map`, `filter` and `reversed`.

use std::rc::Rc;

use crate::interpret::call::Taken;
use crate::interpret::iterate::{Iteration, State};
use crate::interpret::machine::Machine;
use crate::interpret::symbol;
use crate::interpret::value::{Res, Value};

impl Machine {
    pub(super) fn construct_enumerate(&mut self, mut taken: Taken<'_>) -> Res {
        let items = taken.required(self, "iterable")?;
        let start = taken.or(self, "start", Value::Int(0))?;
        taken.done(self)?;
        let (iterator, start) = (self.iter(&items)?, self.index(&start)?);
        Ok(Value::Iterator(Iteration::new(State::Enumerate(iterator, start))))
    }

    pub(super) fn construct_zip(&mut self, mut taken: Taken<'_>) -> Res {
        let strict = taken.keyword(symbol::STRICT).unwrap_or(Value::Bool(false));
        let strict = self.truth(&strict)?;
        let rest = taken.rest();
        taken.done(self)?;
        let iterators: Res<Vec<Rc<Iteration>>> = rest.iter().map(|v| self.iter(v)).collect();
        Ok(Value::Iterator(Iteration::new(State::Zip(iterators?, strict))))
    }

    pub(super) fn construct_map(&mut self, mut taken: Taken<'_>) -> Res {
        let function = taken.required(self, "function")?;
        let rest = taken.rest();
        if rest.is_empty() {
            return Err(self.type_error("map() must have at least two arguments."));
        }
        let iterators: Res<Vec<Rc<Iteration>>> = rest.iter().map(|v| self.iter(v)).collect();
        Ok(Value::Iterator(Iteration::new(State::Map(function, iterators?))))
    }

    pub(super) fn construct_filter(&mut self, mut taken: Taken<'_>) -> Res {
        let (function, items) = (taken.required(self, "function")?, taken.required(self, "iterable")?);
        let iterator = self.iter(&items)?;
        Ok(Value::Iterator(Iteration::new(State::Filter(function, iterator))))
    }

    pub(super) fn construct_reversed(&mut self, mut taken: Taken<'_>) -> Res {
        let value = taken.required(self, "sequence")?;
        taken.done(self)?;
        if let Some(result) = self.call_special(&value, symbol::REVERSED, &[])? {
            return Ok(result);
        }
        match value.unwrapped() {
            Value::List(list) => {
                let len = list.borrow().len();
                Ok(Value::Iterator(Iteration::new(State::Reversed(list, len))))
            }
            Value::Iterator(_) | Value::Set(_) | Value::FrozenSet(_) | Value::Int(_) | Value::None => {
                let name = self.type_name(&value);
                Err(self.type_error(format!("'{name}' object is not reversible")))
            }
            Value::Instance(_) => {
                let mut items = Vec::new();
                for i in 0..self.len(&value)? {
                    items.push(self.get_item(&value, &Value::Int(i))?);
                }
                items.reverse();
                Ok(Machine::iterator(items))
            }
            _ => {
                let mut items = self.collect(&value)?;
                items.reverse();
                Ok(Machine::iterator(items))
            }
        }
    }
}
