//! Limits, so that no program keeps the machine busy: out of fuel is something that isn't known, at a place.

use super::machine::Machine;
use super::value::Res;

/// What a run may use.
pub struct Fuel {
    /// Evaluations and elements that are left.
    pub steps: u64,
    /// Frames that may still be entered.
    pub depth: u32,
}

impl Default for Fuel {
    fn default() -> Self {
        Fuel { steps: 3_000_000, depth: 250 }
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
                Err(self.unknown("too many steps"))
            }
        }
    }

    pub(super) fn deeper(&mut self) -> Res<()> {
        match self.fuel.depth.checked_sub(1) {
            Some(left) => {
                self.fuel.depth = left;
                Ok(())
            }
            None => Err(self.unknown("calls nested too deeply")),
        }
    }

    pub(super) fn shallower(&mut self) {
        self.fuel.depth += 1;
    }
}
