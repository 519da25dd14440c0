//! `nn.MultiheadAttention`.

use crate::torch::ops::{self, Fault, FaultKind, Result, Shape};
use crate::torch::{Build, Class, ModuleId, Op, Run};
use crate::words::message;

/// A built `nn.MultiheadAttention`: three tensors in, one out (the attention weights are left aside).
pub struct MultiheadAttention {
    id: ModuleId,
    embed_dim: i64,
    num_heads: i64,
    batch_first: bool,
}

/// Builds `nn.MultiheadAttention(embed_dim, num_heads, batch_first=batch_first)`.
pub fn multihead_attention(
    b: &mut Build,
    embed_dim: i64,
    num_heads: i64,
    batch_first: bool,
) -> Result<MultiheadAttention> {
    if embed_dim <= 0 || num_heads <= 0 {
        return Err(Fault::value(message!("attention-positive", embed_dim, num_heads)));
    }
    if embed_dim % num_heads != 0 {
        let message = message!("attention-divisible", features = embed_dim, heads = num_heads);
        return Err(Fault::value(ops::with_divisors(message, embed_dim, embed_dim)));
    }
    b.module(Class::of_torch("MultiheadAttention"), |b, id| {
        b.param("in_proj_weight", &[3 * embed_dim, embed_dim])?;
        b.param("in_proj_bias", &[3 * embed_dim])?;
        // The attention uses its weights itself: the layer is never called.
        b.at("out_proj").module(Class::derived("NonDynamicallyQuantizableLinear", "Linear"), |b, _| {
            b.param("weight", &[embed_dim, embed_dim])?;
            b.param("bias", &[embed_dim])
        })?;
        Ok(MultiheadAttention { id, embed_dim, num_heads, batch_first })
    })
}

impl MultiheadAttention {
    /// Runs it: on a batch, `[length, batch, features]`, or `[batch, length, features]` where the batch comes first, or
    /// on a single sequence, `[length, features]`.
    pub fn call(&self, r: &mut Run, query: Shape, key: Shape, value: Shape) -> Result<Shape> {
        self.attend(r, [query, key, value], true)
    }

    /// As [`MultiheadAttention::call`], where the value is passed by keyword.
    pub fn call_by_keyword(&self, r: &mut Run, query: Shape, key: Shape, value: Shape) -> Result<Shape> {
        self.attend(r, [query, key, value], false)
    }

    fn attend(&self, r: &mut Run, [query, key, value]: [Shape; 3], positional: bool) -> Result<Shape> {
        let (tgt_len, batch) = self.sizes(query)?;
        let (src_len, keys_batch) = self.sizes(key)?;
        if key != value || query.rank() != key.rank() || batch != keys_batch {
            return Err(Fault::shape(message!("attention-combine", query, key, value)));
        }
        let MultiheadAttention { embed_dim, num_heads, .. } = *self;
        let op = Op::MultiheadAttention { embed_dim, num_heads, tgt_len, src_len, positional };
        Ok(r.within(self.id, |r| r.record(op, query, query)))
    }

    /// The length of a sequence and the number of them.
    fn sizes(&self, x: Shape) -> Result<(i64, i64)> {
        let (length, batch, features) = match *x.dims() {
            [length, features] => (length, 1, features),
            [batch, length, features] if self.batch_first => (length, batch, features),
            [length, batch, features] => (length, batch, features),
            _ => return Err(Fault::shape(message!("attention-dimensions", x))),
        };
        if features != self.embed_dim {
            return Err(Fault::new(
                FaultKind::Channels,
                message!("attention-expects", expected = self.embed_dim, features, x),
            ));
        }
        Ok((length, batch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures said by torch for `nn.MultiheadAttention(64, 4)` on five queries and seven keys.
    #[test]
    fn attention_of_64_features() {
        let mut build = Build::default();
        let attention = multihead_attention(&mut build, 64, 4, false).expect("an attention");
        let (query, key) = (Shape::new(&[5, 1, 64]), Shape::new(&[7, 1, 64]));
        assert_eq!(attention.call(&mut Run::recording(), query, key, key), Ok(query));
        assert_eq!(build.modules.walk().count(attention.id).params, 16640);
        assert!(attention.call(&mut Run::silent(), query, key, query).is_err());
    }

    #[test]
    fn heads_must_divide_the_features() {
        assert!(multihead_attention(&mut Build::default(), 64, 5, false).is_err());
        assert!(multihead_attention(&mut Build::default(), 64, 0, false).is_err());
    }
}
