//! The original thop 0.1.1 (0.1.1.post2209072238): hooks on modules of exactly the classes that it knows.

use super::size::{last, numel, per_element, product, rows, size, softmax, times};
use super::{Count, Hooks, Site, Table, Unit};
use crate::torch::ops::Shape;
use crate::torch::{Call, Op};
use crate::words::message;

pub(super) static TABLE: Table = Table {
    name: "thop",
    doc: message!("convention-thop"),
    flops_per_op: 2,
    unit: Unit::Macs,
    hooks: Hooks::PerHolder,
    sees_inside: false,
    ops,
};

/// A module that several others hold is hooked once per holder, and its total is added once per holder.
fn ops(call: &Call, site: Site<'_>) -> Count {
    if let Op::Recurrent { .. } = call.op {
        return Err(message!("recurrent-rule"));
    }
    Ok(times(&[hook(call, site.exact()), site.holders, site.holders]))
}

fn hook(call: &Call, class: &str) -> u128 {
    let (input, output) = (&call.input, &call.output);
    match (&call.op, class) {
        (Op::Conv { weight, .. }, "Conv1d" | "Conv2d" | "Conv3d") => times(&[numel(output), per_element(weight)]),
        // Counted as if it weren't transposed: the input's channels per element of the output.
        (Op::ConvTranspose { weight, .. }, "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d") => {
            let [channels, per_group] = [0, 1].map(|i| size(weight, i));
            let groups = size(output, 1).checked_div(per_group).unwrap_or(0);
            let kernel = product(weight.dims().get(2..).unwrap_or_default());
            times(&[numel(output), channels.checked_div(groups).unwrap_or(0), kernel])
        }
        (Op::BatchNorm { affine }, "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" | "SyncBatchNorm")
        | (Op::InstanceNorm { affine }, "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d")
        | (Op::LayerNorm { affine }, "LayerNorm") => times(&[if *affine { 4 } else { 2 }, numel(input)]),
        (Op::Prelu, "PReLU") => numel(input),
        (Op::Softmax { size, .. }, "Softmax") => softmax(rows(numel(input), *size), product(&[*size])),
        (Op::AvgPool { .. }, "AvgPool1d" | "AvgPool2d" | "AvgPool3d") => numel(output),
        (Op::AdaptiveAvgPool, "AdaptiveAvgPool1d" | "AdaptiveAvgPool2d" | "AdaptiveAvgPool3d") => {
            adaptive_avg_pool(input, output)
        }
        (Op::Interpolate { mode }, "Upsample" | "UpsamplingNearest2d" | "UpsamplingBilinear2d") => {
            times(&[interpolation(mode), numel(output)])
        }
        (Op::Linear { .. }, "Linear") => times(&[last(input), numel(output)]),
        _ => 0,
    }
}

/// Ops per element of an interpolation's output.
fn interpolation(mode: &str) -> u128 {
    match mode {
        "nearest" => 1,
        "linear" => 5,
        "bilinear" => 11,
        "bicubic" => 259,
        _ => 0,
    }
}

/// Per output, the mean window (a fraction if the output doesn't divide the input) and one division.
fn adaptive_avg_pool(input: &Shape, output: &Shape) -> u128 {
    let spatial = input.dims().iter().zip(output.dims()).skip(2);
    let window: f64 = spatial.map(|(&i, &o)| i as f64 / o as f64).product();
    ((window + 1.0) * numel(output) as f64) as u128
}
