//! Calls of modules that are known from before: what a module returns, and the ops that it runs, are the same whenever the
//! module is the same and is given the same.
//!
//! That is so for an instance that is used again from run to run (`interpret/spare.rs`), if all that was set in it is known,
//! and if its call made nothing but what it returned.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::kept;
use crate::bindings::state::Torch;
use crate::bindings::tensor::Tensor;
use crate::interpret::value::Instance;
use crate::interpret::{Args, Keep, Machine, Value};
use crate::torch::{Call, ModuleId, natives};

/// So many calls of an instance are known, the last ones.
const MOST_CALLS: usize = 6;

/// Ops of a call beyond which it isn't worth keeping.
const MOST_OPS: usize = 1_000;

/// Lists in lists are looked into to so many levels.
const LEVELS: usize = 6;

/// Known calls of an instance.
#[derive(Default)]
pub(super) struct Recalled(RefCell<Vec<Known>>);

/// A call that is known.
struct Known {
    state: u64,
    given: Vec<Given>,
    steps: u64,
    ops: Rc<[(Call, [Who; 2])]>,
    returned: Returned,
}

/// A module that runs or calls, in terms of the run that recalls it.
#[derive(Clone, Copy)]
enum Who {
    /// The module that called the instance.
    Caller,
    /// A part of the instance.
    Part(usize),
}

/// An argument.
#[derive(PartialEq)]
enum Given {
    None,
    Bool(bool),
    Int(i64),
    Float(u64),
    Text(Rc<str>),
    Tensor(natives::Tensor, bool),
    List(Vec<Given>),
    Tuple(Vec<Given>),
}

/// What a call returned.
enum Returned {
    Constant(Value),
    /// One of the tensors that it was given.
    Given(usize),
    /// A new tensor, and whether it has a gradient.
    Made(natives::Tensor, bool),
    /// One of the new tensors, once more.
    Again(usize),
    List(Vec<Returned>),
    Tuple(Vec<Returned>),
}

/// A call that begins.
pub(super) struct Begun {
    state: u64,
    given: Vec<Given>,
    tensors: Vec<Rc<Tensor>>,
    writes: Vec<u32>,
    args: Vec<Value>,
    steps: u64,
    start: usize,
    caller: ModuleId,
    chosen: i64,
    before: ([usize; 6], (usize, usize), usize),
}

/// What is known of a call that is about to begin.
pub(super) enum Look {
    /// What it returns; its ops are recorded.
    Known(Value),
    /// It may be kept when it has ended.
    New(Box<Begun>),
    /// It can't be kept.
    Other,
}

/// What there is that a call that makes nothing but what it returns leaves as it is.
fn progress(m: &Machine, torch: &Torch) -> ([usize; 6], (usize, usize), usize) {
    (m.state(), torch.build.borrow().modules.sizes(), torch.notes.borrow().len())
}

/// Looks whether a call is known.
pub(super) fn look(m: &mut Machine, torch: &Torch, instance: &Rc<Instance>, args: &Args) -> Look {
    let Some(state) = m.state_of(instance).filter(|_| args.keywords.is_empty()) else { return Look::Other };
    let mut tensors = Vec::new();
    let args = &args.positional[1..];
    let given = args.iter().map(|value| Given::new(value, &mut tensors, LEVELS));
    let Some(given) = given.collect::<Option<Vec<_>>>() else { return Look::Other };
    let Some(kept) = kept(instance) else { return Look::Other };
    let known = kept.recalled.0.borrow();
    if let Some(known) = known.iter().find(|known| known.state == state && known.given == given) {
        let Some(parts) = m.parts_of(instance).filter(|_| known.steps < m.fuel.steps) else { return Look::Other };
        m.fuel.steps -= known.steps;
        let mut run = torch.run.borrow_mut();
        let caller = run.running();
        let module = |who: Who| match who {
            Who::Caller => Some(caller),
            Who::Part(part) => super::kept(&parts[part]).map(|kept| kept.id.get()),
        };
        for (call, who) in &*known.ops {
            if let [Some(module), Some(caller)] = who.map(module) {
                run.replay(Call { module, caller, ..call.clone() });
            }
        }
        drop(run);
        return Look::Known(known.returned.value(&tensors, &mut Vec::new()));
    }
    let (start, caller) = {
        let run = torch.run.borrow();
        (run.len(), run.running())
    };
    Look::New(Box::new(Begun {
        state,
        given,
        writes: tensors.iter().map(|tensor| tensor.writes()).collect(),
        tensors,
        args: args.to_vec(),
        steps: m.fuel.steps,
        start,
        caller,
        chosen: m.replace_chosen(0),
        before: progress(m, torch),
    }))
}

impl Begun {
    /// The call has ended, with a value if it did so well.
    pub(super) fn end(self, m: &Machine, torch: &Torch, instance: &Rc<Instance>, result: Option<&Value>) {
        let chosen = m.replace_chosen(self.chosen);
        m.replace_chosen(self.chosen.max(chosen));
        if let Some(known) = result.filter(|_| chosen == 0).and_then(|result| self.known(m, torch, instance, result))
            && let Some(kept) = kept(instance)
        {
            let mut all = kept.recalled.0.borrow_mut();
            if all.len() == MOST_CALLS {
                all.remove(0);
            }
            all.push(known);
        }
    }

    fn known(self, m: &Machine, torch: &Torch, instance: &Rc<Instance>, result: &Value) -> Option<Known> {
        let is_alone = m.state_of(instance) == Some(self.state) && progress(m, torch) == self.before;
        if !is_alone || !self.leaves_arguments() {
            return None;
        }
        let returned = Returned::new(result, &self.tensors, &mut Vec::new(), LEVELS)?;
        let run = torch.run.borrow();
        let ops = run.calls_since(self.start);
        if ops.len() > MOST_OPS {
            return None;
        }
        let parts = m.parts_of(instance)?;
        let number = |(part, instance): (usize, &Rc<Instance>)| Some((kept(instance)?.id.get().0, part));
        let parts: FxHashMap<u32, usize> = parts.iter().enumerate().filter_map(number).collect();
        let who = |module: ModuleId| match parts.get(&module.0) {
            Some(part) => Some(Who::Part(*part)),
            None => (module == self.caller).then_some(Who::Caller),
        };
        let op = |call: &Call| Some((call.clone(), [who(call.module)?, who(call.caller)?]));
        let ops = ops.iter().map(op).collect::<Option<_>>()?;
        Some(Known { state: self.state, given: self.given, steps: self.steps - m.fuel.steps, ops, returned })
    }

    /// Whether arguments are what they were.
    fn leaves_arguments(&self) -> bool {
        let mut tensors = Vec::new();
        let now: Option<Vec<Given>> = self.args.iter().map(|value| Given::new(value, &mut tensors, LEVELS)).collect();
        let is_it = |(then, now): (&Rc<Tensor>, &Rc<Tensor>)| Rc::ptr_eq(then, now);
        now.as_ref() == Some(&self.given)
            && tensors.len() == self.tensors.len()
            && self.tensors.iter().zip(&tensors).all(is_it)
            && self.tensors.iter().map(|tensor| tensor.writes()).eq(self.writes.iter().copied())
    }
}

impl Given {
    /// An argument, with the tensors in it put among `tensors`; none if it is something else.
    fn new(value: &Value, tensors: &mut Vec<Rc<Tensor>>, levels: usize) -> Option<Given> {
        let all = |items: &[Value], tensors: &mut Vec<Rc<Tensor>>| {
            let inner = levels.checked_sub(1)?;
            items.iter().map(|item| Given::new(item, tensors, inner)).collect::<Option<_>>()
        };
        Some(match value {
            Value::None => Given::None,
            Value::Bool(b) => Given::Bool(*b),
            Value::Int(i) => Given::Int(*i),
            Value::Float(f) => Given::Float(f.to_bits()),
            Value::Str(text) => Given::Text(text.clone()),
            Value::List(list) => Given::List(all(&list.borrow(), tensors)?),
            Value::Tuple(tuple) if tuple.class.is_none() => Given::Tuple(all(&tuple.items, tensors)?),
            value => {
                let tensor = Tensor::of(value).filter(|tensor| tensor.is_plain())?;
                let given = Given::Tensor(tensor.value(), tensor.is_trained());
                tensors.push(tensor);
                given
            }
        })
    }
}

impl Returned {
    /// What a call returned that was given `tensors`; none if that can't be made again. `made` are new tensors.
    fn new(value: &Value, tensors: &[Rc<Tensor>], made: &mut Vec<Rc<Tensor>>, levels: usize) -> Option<Returned> {
        let all = |items: &[Value], made: &mut Vec<Rc<Tensor>>| {
            let inner = levels.checked_sub(1)?;
            items.iter().map(|item| Returned::new(item, tensors, made, inner)).collect::<Option<_>>()
        };
        Some(match value {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {
                Returned::Constant(value.clone())
            }
            Value::List(list) => Returned::List(all(&list.borrow(), made)?),
            Value::Tuple(tuple) if tuple.class.is_none() => Returned::Tuple(all(&tuple.items, made)?),
            value => {
                let tensor = Tensor::of(value)?;
                let place = |among: &[Rc<Tensor>]| among.iter().position(|other| Rc::ptr_eq(other, &tensor));
                if let Some(place) = place(tensors) {
                    return Some(Returned::Given(place));
                }
                if let Some(place) = place(made) {
                    return Some(Returned::Again(place));
                }
                // One that is kept, or shares its memory, is more than what the call made.
                if !tensor.is_plain() || tensor.place().is_some() || tensor.shares_memory() {
                    return None;
                }
                made.push(tensor.clone());
                Returned::Made(tensor.value(), tensor.is_trained())
            }
        })
    }

    /// The same in another run.
    fn value(&self, tensors: &[Rc<Tensor>], made: &mut Vec<Rc<Tensor>>) -> Value {
        match self {
            Returned::Constant(value) => value.clone(),
            Returned::Given(place) => Value::Foreign(tensors[*place].clone()),
            Returned::Again(place) => Value::Foreign(made[*place].clone()),
            Returned::Made(value, is_trained) => {
                let tensor = Rc::new(Tensor::new(value.clone()));
                tensor.set_trained(*is_trained);
                made.push(tensor.clone());
                Value::Foreign(tensor)
            }
            Returned::List(items) => Value::list(items.iter().map(|item| item.value(tensors, made)).collect()),
            Returned::Tuple(items) => Value::tuple(items.iter().map(|item| item.value(tensors, made)).collect()),
        }
    }
}
