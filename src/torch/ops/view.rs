//! Ops that move elements around: nothing is computed.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// The most parts that a tensor is cut into; more are not supported.
pub(super) const MAX_PARTS: i64 = 1 << 16;

/// `cat` along `dim`: all other sizes must agree. Tensors of the shape `[0]` are skipped, whatever the others are.
///
/// The fault names the first input that differs from the first one.
pub fn cat(tensors: &[Shape], dim: isize) -> Result<Shape> {
    let skipped = |t: &Shape| t.dims() == [0];
    let Some(&first) = tensors.iter().find(|t| !skipped(t)).or(tensors.first()) else {
        return Err(Fault::shape(message!("no-tensors")));
    };
    let axis = first.axis(dim)?;
    let mut total = 0i64;
    for (i, t) in tensors.iter().enumerate().filter(|(_, t)| !skipped(t)) {
        if t.rank() != first.rank() {
            return Err(Fault::shape(message!("cat-ranks", first, other = t)).at_input(i));
        }
        let unequal = (0..first.rank()).find(|&a| a != axis && t.dims()[a] != first.dims()[a]);
        if let Some(a) = unequal {
            let kind = if first.rank() == 4 && a >= 2 { FaultKind::Spatial } else { FaultKind::Shape };
            return Err(Fault::new(kind, message!("cat-sizes", axis, first, i, other = t)).at_input(i));
        }
        total = total.checked_add(t.dims()[axis]).ok_or_else(|| Fault::too_large(message!("cat-overflows")))?;
    }
    let result = first.with(axis, total);
    result.numel()?;
    Ok(result)
}

/// `chunk` along `dim`: `chunks` parts of equal size, the last one smaller, or fewer of them, where it doesn't divide.
pub fn chunk(input: Shape, chunks: i64, dim: isize) -> Result<Vec<Shape>> {
    let axis = input.axis(dim)?;
    let size = input.dims()[axis];
    if chunks <= 0 {
        return Err(Fault::value(message!("chunks-positive", chunks)));
    }
    if chunks > MAX_PARTS {
        return Err(Fault::unsupported(message!("chunks-many", chunks)));
    }
    if size == 0 {
        return Ok(vec![input; chunks as usize]);
    }
    let part = size / chunks + i64::from(size % chunks != 0);
    let mut parts = Vec::new();
    let mut left = size;
    while left > 0 {
        parts.push(input.with(axis, part.min(left)));
        left -= part;
    }
    Ok(parts)
}

/// `split` along `dim` into parts of exactly the sizes given.
pub fn split(input: Shape, sizes: &[i64], dim: isize) -> Result<Vec<Shape>> {
    let axis = input.axis(dim)?;
    let size = input.dims()[axis];
    if sizes.iter().any(|&s| s < 0) || sizes.iter().map(|&s| i128::from(s)).sum::<i128>() != i128::from(size) {
        return Err(Fault::shape(message!("parts-sum", sizes = format!("{sizes:?}"), size, axis, input)));
    }
    Ok(sizes.iter().map(|&s| input.with(axis, s)).collect())
}

/// `view` and `reshape`: the same elements under other sizes, one of which may be −1 and is worked out.
pub fn view(input: Shape, sizes: &[i64]) -> Result<Shape> {
    let n = input.numel()?;
    let mut result = Shape::try_new(sizes)?;
    let invalid = || Fault::shape(message!("view-invalid", sizes = format!("{sizes:?}"), input, n));
    let mut inferred = None;
    let mut known = 1i64;
    for (axis, &s) in sizes.iter().enumerate() {
        match s {
            -1 if inferred.is_none() => inferred = Some(axis),
            s if s < 0 => return Err(invalid()),
            s => known = known.checked_mul(s).ok_or_else(invalid)?,
        }
    }
    if let Some(axis) = inferred {
        if known == 0 || n % known != 0 {
            return Err(invalid());
        }
        result = result.with(axis, n / known);
        known = n;
    }
    if known == n { Ok(result) } else { Err(invalid()) }
}

/// `flatten` of the dimensions `start` to `end`, both included.
pub fn flatten(input: Shape, start: isize, end: isize) -> Result<Shape> {
    if input.rank() == 0 {
        return Ok(Shape::new(&[1]));
    }
    let (start, end) = (input.axis(start)?, input.axis(end)?);
    if start > end {
        return Err(Fault::value(message!("flatten-order")));
    }
    let dims = input.dims();
    let merged = Shape::new(&dims[start..=end]).numel()?;
    let sizes = [&dims[..start], &[merged], &dims[end + 1..]].concat();
    Shape::try_new(&sizes)
}

/// `unflatten` of dimension `dim` into `sizes`, one of which may be −1 and is worked out.
pub fn unflatten(input: Shape, dim: isize, sizes: &[i64]) -> Result<Shape> {
    let axis = input.axis(dim)?;
    if sizes.is_empty() {
        return Err(Fault::value(message!("unflatten-one")));
    }
    let parts = view(Shape::new(&[input.dims()[axis]]), sizes)?;
    Shape::try_new(&[&input.dims()[..axis], parts.dims(), &input.dims()[axis + 1..]].concat())
}

/// `permute`: dimension `i` of the result is dimension `order[i]` of the input.
pub fn permute(input: Shape, order: &[usize]) -> Result<Shape> {
    let mut seen = order.to_vec();
    seen.sort_unstable();
    if !seen.iter().copied().eq(0..input.rank()) {
        return Err(Fault::shape(message!("permute-order", order = format!("{order:?}"), input)));
    }
    let mut result = input;
    for (axis, &from) in order.iter().enumerate() {
        result = result.with(axis, input.dims()[from]);
    }
    Ok(result)
}

/// `transpose` of two dimensions.
pub fn transpose(input: Shape, a: isize, b: isize) -> Result<Shape> {
    let (a, b) = (input.axis(a)?, input.axis(b)?);
    Ok(input.with(a, input.dims()[b]).with(b, input.dims()[a]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chunks_add_up(size in 0i64..40, chunks in 1i64..12) {
            let input = Shape::new(&[1, size, 3]);
            let parts = chunk(input, chunks, 1).expect("chunks");
            prop_assert!(parts.len() as i64 <= chunks);
            prop_assert_eq!(cat(&parts, 1), Ok(input));
        }

        #[test]
        fn unflattening_undoes_flattening(a in 1i64..5, b in 1i64..5, c in 1i64..5, d in 1i64..5) {
            let input = Shape::new(&[a, b, c, d]);
            let flat = flatten(input, 1, 2).expect("flat");
            prop_assert_eq!(flat, Shape::new(&[a, b * c, d]));
            prop_assert_eq!(unflatten(flat, 1, &[-1, c]), Ok(input));
            prop_assert_eq!(view(input, &[-1]), Ok(Shape::new(&[a * b * c * d])));
        }
    }

    /// `torch.chunk(torch.zeros(10), 4)` has sizes 3, 3, 3, 1, and of 6 only three parts of 2.
    #[test]
    fn fewer_chunks_than_asked() {
        let sizes =
            |n, chunks| chunk(Shape::new(&[n]), chunks, 0).map(|parts| parts.iter().map(|p| p.dims()[0]).collect());
        assert_eq!(sizes(10, 4), Ok(vec![3, 3, 3, 1]));
        assert_eq!(sizes(6, 4), Ok(vec![2, 2, 2]));
        assert_eq!(sizes(0, 3), Ok(vec![0, 0, 0]));
        assert!(sizes(6, 0).is_err());
        assert_eq!(sizes(6, i64::MAX).map_err(|fault| fault.kind), Err::<Vec<i64>, _>(FaultKind::Unsupported));
    }

    /// `torch.cat([torch.zeros(0), torch.zeros(2, 3)])` is 2x3: empty vectors are skipped.
    #[test]
    fn cat_skips_empty_vectors() {
        let (empty, matrix) = (Shape::new(&[0]), Shape::new(&[2, 3]));
        assert_eq!(cat(&[empty, matrix, empty], 1), Ok(matrix));
        assert_eq!(cat(&[empty, empty], 0), Ok(empty));
        assert!(cat(&[empty, matrix], 2).is_err());
        assert!(cat(&[Shape::new(&[0, 2]), matrix], 0).is_err());
    }

    /// The blame falls on the first tensor that differs, and its kind says whether heights and widths do.
    #[test]
    fn cat_blames_an_input() {
        let fault =
            cat(&[Shape::image(8, 20, 20), Shape::image(4, 20, 20), Shape::image(8, 10, 10)], 1).expect_err("sizes");
        assert_eq!((fault.kind, fault.input), (FaultKind::Spatial, Some(2)));
    }
}
