//! `module-without-branch`: a class that gets what a row says, but needs what only a branch of `parse_model` can give.

use super::registration::{self, Registered, file_name, first_that_repairs, place_name, reason};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, channels_misbooked, input_channels, rule};
use crate::analysis::Analysis;
use crate::dialect::{How, Origin, RowFault};
use crate::text::Location;
use crate::words::message;

rule! {
    /// `parse_model` has no branch for the row's class, but the class needs one.
    ///
    /// ## What it does
    /// Reports a row that can't be built or run because no branch of `parse_model` names its class, in two cases. The
    /// constructor begins with the channels of the input, and the row gives none or a different number. Or the row reads
    /// several rows, and what `parse_model` does with all other modules works for one row only.
    ///
    /// ## Why is this bad?
    /// Without a branch, a class gets the row's arguments as they are written. A number of channels in the row is right
    /// at one scale only, as the rows above are scaled. For a list of rows, `c2 = ch[f]` fails with `list indices must
    /// be integers or slices, not list`.
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
    ///   - [-1, 1, Gate, []]
    /// ```
    ///
    /// ## Use instead
    /// Give the class a branch of its own: `elif m is Gate:` with `c2 = ch[f]` and `args = [c2, *args]`. A class that
    /// reads several rows of the same channels takes `c2 = ch[f[0]]`, and one that joins them `c2 = sum(ch[x] for x in
    /// f)`.
    ///
    /// ## Fix safety
    /// The fix writes such a branch. It is offered if the row can then be built and run, its channels are booked as it
    /// returns them, and no other row gets worse. It isn't safe: it also changes how the framework reads other model
    /// files.
    "module-without-branch", Error, Fault(check), Fixes(fixes)
}

fn check(_: &File<'_>, _: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found
}

pub(super) fn finding(
    file: &File<'_>,
    analysis: &Analysis,
    i: usize,
    of: &Registered<'_>,
    fault: &RowFault,
) -> Option<Diagnostic> {
    let Registered { class, name, row, parse, .. } = of;
    if parse.branch(name).is_some() {
        return None;
    }
    let place = parse.place_otherwise()?;
    let (at, reason) = (place_name(&place), reason(fault));
    let message = if registration::reads_several(file, i) {
        let is_there = |raised: &Location| raised.file.path == place.file.path && line(raised) == line(&place);
        fault.place.as_ref().filter(|raised| is_there(raised))?;
        message!("no-branch-for-several", name, place = at, reason)
    } else {
        // A branch in another form than those that are read may pass what isn't in the row.
        if row.args.iter().any(|arg| !matches!(arg.origin, Origin::Cell(_))) {
            return None;
        }
        let first = row.args.first().map(|arg| arg.value.as_int());
        let channels = input_channels::read(analysis, i)?;
        if !class.must_get_channels() || class.takes_channels() || first == Some(Some(channels)) {
            return None;
        }
        match first {
            None => message!("no-branch-for-channels", class, place = at, reason),
            Some(given) => {
                let call = of.call();
                given?;
                message!("no-branch-reads-other", call, place = at, channels, reason)
            }
        }
    };
    let found = RULE.at(file.model.rows[i].module()?.span, message).related(place, message!("all-others-here"));
    Some(found.related(class.location(), message!("the-class")))
}

fn line(place: &Location) -> u32 {
    place.file.human(place.span.start).0
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(of) = Registered::of(trial.file, trial.analysis, row) else { return Vec::new() };
    let title = message!("give-branch", name = of.name, file = file_name(&of.parse.location()));
    let several = registration::reads_several(trial.file, row);
    let mut ways = of.parse.ways_to_call(of.class, &[], several);
    ways.retain(|way| way.how != How::Plain);
    registration::sort(&mut ways, trial.file, row);
    let ways = ways.into_iter().map(|way| (way.edits, title.clone()));
    let is_right = |after: &Analysis| channels_misbooked::misbooked(&after.rows[row]).is_none();
    first_that_repairs(trial, row, ways, is_right).into_iter().collect()
}
