//! Attention.

use super::{Fault, FaultKind, Result, Shape, broadcast, empty, matmul};

/// `scaled_dot_product_attention` of queries `[..., n, e]`, keys `[..., m, e]` and values `[..., m, v]`.
pub fn scaled_dot_product_attention(query: Shape, key: Shape, value: Shape, mask: Option<Shape>) -> Result<Shape> {
    for shape in [query, key, value] {
        if shape.rank() < 2 {
            return Err(Fault::shape(format!(
                "queries, keys and values need at least 2 dimensions, but are {query}, {key} and {value}"
            )));
        }
    }
    let (q, k) = (query.dim(-1)?, key.dim(-1)?);
    if q != k {
        return Err(Fault::new(
            FaultKind::Channels,
            format!("queries and keys must have the same number of features, but have {q} and {k} ({query} and {key})"),
        )
        .of_channels(q, k));
    }
    let scores = matmul(query, super::transpose(key, -1, -2)?)?;
    if let Some(mask) = mask {
        match broadcast(mask, scores) {
            Ok(shape) if shape == scores => {}
            _ => return Err(Fault::shape(format!("a mask {mask} doesn't fit attention scores {scores}"))),
        }
    }
    if key.dim(-2)? != value.dim(-2)? {
        // Some of torch's kernels don't look.
        return Err(Fault::unsupported(format!(
            "there must be as many keys as values, but they are {key} and {value}"
        )));
    }
    let result = matmul(scores, value)?;
    empty(result.dims())
}
