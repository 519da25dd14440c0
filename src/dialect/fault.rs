//! Why a row or a header can't be built or run, and the cell that is to blame.

use crate::text::Location;
use crate::torch::ops::Fault;

/// Which cell of a row is to blame for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The whole row.
    Row,
    /// `from`, or the element of it at this position.
    From(Option<usize>),
    /// `repeats`.
    Repeats,
    /// The module's name.
    Module,
    /// The list of arguments.
    Args,
    /// The argument at this position.
    Arg(usize),
    /// A key of the header that the row reads.
    Header(&'static str),
}

/// Why a row can't be built or run.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFault {
    /// The reason.
    pub fault: Fault,
    /// The cell that is to blame.
    pub blame: Blame,
    /// The size of the image at which it fails, where it is not the one asked for but that of a pass which the framework
    /// makes on its own.
    pub at: Option<[i64; 2]>,
    /// The place in a file of Python where it was raised.
    pub place: Option<Location>,
}

impl RowFault {
    /// A fault and the cell that is to blame.
    pub fn new(fault: Fault, blame: Blame) -> RowFault {
        RowFault { fault, blame, at: None, place: None }
    }
}

/// A fault of a top-level key.
#[derive(Clone, Debug)]
pub struct HeaderFault {
    /// The key.
    pub key: &'static str,
    /// The entry of `scales`, where it is one.
    pub scale: Option<String>,
    /// The fault.
    pub fault: Box<Fault>,
    /// The place in a file of Python where it was raised.
    pub place: Option<Box<Location>>,
}
