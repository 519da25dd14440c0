//! Normalisations: the shape stays, the channels must be those that the layer was built for.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::{Message, message};

/// `batch_norm` in eval mode of an input `[N, C, ...]` with `features` running means. An empty input isn't checked.
pub fn batch_norm(input: Shape, features: i64) -> Result<Shape> {
    let channels = input.dim(1)?;
    if features == 0 {
        return Err(Fault::value(message!("batch-norm-features", input)));
    }
    if input.numel()? != 0 {
        expect_features(channels, features, message!("layer-batch-norm"))?;
    }
    Ok(input)
}

/// `batch_norm` with the statistics of the batch itself, as in training: there must be more than one value a channel.
pub fn batch_norm_of_batch(input: Shape) -> Result<Shape> {
    expect_several(input.dim(0)?, &input.dims()[2.min(input.rank())..], input)
}

/// `instance_norm` with the statistics of the instance itself: there must be more than one pixel.
pub fn instance_norm(input: Shape) -> Result<Shape> {
    expect_several(1, &input.dims()[2.min(input.rank())..], input)
}

/// `layer_norm` and `rms_norm` over the last dimensions, which must be `normalized`.
pub fn layer_norm(input: Shape, normalized: &[i64]) -> Result<Shape> {
    if normalized.is_empty() {
        return Err(Fault::value(message!("layer-norm-dimensions")));
    }
    if input.dims().ends_with(normalized) {
        return Ok(input);
    }
    Err(Fault::new(FaultKind::Channels, message!("layer-norm-sizes", normalized = format!("{normalized:?}"), input)))
}

/// `group_norm` of an input `[N, C, ...]` with `channels` weights in `groups` groups.
pub fn group_norm(input: Shape, groups: i64, channels: i64) -> Result<Shape> {
    let got = input.dim(1)?;
    expect_features(got, channels, message!("layer-group-norm"))?;
    if groups <= 0 || got % groups != 0 || got == 0 {
        return Err(Fault::value(message!("channels-num-groups", got, groups)));
    }
    expect_several(input.dims()[0].saturating_mul(got) / groups, &input.dims()[2..], input)
}

/// `local_response_norm` over `size` neighbouring channels.
pub fn local_response_norm(input: Shape, size: i64) -> Result<Shape> {
    if input.rank() < 3 {
        return Err(Fault::shape(message!("local-norm-ranks", input)));
    }
    if size <= 0 && input.numel()? != 0 {
        return Err(Fault::value(message!("local-norm-size", size)));
    }
    Ok(input)
}

/// Statistics of a single value are refused: `rows` times all of `pixels` must not be one.
fn expect_several(rows: i64, pixels: &[i64], input: Shape) -> Result<Shape> {
    if rows == 1 && pixels.iter().all(|&p| p == 1) {
        return Err(Fault::value(message!("one-value", input)));
    }
    Ok(input)
}

fn expect_features(got: i64, features: i64, layer: Message) -> Result<()> {
    if got == features {
        return Ok(());
    }
    let message = message!("norm-channels", layer, features, got);
    Err(Fault::new(FaultKind::Channels, message).of_channels(features, got))
}
