//! Sizes that costs are computed from. All saturate at 128 bits.

use crate::torch::ops::Shape;
use crate::torch::{Call, Op};

/// Product of sizes; negative ones count as 0.
pub(super) fn product(sizes: &[i64]) -> u128 {
    sizes.iter().fold(1, |n, &size| n.saturating_mul(size.max(0) as u128))
}

/// The product of counts.
pub(super) fn times(counts: &[u128]) -> u128 {
    counts.iter().fold(1, |n, &count| n.saturating_mul(count))
}

/// The sum of counts.
pub(super) fn plus(counts: &[u128]) -> u128 {
    counts.iter().fold(0, |n, &count| n.saturating_add(count))
}

/// The number of elements of a tensor.
pub(super) fn numel(shape: &Shape) -> u128 {
    product(shape.dims())
}

/// Size of dimension `axis`; 0 if there is none.
pub(super) fn size(shape: &Shape, axis: usize) -> u128 {
    shape.dims().get(axis).map_or(0, |&size| product(&[size]))
}

/// The size of the last dimension.
pub(super) fn last(shape: &Shape) -> u128 {
    product(&shape.dims()[shape.rank().saturating_sub(1)..])
}

/// Multiply-accumulates of a convolution per element of its output, or of its input if it is transposed. The weight is
/// `[C, channels per group, kernel...]`, with `C` the channels of those elements.
pub(super) fn per_element(weight: &Shape) -> u128 {
    product(weight.dims().get(1..).unwrap_or_default())
}

/// Ops of a `softmax` over rows of `size` elements in the thop family: an exponential and a division per element, and
/// the sum.
pub(super) fn softmax(rows: u128, size: u128) -> u128 {
    let sum = size.saturating_sub(1);
    times(&[rows, plus(&[size, sum, size])])
}

/// A number of rows of `size` elements.
pub(super) fn rows(elements: u128, size: i64) -> u128 {
    elements.checked_div(size.max(0) as u128).unwrap_or(0)
}

/// The sizes of a `multi_head_attention_forward`.
pub(super) struct Attention {
    /// Items in a batch.
    pub(super) batch: u128,
    /// Features of a query, of all heads together.
    pub(super) embed: u128,
    /// Number of heads.
    pub(super) heads: u128,
    /// Number of queries.
    pub(super) queries: u128,
    /// Number of keys, and of values.
    pub(super) keys: u128,
}

impl Attention {
    /// Returns the sizes of an attention call; none for other calls.
    pub(super) fn of(call: &Call) -> Option<Attention> {
        let Op::MultiheadAttention { embed_dim, num_heads, tgt_len, src_len, .. } = call.op else { return None };
        let [embed, heads, queries, keys] = [embed_dim, num_heads, tgt_len, src_len].map(|n| n.max(0) as u128);
        let batch = numel(&call.input).checked_div(embed.saturating_mul(queries)).unwrap_or(0);
        Some(Attention { batch, embed, heads, queries, keys })
    }

    /// Multiply-accumulates of the projections of queries, keys, values and results.
    pub(super) fn projections(&self) -> u128 {
        times(&[self.batch, 2, self.embed, self.embed, plus(&[self.queries, self.keys])])
    }

    /// Multiply-accumulates of the products with keys and with values.
    pub(super) fn products(&self) -> u128 {
        times(&[self.batch, 2, self.queries, self.keys, self.embed])
    }

    /// Number of attention weights.
    pub(super) fn weights(&self) -> u128 {
        times(&[self.batch, self.heads, self.queries, self.keys])
    }
}

/// Number of spatial dimensions in the name of a class of `torch.nn`: 2 for `AvgPool2d`.
pub(super) fn spatial(class: &str) -> usize {
    match class.as_bytes() {
        [.., digit @ b'1'..=b'3', b'd'] => (digit - b'0') as usize,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_saturate() {
        assert_eq!(product(&[i64::MAX; 3]), u128::MAX);
        assert_eq!(product(&[i64::MAX, i64::MAX, 0]), 0);
        assert_eq!(product(&[-1, 7]), 0);
        assert_eq!(softmax(u128::MAX, u128::MAX), u128::MAX);
        assert_eq!((rows(12, 0), rows(12, 4)), (0, 3));
    }
}
