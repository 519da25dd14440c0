//! Losses.

use super::{Fault, FaultKind, Result, Shape};
use crate::words::message;

/// How a loss reduces the values of single elements.
pub fn reduction(name: &str, elements: Shape) -> Result<Shape> {
    match name {
        "none" => Ok(elements),
        "mean" | "sum" | "batchmean" => Ok(Shape::new(&[])),
        _ => Err(Fault::value(message!("no-reduction", name))),
    }
}

/// The elements of `cross_entropy`: classes are dimension 1, or the only dimension. A target of the input's own shape
/// has probabilities.
pub fn cross_entropy(input: Shape, target: Shape) -> Result<Shape> {
    if input.rank() == 0 {
        return Err(Fault::shape(message!("cross-entropy-classes")));
    }
    let axis = usize::from(input.rank() > 1);
    let rest = input.without(axis);
    if target == input || target == rest {
        return Ok(rest);
    }
    Err(Fault::new(FaultKind::Shape, message!("cross-entropy-target", target, input)))
}
