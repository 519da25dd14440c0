//! Losses.

use super::{Args, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native(
        "F.mse_loss F.l1_loss",
        "input, target, size_average=None, reduce=None, reduction='mean', weight=None",
        |_, a| broadcast(a, 4),
    ),
    native("F.smooth_l1_loss", "input, target, size_average=None, reduce=None, reduction='mean', beta=1.0", |_, a| {
        broadcast(a, 4)
    }),
    native("F.huber_loss", "input, target, reduction='mean', delta=1.0, weight=None", |_, a| broadcast(a, 2)),
    native("F.soft_margin_loss", "input, target, size_average=None, reduce=None, reduction='mean'", |_, a| {
        broadcast(a, 4)
    }),
    native("F.kl_div", "input, target, size_average=None, reduce=None, reduction='mean', log_target=False", |_, a| {
        broadcast(a, 4)
    }),
    native(
        "F.binary_cross_entropy",
        "input, target, weight=None, size_average=None, reduce=None, reduction='mean'",
        |_, a| {
            let (t, target) = (a.reals(0)?, a.tensor(1)?);
            if t.shape != target.shape {
                return Err(Fault::shape(message!("target-shape", target = target.shape, shape = t.shape)));
            }
            if t.dtype != target.dtype {
                return Err(Fault::value(message!("target-type", target = target.dtype, dtype = t.dtype)));
            }
            if let Some(weight) = a.opt_tensor(2)? {
                ops::expand(weight.shape, target.shape.dims())?;
            }
            weighed(a, 2, 5)
        },
    ),
    native(
        "F.binary_cross_entropy_with_logits",
        "input, target, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None",
        |_, a| {
            let (t, target) = (a.tensor(0)?, a.floats(1)?);
            if t.shape != target.shape {
                return Err(Fault::shape(message!("target-shape", target = target.shape, shape = t.shape)));
            }
            weighed(a, 2, 5)
        },
    ),
    native(
        "F.cross_entropy",
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
        |_, a| {
            let (t, target) = (a.reals(0)?, a.tensor(1)?);
            let elements = ops::cross_entropy(t.shape, target.shape)?;
            a.expect_some(&[t])?;
            let probabilities = t.shape == target.shape;
            if probabilities == (target.dtype.kind() < Kind::Float) {
                return Err(Fault::value(message!("target-of", dtype = target.dtype, shape = target.shape)));
            }
            let dtype = if probabilities { t.dtype.promote(target.dtype) } else { t.dtype };
            Ok(Value::tensor(ops::reduction(a.str(6)?, elements)?, dtype))
        },
    ),
    native(
        "F.nll_loss",
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
        |_, a| {
            let (t, target) = (a.reals(0)?, a.tensor(1)?);
            let elements = ops::cross_entropy(t.shape, target.shape)?;
            a.expect_some(&[t])?;
            if !matches!(target.dtype, DType::Int64 | DType::UInt8) || t.shape == target.shape {
                return Err(Fault::value(message!("target-of", dtype = target.dtype, shape = target.shape)));
            }
            Ok(t.sized(ops::reduction(a.str(6)?, elements)?).into())
        },
    ),
];

/// A loss of each element of two tensors that are broadcast.
fn broadcast(a: &Args<'_>, reduction: usize) -> Result<Value> {
    let (t, target) = (a.tensor(0)?, a.tensor(1)?);
    let elements = ops::broadcast(t.shape, target.shape)?;
    if t.dtype != target.dtype || t.dtype.kind() != Kind::Float {
        return Err(a.unsupported(message!("floats-of-types")));
    }
    if a.function() == "soft_margin_loss" && elements != t.shape {
        return Err(Fault::shape(message!("target-larger", target = target.shape, shape = t.shape)));
    }
    let dtype = t.dtype;
    Ok(Value::tensor(ops::reduction(a.str(reduction)?, elements)?, dtype))
}

fn weighed(a: &Args<'_>, weight: usize, reduction: usize) -> Result<Value> {
    let t = a.tensor(0)?;
    let mut elements = t.shape;
    if let Some(weight) = a.opt_tensor(weight)? {
        elements = ops::broadcast(elements, weight.shape)?;
    }
    Ok(t.sized(ops::reduction(a.str(reduction)?, elements)?).into())
}
