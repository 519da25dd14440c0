//! Paddings.

use super::arguments::list;
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{Fault, PadMode, Result, Shape};
use crate::torch::{Args, Build, Class, Layer, Param, Run, Spec, Type as T, net, required};
use crate::words::message;

/// A padding of `N` dimensions: an integer applies to all of their sides, a list is taken as it is.
fn pad<const N: usize>(b: &mut Build, a: &Args<'_>, class: &'static str, mode: PadMode) -> Result<Layer> {
    let padding = list(a, 0, 2 * N)?;
    let pad = net(b, Class::of_torch(class), |_| {
        Ok(move |r: &mut Run, x: Shape| {
            if mode == PadMode::Circular && x.rank() != N + 1 && x.rank() != N + 2 {
                return Err(Fault::shape(message!("class-input-ranks", class, low = N + 1, high = N + 2, x)));
            }
            r.pad(x, &padding, mode)
        })
    })?;
    Ok(pad.into_layer())
}

/// A padding with a value, which must be a number (or none, for zero).
fn pad_constant<const N: usize>(b: &mut Build, a: &Args<'_>, class: &'static str) -> Result<Layer> {
    if a.get(1) != Literal::None {
        a.float(1)?;
    }
    pad::<N>(b, a, class, PadMode::Constant)
}

static PADDING: [Param; 1] = [required("padding", T::Size)];
static CONSTANT: [Param; 2] = [required("padding", T::Size), required("value", T::Float)];

/// A padding of a class that takes nothing but the padding.
macro_rules! pads {
    ($class:literal, $doc:expr, $n:literal, $mode:ident) => {
        spec!("padding", $class, $doc, &PADDING, |b, a| pad::<$n>(b, a, $class, PadMode::$mode))
    };
}

/// The paddings that a row can name.
pub(super) static SPECS: &[Spec] = &[
    pads!("ZeroPad1d", message!("doc-ZeroPad1d"), 1, Constant),
    pads!("ZeroPad2d", message!("doc-ZeroPad2d"), 2, Constant),
    pads!("ZeroPad3d", message!("doc-ZeroPad3d"), 3, Constant),
    pads!("ReflectionPad1d", message!("doc-ReflectionPad1d"), 1, Reflect),
    pads!("ReflectionPad2d", message!("doc-ReflectionPad2d"), 2, Reflect),
    pads!("ReflectionPad3d", message!("doc-ReflectionPad3d"), 3, Reflect),
    pads!("ReplicationPad1d", message!("doc-ReplicationPad1d"), 1, Replicate),
    pads!("ReplicationPad2d", message!("doc-ReplicationPad2d"), 2, Replicate),
    pads!("ReplicationPad3d", message!("doc-ReplicationPad3d"), 3, Replicate),
    pads!("CircularPad1d", message!("doc-CircularPad1d"), 1, Circular),
    pads!("CircularPad2d", message!("doc-CircularPad2d"), 2, Circular),
    pads!("CircularPad3d", message!("doc-CircularPad3d"), 3, Circular),
    spec!("padding", "ConstantPad1d", message!("doc-ConstantPad1d"), &CONSTANT, |b, a| {
        pad_constant::<1>(b, a, "ConstantPad1d")
    }),
    spec!("padding", "ConstantPad2d", message!("doc-ConstantPad2d"), &CONSTANT, |b, a| {
        pad_constant::<2>(b, a, "ConstantPad2d")
    }),
    spec!("padding", "ConstantPad3d", message!("doc-ConstantPad3d"), &CONSTANT, |b, a| {
        pad_constant::<3>(b, a, "ConstantPad3d")
    }),
];
