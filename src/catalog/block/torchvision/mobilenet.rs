//! MobileNet V2 and V3.

use super::parts::{CLASSES, ConvNorm, DROPOUT, dropout_linear, global_pool, inert, make_divisible};
use super::{Architecture, BeforeLast, First, Part, SEQUENTIAL, part};
use crate::torch::nn::{Activation, Conv2d, activation, batch_norm2d, linear};
use crate::torch::ops::{Result, Shape};
use crate::torch::torchvision_ops::squeeze_excitation;
use crate::torch::{Build, Net, Run, net, sequential};

const RELU6: Activation = Activation::elementwise("ReLU6", "hardtanh");
const HARDSWISH: Activation = Activation::elementwise("Hardswish", "hardswish");
const HARDSIGMOID: Activation = Activation::elementwise("Hardsigmoid", "hardsigmoid");

/// MobileNet V2.
pub(super) fn mobilenet_v2() -> Architecture {
    // Expansion, output channels, blocks and stride of each stage.
    const STAGES: [[i64; 4]; 7] =
        [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]];
    let mut parts: Vec<Part> = vec![ConvNorm::new(3, 32, 3).s(2).act(RELU6).part()];
    let mut c1 = 32;
    for [expand, c2, n, s] in STAGES {
        for i in 0..n {
            let (c, stride) = (std::mem::replace(&mut c1, c2), if i == 0 { s } else { 1 });
            parts.push(part(move |b| inverted_residual_v2(b, c, c2, stride, expand)));
        }
    }
    parts.push(ConvNorm::new(320, 1280, 1).act(RELU6).part());
    Architecture {
        class: "MobileNetV2",
        first: Some(First { name: "features", class: SEQUENTIAL, parts }),
        rest: vec![("classifier", dropout_linear(1280))],
        before_last: BeforeLast::PoolAndFlatten,
    }
}

fn inverted_residual_v2(b: &mut Build, c1: i64, c2: i64, stride: i64, expand: i64) -> Result<Net> {
    net(b, "InvertedResidual", |b| {
        let c = c1 * expand;
        let conv = sequential(b.at("conv"), |s| {
            if expand != 1 {
                s.add(|b| ConvNorm::new(c1, c, 1).act(RELU6).build(b))?;
            }
            s.add(|b| ConvNorm::new(c, c, 3).s(stride).g(c).act(RELU6).build(b))?;
            s.add(|b| Conv2d::new(c, c2, [1; 2]).bias(false).build(b))?;
            s.add(|b| batch_norm2d(b, c2))
        })?;
        let add = stride == 1 && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let y = conv.call(r, x)?;
            if add { r.add(x, y) } else { Ok(y) }
        })
    })
}

/// A block of MobileNet V3.
#[derive(Clone, Copy)]
pub(super) struct Bneck {
    c1: i64,
    k: i64,
    expanded: i64,
    c2: i64,
    squeeze: bool,
    hardswish: bool,
    s: i64,
}

const fn bneck(c1: i64, k: i64, expanded: i64, c2: i64, squeeze: bool, hardswish: bool, s: i64) -> Bneck {
    Bneck { c1, k, expanded, c2, squeeze, hardswish, s }
}

/// The blocks of MobileNet V3 Large.
pub(super) const LARGE: &[Bneck] = &[
    bneck(16, 3, 16, 16, false, false, 1),
    bneck(16, 3, 64, 24, false, false, 2),
    bneck(24, 3, 72, 24, false, false, 1),
    bneck(24, 5, 72, 40, true, false, 2),
    bneck(40, 5, 120, 40, true, false, 1),
    bneck(40, 5, 120, 40, true, false, 1),
    bneck(40, 3, 240, 80, false, true, 2),
    bneck(80, 3, 200, 80, false, true, 1),
    bneck(80, 3, 184, 80, false, true, 1),
    bneck(80, 3, 184, 80, false, true, 1),
    bneck(80, 3, 480, 112, true, true, 1),
    bneck(112, 3, 672, 112, true, true, 1),
    bneck(112, 5, 672, 160, true, true, 2),
    bneck(160, 5, 960, 160, true, true, 1),
    bneck(160, 5, 960, 160, true, true, 1),
];

/// The blocks of MobileNet V3 Small.
pub(super) const SMALL: &[Bneck] = &[
    bneck(16, 3, 16, 16, true, false, 2),
    bneck(16, 3, 72, 24, false, false, 2),
    bneck(24, 3, 88, 24, false, false, 1),
    bneck(24, 5, 96, 40, true, true, 2),
    bneck(40, 5, 240, 40, true, true, 1),
    bneck(40, 5, 240, 40, true, true, 1),
    bneck(40, 5, 120, 48, true, true, 1),
    bneck(48, 5, 144, 48, true, true, 1),
    bneck(48, 5, 288, 96, true, true, 2),
    bneck(96, 5, 576, 96, true, true, 1),
    bneck(96, 5, 576, 96, true, true, 1),
];

/// MobileNet V3 of some blocks, with `last` channels before the classes.
pub(super) fn mobilenet_v3(blocks: &'static [Bneck], last: i64) -> Architecture {
    let mut parts: Vec<Part> = vec![ConvNorm::new(3, 16, 3).s(2).act(HARDSWISH).part()];
    parts.extend(blocks.iter().map(|&block| part(move |b| inverted_residual_v3(b, block))));
    let c = blocks.last().map_or(16, |block| block.c2);
    parts.push(ConvNorm::new(c, 6 * c, 1).act(HARDSWISH).part());
    let classifier = part(move |b| {
        sequential(b, |s| {
            s.add(|b| linear(b, 6 * c, last, true))?;
            s.add(|b| activation(b, &HARDSWISH))?;
            s.add(|b| inert(b, DROPOUT))?;
            s.add(|b| linear(b, last, CLASSES, true))
        })
    });
    Architecture {
        class: "MobileNetV3",
        first: Some(First { name: "features", class: SEQUENTIAL, parts }),
        rest: vec![("avgpool", global_pool()), ("classifier", classifier)],
        before_last: BeforeLast::Flatten,
    }
}

fn inverted_residual_v3(b: &mut Build, block: Bneck) -> Result<Net> {
    let Bneck { c1, k, expanded: c, c2, squeeze, hardswish, s: stride } = block;
    let act = if hardswish { HARDSWISH } else { Activation::relu() };
    net(b, "InvertedResidual", |b| {
        let block = sequential(b.at("block"), |s| {
            if c != c1 {
                s.add(|b| ConvNorm::new(c1, c, 1).act(act.clone()).build(b))?;
            }
            s.add(|b| ConvNorm::new(c, c, k).s(stride).g(c).act(act.clone()).build(b))?;
            if squeeze {
                let squeezed = make_divisible((c / 4) as f64, 8);
                s.add(|b| squeeze_excitation(b, c, squeezed, &Activation::relu(), &HARDSIGMOID))?;
            }
            s.add(|b| ConvNorm::new(c, c2, 1).build(b))
        })?;
        let add = stride == 1 && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let y = block.call(r, x)?;
            if add { r.add(y, x) } else { Ok(y) }
        })
    })
}
