//! Layers of torch's own: classes made from the table of layers, which a program constructs, derives from and changes.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::module::{self, Held, Kept};
use super::state::torch;
use super::tensor::Tensor;
use super::{fault, functions};
use crate::interpret::array_of;
use crate::interpret::value::Instance;
use crate::interpret::{Args, Class, Key, Machine, Native, NativeFn, Res, Stop, Symbol, Taken, Type, Value};
use crate::python::Literal;
use crate::torch::dtype::{DType, Kind};
use crate::torch::natives::{self, Layout};
use crate::torch::nn::{self, Constructed};
use crate::torch::ops::{self, Shape};
use crate::torch::{self as graph, Build, Layer, ModuleId, Spec};

/// What runs of a layer.
#[derive(Clone)]
pub(super) struct Built {
    layer: Layer,
    spec: &'static Spec,
    nature: Nature,
    /// The weights that it was built with.
    weights: Vec<(Rc<str>, Shape)>,
    /// Whether an attribute was set since that it depends on.
    is_stale: Cell<bool>,
}

impl Built {
    /// What runs of a copy.
    pub(super) fn copied(&self, id: ModuleId) -> Built {
        let weights = self.weights.clone();
        let (layer, is_stale) = (self.layer.of_instance(id), self.is_stale.clone());
        Built { layer, spec: self.spec, nature: self.nature, weights, is_stale }
    }

    /// Notes that an attribute was set.
    pub(super) fn attribute_set(&self, name: &str) {
        if self.spec.params.iter().any(|param| param.name == name && !HARMLESS.contains(&name)) {
            self.is_stale.set(true);
        }
    }
}

/// Attributes that decide nothing that is followed.
const HARMLESS: [&str; 4] = ["inplace", "eps", "momentum", "p"];

/// Classes between a layer and `Module`, by the ends of the names of those that derive from them.
const BASES: [(&str, &str, &[&str]); 12] = [
    ("_ConvNd", "conv", &["Conv1d", "Conv2d", "Conv3d", "_ConvTransposeNd"]),
    ("_ConvTransposeNd", "conv", &["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]),
    ("_NormBase", "batchnorm", &["_BatchNorm", "_InstanceNorm"]),
    ("_BatchNorm", "batchnorm", &["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"]),
    ("_InstanceNorm", "instancenorm", &["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"]),
    ("_MaxPoolNd", "pooling", &["MaxPool1d", "MaxPool2d", "MaxPool3d"]),
    ("_AvgPoolNd", "pooling", &["AvgPool1d", "AvgPool2d", "AvgPool3d"]),
    ("_AdaptiveAvgPoolNd", "pooling", &["AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d"]),
    ("_AdaptiveMaxPoolNd", "pooling", &["AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d"]),
    (
        "_DropoutNd",
        "dropout",
        &["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"],
    ),
    ("Hardtanh", "activation", &["ReLU6"]),
    ("Upsample", "upsampling", &["UpsamplingNearest2d", "UpsamplingBilinear2d"]),
];

/// Classes of torch that aren't in the table of layers, as the graph of modules names them.
const OTHERS: [&str; 19] = [
    "Bilinear",
    "RNN",
    "GRU",
    "LSTM",
    "RNNCell",
    "GRUCell",
    "LSTMCell",
    "Module",
    "Sequential",
    "ModuleList",
    "ModuleDict",
    "ParameterList",
    "ParameterDict",
    "MultiheadAttention",
    "Embedding",
    "TransformerEncoderLayer",
    "TransformerEncoder",
    "TransformerDecoderLayer",
    "TransformerDecoder",
];

/// The name of a class of torch for the graph of modules; none of what torch doesn't have.
pub(super) fn static_name(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<FxHashSet<&str>> =
        LazyLock::new(|| nn::specs().filter_map(|spec| spec.name.strip_prefix("nn.")).chain(OTHERS).collect());
    NAMES.get(name).copied()
}

/// The class of a layer, `Conv2d`, or one that layers derive from.
pub(super) fn class(m: &mut Machine, name: &str) -> Option<Rc<Class>> {
    let base = |m: &mut Machine| match BASES.iter().find(|(_, _, derived)| derived.contains(&name)) {
        Some((base, ..)) => self::named(m, base),
        None => Some(torch(m).classes.module.clone()),
    };
    let spec = nn::specs().find(|spec| spec.name.strip_prefix("nn.") == Some(name) && name != "Sequential");
    let Some(spec) = spec else {
        let (_, file, _) = BASES.iter().find(|(known, ..)| *known == name)?;
        let base = base(m)?;
        return Some(m.native_class(name, &format!("torch.nn.modules.{file}"), &[base], Vec::new()));
    };
    let base = base(m)?;
    let of_spec = |name: &str, call: NativeFn| {
        let data = vec![Value::str(spec.name)];
        Value::Native(Rc::new(Native { name: name.into(), call, binds: true, data }))
    };
    let mut members = vec![("__init__", of_spec("__init__", init)), ("forward", of_spec("forward", forward))];
    if spec.path.starts_with("torch.nn.modules.conv.") {
        members.push(("_conv_forward", Value::native_method("_conv_forward", conv_forward)));
    }
    if name == "SyncBatchNorm" {
        let convert = Value::native("convert_sync_batchnorm", |m, _, _| Err(m.unknown("converted batch norms")));
        members.push(("convert_sync_batchnorm", Value::StaticMethod(Rc::new(convert))));
    }
    members.push(("reset_parameters", Value::native_method("reset_parameters", |_, _, _| Ok(Value::None))));
    let file = spec.path.rsplit_once('.').map_or("torch.nn.modules", |(file, _)| file);
    Some(m.native_class(name, file, &[base], members))
}

/// The class of a layer, made once.
fn named(m: &mut Machine, name: &str) -> Option<Rc<Class>> {
    let library = Value::Library("torch.nn".into());
    let symbol = m.symbol(name);
    match m.get_attribute(&library, symbol) {
        Ok(Value::Class(class)) => Some(class),
        _ => None,
    }
}

fn spec_of(native: &Native) -> Option<&'static Spec> {
    nn::find(native.data.first()?.as_str()?)
}

/// A value as a constructor takes it.
fn literal(m: &mut Machine, value: &Value) -> Res<Literal> {
    Ok(match value {
        Value::None => Literal::None,
        Value::Bool(b) => Literal::Bool(*b),
        Value::Int(i) => Literal::Int(*i),
        Value::Float(f) => Literal::Float(*f),
        Value::Str(s) => Literal::Str(s.to_string()),
        Value::List(list) => {
            let items = list.borrow().clone();
            Literal::List(items.iter().map(|item| literal(m, item)).collect::<Res<_>>()?)
        }
        Value::Tuple(tuple) => Literal::Tuple(tuple.items.iter().map(|item| literal(m, item)).collect::<Res<_>>()?),
        Value::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        Value::Foreign(_) => match Tensor::of(value).map(|tensor| tensor.value()) {
            Some(tensor) if tensor.shape.rank() == 0 && tensor.dtype.kind() == Kind::Int => match tensor.item() {
                Some(item) => Literal::Int(item as i64),
                None => return Err(m.unknown("a value of a tensor")),
            },
            None if array_of(value).is_some() => return Err(m.unknown("an array of numpy as an argument of a layer")),
            _ => Literal::Other(m.type_name(value).to_string()),
        },
        _ => Literal::Other(m.type_name(value).to_string()),
    })
}

/// A literal as a value of the program.
fn value(literal: &Literal) -> Value {
    match literal {
        Literal::None | Literal::Other(_) => Value::None,
        Literal::Bool(b) => Value::Bool(*b),
        Literal::Int(i) => Value::Int(*i),
        Literal::Float(f) => Value::Float(*f),
        Literal::Str(s) => Value::str(s),
        Literal::List(items) => Value::list(items.iter().map(value).collect()),
        Literal::Tuple(items) => Value::tuple(items.iter().map(value).collect()),
    }
}

/// The constructor of a layer.
fn init(m: &mut Machine, native: &Native, args: Args) -> Res {
    let instance = module::instance(m, &args)?;
    let Some(spec) = spec_of(native) else { return Err(m.unknown("a layer")) };
    let mut positional = Vec::with_capacity(args.positional.len());
    for value in &args.positional[1..] {
        positional.push(literal(m, value)?);
    }
    let mut keywords = Vec::with_capacity(args.keywords.len());
    for (name, value) in &args.keywords {
        // Where weights lie and how precise they are decides nothing that is followed.
        if !matches!(&*m.text(*name), "device" | "dtype") {
            keywords.push((*name, literal(m, value)?));
        }
    }
    let torch = torch(m);
    let class = module::graph_class(&instance.class());
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
    let built = Built {
        layer: made.layer.of_instance(id),
        spec,
        nature: made.nature,
        weights: made.weights.clone(),
        is_stale: Cell::new(false),
    };
    instance.extra.replace(Some(Rc::new(Kept { id, built: RefCell::new(Some(built)) })));
    module::init(m, &instance)?;
    for (held, tensors) in [(Held::Parameters, &made.parameters), (Held::Buffers, &made.buffers)] {
        let Some(dict) = module::dict(&torch, &instance, held).filter(|_| !tensors.is_empty()) else { continue };
        let mut entries = dict.entries.borrow_mut();
        entries.reserve(tensors.len());
        for (name, tensor) in tensors {
            let tensor = tensor.as_ref().map(|(value, trained)| match trained {
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
    weights: Vec<(Rc<str>, Shape)>,
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
pub(super) struct MadeLayers(FxHashMap<u64, Vec<(LayerCall, Rc<Made>)>>);

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
    Ok(Made { nature: Nature::new(spec), layer, weights, parameters, buffers, attributes, is_constant })
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
fn weight_names(spec: &Spec) -> (&'static [&'static str], &'static [&'static str]) {
    const STATISTICS: &[&str] = &["running_mean", "running_var", "num_batches_tracked"];
    match spec.path.rsplit('.').nth(1) {
        Some("conv" | "linear") => (&["weight", "bias"], &[]),
        Some("batchnorm" | "instancenorm") => (&["weight", "bias"], STATISTICS),
        Some("normalization") => match spec.name {
            "nn.RMSNorm" => (&["weight"], &[]),
            "nn.LocalResponseNorm" => (&[], &[]),
            _ => (&["weight", "bias"], &[]),
        },
        _ if spec.name == "nn.PReLU" => (&["weight"], &[]),
        _ => (&[], &[]),
    }
}

/// A layer's `forward`. Programs can call it by itself, past the hooks of the module.
fn forward(m: &mut Machine, _: &Native, args: Args) -> Res {
    let torch = torch(m);
    let called = torch.called.take();
    let start = torch.run.borrow().len();
    let instance = module::instance(m, &args)?;
    let result = run(m, &instance, args);
    if let Some(kept) = module::kept(&instance) {
        let mut run = torch.run.borrow_mut();
        // A class that is derived from the layer calls it within a call of its own.
        if called != Some(kept.id) && run.running() != kept.id {
            run.hand_over(kept.id, start);
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
    if kept.built.borrow().as_ref().is_some_and(|built| built.is_stale.get()) {
        rebuild(m, instance, &kept)?;
    }
    let Some((name, nature)) = kept.built.borrow().as_ref().map(|built| (built.spec.name, built.nature)) else {
        return Err(m.unknown(format!("a `{}` that wasn't constructed", instance.class().name)));
    };
    let tensor = Tensor::of(&input);
    if !output_size.is_none() {
        return transposed_to(m, instance, &kept, name, &input, &output_size);
    }
    let has_weights = kept.built.borrow().as_ref().is_some_and(|built| !built.weights.is_empty());
    if has_weights {
        if let Some(call) = replaced(m, instance, &kept, name)? {
            let outer = torch.run.borrow_mut().enter(kept.id);
            let result = call_functional(m, instance, &call, &input);
            torch.run.borrow_mut().leave(outer);
            return result;
        }
        if tensor.as_ref().is_some_and(|tensor| tensor.value().dtype.kind() < Kind::Float) {
            return Err(m.unknown(format!("{name} of integers")));
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
    let Some(layer) = layer else { return Err(m.unknown("a layer")) };
    let result = layer.call(&mut torch.run.borrow_mut(), &given);
    let result = match result {
        Ok(result) => result,
        Err(found) => return Err(fault::raise(m, found)),
    };
    if let (Some(target), graph::Value::Tensor(shape)) = (&tensor, &result)
        && *shape == target.shape()
        && is_in_place(m, instance)
    {
        target.write(natives::Tensor { elements: None, ..target.value() });
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

fn is_in_place(m: &mut Machine, instance: &Instance) -> bool {
    let inplace = m.symbol("inplace");
    matches!(instance.attributes.borrow().get(&inplace), Some(Value::Bool(true)))
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
        items.iter().map(|i| if let Value::Int(i) = i { Ok(*i) } else { Err(m.unknown("a size")) }).collect()
    };
    let (wanted, s, p, d, k) =
        (sizes(output_size)?, sizes(&stride)?, sizes(&padding)?, sizes(&dilation)?, sizes(&kernel)?);
    let Some(tensor) = Tensor::of(input) else { return Err(m.unknown("what is convolved")) };
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
        return Err(m.unknown("such a convolution"));
    };
    let torch = torch(m);
    let outer = torch.run.borrow_mut().enter(kept.id);
    let result = functions::call(m, function, Args::of(args));
    torch.run.borrow_mut().leave(outer);
    result
}

/// What a call of a layer asks of its class.
#[derive(Clone, Copy)]
struct Nature {
    is_batch_norm: bool,
    is_dropout: bool,
    is_identity: bool,
    is_pool: bool,
    is_transposed: bool,
    /// Its results lie in order, however its inputs do.
    is_fresh: bool,
    is_elementwise: bool,
}

impl Nature {
    fn new(spec: &'static Spec) -> Nature {
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
        }
    }
}

/// A value of the program as layers take it.
pub fn to_graph(m: &mut Machine, value: &Value) -> Res<graph::Value> {
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
        graph::Value::Opaque(what) => m.unknown_value(*what),
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
            let layer = constructed.layer.of_instance(kept.id);
            let nature = Nature::new(spec);
            kept.built.replace(Some(Built { layer, spec, nature, weights, is_stale: Cell::new(false) }));
            Ok(())
        }
        Err(found) => Err(m.unknown(format!("{} with changed attributes: {}", spec.name, found.message.english()))),
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
    let (parameters, _) = weight_names(built.spec);
    let unchanged = parameters.iter().all(|name| {
        let was = built.weights.iter().find(|(known, _)| &**known == *name).map(|(_, shape)| *shape);
        shape(name) == was
    });
    if unchanged {
        return Ok(None);
    }
    match name {
        "nn.Conv1d" | "nn.Conv2d" | "nn.Conv3d" => Ok(Some(name.replace("nn.Conv", "F.conv"))),
        "nn.Linear" => Ok(Some("F.linear".to_owned())),
        _ => Err(m.unknown(format!("{name} with other weights than it was made with"))),
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
fn conv_forward(m: &mut Machine, _: &Native, args: Args) -> Res {
    let instance = module::instance(m, &args)?;
    let this = args.positional[0].clone();
    let name = m.symbol("padding_mode");
    let mode = m.get_attribute(&this, name)?;
    if mode.as_str() != Some("zeros") {
        return Err(m.unknown("a convolution with another padding than zeros"));
    }
    let names: Vec<Rc<str>> = instance.class().order().iter().map(|class| class.name.clone()).collect();
    let digit = names.iter().find_map(|name| name.strip_prefix("Conv")?.chars().next()).unwrap_or('2');
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
        None => Err(m.unknown("such a convolution")),
    }
}
