//! `channels-misbooked`: a module that returns other channels than `parse_model` books for it.

use super::registration::{Registered, file_name, first_that_repairs, place_name};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::{Analysis, RowAnalysis};
use crate::model::Source;
use crate::torch::Value;
use crate::words::message;

rule! {
    /// The row returns a different number of channels than `parse_model` records for it.
    ///
    /// ## What it does
    /// Reports a row that other rows read, if its output has a different number of channels than the framework beside
    /// the file records for it in `ch`.
    ///
    /// ## Why is this bad?
    /// `parse_model` builds a row for the channels that it recorded for the rows above. A row that reads this one is
    /// built for the wrong number: `expected input to have 64 channels, but got 128`. If no branch of `parse_model`
    /// names a module, `parse_model` assumes that the module keeps its number of channels.
    ///
    /// ## Example
    /// ```python models/yolo.py
    /// from torch import nn
    ///
    /// class Conv(nn.Conv2d):
    ///     pass
    ///
    /// class Twice(nn.Module):
    ///     def __init__(self):
    ///         super().__init__()
    ///
    ///     def forward(self, x):
    ///         return nn.functional.pixel_unshuffle(x, 2)
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
    ///   - [-1, 1, Twice, []]
    /// head:
    ///   - [-1, 1, Conv, [16, 1]]
    /// ```
    ///
    /// ## Use instead
    /// Add a branch to `parse_model` that records what the module returns: `elif m is Twice:` with `c2 = ch[f] * 4`.
    ///
    /// ## Fix safety
    /// The fix writes such a branch for a module that has none. It is offered if the channels are then right at every
    /// checked scale and no row gets worse. It isn't safe: it also changes how the framework reads other model files.
    "channels-misbooked", Warning, Scale(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let found = (0..analysis.rows.len()).filter_map(|i| finding(file, analysis, i));
    found.collect()
}

fn finding(file: &File<'_>, analysis: &Analysis, i: usize) -> Option<Diagnostic> {
    let (booked, returned) = misbooked(&analysis.rows[i])?;
    let is_read = analysis.rows.iter().any(|row| row.from.contains(&Source::Row(i)));
    let of = Registered::of(file, analysis, i).filter(|_| is_read)?;
    let place = match of.parse.branch(of.name) {
        Some(branch) => Some(of.parse.place_of(branch, of.name)),
        None => of.parse.place_otherwise(),
    };
    let message = match &place {
        Some(place) => message!("channels-misbooked-at", name = of.name, returned, booked, place = place_name(place)),
        None => message!("channels-misbooked", name = of.name, returned, booked),
    };
    let mut found = RULE.at(file.model.rows[i].module()?.span, message).of_row(i);
    found.related.extend(place.map(|place| (place, message!("books-channels"))));
    Some(found.related(of.class.location(), message!("the-class")))
}

/// The channels that are booked for a row and those that it returns, if they differ.
pub(super) fn misbooked(row: &RowAnalysis) -> Option<(i64, i64)> {
    let Value::Tensor(shape) = row.output.as_ref()? else { return None };
    let [_, returned, ..] = shape.bchw().ok()?;
    let booked = row.noted.booked.filter(|_| shape.dims().len() == 4)?;
    (booked != returned).then_some((booked, returned))
}

/// What `parse_model` may book for a row, as its branches say it, instead of channels that the row doesn't return.
pub fn sums_for(row: &RowAnalysis) -> Vec<String> {
    misbooked(row).map(|(booked, returned)| sums(row, booked, returned)).unwrap_or_default()
}

fn sums(row: &RowAnalysis, booked: i64, returned: i64) -> Vec<String> {
    let mut sums: Vec<String> = Vec::new();
    for (k, arg) in row.args.iter().enumerate() {
        match arg.value.as_int() {
            Some(n) if n == returned => sums.push(format!("args[{k}]")),
            Some(n) if n > 1 && booked.checked_mul(n) == Some(returned) => sums.push(format!("ch[f] * args[{k}]")),
            Some(n) if n > 1 && booked.checked_mul(n * n) == Some(returned) => {
                sums.push(format!("ch[f] * args[{k}] ** 2"))
            }
            _ => {}
        }
    }
    if row.from.len() > 1 {
        sums.push("sum(ch[x] for x in f)".to_owned());
    } else if returned % booked.max(1) == 0 {
        sums.push(format!("ch[f] * {}", returned / booked.max(1)));
    } else if booked % returned.max(1) == 0 {
        sums.push(format!("ch[f] // {}", booked / returned.max(1)));
    }
    sums
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(of) = Registered::of(trial.file, trial.analysis, row) else { return Vec::new() };
    let Some((booked, returned)) = misbooked(&trial.analysis.rows[row]) else { return Vec::new() };
    if of.parse.branch(of.name).is_some() {
        return Vec::new();
    }
    let sums = sums(of.row, booked, returned);
    let file = file_name(&of.parse.location());
    let way = |sum: String| {
        let edits = of.parse.with_branch(of.name, &[&format!("c2 = {sum}")])?;
        Some((vec![edits], message!("book-channels", sum, name = of.name, file)))
    };
    let is_right = |after: &Analysis| misbooked(&after.rows[row]).is_none();
    first_that_repairs(trial, row, sums.into_iter().filter_map(way), is_right).into_iter().collect()
}
