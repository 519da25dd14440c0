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
use crate::interpret::{Args, Given, Keep, Machine, Value};
use crate::torch::{Call, ModuleId, natives};

/// So many calls of an instance are known, the last ones.
const MOST_CALLS: usize = 6;

/// Ops of a call beyond which it isn't worth keeping.
const MOST_OPS: usize = 1_000;

/// Known calls of an instance.
#[derive(Default)]
pub(super) struct Recalled(RefCell<Vec<Known>>);

/// A call that is known.
struct Known {
    state: u64,
    given: Vec<Argument>,
    steps: u64,
    ops: Rc<[(Call, [Who; 2])]>,
    returned: Given<Returned>,
}

/// A module that runs or calls, in terms of the run that recalls it.
#[derive(Clone, Copy)]
enum Who {
    /// The module that called the instance.
    Caller,
    /// A part of the instance.
    Part(usize),
    /// One that was there before runs, such as an activation that all share.
    Before(ModuleId),
}

/// An argument, in which tensors are what is known of them, and whether they have a gradient.
type Argument = Given<(Rc<natives::Tensor>, bool)>;

/// A tensor that a call returned.
enum Returned {
    /// One of those that it was given.
    Given(usize),
    /// A new one, and whether it has a gradient.
    Made(Rc<natives::Tensor>, bool),
    /// One of the new ones, once more.
    Again(usize),
}

/// A call that begins.
pub(super) struct Begun {
    state: u64,
    given: Vec<Argument>,
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
    let given = args.iter().map(|value| argument(value, &mut tensors));
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
            Who::Before(module) => Some(module),
            Who::Part(part) => super::kept(&parts[part]).map(|kept| kept.id.get()),
        };
        for (call, who) in &*known.ops {
            if let [Some(module), Some(caller)] = who.map(module) {
                run.replay(Call { module, caller, ..call.clone() });
            }
        }
        drop(run);
        return Look::Known(value(&known.returned, &tensors));
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
        let returned = returned(result, &self.tensors)?;
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
            None if module == self.caller => Some(Who::Caller),
            None => torch.was_before(module).then_some(Who::Before(module)),
        };
        let op = |call: &Call| Some((call.clone(), [who(call.module)?, who(call.caller)?]));
        let ops = ops.iter().map(op).collect::<Option<_>>()?;
        Some(Known { state: self.state, given: self.given, steps: self.steps - m.fuel.steps, ops, returned })
    }

    /// Whether arguments are what they were.
    fn leaves_arguments(&self) -> bool {
        let mut tensors = Vec::new();
        let now: Option<Vec<Argument>> = self.args.iter().map(|value| argument(value, &mut tensors)).collect();
        let is_it = |(then, now): (&Rc<Tensor>, &Rc<Tensor>)| Rc::ptr_eq(then, now);
        now.as_ref() == Some(&self.given)
            && tensors.len() == self.tensors.len()
            && self.tensors.iter().zip(&tensors).all(is_it)
            && self.tensors.iter().map(|tensor| tensor.writes()).eq(self.writes.iter().copied())
    }
}

/// An argument, with the tensors in it put among `tensors`; none if it is something else.
fn argument(value: &Value, tensors: &mut Vec<Rc<Tensor>>) -> Option<Argument> {
    Given::new(value, &mut |value| {
        let tensor = Tensor::of(value).filter(|tensor| tensor.is_plain())?;
        let known = (tensor.value(), tensor.is_trained());
        tensors.push(tensor);
        Some(known)
    })
}

/// What a call returned that was given `tensors`; none if that can't be made again.
fn returned(value: &Value, tensors: &[Rc<Tensor>]) -> Option<Given<Returned>> {
    let mut made: Vec<Rc<Tensor>> = Vec::new();
    Given::new(value, &mut |value| {
        let tensor = Tensor::of(value)?;
        let place = |among: &[Rc<Tensor>]| among.iter().position(|other| Rc::ptr_eq(other, &tensor));
        if let Some(known) = place(tensors).map(Returned::Given).or_else(|| place(&made).map(Returned::Again)) {
            return Some(known);
        }
        // One that is kept, or shares its memory, is more than what the call made.
        if !tensor.is_plain() || tensor.place().is_some() || tensor.shares_memory() {
            return None;
        }
        made.push(tensor.clone());
        Some(Returned::Made(tensor.value(), tensor.is_trained()))
    })
}

/// The same in a run in which the call is given `tensors`.
fn value(returned: &Given<Returned>, tensors: &[Rc<Tensor>]) -> Value {
    let mut made: Vec<Rc<Tensor>> = Vec::new();
    returned.value(&mut |returned| {
        Value::Foreign(match returned {
            Returned::Given(place) => tensors[*place].clone(),
            Returned::Again(place) => made[*place].clone(),
            Returned::Made(value, is_trained) => {
                let tensor = Rc::new(Tensor::new(value.clone()));
                tensor.set_trained(*is_trained);
                made.push(tensor.clone());
                tensor
            }
        })
    })
}
