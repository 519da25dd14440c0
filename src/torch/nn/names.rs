//! Names of `torch.nn` besides the layers that are modelled here, and why a row can't use them.

use crate::torch::ops::{Fault, FaultKind};
use crate::words::{Message, message};

/// Classes that need more than the one input that a row gives them: they can't run.
const SEVERAL_INPUTS: &[&str] = &[
    "AdaptiveLogSoftmaxWithLoss",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Bilinear",
    "CTCLoss",
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "LinearCrossEntropyLoss",
    "MSELoss",
    "MarginRankingLoss",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "MultiheadAttention",
    "NLLLoss",
    "NLLLoss2d",
    "PairwiseDistance",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
];

/// Classes without a `forward`, and things that are no modules at all: they can't run either.
const NO_LAYERS: &[&str] = &[
    "Buffer",
    "Container",
    "LinearCrossEntropyOptions",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "RNNBase",
    "RNNCellBase",
    "UninitializedBuffer",
    "UninitializedParameter",
    "attention",
    "common_types",
    "factory_kwargs",
    "functional",
    "grad",
    "init",
    "intrinsic",
    "modules",
    "parallel",
    "parameter",
    "qat",
    "quantizable",
    "quantized",
    "utils",
];

/// Classes that look numbers up: they take integers, and a row gives them floats.
const LOOKUPS: &[&str] = &["Embedding", "EmbeddingBag"];

/// Classes that a row may well use, but that aren't followed.
const NOT_FOLLOWED: &[&str] = &[
    "DataParallel",
    "GRU",
    "GRUCell",
    "LSTM",
    "LSTMCell",
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
    "RNN",
    "RNNCell",
    "TransformerEncoder",
    "TransformerEncoderLayer",
];

/// The public names of `torch.nn` (2.15), without `nn.`.
pub fn public_names() -> impl Iterator<Item = &'static str> {
    let layers = super::specs().filter_map(|spec| spec.name.strip_prefix("nn."));
    [SEVERAL_INPUTS, NO_LAYERS, LOOKUPS, NOT_FOLLOWED].into_iter().flatten().copied().chain(layers)
}

/// Whether `torch.nn` has something public called `name`, with or without its `nn.`.
pub fn is_known_to_torch(name: &str) -> bool {
    let class = name.strip_prefix("nn.").unwrap_or(name);
    public_names().any(|name| name == class)
}

/// Why a row can't call `name`, which is `nn.` and something that no layer here is called.
pub fn why_unknown(name: &str) -> Fault {
    let class = name.strip_prefix("nn.").unwrap_or(name);
    let fault = |message: Message| Fault::new(FaultKind::Arguments, message);
    if SEVERAL_INPUTS.contains(&class) {
        return fault(message!("nn-several-inputs", class));
    }
    if NO_LAYERS.contains(&class) {
        return fault(message!("nn-no-layer", class));
    }
    if LOOKUPS.contains(&class) {
        return fault(message!("nn-integers", class));
    }
    if NOT_FOLLOWED.contains(&class) {
        return Fault::unsupported(message!("nn-not-supported", class));
    }
    Fault::new(FaultKind::Module, message!("nn-has-no", class))
}
