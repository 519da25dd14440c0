//! Arguments of torch's own functions, which are stricter about types than Python.

use crate::python::Literal;
use crate::torch::Args;
use crate::torch::ops::{Fault, Result};
use crate::words::{Message, message};

/// Argument `i` as a dimension, which may be negative.
pub(super) fn dim(a: &Args<'_>, i: usize) -> Result<isize> {
    Ok(a.plain_int(i)? as isize)
}

/// Argument `i` as a number of features: an integer, or a list of one.
pub(super) fn features(a: &Args<'_>, i: usize) -> Result<i64> {
    Ok(ints(a, i, 1, &[1], message!("an-integer"))?[0])
}

/// Argument `i` as a bool; no other type will do.
pub(super) fn flag(a: &Args<'_>, i: usize) -> Result<bool> {
    match a.get(i) {
        Literal::Bool(flag) => Ok(flag),
        arg => Err(a.wrong(i, &arg, message!("true-or-false"))),
    }
}

/// Argument `i` as a number; none if it is `None`.
pub(super) fn opt_float(a: &Args<'_>, i: usize) -> Result<Option<f64>> {
    if a.get(i) == Literal::None { Ok(None) } else { a.float(i).map(Some) }
}

/// Argument `i` as what Python's `float()` makes of it: a number, or text that is one.
pub(super) fn to_float(a: &Args<'_>, i: usize, arg: &Literal) -> Result<f64> {
    let text = |s: &str| s.trim().parse().ok();
    arg.as_float().or_else(|| arg.as_str().and_then(text)).ok_or_else(|| a.wrong(i, arg, message!("a-number")))
}

/// Argument `i` as a size: an integer, or a list of exactly `N`.
pub(super) fn exact_size<const N: usize>(a: &Args<'_>, i: usize) -> Result<[i64; N]> {
    let sizes = ints(a, i, N, &[N], message!("an-integer-or-list", count = N))?;
    Ok(std::array::from_fn(|axis| sizes[axis]))
}

/// Says that argument `i` is to blame where not all of its `sizes` are at least `least`, as torch asks of it.
pub(super) fn at_least<const N: usize>(a: &Args<'_>, i: usize, sizes: [i64; N], least: i64) -> Result<[i64; N]> {
    if sizes.iter().all(|&size| size >= least) {
        return Ok(sizes);
    }
    let (name, class) = (a.spec().params[i].name, a.spec().name);
    Err(a.invalid(i, message!("parameter-at-least", name, class, least, value = a.get(i))))
}

/// The parameters `device` and `dtype` of layers with weights: weights elsewhere than on the CPU aren't followed, and a
/// row has no way to write a type.
pub(super) fn device_and_dtype(a: &Args<'_>) -> Result<()> {
    for (i, param) in a.spec().params.iter().enumerate() {
        let arg = a.get(i);
        match param.name {
            "device" if arg != Literal::None && arg.as_str() != Some("cpu") => {
                return Err(Fault::unsupported(message!("weights-on-device", arg)));
            }
            "dtype" if arg != Literal::None => return Err(a.wrong(i, &arg, message!("none-no-type"))),
            _ => {}
        }
    }
    Ok(())
}

/// Argument `i` as a list of any length; an integer is repeated `n` times.
pub(super) fn list(a: &Args<'_>, i: usize, n: usize) -> Result<Vec<i64>> {
    ints(a, i, n, &[], message!("integer-or-integers"))
}

/// Argument `i` as a list of integers of one of the `lengths` (of any length if none is given); an integer is repeated
/// `n` times.
fn ints(a: &Args<'_>, i: usize, n: usize, lengths: &[usize], expected: Message) -> Result<Vec<i64>> {
    let arg = a.get(i);
    let items = match &arg {
        Literal::Int(value) => return Ok(vec![a.bounded(i, *value)?; n]),
        Literal::List(items) | Literal::Tuple(items) if lengths.is_empty() || lengths.contains(&items.len()) => items,
        _ => return Err(a.wrong(i, &arg, expected)),
    };
    let value = |item: &Literal| match item {
        Literal::Int(value) => a.bounded(i, *value),
        _ => Err(a.wrong(i, &arg, expected.clone())),
    };
    items.iter().map(value).collect()
}
