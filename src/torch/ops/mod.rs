//! Shapes as torch computes them: one function an op, named and shaped after torch's.
//!
//! A function takes the shapes (and settings) that torch's op takes and returns the shape of the result, or a
//! [`Fault`]: torch's own complaint, with its numbers. Nothing here knows modules, rows or costs.

mod attention;
mod conv;
mod create;
mod dims;
mod einsum;
mod elementwise;
mod fault;
mod fft;
mod index;
mod interpolate;
mod join;
mod loss;
mod matmul;
mod norm;
mod pad;
mod pool;
mod product;
mod rearrange;
mod reduce;
mod repeat;
mod sample;
mod shape;
mod shuffle;
mod view;

pub use attention::scaled_dot_product_attention;
pub use conv::{ConvSettings, conv_nd, conv_transpose_nd};
pub use create::{arange, empty, meshgrid, triangle_indices};
pub use dims::{axes_of, axis_of};
pub use einsum::{Einsum, einsum};
pub use elementwise::{broadcast, glu, implicit_softmax_dim, prelu};
pub use fault::{Fault, FaultKind, Result, with_divisors};
pub use fft::{Spectrum, fft};
pub use index::{Index, gather, index, index_select, scatter, slice, take_along_dim};
pub use interpolate::{Resize, interpolate, interpolate_mode};
pub use join::{
    at_least, block_diag, column_stack, dstack, hstack, split_sizes, stack, tensor_split_at, tensor_split_sizes,
    unbind, vstack,
};
pub use loss::{cross_entropy, reduction};
pub use matmul::{linear, matmul};
pub use norm::{batch_norm, batch_norm_of_batch, group_norm, instance_norm, layer_norm, local_response_norm};
pub use pad::{PadMode, pad};
pub use pool::{
    PoolSettings, adaptive_avg_pool, adaptive_pool, avg_pool_covered, avg_pool_nd, fractional_max_pool, max_unpool,
    pool_nd,
};
pub use product::{bilinear, bmm, cdist, dot, inner, kron, mm, mv, outer, plus, tensordot};
pub use rearrange::{
    diag, diag_embed, diagonal, movedim, narrow, ordered, roll, rot90, select, squeezed_axes, unsqueezed_axis,
    view_strides, windows,
};
pub use reduce::{diff, kthvalue, reduce, reduce_some, topk};
pub use repeat::{expand, repeat, repeat_interleave, tile};
pub use sample::{affine_grid, grid_sample};
pub use shape::Shape;
pub use shuffle::{channel_shuffle, fold, pixel_shuffle, pixel_unshuffle, unfold};
use view::MAX_PARTS;
pub use view::{cat, chunk, flatten, permute, split, transpose, unflatten, view};
