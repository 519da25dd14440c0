//! Layers that compute nothing in eval mode: `Identity`, an empty `Sequential`, `Dropout` and its kin, `Flatten`.

use super::arguments::{dim, list};
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Param, Run, Spec, Type as T, Value, layer, net, optional, required,
};
use crate::words::message;

/// Builds an `Identity`.
pub fn identity(b: &mut Build) -> Result<Net> {
    net(b, Class::of_torch("Identity"), |_| Ok(|_: &mut Run, x: Shape| Ok(x)))
}

/// A module that returns whatever it gets.
fn unchanged(b: &mut Build, class: &'static str) -> Result<Layer> {
    layer(b, Class::of_torch(class), |_| Ok(|_: &mut Run, x: &Value| Ok(x.clone())))
}

/// A `Sequential` is made of modules, and a row can't pass any.
fn sequential(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    if let Some(arg) = a.given(0) {
        let message = message!("sequential-modules", arg);
        return Err(Fault::new(FaultKind::Arguments, message));
    }
    unchanged(b, "Sequential")
}

/// Dropouts check their probability when they are built; `ranks` are those that they take, where they check it.
fn dropout(
    b: &mut Build,
    a: &Args<'_>,
    class: &'static str,
    ranks: Option<std::ops::RangeInclusive<usize>>,
) -> Result<Layer> {
    let p = a.float(0)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(a.invalid(0, message!("dropout-probability", p)));
    }
    let dropout = net(b, Class::of_torch(class), |_| {
        Ok(move |_: &mut Run, x: Shape| match &ranks {
            Some(ranks) if !ranks.contains(&x.rank()) => {
                Err(Fault::shape(message!("class-input-ranks", class, low = ranks.start(), high = ranks.end(), x)))
            }
            _ => Ok(x),
        })
    })?;
    Ok(dropout.into_layer())
}

fn flatten(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (start, end) = (dim(a, 0)?, dim(a, 1)?);
    let flatten = net(b, Class::of_torch("Flatten"), |_| Ok(move |r: &mut Run, x: Shape| r.flatten(x, start, end)))?;
    Ok(flatten.into_layer())
}

fn unflatten(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let dim = dim(a, 0)?;
    let sizes = match a.get(1) {
        arg @ Literal::Int(_) => return Err(a.wrong(1, &arg, message!("list-of-integers"))),
        _ => list(a, 1, 0)?,
    };
    let unflatten =
        net(b, Class::of_torch("Unflatten"), |_| Ok(move |r: &mut Run, x: Shape| r.unflatten(x, dim, &sizes)))?;
    Ok(unflatten.into_layer())
}

static DROPOUT: [Param; 2] = [optional("p", T::Float, D::Float(0.5)), optional("inplace", T::Bool, D::Bool(false))];
static REST: [Param; 1] = [optional("*args", T::Any, D::None)];

/// The layers of this file that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!("linear", "Identity", message!("doc-Identity"), &REST, |b, _| unchanged(b, "Identity")),
    spec!("container", "Sequential", message!("doc-Sequential"), &REST, sequential),
    spec!(
        "flatten",
        "Flatten",
        message!("doc-Flatten"),
        &[optional("start_dim", T::Int, D::Int(1)), optional("end_dim", T::Int, D::Int(-1))],
        flatten
    ),
    spec!(
        "flatten",
        "Unflatten",
        message!("doc-Unflatten"),
        &[required("dim", T::Int), required("unflattened_size", T::Ints)],
        unflatten
    ),
    spec!("dropout", "Dropout", message!("doc-Dropout"), &DROPOUT, |b, a| { dropout(b, a, "Dropout", None) }),
    spec!("dropout", "Dropout1d", message!("doc-Dropout1d"), &DROPOUT, |b, a| {
        dropout(b, a, "Dropout1d", Some(2..=3))
    }),
    spec!("dropout", "Dropout2d", message!("doc-Dropout2d"), &DROPOUT, |b, a| { dropout(b, a, "Dropout2d", None) }),
    spec!("dropout", "Dropout3d", message!("doc-Dropout3d"), &DROPOUT, |b, a| { dropout(b, a, "Dropout3d", None) }),
    spec!("dropout", "AlphaDropout", message!("doc-AlphaDropout"), &DROPOUT, |b, a| {
        dropout(b, a, "AlphaDropout", None)
    }),
    spec!("dropout", "FeatureAlphaDropout", message!("doc-FeatureAlphaDropout"), &DROPOUT, |b, a| {
        dropout(b, a, "FeatureAlphaDropout", None)
    }),
];
