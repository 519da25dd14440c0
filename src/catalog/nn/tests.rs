//! Compares the layers with torch, call by call.

use crate::catalog::testing::measure;
use crate::catalog::{Value, find, why_unknown};
use crate::ops::{FaultKind, Shape};
use crate::python::{Expr, parse_expression};

/// What one layer does to one input, as it is written in `torch.txt`.
fn outcome(call: &str, input: Shape) -> String {
    let Ok(Expr::Call { name, args, .. }) = parse_expression(call) else { return format!("no call: {call}") };
    let measured = match find(&name) {
        Some(_) => measure(&name, &args, &Value::Tensor(input)),
        None => Err(why_unknown(&name)),
    };
    match measured {
        Ok(m) => format!("{}, {} params", written(&m.output), m.params),
        Err(fault) if fault.kind == FaultKind::Unsupported => "unsupported".to_owned(),
        Err(_) => "error".to_owned(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Tensor(shape) => shape.to_string(),
        Value::List(items) => items.iter().map(written).collect::<Vec<_>>().join(" and "),
        Value::Opaque(what) => (*what).to_owned(),
    }
}

/// `torch.txt` holds what torch 2.15 and torchvision 0.30 say: a call, the shape of the input, and the shape of the
/// output with the number of parameters, or `error` where the layer can't be built or run.
#[test]
fn layers_do_as_torch_does() {
    let wrong: Vec<String> = include_str!("torch.txt")
        .lines()
        .filter_map(|line| {
            let (call, rest) = line.split_once(" on ")?;
            let (input, expected) = rest.split_once(": ")?;
            let sizes: Vec<i64> = input.trim_matches(['[', ']']).split(", ").flat_map(str::parse).collect();
            let got = outcome(call, Shape::new(&sizes));
            (got != expected).then(|| format!("{line}\n    but got: {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
