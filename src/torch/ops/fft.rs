//! Spectra.

use super::{Fault, Result, Shape, axes_of};
use crate::words::message;

/// The effect of a transform on the last of its dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spectrum {
    /// `fft`, `ifft`: keeps it.
    Full,
    /// `rfft`: half of it and one.
    Half,
    /// `irfft`: twice of it less one.
    Whole,
}

/// `fftn` and its kin over `dims`, which are cut or filled up to `sizes` first. Without `dims` the last ones are meant,
/// as many as there are sizes, or all; a size of −1 keeps a dimension.
pub fn fft(input: Shape, sizes: Option<&[i64]>, dims: Option<&[isize]>, spectrum: Spectrum) -> Result<Shape> {
    let axes = match (dims, sizes) {
        (Some(dims), _) => axes_of(input.rank(), dims)?,
        (None, Some(sizes)) if sizes.len() > input.rank() => {
            return Err(Fault::value(message!("fft-sizes", count = sizes.len(), input)));
        }
        (None, Some(sizes)) => (input.rank() - sizes.len()..input.rank()).collect(),
        (None, None) => (0..input.rank()).collect(),
    };
    if sizes.is_some_and(|sizes| sizes.len() != axes.len()) {
        return Err(Fault::value(message!("fft-as-many", sizes = format!("{sizes:?}"), axes = format!("{axes:?}"))));
    }
    if input.rank() == 0 && !axes.is_empty() {
        return Err(Fault::shape(message!("fft-no-dimensions")));
    }
    if axes.is_empty() && spectrum != Spectrum::Full {
        return Err(Fault::value(message!("fft-one-dimension")));
    }
    let mut result = input;
    for (i, &axis) in axes.iter().enumerate() {
        let given = sizes.map(|sizes| sizes[i]).filter(|&size| size != -1);
        let last = i + 1 == axes.len();
        let own = input.dims()[axis];
        let size = match (given, last && spectrum == Spectrum::Whole) {
            (Some(size), _) => size,
            (None, false) => own,
            (None, true) => 2 * (own - 1),
        };
        if size < 1 {
            return Err(Fault::value(message!("fft-points", size, axis, input)));
        }
        result = result.with(axis, if last && spectrum == Spectrum::Half { size / 2 + 1 } else { size });
    }
    result.numel()?;
    Ok(result)
}
