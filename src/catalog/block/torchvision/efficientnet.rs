//! EfficientNet, B0 to B7 and V2.

use super::parts::{ConvNorm, dropout_linear, global_pool, inert, make_divisible};
use super::{Architecture, BeforeLast, First, Part, SEQUENTIAL, part};
use crate::torch::nn::Activation;
use crate::torch::ops::{Result, Shape};
use crate::torch::torchvision_ops::squeeze_excitation;
use crate::torch::{Build, Net, Run, net, sequential};

/// A stage: expansion, kernel size, stride, input and output channels, number of blocks, and whether its blocks are
/// fused ones.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    expand: i64,
    k: i64,
    s: i64,
    c1: i64,
    c2: i64,
    n: i64,
    fused: bool,
}

const fn stage([expand, k, s, c1, c2, n]: [i64; 6]) -> Stage {
    Stage { expand, k, s, c1, c2, n, fused: false }
}

const fn fused(sizes: [i64; 6]) -> Stage {
    Stage { fused: true, ..stage(sizes) }
}

const B: &[Stage] = &[
    stage([1, 3, 1, 32, 16, 1]),
    stage([6, 3, 2, 16, 24, 2]),
    stage([6, 5, 2, 24, 40, 2]),
    stage([6, 3, 2, 40, 80, 3]),
    stage([6, 5, 1, 80, 112, 3]),
    stage([6, 5, 2, 112, 192, 4]),
    stage([6, 3, 1, 192, 320, 1]),
];

/// The stages of EfficientNet V2 S.
pub(super) const S: &[Stage] = &[
    fused([1, 3, 1, 24, 24, 2]),
    fused([4, 3, 2, 24, 48, 4]),
    fused([4, 3, 2, 48, 64, 4]),
    stage([4, 3, 2, 64, 128, 6]),
    stage([6, 3, 1, 128, 160, 9]),
    stage([6, 3, 2, 160, 256, 15]),
];

/// The stages of EfficientNet V2 M.
pub(super) const M: &[Stage] = &[
    fused([1, 3, 1, 24, 24, 3]),
    fused([4, 3, 2, 24, 48, 5]),
    fused([4, 3, 2, 48, 80, 5]),
    stage([4, 3, 2, 80, 160, 7]),
    stage([6, 3, 1, 160, 176, 14]),
    stage([6, 3, 2, 176, 304, 18]),
    stage([6, 3, 1, 304, 512, 5]),
];

/// The stages of EfficientNet V2 L.
pub(super) const L: &[Stage] = &[
    fused([1, 3, 1, 32, 32, 4]),
    fused([4, 3, 2, 32, 64, 7]),
    fused([4, 3, 2, 64, 96, 7]),
    stage([4, 3, 2, 96, 192, 10]),
    stage([6, 3, 1, 192, 224, 19]),
    stage([6, 3, 2, 224, 384, 25]),
    stage([6, 3, 1, 384, 640, 7]),
];

/// EfficientNet B, of a width and a depth.
pub(super) fn efficientnet_b(width: f64, depth: f64) -> Architecture {
    let wide = |c: i64| make_divisible(c as f64 * width, 8);
    let scaled = |s: &Stage| Stage { c1: wide(s.c1), c2: wide(s.c2), n: (s.n as f64 * depth).ceil() as i64, ..*s };
    let stages: Vec<Stage> = B.iter().map(scaled).collect();
    efficientnet(&stages, 4 * wide(320))
}

/// EfficientNet V2 of some stages.
pub(super) fn efficientnet_v2(stages: &[Stage]) -> Architecture {
    efficientnet(stages, 1280)
}

fn efficientnet(stages: &[Stage], last: i64) -> Architecture {
    let (first_c, last_c) = (stages[0].c1, stages[stages.len() - 1].c2);
    let mut parts: Vec<Part> = vec![ConvNorm::new(3, first_c, 3).s(2).act(Activation::silu()).part()];
    for &stage in stages {
        parts.push(part(move |b| {
            sequential(b, |s| {
                s.add(|b| mb_conv(b, stage))?;
                let next = Stage { c1: stage.c2, s: 1, ..stage };
                (1..stage.n).try_for_each(|_| s.add(|b| mb_conv(b, next)))
            })
        }));
    }
    parts.push(ConvNorm::new(last_c, last, 1).act(Activation::silu()).part());
    Architecture {
        class: "EfficientNet",
        first: Some(First { name: "features", class: SEQUENTIAL, parts }),
        rest: vec![("avgpool", global_pool()), ("classifier", dropout_linear(last))],
        before_last: BeforeLast::Flatten,
    }
}

/// Builds a block: an `MBConv`, or a `FusedMBConv` that expands with its 3x3 convolution.
fn mb_conv(b: &mut Build, stage: Stage) -> Result<Net> {
    let Stage { expand, k, s: stride, c1, c2, fused, .. } = stage;
    let c = make_divisible((c1 * expand) as f64, 8);
    let silu = Activation::silu;
    net(b, if fused { "FusedMBConv" } else { "MBConv" }, |b| {
        let block = sequential(b.at("block"), |s| {
            if fused && c == c1 {
                return s.add(|b| ConvNorm::new(c1, c2, k).s(stride).act(silu()).build(b));
            }
            if fused {
                s.add(|b| ConvNorm::new(c1, c, k).s(stride).act(silu()).build(b))?;
            } else {
                if c != c1 {
                    s.add(|b| ConvNorm::new(c1, c, 1).act(silu()).build(b))?;
                }
                s.add(|b| ConvNorm::new(c, c, k).s(stride).g(c).act(silu()).build(b))?;
                s.add(|b| squeeze_excitation(b, c, (c1 / 4).max(1), &silu(), &Activation::sigmoid()))?;
            }
            s.add(|b| ConvNorm::new(c, c2, 1).build(b))
        })?;
        let depth = inert(b.at("stochastic_depth"), "StochasticDepth")?;
        let add = stride == 1 && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let y = block.call(r, x)?;
            if !add {
                return Ok(y);
            }
            let y = depth.call(r, y)?;
            r.add(y, x)
        })
    })
}
