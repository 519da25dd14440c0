//! Compares the layers with torch, call by call.

use super::{construct, specs};
use crate::python::{Expr, Literal, parse_expression};
use crate::torch::ops::{FaultKind, Shape};
use crate::torch::testing::measure;
use crate::torch::{Args, Build, Call, Op, Spec, Value, torchvision_ops, why_unknown};

/// The layer that is called `name`: `nn.Conv2d`, `torchvision.ops.Permute`.
fn find(name: &str) -> Option<&'static Spec> {
    specs().chain(torchvision_ops::SPECS).find(|spec| spec.name == name)
}

/// The result of one layer for one input, as it is written in `torch.txt`.
fn outcome(call: &str, input: Shape) -> String {
    let Ok(Expr::Call { name, args, .. }) = parse_expression(call) else { return format!("no call: {call}") };
    let measured = match find(&name) {
        Some(spec) => measure(Build::default(), spec, &args, &Value::Tensor(input)),
        None => Err(why_unknown(&name)),
    };
    match measured {
        Ok(m) => format!("{}, {} params", written(&m.output), m.count.params),
        Err(fault) if fault.kind == FaultKind::Unsupported => "unsupported".to_owned(),
        Err(_) => "error".to_owned(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Tensor(shape) => shape.to_string(),
        Value::List(items) => items.iter().map(written).collect::<Vec<_>>().join(" and "),
        Value::Opaque(what) => what.english(),
    }
}

/// `torch.txt` holds what torch 2.15.0 and torchvision 0.29.2 say: a call, the shape of the input, and the shape of the
/// output with the number of parameters, or `error` if the layer can't be built or run. `tests/oracle/layers.py` writes it.
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

/// Every layer has its lines in `torch.txt`, one at least where it runs.
#[test]
fn every_layer_is_compared() {
    let runs = |name: &str| {
        let call = format!("{name}(");
        include_str!("torch.txt").lines().any(|line| line.starts_with(&call) && line.ends_with(" params"))
    };
    let missing: Vec<&str> = specs().chain(torchvision_ops::SPECS).map(|spec| spec.name).filter(|n| !runs(n)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// An average pool records what it averages: what ultralytics-thop 2.2.3 books for 4 channels of 5x5 pixels, less one op
/// for each output, is four times that.
#[test]
fn average_pools_record_what_they_cover() {
    for (call, covered) in [
        ("nn.AvgPool2d(2, 2, 0, True)", 25),
        ("nn.AvgPool2d(3, 2, 1, False, True)", 81),
        ("nn.AvgPool2d(3, 2, 1, False, False)", 49),
        ("nn.AvgPool2d(3, 2, 1, True, True)", 81),
    ] {
        let Ok(Expr::Call { name, args, .. }) = parse_expression(call) else { panic!("{call}") };
        let m = measure(Build::default(), find(&name).expect("a layer"), &args, &Value::Tensor(Shape::image(4, 5, 5)))
            .expect(call);
        let [Call { op: Op::AvgPool { covered: got, .. }, .. }] = &m.calls[..] else { panic!("{:?}", m.calls) };
        assert_eq!(*got, covered, "{call}");
    }
}

/// As torch has it: a convolution keeps a size for each dimension, its weights are parameters, a batch norm has buffers.
#[test]
fn built_layers_have_attributes_and_named_tensors() {
    let mut b = Build::default();
    let [three, sixteen, no] = [Literal::Int(3), Literal::Int(16), Literal::Bool(false)];
    let conv = find("nn.Conv2d").expect("a layer");
    let positional = [&three, &sixteen];
    let keywords = [("kernel_size", &three), ("bias", &no)];
    let conv = construct(&mut b, &Args::bind_call(conv, positional, keywords).expect("arguments")).expect("a layer");
    let attribute = |name: &str| conv.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    assert_eq!(attribute("in_channels"), Some(&Literal::Int(3)));
    assert_eq!(attribute("kernel_size"), Some(&Literal::Tuple(vec![Literal::Int(3), Literal::Int(3)])));
    assert_eq!(attribute("bias"), None);
    assert_eq!(b.modules.state_dict(conv.layer.id()), [("weight".to_owned(), Shape::new(&[16, 3, 3, 3]))]);

    let norm = find("nn.BatchNorm2d").expect("a layer");
    let literals = [sixteen];
    let norm = construct(&mut b, &Args::bind(norm, &literals).expect("arguments")).expect("a layer");
    let names: Vec<String> = b.modules.state_dict(norm.layer.id()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]);
}
