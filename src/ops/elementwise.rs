//! Ops on single elements, and on pairs of tensors element by element.

use super::{Fault, FaultKind, Result, Shape};

/// The shape of `a + b`, `a * b` and the like: sizes agree, or one of them is 1 and is stretched.
pub fn broadcast(a: Shape, b: Shape) -> Result<Shape> {
    if a == b {
        return Ok(a);
    }
    let (long, short) = if a.rank() >= b.rank() { (a, b) } else { (b, a) };
    let lead = long.rank() - short.rank();
    let mut result = long;
    for (i, &s) in short.dims().iter().enumerate() {
        let axis = lead + i;
        let l = long.dims()[axis];
        if l != s && l != 1 && s != 1 {
            let kind = if long.rank() == 4 && axis >= 2 { FaultKind::Spatial } else { FaultKind::Channels };
            return Err(Fault::new(
                kind,
                format!("a tensor {a} can't be combined with {b}: size {l} and {s} differ at dimension {axis}"),
            ));
        }
        result = result.with(axis, if l == 1 { s } else { l });
    }
    Ok(result)
}

/// `glu` along `dim`, which must be even: the first half times the sigmoid of the second.
pub fn glu(input: Shape, dim: isize) -> Result<Shape> {
    let axis = input.axis(dim)?;
    let size = input.dims()[axis];
    if size % 2 != 0 {
        return Err(Fault::shape(format!("a GLU halves dimension {axis}, whose size {size} is odd, of {input}")));
    }
    Ok(input.with(axis, size / 2))
}

/// `prelu` with `weights` slopes: one for all, or one a channel.
pub fn prelu(input: Shape, weights: i64) -> Result<Shape> {
    let channels = if input.rank() > 1 { input.dims()[1] } else { 1 };
    if weights != 1 && weights != channels {
        return Err(Fault::new(
            FaultKind::Channels,
            format!("a PReLU of {weights} slopes gets {channels} channels (input {input})"),
        ));
    }
    Ok(input)
}

/// `softmax` and its kin: the dimension that they normalise where none is given, by the tensor's rank.
pub fn implicit_softmax_dim(rank: usize) -> isize {
    if matches!(rank, 0 | 1 | 3) { 0 } else { 1 }
}
