//! Attention.

use super::{Fault, FaultKind, Result, Shape, broadcast, empty, matmul};
use crate::words::message;

/// `scaled_dot_product_attention` of queries `[..., n, e]`, keys `[..., m, e]` and values `[..., m, v]`.
pub fn scaled_dot_product_attention(query: Shape, key: Shape, value: Shape, mask: Option<Shape>) -> Result<Shape> {
    for shape in [query, key, value] {
        if shape.rank() < 2 {
            return Err(Fault::shape(message!("attention-ranks", query, key, value)));
        }
    }
    let (q, k) = (query.dim(-1)?, key.dim(-1)?);
    if q != k {
        return Err(Fault::new(FaultKind::Channels, message!("attention-features", q, k, query, key)).of_channels(q, k));
    }
    let scores = matmul(query, super::transpose(key, -1, -2)?)?;
    if let Some(mask) = mask {
        match broadcast(mask, scores) {
            Ok(shape) if shape == scores => {}
            _ => return Err(Fault::shape(message!("attention-mask", mask, scores))),
        }
    }
    if key.dim(-2)? != value.dim(-2)? {
        // Some of torch's kernels don't look.
        return Err(Fault::unsupported(message!("attention-values", key, value)));
    }
    let result = matmul(scores, value)?;
    empty(result.dims())
}
