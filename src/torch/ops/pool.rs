//! Pools.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// How a pool's window moves. Slices have one entry a spatial dimension.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings<'a> {
    /// Size of the window.
    pub kernel: &'a [i64],
    /// Steps between windows.
    pub stride: &'a [i64],
    /// Padding on both sides, at most half the window.
    pub padding: &'a [i64],
    /// Distance between a window's elements.
    pub dilation: &'a [i64],
    /// Whether a last window that starts inside the input (or its left padding) but ends outside still counts.
    pub ceil_mode: bool,
}

impl PoolSettings<'_> {
    /// Elements in a window.
    pub fn window(&self) -> Result<i64> {
        self.kernel.iter().try_fold(1i64, |n, &k| n.checked_mul(k)).ok_or_else(too_large)
    }
}

/// `max_pool` and `avg_pool` over the last dimensions of an input.
///
/// Source: torch's `pooling_output_shape`: with `ceil_mode` the size is rounded up, less one where the last window
/// would start in the right padding. The padding may be half of the undilated window, as its shape check has it.
pub fn pool_nd(input: Shape, settings: &PoolSettings<'_>) -> Result<Shape> {
    let spatial = settings.kernel.len();
    let lead = lead(input, spatial)?;
    if input.dims()[lead - 1..].contains(&0) {
        return Err(Fault::shape(message!("pool-empty-input", input)));
    }
    let mut result = input;
    for i in 0..spatial {
        let size = input.dims()[lead + i];
        let (k, s, p, d) = (settings.kernel[i], settings.stride[i], settings.padding[i], settings.dilation[i]);
        if k <= 0 {
            return Err(Fault::value(message!("pool-kernel", k)));
        }
        if s <= 0 {
            return Err(Fault::value(message!("pool-stride", s)));
        }
        if d <= 0 {
            return Err(Fault::value(message!("pool-dilation", d)));
        }
        if p < 0 || p > k / 2 {
            return Err(Fault::value(message!("pool-padding", p, k)));
        }
        let span = (k - 1).saturating_mul(d).saturating_add(1);
        let room = size.saturating_add(2 * p).saturating_sub(span);
        let up = if settings.ceil_mode { s - 1 } else { 0 };
        let mut out = (room.saturating_add(up)).div_euclid(s) + 1;
        if settings.ceil_mode && (out - 1).saturating_mul(s) >= size.saturating_add(p) {
            out -= 1;
        }
        if out <= 0 {
            return Err(Fault::new(FaultKind::Vanishes, message!("pool-window", span, size, out)));
        }
        result = result.with(lead + i, out);
    }
    result.numel()?;
    Ok(result)
}

/// `avg_pool1d` to `3d`: as [`pool_nd`], but a volume must be as large as the window even without its padding.
pub fn avg_pool_nd(input: Shape, settings: &PoolSettings<'_>) -> Result<Shape> {
    let output = pool_nd(input, settings)?;
    let sizes = &input.dims()[input.rank() - settings.kernel.len()..];
    if settings.kernel.len() == 3 && sizes.iter().zip(settings.kernel).any(|(size, kernel)| size < kernel) {
        return Err(Fault::new(
            FaultKind::Vanishes,
            message!("pool-volume", kernel = format!("{:?}", settings.kernel), input),
        ));
    }
    Ok(output)
}

/// How many elements all windows of one plane of an `avg_pool` cover together: those of the input and, where
/// `count_include_pad`, those of the padding, but never what `ceil_mode` lets hang over.
///
/// A window's width along a dimension is the distance between its clipped ends; summed over the windows, and the sums
/// of all dimensions multiplied. `output` is what [`pool_nd`] returns.
pub fn avg_pool_covered(
    input: Shape,
    output: Shape,
    settings: &PoolSettings<'_>,
    count_include_pad: bool,
) -> Result<i64> {
    let lead = lead(input, settings.kernel.len())?;
    let mut covered = 1i128;
    for (i, &k) in settings.kernel.iter().enumerate() {
        let (size, out) = (i128::from(input.dims()[lead + i]), i128::from(output.dims()[lead + i]));
        let (s, p) = (i128::from(settings.stride[i]), i128::from(settings.padding[i]));
        let (low, high) = if count_include_pad { (-p, size + p) } else { (0, size) };
        let ends = sum_of_clipped(s, i128::from(k) - p, high, out);
        // max(start, low) is −min(−start, −low), summed here from the last window to the first.
        let starts = -sum_of_clipped(s, p - (out - 1) * s, -low, out);
        covered = covered.checked_mul(ends - starts).ok_or_else(too_large)?;
    }
    i64::try_from(covered).map_err(|_| too_large())
}

/// The sum of `min(first + i·step, limit)` over `0 <= i < n`, for a positive `step`.
fn sum_of_clipped(step: i128, first: i128, limit: i128, n: i128) -> i128 {
    let below = if limit < first { 0 } else { ((limit - first) / step + 1).min(n) };
    below * first + step * (below * (below - 1) / 2) + limit * (n - below)
}

fn too_large() -> Fault {
    Fault::too_large(message!("pool-overflows"))
}

/// `adaptive_avg_pool1d` to `3d`: as [`adaptive_pool`], except that an image or volume averaged to one pixel is a mean,
/// which may have any number of dimensions before the averaged ones.
pub fn adaptive_avg_pool(input: Shape, output: &[Option<i64>]) -> Result<Shape> {
    let spatial = output.len();
    let Some(lead) = input.rank().checked_sub(spatial) else { return adaptive_pool(input, output) };
    if spatial == 1 || output.iter().zip(&input.dims()[lead..]).any(|(to, &size)| to.unwrap_or(size) != 1) {
        return adaptive_pool(input, output);
    }
    Ok((lead..input.rank()).fold(input, |shape, axis| shape.with(axis, 1)))
}

/// `adaptive_max_pool1d` to `3d`: the last dimensions become `output`, where `None` keeps a size.
pub fn adaptive_pool(input: Shape, output: &[Option<i64>]) -> Result<Shape> {
    let lead = lead(input, output.len())?;
    if input.dims()[lead..].contains(&0) {
        return Err(Fault::shape(message!("adaptive-empty-input", input)));
    }
    let mut result = input;
    for (i, size) in output.iter().enumerate() {
        let Some(size) = *size else { continue };
        if size < 0 {
            return Err(Fault::value(message!("output-size-negative", size)));
        }
        result = result.with(lead + i, size);
    }
    result.numel()?;
    Ok(result)
}

/// `fractional_max_pool2d` and `3d`: windows of `kernel` at random places, `output` of them along each dimension.
///
/// Along two dimensions they may fill the input, along three one element must be left over.
pub fn fractional_max_pool(input: Shape, kernel: &[i64], output: &[i64]) -> Result<Shape> {
    let lead = lead(input, kernel.len())?;
    let mut result = input;
    for (i, (&k, &out)) in kernel.iter().zip(output).enumerate() {
        let size = input.dims()[lead + i];
        if k <= 0 || out < 0 {
            return Err(Fault::value(message!("pool-kernel-output", k, out)));
        }
        let spare = size.saturating_sub(out.saturating_add(k - 1));
        if spare < i64::from(kernel.len() == 3) {
            return Err(Fault::value(message!("pool-too-many", out, k, size)));
        }
        result = result.with(lead + i, out);
    }
    result.numel()?;
    Ok(result)
}

/// `max_unpool1d` to `3d`: what `max_pool` left back in its place; `indices` has the shape of the input.
pub fn max_unpool(input: Shape, indices: Shape, kernel: &[i64], stride: &[i64], padding: &[i64]) -> Result<Shape> {
    let lead = lead(input, kernel.len())?;
    if indices != input {
        return Err(Fault::shape(message!("unpool-positions", indices, input)));
    }
    if input.dims()[1..].contains(&0) {
        return Err(Fault::shape(message!("unpool-empty", input)));
    }
    let mut result = input;
    for (i, &k) in kernel.iter().enumerate() {
        let size = (input.dims()[lead + i] - 1).saturating_mul(stride[i]).saturating_add(k - 2 * padding[i]);
        if size < 0 {
            return Err(Fault::new(FaultKind::Vanishes, message!("unpool-leaves", input, size)));
        }
        result = result.with(lead + i, size);
    }
    result.numel()?;
    Ok(result)
}

/// The number of dimensions before the spatial ones: channels, and the batch if there is one.
fn lead(input: Shape, spatial: usize) -> Result<usize> {
    match input.rank().checked_sub(spatial) {
        Some(lead @ 1..=2) => Ok(lead),
        _ => Err(Fault::shape(message!("input-rank-or", low = spatial + 1, high = spatial + 2, input))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The windows of one dimension, found by trying each start: pairs of start and end.
    fn windows(size: i64, k: i64, s: i64, p: i64, d: i64, ceil_mode: bool) -> Vec<(i64, i64)> {
        let span = (k - 1) * d + 1;
        let starts = (0..).map(|i| i * s - p);
        starts
            .take_while(|start| match ceil_mode {
                false => start + span <= size + p,
                // A window may hang over, by less than a stride, if it starts before the right padding.
                true => start + span < size + p + s && *start < size,
            })
            .map(|start| (start, start + span))
            .collect()
    }

    proptest! {
        #[test]
        fn pools_have_as_many_outputs_as_windows(
            size in 1i64..30, k in 1i64..8, s in 1i64..5, half in 0i64..4, d in 1i64..3, ceil_mode: bool,
        ) {
            let p = half.min(k / 2);
            let settings =
                PoolSettings { kernel: &[k], stride: &[s], padding: &[p], dilation: &[d], ceil_mode };
            let expected = windows(size, k, s, p, d, ceil_mode).len() as i64;
            match pool_nd(Shape::new(&[2, size]), &settings) {
                Ok(shape) => prop_assert_eq!(shape, Shape::new(&[2, expected])),
                Err(fault) => {
                    prop_assert_eq!(fault.kind, FaultKind::Vanishes);
                    prop_assert_eq!(expected, 0);
                }
            }
        }

        #[test]
        fn average_pools_cover_what_their_windows_do(
            size in 1i64..30, k in 1i64..8, s in 1i64..5, half in 0i64..4, ceil_mode: bool, include_pad: bool,
        ) {
            let p = half.min(k / 2);
            let settings =
                PoolSettings { kernel: &[k], stride: &[s], padding: &[p], dilation: &[1], ceil_mode };
            let (low, high) = if include_pad { (-p, size + p) } else { (0, size) };
            let expected: i64 = windows(size, k, s, p, 1, ceil_mode)
                .into_iter()
                .map(|(start, end)| end.min(high) - start.max(low))
                .sum();
            let input = Shape::new(&[2, size]);
            if let Ok(output) = pool_nd(input, &settings) {
                prop_assert_eq!(avg_pool_covered(input, output, &settings, include_pad), Ok(expected));
            }
        }
    }
}
