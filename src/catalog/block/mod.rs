//! The framework's blocks: `ultralytics.nn.modules.block`, one file a family.

mod area_attention;
mod bottleneck;
mod c2f;
mod cb;
mod cib;
mod csp;
mod down;
mod elan;
mod ghost;
mod hg;
mod psa;
mod resnet;
mod spp;
mod torchvision;
mod transformer;
mod world;

use crate::torch::Spec;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Net, Run};
use crate::words::message;

/// The blocks that a row can name, a slice a family.
pub static SPECS: &[&[Spec]] = &[
    bottleneck::SPECS,
    csp::SPECS,
    c2f::SPECS,
    psa::SPECS,
    area_attention::SPECS,
    cib::SPECS,
    elan::SPECS,
    ghost::SPECS,
    hg::SPECS,
    resnet::SPECS,
    spp::SPECS,
    down::SPECS,
    cb::SPECS,
    transformer::SPECS,
    world::SPECS,
    torchvision::SPECS,
];

/// Modules of the framework that `parse_model` can't name.
pub static UNREGISTERED: &[&[Spec]] = &[
    bottleneck::UNREGISTERED,
    csp::UNREGISTERED,
    psa::UNREGISTERED,
    area_attention::UNREGISTERED,
    cib::UNREGISTERED,
    elan::UNREGISTERED,
    resnet::UNREGISTERED,
    transformer::UNREGISTERED,
    world::UNREGISTERED,
];

/// The most channels that are followed: products of two such numbers stay within 64 bits.
const MAX_CHANNELS: f64 = 1e9;

/// Hidden channels: `int(c2 * e)`.
fn hidden(c2: i64, e: f64) -> Result<i64> {
    scaled(c2, e, "e")
}

/// `int(c * ratio)`; a fault, which blames `param`, where that isn't a number or is beyond what is followed.
fn scaled(c: i64, ratio: f64, param: &'static str) -> Result<i64> {
    let product = c as f64 * ratio;
    if product.is_finite() && product.abs() <= MAX_CHANNELS {
        return Ok(product as i64);
    }
    Err(Fault::too_large(message!("too-many-channels", c, ratio)).at_param(param))
}

/// The two parts of `chunk(2, 1)`, the first one larger where the channels are odd.
fn halves(r: &mut Run, x: Shape) -> Result<[Shape; 2]> {
    let halves = <[Shape; 2]>::try_from(r.chunk(x, 2, 1)?);
    halves.map_err(|_| Fault::shape(message!("split-one-channel", x)))
}

/// Calls each module on the last of `y` and appends what it returns.
fn chain(r: &mut Run, nets: &[Net], y: &mut Vec<Shape>) -> Result<()> {
    for net in nets {
        let last = y[y.len() - 1];
        y.push(net.call(r, last)?);
    }
    Ok(())
}
