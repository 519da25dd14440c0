//! Layers of `torch.nn`: the leaves that parameters and ops come from.

mod activation;
mod arguments;
mod attention;
mod conv;
mod linear;
mod names;
mod norm;
mod pad;
mod plain;
mod pool;
mod shuffle;
#[cfg(test)]
mod tests;
mod upsample;

pub use activation::{Activation, activation, is_activation};
pub use attention::{MultiheadAttention, multihead_attention};
pub use conv::Conv2d;
pub use linear::linear;
pub use names::{is_known_to_torch, public_names, why_unknown};
pub use norm::{batch_norm2d, layer_norm};
pub use plain::identity;
pub use pool::{adaptive_avg_pool2d, max_pool2d};

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Args, Build, Layer, Param, Spec, Type};
use crate::python::Literal;
use crate::torch::ops::Result;

/// The layers that a row can name, a slice a file.
pub static SPECS: &[&[Spec]] = &[
    activation::SPECS,
    conv::SPECS,
    linear::SPECS,
    norm::SPECS,
    pad::SPECS,
    plain::SPECS,
    pool::SPECS,
    shuffle::SPECS,
    upsample::SPECS,
];

/// The layer `name`, `nn.Conv2d`.
pub fn find(name: &str) -> Option<&'static Spec> {
    static BY_NAME: LazyLock<FxHashMap<&str, &Spec>> =
        LazyLock::new(|| specs().map(|spec| (spec.name, spec)).collect());
    BY_NAME.get(name).copied()
}

/// All of them.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().copied().flatten()
}

/// A layer as a call of its class makes it.
pub struct Constructed {
    /// Its forward pass.
    pub layer: Layer,
    /// The attributes that keep what the constructor was given: `in_channels`, `kernel_size`, `eps`. Weights are
    /// parameters of the instance.
    pub attributes: Vec<(&'static str, Literal)>,
}

/// Calls a layer's class, as `nn.Conv2d(3, 16, kernel_size=3)` does. Nobody holds the instance yet.
pub fn construct(b: &mut Build, a: &Args<'_>) -> Result<Constructed> {
    let layer = b.apart(|b| (a.spec().build)(b, a))?;
    let spatial = match a.spec().name.as_bytes() {
        [.., digit @ b'1'..=b'3', b'd'] => usize::from(digit - b'0'),
        _ => 1,
    };
    let kept = |param: &&(usize, &Param)| !matches!(param.1.name, "bias" | "device" | "dtype" | "*args");
    let params = a.spec().params.iter().enumerate();
    let params: Vec<(usize, &Param)> = params.collect();
    let attributes = params.iter().filter(kept).map(|&(i, param)| match (param.ty, a.get(i)) {
        // Convolutions keep a size for each dimension, pools what they are given.
        (Type::Size, size @ (Literal::Int(_) | Literal::Bool(_)))
            if a.spec().path.starts_with("torch.nn.modules.conv.") =>
        {
            (param.name, Literal::Tuple(vec![size; spatial]))
        }
        (_, arg) => (param.name, arg),
    });
    Ok(Constructed { layer, attributes: attributes.collect() })
}

/// The [`Spec`] of a class of `torch.nn.modules`: its file there, its name, what it does, its parameters, its builder.
macro_rules! spec {
    ($file:literal, $class:literal, $doc:expr, $params:expr, $build:expr) => {
        Spec {
            name: concat!("nn.", $class),
            path: concat!("torch.nn.modules.", $file, ".", $class),
            doc: $doc,
            params: $params,
            build: $build,
        }
    };
}
use spec;
