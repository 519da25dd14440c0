//! Ops on pairs of tensors, element by element.

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
