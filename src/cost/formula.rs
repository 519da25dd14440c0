//! The textbook: two FLOPs per multiply-accumulate of convolutions and linear layers, one per element of activations.

use super::size::{Attention, last, numel, per_element, times};
use super::{Count, Hooks, Site, Table, Unit};
use crate::torch::{Call, Op};
use crate::words::message;

pub(super) static TABLE: Table = Table {
    name: "formula",
    doc: message!("convention-formula"),
    flops_per_op: 1,
    unit: Unit::Flops,
    hooks: Hooks::None,
    sees_inside: true,
    ops,
};

fn ops(call: &Call, _: Site<'_>) -> Count {
    let (input, output) = (&call.input, &call.output);
    Ok(match &call.op {
        Op::Conv { weight, .. } => times(&[2, numel(output), per_element(weight)]),
        Op::ConvTranspose { weight, .. } => times(&[2, numel(input), per_element(weight)]),
        Op::Linear { .. } => times(&[2, numel(input), last(output)]),
        // Its projections are linear layers; its matrix products count nothing.
        Op::MultiheadAttention { .. } => Attention::of(call).map_or(0, |a| times(&[2, a.projections()])),
        Op::Prelu => numel(input),
        Op::Elementwise(name) if is_activation(name) => numel(input),
        _ => 0,
    })
}

/// Whether an elementwise function is one of torch's non-linear activations (and not `exp`, `sqrt`, `clamp`, …).
fn is_activation(name: &str) -> bool {
    matches!(
        name,
        "celu"
            | "elu"
            | "gelu"
            | "glu"
            | "hardshrink"
            | "hardsigmoid"
            | "hardswish"
            | "hardtanh"
            | "leaky_relu"
            | "logsigmoid"
            | "mish"
            | "relu"
            | "relu6"
            | "rrelu"
            | "selu"
            | "sigmoid"
            | "silu"
            | "softplus"
            | "softshrink"
            | "softsign"
            | "tanh"
            | "tanhshrink"
            | "threshold"
    )
}
