//! VGG.

use super::parts::{CLASSES, DROPOUT, inert};
use super::{Architecture, BeforeLast, First, Part, SEQUENTIAL, part};
use crate::torch::nn::{Activation, Conv2d, activation, adaptive_avg_pool2d, batch_norm2d, linear, max_pool2d};
use crate::torch::sequential;

/// A model of five stages of so many convolutions, each normalised where `norm`.
pub(super) fn vgg(stages: [usize; 5], norm: bool) -> Architecture {
    let mut parts: Vec<Part> = Vec::new();
    let mut c1 = 3;
    for (n, c2) in stages.into_iter().zip([64, 128, 256, 512, 512]) {
        for _ in 0..n {
            let c = std::mem::replace(&mut c1, c2);
            parts.push(part(move |b| Conv2d::new(c, c2, [3; 2]).padding([1; 2]).build(b)));
            if norm {
                parts.push(part(move |b| batch_norm2d(b, c2)));
            }
            parts.push(part(|b| activation(b, &Activation::relu())));
        }
        parts.push(part(|b| max_pool2d(b, 2, 2, 0, false)));
    }
    let classifier = part(|b| {
        sequential(b, |s| {
            for features in [512 * 7 * 7, 4096] {
                s.add(|b| linear(b, features, 4096, true))?;
                s.add(|b| activation(b, &Activation::relu()))?;
                s.add(|b| inert(b, DROPOUT))?;
            }
            s.add(|b| linear(b, 4096, CLASSES, true))
        })
    });
    Architecture {
        class: "VGG",
        first: Some(First { name: "features", class: SEQUENTIAL, parts }),
        rest: vec![("avgpool", part(|b| adaptive_avg_pool2d(b, 7))), ("classifier", classifier)],
        before_last: BeforeLast::Flatten,
    }
}
