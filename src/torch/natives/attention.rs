//! Attention.

use super::{Memory, Native, native};
use crate::torch::dtype::DType;
use crate::torch::ops::{self, Fault};
use crate::torch::run::Op;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[native(
    "F.scaled_dot_product_attention",
    "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, enable_gqa=False",
    |r, a| {
        let (query, key, value, mask) = (a.floats(0)?, a.floats(1)?, a.floats(2)?, a.opt_tensor(3)?);
        if query.dtype != key.dtype || query.dtype != value.dtype {
            return Err(Fault::value(message!("attention-types")));
        }
        a.number(4)?;
        let causal = a.bool(5)?;
        if a.bool(7)? {
            return Err(a.unsupported(message!("grouped-queries")));
        }
        if let Some(mask) = mask {
            if mask.dtype != DType::Bool && mask.dtype != query.dtype {
                return Err(Fault::value(message!("mask-for-queries", mask = mask.dtype, query = query.dtype)));
            }
            if causal {
                return Err(Fault::value(message!("causal-or-mask")));
            }
        }
        a.expect_some(&[query, key, value])?;
        let shape =
            ops::scaled_dot_product_attention(query.shape, key.shape, value.shape, mask.map(|mask| mask.shape))?;
        let (features, value) = (query.shape.dim(-1)? + value.shape.dim(-1)?, value.shape.dim(-1)?);
        r.record(Op::Attention { features, value, keys: key.shape.dim(-2)? }, query.shape, shape);
        Ok(query.sized(shape).into())
    },
)
.laid(Memory::Unknown)];
