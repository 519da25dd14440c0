//! `channel-mismatch`: inputs with the wrong number of channels.

use super::registration::{Registered, file_name, first_that_repairs};
use super::trial::Trial;
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::Origin;
use crate::model::{Cell, Source};
use crate::python::Literal;
use crate::rewrite::{Change, New, wiring};
use crate::text::{FileEdits, Span};
use crate::torch::Value;
use crate::torch::ops::FaultKind;
use crate::words::{Message, message};

rule! {
    /// The row's input has a different number of channels than its module was built for.
    ///
    /// ## What it does
    /// Reports a row whose module expects a different number of channels than its input rows return.
    ///
    /// ## Why is this bad?
    /// The model builds, but fails when it first runs: `Given groups=1, weight of size [...], expected input[...]
    /// to have N channels`. torch doesn't name the row.
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
    /// The fixes correct the written number of input channels, or insert a 1x1 convolution, if the model then runs at
    /// every checked scale. They aren't safe: both change the model. For a class of your own that takes the repeats itself,
    /// the fix adds it to the modules that `parse_model` passes them to.
    "channel-mismatch", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for diagnostic in &mut found {
        if let Some((row, added)) = diagnostic.row.and_then(|row| Some((row, added(&analysis.rows, row)?))) {
            say_added(file, row, &added, diagnostic);
            continue;
        }
        if let Some(message) = diagnostic.row.and_then(|row| in_sequence(file, &analysis.rows[row], row)) {
            diagnostic.message = message;
            let lacking = diagnostic.row.and_then(|row| repeating(file, analysis, row));
            diagnostic.help = Some(match lacking {
                Some((of, _)) => message!("takes-repeats", class = of.class, file = file_name(&of.parse.location())),
                None => message!("repeats-one"),
            });
            continue;
        }
        let Some((row, mismatch)) = diagnostic.row.and_then(|row| Some((row, mismatch(&analysis.rows, row)?))) else {
            continue;
        };
        let module = |i: usize| file.model.rows[i].module_name().unwrap_or_default();
        let Mismatch { source, expected, got, .. } = mismatch;
        diagnostic.message = match source {
            Source::Image => message!("channels-of-image", module = module(row), expected, got),
            Source::Row(j) => {
                message!("channels-of-row", module = module(row), expected, row = j, other = module(j), got)
            }
        };
        if let (Source::Row(j), true) = (source, counted(&analysis.rows[row], expected)) {
            diagnostic.help = Some(message!("channels-derived", channels = expected, row = j, module = module(j)));
        }
    }
    found
}

/// What to say of a row whose module is built several times, one behind the other, though it returns other channels than
/// it reads.
fn in_sequence(file: &File<'_>, known: &RowAnalysis, row: usize) -> Option<Message> {
    let Status::Fault(fault) = &known.status else { return None };
    let [expected, got] = fault.fault.channels?.map(i64::from);
    let [c1, c2, ..] = known.args.as_slice() else { return None };
    let is_its_own = c1.value.as_int() == Some(expected) && c2.value.as_int() == Some(got) && expected != got;
    let module = file.model.rows[row].module_name().filter(|_| is_its_own && known.repeats > 1)?;
    let repeats = known.repeats;
    Some(message!("built-in-sequence", module, repeats, expected, got))
}

/// A class that takes the number of repeats itself, though `parse_model` doesn't pass it, and the edits that have it passed.
fn repeating<'a>(file: &'a File<'_>, analysis: &'a Analysis, row: usize) -> Option<(Registered<'a>, FileEdits)> {
    in_sequence(file, &analysis.rows[row], row)?;
    let of = Registered::of(file, analysis, row).filter(|of| of.class.takes_repeats())?;
    let edits = of.parse.with_repeats(of.name)?;
    Some((of, edits))
}

/// A row that adds its input to its output, which has other channels.
struct Added<'a> {
    module: &'a str,
    c1: i64,
    c2: i64,
    /// The argument that says how many channels it returns.
    cell: usize,
}

/// Returns what a row adds, if that is what it fails at.
fn added(rows: &[RowAnalysis], row: usize) -> Option<Added<'_>> {
    let known = &rows[row];
    let Status::Fault(fault) = &known.status else { return None };
    let (true, None, [_]) = (fault.fault.kind == FaultKind::Channels, fault.fault.channels, &known.from[..]) else {
        return None;
    };
    let [c1, c2, ..] = known.args.as_slice() else { return None };
    let (Origin::From, Origin::Cell(cell)) = (c1.origin, c2.origin) else { return None };
    let (c1, c2) = (c1.value.as_int()?, c2.value.as_int()?);
    (c1 != c2).then_some(Added { module: &known.info.as_ref()?.name, c1, c2, cell })
}

fn say_added(file: &File<'_>, row: usize, added: &Added<'_>, diagnostic: &mut Diagnostic) {
    let Added { module, c1, c2, cell } = *added;
    diagnostic.message = message!("adds-input", module, c1, c2);
    if let Some(cell) = file.model.rows[row].args().and_then(|args| args.items.get(cell)) {
        diagnostic.span = cell.span;
    }
    if module == "GhostBottleneck" {
        diagnostic.help = Some(message!("ghost-stride"));
    }
}

/// Returns as many channels as are read, or reads as many as are returned.
fn fixes_of_added(trial: &Trial<'_>, row: usize, added: &Added<'_>) -> Vec<Fix> {
    let Added { c1, c2, cell, .. } = *added;
    let width = trial.analysis.scaling.width.as_float().filter(|&width| width > 0.0).unwrap_or(1.0);
    let before = |channels: i64| Some((channels as f64 / width).round()).filter(|c| (1.0..1e6).contains(c));
    let entry = wiring(&trial.file.model)[row].first().map(|entry| entry.value);
    let span = trial.file.model.rows[row].args().and_then(|args| args.items.get(cell)).map(|cell| cell.span);
    let same = span.zip(before(c1)).and_then(|(span, c)| {
        trial.edit(row, vec![(span, c.to_string())], message!("write-for-channels", c, c1), Some)
    });
    let conv = entry.zip(before(c2)).and_then(|(from, c)| {
        let change = Change::Insert { at: row, new: New::Feeding(0) };
        let title = message!("insert-convolution", channels = c2, row);
        trial.change(row, change, &format!("[{from}, 1, Conv, [{c}, 1, 1]]"), title)
    });
    same.into_iter().chain(conv).collect()
}

/// A mismatch of channels between a row and one of its inputs.
pub(super) struct Mismatch {
    /// Position among the row's inputs.
    input: usize,
    pub(super) source: Source,
    expected: i64,
    got: i64,
}

/// Returns the input with the wrong number of channels; none if the mismatch is inside the module.
pub(super) fn mismatch(rows: &[RowAnalysis], row: usize) -> Option<Mismatch> {
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

/// Whether the framework, not the file, chose the number of channels that the row was built for.
fn counted(row: &RowAnalysis, expected: i64) -> bool {
    let holds = |value: &Literal| match value {
        Literal::List(items) => items.iter().any(|item| item.as_int() == Some(expected)),
        value => value.as_int() == Some(expected),
    };
    row.args.iter().any(|arg| arg.origin == Origin::From && holds(&arg.value))
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    if let Some(added) = added(&trial.analysis.rows, row) {
        return fixes_of_added(trial, row, &added);
    }
    if let Some((of, edits)) = repeating(trial.file, trial.analysis, row) {
        let title = message!("add-to-repeats", name = of.name, file = file_name(&of.parse.location()));
        return first_that_repairs(trial, row, [(vec![edits], title)], |_| true).into_iter().collect();
    }
    let Some(mismatch) = mismatch(&trial.analysis.rows, row) else { return Vec::new() };
    let Mismatch { input, expected, got, .. } = mismatch;
    let mut fixes = Vec::new();
    fixes.extend(written_channels(trial, row, expected, got));
    if fixes.is_empty() {
        fixes.extend(as_conv(trial, row, expected));
    }
    let Some(entry) = wiring(&trial.file.model)[row].get(input).copied() else { return fixes };
    let insert = |new_row: String| {
        let change = Change::Insert { at: row, new: New::Feeding(input) };
        let title = message!("insert-convolution", channels = expected, row);
        trial.change(row, change, &new_row, title)
    };
    // The number to write, so that the scale turns it into the needed one.
    let scaling = &trial.analysis.scaling;
    let width = scaling.width.as_float().filter(|&width| width > 0.0);
    let before_scaling = width.map(|width| (expected as f64 / width).round()).filter(|c| (1.0..1e6).contains(c));
    let from = entry.value;
    let conv = before_scaling.and_then(|c| insert(format!("[{from}, 1, Conv, [{c}, 1, 1]]")));
    // If the framework has the wrong number of channels, only a torch layer takes the right one.
    fixes.extend(conv.or_else(|| insert(format!("[{from}, 1, nn.Conv2d, [{got}, {expected}, 1]]"))));
    fixes
}

/// Makes `Conv` of a convolution of torch whose input channels were written before scaling: the framework gives them to `Conv`,
/// scales it, and knows what it returns.
fn as_conv(trial: &Trial<'_>, row: usize, expected: i64) -> Option<Fix> {
    let written = &trial.file.model.rows[row];
    let (module, cells) = (written.module()?, &written.args()?.items);
    let [c1, c2, rest @ ..] = cells.as_slice() else { return None };
    let are_plain = cells.iter().all(|cell| cell.value.as_int().is_some()) && rest.len() <= 3;
    if module.value.as_str() != Some("nn.Conv2d") || c1.value.as_int() != Some(expected) || !are_plain {
        return None;
    }
    let text = |cell: &Cell| cell.span.text(trial.file.text()).to_owned();
    let args: Vec<String> = cells[1..].iter().map(text).collect();
    let title = message!("write", text = format!("Conv, [{}]", args.join(", ")));
    let edits = vec![(module.span, "Conv".to_owned()), (Span::new(c1.span.start, c2.span.start), String::new())];
    trial.edit(row, edits, title, Some)
}

/// Corrects the number of input channels written in the row.
fn written_channels(trial: &Trial<'_>, row: usize, expected: i64, got: i64) -> Option<Fix> {
    const NAMES: [&str; 5] = ["c1", "in_channels", "num_features", "num_channels", "in_features"];
    let analysis = &trial.analysis.rows[row];
    let params = &analysis.info.as_ref()?.params;
    let position = params.iter().position(|param| NAMES.contains(&param.name.as_ref()))?;
    let arg = analysis.args.get(position).filter(|arg| arg.value.as_int() == Some(expected))?;
    let Origin::Cell(cell) = arg.origin else { return None };
    let span = trial.file.model.rows[row].args()?.items.get(cell)?.span;
    trial.edit(row, vec![(span, got.to_string())], message!("write-instead", text = got, old = expected), Some)
}
