//! Builds and runs modules by name, for the tests of this room.

use super::{all, build, unregistered};
use crate::python::{Literal, parse_expression};
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::testing::{self, Measured};
use crate::torch::{Activation, Spec, Value};

/// The module that a row calls `name`.
pub(crate) fn find(name: &str) -> Option<&'static Spec> {
    all().find(|spec| spec.name == name)
}

/// Builds the module `name` with constructor arguments `args` and runs it on `input`.
pub(crate) fn measure(name: &str, args: &[Literal], input: &Value) -> Result<Measured> {
    let spec = find(name)
        .or_else(|| unregistered().find(|spec| spec.name == name))
        .ok_or_else(|| Fault::unsupported(format!("no module {name}")))?;
    testing::measure(build(&Activation::silu())?, spec, args, input)
}

/// Builds modules, given as `Name(arguments)`, runs each on a tensor, and compares with what torch says of it:
/// `params, layers, output`. `tests/oracle/layers.py` asks torch about every case.
pub(crate) fn assert_figures(input: &[i64], said: &[(&str, &str)]) {
    let input = Value::Tensor(Shape::new(input));
    let figures = |call: &str| {
        let (name, args) = call.split_once('(').expect("Name(arguments)");
        let args = format!("[{}]", args.strip_suffix(')').expect("a closing parenthesis"));
        let args = parse_expression(&args).ok().and_then(|args| args.literal()).expect("literals");
        match measure(name, args.as_list().expect("a list"), &input) {
            Ok(m) => format!("{} params, {} layers, {:?}", m.count.params, m.count.layers, tensor_shapes(&m.output)),
            Err(fault) => format!("{:?}: {}", fault.kind, fault.message.english()),
        }
    };
    let ours: Vec<_> = said.iter().map(|(call, _)| (*call, figures(call))).collect();
    let theirs: Vec<_> = said.iter().map(|(call, figures)| (*call, (*figures).to_owned())).collect();
    assert_eq!(ours, theirs);
}

/// The sizes of the tensors in a value.
fn tensor_shapes(value: &Value) -> Vec<Shape> {
    match value {
        Value::Tensor(shape) => vec![*shape],
        Value::List(items) => items.iter().flat_map(tensor_shapes).collect(),
        Value::Opaque(_) => Vec::new(),
    }
}

/// Integer arguments.
pub(crate) fn ints(values: &[i64]) -> Vec<Literal> {
    values.iter().map(|&i| Literal::Int(i)).collect()
}
