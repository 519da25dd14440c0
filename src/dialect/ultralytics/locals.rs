//! Strings among a row's arguments: the framework takes them as variables of `parse_model`, or as Python literals.

use super::state::State;
use crate::model::Row;
use crate::python::{Literal, parse_expression};
use crate::torch::ops::Fault;
use crate::words::message;

/// The variables of `parse_model`.
pub(super) static NAMES: [&str; 34] = [
    "nc",
    "kpt_shape",
    "reg_max",
    "end2end",
    "act",
    "scale",
    "depth",
    "width",
    "max_channels",
    "legacy",
    "verbose",
    "restricted",
    "i",
    "j",
    "n",
    "f",
    "a",
    "c1",
    "c2",
    "ch",
    "d",
    "scales",
    "default_act",
    "base_modules",
    "repeat_modules",
    "ast",
    "args",
    "m",
    "layers",
    "save",
    "t",
    "m_",
    "n_",
    "cm",
];

/// The value of argument `j` of row `i`.
pub(super) fn resolve(state: &State<'_>, i: usize, row: &Row, j: usize, value: &Literal) -> Result<Literal, Fault> {
    let Some(text) = value.as_str() else { return Ok(value.clone()) };
    if let Some(local) = local_variable(state, i, row, j, text) {
        return local;
    }
    match parse_expression(text) {
        Ok(expr) => Ok(expr.literal().unwrap_or_else(|| value.clone())),
        Err(_) => Err(Fault::value(message!("neither-name-nor-literal", text))),
    }
}

fn local_variable(state: &State<'_>, i: usize, row: &Row, j: usize, name: &str) -> Option<Result<Literal, Fault>> {
    let header = &state.header;
    let get = |key: &str, default: Literal| header.get(key).unwrap_or(default);
    let known = |value: Option<Literal>| value.ok_or_else(|| Fault::unsupported(message!("value-not-known", name)));
    Some(match name {
        "nc" => Ok(get("nc", Literal::None)),
        "act" => Ok(get("activation", Literal::None)),
        "end2end" => Ok(header.end2end.clone()),
        "reg_max" => Ok(header.reg_max.clone()),
        "kpt_shape" => Ok(get("kpt_shape", Literal::Float(1.0))),
        "depth" => Ok(header.scaling.depth.clone()),
        "width" => Ok(header.scaling.width.clone()),
        "max_channels" => Ok(header.scaling.max_channels.clone()),
        "scale" => Ok(Literal::Str(header.scale.to_owned())),
        "legacy" => Ok(Literal::Bool(state.legacy)),
        "verbose" => Ok(Literal::Bool(true)),
        "restricted" => Ok(Literal::Bool(false)),
        "i" => Ok(Literal::Int(i as i64)),
        "j" => Ok(Literal::Int(j as i64)),
        "n" => known(row.repeats().map(|cell| cell.value.clone())),
        "f" => known(row.from().map(|cell| cell.value.clone())),
        "a" => Ok(Literal::Str("a".to_owned())),
        "c2" => known(state.c2.clone()),
        "c1" if i > 0 => known(state.c1.clone()),
        "ch" if i == 0 => Ok(Literal::List(vec![Literal::Int(header.channels)])),
        "ch" => known(state.ch.iter().cloned().collect::<Option<_>>().map(Literal::List)),
        "d" | "scales" | "default_act" | "base_modules" | "repeat_modules" | "ast" | "args" | "m" | "layers"
        | "save" => Err(Fault::unsupported(message!("variable-of-parse-model", name))),
        "t" | "m_" | "n_" | "cm" if i > 0 => Err(Fault::unsupported(message!("variable-of-parse-model", name))),
        _ => return None,
    })
}
