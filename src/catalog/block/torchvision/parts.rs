//! Parts that several architectures share.

use super::{Part, part};
use crate::torch::nn::{Activation, Conv2d, activation, adaptive_avg_pool2d, batch_norm2d, linear};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Class, Net, Run, net, sequential};

/// `nn.Dropout`
pub(super) const DROPOUT: Class = Class::of_torch("Dropout");

/// The classes of ImageNet.
pub(super) const CLASSES: i64 = 1000;

/// The arguments of torchvision's `Conv2dNormActivation`, with a batch norm.
#[derive(Clone)]
pub(super) struct ConvNorm {
    c1: i64,
    c2: i64,
    k: i64,
    s: i64,
    g: i64,
    act: Option<Activation>,
}

impl ConvNorm {
    /// A convolution of stride 1 without activation.
    pub(super) fn new(c1: i64, c2: i64, k: i64) -> ConvNorm {
        ConvNorm { c1, c2, k, s: 1, g: 1, act: None }
    }

    /// Sets the stride.
    pub(super) fn s(self, s: i64) -> ConvNorm {
        ConvNorm { s, ..self }
    }

    /// Sets the number of groups.
    pub(super) fn g(self, g: i64) -> ConvNorm {
        ConvNorm { g, ..self }
    }

    /// Sets the activation.
    pub(super) fn act(self, act: Activation) -> ConvNorm {
        ConvNorm { act: Some(act), ..self }
    }

    /// Builds it.
    pub(super) fn build(&self, b: &mut Build) -> Result<Net> {
        net(b, Class::derived("Conv2dNormActivation", "Sequential"), |b| {
            let conv = self.conv().build(b.at(0))?;
            let bn = batch_norm2d(b.at(1), self.c2)?;
            let act = self.act.as_ref().map(|act| activation(b.at(2), act)).transpose()?;
            Ok(move |r: &mut Run, x: Shape| {
                let x = conv.call(r, x)?;
                let x = bn.call(r, x)?;
                match &act {
                    Some(act) => act.call(r, x),
                    None => Ok(x),
                }
            })
        })
    }

    /// The bare convolution.
    pub(super) fn conv(&self) -> Conv2d {
        let padding = [(self.k - 1) / 2; 2];
        Conv2d::new(self.c1, self.c2, [self.k; 2]).stride([self.s; 2]).padding(padding).groups(self.g).bias(false)
    }

    /// It as a part of a model.
    pub(super) fn part(self) -> Part {
        part(move |b| self.build(b))
    }
}

/// `AdaptiveAvgPool2d(1)`
pub(super) fn global_pool() -> Part {
    part(|b| adaptive_avg_pool2d(b, 1))
}

/// A dropout and a linear layer.
pub(super) fn dropout_linear(features: i64) -> Part {
    part(move |b| {
        sequential(b, |s| {
            s.add(|b| inert(b, DROPOUT))?;
            s.add(|b| linear(b, features, CLASSES, true))
        })
    })
}

/// Builds a layer that does nothing once a model is trained: a `Dropout`, a `StochasticDepth`.
pub(super) fn inert(b: &mut Build, class: impl Into<Class>) -> Result<Net> {
    net(b, class, |_| Ok(|_: &mut Run, x: Shape| Ok(x)))
}

/// Channels as a multiple of `divisor`, not much below `v`.
pub(super) fn make_divisible(v: f64, divisor: i64) -> i64 {
    let rounded = divisor.max((v + divisor as f64 / 2.0) as i64 / divisor * divisor);
    if (rounded as f64) < 0.9 * v { rounded + divisor } else { rounded }
}
