//! Products of matrices and vectors other than `matmul`.

use super::{Fault, FaultKind, Result, Shape, axes_of, broadcast, empty};
use crate::words::message;

/// `mm` of two matrices.
pub fn mm(a: Shape, b: Shape) -> Result<Shape> {
    let (&[n, k], &[other, m]) = (a.dims(), b.dims()) else { return Err(expected(2, a, b)) };
    expect_inner(k, other, a, b)?;
    empty(&[n, m])
}

/// `bmm` of two batches of matrices.
pub fn bmm(a: Shape, b: Shape) -> Result<Shape> {
    let (&[batch, n, k], &[others, other, m]) = (a.dims(), b.dims()) else { return Err(expected(3, a, b)) };
    if batch != others {
        return Err(Fault::shape(message!("batches-differ", batch, others, a, b)));
    }
    expect_inner(k, other, a, b)?;
    empty(&[batch, n, m])
}

/// `mv` of a matrix and a vector.
pub fn mv(a: Shape, b: Shape) -> Result<Shape> {
    let (&[n, k], &[other]) = (a.dims(), b.dims()) else {
        return Err(Fault::shape(message!("matrix-vector", a, b)));
    };
    expect_inner(k, other, a, b)?;
    Ok(Shape::new(&[n]))
}

/// `dot` of two vectors.
pub fn dot(a: Shape, b: Shape) -> Result<Shape> {
    let (&[k], &[other]) = (a.dims(), b.dims()) else { return Err(expected(1, a, b)) };
    expect_inner(k, other, a, b)?;
    Ok(Shape::new(&[]))
}

/// `inner`: over the last dimensions of both, after all others of both.
pub fn inner(a: Shape, b: Shape) -> Result<Shape> {
    if a.rank() == 0 || b.rank() == 0 {
        return Ok(if a.rank() == 0 { b } else { a });
    }
    expect_inner(a.dim(-1)?, b.dim(-1)?, a, b)?;
    empty(&[&a.dims()[..a.rank() - 1], &b.dims()[..b.rank() - 1]].concat())
}

/// `outer` of two vectors.
pub fn outer(a: Shape, b: Shape) -> Result<Shape> {
    let (&[n], &[m]) = (a.dims(), b.dims()) else { return Err(expected(1, a, b)) };
    empty(&[n, m])
}

/// `addmm` and its kin: a product to which `input` is added, stretched to its shape.
pub fn plus(input: Shape, product: Shape) -> Result<Shape> {
    match broadcast(input, product) {
        Ok(shape) if shape == product => Ok(product),
        _ => Err(Fault::shape(message!("added-to-product", input, product))),
    }
}

/// `kron`: sizes multiplied, missing dimensions at the front taken for 1.
pub fn kron(a: Shape, b: Shape) -> Result<Shape> {
    let rank = a.rank().max(b.rank());
    let at = |shape: Shape, i: usize| (i + shape.rank()).checked_sub(rank).map_or(1, |axis| shape.dims()[axis]);
    let sizes: Option<Vec<i64>> = (0..rank).map(|i| at(a, i).checked_mul(at(b, i))).collect();
    empty(&sizes.ok_or_else(|| Fault::too_large(message!("kronecker", a, b)))?)
}

/// `tensordot` over these dimensions of `a` and `b`.
pub fn tensordot(a: Shape, b: Shape, of_a: &[isize], of_b: &[isize]) -> Result<Shape> {
    if of_a.len() != of_b.len() {
        return Err(Fault::value(message!(
            "as-many-dimensions",
            left = format!("{of_a:?}"),
            right = format!("{of_b:?}")
        )));
    }
    let (of_a, of_b) = (axes_of(a.rank(), of_a)?, axes_of(b.rank(), of_b)?);
    if !of_a.is_empty() && (a.rank() == 0 || b.rank() == 0) {
        return Err(Fault::shape(message!("tensordot-lacks", a, b)));
    }
    for (&i, &j) in of_a.iter().zip(&of_b) {
        let (x, y) = (a.size_at(i), b.size_at(j));
        if x != y && x != 1 && y != 1 {
            return Err(disagree(x, y, a, b));
        }
    }
    let rest = |shape: Shape, axes: &[usize]| {
        let kept = shape.dims().iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
        kept.map(|(_, &size)| size).collect::<Vec<i64>>()
    };
    empty(&[rest(a, &of_a), rest(b, &of_b)].concat())
}

/// `cdist` of points `[..., n, k]` and `[..., m, k]`: `[..., n, m]`.
pub fn cdist(a: Shape, b: Shape) -> Result<Shape> {
    if a.rank() < 2 || b.rank() < 2 {
        return Err(Fault::shape(message!("distances-ranks", a, b)));
    }
    let (i, j) = (a.rank() - 2, b.rank() - 2);
    expect_inner(a.dims()[i + 1], b.dims()[j + 1], a, b)?;
    let lead = broadcast(Shape::new(&a.dims()[..i]), Shape::new(&b.dims()[..j]))?;
    empty(&[lead.dims(), &[a.dims()[i], b.dims()[j]]].concat())
}

/// `bilinear` of `[..., n]`, `[..., m]` and a weight `[out, n, m]`.
pub fn bilinear(a: Shape, b: Shape, weight: Shape) -> Result<Shape> {
    let &[out, n, m] = weight.dims() else {
        return Err(Fault::shape(message!("bilinear-weight", weight)));
    };
    if a.rank() != b.rank() || a.rank() == 0 || a.dims()[..a.rank() - 1] != b.dims()[..b.rank() - 1] {
        return Err(Fault::shape(message!("bilinear-inputs", a, b)));
    }
    expect_inner(a.dim(-1)?, n, a, weight)?;
    expect_inner(b.dim(-1)?, m, b, weight)?;
    empty(&[&a.dims()[..a.rank() - 1], &[out]].concat())
}

fn expect_inner(k: i64, other: i64, a: Shape, b: Shape) -> Result<()> {
    if k == other { Ok(()) } else { Err(disagree(k, other, a, b)) }
}

fn disagree(x: i64, y: i64, a: Shape, b: Shape) -> Fault {
    Fault::new(FaultKind::Shape, message!("product-differ", a, b, x, y))
}

fn expected(rank: usize, a: Shape, b: Shape) -> Fault {
    Fault::shape(message!("product-ranks", rank, a, b))
}
