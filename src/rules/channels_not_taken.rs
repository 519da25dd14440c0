//! `channels-not-taken`: a class that gets `c1, c2`, but takes something else.

use super::registration::{self, Registered, file_name, first_that_repairs, place_name, with_reason};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::Analysis;
use crate::dialect::{INPUT_ALONE, RowFault};
use crate::words::message;

rule! {
    /// `parse_model` passes `c1, c2` to a class whose constructor doesn't begin with them.
    ///
    /// ## What it does
    /// Reports a class that `parse_model` lists among the modules whose channels are scaled, although its constructor
    /// takes only the number of input channels, or something else as its second parameter. It is a warning if the model
    /// still runs.
    ///
    /// ## Why is this bad?
    /// The second parameter gets the number of output channels: `EMA(channels, factor=32)` is called as `EMA(128,
    /// 128)`. The constructor fails, or silently builds a different module than intended.
    ///
    /// ## Example
    /// ```python models/yolo.py
    /// from torch import nn
    ///
    /// class Conv(nn.Conv2d):
    ///     pass
    ///
    /// class Gate(nn.Module):
    ///     def __init__(self, channels):
    ///         super().__init__()
    ///         self.conv = nn.Conv2d(channels, channels, 1)
    ///
    ///     def forward(self, x):
    ///         return x * self.conv(x).sigmoid()
    ///
    /// def make_divisible(x, divisor):
    ///     return -(-x // divisor) * divisor
    ///
    /// def parse_model(d, ch):
    ///     layers, c2 = [], ch[-1]
    ///     for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
    ///         m = globals()[m]
    ///         if m in {Conv, Gate}:
    ///             c1, c2 = ch[f], args[0]
    ///             c2 = make_divisible(c2, 8)
    ///             args = [c1, c2, *args[1:]]
    ///         else:
    ///             c2 = ch[f]
    ///         layers.append(m(*args))
    ///         if i == 0:
    ///             ch = []
    ///         ch.append(c2)
    ///     return nn.Sequential(*layers)
    ///
    /// class Model(nn.Module):
    ///     def __init__(self, cfg, ch=3):
    ///         super().__init__()
    ///         self.model = parse_model(cfg, [ch])
    ///
    ///     def forward(self, x):
    ///         return self.model(x)
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3]]
    /// head:
    ///   - [-1, 1, Gate, [16]]
    /// ```
    ///
    /// ## Use instead
    /// Give the class a branch of its own: `elif m is Gate:` with `c2 = ch[f]` and `args = [c2, *args[1:]]`.
    ///
    /// ## Fix safety
    /// The fix writes such a branch. It is offered if the row can then be built and run and no other row gets worse. It
    /// isn't safe: it also changes how the framework reads other model files.
    "channels-not-taken", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    registration::of_running_rows(file, analysis, 1, finding, found)
}

pub(super) fn finding(file: &File<'_>, i: usize, of: &Registered<'_>, fault: Option<&RowFault>) -> Option<Diagnostic> {
    let Registered { class, name, row, parse, .. } = of;
    let branch = parse.branch(name).filter(|branch| branch.is_scaled())?;
    let parameters = class.positional()?;
    let takes = match parameters.get(1) {
        Some(second) if second.is_channels() || !second.is_other() && second.default.is_none() => return None,
        Some(second) if fault.is_none() && (!second.is_other() || !gets_channels(row)) => return None,
        Some(second) => match row.args.get(1).filter(|_| gets_channels(row)) {
            Some(c2) => message!("parameter-gets", parameter = second.name, value = c2.value),
            None => message!("second-parameter-is", parameter = second.name),
        },
        None if class.takes_rest() => return None,
        None => message!("takes-no-second"),
    };
    let place = parse.place_of(branch, name);
    let message = message!("channels-not-taken", class, place = place_name(&place), takes);
    let message = with_reason(message, fault);
    let cell = file.model.rows[i].module()?;
    Some(
        RULE.at(cell.span, message)
            .related(place, message!("gets-channels-here"))
            .related(class.location(), message!("the-class")),
    )
}

/// Whether the second argument of the call is what `parse_model` books as the row's channels.
fn gets_channels(row: &crate::analysis::RowAnalysis) -> bool {
    match (row.args.get(1).and_then(|arg| arg.value.as_int()), row.noted.booked) {
        (Some(c2), Some(booked)) => c2 == booked,
        (Some(_), None) => row.args.len() > 1,
        _ => false,
    }
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(of) = Registered::of(trial.file, trial.analysis, row) else { return Vec::new() };
    let title = message!("give-branch", name = of.name, file = file_name(&of.parse.location()));
    // A row that was written for `c1, c2` gives the channels first.
    let ways = INPUT_ALONE.iter().rev().filter_map(|statements| of.parse.moved_to_branch(of.name, statements));
    let ways = ways.map(|edits| (vec![edits], title.clone()));
    first_that_repairs(trial, row, ways, |_| true).into_iter().collect()
}
