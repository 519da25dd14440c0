//! Arguments as torch's own functions take them, which are stricter than Python where it comes to types.

use crate::catalog::{Arg, Args};
use crate::ops::Result;

/// Argument `i` as an integer; a bool isn't one.
pub(super) fn int(a: &Args<'_>, i: usize) -> Result<i64> {
    match a.get(i) {
        arg @ Arg::Bool(_) => Err(a.wrong(i, &arg, "an integer")),
        _ => a.int(i),
    }
}

/// Argument `i` as a dimension, which may be negative.
pub(super) fn dim(a: &Args<'_>, i: usize) -> Result<isize> {
    Ok(int(a, i)? as isize)
}

/// Argument `i` as a number of features: an integer, or a list of one.
pub(super) fn features(a: &Args<'_>, i: usize) -> Result<i64> {
    Ok(ints(a, i, 1, &[1], "an integer")?[0])
}

/// Argument `i` as a bool; no other type will do.
pub(super) fn flag(a: &Args<'_>, i: usize) -> Result<bool> {
    match a.get(i) {
        Arg::Bool(flag) => Ok(flag),
        arg => Err(a.wrong(i, &arg, "True or False")),
    }
}

/// Argument `i` as a number, none where it is `None`.
pub(super) fn opt_float(a: &Args<'_>, i: usize) -> Result<Option<f64>> {
    if a.get(i) == Arg::None { Ok(None) } else { a.float(i).map(Some) }
}

/// Argument `i` as what Python's `float()` makes of it: a number, or text that is one.
pub(super) fn to_float(a: &Args<'_>, i: usize, arg: &Arg) -> Result<f64> {
    let text = |s: &str| s.trim().parse().ok();
    arg.as_float().or_else(|| arg.as_str().and_then(text)).ok_or_else(|| a.wrong(i, arg, "a number"))
}

/// Argument `i` as a size: an integer, or a list of one or `N`.
pub(super) fn size<const N: usize>(a: &Args<'_>, i: usize) -> Result<[i64; N]> {
    let sizes = ints(a, i, N, &[1, N], &expected(N))?;
    Ok(std::array::from_fn(|axis| sizes[if sizes.len() == 1 { 0 } else { axis }]))
}

/// Argument `i` as a size: an integer, or a list of exactly `N`.
pub(super) fn exact_size<const N: usize>(a: &Args<'_>, i: usize) -> Result<[i64; N]> {
    let sizes = ints(a, i, N, &[N], &expected(N))?;
    Ok(std::array::from_fn(|axis| sizes[axis]))
}

fn expected(n: usize) -> String {
    format!("an integer or a list of {n} integers")
}

/// Argument `i` as a list of any length: an integer stands for `n` of them.
pub(super) fn list(a: &Args<'_>, i: usize, n: usize) -> Result<Vec<i64>> {
    ints(a, i, n, &[], "an integer or a list of integers")
}

/// Argument `i` as a list of integers of one of the `lengths` (or of any where none is given); an integer stands for
/// `n` of them.
fn ints(a: &Args<'_>, i: usize, n: usize, lengths: &[usize], expected: &str) -> Result<Vec<i64>> {
    let arg = a.get(i);
    let items = match &arg {
        Arg::Int(value) => return Ok(vec![a.bounded(i, *value)?; n]),
        Arg::List(items) | Arg::Tuple(items) if lengths.is_empty() || lengths.contains(&items.len()) => items,
        _ => return Err(a.wrong(i, &arg, expected)),
    };
    let value = |item: &Arg| match item {
        Arg::Int(value) => a.bounded(i, *value),
        _ => Err(a.wrong(i, &arg, expected)),
    };
    items.iter().map(value).collect()
}
