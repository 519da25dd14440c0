//! `module-not-scaled`: a class that takes `c1, c2`, but isn't among those that get them.

use super::registration::{Registered, file_name, first_that_repairs, place_name, reason};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::Analysis;
use crate::dialect::RowFault;
use crate::words::message;

rule! {
    /// The row's class isn't among those that `parse_model` calls with `c1, c2`.
    ///
    /// ## What it does
    /// Reports a row that can't be built or run because no branch of `parse_model` names its class, although the
    /// constructor begins with the numbers of input and output channels. `parse_model` passes the row's arguments
    /// unchanged.
    ///
    /// ## Why is this bad?
    /// The first argument becomes `c1`, and the second becomes `c2`. `[256, 3]` makes a block from 256 to 3 channels, or
    /// the constructor misses an argument. `width` isn't applied.
    ///
    /// ## Example
    /// ```python models/yolo.py
    /// from torch import nn
    ///
    /// class Conv(nn.Conv2d):
    ///     pass
    ///
    /// class Block(nn.Module):
    ///     def __init__(self, c1, c2, k=1):
    ///         super().__init__()
    ///         self.conv = nn.Conv2d(c1, c2, k)
    ///
    ///     def forward(self, x):
    ///         return self.conv(x)
    ///
    /// def make_divisible(x, divisor):
    ///     return -(-x // divisor) * divisor
    ///
    /// def parse_model(d, ch):
    ///     layers, c2 = [], ch[-1]
    ///     for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
    ///         m = globals()[m]
    ///         if m in {Conv}:
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
    ///   - [-1, 1, Block, [32, 3]]
    /// ```
    ///
    /// ## Use instead
    /// Add the class to that branch: `if m in {Conv, Block}:`.
    ///
    /// ## Fix safety
    /// The fix adds the class to that branch. If its third parameter is a number of repeats, the fix also adds the
    /// class to the modules that get that number. It is offered if the row can then be built and run and no other row
    /// gets worse. It isn't safe: it also changes how the framework reads other model files.
    "module-not-scaled", Error, Fault(check), Fixes(fixes)
}

/// Second arguments below this are hardly meant as channels.
const LEAST_CHANNELS: i64 = 8;

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}

pub(super) fn finding(file: &File<'_>, i: usize, of: &Registered<'_>, fault: &RowFault) -> Option<Diagnostic> {
    let Registered { class, name, row, parse, .. } = of;
    let scaled = parse.scaled().filter(|_| parse.branch(name).is_none() && class.takes_channels())?;
    if row.args.get(1).is_some_and(|arg| arg.value.as_int().is_some_and(|c2| c2 >= LEAST_CHANNELS)) {
        return None;
    }
    let place = parse.place(scaled);
    let message =
        message!("module-not-scaled", name, place = place_name(&place), call = of.call(), reason = reason(fault));
    let cell = file.model.rows[i].module()?;
    let found = RULE.at(cell.span, message).related(place, message!("modules-that-get"));
    Some(found.related(class.location(), message!("is-made-for", class)))
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(of) = Registered::of(trial.file, trial.analysis, row) else { return Vec::new() };
    let repeats = of.class.takes_repeats();
    let title = message!("add-to-scaled", name = of.name, file = file_name(&of.parse.location()));
    let ways = [repeats, !repeats].map(|repeats| of.parse.with_scaled(of.name, repeats));
    let ways = ways.into_iter().flatten().map(|edits| (vec![edits], title.clone()));
    first_that_repairs(trial, row, ways, |_| true).into_iter().collect()
}
