//! ConvNeXt.

use super::parts::{CLASSES, global_pool, inert};
use super::{Architecture, BeforeLast, First, Part, SEQUENTIAL, part};
use crate::torch::nn::{Activation, Conv2d, activation, layer_norm, linear};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Class, Net, Run, net, sequential};

/// A model of four stages of `c` channels (doubled from stage to stage) and so many blocks.
pub(super) fn convnext(c: i64, blocks: [i64; 4]) -> Architecture {
    let mut parts: Vec<Part> = vec![part(move |b| stem(b, c))];
    for (i, n) in blocks.into_iter().enumerate() {
        let c = c << i;
        parts.push(part(move |b| sequential(b, |s| (0..n).try_for_each(|_| s.add(|b| block(b, c))))));
        if i < 3 {
            parts.push(part(move |b| {
                sequential(b, |s| {
                    s.add(|b| layer_norm2d(b, c))?;
                    s.add(|b| Conv2d::new(c, 2 * c, [2; 2]).stride([2; 2]).build(b))
                })
            }));
        }
    }
    let c = c << 3;
    let classifier = part(move |b| {
        sequential(b, |s| {
            s.add(|b| layer_norm2d(b, c))?;
            s.add(|b| net(b, Class::of_torch("Flatten"), |_| Ok(|r: &mut Run, x: Shape| r.flatten(x, 1, -1))))?;
            s.add(|b| linear(b, c, CLASSES, true))
        })
    });
    Architecture {
        class: "ConvNeXt",
        first: Some(First { name: "features", class: SEQUENTIAL, parts }),
        rest: vec![("avgpool", global_pool()), ("classifier", classifier)],
        before_last: BeforeLast::Nothing,
    }
}

fn stem(b: &mut Build, c: i64) -> Result<Net> {
    net(b, Class::derived("Conv2dNormActivation", "Sequential"), |b| {
        let conv = Conv2d::new(3, c, [4; 2]).stride([4; 2]).build(b.at(0))?;
        let norm = layer_norm2d(b.at(1), c)?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = conv.call(r, x)?;
            norm.call(r, x)
        })
    })
}

/// A layer norm over the channels of an image.
fn layer_norm2d(b: &mut Build, c: i64) -> Result<Net> {
    net(b, Class::derived("LayerNorm2d", "LayerNorm"), |b| {
        b.param("weight", &[c])?;
        b.param("bias", &[c])?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = r.permute(x, &[0, 2, 3, 1])?;
            let x = r.layer_norm(x, &[c], true)?;
            r.permute(x, &[0, 3, 1, 2])
        })
    })
}

fn block(b: &mut Build, c: i64) -> Result<Net> {
    net(b, "CNBlock", |b| {
        b.param("layer_scale", &[c, 1, 1])?;
        let block = sequential(b.at("block"), |s| {
            s.add(|b| Conv2d::new(c, c, [7; 2]).padding([3; 2]).groups(c).build(b))?;
            s.add(|b| permute(b, [0, 2, 3, 1]))?;
            s.add(|b| layer_norm(b, c))?;
            s.add(|b| linear(b, c, 4 * c, true))?;
            s.add(|b| activation(b, &Activation::gelu()))?;
            s.add(|b| linear(b, 4 * c, c, true))?;
            s.add(|b| permute(b, [0, 3, 1, 2]))
        })?;
        let depth = inert(b.at("stochastic_depth"), "StochasticDepth")?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = block.call(r, x)?;
            let y = r.mul(Shape::new(&[c, 1, 1]), y)?;
            let y = depth.call(r, y)?;
            r.add(y, x)
        })
    })
}

fn permute(b: &mut Build, order: [usize; 4]) -> Result<Net> {
    net(b, "Permute", |_| Ok(move |r: &mut Run, x: Shape| r.permute(x, &order)))
}
