//! ResNet, ResNeXt and Wide ResNet.

use super::parts::{CLASSES, global_pool};
use super::{Architecture, BeforeLast, Part, part};
use crate::torch::nn::{Activation, Conv2d, activation, batch_norm2d, linear, max_pool2d};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Net, Run, net, sequential};

/// The kind of block that a stage repeats.
#[derive(Clone, Copy)]
pub(super) enum Block {
    /// Two 3x3 convolutions.
    Basic,
    /// A 1x1, a 3x3 and a 1x1 convolution; the 3x3 one in groups of a width at 64 channels.
    Bottleneck { groups: i64, width: i64 },
}

impl Block {
    fn expansion(self) -> i64 {
        match self {
            Block::Basic => 1,
            Block::Bottleneck { .. } => 4,
        }
    }

    fn build(self, b: &mut Build, c: i64, planes: i64, stride: i64) -> Result<Net> {
        let out = planes * self.expansion();
        let down = (stride != 1 || c != out).then_some([c, out, stride]);
        match self {
            Block::Basic => {
                let conv1 = conv(c, planes, 3).stride([stride; 2]);
                block(b, "BasicBlock", [(conv1, planes), (conv(planes, planes, 3), planes)], down)
            }
            Block::Bottleneck { groups, width } => {
                let inner = planes * width / 64 * groups;
                let conv2 = conv(inner, inner, 3).stride([stride; 2]).groups(groups);
                let convs = [(conv(c, inner, 1), inner), (conv2, inner), (conv(inner, out, 1), out)];
                block(b, "Bottleneck", convs, down)
            }
        }
    }
}

/// Builds a residual block of convolutions (with their output channels), each normalised, all but the last activated
/// at once and the last one after its input was added, which a convolution `[c1, c2, stride]` may fit.
fn block<const N: usize>(
    b: &mut Build,
    class: &'static str,
    convs: [(Conv2d, i64); N],
    down: Option<[i64; 3]>,
) -> Result<Net> {
    net(b, class, |b| {
        let mut layers = Vec::with_capacity(N);
        for ((conv, channels), names) in convs.into_iter().zip([["conv1", "bn1"], ["conv2", "bn2"], ["conv3", "bn3"]]) {
            layers.push((conv.build(b.at(names[0]))?, batch_norm2d(b.at(names[1]), channels)?));
        }
        let relu = activation(b.at("relu"), &Activation::relu())?;
        let downsample = match down {
            Some([c1, c2, stride]) => Some(sequential(b.at("downsample"), |s| {
                s.add(|b| conv(c1, c2, 1).stride([stride; 2]).build(b))?;
                s.add(|b| batch_norm2d(b, c2))
            })?),
            None => None,
        };
        Ok(move |r: &mut Run, x: Shape| {
            let mut y = x;
            for (i, (conv, bn)) in layers.iter().enumerate() {
                y = conv.call(r, y)?;
                y = bn.call(r, y)?;
                if i + 1 < N {
                    y = relu.call(r, y)?;
                }
            }
            let x = match &downsample {
                Some(downsample) => downsample.call(r, x)?,
                None => x,
            };
            let y = r.add(y, x)?;
            relu.call(r, y)
        })
    })
}

fn conv(c1: i64, c2: i64, k: i64) -> Conv2d {
    Conv2d::new(c1, c2, [k; 2]).padding([k / 2; 2]).bias(false)
}

/// A model of four stages.
pub(super) fn resnet(block: Block, layers: [i64; 4]) -> Architecture {
    let mut rest: Vec<(&'static str, Part)> = vec![
        ("conv1", part(|b| conv(3, 64, 7).stride([2; 2]).build(b))),
        ("bn1", part(|b| batch_norm2d(b, 64))),
        ("relu", part(|b| activation(b, &Activation::relu()))),
        ("maxpool", part(|b| max_pool2d(b, 3, 2, 1, false))),
    ];
    let mut c = 64;
    for (i, (name, n)) in ["layer1", "layer2", "layer3", "layer4"].into_iter().zip(layers).enumerate() {
        let (from, planes, stride) = (c, 64 << i, if i == 0 { 1 } else { 2 });
        c = planes * block.expansion();
        let to = c;
        rest.push((
            name,
            part(move |b| {
                sequential(b, |s| {
                    s.add(|b| block.build(b, from, planes, stride))?;
                    (1..n).try_for_each(|_| s.add(|b| block.build(b, to, planes, 1)))
                })
            }),
        ));
    }
    rest.push(("avgpool", global_pool()));
    rest.push(("fc", part(move |b| linear(b, c, CLASSES, true))));
    Architecture { class: "ResNet", first: None, rest, before_last: BeforeLast::Flatten }
}
