//! Activations and dropouts.

use super::args::{not_bool, real};
use super::elementwise::mapped;
use super::{Args, Memory, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result};
use crate::torch::run::{Op, Run};
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("F.relu", "input, inplace=False", relu).laid(Memory::Elementwise),
    native("torch.relu Tensor.relu", "input", relu).laid(Memory::Elementwise),
    native("F.relu_ torch.relu_", "input", relu).laid(Memory::Elementwise),
    native("F.silu F.mish F.hardswish F.hardsigmoid F.selu F.relu6", "input, inplace=False", activation)
        .laid(Memory::Elementwise),
    native("F.rrelu", "input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False", activation)
        .laid(Memory::Elementwise),
    native("F.gelu", "input, approximate='none'", activation).laid(Memory::Elementwise),
    native("F.leaky_relu", "input, negative_slope=0.01, inplace=False", activation).laid(Memory::Elementwise),
    native("F.elu F.celu", "input, alpha=1.0, inplace=False", activation).laid(Memory::Elementwise),
    native("F.hardtanh", "input, min_val=-1.0, max_val=1.0, inplace=False", activation).laid(Memory::Elementwise),
    native("F.softplus", "input, beta=1, threshold=20", activation).laid(Memory::Elementwise),
    native("F.softsign F.tanhshrink", "input", |_, a| {
        let t = a.tensor(0)?;
        Ok(t.typed(t.dtype.floating()).into())
    })
    .laid(Memory::Elementwise),
    native("F.logsigmoid", "input", activation).laid(Memory::Elementwise),
    native("F.softshrink F.hardshrink", "input, lambd=0.5", activation).laid(Memory::Elementwise),
    native("F.threshold", "input, threshold, value, inplace=False", |_, a| {
        let t = a.tensor(0)?;
        a.number(1)?;
        a.number(2)?;
        real(a, t)?;
        not_bool(a, t)?;
        Ok(t.typed(t.dtype).into())
    })
    .laid(Memory::Elementwise),
    native("F.glu torch.glu", "input, dim=-1", |_, a| {
        let t = a.reals(0)?;
        Ok(t.sized(ops::glu(t.shape, a.dim(1)?)?).into())
    }),
    native("F.prelu torch.prelu Tensor.prelu", "input, weight", |r, a| {
        let (t, weight) = (a.floats(0)?, a.floats(1)?);
        if weight.shape.rank() > 1 {
            return Err(Fault::shape(message!("prelu-vector", slopes = weight.shape)));
        }
        if t.dtype != weight.dtype {
            return Err(Fault::value(message!("prelu-types", slopes = weight.dtype, dtype = t.dtype)));
        }
        let shape = ops::prelu(t.shape, weight.shape.numel()?)?;
        r.record(Op::Prelu, t.shape, shape);
        Ok(t.sized(shape).into())
    }),
    native("F.dropout F.dropout1d F.dropout2d F.dropout3d", "input, p=0.5, training=True, inplace=False", |_, a| {
        dropout(a)
    })
    .laid(Memory::Elementwise),
    native("torch.dropout", "input, p, train", |_, a| dropout(a)).laid(Memory::Elementwise),
    native("F.alpha_dropout F.feature_alpha_dropout", "input, p=0.5, training=False, inplace=False", |_, a| dropout(a))
        .laid(Memory::Elementwise),
];

fn relu(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    real(a, t)?;
    not_bool(a, t)?;
    r.record(Op::Elementwise("relu"), t.shape, t.shape);
    Ok(mapped(t, t.dtype, |x| x.max(0.0)).into())
}

/// An activation of floats.
fn activation(r: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let takes_integers = matches!(a.function(), "relu6" | "hardtanh");
    if t.dtype.kind() < Kind::Float && !(takes_integers && t.dtype != DType::Bool) {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    if t.dtype.kind() == Kind::Complex && a.function() != "silu" {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    r.record(Op::Elementwise(a.function()), t.shape, t.shape);
    Ok(t.typed(t.dtype).into())
}

/// A dropout, which must be able to draw.
fn dropout(a: &Args<'_>) -> Result<Value> {
    let t = a.tensor(0)?;
    let p = a.number(1)?;
    let training = a.bool(2)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Fault::value(message!("dropout-lies", p)));
    }
    let draws = training && p > 0.0 && p < 1.0 && t.shape.numel()? != 0;
    if draws && t.dtype.kind() < Kind::Float {
        return Err(Fault::value(message!("not-implemented-for", function = a.function(), dtype = t.dtype)));
    }
    // Whole channels are dropped, but for plain dropouts.
    let ranks = match a.function() {
        "dropout1d" => 2..=3,
        "dropout" | "alpha_dropout" => 0..=usize::MAX,
        _ if draws => 2..=usize::MAX,
        _ => 0..=usize::MAX,
    };
    if !ranks.contains(&t.shape.rank()) {
        return Err(Fault::shape(message!("takes-no-tensor", function = a.function(), shape = t.shape)));
    }
    Ok(t.typed(t.dtype).into())
}
