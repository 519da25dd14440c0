//! Python's arithmetic on header values and cells.

use crate::python::Literal;

/// `round(x)` of a float: half to even.
pub(super) fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `math.ceil(x / 8) * 8` of `min(c2, max_channels) * width`; none if Python would raise.
pub(super) fn scaled_channels(c2: &Literal, max_channels: &Literal, width: &Literal) -> Option<i64> {
    let (c2, cap, width) = (c2.as_float()?, max_channels.as_float()?, width.as_float()?);
    let capped = if cap < c2 { cap } else { c2 };
    ceil_to_multiple(capped * width, 8)
}

/// The framework's `make_divisible`: the smallest multiple of `divisor` that is not below `x`.
fn ceil_to_multiple(x: f64, divisor: i64) -> Option<i64> {
    let quotient = (x / divisor as f64).ceil();
    if quotient.is_finite() && quotient.abs() < 1e15 { Some(quotient as i64 * divisor) } else { None }
}

/// A number as Python keeps it: an integer where the operands were.
pub(super) fn sum(values: &[Literal]) -> Option<Literal> {
    values.iter().try_fold(Literal::Int(0), |total, value| match (total, value) {
        (Literal::Int(a), v) if v.as_int().is_some() => a.checked_add(v.as_int()?).map(Literal::Int),
        (a, v) => Some(Literal::Float(a.as_float()? + v.as_float()?)),
    })
}
