//! ptflops 0.7.5, `pytorch` backend: hooks on modules of exactly the classes that it knows, and replacements of a few
//! functions of `torch.nn.functional`. A module whose `forward` calls such a function is counted twice.

use super::size::{Attention, last, numel, per_element, plus, times};
use super::{Count, Hooks, Site, Table, Unit};
use crate::torch::{Call, Op};
use crate::words::message;

pub(super) static TABLE: Table = Table {
    name: "ptflops",
    doc: message!("convention-ptflops"),
    flops_per_op: 2,
    unit: Unit::Macs,
    hooks: Hooks::PerHolder,
    sees_inside: true,
    ops,
};

/// A hooked module's count is added once per module that holds it, a function's once per call.
fn ops(call: &Call, site: Site<'_>) -> Count {
    if let Op::Recurrent { .. } = call.op {
        return Err(message!("recurrent-rule"));
    }
    Ok(plus(&[times(&[hook(call, site.exact())?, site.holders]), function(call, site.exact())]))
}

/// Ops that the hook on a module counts.
fn hook(call: &Call, class: &str) -> Count {
    let (input, output) = (&call.input, &call.output);
    let bias = |bias: &bool| if *bias { numel(output) } else { 0 };
    Ok(match (&call.op, class) {
        (Op::Conv { weight, bias: b }, "Conv1d" | "Conv2d" | "Conv3d") => {
            plus(&[times(&[numel(output), per_element(weight)]), bias(b)])
        }
        (Op::ConvTranspose { weight, bias: b }, "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d") => {
            plus(&[times(&[numel(input), per_element(weight)]), bias(b)])
        }
        (Op::Linear { bias: b, .. }, "Linear") => plus(&[times(&[numel(input), last(output)]), bias(b)]),
        (Op::BatchNorm { affine }, "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d")
        | (Op::InstanceNorm { affine }, "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d")
        | (Op::GroupNorm { affine }, "GroupNorm") => times(&[if *affine { 2 } else { 1 }, numel(input)]),
        (Op::LayerNorm { .. }, "LayerNorm") => numel(input),
        (Op::Elementwise(_) | Op::Prelu, "ReLU" | "ReLU6" | "LeakyReLU" | "PReLU" | "ELU" | "GELU") => numel(output),
        (Op::MaxPool { .. }, "MaxPool1d" | "MaxPool2d" | "MaxPool3d")
        | (Op::AvgPool { .. }, "AvgPool1d" | "AvgPool2d" | "AvgPool3d")
        | (Op::AdaptiveMaxPool, "AdaptiveMaxPool1d" | "AdaptiveMaxPool2d" | "AdaptiveMaxPool3d")
        | (Op::AdaptiveAvgPool, "AdaptiveAvgPool1d" | "AdaptiveAvgPool2d" | "AdaptiveAvgPool3d") => numel(input),
        (Op::Interpolate { .. }, "Upsample") => numel(output),
        (Op::MultiheadAttention { positional: false, .. }, "MultiheadAttention") => {
            return Err(message!("ptflops-keyword"));
        }
        (Op::MultiheadAttention { .. }, "MultiheadAttention") => Attention::of(call).map_or(0, |a| {
            let scaling = times(&[a.batch, a.queries, a.embed]);
            let biases = times(&[a.batch, 2, plus(&[a.queries, a.keys]), a.embed]);
            plus(&[scaling, a.projections(), biases, a.products(), a.weights()])
        }),
        _ => 0,
    })
}

/// Ops that the replaced functions count, called by a module of `torch.nn` or by any other `forward`.
fn function(call: &Call, class: &str) -> u128 {
    let (input, output) = (&call.input, &call.output);
    match (&call.op, class) {
        // `ReLU6` is a `Hardtanh`, which calls another function.
        (Op::Elementwise("relu6"), "ReLU6") => 0,
        (Op::Elementwise("relu" | "relu6" | "elu" | "gelu" | "silu") | Op::Prelu, _) => numel(input),
        (Op::MaxPool { .. } | Op::AvgPool { .. } | Op::AdaptiveMaxPool | Op::AdaptiveAvgPool, _) => numel(input),
        (Op::Softmax { name: "softmax", .. }, "Softmax" | "Softmax2d") => numel(input),
        (Op::Softmax { name: "functional.softmax", .. }, _) => numel(input),
        (Op::Interpolate { .. }, _) => numel(output),
        (Op::MultiheadAttention { .. }, _) => Attention::of(call).map_or(0, |a| plus(&[a.products(), a.weights()])),
        _ => 0,
    }
}
