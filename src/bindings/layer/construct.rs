//! Construction of layers: calls of their classes, and what they made before with the same arguments.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHasher};

use super::forward::Nature;
use super::{Built, literal, spec_of, value};
use crate::bindings::fault;
use crate::bindings::module::{self, Held, Kept};
use crate::bindings::state::torch;
use crate::bindings::tensor::Tensor;
use crate::interpret::{Args, Key, Machine, Native, Res, Symbol, Value};
use crate::python::Literal;
use crate::torch::dtype::DType;
use crate::torch::natives::{self};
use crate::torch::nn::{self, Constructed};
use crate::torch::ops::Shape;
use crate::torch::{self as graph, Layer, Spec};
use crate::words::message;

/// The constructor of a layer.
pub(super) fn init(m: &mut Machine, native: &Native, args: Args) -> Res {
    let instance = module::instance(m, &args)?;
    let Some(spec) = spec_of(native) else { return Err(m.unknown(message!("a-layer"))) };
    let mut positional = Vec::with_capacity(args.positional.len());
    for value in &args.positional[1..] {
        positional.push(argument(m, spec, value)?);
    }
    let mut keywords = Vec::with_capacity(args.keywords.len());
    let mut has_bias = true;
    for (name, value) in &args.keywords {
        match &*m.text(*name) {
            // Where weights lie and how precise they are decides nothing that is followed.
            "device" | "dtype" => {}
            // Rows can't give it: it has no position.
            "bias" if spec.name.ends_with("GroupNorm") || is_norm_with_statistics(spec) => has_bias = m.truth(value)?,
            _ => keywords.push((*name, argument(m, spec, value)?)),
        }
    }
    let torch = torch(m);
    let class = torch.graph_class(&instance.class());
    let given = LayerCall { spec, positional, keywords };
    let known = torch.layers.borrow().find(&given);
    let (made, id) = match known.filter(|_| torch.build.borrow().modules.sizes().0 < graph::MAX_MODULES) {
        Some(made) => {
            let id = torch.build.borrow_mut().modules.add(class);
            (made, id)
        }
        None => {
            let made = Rc::new(make(m, &given)?);
            let id = made.layer.id();
            torch.build.borrow_mut().modules.set_class(id, class);
            torch.layers.borrow_mut().add(given, &made);
            (made, id)
        }
    };
    let is_left = |name: &str| !has_bias && name == "bias";
    let built = Built {
        layer: made.layer.of_instance(id),
        spec,
        nature: made.nature,
        weights: match has_bias {
            true => made.weights.clone(),
            false => made.weights.iter().filter(|(name, _)| !is_left(name)).cloned().collect(),
        },
        is_stale: false,
    };
    instance.extra.replace(Some(Rc::new(Kept::of(id, built))));
    module::init(m, &instance)?;
    for (held, tensors) in [(Held::Parameters, &made.parameters), (Held::Buffers, &made.buffers)] {
        let Some(dict) = module::dict(&torch, &instance, held).filter(|_| !tensors.is_empty()) else { continue };
        let mut entries = dict.entries.borrow_mut();
        entries.reserve(tensors.len());
        for (name, tensor) in tensors {
            let tensor = tensor.as_ref().filter(|_| !is_left(name)).map(|(value, trained)| match trained {
                Some(trained) => Tensor::parameter(value.clone(), *trained),
                None => Tensor::new(value.clone()),
            });
            entries.insert(Key::str(name), tensor.map_or(Value::None, |tensor| Value::Foreign(Rc::new(tensor))));
        }
    }
    let mut attributes = instance.attributes.borrow_mut();
    attributes.reserve(made.attributes.len());
    attributes.extend(made.attributes.iter().map(|(name, value)| (*name, value.clone())));
    Ok(Value::None)
}

fn is_norm_with_statistics(spec: &Spec) -> bool {
    matches!(spec.path.rsplit('.').nth(1), Some("batchnorm" | "instancenorm"))
}

/// An argument of a layer's class. Convolutions make tuples of whatever can be gone through.
fn argument(m: &mut Machine, spec: &Spec, value: &Value) -> Res<Literal> {
    let is_gone_through = matches!(value, Value::Iterator(_) | Value::Range(_) | Value::Set(_) | Value::Dict(_));
    if is_gone_through && spec.path.starts_with("torch.nn.modules.conv.") {
        let items = m.collect(value)?;
        return literal(m, &Value::tuple(items));
    }
    literal(m, value)
}

/// A call of a layer's class.
#[derive(PartialEq)]
struct LayerCall {
    spec: &'static Spec,
    positional: Vec<Literal>,
    keywords: Vec<(Symbol, Literal)>,
}

/// What a call of a layer's class makes.
struct Made {
    layer: Layer,
    nature: Nature,
    weights: Rc<[(Rc<str>, Shape)]>,
    parameters: Vec<NamedTensor>,
    buffers: Vec<NamedTensor>,
    attributes: Vec<(Symbol, Value)>,
    /// Whether every call with these arguments makes the same.
    is_constant: bool,
}

/// A parameter or buffer by its name, `None` or a tensor; whether it is trained, if it is a parameter.
type NamedTensor = (Rc<str>, Option<(natives::Tensor, Option<bool>)>);

/// What calls of layers' classes made: models call them over and over with the same arguments.
#[derive(Default)]
pub(in crate::bindings) struct MadeLayers(FxHashMap<u64, Vec<(LayerCall, Rc<Made>)>>);

/// So many different calls are kept.
const MOST_CALLS: usize = 4096;

impl MadeLayers {
    fn find(&self, call: &LayerCall) -> Option<Rc<Made>> {
        self.0.get(&call.hash())?.iter().find(|(known, _)| known == call).map(|(_, made)| made.clone())
    }

    fn add(&mut self, call: LayerCall, made: &Rc<Made>) {
        if made.is_constant && self.0.len() < MOST_CALLS {
            self.0.entry(call.hash()).or_default().push((call, made.clone()));
        }
    }
}

impl LayerCall {
    fn hash(&self) -> u64 {
        fn add(literal: &Literal, hasher: &mut FxHasher) {
            match literal {
                Literal::None => 0.hash(hasher),
                Literal::Bool(b) => b.hash(hasher),
                Literal::Int(i) => i.hash(hasher),
                Literal::Float(f) => f.to_bits().hash(hasher),
                Literal::Str(s) | Literal::Other(s) => s.hash(hasher),
                Literal::List(items) | Literal::Tuple(items) => items.iter().for_each(|item| add(item, hasher)),
            }
        }
        let mut hasher = FxHasher::default();
        self.spec.name.hash(&mut hasher);
        self.positional.iter().for_each(|literal| add(literal, &mut hasher));
        for (name, literal) in &self.keywords {
            name.hash(&mut hasher);
            add(literal, &mut hasher);
        }
        hasher.finish()
    }
}

/// Calls a layer's class. The layer's instance is there already; its class is the layer's own.
fn make(m: &mut Machine, call: &LayerCall) -> Res<Made> {
    let (torch, spec) = (torch(m), call.spec);
    let keywords: Vec<(Rc<str>, &Literal)> = call.keywords.iter().map(|(name, value)| (m.text(*name), value)).collect();
    let before = torch.build.borrow().modules.sizes().0;
    let constructed = {
        let keywords = keywords.iter().map(|(name, value)| (&**name, *value));
        let bound = graph::Args::bind_call(spec, &call.positional, keywords);
        bound.and_then(|args| nn::construct(&mut torch.build.borrow_mut(), &args))
    };
    let Constructed { layer, attributes: kept } = match constructed {
        Ok(constructed) => constructed,
        Err(found) => return Err(fault::raise(m, found)),
    };
    let build = torch.build.borrow();
    let modules = &build.modules;
    let tensor_of = |name: &str| {
        let is_it = |known: &graph::Name| matches!(known, graph::Name::Attr(known) if known == name);
        let found = modules[layer.id()].tensors().iter().find(|(known, _)| is_it(known));
        found.map(|(_, tensor)| modules[*tensor])
    };
    let (parameters, buffers) = weight_names(spec);
    let mut weights = Vec::new();
    let mut named = |names: &[&str]| -> Vec<NamedTensor> {
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let symbol = m.symbol(name);
            let text = m.text(symbol);
            let tensor = tensor_of(name).map(|tensor| {
                let dtype = if *name == "num_batches_tracked" { DType::Int64 } else { DType::Float32 };
                weights.push((text.clone(), tensor.shape));
                let trained = match tensor.kind {
                    graph::TensorKind::Parameter { trained } => Some(trained),
                    graph::TensorKind::Buffer { .. } => None,
                };
                (natives::Tensor::new(tensor.shape, dtype), trained)
            });
            all.push((text, tensor));
        }
        all
    };
    let (parameters, buffers) = (named(parameters), named(buffers));
    let mut attributes = Vec::with_capacity(kept.len() + 2);
    for (name, literal) in &kept {
        let value = match (*name, literal) {
            ("scale_factor", _) => value(&floats(literal)),
            ("normalized_shape", Literal::Int(_)) => Value::tuple(vec![value(literal)]),
            ("normalized_shape", Literal::List(sizes)) => Value::tuple(sizes.iter().map(value).collect()),
            ("stride", Literal::None) => {
                let kernel = kept.iter().find(|(name, _)| *name == "kernel_size");
                kernel.map_or(Value::None, |(_, kernel)| value(kernel))
            }
            _ => value(literal),
        };
        attributes.push((m.symbol(name), value));
    }
    if spec.path.starts_with("torch.nn.modules.conv.") {
        attributes.push((m.symbol("transposed"), Value::Bool(spec.name.contains("Transpose"))));
        if !kept.iter().any(|(name, _)| *name == "output_padding") {
            let rank = spec.name.as_bytes()[spec.name.len() - 2] - b'0';
            attributes.push((m.symbol("output_padding"), Value::tuple(vec![Value::Int(0); rank.into()])));
        }
    }
    let is_constant = modules.sizes().0 == before + 1 && !kept.iter().any(|(_, literal)| has_list(literal));
    drop(build);
    Ok(Made { nature: Nature::new(spec), layer, weights: weights.into(), parameters, buffers, attributes, is_constant })
}

/// Whether a list is in a value: each call makes one of its own.
fn has_list(literal: &Literal) -> bool {
    match literal {
        Literal::List(_) => true,
        Literal::Tuple(items) => items.iter().any(has_list),
        _ => false,
    }
}

/// Numbers as floats, which an upsampling keeps.
fn floats(literal: &Literal) -> Literal {
    match literal {
        Literal::Int(i) => Literal::Float(*i as f64),
        Literal::List(all) | Literal::Tuple(all) => Literal::Tuple(all.iter().map(floats).collect()),
        other => other.clone(),
    }
}

/// The parameters and buffers of a layer, some of which may be `None`.
pub(super) fn weight_names(spec: &Spec) -> (&'static [&'static str], &'static [&'static str]) {
    const STATISTICS: &[&str] = &["running_mean", "running_var", "num_batches_tracked"];
    match spec.path.rsplit('.').nth(1) {
        Some("conv" | "linear") => (&["weight", "bias"], &[]),
        _ if is_norm_with_statistics(spec) => (&["weight", "bias"], STATISTICS),
        Some("normalization") => match spec.name {
            "nn.RMSNorm" => (&["weight"], &[]),
            "nn.LocalResponseNorm" => (&[], &[]),
            _ => (&["weight", "bias"], &[]),
        },
        _ if spec.name == "nn.PReLU" => (&["weight"], &[]),
        _ => (&[], &[]),
    }
}
