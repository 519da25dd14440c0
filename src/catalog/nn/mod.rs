//! Layers of `torch.nn`: the leaves that parameters and ops come from.

mod activation;
mod attention;
mod conv;
mod linear;
mod norm;
mod pool;

pub use activation::{Activation, activation, identity};
pub use attention::{MultiheadAttention, multihead_attention};
pub use conv::Conv2d;
pub use linear::linear;
pub use norm::{batch_norm2d, layer_norm};
pub use pool::{adaptive_avg_pool2d, max_pool2d};

use super::Spec;

/// The layers that a row can name.
pub static SPECS: &[Spec] = &[];
