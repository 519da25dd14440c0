//! Iterators: lazy, as in Python.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::class::Type;
use super::frame::{Frame, Halt, Wake};
use super::fuel::STACK;
use super::machine::Machine;
use super::symbol;
use super::value::{Args, Dict, List, Range, Res, Stop, Tuple, Value, ViewKind};
use crate::python::ir::Body;
use crate::words::message;

/// An iterator.
pub struct Iteration {
    state: RefCell<State>,
    /// The value of the `return` that ended a generator.
    result: RefCell<Value>,
    started: Cell<bool>,
}

/// A comprehension that stopped between two elements.
pub struct Comprehending {
    /// Its frame.
    pub frame: Frame,
    /// One iterator for each `for` clause that has begun.
    pub iterators: Vec<Rc<Iteration>>,
}

/// What is iterated, and how far it has come.
pub enum State {
    /// Nothing more.
    Done,
    /// Running at this moment.
    Running,
    /// Elements that are there already.
    Values(std::vec::IntoIter<Value>),
    /// A list, which may grow.
    List(Rc<List>, usize),
    /// A list from its end.
    Reversed(Rc<List>, usize),
    /// A tuple.
    Tuple(Rc<Tuple>, usize),
    /// A range.
    Range(Range, i64),
    /// The keys, values or items of a dict, which may not change its size.
    Entries(Rc<Dict>, ViewKind, usize, usize),
    /// A generator function's frame.
    Generator(Box<Frame>),
    /// A generator expression.
    Comprehension(Box<Comprehending>),
    /// An object with `__next__`.
    Object(Value),
    /// An object with `__getitem__` only.
    Indexed(Value, i64),
    /// `map`: a function over several.
    Map(Value, Vec<Rc<Iteration>>),
    /// `filter`; without a function those that are true.
    Filter(Value, Rc<Iteration>),
    /// `zip`; whether all must be of the same length.
    Zip(Vec<Rc<Iteration>>, bool),
    /// `enumerate`.
    Enumerate(Rc<Iteration>, i64),
    /// `itertools.chain`: what is left, and the present one.
    Chain(Rc<Iteration>, Option<Rc<Iteration>>),
    /// `itertools.count`.
    Count(Value, Value),
    /// `itertools.repeat`, without end if none.
    Repeat(Value, Option<i64>),
    /// `itertools.cycle`.
    Cycle(Vec<Value>, usize),
    /// `itertools.islice`: elements to skip before the next, the distance, and elements that are left to look at.
    Slice(Rc<Iteration>, i64, i64, Option<i64>),
    /// `itertools.takewhile`.
    TakeWhile(Value, Rc<Iteration>),
    /// `itertools.dropwhile`; whether it still drops.
    DropWhile(Value, Rc<Iteration>, bool),
    /// `itertools.accumulate`: the function, the rest, the total.
    Accumulate(Value, Rc<Iteration>, Option<Value>),
    /// `iter(callable, sentinel)`.
    Sentinel(Value, Value),
}

impl Drop for Iteration {
    /// Iterators over iterators may be nested deeply.
    fn drop(&mut self) {
        let state = self.state.replace(State::Done);
        if !matches!(state, State::Done | State::Running | State::Range(..)) {
            stacker::maybe_grow(STACK.0, STACK.1, || drop(state));
        }
    }
}

impl Iteration {
    /// An iterator.
    pub fn new(state: State) -> Rc<Iteration> {
        Rc::new(Iteration { state: RefCell::new(state), result: RefCell::new(Value::None), started: Cell::new(false) })
    }

    /// The value of the `return` that ended a generator.
    pub fn result(&self) -> Value {
        self.result.borrow().clone()
    }

    /// Whether it has come to its end.
    pub(super) fn is_done(&self) -> bool {
        matches!(*self.state.borrow(), State::Done)
    }

    /// Its type.
    pub fn kind(&self) -> Type {
        match &*self.state.borrow() {
            State::Generator(_) | State::Comprehension(_) => Type::Generator,
            State::Enumerate(..) => Type::Enumerate,
            State::Zip(..) => Type::Zip,
            State::Map(..) => Type::Map,
            State::Filter(..) => Type::Filter,
            State::Reversed(..) => Type::Reversed,
            _ => Type::Iterator,
        }
    }
}

impl Machine {
    /// An iterator over elements that are there already.
    pub(super) fn iterator(values: Vec<Value>) -> Value {
        Value::Iterator(Iteration::new(State::Values(values.into_iter())))
    }

    /// `iter(value)`.
    pub fn iter(&mut self, value: &Value) -> Res<Rc<Iteration>> {
        let state = match value {
            Value::Iterator(i) => return Ok(i.clone()),
            Value::List(l) => State::List(l.clone(), 0),
            Value::Tuple(t) => State::Tuple(t.clone(), 0),
            Value::Range(r) => State::Range(**r, 0),
            Value::Str(s) => {
                self.spend(s.len() as u64 / 4)?;
                let mut buffer = [0; 4];
                let chars: Vec<Value> = s.chars().map(|c| Value::str(c.encode_utf8(&mut buffer))).collect();
                State::Values(chars.into_iter())
            }
            Value::Bytes(b) => {
                let bytes: Vec<Value> = b.iter().map(|&b| Value::Int(i64::from(b))).collect();
                State::Values(bytes.into_iter())
            }
            Value::Dict(d) => State::Entries(d.clone(), ViewKind::Keys, 0, d.entries.borrow().len()),
            Value::Set(_) | Value::FrozenSet(_) => match super::container::elements(value).in_order() {
                Some(values) => State::Values(values.into_iter()),
                None => return Err(self.unknown(message!("set-order"))),
            },
            Value::View(view) => match &view.dict {
                Value::Dict(d) => State::Entries(d.clone(), view.kind, 0, d.entries.borrow().len()),
                _ => State::Values(self.view_items(view)?.into_iter()),
            },
            Value::Names(_) => {
                let keys: Vec<Value> = self.mapping_entries(value)?.into_iter().map(|(k, _)| k).collect();
                State::Values(keys.into_iter())
            }
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            Value::Class(class) if class.is(Type::Enum) => State::Values(self.enum_members(class).into_iter()),
            _ => return self.iter_object(value),
        };
        Ok(Iteration::new(state))
    }

    fn iter_object(&mut self, value: &Value) -> Res<Rc<Iteration>> {
        if let Some(result) = self.call_special(value, symbol::ITER, &[])? {
            return match &result {
                Value::Iterator(i) => Ok(i.clone()),
                Value::Instance(_) | Value::Foreign(_) => Ok(Iteration::new(State::Object(result))),
                Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
                other => {
                    let name = self.type_name(other);
                    Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")))
                }
            };
        }
        let base = value.unwrapped();
        if !matches!(base, Value::Instance(_)) && matches!(value, Value::Instance(_)) {
            return self.iter(&base);
        }
        if self.special(value, symbol::GETITEM)?.is_some() {
            return Ok(Iteration::new(State::Indexed(value.clone(), 0)));
        }
        self.known(value)?;
        let name = self.type_name(value);
        Err(self.type_error(format!("'{name}' object is not iterable")))
    }

    /// `next(iterator)`; none at its end.
    pub(super) fn next(&mut self, iterator: &Rc<Iteration>) -> Res<Option<Value>> {
        // The usual cases don't leave the state.
        match &mut *iterator.state.borrow_mut() {
            State::Done => return Ok(None),
            State::Values(values) => return Ok(values.next()),
            State::List(list, index) => {
                let value = list.borrow().get(*index).cloned();
                *index = if value.is_some() { *index + 1 } else { usize::MAX };
                return Ok(value);
            }
            State::Tuple(tuple, index) => {
                *index += 1;
                return Ok(tuple.items.get(*index - 1).cloned());
            }
            State::Range(range, index) => {
                if *index >= range.len() {
                    return Ok(None);
                }
                *index += 1;
                return Ok(Some(Value::Int(range.get(*index - 1))));
            }
            State::Reversed(list, left) => {
                if *left == 0 {
                    return Ok(None);
                }
                *left -= 1;
                return Ok(list.borrow().get(*left).cloned());
            }
            _ => {}
        }
        let mut state = iterator.state.replace(State::Running);
        let result = self.nested(|machine| machine.advance(iterator, &mut state));
        match &result {
            Ok(Some(_)) => {
                iterator.state.replace(state);
            }
            _ => {
                iterator.state.replace(State::Done);
            }
        }
        result
    }

    fn advance(&mut self, iterator: &Iteration, state: &mut State) -> Res<Option<Value>> {
        self.spend(1)?;
        match state {
            State::Running => Err(self.value_error("generator already executing")),
            State::Entries(dict, kind, index, len) => {
                if dict.entries.borrow().len() != *len {
                    return Err(self.error(Type::RuntimeError, "dictionary changed size during iteration"));
                }
                *index += 1;
                let entries = dict.entries.borrow();
                Ok(entries.get_index(*index - 1).map(|(k, v)| match kind {
                    ViewKind::Keys => k.value().clone(),
                    ViewKind::Values => v.clone(),
                    ViewKind::Items => Value::tuple(vec![k.value().clone(), v.clone()]),
                }))
            }
            State::Generator(_) => self.resume(iterator, state, Wake::Send(Value::None)),
            State::Comprehension(c) => {
                let code = c.frame.code.clone();
                let Comprehending { frame, iterators } = &mut **c;
                self.within(frame, |machine, frame| {
                    if !machine.next_clause(frame, iterators)? {
                        return Ok(None);
                    }
                    let Some(id) = frame.function.as_ref().map(|f| f.id) else { return Ok(None) };
                    let Body::Comprehension { element, .. } = code.file.program.function(id).body else {
                        return Ok(None);
                    };
                    machine.eval(&code, frame, element).map(Some)
                })
            }
            State::Object(object) => match self.call_special(object, symbol::NEXT, &[]) {
                Ok(Some(value)) => Ok(Some(value)),
                Ok(None) => {
                    let name = self.type_name(object);
                    Err(self.type_error(format!("'{name}' object is not an iterator")))
                }
                Err(stop) => self.stopped(stop, Type::StopIteration),
            },
            State::Indexed(object, index) => {
                *index += 1;
                let index = Value::Int(*index - 1);
                match self.get_item(object, &index) {
                    Ok(value) => Ok(Some(value)),
                    Err(stop) => self.stopped(stop, Type::IndexError),
                }
            }
            State::Map(function, iterators) => {
                let mut args = Vec::with_capacity(iterators.len());
                for i in iterators.iter() {
                    match self.next(i)? {
                        Some(value) => args.push(value),
                        None => return Ok(None),
                    }
                }
                self.call(function, Args::of(args)).map(Some)
            }
            State::Filter(function, rest) => {
                while let Some(value) = self.next(rest)? {
                    let test = match &*function {
                        Value::None => value.clone(),
                        function => self.call(function, Args::of(vec![value.clone()]))?,
                    };
                    if self.truth(&test)? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            State::Zip(iterators, strict) => {
                let mut items = Vec::with_capacity(iterators.len());
                for (i, iterator) in iterators.iter().enumerate() {
                    match self.next(iterator)? {
                        Some(value) => items.push(value),
                        None if !*strict => return Ok(None),
                        None if i > 0 => {
                            let message = format!("zip() argument {} is shorter than argument{}", i + 1, range_of(i));
                            return Err(self.value_error(message));
                        }
                        None => {
                            for (j, other) in iterators.iter().enumerate().skip(1) {
                                if self.next(other)?.is_some() {
                                    let message =
                                        format!("zip() argument {} is longer than argument{}", j + 1, range_of(j));
                                    return Err(self.value_error(message));
                                }
                            }
                            return Ok(None);
                        }
                    }
                }
                Ok((!items.is_empty()).then(|| Value::tuple(items)))
            }
            State::Enumerate(rest, index) => {
                let Some(value) = self.next(rest)? else { return Ok(None) };
                *index += 1;
                Ok(Some(Value::tuple(vec![Value::Int(*index - 1), value])))
            }
            State::Chain(rest, present) => loop {
                if let Some(iterator) = present {
                    if let Some(value) = self.next(iterator)? {
                        return Ok(Some(value));
                    }
                    *present = None;
                }
                let Some(value) = self.next(rest)? else { return Ok(None) };
                *present = Some(self.iter(&value)?);
            },
            State::Count(value, step) => {
                let now = value.clone();
                *value = self.binary(crate::python::ir::Binary::Add, value, step)?;
                Ok(Some(now))
            }
            State::Repeat(value, left) => {
                if let Some(left) = left {
                    if *left <= 0 {
                        return Ok(None);
                    }
                    *left -= 1;
                }
                Ok(Some(value.clone()))
            }
            State::Cycle(values, index) => {
                if values.is_empty() {
                    return Ok(None);
                }
                *index += 1;
                Ok(Some(values[(*index - 1) % values.len()].clone()))
            }
            State::Slice(rest, skip, step, left) => loop {
                if let Some(left) = left {
                    if *left <= 0 {
                        return Ok(None);
                    }
                    *left -= 1;
                }
                let Some(value) = self.next(rest)? else { return Ok(None) };
                if *skip > 0 {
                    *skip -= 1;
                    continue;
                }
                *skip = *step - 1;
                return Ok(Some(value));
            },
            State::TakeWhile(function, rest) => {
                let Some(value) = self.next(rest)? else { return Ok(None) };
                let test = self.call(function, Args::of(vec![value.clone()]))?;
                Ok(self.truth(&test)?.then_some(value))
            }
            State::DropWhile(function, rest, drops) => loop {
                let Some(value) = self.next(rest)? else { return Ok(None) };
                if *drops {
                    let test = self.call(function, Args::of(vec![value.clone()]))?;
                    if self.truth(&test)? {
                        continue;
                    }
                    *drops = false;
                }
                return Ok(Some(value));
            },
            State::Accumulate(function, rest, total) => {
                let Some(value) = self.next(rest)? else { return Ok(None) };
                let new = match (&total, &*function) {
                    (None, _) => value,
                    (Some(total), Value::None) => self.binary(crate::python::ir::Binary::Add, total, &value)?,
                    (Some(total), function) => self.call(function, Args::of(vec![total.clone(), value]))?,
                };
                *total = Some(new.clone());
                Ok(Some(new))
            }
            State::Sentinel(function, sentinel) => {
                let value = self.call(function, Args::default())?;
                Ok((!self.equal(&value, sentinel)?).then_some(value))
            }
            _ => Ok(None),
        }
    }

    /// The end of an iteration that an exception of `kind` announces.
    fn stopped(&mut self, stop: Stop, kind: Type) -> Res<Option<Value>> {
        match &stop {
            Stop::Raise(raised) if self.class_of(&raised.exception)?.is(kind) => Ok(None),
            _ => Err(stop),
        }
    }

    fn resume(&mut self, iterator: &Iteration, state: &mut State, wake: Wake) -> Res<Option<Value>> {
        let State::Generator(frame) = state else { return Ok(None) };
        iterator.started.set(true);
        match self.wake(frame, wake) {
            Ok(Halt::Yield(value)) => Ok(Some(value)),
            Ok(Halt::End) => Ok(None),
            Ok(Halt::Return(value)) => {
                iterator.result.replace(value);
                Ok(None)
            }
            Err(Stop::Raise(raised)) if self.class_of(&raised.exception)?.is(Type::StopIteration) => {
                Err(self.error(Type::RuntimeError, "generator raised StopIteration"))
            }
            Err(stop) => Err(stop),
        }
    }

    /// `generator.send(value)` and `generator.throw(exception)`.
    pub(super) fn wake_generator(&mut self, iterator: &Rc<Iteration>, wake: Wake) -> Res<Option<Value>> {
        let mut state = iterator.state.replace(State::Running);
        let fresh = !iterator.started.get();
        let result = match (&state, wake) {
            (State::Generator(_), Wake::Send(value)) if fresh && !value.is_none() => {
                iterator.state.replace(state);
                return Err(self.type_error("can't send non-None value to a just-started generator"));
            }
            (State::Generator(_), Wake::Throw(stop)) if fresh => {
                iterator.state.replace(State::Done);
                return Err(stop);
            }
            (State::Generator(_), wake) => self.resume(iterator, &mut state, wake),
            (State::Running, _) => Err(self.value_error("generator already executing")),
            (State::Done, Wake::Throw(stop)) => {
                iterator.state.replace(State::Done);
                return Err(stop);
            }
            (_, Wake::Throw(stop)) => Err(stop),
            (_, Wake::Send(_)) => self.advance(iterator, &mut state),
        };
        let keep = matches!(result, Ok(Some(_)));
        iterator.state.replace(if keep { state } else { State::Done });
        result
    }

    /// All elements.
    pub fn collect(&mut self, value: &Value) -> Res<Vec<Value>> {
        match value {
            Value::List(l) => {
                self.copied(l.borrow().len())?;
                return Ok(l.borrow().clone());
            }
            Value::Tuple(t) => {
                self.copied(t.items.len())?;
                return Ok(t.items.clone());
            }
            Value::Range(r) => self.copied(usize::try_from(r.len()).unwrap_or(usize::MAX))?,
            _ => {}
        }
        let iterator = self.iter(value)?;
        let mut values = Vec::new();
        while let Some(value) = self.next(&iterator)? {
            values.push(value);
        }
        Ok(values)
    }
}

fn range_of(count: usize) -> String {
    if count == 1 { " 1".to_owned() } else { format!("s 1-{count}") }
}
