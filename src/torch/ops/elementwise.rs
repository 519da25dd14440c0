//! Ops on single elements, and on pairs of tensors element by element.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

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
            return Err(Fault::new(kind, message!("tensors-differ", a, b, l, s, axis)));
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
        return Err(Fault::shape(message!("glu-odd", axis, size, input)));
    }
    Ok(input.with(axis, size / 2))
}

/// `prelu` with `weights` slopes: one for all, or one a channel.
pub fn prelu(input: Shape, weights: i64) -> Result<Shape> {
    let channels = if input.rank() > 1 { input.dims()[1] } else { 1 };
    if weights != 1 && weights != channels {
        return Err(Fault::new(FaultKind::Channels, message!("prelu-channels", weights, channels, input)));
    }
    Ok(input)
}

/// `softmax` and its kin: the dimension that they normalise where none is given, by the tensor's rank.
pub fn implicit_softmax_dim(rank: usize) -> isize {
    if matches!(rank, 0 | 1 | 3) { 0 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shape() -> impl Strategy<Value = Shape> {
        proptest::collection::vec(0i64..4, 0..5).prop_map(|sizes| Shape::new(&sizes))
    }

    proptest! {
        #[test]
        fn broadcasting_is_symmetric(a in shape(), b in shape()) {
            prop_assert_eq!(broadcast(a, b).ok(), broadcast(b, a).ok());
        }

        #[test]
        fn broadcasting_again_changes_nothing(a in shape(), b in shape()) {
            prop_assert_eq!(broadcast(a, a), Ok(a));
            if let Ok(c) = broadcast(a, b) {
                prop_assert_eq!(broadcast(a, c), Ok(c));
            }
        }
    }
}
