//! What torch does to shapes: one function an op, named and shaped after torch's.
//!
//! A function takes the shapes (and settings) that torch's op takes and returns the shape of the result, or a
//! [`Fault`]: torch's own complaint, with its numbers. Nothing here knows modules, rows or costs.

mod conv;
mod elementwise;
mod fault;
mod interpolate;
mod matmul;
mod norm;
mod pad;
mod pool;
mod shape;
mod shuffle;
mod view;

pub use conv::{ConvSettings, conv_nd, conv_transpose_nd};
pub use elementwise::{broadcast, glu, implicit_softmax_dim, prelu, reduce};
pub use fault::{Fault, FaultKind, Result, divisors};
pub use interpolate::{Resize, grid_sample, interpolate, interpolate_mode};
pub use matmul::{einsum, linear, matmul};
pub use norm::{batch_norm, batch_norm_of_batch, group_norm, instance_norm, layer_norm, local_response_norm};
pub use pad::{PadMode, pad};
pub use pool::{
    PoolSettings, adaptive_avg_pool, adaptive_pool, avg_pool_covered, avg_pool_nd, fractional_max_pool, pool_nd,
};
pub use shape::{MAX_RANK, Shape};
pub use shuffle::{channel_shuffle, fold, pixel_shuffle, pixel_unshuffle, unfold};
pub use view::{cat, chunk, flatten, permute, split, stack, transpose, unflatten, view};
