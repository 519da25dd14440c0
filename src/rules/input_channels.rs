//! `input-channels`: the input's channels among the arguments of a row where the framework puts them in itself, or missing there
//! where it doesn't.

use super::{Diagnostic, File, Fix, Level, Severity, rule};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::{ModuleInfo, Origin, Param};
use crate::model::{Cell, Source};
use crate::python::Literal;
use crate::torch::ops::FaultKind;
use crate::torch::{Type, Value};
use crate::words::{Message, comma, message};

rule! {
    /// The row gives the number of input channels although the framework inserts it, or omits it where the framework
    /// doesn't.
    ///
    /// ## What it does
    /// Reports a row whose first argument is the number of input channels, although the framework inserts that number
    /// (`c1`) in front of the row's arguments. It does so for most of its modules and for `nn.ConvTranspose2d`; see
    /// [how a row is read](../reading-a-row.md). The row then has one argument too many, or a number of channels
    /// becomes a kernel size, a flag or a number of heads. The finding says what each argument became.
    ///
    /// Also reports the opposite: a row that omits the number of input channels, for a module for which the framework
    /// inserts nothing, such as `nn.Conv2d` or `ResNetLayer`.
    ///
    /// Pools take no channels at all: in `[-1, 1, nn.MaxPool2d, [1024, 3, 1]]` the kernel is 1024 pixels wide.
    ///
    /// ## Why is this bad?
    /// All arguments move by one place. `nn.ConvTranspose2d` with `[256, 256, 2, 2]` gets 256 channels and a 256x256
    /// kernel.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, SPPF, [64, 128, 5]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, SPPF, [128, 5]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix removes the number, or inserts it. It isn't safe: it changes the model. Check the row's figures
    /// afterwards.
    "input-channels", Error, Scale(check)
}

/// The smallest number that is no kernel size, stride, flag, group or number of heads.
const LARGE: i64 = 16;

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let of_row = |row: usize| {
        let found = finding(file, analysis, row).or_else(|| lacking(file, analysis, row));
        found.or_else(|| without_channels(file, analysis, row))
    };
    let mut once: Vec<Diagnostic> = Vec::new();
    for (row, found) in (0..analysis.rows.len()).filter_map(|row| Some((row, of_row(row)?))) {
        let module = file.model.rows[row].module_name();
        let is_same = |known: &&mut Diagnostic| {
            known.message.id == found.message.id
                && known.row.is_some_and(|of| file.model.rows[of].module_name() == module)
        };
        match once.iter_mut().find(is_same) {
            Some(known) => add(file, known, found),
            None => once.push(found),
        }
    }
    once
}

/// Adds what is found in another row of the same module.
fn add(file: &File<'_>, known: &mut Diagnostic, other: Diagnostic) {
    known.related.push((file.at(other.span), other.message));
    let ([fix], [more]) = (known.fixes.as_mut_slice(), other.fixes.as_slice()) else { return };
    if fix.edits.len() == 1 {
        fix.title = message!("likewise", title = &fix.title);
    }
    fix.edits.extend(more.edits.clone());
}

/// The finding on a pool whose first argument is the number of channels, which no pool takes.
fn without_channels(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    let c1 = lacks_kernel(file, analysis, row)?;
    let module = analysis.rows[row].info.as_deref()?;
    let cells = &file.model.rows[row].args()?.items;
    let first = cells.first().filter(|_| cells.len() > 1)?;
    let message =
        message!("takes-no-channels", module = module.name, channels = c1, became = became(file, row, module)?);
    let mut rest: Vec<String> = cells[1..].iter().map(|cell| cell.span.text(file.text()).to_owned()).collect();
    // With a stride of 1 the map is to keep its size.
    if let [kernel, stride] = &cells[1..]
        && let (Some(kernel), Some(1)) = (kernel.value.as_int().filter(|kernel| kernel % 2 == 1), stride.value.as_int())
    {
        rest.push((kernel / 2).to_string());
    }
    let text = rest.join(", ");
    let title = message!("write-value", value = format!("[{text}]"));
    let inside = crate::text::Span::new(first.span.start, cells.last()?.span.end);
    let fix = Fix::doubtful(title, inside, text);
    Some(RULE.at(first.span, message).of_row(row).fix(fix))
}

/// The channels of what a pool reads, where they stand for the size of its kernel and it can't run.
fn lacks_kernel(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<i64> {
    let known = &analysis.rows[row];
    let Status::Fault(fault) = &known.status else { return None };
    let is_size = matches!(fault.fault.kind, FaultKind::Vanishes | FaultKind::Value);
    let module = known.info.as_deref().filter(|module| is_size && module.name.starts_with("nn."))?;
    let is_pool = module.row_params.first().is_some_and(|param| matches!(&*param.name, "kernel_size"));
    let first = file.model.rows[row].args()?.items.first()?.value.as_int()?;
    let c1 = read(analysis, row)?;
    let is_channels = first >= LARGE && (first == c1 || Some(first) == written(file, analysis, known));
    (is_pool && is_channels).then_some(first)
}

/// Whether the fault of a row comes from such arguments, its own or those of a row that it reads.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    file.lint.level(RULE.name) != Some(Level::Off)
        && (is_given(file, analysis, row)
            || lacks(file, analysis, row).is_some()
            || lacks_kernel(file, analysis, row).is_some()
            || is_below(file, analysis, row))
}

/// Whether a map that a row can't take comes from a row with such arguments, through any number of rows.
fn is_below(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    let Status::Fault(fault) = &analysis.rows[row].status else { return false };
    let is_of_maps = matches!(fault.fault.kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::Vanishes);
    let mut open = vec![row];
    let mut seen = vec![false; analysis.rows.len()];
    while let Some(row) = open.pop() {
        for source in &analysis.rows[row].from {
            let Source::Row(above) = *source else { continue };
            if above >= row || std::mem::replace(&mut seen[above], true) {
                continue;
            }
            if is_given(file, analysis, above) {
                return true;
            }
            if is_of_maps {
                open.push(above);
            }
        }
    }
    false
}

/// Whether a row's first argument is the input's channels although the framework puts them in.
pub(super) fn is_given(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    let known = &analysis.rows[row];
    let Some(module) = known.info.as_deref() else { return false };
    let Some([first, rest @ ..]) = file.model.rows[row].args().map(|args| args.items.as_slice()) else { return false };
    let Some(given) = first.value.as_int() else { return false };
    // The framework puts something in front of what the row gives first.
    let inserts = module.row_params.first().is_some_and(|param| param.param == Some(1));
    let Some(c1) =
        known.args.first().filter(|arg| inserts && arg.origin == Origin::From).and_then(|arg| arg.value.as_int())
    else {
        return false;
    };
    // Large kernels are odd, numbers of channels aren't.
    let is_number_of_channels = |cell: &Cell| is_large(cell) && cell.value.as_int().is_none_or(|c2| c2 % 8 == 0);
    if given != c1 && Some(given) != written(file, analysis, known) || !rest.first().is_some_and(is_number_of_channels)
    {
        return false;
    }
    let is_enough = module.row_params.iter().skip(rest.len()).all(|param| !param.is_required);
    is_enough && !fits(module, 0, std::iter::once(first).chain(rest)) && fits(module, 0, rest)
}

/// Whether the cells can be meant for a module's parameters from `at` on.
fn fits<'a>(module: &ModuleInfo, at: usize, cells: impl IntoIterator<Item = &'a Cell>) -> bool {
    let param = |at: usize| module.row_params.get(at).and_then(|param| module.param_of(param));
    cells.into_iter().enumerate().all(|(i, cell)| param(at + i).is_some_and(|param| takes(module, param, cell)))
}

/// The number of channels that the row above says, before it is scaled.
fn written(file: &File<'_>, analysis: &Analysis, known: &RowAnalysis) -> Option<i64> {
    let [Source::Row(above)] = known.from[..] else { return None };
    let cells = &file.model.rows[above].args()?.items;
    // Behind the input's channels, if they stand there too.
    let place = usize::from(cells.get(1).is_some_and(is_large) && is_given(file, analysis, above));
    cells.get(place)?.value.as_int()
}

/// The number of channels to write for a row that returns as many as it reads.
pub(super) fn written_above(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<i64> {
    let known = &analysis.rows[row];
    let width = analysis.scaling.width.as_float().filter(|&width| width > 0.0).unwrap_or(1.0);
    let before = || Some((read(analysis, row)? as f64 / width).round() as i64);
    let above = written(file, analysis, known).filter(|c| (8..100_000).contains(c));
    above.or_else(before).filter(|c| (1..1_000_000).contains(c))
}

fn is_large(cell: &Cell) -> bool {
    cell.value.as_int().is_some_and(|value| value >= LARGE) || cell.value.as_str() == Some("nc")
}

/// Whether a parameter can be meant by a cell: only channels are large, and only what is a flag is true or false.
fn takes(module: &ModuleInfo, param: &Param, cell: &Cell) -> bool {
    let is_flag = matches!(cell.value, Literal::Bool(_));
    match param.ty {
        Type::Bool | Type::Act => !is_large(cell),
        _ if is_flag => false,
        _ if is_large(cell) => is_channels(module, &param.name) || is_heads(param, cell),
        _ => true,
    }
}

/// Whether a cell can be a number of heads.
fn is_heads(param: &Param, cell: &Cell) -> bool {
    matches!(param.name.as_ref(), "nh" | "num_heads") && cell.value.as_int().is_some_and(|heads| heads <= 64)
}

/// Whether a parameter is a number of channels.
fn is_channels(module: &ModuleInfo, name: &str) -> bool {
    let is_scaled = module
        .row_params
        .iter()
        .any(|row| row.is_scaled && module.param_of(row).is_some_and(|param| param.name == name));
    is_scaled || matches!(name, "c2" | "c3" | "c4" | "c5" | "cm" | "c_" | "out_channels" | "ec" | "c2s" | "ch" | "gc")
}

/// The channels of what a row reads, if that is one map.
pub(super) fn read(analysis: &Analysis, row: usize) -> Option<i64> {
    match analysis.rows[row].from[..] {
        [Source::Image] => Some(analysis.channels),
        [Source::Row(above)] => match analysis.rows[above].output.as_ref()? {
            Value::Tensor(shape) => Some(shape.bchw().ok()?[1]),
            _ => None,
        },
        _ => None,
    }
}

/// The channels of what a row reads that it would have to give first, where it can't be built or run without them.
fn lacks(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<i64> {
    let known = &analysis.rows[row];
    let Status::Fault(fault) = &known.status else { return None };
    let is_about_arguments = matches!(fault.fault.kind, FaultKind::Arguments | FaultKind::Value | FaultKind::Channels);
    let module = known.info.as_deref().filter(|_| is_about_arguments)?;
    let first_param = module.row_params.first().filter(|param| param.param == Some(0))?;
    let cells = &file.model.rows[row].args()?.items;
    let c1 = read(analysis, row)?;
    let gives_channels = matches!(first_param.name.as_ref(), "c1" | "in_channels");
    let is_other = cells.first()?.value.as_int().is_some_and(|first| first != c1);
    // The number of output channels is a kernel size or a flag.
    let is_small = |cell: &Cell| cell.value.as_int().is_none_or(|value| value < 8);
    let is_moved = cells.get(1).is_none_or(is_small) && fits(module, 1, cells);
    (gives_channels && is_other && is_moved).then_some(c1)
}

fn lacking(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    let c1 = lacks(file, analysis, row)?;
    let module = analysis.rows[row].info.as_deref()?;
    let args = file.model.rows[row].args()?;
    let message = message!("needs-input-channels", module = module.name, became = became(file, row, module)?);
    let first = args.items.first()?;
    let written = file.text().get(first.span.start as usize..args.items.last()?.span.end as usize)?;
    let at = crate::text::Span::new(first.span.start, first.span.start);
    let found = RULE.at(args.span, message).of_row(row);
    // The framework takes the output of such a module for as many channels as it reads.
    if first.value.as_int() != Some(c1) && CONVOLUTIONS.contains(&&*module.name) {
        let conv = Fix::doubtful(message!("write", text = "Conv"), file.model.rows[row].module()?.span, "Conv");
        return Some(found.help(message!("books-what-it-reads", channels = c1)).fix(conv));
    }
    let fix = Fix::doubtful(message!("write-value", value = format!("[{c1}, {written}]")), at, format!("{c1}, "));
    Some(found.fix(fix))
}

/// Convolutions in whose place `Conv` with the same arguments is meant.
const CONVOLUTIONS: [&str; 3] = ["Conv2", "RepConv", "nn.Conv2d"];

fn finding(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    if !is_given(file, analysis, row) {
        return None;
    }
    let known = &analysis.rows[row];
    let module = known.info.as_deref()?;
    let cells = &file.model.rows[row].args()?.items;
    let (first, second) = (cells.first()?, cells.get(1)?);
    let text = |cell: &Cell| cell.span.text(file.text()).to_owned();
    let channels = &known.args.first()?.value;
    let message =
        message!("needs-no-input-channels", module = module.name, channels, became = became(file, row, module)?);
    let fails = analysis.rows.iter().any(|row| matches!(row.status, Status::Fault(_)));
    let severity = if fails { Severity::Error } else { Severity::Warning };
    let mut new: Vec<String> = cells[1..].iter().map(text).collect();
    new[0] = unscaled(file, analysis, known, first, second).to_string();
    let title = message!("write-value", value = format!("[{}]", new.join(", ")));
    let span = crate::text::Span::new(first.span.start, second.span.end);
    let fix = Fix::doubtful(title, span, new[0].clone());
    Some(RULE.at(first.span, message).severity(severity).of_row(row).fix(fix))
}

/// The number of output channels to write: that which is given, or what the width makes that of it where the row's numbers
/// are those after scaling.
fn unscaled(file: &File<'_>, analysis: &Analysis, known: &RowAnalysis, first: &Cell, second: &Cell) -> i64 {
    let (Some(c1), Some(c2)) = (first.value.as_int(), second.value.as_int()) else { return 0 };
    let is_after = file.model.scales().next().is_none() && Some(c1) != written(file, analysis, known);
    let width = analysis.scaling.width.as_float().filter(|&width| is_after && width > 0.0).unwrap_or(1.0);
    let before = c2 as f64 / width;
    if before.fract() == 0.0 && before < 1e6 { before as i64 } else { c2 }
}

/// What each cell of a row became: `256 is c2, 256 is kernel_size, 2 is stride`.
pub(super) fn became(file: &File<'_>, row: usize, module: &ModuleInfo) -> Option<Message> {
    let cells = &file.model.rows[row].args()?.items;
    let names = cells.iter().enumerate().map(|(at, cell)| {
        let cell = cell.span.text(file.text());
        match module.row_params.get(at) {
            Some(param) => message!("cell-is", cell, parameter = param.name),
            None => message!("cell-is-too-many", cell),
        }
    });
    (!cells.is_empty()).then(|| message!("became", cells = comma(names)))
}
