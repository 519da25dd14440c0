//! What torch does to shapes: one function an op, named and shaped after torch's.
//!
//! A function takes the shapes (and settings) that torch's op takes and returns the shape of the result, or a
//! [`Fault`]: torch's own complaint, with its numbers. Nothing here knows modules, rows or costs.

mod conv;
mod elementwise;
mod fault;
mod matmul;
mod norm;
mod pool;
mod shape;
mod view;

pub use conv::{ConvSettings, conv_nd, conv_transpose_nd};
pub use elementwise::broadcast;
pub use fault::{Fault, FaultKind, Result};
pub use matmul::{linear, matmul};
pub use norm::{batch_norm, group_norm, layer_norm};
pub use pool::{PoolSettings, adaptive_pool, pool_nd};
pub use shape::{MAX_RANK, Shape};
pub use view::{cat, chunk, flatten, permute, split, transpose, view};
