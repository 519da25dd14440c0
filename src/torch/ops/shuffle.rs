//! Ops that trade channels for pixels and back.

use super::{ConvSettings, Fault, Result, Shape, conv_nd};
use crate::words::message;

/// `pixel_shuffle`: `[..., C·r², H, W]` becomes `[..., C, H·r, W·r]`.
pub fn pixel_shuffle(input: Shape, r: i64) -> Result<Shape> {
    let axis = image_axis(input, r)?;
    let [c, h, w] = [input.dims()[axis], input.dims()[axis + 1], input.dims()[axis + 2]];
    let square = r.checked_mul(r).ok_or_else(|| Fault::too_large(message!("square-overflows", r)))?;
    if c % square != 0 {
        return Err(Fault::shape(message!("channels-square", c, r)));
    }
    let grown =
        |size: i64| size.checked_mul(r).ok_or_else(|| Fault::too_large(message!("resize-overflows", size, factor = r)));
    Ok(input.with(axis, c / square).with(axis + 1, grown(h)?).with(axis + 2, grown(w)?))
}

/// `pixel_unshuffle`: `[..., C, H·r, W·r]` becomes `[..., C·r², H, W]`.
pub fn pixel_unshuffle(input: Shape, r: i64) -> Result<Shape> {
    let axis = image_axis(input, r)?;
    let [c, h, w] = [input.dims()[axis], input.dims()[axis + 1], input.dims()[axis + 2]];
    if h % r != 0 {
        return Err(Fault::shape(message!("height-factor", size = h, r)));
    }
    if w % r != 0 {
        return Err(Fault::shape(message!("width-factor", size = w, r)));
    }
    let channels = r.checked_mul(r).and_then(|square| c.checked_mul(square));
    let channels = channels.ok_or_else(|| Fault::too_large(message!("channels-square-overflow", c, r)))?;
    Ok(input.with(axis, channels).with(axis + 1, h / r).with(axis + 2, w / r))
}

/// The position of the channels of a tensor of at least three dimensions that `r` shuffles.
fn image_axis(input: Shape, r: i64) -> Result<usize> {
    if input.rank() < 3 {
        return Err(Fault::shape(message!("pixel-shuffle-ranks", input)));
    }
    if r <= 0 {
        return Err(Fault::value(message!("pixel-shuffle-factor", r)));
    }
    Ok(input.rank() - 3)
}

/// `channel_shuffle`: the shape stays, the channels must be divisible by `groups`.
pub fn channel_shuffle(input: Shape, groups: i64) -> Result<Shape> {
    if input.rank() < 3 {
        return Err(Fault::shape(message!("channel-shuffle-ranks", input)));
    }
    let channels = input.dims()[1];
    if groups <= 0 || channels % groups != 0 {
        return Err(Fault::value(message!("channels-groups", channels, groups)));
    }
    Ok(input)
}

/// `unfold` of an image `[N, C, H, W]` or `[C, H, W]`: every window a column, `[N, C·kernel, windows]`.
///
/// The windows are those of a convolution of as many channels.
pub fn unfold(input: Shape, kernel: [i64; 2], settings: &ConvSettings<'_>) -> Result<Shape> {
    if input.rank() != 3 && input.rank() != 4 {
        return Err(Fault::shape(message!("unfold-ranks", input)));
    }
    let axis = input.rank() - 3;
    let c = input.dims()[axis];
    if c == 0 {
        return Err(Fault::shape(message!("unfold-no-channels", input)));
    }
    let windows = conv_nd(input, Shape::new(&[1, c, kernel[0], kernel[1]]), settings)?;
    let sizes = [c, kernel[0], kernel[1]];
    let column = Shape::new(&sizes).numel()?;
    let count = Shape::new(&windows.dims()[axis + 1..]).numel()?;
    let result = Shape::new(&[&input.dims()[..axis], &[column, count][..]].concat());
    result.numel()?;
    Ok(result)
}

/// `fold`, the reverse of [`unfold`]: columns `[N, C·kernel, windows]` are added up to an image `[N, C, ...output]`.
pub fn fold(input: Shape, output: [i64; 2], kernel: [i64; 2], settings: &ConvSettings<'_>) -> Result<Shape> {
    if input.rank() != 2 && input.rank() != 3 {
        return Err(Fault::shape(message!("fold-ranks", input)));
    }
    let axis = input.rank() - 2;
    let window = Shape::new(&kernel).numel()?;
    let column = input.dims()[axis];
    if window <= 0 || column == 0 || column % window != 0 {
        return Err(Fault::shape(message!("fold-columns", column, kernel = format!("{kernel:?}"))));
    }
    let c = column / window;
    let image = [&input.dims()[..axis], &[c, output[0], output[1]][..]].concat();
    if output.iter().any(|&size| size <= 0) {
        return Err(Fault::value(message!("fold-output", output = format!("{output:?}"))));
    }
    let image = Shape::new(&image);
    let columns = unfold(image, kernel, settings)?;
    if columns != input {
        return Err(Fault::shape(message!("fold-image", image, columns, input)));
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn unshuffling_undoes_shuffling(c in 1i64..9, h in 1i64..9, w in 1i64..9, r in 1i64..5) {
            let image = Shape::image(c, h, w);
            let shuffled = Shape::image(c * r * r, h, w);
            prop_assert_eq!(pixel_shuffle(shuffled, r), Ok(Shape::image(c, h * r, w * r)));
            prop_assert_eq!(pixel_unshuffle(pixel_shuffle(shuffled, r).expect("it divides"), r), Ok(shuffled));
            prop_assert_eq!(pixel_shuffle(image, r).is_ok(), c % (r * r) == 0);
        }

        #[test]
        fn folding_undoes_unfolding(
            c in 1i64..4, h in 1i64..9, w in 1i64..9, k in 1i64..4, s in 1i64..4, p in 0i64..3, d in 1i64..3,
        ) {
            let settings = ConvSettings { stride: &[s; 2], padding: &[p; 2], dilation: &[d; 2], groups: 1 };
            let image = Shape::image(c, h, w);
            if let Ok(columns) = unfold(image, [k; 2], &settings) {
                prop_assert_eq!(fold(columns, [h, w], [k; 2], &settings), Ok(image));
            }
        }
    }
}
