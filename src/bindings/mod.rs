//! Torch as a program sees it: tensors, functions, `nn.Module`, layers. On the machine's values, by the ops of `torch/`.
//!
//! Names are found in this order: functions of tensors, element types, layers of the table, and what the files in
//! `python/` say, which the machine runs like a program's own.

mod attention;
mod convert;
mod fault;
mod functions;
mod graph;
mod hooked;
mod layer;
mod module;
mod state;
mod tensor;
mod thop;
mod types;

#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

pub use fault::fault_of;
pub use graph::{graph, modules_so_far, shape_of, unhook};
pub use module::module_id;
pub use state::{Torch, Watched};
pub use tensor::Tensor;

use crate::interpret::value::Entries;
use crate::interpret::{Class, Counts, Key, Library, Machine, NativeFn, Value};
use crate::python::file::File;
use crate::torch::dtype::DType;
use crate::torch::natives;
use crate::torch::ops::Shape;
use crate::torch::{Call, Choice, nn};
use crate::words::message;

/// A file of Python that says what names under a prefix are.
struct Prelude {
    prefix: &'static str,
    file: &'static LazyLock<Arc<File>>,
}

macro_rules! prelude {
    ($prefix:literal, $file:literal) => {
        Prelude {
            prefix: $prefix,
            file: {
                static FILE: LazyLock<Arc<File>> = LazyLock::new(|| {
                    Arc::new(File::new(concat!("<", $file, ">"), include_str!(concat!("python/", $file))))
                });
                &FILE
            },
        }
    };
}

/// The longest prefix counts.
static PRELUDES: [Prelude; 20] = [
    prelude!("cv2.", "cv2.py"),
    prelude!("torch.nn.init.", "init.py"),
    prelude!("torch.nn.functional.", "functional.py"),
    prelude!("torch.nn.", "nn.py"),
    prelude!("torch.", "torch.py"),
    prelude!("einops.einops.", "einops.py"),
    prelude!("einops.", "einops.py"),
    prelude!("timm.", "timm.py"),
    prelude!("timm.", "timm_layers.py"),
    prelude!("mmengine.", "mmengine.py"),
    prelude!("efficientnet_pytorch.", "efficientnet.py"),
    prelude!("pywt.", "pywt.py"),
    prelude!("pytorch_wavelets.", "wavelets.py"),
    prelude!("selective_scan_cuda.", "selective_scan.py"),
    prelude!("selective_scan_cuda_core.", "selective_scan.py"),
    prelude!("selective_scan_cuda_oflex.", "selective_scan.py"),
    prelude!("selective_scan_cuda_ndstate.", "selective_scan.py"),
    prelude!("torchvision.", "torchvision.py"),
    prelude!("thop.", "thop.py"),
    prelude!("ultralytics.", "ultralytics.py"),
];

static LIBRARY: Library =
    Library { packages: &["torch"], counts: Counts::First, functions: FUNCTIONS, find, others: NAMESPACES };

/// Its own source asks Python which classes there are, so it isn't read.
static EINOPS: Library = Library {
    packages: &["einops"],
    counts: Counts::First,
    functions: &[],
    find: said,
    others: &["einops.layers.torch.Rearrange", "einops.rearrange"],
};

/// Packages whose own source counts where it is at hand.
static OTHERS: Library = Library {
    packages: &[
        "cv2",
        "timm",
        "torchvision",
        "mmengine",
        "efficientnet_pytorch",
        "pywt",
        "pytorch_wavelets",
        "selective_scan_cuda",
        "selective_scan_cuda_core",
        "selective_scan_cuda_oflex",
        "selective_scan_cuda_ndstate",
    ],
    counts: Counts::Absent,
    functions: &[],
    find: said,
    others: &[
        "cv2.getGaussianKernel",
        "timm.layers.DropPath",
        "timm.models.layers.DropPath",
        "timm.layers.activations.F",
        "timm.layers.activations.GELU",
        "timm.layers.activations.GELUTanh",
        "timm.layers.activations.PReLU",
        "timm.layers.activations.QuickGELU",
        "timm.layers.activations.Sigmoid",
        "timm.layers.activations.Tanh",
        "timm.layers.activations.hard_sigmoid",
        "timm.layers.activations.nn",
        "timm.layers.activations.torch",
        "timm.layers.cond_conv2d.CondConv2d",
        "timm.layers.conv2d_same.Conv2dSame",
        "timm.layers.conv_bn_act.ConvNormAct",
        "timm.layers.create_act.create_act_layer",
        "timm.layers.create_attn.create_attn",
        "timm.layers.create_conv2d.create_conv2d",
        "timm.layers.drop.DropPath",
        "timm.layers.eca.EcaModule",
        "timm.layers.helpers.to_2tuple",
        "timm.layers.mlp.ConvMlp",
        "timm.layers.mlp.Mlp",
        "timm.layers.norm.LayerNorm2d",
        "timm.layers.norm_act.BatchNormAct2d",
        "timm.layers.padding.get_padding",
        "timm.layers.squeeze_excite.SqueezeExcite",
        "timm.layers.weight_init.trunc_normal_",
        "timm.layers.grn.GlobalResponseNorm",
        "timm.models.layers.activations.F",
        "timm.models.layers.activations.GELU",
        "timm.models.layers.activations.GELUTanh",
        "timm.models.layers.activations.PReLU",
        "timm.models.layers.activations.QuickGELU",
        "timm.models.layers.activations.Sigmoid",
        "timm.models.layers.activations.Tanh",
        "timm.models.layers.activations.hard_sigmoid",
        "timm.models.layers.activations.nn",
        "timm.models.layers.activations.torch",
        "timm.models.layers.cond_conv2d.CondConv2d",
        "timm.models.layers.conv2d_same.Conv2dSame",
        "timm.models.layers.conv_bn_act.ConvNormAct",
        "timm.models.layers.create_act.create_act_layer",
        "timm.models.layers.create_attn.create_attn",
        "timm.models.layers.create_conv2d.create_conv2d",
        "timm.models.layers.drop.DropPath",
        "timm.models.layers.eca.EcaModule",
        "timm.models.layers.helpers.to_2tuple",
        "timm.models.layers.mlp.ConvMlp",
        "timm.models.layers.mlp.Mlp",
        "timm.models.layers.norm.LayerNorm2d",
        "timm.models.layers.norm_act.BatchNormAct2d",
        "timm.models.layers.padding.get_padding",
        "timm.models.layers.squeeze_excite.SqueezeExcite",
        "timm.models.layers.weight_init.trunc_normal_",
        "timm.models.helpers.named_apply",
        "timm.models._manipulate.named_apply",
        "timm.models._efficientnet_blocks.SqueezeExcite",
        "timm.models.efficientnet_blocks.SqueezeExcite",
        "timm.models.efficientvit_mit.ResidualBlock",
        "timm.models.hgnet.ConvBNAct",
        "timm.models.registry.register_model",
        "timm.layers.patch_embed.PatchEmbed",
        "timm.models.layers.patch_embed.PatchEmbed",
        "timm.models.vision_transformer._cfg",
        "timm.models.vision_transformer.Attention",
        "timm.data.constants.IMAGENET_DEFAULT_MEAN",
        "mmengine.model.BaseModule",
        "mmengine.model.weight_init.constant_init",
        "efficientnet_pytorch.model.MemoryEfficientSwish",
        "efficientnet_pytorch.utils.MemoryEfficientSwish",
        "pywt.data.ascent",
        "torchvision.models.resnet18",
        "torchvision.ops.deform_conv2d",
        "torchvision.ops.deform_conv.deform_conv2d",
        "torchvision.ops.misc.Permute",
        "torchvision.ops.stochastic_depth.StochasticDepth",
        "torchvision.transforms.Compose",
    ],
};

/// What other frameworks import to build a model. Its own source counts where it is at hand.
static ULTRALYTICS: Library = Library {
    packages: &["ultralytics"],
    counts: Counts::Needed,
    functions: &[],
    find: said,
    others: &[
        "ultralytics.utils.colorstr",
        "ultralytics.utils.checks.check_version",
        "ultralytics.utils.ops.make_divisible",
        "ultralytics.utils.torch_utils.model_info",
    ],
};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("torch._yolint.attention", attention::attention),
    ("torch._yolint.recurrent", attention::recurrent),
    ("torch._yolint.undecided", |m, _, args| {
        let what = args.positional.first().and_then(Value::as_str).unwrap_or("it").to_owned();
        Err(m.unknown(message!("not-followed", what)))
    }),
];

/// Names by which the packages of torch are known, and those that `from torch.nn import *` takes.
const NAMESPACES: &[&str] = &[
    "torch.amp.autocast",
    "torch.amp.autocast_mode.autocast",
    "torch.autograd.Function",
    "torch.autograd.function.Function",
    "torch.backends.cudnn.enabled",
    "torch.backends.mps.is_available",
    "torch.cuda.amp.autocast",
    "torch.cuda.is_available",
    "torch.distributed.is_initialized",
    "torch.fft.fft2",
    "torch.functional.einsum",
    "torch.hub.load_state_dict_from_url",
    "torch.jit.script",
    "torch.linalg.norm",
    "torch.multiprocessing.set_start_method",
    "torch.nn.common_types._size_2_t",
    "torch.nn.functional.relu",
    "torch.nn.init.constant_",
    "torch.nn.modules.activation.MultiheadAttention",
    "torch.nn.modules.batchnorm.BatchNorm2d",
    "torch.nn.modules.container.Sequential",
    "torch.nn.modules.conv.Conv2d",
    "torch.nn.modules.linear.Linear",
    "torch.nn.modules.module.Module",
    "torch.nn.modules.normalization.LayerNorm",
    "torch.nn.modules.pooling.MaxPool2d",
    "torch.nn.modules.transformer.TransformerEncoder",
    "torch.nn.modules.utils._pair",
    "torch.nn.parallel.DataParallel",
    "torch.nn.parameter.Parameter",
    "torch.nn.utils.fusion.fuse_conv_bn_weights",
    "torch.onnx.is_in_onnx_export",
    "torch.ops.torchvision.deform_conv2d",
    "torch.optim.lr_scheduler.LambdaLR",
    "torch.profiler.record_function",
    "torch.serialization.add_safe_globals",
    "torch.special.expit",
    "torch.utils.checkpoint.checkpoint",
    "torch.utils.data.Dataset",
    "torch.utils.model_zoo.load_url",
    "torch.version.cuda",
    "torch._C._get_tracing_state",
    "torch.nn.Module",
    "torch.nn.Parameter",
    "torch.nn.Sequential",
    "torch.nn.ModuleList",
    "torch.nn.ModuleDict",
    "torch.nn.ParameterList",
    "torch.nn.Conv1d",
    "torch.nn.Conv2d",
    "torch.nn.Conv3d",
    "torch.nn.ConvTranspose2d",
    "torch.nn.BatchNorm1d",
    "torch.nn.BatchNorm2d",
    "torch.nn.LayerNorm",
    "torch.nn.GroupNorm",
    "torch.nn.Linear",
    "torch.nn.Identity",
    "torch.nn.Dropout",
    "torch.nn.Dropout2d",
    "torch.nn.Flatten",
    "torch.nn.Upsample",
    "torch.nn.MaxPool2d",
    "torch.nn.AvgPool2d",
    "torch.nn.AdaptiveAvgPool2d",
    "torch.nn.AdaptiveMaxPool2d",
    "torch.nn.PixelShuffle",
    "torch.nn.ReLU",
    "torch.nn.ReLU6",
    "torch.nn.LeakyReLU",
    "torch.nn.GELU",
    "torch.nn.SiLU",
    "torch.nn.Mish",
    "torch.nn.Hardswish",
    "torch.nn.Sigmoid",
    "torch.nn.Softmax",
    "torch.nn.MultiheadAttention",
];

/// Adds torch to a machine.
pub fn install(m: &mut Machine) {
    m.add_library(&LIBRARY);
    m.add_library(&EINOPS);
    m.add_library(&OTHERS);
    m.add_library(&ULTRALYTICS);
    m.add_library(&thop::LIBRARY);
    let torch = Torch::new(m);
    m.shortcuts = module::shortcuts(m, &torch.classes.module);
    m.keep_spares(torch.classes.module.clone());
    m.keep(torch);
}

/// Types of tensors, which construct tensors of these elements.
const TENSOR_TYPES: [(&str, DType); 9] = [
    ("FloatTensor", DType::Float32),
    ("DoubleTensor", DType::Float64),
    ("HalfTensor", DType::Float16),
    ("LongTensor", DType::Int64),
    ("IntTensor", DType::Int32),
    ("ShortTensor", DType::Int16),
    ("CharTensor", DType::Int8),
    ("ByteTensor", DType::UInt8),
    ("BoolTensor", DType::Bool),
];

/// The class `torch.LongTensor`, `torch.cuda.LongTensor`.
fn tensor_type(m: &mut Machine, name: &str) -> Option<Rc<Class>> {
    let plain = name.strip_prefix("cuda.").unwrap_or(name);
    let (name, dtype) = TENSOR_TYPES.iter().find(|(known, _)| *known == plain)?;
    let torch = state::torch(m);
    let new = Value::native_with("__new__", vec![torch.dtype(*dtype)], |m, native, args| {
        match convert::to_torch(m, &native.data[0])? {
            natives::Value::DType(dtype) => tensor::construct(m, dtype, args),
            _ => Err(m.unknown(message!("type-of-tensors"))),
        }
    });
    let members = vec![("__new__", Value::StaticMethod(Rc::new(new)))];
    Some(m.native_class(name, "torch", std::slice::from_ref(&torch.classes.tensor), members))
}

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let name = path.strip_prefix("torch.")?;
    let torch = state::torch(m);
    let classes = &torch.classes;
    let class = match name {
        "Tensor" | "_tensor.Tensor" => Some(&classes.tensor),
        "Size" => Some(&classes.size),
        "dtype" => Some(&classes.dtype),
        "device" => Some(&classes.device),
        "nn.Module" | "nn.modules.Module" | "nn.modules.module.Module" => Some(&classes.module),
        "nn.Parameter" | "nn.parameter.Parameter" => Some(&classes.parameter),
        _ => None,
    };
    if let Some(class) = class.cloned().or_else(|| tensor_type(m, name)) {
        return Some(Value::Class(class));
    }
    if let Some(function) = functions::function(path).or_else(|| {
        let plain = name.strip_prefix("functional.").or_else(|| name.strip_prefix("_C._nn."))?;
        functions::function(&format!("torch.{plain}"))
    }) {
        return Some(function);
    }
    if name == "nn.__dict__" {
        let library = Value::Library("torch.nn".into());
        let mut entries = Entries::default();
        for name in nn::public_names() {
            let symbol = m.symbol(name);
            let value = match m.get_attribute(&library, symbol).ok()? {
                Value::Unknown(_) => not_followed(m, name),
                value => value,
            };
            entries.insert(Key::str(&Rc::from(name)), value);
        }
        return Some(Value::dict(entries));
    }
    if let Some(dtype) = DType::named(name) {
        return Some(torch.dtype(dtype));
    }
    if let Some(rest) =
        name.strip_prefix("nn.").filter(|rest| !rest.starts_with("functional.") && !rest.starts_with("init."))
    {
        let plain = rest.rsplit('.').next().unwrap_or(rest);
        if rest != plain {
            // A class stands in its file and in the package.
            let symbol = m.symbol(plain);
            let known = nn::find(&format!("nn.{plain}")).is_some()
                || layer::static_name(plain).is_some()
                || plain.starts_with('_');
            let library = Value::Library("torch.nn".into());
            return if known && !rest.starts_with("_") {
                m.find_attribute(&library, symbol).ok().flatten()
            } else {
                said(m, path)
            };
        }
        if let Some(class) = layer::class(m, plain) {
            return Some(Value::Class(class));
        }
        if plain.starts_with(char::is_uppercase) && !nn::is_known_to_torch(plain) {
            return said(m, path).or(Some(Value::Unbound));
        }
    }
    said(m, path)
}

/// A class of torch that nothing here is an instance of.
fn not_followed(m: &mut Machine, name: &str) -> Value {
    let refused: NativeFn = |m, _, _| Err(m.unknown(message!("nn-not-followed")));
    let module = state::torch(m).classes.module.clone();
    Value::Class(m.native_class(
        name,
        "torch.nn",
        &[module],
        vec![("__init__", Value::native_method("__init__", refused))],
    ))
}

/// What the files of `python/` say of a name.
fn said(m: &mut Machine, path: &str) -> Option<Value> {
    let prefix = PRELUDES.iter().find(|prelude| path.starts_with(prelude.prefix))?.prefix;
    let rest = &path[prefix.len()..];
    // Their functions have the names of older ones, but do other things.
    if rest.starts_with("utils.parametri") {
        return None;
    }
    let last = || rest.rsplit('.').next().unwrap_or(rest).to_owned();
    let whole = || rest.replace('.', "_");
    let names = match prefix {
        "torch.nn." | "mmengine." | "efficientnet_pytorch." => vec![last()],
        // Two of its classes have one name.
        "timm." => vec![whole(), last()],
        _ => vec![whole()],
    };
    let files = PRELUDES.iter().filter(|prelude| prelude.prefix == prefix).map(|prelude| &**prelude.file);
    let (name, file) = names.iter().find_map(|name| Some((name, files.clone().find(|file| defines(file, name))?)))?;
    let module = match m.module_by_name(&file.path) {
        Some(module) => module,
        None => m.module_of(&file.path, file.clone()),
    };
    let symbol = m.symbol(name);
    m.find_attribute(&Value::Module(module), symbol).ok().flatten()
}

fn defines(file: &File, name: &str) -> bool {
    !file.touching(name).is_empty()
}

/// A tensor of floats that a program gets from outside, such as an image.
pub fn input(_: &mut Machine, sizes: &[i64]) -> Value {
    Value::Foreign(std::rc::Rc::new(Tensor::new(natives::Tensor::new(Shape::new(sizes), DType::Float32))))
}

/// Notes calls of a module under a key. Where one fails, its caller gets a value that isn't known.
pub fn watch(m: &mut Machine, module: &Value, key: usize) {
    state::torch(m).watched.borrow_mut().insert(module.identity(), key);
}

/// The calls that were noted, in their order; the notes are taken.
pub fn watched(m: &mut Machine) -> Vec<Watched> {
    state::torch(m).notes.take()
}

/// The key of the watched module that is being called.
pub fn calling(m: &Machine) -> Option<usize> {
    state::torch(m).calling.get()
}

/// How many calls of ops there were so far.
pub fn calls_so_far(m: &Machine) -> usize {
    state::torch(m).run.borrow().len()
}

/// Chooses where elements that aren't known decide, from here on.
pub fn choose(m: &mut Machine, choice: Choice) {
    state::torch(m).run.borrow_mut().choice = choice;
}

/// What was chosen where elements that aren't known decided.
pub fn choice(m: &Machine) -> Choice {
    state::torch(m).run.borrow().choice
}

/// The calls of ops so far; they are taken.
pub fn take_calls(m: &mut Machine) -> Vec<Call> {
    state::torch(m).run.borrow_mut().take()
}
