//! Limits, so that no program keeps the machine busy: out of fuel is something that isn't known, at a place.

use super::machine::Machine;
use super::value::Res;
use crate::words::message;

/// The most elements of a list, and bytes of a text.
const MAX_SIZE: usize = 1_000_000;

/// Stack that is there for sure, and what is added if it isn't.
pub(super) const STACK: (usize, usize) = (512 << 10, 4 << 20);

/// What a run may use.
pub struct Fuel {
    /// Evaluations and elements that are left.
    pub steps: u64,
    /// Frames and the like that may still be entered.
    pub depth: u32,
}

impl Default for Fuel {
    fn default() -> Self {
        Fuel { steps: 2_000_000, depth: 500 }
    }
}

impl Machine {
    /// Takes from the fuel; elements that are made in bulk cost as steps do.
    pub(super) fn spend(&mut self, steps: u64) -> Res<()> {
        match self.fuel.steps.checked_sub(steps) {
            Some(left) => {
                self.fuel.steps = left;
                Ok(())
            }
            None => {
                self.fuel.steps = 0;
                Err(self.unknown(message!("too-many-steps")))
            }
        }
    }

    /// Pays for elements that are copied or looked at.
    pub(super) fn copied(&mut self, elements: usize) -> Res<()> {
        if elements > MAX_SIZE {
            return Err(self.unknown(message!("value-large")));
        }
        self.spend(elements as u64 / 2)
    }

    /// Pays for text that is copied or looked at; texts may be larger than lists, and cost less.
    pub fn limit(&mut self, bytes: i64) -> Res<()> {
        if bytes > MAX_SIZE as i64 {
            return Err(self.unknown(message!("value-large")));
        }
        self.spend(bytes.max(0) as u64 / 32)
    }

    /// Pays for a text that grew beyond its first `before` bytes.
    pub(super) fn grown(&mut self, text: &str, before: usize) -> Res<()> {
        if text.len() > MAX_SIZE {
            return Err(self.unknown(message!("value-large")));
        }
        self.spend(text.len().saturating_sub(before) as u64 / 32)
    }

    /// Does something that may end up here again: not too often, and with enough stack.
    pub(super) fn nested<T>(&mut self, run: impl FnOnce(&mut Machine) -> Res<T>) -> Res<T> {
        let Some(left) = self.fuel.depth.checked_sub(1) else { return Err(self.unknown(message!("calls-deep"))) };
        self.fuel.depth = left;
        let result = stacker::maybe_grow(STACK.0, STACK.1, || run(self));
        self.fuel.depth += 1;
        result
    }
}
