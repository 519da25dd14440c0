//! Calls of layers: `forward`, also after attributes or weights were set.

use std::rc::Rc;

use super::construct::weight_names;
use super::{Built, literal};
use crate::bindings::module::{self, Held, Kept};
use crate::bindings::state::{Torch, torch};
use crate::bindings::tensor::Tensor;
use crate::bindings::{fault, functions};
use crate::interpret::value::Instance;
use crate::interpret::{Args, Machine, Native, Res, Stop, Taken, Type, Value};
use crate::python::Literal;
use crate::torch::dtype::{DType, Kind};
use crate::torch::natives::{self, Layout};
use crate::torch::nn;
use crate::torch::ops;
use crate::torch::{self as graph, Build, Spec};
use crate::words::message;

/// A layer's `forward`. Programs can call it by itself, past the hooks of the module.
pub(super) fn forward(m: &mut Machine, _: &Native, args: Args) -> Res {
    let torch = torch(m);
    let called = torch.called.take();
    let start = torch.run.borrow().len();
    let instance = module::instance(m, &args)?;
    let result = run(m, &instance, args);
    if let Some(kept) = module::kept(&instance) {
        let mut run = torch.run.borrow_mut();
        // A class that is derived from the layer calls it within a call of its own.
        if called != Some(kept.id.get()) && run.running() != kept.id.get() {
            run.hand_over(kept.id.get(), start);
        }
    }
    result
}

fn run(m: &mut Machine, instance: &Rc<Instance>, args: Args) -> Res {
    let Some(kept) = module::kept(instance) else {
        return Err(m.error(
            Type::AttributeError,
            format!("'{}' object has no attribute '_parameters'", instance.class().name),
        ));
    };
    let mut taken = Taken::new("forward", args);
    taken.required(m, "self")?;
    let input = taken.required(m, "input")?;
    let is_transposed = kept.built.borrow().as_ref().is_some_and(|built| built.nature.is_transposed);
    let output_size = if is_transposed { taken.or(m, "output_size", Value::None)? } else { Value::None };
    taken.done(m)?;
    m.known(&input)?;
    let torch = torch(m);
    if kept.built.borrow().as_ref().is_some_and(|built| built.is_stale) {
        rebuild(m, instance, &kept)?;
    }
    let Some((name, nature)) = kept.built.borrow().as_ref().map(|built| (built.spec.name, built.nature)) else {
        return Err(m.unknown(message!("not-constructed", class = instance.class().name)));
    };
    let tensor = Tensor::of(&input);
    if !output_size.is_none() {
        return transposed_to(m, instance, &kept, name, &input, &output_size);
    }
    let has_weights = kept.built.borrow().as_ref().is_some_and(|built| !built.weights.is_empty());
    if has_weights {
        if let Some(call) = replaced(m, instance, &kept, name)? {
            let outer = torch.run.borrow_mut().enter(kept.id.get());
            let result = call_functional(m, instance, &call, &input);
            torch.run.borrow_mut().leave(outer);
            return result;
        }
        if tensor.as_ref().is_some_and(|tensor| tensor.value().dtype.kind() < Kind::Float) {
            return Err(m.unknown(message!("of-integers", name)));
        }
    }
    let is_training = module::is_training(&torch, instance);
    if let (true, Some(tensor)) = (is_training, &tensor)
        && nature.is_batch_norm
        && let Err(found) = ops::batch_norm_of_batch(tensor.shape())
    {
        return Err(fault::raise(m, found));
    }
    if nature.is_identity || (nature.is_dropout && !is_training) {
        return Ok(input);
    }
    let given = to_graph(m, &input)?;
    let layer = kept.built.borrow().as_ref().map(|built| built.layer.clone());
    let Some(layer) = layer else { return Err(m.unknown(message!("a-layer"))) };
    let result = layer.call(&mut torch.run.borrow_mut(), &given);
    let result = match result {
        Ok(result) => result,
        Err(found) => return Err(fault::raise(m, found)),
    };
    if let (Some(target), graph::Value::Tensor(shape)) = (&tensor, &result)
        && *shape == target.shape()
        && is_in_place(&torch, instance)
    {
        target.write(natives::Tensor { elements: None, ..(*target.value()).clone() });
        return Ok(input);
    }
    let (dtype, layout) = match tensor.as_ref().map(|tensor| tensor.value()) {
        Some(value) if value.layout == Layout::Contiguous || nature.is_fresh => (value.dtype, Layout::Contiguous),
        Some(value) if nature.is_elementwise => (value.dtype, value.layout),
        Some(value) => (value.dtype, Layout::Unknown),
        None => (DType::Float32, Layout::Unknown),
    };
    if let (graph::Value::List(parts), true) = (&result, nature.is_pool) {
        // The second are the positions of the first.
        let dtypes = [dtype, DType::Int64];
        let parts = parts.iter().zip(dtypes).map(|(part, dtype)| from_graph(m, part, dtype, layout));
        return Ok(Value::tuple(parts.collect()));
    }
    Ok(from_graph(m, &result, dtype, layout))
}

fn is_in_place(torch: &Torch, instance: &Instance) -> bool {
    matches!(instance.attributes.borrow().get(&torch.names.inplace), Some(Value::Bool(true)))
}

/// A transposed convolution that is told the sizes of its output.
fn transposed_to(
    m: &mut Machine,
    instance: &Rc<Instance>,
    kept: &Kept,
    name: &str,
    input: &Value,
    output_size: &Value,
) -> Res {
    let this = Value::Instance(instance.clone());
    let mut attribute = |name| {
        let name = m.symbol(name);
        m.get_attribute(&this, name)
    };
    let [weight, bias, stride, padding, groups, dilation, kernel] =
        ["weight", "bias", "stride", "padding", "groups", "dilation", "kernel_size"].map(&mut attribute);
    let (stride, padding, dilation, kernel) = (stride?, padding?, dilation?, kernel?);
    let mut sizes = |value: &Value| -> Res<Vec<i64>> {
        let items = m.collect(value)?;
        items.iter().map(|i| if let Value::Int(i) = i { Ok(*i) } else { Err(m.unknown(message!("a-size"))) }).collect()
    };
    let (wanted, s, p, d, k) =
        (sizes(output_size)?, sizes(&stride)?, sizes(&padding)?, sizes(&dilation)?, sizes(&kernel)?);
    let Some(tensor) = Tensor::of(input) else { return Err(m.unknown(message!("what-convolved"))) };
    let (rank, n) = (tensor.shape().rank(), k.len());
    let wanted = &wanted[wanted.len().saturating_sub(n)..];
    if wanted.len() != n || rank < n {
        return Err(m.value_error(format!("a convolution needs {n} output sizes")));
    }
    let mut more = Vec::new();
    for i in 0..n {
        let least = (tensor.shape().dims()[rank - n + i] - 1) * s[i] - 2 * p[i] + d[i] * (k[i] - 1) + 1;
        if !(least..least + s[i]).contains(&wanted[i]) {
            return Err(m.value_error(format!(
                "an output of {} isn't one from {least} to {}",
                wanted[i],
                least + s[i] - 1
            )));
        }
        more.push(Value::Int(wanted[i] - least));
    }
    let args = vec![input.clone(), weight?, bias?, stride, padding, Value::tuple(more), groups?, dilation];
    let Some(function) = natives::find(&name.replace("nn.ConvTranspose", "F.conv_transpose")) else {
        return Err(m.unknown(message!("such-convolution")));
    };
    let torch = torch(m);
    let outer = torch.run.borrow_mut().enter(kept.id.get());
    let result = functions::call(m, function, Args::of(args));
    torch.run.borrow_mut().leave(outer);
    result
}

/// What a call of a layer asks of its class.
#[derive(Clone, Copy)]
pub(super) struct Nature {
    is_batch_norm: bool,
    is_dropout: bool,
    is_identity: bool,
    is_pool: bool,
    is_transposed: bool,
    /// Its results lie in order, however its inputs do.
    is_fresh: bool,
    is_elementwise: bool,
    parameters: &'static [&'static str],
}

impl Nature {
    pub(super) fn new(spec: &'static Spec) -> Nature {
        let has = |part| spec.name.contains(part);
        let (is_batch_norm, is_dropout) = (has("BatchNorm"), has("Dropout"));
        Nature {
            is_batch_norm,
            is_dropout,
            is_identity: spec.name == "nn.Identity",
            is_pool: has("Pool"),
            is_transposed: has("Transpose"),
            is_fresh: matches!(
                spec.name,
                "nn.Linear" | "nn.LayerNorm" | "nn.Softmax" | "nn.LogSoftmax" | "nn.Softmax2d"
            ),
            is_elementwise: is_batch_norm || is_dropout || nn::is_activation(spec),
            parameters: weight_names(spec).0,
        }
    }
}

/// A value of the program as layers take it.
fn to_graph(m: &mut Machine, value: &Value) -> Res<graph::Value> {
    if let Some(tensor) = Tensor::of(value) {
        return Ok(graph::Value::Tensor(tensor.shape()));
    }
    match value {
        Value::List(_) | Value::Tuple(_) => {
            let items = match value {
                Value::List(list) => list.borrow().clone(),
                Value::Tuple(tuple) => tuple.items.clone(),
                _ => Vec::new(),
            };
            let items: Vec<graph::Value> = items.iter().map(|item| to_graph(m, item)).collect::<Res<_>>()?;
            Ok(graph::Value::tuple(items))
        }
        Value::Unknown(unknown) => Err(Stop::Unknown(unknown.clone())),
        _ => {
            let kind = m.type_name(value);
            Err(m.type_error(format!("argument 'input' must be Tensor, not {kind}")))
        }
    }
}

fn from_graph(m: &mut Machine, value: &graph::Value, dtype: DType, layout: Layout) -> Value {
    match value {
        graph::Value::Tensor(shape) => {
            Value::Foreign(Rc::new(Tensor::new(natives::Tensor::new(*shape, dtype).laid(layout))))
        }
        graph::Value::List(items) => {
            Value::tuple(items.iter().map(|item| from_graph(m, item, dtype, layout)).collect())
        }
        graph::Value::Opaque(what) => m.unknown_value(what.clone()),
    }
}

/// Builds a layer anew from its attributes, some of which were set since it was constructed.
fn rebuild(m: &mut Machine, instance: &Instance, kept: &Kept) -> Res<()> {
    let Some((spec, weights)) = kept.built.borrow().as_ref().map(|built| (built.spec, built.weights.clone())) else {
        return Ok(());
    };
    let mut keywords = Vec::new();
    for param in spec.params {
        let symbol = m.symbol(param.name);
        let value = instance.attributes.borrow().get(&symbol).cloned();
        match (param.name, value) {
            ("bias", _) => {
                let has_bias = weights.iter().any(|(name, _)| &**name == "bias");
                keywords.push((param.name, Literal::Bool(has_bias)));
            }
            (name, Some(value)) => keywords.push((name, literal(m, &value)?)),
            _ => {}
        }
    }
    let constructed = {
        let given = keywords.iter().map(|(name, value)| (*name, value));
        graph::Args::bind_call(spec, [], given).and_then(|args| nn::construct(&mut Build::default(), &args))
    };
    match constructed {
        Ok(constructed) => {
            let layer = constructed.layer.of_instance(kept.id.get());
            let nature = Nature::new(spec);
            kept.built.replace(Some(Built { layer, spec, nature, weights, is_stale: false }));
            Ok(())
        }
        Err(found) => Err(m.unknown(message!("attributes-changed", layer = spec.name, why = found.message))),
    }
}

/// The function that a layer calls, where its weights aren't those that it was built with.
fn replaced(m: &mut Machine, instance: &Instance, kept: &Kept, name: &str) -> Res<Option<String>> {
    let torch = torch(m);
    let held = module::dict(&torch, instance, Held::Parameters);
    let held = held.as_ref().map(|held| held.entries.borrow());
    let shape = |name: &str| {
        let mut entries = held.iter().flat_map(|held| held.iter());
        let (_, value) = entries.find(|(key, _)| key.value().as_str() == Some(name))?;
        Tensor::of(value).map(|tensor| tensor.shape())
    };
    let built = kept.built.borrow();
    let Some(built) = built.as_ref() else { return Ok(None) };
    let unchanged = built.nature.parameters.iter().all(|name| {
        let was = built.weights.iter().find(|(known, _)| &**known == *name).map(|(_, shape)| *shape);
        // A norm without its bias does what it did.
        shape(name) == was || (*name == "bias" && shape(name).is_none() && built.spec.path.contains("norm"))
    });
    if unchanged {
        return Ok(None);
    }
    match name {
        "nn.Conv1d" | "nn.Conv2d" | "nn.Conv3d" => Ok(Some(name.replace("nn.Conv", "F.conv"))),
        "nn.Linear" => Ok(Some("F.linear".to_owned())),
        _ => Err(m.unknown(message!("other-weights", name))),
    }
}

/// Calls the function of a convolution or a linear layer with the weights that it has now.
fn call_functional(m: &mut Machine, instance: &Rc<Instance>, function: &str, input: &Value) -> Res {
    let this = Value::Instance(instance.clone());
    let names: &[&str] = match function {
        "F.linear" => &["weight", "bias"],
        _ => &["weight", "bias", "stride", "padding", "dilation", "groups"],
    };
    let mut args = vec![input.clone()];
    for name in names {
        let name = m.symbol(name);
        args.push(m.get_attribute(&this, name)?);
    }
    match natives::find(function) {
        Some(function) => functions::call(m, function, Args::of(args)),
        None => Err(m.unknown(format!("`{function}`"))),
    }
}

/// `_conv_forward(input, weight, bias)`, which classes that derive from convolutions call.
pub(super) fn conv_forward(m: &mut Machine, _: &Native, args: Args) -> Res {
    let instance = module::instance(m, &args)?;
    let this = args.positional[0].clone();
    let name = m.symbol("padding_mode");
    let mode = m.get_attribute(&this, name)?;
    if mode.as_str() != Some("zeros") {
        return Err(m.unknown(message!("convolution-padding")));
    }
    let names: Vec<Rc<str>> = instance.class().order().iter().map(|class| class.name.clone()).collect();
    let digit = ['1', '2', '3'].into_iter().find(|digit| names.iter().any(|name| **name == *format!("Conv{digit}d")));
    let digit = digit.unwrap_or('2');
    let mut all = args.positional[1..].to_vec();
    let weight = m.symbol("weight");
    if let Some(at) = args.keywords.iter().position(|k| k.0 == weight) {
        all.insert(1.min(all.len()), args.keywords[at].1.clone());
    }
    let bias = m.symbol("bias");
    if let Some(at) = args.keywords.iter().position(|k| k.0 == bias) {
        all.push(args.keywords[at].1.clone());
    }
    for name in ["stride", "padding", "dilation", "groups"] {
        let name = m.symbol(name);
        all.push(m.get_attribute(&this, name)?);
    }
    match natives::find(&format!("F.conv{digit}d")) {
        Some(function) => functions::call(m, function, Args::of(all)),
        None => Err(m.unknown(message!("such-convolution"))),
    }
}
