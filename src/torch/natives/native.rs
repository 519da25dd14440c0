//! A row of the tables of functions.

use super::args::Args;
use super::value::Value;
use crate::torch::ops::Result;
use crate::torch::run::Run;

/// A function of torch, with all names that it goes by.
#[derive(Debug)]
pub(super) struct Native {
    /// Its names, separated by spaces.
    pub(super) names: &'static str,
    /// Its parameters as Python declares them; those after `*` are given by keyword, `*name` takes all that are left.
    pub(super) params: &'static str,
    /// Where its results lie in memory.
    pub(super) memory: Memory,
    /// Runs it.
    pub(super) run: fn(&mut Run, &Args<'_>) -> Result<Value>,
}

/// How a function lays out the tensors that it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// In order, if its inputs are.
    Fresh,
    /// In order, however its inputs lie.
    Contiguous,
    /// As its inputs, where they agree.
    Elementwise,
    /// As it says itself: it returns views, or what doesn't depend on the inputs' layout.
    Own,
    /// In an order that isn't known.
    Unknown,
}

/// A row of a table whose results lie in order if its inputs do.
pub(super) const fn native(
    names: &'static str,
    params: &'static str,
    run: fn(&mut Run, &Args<'_>) -> Result<Value>,
) -> Native {
    Native { names, params, memory: Memory::Fresh, run }
}

impl Native {
    /// This row, for a function that lays out its results so.
    pub(super) const fn laid(mut self, memory: Memory) -> Native {
        self.memory = memory;
        self
    }
}
