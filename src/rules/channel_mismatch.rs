//! `channel-mismatch`: channels that don't fit together.

use super::trial::Trial;
use super::{Diagnostic, File, Fix, fault, rule};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::Origin;
use crate::model::Source;
use crate::python::Arg;
use crate::rewrite::{Change, New, wiring};
use crate::torch::Value;

rule! {
    /// The row gets another number of channels than it was built for.
    ///
    /// ## What it does
    /// Reports a row whose module expects other channels than the rows that feed it return.
    ///
    /// ## Why is this bad?
    /// The model is built, and fails when it first runs: `Given groups=1, weight of size [...], expected input[...]
    /// to have N channels`. torch names no row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, nn.Conv2d, [32, 64, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, nn.Conv2d, [64, 64, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The number that is written for the input's channels can be put right, or a 1x1 convolution put in between, where
    /// the model then runs at every scale that is looked at. Both change the model.
    "channel-mismatch", Error, Scale(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, &RULE);
    for diagnostic in &mut found {
        let Some((row, mismatch)) = diagnostic.row.and_then(|row| Some((row, mismatch(&analysis.rows, row)?))) else {
            continue;
        };
        let module = |i: usize| file.model.rows[i].module_name().unwrap_or_default();
        let Mismatch { source, expected, got, .. } = mismatch;
        let feeding = match source {
            Source::Image => "the image has".to_owned(),
            Source::Row(j) => format!("row {j} ({}) returns", module(j)),
        };
        diagnostic.message = format!("{} takes {expected} channels here, but {feeding} {got}", module(row));
        if let (Source::Row(j), true) = (source, counted(&analysis.rows[row], expected)) {
            let help = "from which it works out what reads it: such a module has to keep its channels";
            diagnostic.help =
                Some(format!("the framework counts on {expected} channels from row {j} ({}), {help}", module(j)));
        }
    }
    found
}

/// Channels that don't fit, between a row and one of those that feed it.
struct Mismatch {
    /// The position of the input.
    input: usize,
    source: Source,
    expected: i64,
    got: i64,
}

/// The input whose channels aren't those that a row was built for; none where the disagreement is within its module.
fn mismatch(rows: &[RowAnalysis], row: usize) -> Option<Mismatch> {
    let Status::Fault(fault) = &rows[row].status else { return None };
    let [expected, got] = fault.fault.channels?.map(i64::from);
    let input = match (fault.fault.input, rows[row].from.as_slice()) {
        (Some(input), _) => input,
        (None, [_]) => 0,
        _ => return None,
    };
    let source = *rows[row].from.get(input)?;
    let is_it = match source {
        Source::Image => true,
        Source::Row(j) => match rows[j].output.as_ref()? {
            Value::Tensor(shape) => shape.bchw().is_ok_and(|[_, c, ..]| c == got),
            _ => false,
        },
    };
    is_it.then_some(Mismatch { input, source, expected, got })
}

/// Whether it is the framework that put in the number of channels that a row was built for.
fn counted(row: &RowAnalysis, expected: i64) -> bool {
    let holds = |value: &Arg| match value {
        Arg::List(items) => items.iter().any(|item| item.as_int() == Some(expected)),
        value => value.as_int() == Some(expected),
    };
    row.args.iter().any(|arg| arg.origin == Origin::From && holds(&arg.value))
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some(mismatch) = mismatch(&trial.analysis.rows, row) else { return Vec::new() };
    let Mismatch { input, expected, got, .. } = mismatch;
    let mut fixes = Vec::new();
    fixes.extend(written_channels(trial, row, expected, got));
    let Some(entry) = wiring(&trial.file.model)[row].get(input).copied() else { return fixes };
    let insert = |new_row: String| {
        let change = Change::Insert { at: row, new: New::Feeding(input) };
        let title = format!("insert a 1x1 convolution to {expected} channels above row {row}");
        trial.change(row, change, &new_row, title)
    };
    // What has to be written for the scale to make of it what is needed.
    let scaling = &trial.analysis.scaling;
    let width = scaling.width.as_float().filter(|&width| width > 0.0);
    let before_scaling = width.map(|width| (expected as f64 / width).round()).filter(|c| (1.0..1e6).contains(c));
    let from = entry.value;
    let conv = before_scaling.and_then(|c| insert(format!("[{from}, 1, Conv, [{c}, 1, 1]]")));
    // Where the framework doesn't know what channels there really are, only torch's own can be told.
    fixes.extend(conv.or_else(|| insert(format!("[{from}, 1, nn.Conv2d, [{got}, {expected}, 1]]"))));
    fixes
}

/// The number of channels that a row says its input has, put right.
fn written_channels(trial: &Trial<'_>, row: usize, expected: i64, got: i64) -> Option<Fix> {
    const NAMES: [&str; 5] = ["c1", "in_channels", "num_features", "num_channels", "in_features"];
    let analysis = &trial.analysis.rows[row];
    let params = &analysis.info.as_ref()?.params;
    let position = params.iter().position(|param| NAMES.contains(&param.name.as_ref()))?;
    let arg = analysis.args.get(position).filter(|arg| arg.value.as_int() == Some(expected))?;
    let Origin::Cell(cell) = arg.origin else { return None };
    let span = trial.file.model.rows[row].args()?.items.get(cell)?.span;
    trial.edit(row, vec![(span, got.to_string())], format!("write {got} instead of {expected}"), Some)
}
