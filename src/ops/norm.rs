//! Normalisations: the shape stays, the channels must be those that the layer was built for.

use super::{Fault, FaultKind, Result, Shape};

/// `batch_norm` in eval mode of an input `[N, C, ...]` with `features` running means.
pub fn batch_norm(input: Shape, features: i64) -> Result<Shape> {
    expect_features(input.dim(1)?, features, "batch norm")?;
    Ok(input)
}

/// `layer_norm` over the last dimensions, which must be `normalized`.
pub fn layer_norm(input: Shape, normalized: &[i64]) -> Result<Shape> {
    if input.dims().ends_with(normalized) {
        return Ok(input);
    }
    Err(Fault::new(
        FaultKind::Channels,
        format!("a layer norm over {normalized:?} needs an input that ends so, but got {input}"),
    ))
}

/// `group_norm` of an input `[N, C, ...]` with `channels` weights in `groups` groups.
pub fn group_norm(input: Shape, groups: i64, channels: i64) -> Result<Shape> {
    let got = input.dim(1)?;
    expect_features(got, channels, "group norm")?;
    if groups <= 0 || got % groups != 0 {
        return Err(Fault::value(format!("{got} channels can't be divided into {groups} groups")));
    }
    Ok(input)
}

fn expect_features(got: i64, features: i64, layer: &str) -> Result<()> {
    if got == features {
        return Ok(());
    }
    Err(Fault::new(FaultKind::Channels, format!("a {layer} of {features} features gets {got} channels")))
}
