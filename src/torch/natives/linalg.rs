//! Linear algebra.

use super::{Args, Memory, Native, Tensor, Value, native};
use crate::torch::dtype::DType;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("torch.inverse Tensor.inverse torch.linalg.matrix_exp torch.matrix_exp", "input", inverse)
        .laid(Memory::Unknown),
    native("torch.linalg.inv", "A", inverse).laid(Memory::Unknown),
    native("torch.linalg.cholesky", "input, *, upper=False", inverse).laid(Memory::Unknown),
    native("torch.cholesky Tensor.cholesky", "input, upper=False", inverse).laid(Memory::Unknown),
    native("torch.det Tensor.det torch.linalg.det torch.slogdet", "input", |_, a| {
        let t = square(a)?;
        Ok(t.sized(Shape::new(&t.shape.dims()[..t.shape.rank() - 2])).into())
    })
    .laid(Memory::Unknown),
    native("torch.linalg.pinv torch.pinverse", "input, rtol=None, *, atol=None, hermitian=False", |_, a| {
        let t = matrix(a)?;
        let rank = t.shape.rank();
        let (rows, columns) = (t.shape.dims()[rank - 2], t.shape.dims()[rank - 1]);
        Ok(t.sized(t.shape.with(rank - 2, columns).with(rank - 1, rows)).into())
    })
    .laid(Memory::Unknown),
    native("torch.linalg.qr torch.qr", "A, mode='reduced'", |_, a| {
        let t = matrix(a)?;
        if a.is_given(1) {
            return Err(a.unsupported(message!("qr-modes")));
        }
        let rank = t.shape.rank();
        let (rows, columns) = (t.shape.dims()[rank - 2], t.shape.dims()[rank - 1]);
        let least = rows.min(columns);
        Ok(vec![t.sized(t.shape.with(rank - 1, least)), t.sized(t.shape.with(rank - 2, least))].into())
    })
    .laid(Memory::Unknown),
    native("torch.linalg.svd", "A, full_matrices=True", |_, a| {
        let t = matrix(a)?;
        let full = a.bool(1)?;
        let rank = t.shape.rank();
        let (rows, columns) = (t.shape.dims()[rank - 2], t.shape.dims()[rank - 1]);
        let least = rows.min(columns);
        let (u, v) = if full { (rows, columns) } else { (least, least) };
        let values = Tensor::new(t.shape.without(rank - 1).with(rank - 2, least), t.dtype.real());
        Ok(vec![
            t.sized(t.shape.with(rank - 2, rows).with(rank - 1, u)),
            values,
            t.sized(t.shape.with(rank - 2, v).with(rank - 1, columns)),
        ]
        .into())
    })
    .laid(Memory::Unknown),
    native("torch.linalg.eigh", "A, UPLO='L'", |_, a| {
        let t = square(a)?;
        Ok(vec![Tensor::new(t.shape.without(t.shape.rank() - 1), t.dtype.real()), t.clone()].into())
    })
    .laid(Memory::Unknown),
    native("torch.linalg.solve", "A, B, *, left=True", |_, a| Err::<Value, Fault>(a.unsupported("it"))),
    native("torch.linalg.lstsq", "input, b, rcond=None, *, driver=None", least_squares).laid(Memory::Unknown),
];

/// The solutions of systems of equations, as many as `b` has columns. The default driver works out no residuals and no singular
/// values.
fn least_squares(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let (t, b) = (matrix(a)?, a.floats(1)?);
    let rank = t.shape.rank();
    let outer = &t.shape.dims()[..rank - 2];
    if a.is_given(3) || b.shape.rank() != rank || &b.shape.dims()[..rank - 2] != outer {
        // Vectors and sizes that are broadcast count otherwise.
        return Err(a.unsupported("it"));
    }
    let (rows, given) = (t.shape.dims()[rank - 2], b.shape.dims()[rank - 2]);
    if rows != given {
        return Err(Fault::shape(message!("least-squares-rows", rows, given)));
    }
    let solution = b.sized(b.shape.with(rank - 2, t.shape.dims()[rank - 1]));
    let nothing = t.sized(Shape::new(&[0]));
    let ranks = Tensor::new(Shape::new(outer), DType::Int64);
    Ok(vec![solution, nothing.clone(), ranks, nothing].into())
}

/// A matrix of the sizes of its argument.
fn inverse(_: &mut Run, a: &Args<'_>) -> Result<Value> {
    let t = square(a)?;
    Ok(t.sized(t.shape).into())
}

fn matrix<'a>(a: &'a Args<'_>) -> Result<&'a Tensor> {
    let t = a.floats(0)?;
    if t.shape.rank() < 2 {
        return Err(Fault::shape(message!("needs-matrix", function = a.function(), shape = t.shape)));
    }
    Ok(t)
}

fn square<'a>(a: &'a Args<'_>) -> Result<&'a Tensor> {
    let t = matrix(a)?;
    let rank = t.shape.rank();
    if t.shape.dims()[rank - 2] != t.shape.dims()[rank - 1] {
        return Err(Fault::shape(message!("needs-square", function = a.function(), shape = t.shape)));
    }
    Ok(t)
}
