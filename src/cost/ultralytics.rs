//! ultralytics-thop 2.2.3: hooks on modules of the classes that it knows and of those derived from them, and products that a `forward` runs as functions.

use super::size::{Attention, numel, per_element, plus, product, rows, softmax, spatial, times};
use super::{Count, Hooks, Site, Table, Unit};
use crate::python::gcd;
use crate::torch::ops::Shape;
use crate::torch::{Call, Op};
use crate::words::message;

pub(super) static TABLE: Table = Table {
    name: "ultralytics",
    doc: message!("convention-ultralytics"),
    flops_per_op: 2,
    unit: Unit::Flops,
    hooks: Hooks::Once,
    sees_inside: false,
    ops,
};

fn ops(call: &Call, site: Site<'_>) -> Count {
    let (input, output) = (&call.input, &call.output);
    let class = if site.holders > 0 { site.instance_of() } else { "" };
    Ok(match (&call.op, class) {
        (Op::Conv { weight, .. }, "Conv1d" | "Conv2d" | "Conv3d") => times(&[numel(output), per_element(weight)]),
        (Op::ConvTranspose { weight, .. }, "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d") => {
            times(&[numel(input), per_element(weight)])
        }
        (Op::BatchNorm { affine }, "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d" | "SyncBatchNorm")
        | (Op::InstanceNorm { affine }, "InstanceNorm1d" | "InstanceNorm2d" | "InstanceNorm3d")
        | (Op::LayerNorm { affine }, "LayerNorm")
        | (Op::GroupNorm { affine }, "GroupNorm")
        | (Op::RmsNorm { affine }, "RMSNorm") => times(&[if *affine { 4 } else { 2 }, numel(input)]),
        (Op::Prelu, "PReLU") => numel(input),
        (Op::Softmax { size, .. }, "Softmax" | "Softmax2d" | "Softmin" | "LogSoftmax") => {
            let rows = rows(numel(input), *size);
            let extra = match class {
                "Softmin" => numel(input),
                "LogSoftmax" => rows,
                _ => 0,
            };
            plus(&[softmax(rows, product(&[*size])), extra])
        }
        (Op::AvgPool { covered, .. }, "AvgPool1d" | "AvgPool2d" | "AvgPool3d") => {
            let planes = &input.dims()[..input.rank().saturating_sub(spatial(class))];
            plus(&[times(&[product(planes), product(&[*covered])]), numel(output)])
        }
        (Op::AdaptiveAvgPool, "AdaptiveAvgPool1d" | "AdaptiveAvgPool2d" | "AdaptiveAvgPool3d") => {
            plus(&[adaptive_windows(input, output), numel(output)])
        }
        (Op::Interpolate { mode }, "Upsample" | "UpsamplingNearest2d" | "UpsamplingBilinear2d") => {
            times(&[interpolation(mode), numel(output)])
        }
        // Matrix products count wherever they run.
        (Op::Linear { in_features, .. }, _) => times(&[product(&[*in_features]), numel(output)]),
        (Op::Matmul { inner }, _) => times(&[product(&[*inner]), numel(output)]),
        (Op::Einsum { macs }, _) => product(&[*macs]),
        (Op::Attention { features, value, keys }, _) => {
            let pairs = rows(numel(output), *value);
            times(&[pairs, product(&[*keys, *features])])
        }
        (Op::Bilinear { first, second }, "Bilinear") => {
            times(&[plus(&[product(&[*first]), 1]), product(&[*second]), numel(output)])
        }
        (
            &Op::Recurrent { gates, input, hidden, projected, layers, directions, bias, evaluations },
            "RNN" | "GRU" | "LSTM" | "RNNCell" | "GRUCell" | "LSTMCell",
        ) => {
            let state = if projected > 0 { projected } else { hidden };
            let cell = |input: i64| {
                let products = times(&[product(&[hidden]), product(&[input + state])]);
                let sums = product(&[hidden, if bias { 3 } else { 1 }]);
                let rest = match gates {
                    3 => product(&[hidden, 4]),
                    4 => product(&[hidden, 4 + projected]),
                    _ => 0,
                };
                plus(&[times(&[product(&[gates]), plus(&[products, sums])]), rest])
            };
            let above = times(&[product(&[layers - 1]), cell(state * directions)]);
            times(&[product(&[directions, evaluations]), plus(&[cell(input), above])])
        }
        (Op::NotCounted(why), _) => return Err(why.clone()),
        (Op::MultiheadAttention { .. }, _) => Attention::of(call).map_or(0, |a| {
            let rows = times(&[a.batch, a.heads, a.queries]);
            plus(&[a.projections(), a.products(), softmax(rows, a.keys)])
        }),
        _ => 0,
    })
}

/// Ops per element of an interpolation's output.
fn interpolation(mode: &str) -> u128 {
    match mode {
        "linear" => 5,
        "bilinear" => 11,
        "bicubic" => 259,
        "trilinear" => 31,
        _ => 0,
    }
}

/// Elements of all windows of an adaptive pool.
///
/// Window `j` of `o` over `i` elements spans `[floor(j·i/o), ceil((j + 1)·i/o))`; their sizes add up to
/// `i + o − gcd(i, o)`, which is `o` along a dimension that isn't pooled.
fn adaptive_windows(input: &Shape, output: &Shape) -> u128 {
    input.dims().iter().zip(output.dims()).fold(1, |n, (&i, &o)| {
        let (i, o) = (i.max(0), o.max(0));
        n.saturating_mul((i as u128 + o as u128).saturating_sub(gcd(i, o) as u128))
    })
}
