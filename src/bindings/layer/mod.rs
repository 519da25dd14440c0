//! Layers of torch's own: classes made from the table of layers, which a program constructs, derives from and changes.

mod construct;
mod forward;

use std::rc::Rc;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::bindings::state::torch;
use crate::bindings::tensor::Tensor;
use crate::interpret::array_of;
use crate::interpret::{Class, Content, Machine, Native, NativeFn, Res, Stop, Tracked, Value, Whole};
use crate::python::Literal;
use crate::torch::dtype::Kind;
use crate::torch::nn;
use crate::torch::ops::Shape;
use crate::torch::{Layer, ModuleId, Param, Spec};
use crate::words::message;

pub(super) use self::construct::MadeLayers;
use self::construct::init;
use self::forward::{Nature, conv_forward, forward};

/// What runs of a layer.
#[derive(Clone)]
pub(super) struct Built {
    layer: Layer,
    spec: &'static Spec,
    nature: Nature,
    /// The weights that it was built with.
    weights: Rc<[(Rc<str>, Shape)]>,
    /// Whether an attribute was set since that it depends on.
    is_stale: bool,
}

impl Content for Option<Built> {
    type Part = Whole;
}

impl Built {
    /// What runs of a copy.
    pub(super) fn copied(&self, id: ModuleId) -> Built {
        let weights = self.weights.clone();
        let (layer, is_stale) = (self.layer.of_instance(id), self.is_stale);
        Built { layer, spec: self.spec, nature: self.nature, weights, is_stale }
    }

    /// Is another instance from here on.
    pub(super) fn become_another(&mut self, id: ModuleId) {
        self.layer = self.layer.of_instance(id);
    }
}

/// Notes that an attribute of a module was set.
pub(super) fn attribute_set(built: &Tracked<Option<Built>>, name: &str) {
    let depends = |built: &Built| {
        !built.is_stale && built.spec.params.iter().any(|param| param.name == name && !HARMLESS.contains(&name))
    };
    let is_changed = built.borrow().as_ref().is_some_and(depends);
    if is_changed && let Some(built) = built.borrow_mut().as_mut() {
        built.is_stale = true;
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
        let module = format!("torch.nn.modules.{file}");
        let refused: NativeFn =
            |m, native, _| Err(m.unknown(format!("`{}`", native.data[0].as_str().unwrap_or_default())));
        let data = vec![Value::str(&format!("{module}.{name}"))];
        // Layers have constructors of their own: only a program calls this one.
        let init = Value::Native(Rc::new(Native { name: "__init__".into(), call: refused, binds: true, data }));
        return Some(m.native_class(name, &module, &[base], vec![("__init__", init)]));
    };
    let base = base(m)?;
    let of_spec = |name: &str, call: NativeFn| {
        let data = vec![Value::str(spec.name)];
        Value::Native(Rc::new(Native { name: name.into(), call, binds: true, data }))
    };
    let default = |param: &Param| if param.default.is_some() { "=…" } else { "" };
    let params: Vec<String> = spec.params.iter().map(|param| format!("{}{}", param.name, default(param))).collect();
    let mut members = vec![
        ("__init__", of_spec("__init__", init)),
        ("__text_signature__", Value::str(&params.join(", "))),
        ("forward", of_spec("forward", forward)),
    ];
    if spec.path.starts_with("torch.nn.modules.conv.") {
        members.push(("_conv_forward", Value::native_method("_conv_forward", conv_forward)));
    }
    if name == "SyncBatchNorm" {
        let convert =
            Value::native("convert_sync_batchnorm", |m, _, _| Err(m.unknown(message!("batch-norms-converted"))));
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
                None => return Err(m.unknown(message!("tensor-value"))),
            },
            None if array_of(value).is_some() => return Err(m.unknown(message!("numpy-argument"))),
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
