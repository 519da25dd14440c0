//! A file as a dialect's `parse_model` leaves it: rows that are built, and why others aren't.

use std::sync::Arc;

use super::{ModuleInfo, Param};
use crate::model::Source;
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind, Shape};
use crate::torch::{Activation, Layer, ModuleId, Modules};

/// A file as `parse_model` leaves it.
pub struct Parsed {
    /// One entry a row of the file.
    pub rows: Vec<ParsedRow>,
    /// All modules that were built.
    pub modules: Modules,
    /// The `Sequential` of the rows that are built.
    pub root: ModuleId,
    /// Faults of the header: a scale of the wrong form, an activation that doesn't exist.
    pub header: Vec<HeaderFault>,
    /// Channels of the input image.
    pub channels: i64,
    /// Which class of model the framework makes of it.
    pub task: Task,
    /// Depth and width factors and the channel cap that were applied.
    pub scaling: Scaling,
    /// What `activation:` set.
    pub default_act: Activation,
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

/// Modules that were built outside of any file, in the order of their calls.
pub struct Built {
    /// What runs.
    pub layers: Vec<Layer>,
    /// All modules.
    pub modules: Modules,
    /// The `Sequential` of those that were asked for.
    pub root: ModuleId,
}

/// A row as `parse_model` leaves it.
pub struct ParsedRow {
    /// The module, if it is known.
    pub module: Option<Arc<ModuleInfo>>,
    /// The rows that it reads, as indices of rows; −1 in row 0 is the image. Empty where `from` is at fault.
    pub from: Vec<Source>,
    /// Whether `from` is a list.
    pub from_is_list: bool,
    /// How often the module is repeated once depth is applied.
    pub repeats: i64,
    /// The arguments that the module is constructed with, as far as they were worked out.
    pub args: Vec<BoundArg>,
    /// The built module.
    pub layer: Option<Layer>,
    /// Why it isn't built.
    pub fault: Option<(Fault, Blame)>,
    /// Why the model can't call it although it is built.
    pub call_fault: Option<(Fault, Blame)>,
    /// The row whose fault keeps this one from being worked out; it is silent then.
    pub blocked_by: Option<usize>,
}

impl ParsedRow {
    /// The parameters of its module's constructor.
    fn params(&self) -> &[Param] {
        self.module.as_ref().map_or(&[], |module| &module.params)
    }

    /// The cell to blame for a fault that names a parameter of the module.
    pub fn blame(&self, fault: &Fault) -> Blame {
        let params = self.params();
        let position = fault.param.and_then(|name| {
            let is_called = |name: &str| params.iter().position(|p| p.name == name);
            is_called(name).or_else(|| is_called(abbreviated(name)))
        });
        match position.and_then(|i| self.args.get(i)).map(|arg| arg.origin) {
            Some(Origin::Cell(j)) => Blame::Arg(j),
            Some(Origin::From) => Blame::From(fault.input),
            Some(Origin::Repeats) => Blame::Repeats,
            Some(Origin::Header(key)) => Blame::Header(key),
            Some(Origin::Scale) => Blame::Row,
            Some(Origin::Computed) => Blame::Args,
            None if fault.kind == FaultKind::Arguments => Blame::Args,
            None if fault.kind == FaultKind::Value => self.odd_argument().map_or(Blame::Row, Blame::Arg),
            None => Blame::Row,
        }
    }

    /// The one argument of the row that is 0 or negative and isn't so by default, where there is just one.
    fn odd_argument(&self) -> Option<usize> {
        let params = self.params();
        let mut odd = self.args.iter().enumerate().filter_map(|(i, arg)| {
            let Origin::Cell(cell) = arg.origin else { return None };
            let is_default = params.get(i)?.default.as_ref() == Some(&arg.value);
            (arg.value.as_int().is_some_and(|value| value <= 0) && !is_default).then_some(cell)
        });
        odd.next().filter(|_| odd.next().is_none())
    }
}

/// How the framework's own modules call a parameter that torch's convolutions write out.
fn abbreviated(name: &'static str) -> &'static str {
    match name {
        "kernel_size" => "k",
        "stride" => "s",
        "padding" => "p",
        "dilation" => "d",
        "groups" => "g",
        _ => name,
    }
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
    /// Something that can't be told: it was computed.
    Computed,
}

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
}

/// A fault of a top-level key.
#[derive(Clone, Debug)]
pub struct HeaderFault {
    /// The key.
    pub key: &'static str,
    /// The entry of `scales`, where it is one.
    pub scale: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// Which class of model the framework makes of a file, decided by its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// `DetectionModel` and its relatives with a head of strides: a pass at 256x256 measures them when it is built.
    Detection,
    /// `SemanticSegmentationModel`: likewise.
    Semantic,
    /// `ClassificationModel`, `DepthModel`, `RTDETRDetectionModel` and files without a head: no such pass.
    Plain,
    /// `RTDETRDetectionModel`: its head reads saved outputs only.
    Rtdetr,
    /// `WorldModel`: carries text features beside the image.
    World,
    /// `YOLOEModel`: its head gets prompt embeddings.
    Yoloe,
}

/// The features of 80 classes by CLIP, before any class is set.
const TEXT: Shape = Shape::matrix(1, 80, 512);

impl Task {
    /// Whether the framework makes a forward pass when it builds the model.
    pub fn measures_strides(self) -> bool {
        !matches!(self, Task::Plain | Task::Rtdetr)
    }

    /// The text features that the model carries beside the image.
    pub fn text(self) -> Option<Shape> {
        (self == Task::World).then_some(TEXT)
    }

    /// The prompt embeddings that the model hands to its head.
    pub fn prompts(self) -> Option<Shape> {
        (self == Task::Yoloe).then_some(TEXT)
    }
}
