//! Matrix products.

use super::{Fault, FaultKind, Result, Shape};

/// `linear` of an input `[..., in]` with a weight `[out, in]`.
pub fn linear(input: Shape, weight: Shape) -> Result<Shape> {
    let (out, expected) = (weight.dims()[0], weight.dims()[1]);
    let got = input.dim(-1)?;
    if got != expected {
        return Err(Fault::new(
            FaultKind::Channels,
            format!("a linear layer of {expected} input features gets {got} (input {input})"),
        ));
    }
    Ok(input.with(input.rank() - 1, out))
}

/// `matmul` of `[..., n, k]` and `[..., k, m]`, both of at least two dimensions, leading ones broadcast.
pub fn matmul(a: Shape, b: Shape) -> Result<Shape> {
    if a.rank() < 2 || b.rank() < 2 {
        return Err(Fault::unsupported(format!("matmul of {a} and {b}: vectors are not followed")));
    }
    let (k, other) = (a.dim(-1)?, b.dim(-2)?);
    if k != other {
        return Err(Fault::shape(format!("{a} and {b} can't be multiplied: {k} and {other} differ")));
    }
    let lead = super::broadcast(Shape::new(&a.dims()[..a.rank() - 2]), Shape::new(&b.dims()[..b.rank() - 2]))?;
    let mut sizes = lead.dims().to_vec();
    sizes.extend([a.dim(-2)?, b.dim(-1)?]);
    let result = Shape::try_new(&sizes)?;
    result.numel()?;
    Ok(result)
}
