//! `parse_model` of Ultralytics 8.4.190 (`ultralytics/nn/tasks.py`), row by row.
//!
//! The framework stops at the first row that fails. Here the rows after it are built as well, as far as what they read
//! is known.

use super::number::{round_half_even, scaled_channels, sum};
use super::{Blame, BoundArg, HeaderFault, Origin, Parsed, ParsedRow, Scaling, Source, Task};
use crate::catalog;
use crate::catalog::head::LEGACY;
use crate::model::{Model, Row};
use crate::python::{Arg, parse_expression};
use crate::torch::ops::{Fault, FaultKind};
use crate::torch::{Activation, Args, Build, Class, ClassAttribute, Layer, Spec, repeated_layer};

/// The dialect's name.
pub const NAME: &str = "ultralytics";

/// The top-level keys that the framework reads by name. Source: `yaml_model_load`, `parse_model` and the classes of models
/// in `ultralytics/nn/tasks.py` 8.4.190.
pub const KEYS: [&str; 12] = [
    "activation",
    "backbone",
    "depth_multiple",
    "end2end",
    "head",
    "inplace",
    "kpt_shape",
    "nc",
    "reg_max",
    "scales",
    "text_model",
    "width_multiple",
];

/// Modules that get `[c1, c2, …]`, with `c2` scaled by width.
pub(super) const BASE_MODULES: &[&str] = &[
    "Classify",
    "Conv",
    "ConvTranspose",
    "GhostConv",
    "Bottleneck",
    "GhostBottleneck",
    "SPP",
    "SPPF",
    "C2fPSA",
    "C2PSA",
    "DWConv",
    "Focus",
    "BottleneckCSP",
    "C1",
    "C2",
    "C2f",
    "C3k2",
    "RepNCSPELAN4",
    "ELAN1",
    "ADown",
    "AConv",
    "SPPELAN",
    "C2fAttn",
    "C3",
    "C3TR",
    "C3Ghost",
    "nn.ConvTranspose2d",
    "DWConvTranspose2d",
    "C3x",
    "RepC3",
    "PSA",
    "SCDown",
    "C2fCIB",
    "A2C2f",
];

/// Modules that take `repeats` as an argument instead of being repeated.
pub(super) const REPEAT_MODULES: &[&str] = &[
    "BottleneckCSP",
    "C1",
    "C2",
    "C2f",
    "C3k2",
    "C2fAttn",
    "C3",
    "C3TR",
    "C3Ghost",
    "C3x",
    "RepC3",
    "C2fPSA",
    "C2fCIB",
    "C2PSA",
    "A2C2f",
];

/// Heads that get `reg_max`, `end2end` and the channels of all inputs.
pub(super) const BOX_HEADS: &[&str] = &[
    "Detect",
    "WorldDetect",
    "YOLOEDetect",
    "Segment",
    "Segment26",
    "YOLOESegment",
    "YOLOESegment26",
    "Pose",
    "Pose26",
    "OBB",
    "OBB26",
];

/// Heads whose number of prototypes is scaled by width.
const MASK_HEADS: &[&str] = &["Segment", "YOLOESegment", "Segment26", "YOLOESegment26"];

/// Whether a module's argument at `position`, as rows write it, is a number of channels that is capped and scaled by width.
pub fn scales_channels(module: &str, position: usize) -> bool {
    match position {
        0 => BASE_MODULES.contains(&module) && module != "Classify",
        2 => MASK_HEADS.contains(&module),
        _ => false,
    }
}

/// Whether a module is a head that takes maps of several sizes and is built for the first of them.
pub fn has_levels(module: &str) -> bool {
    BOX_HEADS.contains(&module) || module == "v10Detect"
}

/// A fault and the cell that is to blame.
type Failure = (Fault, Blame);

/// What a row's failure is: its own, or that of a row it reads.
enum Stop {
    Fault(Fault, Blame),
    WaitsFor(usize),
}

impl From<Failure> for Stop {
    fn from((fault, blame): Failure) -> Stop {
        Stop::Fault(fault, blame)
    }
}

/// The variables of `parse_model` that rows depend on.
struct State<'a> {
    header: Header<'a>,
    /// The channels of each row's output, none where they aren't known.
    ch: Vec<Option<Arg>>,
    /// `c2` as the last row left it, which rows that don't set it hand on.
    c2: Option<Arg>,
    c1: Option<Arg>,
    legacy: bool,
    build: Build,
}

/// The header's values that `parse_model` reads.
struct Header<'a> {
    model: &'a Model,
    scale: &'a str,
    reg_max: Arg,
    end2end: Arg,
    scaling: Scaling,
    /// Whether depth, width and cap are known.
    usable: bool,
    channels: i64,
}

/// Builds the rows of a file at a scale (empty where it has none).
pub fn parse_model(model: &Model, scale: &str) -> Parsed {
    let mut header_faults = Vec::new();
    let channels = input_channels(model).unwrap_or_else(|fault| {
        header_faults.push(fault);
        3
    });
    header_faults.extend(missing_keypoints(model));
    let scaling = scaling(model, scale).unwrap_or_else(|fault| {
        header_faults.push(fault);
        None
    });
    let chosen = activation(model).and_then(|act| Ok((catalog::build(&act)?, act)));
    let (build, default_act) = chosen.unwrap_or_else(|fault| {
        header_faults.push(HeaderFault { key: "activation", scale: None, fault });
        (Build::default(), Activation::silu())
    });
    let get = |name| value(model, name).cloned();
    let usable = scaling.is_some() && header_faults.iter().all(|fault| fault.key == "kpt_shape");
    let scaling = scaling.unwrap_or(Scaling { depth: Arg::Int(1), width: Arg::Int(1), max_channels: Arg::Int(1) });
    let header = Header {
        model,
        scale,
        reg_max: get("reg_max").unwrap_or(Arg::Int(16)),
        end2end: get("end2end").unwrap_or(Arg::None),
        scaling,
        usable,
        channels,
    };
    let mut state = State {
        ch: Vec::with_capacity(model.rows.len()),
        c2: Some(Arg::Int(channels)),
        c1: None,
        legacy: true,
        build,
        header,
    };
    let rows: Vec<ParsedRow> = model.rows.iter().enumerate().map(|(i, row)| parse_row(&mut state, i, row)).collect();
    let mut modules = state.build.modules;
    let root = modules.add(Class::of_torch("Sequential"));
    for (i, row) in rows.iter().enumerate() {
        if let Some(layer) = &row.layer {
            modules.set_child(root, i.into(), layer.id());
        }
    }
    Parsed {
        rows,
        modules,
        root,
        header: header_faults,
        channels,
        task: task(model),
        scaling: state.header.scaling,
        default_act,
    }
}

/// The value of a top-level key. The framework takes the text `None` for the null that was meant.
fn value<'a>(model: &'a Model, name: &str) -> Option<&'a Arg> {
    model.get(name).map(|value| if value.as_str() == Some("None") { &Arg::None } else { value })
}

/// Depth, width and cap of a scale, or none where a fault was reported elsewhere.
fn scaling(model: &Model, scale: &str) -> Result<Option<Scaling>, HeaderFault> {
    let get = |name| value(model, name).cloned().unwrap_or(Arg::Float(1.0));
    let Some(key) = model.key("scales").filter(|key| key.value.value.truthy()) else {
        return Ok(Some(Scaling {
            depth: get("depth_multiple"),
            width: get("width_multiple"),
            max_channels: Arg::Float(f64::INFINITY),
        }));
    };
    let fault = |scale: Option<&str>, fault| HeaderFault { key: "scales", scale: scale.map(str::to_owned), fault };
    if key.value.names.is_empty() {
        return Err(fault(None, Fault::value("`scales` must map letters to [depth, width, max_channels]")));
    }
    let Some((.., cell)) = model.scales().filter(|(name, ..)| *name == scale).last() else {
        let known: Vec<_> = model.scales().map(|(name, ..)| name).collect();
        return Err(fault(None, Fault::value(format!("this file has no scale `{scale}`, only {}", known.join(", ")))));
    };
    let Some([depth, width, max_channels]) = cell.value.as_list() else {
        let more = match cell.value.as_list().map(<[Arg]>::len) {
            Some(2) => ": `max_channels` is missing",
            Some(4..) => ": only some forks read more values",
            _ => "",
        };
        let message = format!("scale `{scale}` must be [depth, width, max_channels], but is {}{more}", cell.value);
        return Err(fault(Some(scale), Fault::value(message)));
    };
    for (name, value) in [("depth", depth), ("width", width), ("max_channels", max_channels)] {
        if value.as_float().is_none() {
            return Err(fault(
                Some(scale),
                Fault::value(format!("{name} of scale `{scale}` must be a number, but is {value}")),
            ));
        }
    }
    Ok(Some(Scaling { depth: depth.clone(), width: width.clone(), max_channels: max_channels.clone() }))
}

/// What `activation:` says.
fn activation(model: &Model) -> Result<Activation, Fault> {
    match value(model, "activation") {
        None => Ok(Activation::silu()),
        Some(value) if !value.truthy() => Ok(Activation::silu()),
        Some(Arg::Str(text)) => catalog::activation::parse(text),
        Some(other) => Err(Fault::new(
            FaultKind::Arguments,
            format!("`activation` must be text like nn.ReLU(), but is {other} ({})", other.type_name()),
        )),
    }
}

/// The channels of the input image: `ch`, or for a classifier, which the framework reads it for, `channels`; else 3.
///
/// The framework itself takes them from the dataset when it trains, and 3 when it only reads the file.
fn input_channels(model: &Model) -> Result<i64, HeaderFault> {
    let key = if last_module(model) == "Classify" && model.key("channels").is_some() { "channels" } else { "ch" };
    match value(model, key) {
        Some(Arg::Int(ch @ 1..=1_000_000)) => Ok(*ch),
        None => Ok(3),
        Some(_) if key == "ch" => Ok(3),
        Some(other) => {
            let message = format!("`{key}` must be the number of channels of the image, but is {other}");
            Err(HeaderFault { key, scale: None, fault: Fault::new(FaultKind::Arguments, message) })
        }
    }
}

/// A pose model reads `kpt_shape` at the top of the file, whatever its head is given.
fn missing_keypoints(model: &Model) -> Option<HeaderFault> {
    let is_pose = matches!(last_module(model), "Pose" | "Pose26");
    let message = "a pose model needs `kpt_shape: [points, dimensions]` at the top of the file";
    (is_pose && model.key("kpt_shape").is_none()).then(|| HeaderFault {
        key: "kpt_shape",
        scale: None,
        fault: Fault::value(message),
    })
}

/// The name of the last row's module.
fn last_module(model: &Model) -> &str {
    model.rows.last().and_then(|row| row.module()).and_then(|cell| cell.value.as_str()).unwrap_or_default()
}

/// The class of model: the framework looks at the module that the last row of `head` names.
fn task(model: &Model) -> Task {
    match last_module(model) {
        "WorldDetect" => Task::World,
        "YOLOEDetect" | "YOLOESegment" | "YOLOESegment26" => Task::Yoloe,
        "RTDETRDecoder" => Task::Rtdetr,
        "SemanticSegment" => Task::Semantic,
        "v10Detect" => Task::Detection,
        name if BOX_HEADS.contains(&name) => Task::Detection,
        _ => Task::Plain,
    }
}

fn parse_row(state: &mut State<'_>, i: usize, row: &Row) -> ParsedRow {
    let mut parsed = ParsedRow {
        spec: None,
        from: Vec::new(),
        from_above: Vec::new(),
        from_is_list: false,
        repeats: 1,
        args: Vec::new(),
        layer: None,
        fault: None,
        waits_for: None,
    };
    match build_row(state, i, row, &mut parsed) {
        Ok(layer) => parsed.layer = Some(layer),
        Err(Stop::Fault(fault, blame)) => parsed.fault = Some((fault, blame)),
        Err(Stop::WaitsFor(row)) => parsed.waits_for = Some(row),
    }
    if parsed.layer.is_none() {
        state.c2 = None;
    }
    state.ch.push(state.c2.clone());
    parsed
}

fn build_row(state: &mut State<'_>, i: usize, row: &Row, parsed: &mut ParsedRow) -> Result<Layer, Stop> {
    let [from, repeats, module, args] = row.cells.as_slice() else {
        let message = match row.cells.len() {
            _ if !row.is_list => "a row must be a list [from, repeats, module, args], but this isn't a list".to_owned(),
            1 => "a row must be [from, repeats, module, args], but this one has 1 value".to_owned(),
            n => format!("a row must be [from, repeats, module, args], but this one has {n} values"),
        };
        return Err(Stop::Fault(Fault::new(FaultKind::Shape, message), Blame::Row));
    };
    let f = &from.value;
    let spec = resolve_module(&module.value, i)?;
    parsed.spec = Some(spec);
    let reads = sources(f, i, state.header.model.rows.len())?;
    parsed.from_is_list = f.as_list().is_some();
    let entries = f.as_list().unwrap_or(std::slice::from_ref(f));
    parsed.from_above = entries.iter().map(|x| x.as_int() == Some(-1)).collect();
    parsed.from.clone_from(&reads);
    let raw = args.value.as_list().ok_or_else(|| {
        let message = format!("the arguments must be a list, but are {}", args.value);
        (Fault::new(FaultKind::Arguments, message), Blame::Args)
    })?;
    let n = repeats.value.as_float().ok_or_else(|| {
        let message = format!("`repeats` must be a number, but is {}", repeats.value);
        (Fault::new(FaultKind::Arguments, message), Blame::Repeats)
    })?;
    let mut bound = Vec::with_capacity(raw.len() + 3);
    for (j, value) in raw.iter().enumerate() {
        let value = resolve_argument(state, i, row, j, value).map_err(|fault| (fault, Blame::Arg(j)))?;
        bound.push(BoundArg { value, origin: Origin::Cell(j) });
    }
    if !state.header.usable {
        return Err(Stop::WaitsFor(i));
    }
    let gained = gained_repeats(state, &repeats.value, n)?;
    parsed.repeats = gained.as_int().unwrap_or(1);
    let mut call = Call { name: spec.name, f, reads: &reads, args: bound, repeats: gained };
    let arranged = arrange(state, &mut call);
    parsed.args = call.args;
    let repeated = call.repeats;
    arranged?;
    let copies = repeated.as_int().filter(|&n| n > 1);
    let values: Vec<Arg> = parsed.args.iter().map(|a| a.value.clone()).collect();
    let blame = |fault: Fault| {
        let cell = parsed.blame(&fault);
        let is_many = copies.is_some() && fault.kind == FaultKind::TooLarge && cell == Blame::Row;
        Stop::Fault(fault, if is_many { Blame::Repeats } else { cell })
    };
    let bound = Args::bind(spec, &values).map_err(|fault| blame(naming_inserted(fault, spec, &parsed.args)))?;
    state.build.set_class_attribute(LEGACY, ClassAttribute::Flag(state.legacy));
    let layer = state.build.attempt(|b| match copies {
        Some(n) => repeated_layer(b, n, |b| (spec.build)(b, &bound)),
        None => (spec.build)(b, &bound),
    });
    let layer = layer.map_err(blame)?;
    if i == 0 && reads_row_zero(f) {
        let message = "row 0 can only read the image: write -1";
        return Err(Stop::Fault(Fault::shape(message), Blame::From(None)));
    }
    Ok(layer)
}

/// A fault in the number of arguments says which of them the row doesn't give itself.
fn naming_inserted(mut fault: Fault, spec: &Spec, args: &[BoundArg]) -> Fault {
    let inserted = args.iter().zip(spec.params).filter(|(arg, _)| !matches!(arg.origin, Origin::Cell(_)));
    let names: Vec<String> = inserted.map(|(_, param)| format!("`{}`", param.name)).collect();
    if !names.is_empty() {
        fault.message += &format!(", where the framework inserts {}", names.join(" and "));
    }
    fault
}

/// At row 0 the framework's bookkeeping divides by the row's index for each `from` but −1.
fn reads_row_zero(f: &Arg) -> bool {
    match f.as_list() {
        Some(items) => items.iter().any(|x| x.as_int() != Some(-1)),
        None => f.as_int() != Some(-1),
    }
}

/// The module that a name stands for.
///
/// The framework takes a `Silence` in row 0, of the first YOLOv9 files, for `nn.Identity`.
fn resolve_module(name: &Arg, i: usize) -> Result<&'static Spec, Failure> {
    let Some(name) = name.as_str() else {
        let fault = Fault::new(FaultKind::Module, format!("expected the name of a module, but got {name}"));
        return Err((fault, Blame::Module));
    };
    let name = if i == 0 && name == "Silence" { "nn.Identity" } else { name };
    catalog::find(name).ok_or_else(|| (catalog::why_unknown(name), Blame::Module))
}

/// The rows that `from` names, or why it can't.
fn sources(f: &Arg, i: usize, count: usize) -> Result<Vec<Source>, Failure> {
    match f.as_list() {
        Some(items) => items.iter().enumerate().map(|(j, x)| source(x, i, count, Some(j))).collect(),
        None => Ok(vec![source(f, i, count, None)?]),
    }
}

/// What one entry of row `i`'s `from` names; none where it names no row.
pub fn source_of(entry: &Arg, i: usize) -> Option<Source> {
    source(entry, i, i, None).ok()
}

/// What an entry of the `from` of row `i` names, of `count` rows.
fn source(x: &Arg, i: usize, count: usize, position: Option<usize>) -> Result<Source, Failure> {
    let fault = |message: String| (Fault::new(FaultKind::From, message), Blame::From(position));
    let index = x.as_int().ok_or_else(|| fault(format!("`from` must be the index of a row, but is {x}")))?;
    if i == 0 && (index == -1 || index == 0) {
        return Ok(Source::Image);
    }
    let row = if index < 0 { index.saturating_add(i as i64) } else { index };
    if (0..i as i64).contains(&row) {
        return Ok(Source::Row(row as usize));
    }
    Err(fault(match index {
        _ if index == i as i64 => format!("row {i} can't read itself, only rows above it"),
        _ if index >= count as i64 => {
            let last = count.saturating_sub(1);
            format!("there is no row {index}: the last one is row {last}, and row {i} can only read rows above it")
        }
        _ if index > i as i64 => format!("row {i} can't read row {index}, which comes after it"),
        _ if i == 0 => format!("row 0 can only read the image: write -1 instead of {index}"),
        _ => format!("{index} counts back from row {i} beyond the first row: {} is row 0", -(i as i64)),
    }))
}

/// What the framework makes of a string argument: the value of a variable of `parse_model`, or of a Python literal.
fn resolve_argument(state: &State<'_>, i: usize, row: &Row, j: usize, value: &Arg) -> Result<Arg, Fault> {
    let Some(text) = value.as_str() else { return Ok(value.clone()) };
    if let Some(local) = local_variable(state, i, row, j, text) {
        return local;
    }
    match parse_expression(text) {
        Ok(expr) => Ok(expr.literal().unwrap_or_else(|| value.clone())),
        Err(_) => Err(Fault::value(format!("`{text}` is neither a name nor a Python literal (SyntaxError)"))),
    }
}

fn local_variable(state: &State<'_>, i: usize, row: &Row, j: usize, name: &str) -> Option<Result<Arg, Fault>> {
    let header = &state.header;
    let get = |key: &str, default: Arg| value(header.model, key).cloned().unwrap_or(default);
    let known =
        |value: Option<Arg>| value.ok_or_else(|| Fault::unsupported(format!("the value of `{name}` isn't known here")));
    Some(match name {
        "nc" => Ok(get("nc", Arg::None)),
        "act" => Ok(get("activation", Arg::None)),
        "end2end" => Ok(header.end2end.clone()),
        "reg_max" => Ok(header.reg_max.clone()),
        "kpt_shape" => Ok(get("kpt_shape", Arg::Float(1.0))),
        "depth" => Ok(header.scaling.depth.clone()),
        "width" => Ok(header.scaling.width.clone()),
        "max_channels" => Ok(header.scaling.max_channels.clone()),
        "scale" => Ok(Arg::Str(header.scale.to_owned())),
        "legacy" => Ok(Arg::Bool(state.legacy)),
        "verbose" => Ok(Arg::Bool(true)),
        "restricted" => Ok(Arg::Bool(false)),
        "i" => Ok(Arg::Int(i as i64)),
        "j" => Ok(Arg::Int(j as i64)),
        "n" => known(row.repeats().map(|cell| cell.value.clone())),
        "f" => known(row.from().map(|cell| cell.value.clone())),
        "a" => Ok(Arg::Str("a".to_owned())),
        "c2" => known(state.c2.clone()),
        "c1" if i > 0 => known(state.c1.clone()),
        "ch" if i == 0 => Ok(Arg::List(vec![Arg::Int(header.channels)])),
        "ch" => known(state.ch.iter().cloned().collect::<Option<_>>().map(Arg::List)),
        "d" | "scales" | "default_act" | "base_modules" | "repeat_modules" | "ast" | "args" | "m" | "layers"
        | "save" => {
            Err(Fault::unsupported(format!("`{name}` is a variable of the framework's parse_model, not a value")))
        }
        "t" | "m_" | "n_" | "cm" if i > 0 => {
            Err(Fault::unsupported(format!("`{name}` is a variable of the framework's parse_model, not a value")))
        }
        _ => return None,
    })
}

/// `repeats` after the depth gain: `max(round(n * depth), 1)` where it is above 1.
fn gained_repeats(state: &State<'_>, cell: &Arg, n: f64) -> Result<Arg, Failure> {
    if n <= 1.0 {
        return Ok(cell.clone());
    }
    let depth = state.header.scaling.depth.as_float().ok_or_else(|| {
        let message = format!("depth must be a number, but is {}", state.header.scaling.depth);
        (Fault::value(message), Blame::Repeats)
    })?;
    let gained = round_half_even(n * depth);
    if !gained.is_finite() || gained.abs() > 1e15 {
        return Err((
            Fault::too_large(format!("{n} repeats times depth {depth} are too many to build")),
            Blame::Repeats,
        ));
    }
    Ok(Arg::Int((gained as i64).max(1)))
}

/// A constructor's call while its arguments are arranged.
struct Call<'a> {
    name: &'static str,
    f: &'a Arg,
    reads: &'a [Source],
    args: Vec<BoundArg>,
    /// `n`: what is left of it once a module took it as an argument is 1.
    repeats: Arg,
}

impl Call<'_> {
    /// The argument at `i`, or the `IndexError` that the framework would raise.
    fn at(&self, i: usize) -> Result<&Arg, Failure> {
        self.args.get(i).map(|a| &a.value).ok_or_else(|| (Fault::new(FaultKind::Arguments, self.lacks(i)), Blame::Args))
    }

    /// Says which parameter argument `i` would be.
    fn lacks(&self, i: usize) -> String {
        let name = self.name;
        if matches!(name, "TorchVision" | "Index") {
            return format!("{name} is missing its first argument, the number of output channels");
        }
        let params = catalog::find(name).map_or(&[][..], |spec| spec.params);
        let gets_c1 = params.first().is_some_and(|param| param.name == "c1") && name != "ResNetLayer";
        let given = params.get(i + usize::from(gets_c1)).map_or("", |param| param.name);
        let spec = catalog::find(name).map(ToString::to_string).unwrap_or_default();
        let inserted = if gets_c1 { ", where the framework inserts `c1`" } else { "" };
        format!("{name} is missing `{given}`: {spec}{inserted}")
    }

    fn blame(&self, i: usize) -> Blame {
        match self.args.get(i).map(|a| a.origin) {
            Some(Origin::Cell(j)) => Blame::Arg(j),
            Some(Origin::From) => Blame::From(None),
            Some(Origin::Repeats) => Blame::Repeats,
            _ => Blame::Args,
        }
    }

    fn insert(&mut self, i: usize, value: Arg, origin: Origin) {
        let i = i.min(self.args.len());
        self.args.insert(i, BoundArg { value, origin });
    }

    fn push(&mut self, value: Arg, origin: Origin) {
        self.args.push(BoundArg { value, origin });
    }

    /// `n` becomes an argument.
    fn insert_repeats(&mut self, i: usize) {
        let n = std::mem::replace(&mut self.repeats, Arg::Int(1));
        self.insert(i, n, Origin::Repeats);
    }
}

/// Channels of the one row that `from` names.
fn channels_of_one(state: &State<'_>, call: &Call<'_>) -> Result<Arg, Stop> {
    match call.reads {
        [source] if call.f.as_list().is_none() => channels(state, *source),
        _ => {
            let message = format!("{} reads one row, but `from` is the list {}", call.name, call.f);
            Err(Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None)))
        }
    }
}

/// Channels of all rows that `from` lists.
fn channels_of_all(state: &State<'_>, call: &Call<'_>) -> Result<Vec<Arg>, Stop> {
    if call.f.as_list().is_none() {
        let message = format!("{} reads a list of rows, but `from` is {}: write [{}]", call.name, call.f, call.f);
        return Err(Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None)));
    }
    call.reads.iter().map(|&source| channels(state, source)).collect()
}

fn channels(state: &State<'_>, source: Source) -> Result<Arg, Stop> {
    match source {
        Source::Image => Ok(Arg::Int(state.header.channels)),
        Source::Row(row) => state.ch[row].clone().ok_or(Stop::WaitsFor(row)),
    }
}

/// Arranges the arguments as `parse_model` does, and sets the row's `c2`.
fn arrange(state: &mut State<'_>, call: &mut Call<'_>) -> Result<(), Stop> {
    let name = call.name;
    if BASE_MODULES.contains(&name) {
        arrange_base(state, call)?;
    } else if name == "AIFI" {
        let c1 = channels_of_one(state, call)?;
        call.insert(0, c1, Origin::From);
    } else if name == "HGStem" || name == "HGBlock" {
        let c1 = channels_of_one(state, call)?;
        call.at(0)?;
        state.c2 = Some(call.at(1)?.clone());
        state.c1 = Some(c1.clone());
        call.insert(0, c1, Origin::From);
        if name == "HGBlock" {
            call.insert_repeats(4);
        }
    } else if name == "ResNetLayer" {
        let is_first = call.at(3)?.truthy();
        let c2 = call.at(1)?;
        state.c2 = Some(match c2.as_int() {
            _ if is_first => c2.clone(),
            Some(c2) => Arg::Int(c2.saturating_mul(4)),
            None => {
                let message = format!("`c2` of ResNetLayer must be an integer, but is {c2}");
                return Err(Stop::Fault(Fault::new(FaultKind::Arguments, message), call.blame(1)));
            }
        });
    } else if name == "nn.BatchNorm2d" {
        let c1 = channels_of_one(state, call)?;
        call.args.clear();
        call.push(c1, Origin::From);
    } else if name == "Concat" {
        let inputs = channels_of_all(state, call)?;
        state.c2 = Some(sum(&inputs).ok_or_else(|| not_a_number(call))?);
    } else if BOX_HEADS.contains(&name) {
        let inputs = channels_of_all(state, call)?;
        expect_head_arguments(call)?;
        call.push(state.header.reg_max.clone(), Origin::Header("reg_max"));
        call.push(state.header.end2end.clone(), Origin::Header("end2end"));
        call.push(Arg::List(inputs), Origin::From);
        if MASK_HEADS.contains(&name) {
            let npr = scale_channels(state, call, 2)?;
            call.args[2].value = npr;
        }
    } else if name == "Depth" {
        let inputs = channels_of_all(state, call)?;
        call.args.truncate(1);
        call.push(Arg::List(inputs), Origin::From);
    } else if name == "SemanticSegment" || name == "v10Detect" {
        let inputs = channels_of_all(state, call)?;
        expect_head_arguments(call)?;
        call.push(Arg::List(inputs), Origin::From);
    } else if name == "ImagePoolingAttn" || name == "RTDETRDecoder" {
        let inputs = channels_of_all(state, call)?;
        call.insert(1, Arg::List(inputs), Origin::From);
    } else if name == "CBLinear" {
        let c2 = call.at(0)?.clone();
        let c1 = channels_of_one(state, call)?;
        state.c2 = Some(c2);
        state.c1 = Some(c1.clone());
        call.insert(0, c1, Origin::From);
    } else if name == "CBFuse" {
        let inputs = channels_of_all(state, call)?;
        let last = inputs.last().cloned().ok_or_else(|| {
            (Fault::new(FaultKind::From, "CBFuse reads a list of rows, but `from` is empty"), Blame::From(None))
        })?;
        state.c2 = Some(last);
    } else if name == "TorchVision" || name == "Index" {
        let c2 = call.at(0)?.clone();
        state.c1 = Some(channels_of_one(state, call)?);
        state.c2 = Some(c2);
        call.args.remove(0);
    } else {
        state.c2 = Some(channels_of_one(state, call)?);
    }
    Ok(())
}

/// A head gets `reg_max`, `end2end` and the channels of its inputs after the row's arguments, so it fails on any number of
/// these but its own.
fn expect_head_arguments(call: &Call<'_>) -> Result<(), Failure> {
    let params = catalog::find(call.name).map_or(&[][..], |spec| spec.params);
    let own = params.iter().position(|p| matches!(p.name, "reg_max" | "ch")).unwrap_or(params.len());
    if call.args.len() == own {
        return Ok(());
    }
    let names: Vec<&str> = params[..own].iter().map(|p| p.name).collect();
    let (names, given) = (names.join(", "), call.args.len());
    let message = format!("the arguments of {} must be [{names}], but this list has {given}", call.name);
    Err((Fault::new(FaultKind::Arguments, message), Blame::Args))
}

/// The base set: `[c1, c2, …]`, repeats as an argument where the module takes them, and the quirks of three modules.
fn arrange_base(state: &mut State<'_>, call: &mut Call<'_>) -> Result<(), Stop> {
    let name = call.name;
    let c1 = channels_of_one(state, call)?;
    let c2 = if name == "Classify" { call.at(0)?.clone() } else { scale_channels(state, call, 0)? };
    if name == "C2fAttn" {
        scale_attention(state, call, &c2)?;
    }
    state.c1 = Some(c1.clone());
    state.c2 = Some(c2.clone());
    call.at(0)?;
    call.args[0].value = c2;
    call.insert(0, c1, Origin::From);
    if REPEAT_MODULES.contains(&name) {
        call.insert_repeats(2);
    }
    match name {
        "C3k2" => {
            state.legacy = false;
            if matches!(state.header.scale, "m" | "l" | "x") {
                let c3k = BoundArg { value: Arg::Bool(true), origin: Origin::Scale };
                match call.args.get_mut(3) {
                    Some(given) => *given = c3k,
                    None => call.args.push(c3k),
                }
            }
        }
        "A2C2f" => {
            state.legacy = false;
            if matches!(state.header.scale, "l" | "x") {
                call.push(Arg::Bool(true), Origin::Scale);
                call.push(Arg::Float(1.2), Origin::Scale);
            }
        }
        "C2fCIB" => state.legacy = false,
        _ => {}
    }
    Ok(())
}

/// `make_divisible(min(args[i], max_channels) * width, 8)`
fn scale_channels(state: &State<'_>, call: &Call<'_>, i: usize) -> Result<Arg, Stop> {
    let c = call.at(i)?;
    if c.as_float().is_none() {
        let params = catalog::find(call.name).map_or(&[][..], |spec| spec.params);
        let param = params.get(i + usize::from(i == 0)).map_or("", |param| param.name);
        let message =
            format!("`{param}` of {} must be a number of channels, but is {c} ({})", call.name, c.type_name());
        return Err(Stop::Fault(Fault::new(FaultKind::Arguments, message), call.blame(i)));
    }
    let Scaling { width, max_channels, .. } = &state.header.scaling;
    scaled_channels(c, max_channels, width).map(Arg::Int).ok_or_else(|| {
        let message = format!("{c} channels can't be scaled by width {width} up to {max_channels}");
        Stop::Fault(Fault::too_large(message), call.blame(i))
    })
}

/// `C2fAttn`: its number of heads is capped and scaled, its embedding channels are worked out.
fn scale_attention(state: &State<'_>, call: &mut Call<'_>, c2: &Arg) -> Result<(), Stop> {
    let number = |call: &Call<'_>, i: usize| -> Result<f64, Stop> {
        let value = call.at(i)?;
        Ok(value.as_float().ok_or_else(|| {
            let message = format!("a number is expected, but this is {value} ({})", value.type_name());
            (Fault::new(FaultKind::Arguments, message), call.blame(i))
        })?)
    };
    let heads = number(call, 2)?;
    let e = if call.args.len() > 6 { number(call, 6)? } else { 0.5 };
    let Scaling { width, max_channels, .. } = &state.header.scaling;
    let (width, cap) = (width.as_float().unwrap_or(1.0), max_channels.as_float().unwrap_or(f64::INFINITY));
    let cap = if cap.is_finite() { ((cap / 2.0).floor() / 32.0).floor() } else { f64::INFINITY };
    let scaled = if heads > 1.0 { (round_half_even(heads.min(cap)) * width).max(1.0) } else { heads };
    let hidden = c2.as_float().unwrap_or_default() * e;
    if !(scaled.abs() < 1e9 && hidden.abs() < 1e15) {
        return Err(Stop::Fault(Fault::too_large("C2fAttn of such sizes can't be built"), Blame::Args));
    }
    let (heads, hidden) = (scaled as i64, hidden as i64);
    if heads == 0 || hidden % heads != 0 {
        let message = format!("the {hidden} hidden channels of C2fAttn must be divisible by its {heads} heads");
        return Err(Stop::Fault(Fault::value(message), call.blame(2)));
    }
    call.at(1)?;
    call.args[2].value = Arg::Int(heads);
    call.args[1].value = Arg::Int(hidden);
    Ok(())
}

fn not_a_number(call: &Call<'_>) -> Stop {
    let message = format!("{} adds up channels, but one of its inputs returns a list of tensors", call.name);
    Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None))
}
