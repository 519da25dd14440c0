//! `parse_model` (`ultralytics/nn/tasks.py`), row by row.
//!
//! The framework stops at the first row that fails. Here the rows after it are built as well, as far as what they read
//! is known.

use super::arrange::{Call, arrange};
use super::cells::{gained_repeats, sources};
use super::modules::{Known, Modules};
use super::parsed::{Parsed, ParsedRow};
use super::stand_in::stand_in;
use super::state::{Failure, State, Stop};
use super::task::{Task, task};
use super::{header, locals};
use crate::catalog::head::LEGACY;
use crate::dialect::{Blame, BoundArg, Dataset, ModuleInfo, Origin};
use crate::model::{Model, Row, Source};
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind};
use crate::torch::{Args, Class, ClassAttribute, Layer, repeated_layer};
use crate::words::{and, message};

/// Builds the rows of a file at a scale (empty if it has none) for a dataset.
pub(super) fn parse_model(modules: &Modules, model: &Model, scale: &str, dataset: &Dataset) -> Parsed {
    let (header, build, header_faults) = header::read(modules, model, scale, dataset);
    let mut state = State {
        ch: Vec::with_capacity(model.rows.len()),
        c2: Some(Literal::Int(header.channels)),
        c1: None,
        legacy: true,
        build,
        header,
    };
    let mut rows = Vec::with_capacity(model.rows.len());
    for (i, row) in model.rows.iter().enumerate() {
        rows.push(parse_row(modules, &mut state, i, row));
    }
    let task = task(header::last_module(model));
    if task == Task::Rtdetr
        && let Some(fault) = unsaved_input(model, &rows)
        && let Some(head) = rows.last_mut()
    {
        head.call_fault = Some(fault);
    }
    let State { build, header, .. } = state;
    let mut built = build.modules;
    let root = built.add(Class::of_torch("Sequential"));
    for (i, row) in rows.iter().enumerate() {
        if let Some(layer) = &row.layer {
            built.set_child(root, i.into(), layer.id());
        }
    }
    Parsed {
        rows,
        modules: built,
        root,
        header: header_faults,
        channels: header.channels,
        task,
        scaling: header.scaling,
        default_act: header.default_act,
    }
}

/// An RT-DETR model hands its head saved outputs only, and the row above isn't saved for a `-1`.
fn unsaved_input(model: &Model, rows: &[ParsedRow]) -> Option<Failure> {
    let above = |row: &Row, k: usize| row.entries().get(k).is_some_and(|entry| entry.value.as_int() == Some(-1));
    let last = rows.len().checked_sub(1)?;
    let position = (0..rows[last].from.len()).find(|&k| above(&model.rows[last], k))?;
    let saves = |(row, parsed): (&Row, &ParsedRow)| {
        let mut sources = parsed.from.iter().enumerate();
        sources.any(|(k, source)| *source == Source::Row(last.wrapping_sub(1)) && !above(row, k))
    };
    let is_saved = model.rows.iter().zip(rows).any(saves);
    let message = message!("head-reads-saved");
    (!is_saved).then(|| (Fault::new(FaultKind::HeadInputs, message), Blame::From(Some(position))))
}

fn parse_row(modules: &Modules, state: &mut State<'_>, i: usize, row: &Row) -> ParsedRow {
    let mut parsed = ParsedRow {
        module: None,
        from: Vec::new(),
        from_is_list: false,
        repeats: 1,
        args: Vec::new(),
        layer: None,
        fault: None,
        call_fault: None,
        blocked_by: None,
        stands_in: None,
    };
    match build_row(modules, state, i, row, &mut parsed) {
        Ok(layer) => parsed.layer = Some(layer),
        Err(Stop::Fault(fault, blame)) => {
            if fault.kind == FaultKind::Module {
                parsed.stands_in = stand_in(modules, state, i, row, &mut parsed);
            }
            parsed.fault = Some((fault, blame));
        }
        Err(Stop::BlockedBy(row)) => parsed.blocked_by = Some(row),
    }
    if parsed.layer.is_none() && parsed.stands_in.is_none() {
        state.c2 = None;
    }
    state.ch.push(state.c2.clone());
    parsed
}

fn build_row(
    modules: &Modules,
    state: &mut State<'_>,
    i: usize,
    row: &Row,
    parsed: &mut ParsedRow,
) -> Result<Layer, Stop> {
    let [from, repeats, module, args] = row.cells.as_slice() else {
        let message = match row.cells.len() {
            _ if !row.is_list => message!("row-no-list"),
            1 => message!("row-one-value"),
            n => message!("row-n-values", n),
        };
        return Err(Stop::Fault(Fault::new(FaultKind::Shape, message), Blame::Row));
    };
    let f = &from.value;
    let known = resolve_module(modules, &module.value, i)?;
    let spec = known.spec;
    parsed.module = Some(known.info.clone());
    let reads = sources(f, i, state.header.model.rows.len())?;
    parsed.from_is_list = f.as_list().is_some();
    parsed.from.clone_from(&reads);
    let raw = args.value.as_list().ok_or_else(|| {
        let message = message!("arguments-list", args = args.value);
        (Fault::new(FaultKind::Arguments, message), Blame::Args)
    })?;
    let n = repeats.value.as_float().ok_or_else(|| {
        let message = message!("repeats-number", repeats = repeats.value);
        (Fault::new(FaultKind::Arguments, message), Blame::Repeats)
    })?;
    let mut bound = Vec::with_capacity(raw.len() + 3);
    for (j, value) in raw.iter().enumerate() {
        let value = locals::resolve(state, i, row, j, value).map_err(|fault| (fault, Blame::Arg(j)))?;
        bound.push(BoundArg { value, origin: Origin::Cell(j) });
    }
    if !state.header.usable {
        return Err(Stop::BlockedBy(i));
    }
    let gained = gained_repeats(state, &repeats.value, n)?;
    parsed.repeats = gained.as_int().unwrap_or(1);
    let mut call =
        Call { module: &known.info, treatment: known.treatment, f, reads: &reads, args: bound, repeats: gained };
    let arranged = arrange(state, &mut call);
    parsed.args = call.args;
    let repeated = call.repeats;
    arranged?;
    let copies = repeated.as_int().filter(|&n| n > 1);
    let values: Vec<Literal> = parsed.args.iter().map(|a| a.value.clone()).collect();
    let blame = |fault: Fault| {
        let cell = parsed.blame(&fault);
        let is_many = copies.is_some() && fault.kind == FaultKind::TooLarge && cell == Blame::Row;
        Stop::Fault(fault, if is_many { Blame::Repeats } else { cell })
    };
    let bound = Args::bind(spec, &values).map_err(|fault| blame(naming_inserted(fault, &known.info, &parsed.args)))?;
    state.build.set_class_attribute(LEGACY, ClassAttribute::Flag(state.legacy));
    let layer = state.build.attempt(|b| match copies {
        Some(n) => repeated_layer(b, n, |b| (spec.build)(b, &bound)),
        None => (spec.build)(b, &bound),
    });
    let layer = layer.map_err(blame)?;
    if i == 0 && reads_row_zero(f) {
        let message = message!("row-zero-image");
        return Err(Stop::Fault(Fault::shape(message), Blame::From(None)));
    }
    Ok(layer)
}

/// A fault in the number of arguments says which of them the row doesn't give itself.
fn naming_inserted(mut fault: Fault, module: &ModuleInfo, args: &[BoundArg]) -> Fault {
    let inserted = args.iter().zip(&module.params).filter(|(arg, _)| !matches!(arg.origin, Origin::Cell(_)));
    let names: Vec<String> = inserted.map(|(_, param)| format!("`{}`", param.name)).collect();
    if !names.is_empty() {
        fault.message = message!("arguments-inserted", message = fault.message, names = and(names));
    }
    fault
}

/// At row 0 the framework's bookkeeping divides by the row's index for each `from` but −1.
fn reads_row_zero(f: &Literal) -> bool {
    match f.as_list() {
        Some(items) => items.iter().any(|x| x.as_int() != Some(-1)),
        None => f.as_int() != Some(-1),
    }
}

/// The module that a name refers to.
///
/// The framework takes a `Silence` in row 0, of the first YOLOv9 files, for `nn.Identity`.
fn resolve_module<'a>(modules: &'a Modules, name: &Literal, i: usize) -> Result<&'a Known, Failure> {
    let Some(name) = name.as_str() else {
        let fault = Fault::new(FaultKind::Module, message!("module-name-expected", name));
        return Err((fault, Blame::Module));
    };
    let name = if i == 0 && name == "Silence" { "nn.Identity" } else { name };
    modules.find(name).ok_or_else(|| (modules.why_unknown(name), Blame::Module))
}
