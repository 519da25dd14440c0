//! The state of `parse_model` while it goes through the rows.

use super::header::Header;
use crate::dialect::Blame;
use crate::model::Source;
use crate::python::Literal;
use crate::torch::Build;
use crate::torch::ops::Fault;

/// A fault and the cell that is to blame.
pub(super) type Failure = (Fault, Blame);

/// The cause of a row's failure: its own, or that of a row that it reads.
pub(super) enum Stop {
    Fault(Fault, Blame),
    BlockedBy(usize),
}

impl From<Failure> for Stop {
    fn from((fault, blame): Failure) -> Stop {
        Stop::Fault(fault, blame)
    }
}

/// The variables of `parse_model` that rows depend on.
pub(super) struct State<'a> {
    pub(super) header: Header<'a>,
    /// The channels of each row's output; none if they aren't known.
    pub(super) ch: Vec<Option<Literal>>,
    /// `c2` as the last row left it, which rows that don't set it hand on.
    pub(super) c2: Option<Literal>,
    pub(super) c1: Option<Literal>,
    pub(super) legacy: bool,
    pub(super) build: Build,
}

impl State<'_> {
    /// The channels of what is read.
    pub(super) fn channels(&self, source: Source) -> Result<Literal, Stop> {
        match source {
            Source::Image => Ok(Literal::Int(self.header.channels)),
            Source::Row(row) => self.ch[row].clone().ok_or(Stop::BlockedBy(row)),
        }
    }
}
