//! A file as `parse_model` leaves it: rows that are built, and why others aren't.

use std::sync::Arc;

use super::state::Failure;
use super::task::Task;
use crate::dialect::{Blame, BoundArg, HeaderFault, ModuleInfo, Origin, Param, Scaling};
use crate::model::{DeclaredOutput, Source};
use crate::torch::ops::{Fault, FaultKind, Result};
use crate::torch::{Activation, Layer, ModuleId, Modules, Run, Value};
use crate::words::message;

/// A file as `parse_model` leaves it.
pub(super) struct Parsed {
    /// One entry a row of the file.
    pub(super) rows: Vec<ParsedRow>,
    /// All modules that were built.
    pub(super) modules: Modules,
    /// The `Sequential` of the rows that are built.
    pub(super) root: ModuleId,
    /// Faults of the header: a scale of the wrong form, an activation that doesn't exist.
    pub(super) header: Vec<HeaderFault>,
    /// Channels of the input image.
    pub(super) channels: i64,
    /// Which class of model the framework makes of it.
    pub(super) task: Task,
    /// Depth and width factors and the channel cap that were applied.
    pub(super) scaling: Scaling,
    /// The activation that `activation:` set.
    pub(super) default_act: Activation,
}

/// A row as `parse_model` leaves it.
pub(super) struct ParsedRow {
    /// The module, if it is known.
    pub(super) module: Option<Arc<ModuleInfo>>,
    /// The rows that it reads, as indices of rows; −1 in row 0 is the image. Empty if `from` is at fault.
    pub(super) from: Vec<Source>,
    /// Whether `from` is a list.
    pub(super) from_is_list: bool,
    /// How often the module is repeated once depth is applied.
    pub(super) repeats: i64,
    /// The arguments that the module is constructed with, as far as they were worked out.
    pub(super) args: Vec<BoundArg>,
    /// The built module.
    pub(super) layer: Option<Layer>,
    /// Why it isn't built.
    pub(super) fault: Option<Failure>,
    /// Why the model can't call it although it is built.
    pub(super) call_fault: Option<Failure>,
    /// The substitute if its module can't be named.
    pub(super) stands_in: Option<StandIn>,
    /// The row whose fault keeps this one from being worked out; it is silent then.
    pub(super) blocked_by: Option<usize>,
}

/// A substitute for a row's module.
pub(super) enum StandIn {
    /// A declared output.
    Declared(DeclaredOutput),
    /// The module, if it were imported.
    Layer(Layer),
}

impl StandIn {
    /// The output of a row that reads `input`.
    pub(super) fn output(&self, input: &Value, run: &mut Run) -> Result<Value> {
        match self {
            StandIn::Layer(layer) => layer.call(run, input),
            StandIn::Declared(output) => {
                let shape = input.first_tensor().ok_or_else(|| Fault::unsupported(message!("reads-no-map")))?;
                Ok(Value::Tensor(match output {
                    DeclaredOutput::Channels(channels) if shape.rank() >= 2 => shape.with(1, *channels),
                    _ => shape,
                }))
            }
        }
    }
}

impl ParsedRow {
    /// The parameters of its module's constructor.
    fn params(&self) -> &[Param] {
        self.module.as_ref().map_or(&[], |module| &module.params)
    }

    /// The cell to blame for a fault that names a parameter of the module.
    pub(super) fn blame(&self, fault: &Fault) -> Blame {
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
