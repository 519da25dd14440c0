//! Layers that move elements between channels and pixels.

use super::arguments::exact_size;
use super::spec;
use crate::torch::ops::{self, ConvSettings, Result, Shape};
use crate::torch::{Args, Build, Class, Default as D, Layer, Op, Run, Spec, Type as T, net, optional, required};

/// A layer of class `class` that runs the op `name`, whose shapes `op` follows.
fn moving(
    b: &mut Build,
    class: &'static str,
    name: &'static str,
    op: impl Fn(Shape) -> Result<Shape> + 'static,
) -> Result<Layer> {
    let layer = net(b, Class::of_torch(class), |_| {
        Ok(move |r: &mut Run, x: Shape| {
            let y = op(x)?;
            Ok(r.record(Op::Move(name), x, y))
        })
    })?;
    Ok(layer.into_layer())
}

fn pixel_shuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let factor = a.plain_int(0)?;
    moving(b, "PixelShuffle", "pixel_shuffle", move |x| ops::pixel_shuffle(x, factor))
}

fn pixel_unshuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let factor = a.plain_int(0)?;
    moving(b, "PixelUnshuffle", "pixel_unshuffle", move |x| ops::pixel_unshuffle(x, factor))
}

fn channel_shuffle(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let groups = a.plain_int(0)?;
    moving(b, "ChannelShuffle", "channel_shuffle", move |x| ops::channel_shuffle(x, groups))
}

fn unfold(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (kernel, dilation, padding, stride) =
        (exact_size(a, 0)?, exact_size(a, 1)?, exact_size(a, 2)?, exact_size(a, 3)?);
    moving(b, "Unfold", "unfold", move |x| ops::unfold(x, kernel, &windows(&stride, &padding, &dilation)))
}

fn fold(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (output, kernel) = (exact_size(a, 0)?, exact_size(a, 1)?);
    let (dilation, padding, stride) = (exact_size(a, 2)?, exact_size(a, 3)?, exact_size(a, 4)?);
    moving(b, "Fold", "fold", move |x| ops::fold(x, output, kernel, &windows(&stride, &padding, &dilation)))
}

fn windows<'a>(stride: &'a [i64; 2], padding: &'a [i64; 2], dilation: &'a [i64; 2]) -> ConvSettings<'a> {
    ConvSettings { stride, padding, dilation, groups: 1 }
}

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!(
        "pixelshuffle",
        "PixelShuffle",
        "Turns channels into pixels: a factor r makes C·r² channels C, and the image r times as high and wide.",
        &[required("upscale_factor", T::Int)],
        pixel_shuffle
    ),
    spec!(
        "pixelshuffle",
        "PixelUnshuffle",
        "Turns pixels into channels: the reverse of PixelShuffle.",
        &[required("downscale_factor", T::Int)],
        pixel_unshuffle
    ),
    spec!(
        "channelshuffle",
        "ChannelShuffle",
        "Mixes the channels of groups.",
        &[required("groups", T::Int)],
        channel_shuffle
    ),
    spec!(
        "fold",
        "Unfold",
        "Makes every window of an image a column.",
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
        "Adds columns up to an image: the reverse of Unfold.",
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
