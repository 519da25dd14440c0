//! Functions that pick elements for what they are: the sizes of their results depend on values.

use super::{Args, Native, Tensor, Value, native};
use crate::torch::dtype::DType;
use crate::torch::ops::{self, Fault, Result, Shape};
use crate::torch::run::Run;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("torch.nonzero Tensor.nonzero torch.argwhere Tensor.argwhere", "input, *, as_tuple=False", |r, a| {
        nonzero(r, a, a.tensor(0)?, a.function() == "nonzero" && a.bool(1)?)
    }),
    native("torch.masked_select Tensor.masked_select", "input, mask", |r, a| {
        let (t, mask) = (a.tensor(0)?, a.tensor(1)?);
        if mask.dtype != DType::Bool {
            return Err(Fault::value(message!("mask-bool", dtype = mask.dtype)));
        }
        let all = ops::broadcast(t.shape, mask.shape)?.numel()?;
        let picked = match &mask.elements {
            Some(_) => true_places(mask).len() as i64,
            None => counted(r, a, mask)?,
        };
        Ok(t.sized(Shape::new(&[picked * all / mask.shape.numel()?.max(1)])).into())
    }),
    native(
        "torch.unique Tensor.unique",
        "input, sorted=True, return_inverse=False, return_counts=False, dim=None",
        |r, a| {
            let t = a.tensor(0)?;
            a.bool(1)?;
            let (inverse, counts) = (a.bool(2)?, a.bool(3)?);
            let Some(all) = t.elements.as_deref().filter(|_| a.is_none(4)) else {
                return distinct(r, a, t, [inverse, counts], a.opt_dim(4)?);
            };
            let mut unique = all.to_vec();
            unique.sort_by(f64::total_cmp);
            unique.dedup();
            let place = |x: &f64| unique.iter().position(|one| one == x).unwrap_or_default();
            let sized = |shape: Shape, dtype: DType, elements: Vec<f64>| Tensor {
                elements: Some(elements.into()),
                ..Tensor::new(shape, dtype)
            };
            let shape = Shape::new(&[unique.len() as i64]);
            let mut results = vec![sized(shape, t.dtype, unique.clone())];
            if inverse {
                results.push(sized(t.shape, DType::Int64, all.iter().map(|x| place(x) as f64).collect()));
            }
            if counts {
                let count = |one: &f64| all.iter().filter(|x| *x == one).count() as f64;
                results.push(sized(shape, DType::Int64, unique.iter().map(count).collect()));
            }
            Ok(alone_or_all(results))
        },
    ),
    native(
        "torch.unique_consecutive Tensor.unique_consecutive",
        "input, return_inverse=False, return_counts=False, dim=None",
        |r, a| distinct(r, a, a.tensor(0)?, [a.bool(1)?, a.bool(2)?], a.opt_dim(3)?),
    ),
];

/// One result alone, or all of several.
fn alone_or_all(mut results: Vec<Tensor>) -> Value {
    if results.len() == 1 { results.remove(0).into() } else { results.into() }
}

/// The places of the elements of a tensor that aren't zero, as far as they are known.
fn true_places(t: &Tensor) -> Vec<i64> {
    let all = t.elements.as_deref().unwrap_or_default();
    (0..).zip(all).filter(|(_, x)| **x != 0.0).map(|(i, _)| i).collect()
}

/// How many elements of a tensor are picked for what they are, where that isn't known and a choice is made.
fn counted(r: &mut Run, a: &Args<'_>, t: &Tensor) -> Result<i64> {
    r.count(t.shape.numel()?).ok_or_else(|| a.unsupported(message!("size-depends")))
}

/// What differs among elements that aren't known, or among the parts along a dimension; where each of them is in that, and
/// how often it is there.
fn distinct(r: &mut Run, a: &Args<'_>, t: &Tensor, [inverse, counts]: [bool; 2], dim: Option<isize>) -> Result<Value> {
    let (parts, places) = match dim {
        None => (Shape::new(&[t.shape.numel()?]), t.shape),
        Some(dim) => (t.shape, Shape::new(&[t.shape.size_at(ops::axis_of(t.shape.rank(), dim)?)])),
    };
    let axis = dim.map_or(Ok(0), |dim| ops::axis_of(t.shape.rank(), dim))?;
    let most = parts.size_at(axis);
    let count = match most {
        0 | 1 => most,
        most => r.count(most).ok_or_else(|| a.unsupported(message!("size-depends")))?.max(1),
    };
    let mut sizes = parts.dims().to_vec();
    if let Some(size) = sizes.get_mut(axis) {
        *size = count;
    }
    let mut results = vec![t.sized(Shape::try_new(&sizes)?)];
    results.extend(inverse.then(|| Tensor::new(places, DType::Int64)));
    results.extend(counts.then(|| Tensor::new(Shape::new(&[count]), DType::Int64)));
    Ok(alone_or_all(results))
}

/// The indices of the elements that aren't zero: one row each, or a tuple with one tensor a dimension.
pub(super) fn nonzero(r: &mut Run, a: &Args<'_>, t: &Tensor, is_tuple: bool) -> Result<Value> {
    let rank = t.shape.rank();
    if is_tuple && rank == 0 {
        return Err(a.unsupported(message!("tensor-scalar")));
    }
    let rows = Tensor::new(Shape::new(&[0]), DType::Int64);
    // One dimension after the other lies in memory.
    let in_rows = |count: i64| rows.strided(Shape::new(&[count, rank as i64]), Some(Shape::new(&[1, count])));
    if t.elements.is_none() {
        let count = counted(r, a, t)?;
        let one = Tensor::new(Shape::new(&[count]), DType::Int64);
        return Ok(if is_tuple { vec![one; rank].into() } else { in_rows(count).into() });
    }
    let places = true_places(t);
    let count = places.len() as i64;
    let mut step = t.shape.numel()?;
    let along = t.shape.dims().iter().map(|&size| {
        step /= size.max(1);
        places.iter().map(|place| (place / step.max(1) % size.max(1)) as f64).collect::<Vec<f64>>()
    });
    let along: Vec<Vec<f64>> = along.collect();
    if is_tuple {
        let one = |elements: Vec<f64>| Tensor {
            elements: Some(elements.into()),
            ..Tensor::new(Shape::new(&[count]), DType::Int64)
        };
        return Ok(along.into_iter().map(one).collect::<Vec<Tensor>>().into());
    }
    let elements = (0..places.len()).flat_map(|i| along.iter().map(move |axis| axis[i])).collect();
    Ok(Tensor { elements: Some(elements), ..in_rows(count) }.into())
}
