//! `repeats-not-taken`: a class that gets the number of repeats, but takes something else.

use super::registration::{self, Registered, file_name, first_that_repairs, place_name, with_reason};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::Analysis;
use crate::dialect::RowFault;
use crate::words::message;

rule! {
    /// `parse_model` passes the number of repeats to a class that doesn't take it.
    ///
    /// ## What it does
    /// Reports a class that `parse_model` lists among those that get `n` as their third argument, although its third
    /// parameter is something else or doesn't exist. It is a warning if the model still runs.
    ///
    /// ## Why is this bad?
    /// `Block(c1, c2, k=3)` is called as `Block(64, 64, 1)`, so `k` becomes the number of repeats. The row's own
    /// arguments move by one place, and there may be one too many.
    ///
    /// ## Example
    /// ```python models/yolo.py
    /// from torch import nn
    ///
    /// class Conv(nn.Conv2d):
    ///     pass
    ///
    /// class Block(nn.Module):
    ///     def __init__(self, c1, c2):
    ///         super().__init__()
    ///         self.conv = nn.Conv2d(c1, c2, 1)
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
    ///         if m in {Conv, Block}:
    ///             c1, c2 = ch[f], args[0]
    ///             c2 = make_divisible(c2, 8)
    ///             args = [c1, c2, *args[1:]]
    ///             if m in {nn.RNN, Block}:
    ///                 args.insert(2, n)
    ///                 n = 1
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
    ///   - [-1, 1, Block, [16]]
    /// ```
    ///
    /// ## Use instead
    /// Remove the class from that list, so that the whole row is repeated, or make `n=1` the third parameter of its
    /// constructor.
    ///
    /// ## Fix safety
    /// The fix removes the class from that list. It is offered if the row can then be built and run and no other row
    /// gets worse. It isn't safe: it also changes how the framework reads other model files.
    "repeats-not-taken", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    registration::of_running_rows(file, analysis, 2, finding, found)
}

pub(super) fn finding(file: &File<'_>, i: usize, of: &Registered<'_>, fault: Option<&RowFault>) -> Option<Diagnostic> {
    let Registered { class, name, row, parse, .. } = of;
    let branch = parse.branch(name).filter(|branch| branch.passes_repeats(name) && !class.takes_repeats())?;
    let n = row.args.get(2)?.value.as_int()?;
    let takes = match class.positional()?.get(2) {
        Some(third) if third.is_other() => message!("parameter-gets", parameter = third.name, value = n),
        Some(_) => return None,
        None if class.takes_rest() => return None,
        None => message!("takes-no-third"),
    };
    let place = parse.place_of_repeats(branch, name)?;
    let message = message!("repeats-not-taken", class, place = place_name(&place), takes);
    let message = with_reason(message, fault);
    let cell = file.model.rows[i].module()?;
    Some(
        RULE.at(cell.span, message)
            .related(place, message!("gets-repeats-here"))
            .related(class.location(), message!("the-class")),
    )
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(of) = Registered::of(trial.file, trial.analysis, row) else { return Vec::new() };
    let file = file_name(&of.parse.location());
    let title = message!("take-from-repeats", name = of.name, file);
    let ways = of.parse.without_repeats(of.name).map(|edits| (vec![edits], title));
    first_that_repairs(trial, row, ways, |_| true).into_iter().collect()
}
