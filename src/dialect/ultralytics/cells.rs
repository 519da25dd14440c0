//! The cells `from` and `repeats` of a row, as `parse_model` reads them.

use super::number::round_half_even;
use super::state::{Failure, State};
use crate::dialect::Blame;
use crate::model::{Source, from};
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind};
use crate::words::{Message, message};

/// The rows that `from` names, or why it can't.
pub(super) fn sources(f: &Literal, i: usize, count: usize) -> Result<Vec<Source>, Failure> {
    match f.as_list() {
        Some(items) => items.iter().enumerate().map(|(j, x)| source(x, i, count, Some(j))).collect(),
        None => Ok(vec![source(f, i, count, None)?]),
    }
}

/// The rows that an entry of the `from` of row `i` refers to, of `count` rows.
fn source(x: &Literal, i: usize, count: usize, position: Option<usize>) -> Result<Source, Failure> {
    let fault = |message: Message| (Fault::new(FaultKind::From, message), Blame::From(position));
    let index = x.as_int().ok_or_else(|| fault(message!("from-index", x)))?;
    from::read(x, i).ok_or_else(|| {
        fault(match index {
            _ if index == i as i64 => message!("reads-itself", row = i),
            _ if index >= count as i64 => {
                let last = count.saturating_sub(1);
                message!("no-such-row", index, last, row = i)
            }
            _ if index > i as i64 => message!("reads-later", row = i, index),
            _ if i == 0 => message!("row-zero-instead", index),
            _ => message!("counts-beyond", index, row = i, first = -(i as i64)),
        })
    })
}

/// `repeats` after the depth gain: `max(round(n * depth), 1)` where it is above 1.
pub(super) fn gained_repeats(state: &State<'_>, cell: &Literal, n: f64) -> Result<Literal, Failure> {
    if n <= 1.0 {
        return Ok(cell.clone());
    }
    let depth = state.header.scaling.depth.as_float().ok_or_else(|| {
        let message = message!("depth-number", depth = state.header.scaling.depth);
        (Fault::value(message), Blame::Header("depth_multiple"))
    })?;
    let gained = round_half_even(n * depth);
    if !gained.is_finite() || gained.abs() > 1e15 {
        return Err((Fault::too_large(message!("too-many-repeats", repeats = n, depth)), Blame::Repeats));
    }
    Ok(Literal::Int((gained as i64).max(1)))
}
