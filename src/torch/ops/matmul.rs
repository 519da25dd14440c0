//! Matrix products.

use super::{Fault, FaultKind, Result, Shape};

/// `linear` of an input `[..., in]` with a weight `[out, in]`.
pub fn linear(input: Shape, weight: Shape) -> Result<Shape> {
    let (out, expected) = (weight.dims()[0], weight.dims()[1]);
    let got = input.dim(-1)?;
    if got != expected {
        return Err(Fault::new(
            FaultKind::Channels,
            format!("a linear layer expects {expected} input features, but got {got} (input {input})"),
        ));
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
        return Err(Fault::shape(format!("both sides of a matmul need at least one dimension, but are {a} and {b}")));
    };
    let (other, columns) = match *b.dims() {
        [ref lead @ .., other, columns] => (other, [lead, &[columns]].concat()),
        [ref lead @ .., other] => (other, lead.to_vec()),
        [] => (k, Vec::new()),
    };
    if k != other {
        return Err(Fault::shape(format!("matrices {a} and {b} can't be multiplied: {k} and {other} differ")));
    }
    let (a_lead, n) = rows.split_at(rows.len().saturating_sub(1));
    let (b_lead, m) = columns.split_at(b.rank().saturating_sub(2));
    let lead = super::broadcast(Shape::new(a_lead), Shape::new(b_lead))?;
    let result = Shape::try_new(&[lead.dims(), n, m].concat())?;
    result.numel()?;
    Ok(result)
}

/// `einsum`: the result, and the multiply-accumulates of working it out in one go, which are all sizes multiplied.
pub fn einsum(equation: &str, tensors: &[Shape]) -> Result<(Shape, i64)> {
    let equation: String = equation.chars().filter(|c| *c != ' ').collect();
    let Some((inputs, output)) = equation.split_once("->").filter(|_| !equation.contains('.')) else {
        return Err(Fault::unsupported(format!("the einsum `{equation}` is not supported")));
    };
    let inputs: Vec<&str> = inputs.split(',').collect();
    if inputs.len() != tensors.len() {
        let message = format!("the einsum `{equation}` takes {} tensors, but gets {}", inputs.len(), tensors.len());
        return Err(Fault::shape(message));
    }
    let mut sizes: Vec<(char, i64)> = Vec::new();
    for (labels, tensor) in inputs.iter().zip(tensors) {
        if labels.chars().count() != tensor.rank() {
            return Err(Fault::shape(format!("`{labels}` of the einsum `{equation}` doesn't fit a tensor {tensor}")));
        }
        for (label, &size) in labels.chars().zip(tensor.dims()) {
            match sizes.iter_mut().find(|(known, _)| *known == label) {
                None => sizes.push((label, size)),
                Some((_, known)) if *known == 1 => *known = size,
                Some((_, known)) if *known == size || size == 1 => {}
                Some((_, known)) => {
                    let message = format!("`{label}` of the einsum `{equation}` is both {known} and {size}");
                    return Err(Fault::shape(message));
                }
            }
        }
    }
    let size_of = |label: char| sizes.iter().find(|(known, _)| *known == label).map(|(_, size)| *size);
    let dims: Option<Vec<i64>> = output.chars().map(size_of).collect();
    let dims = dims.ok_or_else(|| Fault::value(format!("the einsum `{equation}` returns what no tensor has")))?;
    let result = Shape::try_new(&dims)?;
    let macs = sizes.iter().try_fold(1i64, |n, (_, size)| n.checked_mul(*size));
    Ok((result, macs.ok_or_else(|| Fault::too_large("an einsum is too large"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes said by torch 2.15, none where it raises.
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

    /// What torch returns, with the products counted by hand.
    #[test]
    fn einsums() {
        let (q, k) = (Shape::new(&[2, 5, 4, 8]), Shape::new(&[2, 7, 4, 8]));
        assert_eq!(einsum("bqhd, bkhd -> bhqk", &[q, k]), Ok((Shape::new(&[2, 4, 5, 7]), 2 * 4 * 5 * 7 * 8)));
        let (a, b) = (Shape::new(&[3, 1]), Shape::new(&[1, 4]));
        assert_eq!(einsum("ij,jk->ik", &[a, b]), Ok((Shape::new(&[3, 4]), 12)));
        assert_eq!(einsum("ij,jk->ik", &[q, k]).unwrap_err().kind, FaultKind::Shape);
        assert_eq!(
            einsum("ij,jk->ik", &[Shape::new(&[3, 2]), Shape::new(&[3, 4])]).unwrap_err().kind,
            FaultKind::Shape
        );
        assert_eq!(einsum("...j,jk->...k", &[a, b]).unwrap_err().kind, FaultKind::Unsupported);
    }
}
