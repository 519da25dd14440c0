//! Matrix products.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// `linear` of an input `[..., in]` with a weight `[out, in]`.
pub fn linear(input: Shape, weight: Shape) -> Result<Shape> {
    let (out, expected) = (weight.dims()[0], weight.dims()[1]);
    let got = input.dim(-1)?;
    if got != expected {
        return Err(Fault::new(FaultKind::Channels, message!("linear-features", expected, got, input)));
    }
    let result = input.with(input.rank() - 1, out);
    result.numel()?;
    Ok(result)
}

/// `matmul` of `[..., n, k]` and `[..., k, m]`, leading dimensions broadcast.
///
/// A vector on the left is a row, one on the right a column, which the result then lacks.
pub fn matmul(a: Shape, b: Shape) -> Result<Shape> {
    let (Some((&k, rows)), false) = (a.dims().split_last(), b.rank() == 0) else {
        return Err(Fault::shape(message!("matmul-ranks", a, b)));
    };
    let (other, columns) = match *b.dims() {
        [ref lead @ .., other, columns] => (other, [lead, &[columns]].concat()),
        [ref lead @ .., other] => (other, lead.to_vec()),
        [] => (k, Vec::new()),
    };
    if k != other {
        return Err(Fault::shape(message!("matmul-differ", a, b, k, other)));
    }
    let (a_lead, n) = rows.split_at(rows.len().saturating_sub(1));
    let (b_lead, m) = columns.split_at(b.rank().saturating_sub(2));
    let lead = super::broadcast(Shape::new(a_lead), Shape::new(b_lead))?;
    let result = Shape::try_new(&[lead.dims(), n, m].concat())?;
    result.numel()?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes said by torch 2.15; none if it raises.
    #[test]
    fn matmul_of_matrices_and_vectors() {
        for (a, b, expected) in [
            (&[4][..], &[4][..], Some(&[][..])),
            (&[4], &[4, 5], Some(&[5])),
            (&[3, 4], &[4], Some(&[3])),
            (&[2, 3, 4], &[4], Some(&[2, 3])),
            (&[4], &[2, 4, 5], Some(&[2, 5])),
            (&[2, 1, 3, 4], &[5, 4, 6], Some(&[2, 5, 3, 6])),
            (&[0, 4], &[4, 3], Some(&[0, 3])),
            (&[3, 4], &[5, 6], None),
            (&[], &[4], None),
            (&[2, 3, 4], &[3, 4, 5], None),
        ] {
            let got = matmul(Shape::new(a), Shape::new(b)).ok();
            assert_eq!(got, expected.map(Shape::new), "{a:?} @ {b:?}");
        }
    }
}
