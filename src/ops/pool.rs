//! Pools.

use super::{Fault, FaultKind, Result, Shape};

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

/// `max_pool` and `avg_pool` over the last dimensions of an input.
///
/// Source: torch's `pooling_output_shape`: with `ceil_mode` the size is rounded up, less one where the last window
/// would start in the right padding.
pub fn pool_nd(input: Shape, settings: &PoolSettings<'_>) -> Result<Shape> {
    let spatial = settings.kernel.len();
    let lead = match input.rank().checked_sub(spatial) {
        Some(lead @ 1..=2) => lead,
        _ => {
            return Err(Fault::shape(format!(
                "expected an input of {} or {} dimensions, but got {input}",
                spatial + 1,
                spatial + 2
            )));
        }
    };
    let mut result = input;
    for i in 0..spatial {
        let size = input.dims()[lead + i];
        let (k, s, p, d) = (settings.kernel[i], settings.stride[i], settings.padding[i], settings.dilation[i]);
        if k <= 0 {
            return Err(Fault::value(format!("the kernel size should be greater than zero, but got {k}")));
        }
        if s <= 0 {
            return Err(Fault::value(format!("the stride should be greater than zero, but got {s}")));
        }
        if d <= 0 {
            return Err(Fault::value(format!("the dilation should be greater than zero, but got {d}")));
        }
        if p < 0 || p > ((k - 1).saturating_mul(d) + 1) / 2 {
            return Err(Fault::value(format!(
                "the padding should be at most half of the kernel size, but got padding {p} and kernel size {k}"
            )));
        }
        let span = (k - 1).saturating_mul(d).saturating_add(1);
        let room = size.saturating_add(2 * p).saturating_sub(span);
        let up = if settings.ceil_mode { s - 1 } else { 0 };
        let mut out = (room + up).div_euclid(s) + 1;
        if settings.ceil_mode && (out - 1).saturating_mul(s) >= size + p {
            out -= 1;
        }
        if out <= 0 {
            return Err(Fault::new(
                FaultKind::Vanishes,
                format!("a window of {span} pixels over an input of {size} leaves an output of {out} pixels"),
            ));
        }
        result = result.with(lead + i, out);
    }
    result.numel()?;
    Ok(result)
}

/// Adaptive pools: the last dimensions become `output`, where `None` keeps a size.
pub fn adaptive_pool(input: Shape, output: &[Option<i64>]) -> Result<Shape> {
    let lead = match input.rank().checked_sub(output.len()) {
        Some(lead @ 1..=2) => lead,
        _ => {
            return Err(Fault::shape(format!(
                "expected an input of {} or {} dimensions, but got {input}",
                output.len() + 1,
                output.len() + 2
            )));
        }
    };
    let mut result = input;
    for (i, size) in output.iter().enumerate() {
        let Some(size) = *size else { continue };
        if size < 0 {
            return Err(Fault::value(format!("an output size must not be negative, but got {size}")));
        }
        result = result.with(lead + i, size);
    }
    result.numel()?;
    Ok(result)
}
