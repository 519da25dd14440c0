//! torch's functions and tensor methods by name, as programs call them: `torch.cat`, `Tensor.view`, `F.interpolate`.
//!
//! Each row of a topic's table has the names of a function, its parameters as torch declares them, and what it does
//! with bound arguments: shapes come from `ops`, what counters book goes to the [`Run`]. Names of
//! `torch.nn.functional` begin with `F.`.

mod activation;
mod args;
mod attention;
mod binary;
mod cast;
mod convolve;
mod create;
mod elementwise;
mod fft;
mod index;
mod join;
mod linalg;
mod loss;
mod native;
mod norm;
mod operands;
mod pool;
mod product;
mod query;
mod reduce;
mod resize;
mod selected;
mod value;
mod view;

use std::rc::Rc;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::ops::{Fault, FaultKind, Result};
use super::run::Run;
use crate::words::message;
use args::{Param, type_error};
use native::{Memory, Native, native};

pub use args::Args;
pub use create::MAX_ELEMENTS;
pub use value::{Layout, Tensor, Value};

/// The tables of all topics.
const TABLES: [&[Native]; 20] = [
    activation::NATIVES,
    attention::NATIVES,
    binary::NATIVES,
    cast::NATIVES,
    convolve::NATIVES,
    create::NATIVES,
    elementwise::NATIVES,
    fft::NATIVES,
    index::NATIVES,
    join::NATIVES,
    linalg::NATIVES,
    loss::NATIVES,
    norm::NATIVES,
    pool::NATIVES,
    product::NATIVES,
    query::NATIVES,
    reduce::NATIVES,
    resize::NATIVES,
    selected::NATIVES,
    view::NATIVES,
];

/// A row and its parameters.
type Row = (&'static Native, &'static [Param]);

static BY_NAME: LazyLock<FxHashMap<&'static str, Row>> = LazyLock::new(|| {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    let named = |native: &'static Native| {
        let params: &[Param] = Param::read(native.params).leak();
        native.names.split(' ').map(move |name| (name, (native, params)))
    };
    rows.flat_map(named).collect()
});

/// A function of torch by one of its names.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    name: &'static str,
    native: &'static Native,
    params: &'static [Param],
    in_place: bool,
}

/// The function called `name`. A method whose name ends in `_` writes its result into its tensor.
pub fn find(name: &str) -> Option<Function> {
    let short = name.strip_prefix("torch.nn.functional.").map(|rest| format!("F.{rest}"));
    let name = short.as_deref().unwrap_or(name);
    let found = |name: &str| BY_NAME.get_key_value(name).map(|(name, row)| (*name, *row));
    if let Some((name, (native, params))) = found(name) {
        return Some(Function { name, native, params, in_place: false });
    }
    let (name, (native, params)) = found(name.strip_suffix('_').filter(|plain| !plain.ends_with('_'))?)?;
    Some(Function { name, native, params, in_place: true })
}

impl Function {
    /// Its name; of a method that works in place, the one without the underscore.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it writes its result into its first argument.
    pub fn is_in_place(&self) -> bool {
        self.in_place
    }

    /// Whether the arguments say that it writes its result into the first of them: `inplace=True`.
    pub fn is_told_to_write(&self, args: &[Value], kwargs: &[(&str, Value)]) -> bool {
        let is_it = |param: &Param| matches!(param, Param::Named { name: "inplace", default: Some("False"), .. });
        let Some(at) = self.params.iter().position(is_it) else { return false };
        let given = args.get(at).or_else(|| kwargs.iter().find(|(name, _)| *name == "inplace").map(|(_, value)| value));
        matches!(given, Some(Value::Bool(true) | Value::Int(1)))
    }

    /// Whether its results share the memory of its first argument, or may do so.
    pub fn returns_views(&self) -> bool {
        let short = self.name.rsplit('.').next().unwrap_or_default();
        let is_new = matches!(short, "clone" | "repeat" | "tile" | "repeat_interleave") || short.starts_with("new_");
        self.native.memory == Memory::Own && !is_new
    }

    /// Calls it, or says what torch would complain of.
    pub fn call(&self, r: &mut Run, args: &[Value], kwargs: &[(&str, Value)]) -> Result<Value> {
        let args = Args::bind(self.name, self.params, args, kwargs)?;
        let mut result = (self.native.run)(r, &args).map_err(|fault| self.as_raised(fault))?;
        self.lay_out(&args, &mut result);
        // A method that shows a tensor otherwise makes it what it shows.
        let is_shown = self.native.memory == Memory::Own && matches!(result, Value::Tensor(_));
        if !self.in_place || is_shown {
            return Ok(result);
        }
        written(args.tensor(0)?, result).map_err(|fault| self.as_raised(fault))
    }

    /// Functions that torch has in C++ raise a `RuntimeError` where those that look at their arguments in Python raise a
    /// `ValueError`.
    fn as_raised(&self, fault: Fault) -> Fault {
        const RESIZES: [&str; 4] = ["F.interpolate", "F.upsample", "F.upsample_nearest", "F.upsample_bilinear"];
        let looks_at_shapes = RESIZES.contains(&self.name) || self.name.contains("cross_entropy");
        let looks_at_values = looks_at_shapes
            || self.name.contains("dropout")
            || ["F.instance_norm", "F.affine_grid", "F.nll_loss", "Tensor.__int__", "Tensor.__float__"]
                .contains(&self.name);
        match fault.kind {
            _ if fault.raised.is_some() => fault,
            FaultKind::Value if !looks_at_values => fault.raising("RuntimeError"),
            FaultKind::Shape if looks_at_shapes => fault.raising("ValueError"),
            _ => fault,
        }
    }

    fn lay_out(&self, args: &Args<'_>, result: &mut Value) {
        let layout = match self.native.memory {
            Memory::Own | Memory::Contiguous => return,
            Memory::Unknown => Layout::Unknown,
            memory => {
                let mut tensors = Vec::new();
                args.all().for_each(|value| collect(value, &mut tensors));
                match *tensors {
                    _ if tensors.iter().all(|t| t.layout == Layout::Contiguous) => return,
                    [one] if memory == Memory::Elementwise => one.computed_layout(),
                    _ => Layout::Unknown,
                }
            }
        };
        lay(result, layout);
    }
}

fn collect<'a>(value: &'a Value, tensors: &mut Vec<&'a Tensor>) {
    match value {
        Value::Tensor(tensor) => tensors.push(tensor),
        _ => value.items().unwrap_or_default().iter().for_each(|item| collect(item, tensors)),
    }
}

fn lay(value: &mut Value, layout: Layout) {
    match value {
        Value::Tensor(tensor) => Rc::make_mut(tensor).layout = layout,
        Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(|item| lay(item, layout)),
        _ => {}
    }
}

/// `target` after `result` was written into it: it keeps its sizes, type and layout.
fn written(target: &Tensor, result: Value) -> Result<Value> {
    let Value::Tensor(result) = result else { return Ok(result) };
    if result.shape != target.shape {
        return Err(Fault::shape(message!("result-shape", result = result.shape, target = target.shape)));
    }
    if result.dtype.kind() > target.dtype.kind() {
        return Err(Fault::value(message!("result-type", result = result.dtype, target = target.dtype)));
    }
    Ok(Tensor { elements: result.elements.clone(), ..target.clone() }.into())
}
