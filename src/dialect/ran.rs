//! A file that a framework has built and run: what became of each row.

use std::ops::Range;
use std::sync::Arc;

use super::{HeaderFault, ModuleInfo, PythonClass, RowFault};
use crate::model::{DeclaredOutput, Source};
use crate::python::Literal;
use crate::text::Location;
use crate::torch::ops::FaultKind;
use crate::torch::{Activation, Layer, ModuleId, Modules, Trace, Value};
use crate::words::{Message, message};

/// A file that was built and run.
pub struct Ran {
    /// One entry a row of the file.
    pub rows: Vec<RanRow>,
    /// All modules that were built, and the calls of all rows.
    pub trace: Trace,
    /// Faults of the header: a scale of the wrong form, an activation that doesn't exist.
    pub header: Vec<HeaderFault>,
    /// Channels of the image.
    pub channels: i64,
    /// Depth and width factors and the channel cap that were applied.
    pub scaling: Scaling,
    /// The activation that `activation:` set.
    pub default_act: Activation,
}

/// A row that was built and run, or why it wasn't.
pub struct RanRow {
    /// Its module, if it is known.
    pub info: Option<Arc<ModuleInfo>>,
    /// The rows that it reads. Empty if `from` is at fault.
    pub from: Vec<Source>,
    /// How often the module is repeated once depth is applied.
    pub repeats: i64,
    /// The arguments that the module is constructed with, as far as they were worked out.
    pub args: Vec<BoundArg>,
    /// The built module.
    pub module: Option<ModuleId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its calls in the trace.
    pub calls: Range<usize>,
    /// What `parse_model` noted of it.
    pub noted: Noted,
}

/// What `parse_model` noted of a row where a framework's own source ran; empty for the built-in framework.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// The class that the row's module is.
    pub class: Option<PythonClass>,
    /// The number of channels that `parse_model` notes for rows below.
    pub booked: Option<i64>,
    /// The index by which other rows read it: one row may be several layers.
    pub index: Option<i64>,
}

/// How a row ended.
pub enum Outcome {
    /// With a value.
    Returned(Value),
    /// Its module isn't known, but a person says what it returns.
    Declared(DeclaredOutput, Value),
    /// With a fault: its module can't be named. The value is what it would return if it could.
    Assumed(Box<RowFault>, Value),
    /// With a fault.
    Failed(Box<RowFault>),
    /// Not at all: a row that it reads isn't known.
    BlockedBy(usize),
    /// Not built: the header has a fault.
    Header,
    /// Not known, though it may well return a value.
    Unknown(Unknown),
}

/// An op that isn't modelled is no fault.
impl From<RowFault> for Outcome {
    fn from(row_fault: RowFault) -> Outcome {
        match row_fault.fault.kind {
            FaultKind::Unsupported => {
                Outcome::Unknown(Unknown { reason: row_fault.fault.message, place: row_fault.place })
            }
            _ => Outcome::Failed(Box::new(row_fault)),
        }
    }
}

/// Why something isn't known.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The reason.
    pub reason: Message,
    /// The place in a file of Python where it came up.
    pub place: Option<Location>,
}

impl Unknown {
    /// The reason and the place: "`cv2` isn't modelled (wavelet.py:31)".
    pub fn message(&self) -> Message {
        let Some(place) = &self.place else { return self.reason.clone() };
        let (file, line) = (place.file.name(), place.file.human(place.span.start).0);
        message!("reason-at", reason = &self.reason, file, line)
    }
}

/// Depth, width and channel cap.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// Factor on `repeats`.
    pub depth: Literal,
    /// Factor on channels.
    pub width: Literal,
    /// Cap on channels before the factor.
    pub max_channels: Literal,
}

/// An argument of a constructor, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundArg {
    /// Its value.
    pub value: Literal,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an argument of a constructor comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The row's argument at this position.
    Cell(usize),
    /// The channels of what the row reads.
    From,
    /// The row's `repeats`.
    Repeats,
    /// A key of the header.
    Header(&'static str),
    /// The scale's letter.
    Scale,
    /// An argument of unknown origin: it was computed.
    Computed,
}

/// Modules that were built outside of any file, in the order of their calls.
pub struct Built {
    /// The module that runs.
    pub layers: Vec<Layer>,
    /// All modules.
    pub modules: Modules,
    /// The `Sequential` of those that were asked for.
    pub root: ModuleId,
}
