//! RegNet X and Y.

use super::parts::{CLASSES, ConvNorm, global_pool};
use super::{Architecture, BeforeLast, First, SEQUENTIAL, part};
use crate::torch::nn::{Activation, activation, batch_norm2d, linear};
use crate::torch::ops::{Result, Shape};
use crate::torch::torchvision_ops::squeeze_excitation;
use crate::torch::{Build, Class, Net, Run, in_turn, net};

/// RegNet X: groups of `group` channels, and the blocks and channels of each stage.
pub(super) fn regnet_x(group: i64, blocks: [i64; 4], channels: [i64; 4]) -> Architecture {
    regnet(Stages { group, blocks, channels, squeeze: false })
}

/// RegNet Y: RegNet X whose blocks squeeze and excite.
pub(super) fn regnet_y(group: i64, blocks: [i64; 4], channels: [i64; 4]) -> Architecture {
    regnet(Stages { group, blocks, channels, squeeze: true })
}

#[derive(Clone, Copy)]
struct Stages {
    group: i64,
    blocks: [i64; 4],
    channels: [i64; 4],
    squeeze: bool,
}

fn regnet(stages: Stages) -> Architecture {
    const STEM: i64 = 32;
    let stem = ConvNorm::new(3, STEM, 3).s(2).conv();
    let first = First {
        name: "stem",
        class: Class::derived("SimpleStemIN", "Sequential"),
        parts: vec![
            part(move |b| stem.clone().build(b)),
            part(|b| batch_norm2d(b, STEM)),
            part(|b| activation(b, &Activation::relu())),
        ],
    };
    let trunk = part(move |b| {
        net(b, SEQUENTIAL, |b| {
            let mut nets = Vec::with_capacity(4);
            for (i, name) in ["block1", "block2", "block3", "block4"].into_iter().enumerate() {
                let from = if i == 0 { STEM } else { stages.channels[i - 1] };
                nets.push(stage(b.at(name), stages, i, from)?);
            }
            Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
        })
    });
    let last = stages.channels[3];
    Architecture {
        class: "RegNet",
        first: Some(first),
        rest: vec![
            ("trunk_output", trunk),
            ("avgpool", global_pool()),
            ("fc", part(move |b| linear(b, last, CLASSES, true))),
        ],
        before_last: BeforeLast::Flatten,
    }
}

fn stage(b: &mut Build, stages: Stages, i: usize, from: i64) -> Result<Net> {
    net(b, Class::derived("AnyStage", "Sequential"), |b| {
        let (c, group) = (stages.channels[i], stages.group.min(stages.channels[i]));
        let mut nets = Vec::new();
        for n in 0..stages.blocks[i] as usize {
            let (from, stride) = if n == 0 { (from, 2) } else { (c, 1) };
            nets.push(block(b.at(n), from, c, stride, group, stages.squeeze)?);
        }
        Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
    })
}

fn block(b: &mut Build, c1: i64, c2: i64, stride: i64, group: i64, squeeze: bool) -> Result<Net> {
    net(b, "ResBottleneckBlock", |b| {
        let proj = match (c1, stride) {
            (c, 1) if c == c2 => None,
            _ => Some(ConvNorm::new(c1, c2, 1).s(stride).build(b.at("proj"))?),
        };
        let f = net(b.at("f"), Class::derived("BottleneckTransform", "Sequential"), |b| {
            let relu = Activation::relu;
            let mut steps = vec![ConvNorm::new(c1, c2, 1).act(relu()).build(b.at("a"))?];
            steps.push(ConvNorm::new(c2, c2, 3).s(stride).g(c2 / group).act(relu()).build(b.at("b"))?);
            if squeeze {
                steps.push(squeeze_excitation(b.at("se"), c2, c1 / 4, &relu(), &Activation::sigmoid())?);
            }
            steps.push(ConvNorm::new(c2, c2, 1).build(b.at("c"))?);
            Ok(move |r: &mut Run, x: Shape| in_turn(r, &steps, x))
        })?;
        let act = activation(b.at("activation"), &Activation::relu())?;
        Ok(move |r: &mut Run, x: Shape| {
            let z = match &proj {
                Some(proj) => proj.call(r, x)?,
                None => x,
            };
            let y = f.call(r, x)?;
            let y = r.add(z, y)?;
            act.call(r, y)
        })
    })
}
