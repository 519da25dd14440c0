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
pub use conv::{Conv2d, ConvNd};
pub use linear::linear;
pub use names::{is_known_to_torch, why_unknown};
pub use norm::{batch_norm2d, layer_norm};
pub use plain::identity;
pub use pool::{adaptive_avg_pool2d, max_pool2d};

use super::Spec;

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
    specs().find(|spec| spec.name == name)
}

/// All of them.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().copied().flatten()
}

/// The [`Spec`] of a class of `torch.nn.modules`: its file there, its name, what it does, its parameters, its builder.
macro_rules! spec {
    ($file:literal, $class:literal, $doc:literal, $params:expr, $build:expr) => {
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
