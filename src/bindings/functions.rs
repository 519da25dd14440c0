//! Calls of torch's functions and of tensors' methods.

use std::rc::Rc;

use super::tensor::Tensor;
use super::{convert, fault, state};
use crate::interpret::value::Tuple;
use crate::interpret::{Args, Machine, Native, NativeFn, NumberKind, Numbers, Res, Stop, Value, array_of};
use crate::torch::dtype::DType;
use crate::torch::natives::{self, Function};
use crate::torch::ops::Shape;
use crate::words::message;

/// Functions that return tensors under names.
const NAMED: [(&str, &[&str]); 16] = [
    ("max", PAIR),
    ("min", PAIR),
    ("sort", PAIR),
    ("topk", PAIR),
    ("median", PAIR),
    ("nanmedian", PAIR),
    ("mode", PAIR),
    ("kthvalue", PAIR),
    ("cummax", PAIR),
    ("cummin", PAIR),
    ("aminmax", &["min", "max"]),
    ("qr", &["Q", "R"]),
    ("svd", &["U", "S", "Vh"]),
    ("eigh", &["eigenvalues", "eigenvectors"]),
    ("slogdet", &["sign", "logabsdet"]),
    ("lstsq", &["solution", "residuals", "rank", "singular_values"]),
];

const PAIR: &[&str] = &["values", "indices"];

/// Functions that walk through the sizes in Python before torch sees them, so that an array of numpy will do.
const WALKING: [&str; 4] =
    ["F.adaptive_avg_pool2d", "F.adaptive_avg_pool3d", "F.adaptive_max_pool2d", "F.adaptive_max_pool3d"];

/// Functions that make a tensor of an array of numpy.
const TAKING_ARRAYS: [&str; 4] = ["torch.from_numpy", "torch.tensor", "torch.as_tensor", "torch.asarray"];

/// Methods that take numbers out of a tensor.
const NUMBERS: [&str; 4] = ["Tensor.item", "Tensor.tolist", "Tensor.__int__", "Tensor.__float__"];

/// Functions that make a tensor of the type of `out`, and write it there.
const MAKING: [&str; 6] = ["torch.arange", "torch.linspace", "torch.zeros", "torch.ones", "torch.empty", "torch.full"];

/// Takes `out` from what a function is given that makes tensors of its type.
fn taken_out(m: &Machine, function: Function, args: &mut Args) -> Option<Value> {
    let at = args.keywords.iter().position(|(name, _)| &*m.text(*name) == "out")?;
    let is_made = MAKING.contains(&function.name()) && Tensor::of(&args.keywords[at].1).is_some();
    is_made.then(|| args.keywords.remove(at).1)
}

/// The tensor that shares its numbers with an array.
fn tensor_of(array: &Numbers) -> natives::Tensor {
    let dtype = match array.kind {
        NumberKind::Int => DType::Int64,
        NumberKind::Single => DType::Float32,
        NumberKind::Float => DType::Float64,
    };
    let few = |elements: &Rc<[f64]>| elements.len() <= natives::MAX_ELEMENTS as usize;
    let elements = array.elements.clone().filter(few);
    natives::Tensor { elements, ..natives::Tensor::new(Shape::new(&array.sizes), dtype) }
}

fn walked(m: &mut Machine, sizes: &Value) -> Res<natives::Value> {
    if array_of(sizes).is_some() {
        let items = m.collect(sizes)?;
        return convert::to_torch(m, &Value::list(items));
    }
    convert::to_torch(m, sizes)
}

/// Calls a function.
pub(super) fn call(m: &mut Machine, function: Function, mut args: Args) -> Res {
    if function.name() == "torch.from_numpy" && args.positional.first().is_some_and(|given| array_of(given).is_none()) {
        m.known(&args.positional[0])?;
        return Err(m.type_error("expected np.ndarray"));
    }
    let mut positional = Vec::with_capacity(args.positional.len());
    let walks = WALKING.contains(&function.name());
    for (i, value) in args.positional.iter().enumerate() {
        let array = if i == 0 { array_of(value) } else { None };
        positional.push(match array.filter(|_| TAKING_ARRAYS.contains(&function.name())) {
            Some(array) => tensor_of(&array).into(),
            None if walks && i == 1 => walked(m, value)?,
            None => convert::to_torch(m, value)?,
        });
    }
    let out = if args.keywords.is_empty() { None } else { taken_out(m, function, &mut args) };
    let mut keywords = Vec::with_capacity(args.keywords.len() + 1);
    for (name, value) in &args.keywords {
        let name = m.text(*name);
        let value = if walks && &*name == "output_size" { walked(m, value)? } else { convert::to_torch(m, value)? };
        keywords.push((name, value));
    }
    let target = out.as_ref().and_then(Tensor::of);
    if let Some(target) = &target
        && !keywords.iter().any(|(name, _)| &**name == "dtype")
    {
        keywords.push(("dtype".into(), natives::Value::DType(target.value().dtype)));
    }
    let keywords: Vec<(&str, natives::Value)> = keywords.iter().map(|(name, value)| (&**name, value.clone())).collect();
    let torch = state::torch(m);
    let result = function.call(&mut torch.run.borrow_mut(), &positional, &keywords);
    let result = match result {
        Ok(result) => result,
        Err(found) => {
            return match fault::raise(m, found) {
                // A number that isn't known may be stored and passed on.
                Stop::Unknown(unknown) if NUMBERS.contains(&function.name()) => Ok(Value::Unknown(unknown)),
                stop => Err(stop),
            };
        }
    };
    if let (Some(out), Some(target), natives::Value::Tensor(result)) = (&out, &target, &result) {
        if result.dtype != target.value().dtype {
            return Err(m.unknown(message!("written-to-out")));
        }
        target.write(result.clone());
        return Ok(out.clone());
    }
    let first = args.positional.first().and_then(Tensor::of);
    if writes(function) || function.is_told_to_write(&positional, &keywords) {
        if let (Some(target), natives::Value::Tensor(result)) = (&first, &result) {
            target.write(result.clone());
            return Ok(args.positional[0].clone());
        }
        if let Some(target) = &first {
            let value = natives::Tensor { elements: None, ..(*target.value()).clone() };
            target.write(value);
        }
    }
    if let (Some(own), natives::Value::Tensor(result)) = (&first, &result)
        && returns_itself(function, &keywords)
        && own.value() == *result
    {
        return Ok(args.positional[0].clone());
    }
    let base = first.filter(|_| function.returns_views());
    let value = convert::from_torch(m, result, base.as_deref());
    if let Some((_, natives::Value::Bool(true))) = keywords.iter().find(|(name, _)| *name == "requires_grad")
        && let Some(tensor) = Tensor::of(&value)
    {
        tensor.set_trained(true);
    }
    Ok(named(m, function, value))
}

/// A tuple of tensors whose items have names, if it is one.
fn named(m: &mut Machine, function: Function, value: Value) -> Value {
    let Value::Tuple(tuple) = &value else { return value };
    if function.name() == "Tensor.stride" {
        return Value::tuple(tuple.items.clone());
    }
    let short = function.name().rsplit('.').next().unwrap_or_default();
    match NAMED.iter().find(|(name, fields)| *name == short && fields.len() == tuple.items.len()) {
        Some((name, fields)) => {
            let class = state::torch(m).result(m, name, fields);
            Value::Tuple(Rc::new(Tuple { items: tuple.items.clone(), class: Some(class) }))
        }
        None => value,
    }
}

/// Whether a function returns its tensor itself where there is nothing to change.
fn returns_itself(function: Function, keywords: &[(&str, natives::Value)]) -> bool {
    let Some(name) = function.name().strip_prefix("Tensor.") else { return false };
    let is_copied = keywords.iter().any(|(name, value)| *name == "copy" && *value == natives::Value::Bool(true));
    matches!(name, "to" | "type" | "type_as" | "cpu" | "cuda" | "contiguous") && !is_copied
        || crate::torch::dtype::DType::named(name).is_some()
}

/// Whether a function writes into its first argument.
fn writes(function: Function) -> bool {
    let name = function.name();
    function.is_in_place() || name == "Tensor.__setitem__" || (name.ends_with('_') && !name.ends_with("__"))
}

/// Calls a tensor's method by name, the tensor being the first argument; none if there is no such method.
pub(super) fn call_method(m: &mut Machine, name: &str, args: Vec<Value>) -> Res<Option<Value>> {
    match natives::find(&format!("Tensor.{name}")) {
        Some(function) => call(m, function, Args::of(args)).map(Some),
        None => Ok(None),
    }
}

/// A tensor's method, as it is called with the tensor among what it was made with.
pub(super) fn method(name: &str) -> Option<(Rc<str>, NativeFn)> {
    if let Some((name, call)) = METHODS.iter().find(|(known, _)| *known == name) {
        return Some(((*name).into(), *call));
    }
    let full = format!("Tensor.{name}");
    natives::find(&full).map(|_| (full.into(), run as NativeFn))
}

/// A function by its dotted name.
pub(super) fn function(name: &str) -> Option<Value> {
    natives::find(name).map(|_| Value::native(name, run))
}

fn run(m: &mut Machine, native: &Native, mut args: Args) -> Res {
    if !native.data.is_empty() {
        args.positional.splice(0..0, native.data.iter().cloned());
    }
    match natives::find(&native.name) {
        Some(function) => call(m, function, args),
        None => Err(m.unknown(format!("`{}`", native.name))),
    }
}

/// Methods that are no function of tensors.
const METHODS: [(&str, NativeFn); 8] = [
    ("requires_grad_", |m, native, args| {
        let trained = match args.positional.first().or(args.keywords.first().map(|k| &k.1)) {
            Some(value) => m.truth(value)?,
            None => true,
        };
        if let Some(tensor) = native.data.first().and_then(Tensor::of) {
            tensor.set_trained(trained);
        }
        Ok(native.data[0].clone())
    }),
    ("is_pinned", |_, _, _| Ok(Value::Bool(false))),
    ("register_hook", |_, _, _| Ok(Value::None)),
    ("retain_grad", |_, _, _| Ok(Value::None)),
    ("share_memory_", |_, native, _| Ok(native.data[0].clone())),
    ("data_ptr", |_, native, _| Ok(Value::Int(native.data[0].identity() as i64))),
    ("backward", |m, _, _| Err(m.unknown(message!("backward-pass")))),
    ("new", |m, native, args| {
        let mut all = native.data.clone();
        all.extend(args.positional);
        match call_method(m, "new_empty", all)? {
            Some(value) => Ok(value),
            None => Err(m.unknown("`Tensor.new`")),
        }
    }),
];
