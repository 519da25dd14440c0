//! One file, at one scale and image size, counted by one convention: the value that everything a person sees renders.

mod freeze;
mod lighter;
mod sizes;
mod totals;

use std::ops::Range;
use std::sync::Arc;

pub use lighter::{Saving, Substitute, lighter};
pub use sizes::{Failing, failing, sizes};

use self::totals::totals;
use crate::cost::{Convention, Counter};
use crate::dialect::{
    self, BoundArg, Dataset, Dialect, HeaderFault, ModuleInfo, Noted, Outcome, Ran, RowFault, Scaling, Traced, Unknown,
};
use crate::model::{DeclaredOutput, Model, Source};
use crate::torch::ops::FaultKind;
use crate::torch::{Activation, Count, ModuleId, Trace, Value};
use crate::words::{Message, message};

/// How a model is run and counted.
#[derive(Clone, Debug)]
pub struct Options {
    /// The framework that files are for.
    pub dialect: Arc<dyn Dialect>,
    /// The dataset's classes and channels.
    pub dataset: Dataset,
    /// Height and width of the image.
    pub imgsz: [i64; 2],
    /// FLOP-counting convention.
    pub convention: Convention,
    /// Whether to analyse the deployed model, with batch norms merged into convolutions.
    pub fused: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            dialect: dialect::builtin(),
            dataset: Dataset::default(),
            imgsz: [640, 640],
            convention: Convention::Ultralytics,
            fused: false,
        }
    }
}

/// The analysis of a file.
#[derive(Debug)]
pub struct Analysis {
    /// The framework that the model is for.
    pub dialect: Arc<dyn Dialect>,
    /// The letter of the scale, empty if the model has none.
    pub scale: String,
    /// The dataset's classes and channels.
    pub dataset: Dataset,
    /// Height and width of the image.
    pub imgsz: [i64; 2],
    /// Its channels.
    pub channels: i64,
    /// The FLOP-counting convention.
    pub convention: Convention,
    /// Whether it is the model as it is deployed.
    pub fused: bool,
    /// Depth and width factors and the channel cap that were applied.
    pub scaling: Scaling,
    /// The activation that convolutions end with, where they don't say another: what `activation:` set.
    pub default_act: Activation,
    /// One entry a row of the file.
    pub rows: Vec<RowAnalysis>,
    /// Sums over all rows; none if a row isn't known.
    pub totals: Option<Totals>,
    /// Faults of the header.
    pub header: Vec<HeaderFault>,
    /// Modules and calls of all rows.
    pub trace: Trace,
}

/// The analysis of a row.
#[derive(Debug)]
pub struct RowAnalysis {
    /// Its module, if it is known.
    pub info: Option<Arc<ModuleInfo>>,
    /// The rows that it reads.
    pub from: Vec<Source>,
    /// How often the module is repeated once depth is applied.
    pub repeats: i64,
    /// The arguments that the module is constructed with, and where each comes from. Where `status` isn't exact, those that the
    /// framework puts in may be missing, and the others then stand before their parameters' places.
    pub args: Vec<BoundArg>,
    /// Elements of its parameters; none if it can't be built.
    pub params: Option<u64>,
    /// Elements of its trained parameters.
    pub trainable: Option<u64>,
    /// Operations as the convention books them; none if it can't be run.
    pub ops: Option<u128>,
    /// Its output, of a head the first tensor only; none if it can't be run.
    pub output: Option<Value>,
    /// Why figures are missing.
    pub status: Status,
    /// Its module in the trace; none if it can't be built.
    pub module: Option<ModuleId>,
    /// Parameters and layers that it adds to the rows above: each instance counts once.
    pub adds: Count,
    /// Its calls in the trace.
    pub calls: Range<usize>,
    /// The values that the framework's own source made of it.
    pub noted: Noted,
}

impl RowAnalysis {
    /// The module's class as the framework's table prints it.
    pub fn path(&self) -> Option<&str> {
        self.info.as_ref().map(|module| module.path.as_ref())
    }

    /// Whether it is a head.
    pub fn is_head(&self) -> bool {
        self.info.as_ref().is_some_and(|module| module.is_head)
    }

    /// Whether it has a fault of this kind.
    pub fn has_fault(&self, kind: FaultKind) -> bool {
        matches!(&self.status, Status::Fault(fault) if fault.fault.kind == kind)
    }
}

/// Whether a row's figures are known.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// They are, all of them.
    Exact,
    /// Its module isn't known, but a person says what it returns: it has an output and no figures.
    Declared(DeclaredOutput),
    /// All but the operations: the counter whose convention is followed stops at this row, for the reason given.
    Uncounted(Message),
    /// This row can't be built or run.
    Fault(Box<RowFault>),
    /// It reads a row that isn't known.
    BlockedBy(usize),
    /// Its outcome isn't known.
    Unknown(Unknown),
    /// The header has a fault.
    Header,
    /// It isn't finished: the parser said why.
    Incomplete,
}

impl Status {
    /// The reason for missing figures, in a few words; none if they are known.
    pub fn reason(&self) -> Option<Message> {
        Some(match self {
            Status::Exact => return None,
            Status::Uncounted(why) => why.clone(),
            Status::Declared(DeclaredOutput::Same) => message!("declared-same"),
            Status::Declared(DeclaredOutput::Channels(c)) => message!("declared-channels", channels = c),
            Status::Fault(fault) => fault.fault.message.clone(),
            Status::BlockedBy(row) => message!("row-is-unknown", row),
            Status::Unknown(unknown) => unknown.message(),
            Status::Header => message!("header-is-at-fault"),
            Status::Incomplete => message!("row-isnt-finished"),
        })
    }
}

/// Sums over all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Leaf modules, each instance once.
    pub layers: usize,
    /// Elements of all parameters, each instance once.
    pub params: u64,
    /// Elements of trained parameters.
    pub trainable: u64,
    /// Operations; none if a row can't be run.
    pub ops: Option<u128>,
    /// Bytes of the tensors that are held at the worst moment between two rows: each
    /// row's output from where it is made to its last reader, in float32.
    pub activation_peak_bytes: Option<u128>,
}

impl Analysis {
    /// The options that it was made with.
    pub fn options(&self) -> Options {
        let Analysis { ref dialect, dataset, imgsz, convention, fused, .. } = *self;
        Options { dialect: dialect.clone(), dataset, imgsz, convention, fused }
    }

    /// The same model as it is deployed, on images of this size; none if that can't be told. What a framework's own source
    /// makes of a model for that isn't followed.
    pub fn deployed(&self, model: &Model, imgsz: [i64; 2]) -> Option<Analysis> {
        if self.dialect.source().is_some() {
            return None;
        }
        let options = Options { fused: true, imgsz, ..self.options() };
        Some(analyse(model, &self.scale, &options)).filter(|analysis| analysis.fused)
    }

    /// Floating point operations of booked ops.
    pub fn flops(&self, ops: u128) -> u128 {
        self.convention.flops(ops)
    }

    /// Billions of floating point operations of booked ops.
    pub fn gflops(&self, ops: u128) -> f64 {
        self.flops(ops) as f64 / 1e9
    }

    /// By how much a map of this height and width is smaller than the image, if it is so in both directions alike.
    pub fn stride(&self, [height, width]: [i64; 2]) -> Option<i64> {
        let stride = self.imgsz[0].checked_div(height).filter(|&stride| stride > 0)?;
        let is_of = |side: i64, of: i64| stride.checked_mul(side) == Some(of);
        (is_of(height, self.imgsz[0]) && is_of(width, self.imgsz[1])).then_some(stride)
    }

    /// Bytes of the outputs that are held after each row, in float32; none if an output isn't known.
    pub fn held_bytes(&self) -> Option<Vec<u128>> {
        totals::held_bytes(&self.rows)
    }

    /// For each row the last that reads its output, itself where none does.
    pub fn last_readers(&self) -> Vec<usize> {
        totals::last_readers(&self.rows)
    }

    /// The GFLOPs that the framework's summary line names for an image of a height and width.
    pub fn summary_gflops(&self, model: &Model, imgsz: [i64; 2]) -> Option<f64> {
        let ran = (imgsz == self.imgsz && self.totals.is_some()).then_some(&self.trace);
        self.dialect.summary_gflops(model, &self.scale, &self.dataset, imgsz, self.fused, ran)
    }
}

/// Analyses a model at a scale; the letter may be one that the model doesn't define, and is empty for none.
pub fn analyse(model: &Model, scale: &str, options: &Options) -> Analysis {
    of_run(model, scale, options, options.dialect.run(model, scale, &options.dataset, options.imgsz))
}

/// Analyses a model, and returns the values that the framework's source made for a row; none without source.
pub fn trace(model: &Model, scale: &str, options: &Options, row: usize) -> Option<(Analysis, Traced)> {
    let (ran, traced) = options.dialect.trace(model, scale, &options.dataset, options.imgsz, row)?;
    Some((of_run(model, scale, options, ran), traced))
}

fn of_run(model: &Model, scale: &str, options: &Options, mut ran: Ran) -> Analysis {
    let fused = options.fused && options.dialect.fuse(&mut ran);
    let Ran { rows: ran, trace, header, channels, scaling, default_act } = ran;
    let counter = Counter::new(options.convention, &trace.modules, trace.root);
    let mut seen = trace.modules.walk();
    let mut rows: Vec<RowAnalysis> = Vec::with_capacity(ran.len());
    for (row, typed) in ran.into_iter().zip(&model.rows) {
        let (adds, held) = match row.module.map(|id| seen.count_and_params(id)) {
            Some((adds, params, frozen)) => (adds, Some((params, params - frozen))),
            None => (Count::default(), None),
        };
        let (output, status) = match row.outcome {
            Outcome::Returned(value) => (Some(counted_output(row.info.as_deref(), value)), Status::Exact),
            Outcome::Declared(output, value) => (Some(value), Status::Declared(output)),
            Outcome::Assumed(fault, value) => (Some(value), Status::Fault(fault)),
            Outcome::Failed(_) | Outcome::Unknown(_) if !typed.complete => (None, Status::Incomplete),
            Outcome::Failed(fault) => (None, Status::Fault(fault)),
            Outcome::BlockedBy(cause) => (None, Status::BlockedBy(cause)),
            Outcome::Header => (None, Status::Header),
            Outcome::Unknown(unknown) => (None, Status::Unknown(unknown)),
        };
        let is_declared = matches!(status, Status::Declared(_));
        let (ops, status) =
            match output.as_ref().filter(|_| !is_declared).map(|_| counter.total(&trace.calls[row.calls.clone()])) {
                Some(Ok(ops)) => (Some(ops), status),
                Some(Err(why)) => (None, Status::Uncounted(why)),
                None => (None, status),
            };
        rows.push(RowAnalysis {
            info: row.info,
            from: row.from,
            repeats: row.repeats,
            args: row.args,
            params: held.map(|(params, _)| params),
            trainable: held.map(|(_, trainable)| trainable),
            ops,
            output,
            status,
            module: row.module,
            adds,
            calls: row.calls,
            noted: row.noted,
        });
    }
    let totals = totals(&rows, &trace);
    Analysis {
        dialect: options.dialect.clone(),
        scale: scale.to_owned(),
        dataset: options.dataset,
        imgsz: options.imgsz,
        channels,
        convention: options.convention,
        fused,
        scaling,
        default_act,
        rows,
        totals,
        header,
        trace,
    }
}

/// Analyses a model at every scale that it defines, or at `scale` if it defines none.
pub fn at_every_scale(model: &Model, scale: &str, options: &Options) -> Vec<Analysis> {
    let mut letters = scale_letters(model);
    if letters.is_empty() {
        letters.push(scale);
    }
    letters.into_iter().map(|letter| analyse(model, letter, options)).collect()
}

/// The letters of the scales that a model defines.
pub fn scale_letters(model: &Model) -> Vec<&str> {
    let mut letters: Vec<&str> = Vec::new();
    for (letter, ..) in model.scales() {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    letters
}

/// The part of a row's output that counts: the first tensor of a head holds the predictions, the rest is for training.
fn counted_output(module: Option<&ModuleInfo>, value: Value) -> Value {
    match value.first_tensor() {
        Some(first) if module.is_some_and(|module| module.is_head) => Value::Tensor(first),
        _ => value,
    }
}
