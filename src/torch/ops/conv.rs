//! Convolutions and their transposes, in one to three spatial dimensions.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// How a convolution's kernel moves. Slices have one entry a spatial dimension.
#[derive(Clone, Copy, Debug)]
pub struct ConvSettings<'a> {
    /// Steps between windows.
    pub stride: &'a [i64],
    /// Zeros added on both sides.
    pub padding: &'a [i64],
    /// Distance between a kernel's elements.
    pub dilation: &'a [i64],
    /// Number of groups that the channels are split into.
    pub groups: i64,
}

impl ConvSettings<'_> {
    fn check(&self) -> Result<()> {
        if self.padding.iter().any(|&p| p < 0) {
            return Err(
                Fault::value(message!("negative-padding", padding = format!("{:?}", self.padding))).at_param("padding")
            );
        }
        if self.stride.iter().any(|&s| s <= 0) {
            return Err(
                Fault::value(message!("stride-positive", stride = format!("{:?}", self.stride))).at_param("stride")
            );
        }
        if self.dilation.iter().any(|&d| d <= 0) {
            return Err(Fault::value(message!("dilation-positive", dilation = format!("{:?}", self.dilation)))
                .at_param("dilation"));
        }
        Ok(())
    }
}

/// `conv1d`, `conv2d` or `conv3d` of an input `[N, C, ...]` with a weight `[out, C / groups, kernel...]`.
///
/// Each spatial size becomes `(size + 2·padding − dilation·(kernel − 1) − 1) / stride + 1`, rounded down.
/// Source: the shape section of torch's `Conv2d` documentation; the checks are those of its convolution kernel, which
/// keeps an input without channels without channels.
pub fn conv_nd(input: Shape, weight: Shape, settings: &ConvSettings<'_>) -> Result<Shape> {
    settings.check()?;
    let channel_axis = channel_axis(input, weight)?;
    expect_groups(weight, settings.groups)?;
    let kernel = &weight.dims()[2..];
    let (out, expected) = (weight.dims()[0], times(weight.dims()[1], settings.groups)?);
    expect_channels(input.dims()[channel_axis], expected, weight, settings.groups, input)?;
    expect_pixels(input, channel_axis)?;
    expect_kernel(kernel)?;
    let mut result = input.with(channel_axis, if expected == 0 { 0 } else { out });
    for (i, &k) in kernel.iter().enumerate() {
        let padded = padded(input.dims()[channel_axis + 1 + i], settings.padding[i]).ok_or_else(overflow)?;
        let window = window(k, settings.dilation[i]).ok_or_else(overflow)?;
        if window > padded {
            return Err(Fault::new(FaultKind::Vanishes, message!("kernel-covers", window, padded)));
        }
        result.set(channel_axis + 1 + i, (padded - window) / settings.stride[i] + 1);
    }
    result.numel()?;
    Ok(result)
}

/// `conv_transpose1d` to `3d` of an input `[N, C, ...]` with a weight `[C, out / groups, kernel...]`.
///
/// Each spatial size becomes `(size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1`.
pub fn conv_transpose_nd(
    input: Shape,
    weight: Shape,
    settings: &ConvSettings<'_>,
    output_padding: &[i64],
) -> Result<Shape> {
    settings.check()?;
    let channel_axis = channel_axis(input, weight)?;
    expect_groups(weight, settings.groups)?;
    let kernel = &weight.dims()[2..];
    let (expected, out) = (weight.dims()[0], times(weight.dims()[1], settings.groups)?);
    expect_channels(input.dims()[channel_axis], expected, weight, settings.groups, input)?;
    expect_pixels(input, channel_axis)?;
    expect_kernel(kernel)?;
    if out == 0 {
        return Err(Fault::value(message!("transposed-weight-empty", weight)));
    }
    let mut result = input.with(channel_axis, out);
    for (i, &k) in kernel.iter().enumerate() {
        let (stride, dilation, extra) = (settings.stride[i], settings.dilation[i], output_padding[i]);
        if extra < 0 || (extra >= stride && extra >= dilation) {
            return Err(Fault::value(message!("output-padding", extra, stride, dilation)));
        }
        let spread = times(input.dims()[channel_axis + 1 + i] - 1, stride)?;
        let size = plus(plus(spread, times(dilation, k - 1)?)?, extra + 1 - times(2, settings.padding[i])?)?;
        if size == 0 && channel_axis == 1 && input.dims()[0] > 1 {
            // For one image all of torch's kernels refuse it, for a batch some don't.
            return Err(Fault::unsupported(message!("transposed-no-pixels")));
        }
        if size <= 0 {
            return Err(Fault::new(FaultKind::Vanishes, message!("output-too-wide", size)));
        }
        result = result.with(channel_axis + 1 + i, size);
    }
    result.numel()?;
    Ok(result)
}

/// The position of the input's channels, 0 without a batch; a fault if its rank doesn't fit the weight's.
fn channel_axis(input: Shape, weight: Shape) -> Result<usize> {
    let spatial = weight.rank() - 2;
    match input.rank().checked_sub(spatial) {
        Some(2) => Ok(1),
        Some(1) => Ok(0),
        _ => Err(Fault::shape(message!("input-ranks", unbatched = spatial + 1, batched = spatial + 2, input))),
    }
}

fn expect_channels(got: i64, expected: i64, weight: Shape, groups: i64, input: Shape) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(Fault::new(FaultKind::Channels, message!("conv-channels", groups, weight, input, expected, got))
        .of_channels(expected, got))
}

fn expect_groups(weight: Shape, groups: i64) -> Result<()> {
    let channels = weight.dims()[0];
    if groups > 0 && channels >= groups && channels % groups == 0 {
        return Ok(());
    }
    Err(Fault::value(match channels {
        0 => message!("conv-no-channels", weight),
        _ => message!("output-channels-groups", channels, groups, weight),
    }))
}

fn expect_kernel(kernel: &[i64]) -> Result<()> {
    if kernel.iter().all(|&k| k > 0) {
        return Ok(());
    }
    Err(Fault::value(message!("kernel-positive", kernel = format!("{kernel:?}"))).at_param("kernel_size"))
}

/// An input may lack a batch or channels, but not height or width.
fn expect_pixels(input: Shape, channel_axis: usize) -> Result<()> {
    if input.dims()[channel_axis + 1..].iter().all(|&size| size > 0) {
        return Ok(());
    }
    Err(Fault::shape(message!("conv-empty-input", input)))
}

/// A size with what is added on both sides.
fn padded(size: i64, padding: i64) -> Option<i64> {
    size.checked_add(padding.checked_mul(2)?)
}

/// How far a kernel reaches.
fn window(kernel: i64, dilation: i64) -> Option<i64> {
    dilation.checked_mul(kernel - 1)?.checked_add(1)
}

fn times(a: i64, b: i64) -> Result<i64> {
    a.checked_mul(b).ok_or_else(overflow)
}

fn plus(a: i64, b: i64) -> Result<i64> {
    a.checked_add(b).ok_or_else(overflow)
}

fn overflow() -> Fault {
    Fault::too_large(message!("size-overflows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A transposed convolution is the gradient of the convolution: it leads back, up to what the stride skipped.
        #[test]
        fn transposing_leads_back(
            size in 1i64..40, k in 1i64..6, s in 1i64..4, p in 0i64..4, d in 1i64..3, c1 in 1i64..4, c2 in 1i64..4,
        ) {
            let settings = ConvSettings { stride: &[s], padding: &[p], dilation: &[d], groups: 1 };
            let weight = Shape::new(&[c2, c1, k]);
            let input = Shape::new(&[1, c1, size]);
            if let Ok(output) = conv_nd(input, weight, &settings) {
                let skipped = (size + 2 * p - d * (k - 1) - 1) % s;
                let back = conv_transpose_nd(output, weight, &settings, &[skipped]);
                prop_assert_eq!(back, Ok(input));
            }
        }

        /// Sizes never overflow, whatever a file asks for.
        #[test]
        fn no_size_overflows(
            size in 0i64..i64::MAX, k in 0i64..2_000_000_000, s in -1i64..2_000_000_000, p in -1i64..2_000_000_000,
            d in -1i64..2_000_000_000, g in -1i64..2_000_000_000, c in 0i64..i64::MAX,
        ) {
            let settings = ConvSettings { stride: &[s], padding: &[p], dilation: &[d], groups: g };
            let (weight, input) = (Shape::new(&[c, c, k]), Shape::new(&[1, c, size]));
            let _ = conv_nd(input, weight, &settings);
            let _ = conv_transpose_nd(input, weight, &settings, &[p]);
        }
    }
}
