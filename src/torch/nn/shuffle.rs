//! Layers that move elements between channels and pixels.

use super::arguments::exact_size;
use super::spec;
use crate::torch::ops::{ConvSettings, Result, Shape};
use crate::torch::{Args, Build, Class, Default as D, Layer, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// A layer of class `class` that runs `op`.
fn moving(
    b: &mut Build,
    class: &'static str,
    op: impl Fn(&mut Run, Shape) -> Result<Shape> + 'static,
) -> Result<Layer> {
    Ok(net(b, Class::of_torch(class), |_| Ok(op))?.into_layer())
}

fn pixel_shuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let factor = a.plain_int(0)?;
    moving(b, "PixelShuffle", move |r, x| r.pixel_shuffle(x, factor))
}

fn pixel_unshuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let factor = a.plain_int(0)?;
    moving(b, "PixelUnshuffle", move |r, x| r.pixel_unshuffle(x, factor))
}

fn channel_shuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let groups = a.plain_int(0)?;
    moving(b, "ChannelShuffle", move |r, x| r.channel_shuffle(x, groups))
}

fn unfold(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (kernel, dilation, padding, stride) =
        (exact_size(a, 0)?, exact_size(a, 1)?, exact_size(a, 2)?, exact_size(a, 3)?);
    moving(b, "Unfold", move |r, x| r.unfold(x, kernel, &windows(&stride, &padding, &dilation)))
}

fn fold(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (output, kernel) = (exact_size(a, 0)?, exact_size(a, 1)?);
    let (dilation, padding, stride) = (exact_size(a, 2)?, exact_size(a, 3)?, exact_size(a, 4)?);
    moving(b, "Fold", move |r, x| r.fold(x, output, kernel, &windows(&stride, &padding, &dilation)))
}

fn windows<'a>(stride: &'a [i64; 2], padding: &'a [i64; 2], dilation: &'a [i64; 2]) -> ConvSettings<'a> {
    ConvSettings { stride, padding, dilation, groups: 1 }
}

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!(
        "pixelshuffle",
        "PixelShuffle",
        message!("doc-PixelShuffle"),
        &[required("upscale_factor", T::Int)],
        pixel_shuffle
    ),
    spec!(
        "pixelshuffle",
        "PixelUnshuffle",
        message!("doc-PixelUnshuffle"),
        &[required("downscale_factor", T::Int)],
        pixel_unshuffle
    ),
    spec!(
        "channelshuffle",
        "ChannelShuffle",
        message!("doc-ChannelShuffle"),
        &[required("groups", T::Int)],
        channel_shuffle
    ),
    spec!(
        "fold",
        "Unfold",
        message!("doc-Unfold"),
        &[
            required("kernel_size", T::Size),
            optional("dilation", T::Size, D::Int(1)),
            optional("padding", T::Size, D::Int(0)),
            optional("stride", T::Size, D::Int(1)),
        ],
        unfold
    ),
    spec!(
        "fold",
        "Fold",
        message!("doc-Fold"),
        &[
            required("output_size", T::Size),
            required("kernel_size", T::Size),
            optional("dilation", T::Size, D::Int(1)),
            optional("padding", T::Size, D::Int(0)),
            optional("stride", T::Size, D::Int(1)),
        ],
        fold
    ),
];
