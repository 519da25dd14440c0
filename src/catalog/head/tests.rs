//! Torch's figures for heads that are built with arguments as rows have them, on maps of 32x32, 16x16 and 8x8.

use super::LEGACY;
use crate::catalog::build;
use crate::catalog::testing::find;
use crate::python::{Literal, parse_expression};
use crate::torch::ops::{Fault, FaultKind, Result, Shape};
use crate::torch::{Activation, Args, ClassAttribute, Count, Run, Value};

/// Said by ultralytics 8.4.190: parameters, layers and the first tensor of the output; the last column says which heads
/// are those of the older models.
const SAID: &str = "
Detect          | [80, 16, None, [32, 64, 96]]                       |  565888 |  32 | [1, 84, 1344]  | legacy
Detect          | [80, 16, None, [32, 64, 96]]                       |  294160 |  44 | [1, 84, 1344]  |
Detect          | [80, 1, True, [32, 64, 96]]                        |  189336 |  88 | [1, 84, 1344]  |
v10Detect       | [80, [32, 64, 96]]                                 |  588304 |  88 | [1, 84, 1344]  | legacy
Segment         | [80, 32, 64, 16, None, [32, 64, 96]]               |  726496 |  54 | [1, 116, 1344] | legacy
Segment26       | [80, 32, 64, 1, True, [32, 64, 96]]                |  539432 | 137 | [1, 116, 1344] |
OBB             | [15, 1, 16, None, [32, 64, 96]]                    |  334936 |  47 | [1, 20, 1344]  | legacy
OBB26           | [15, 1, 1, True, [32, 64, 96]]                     |  129768 | 119 | [1, 20, 1344]  |
Pose            | [1, [17, 3], 16, None, [32, 64, 96]]               |  484798 |  47 | [1, 56, 1344]  | legacy
Pose26          | [1, [17, 3], 1, True, [32, 64, 96]]                |  879240 | 191 | [1, 56, 1344]  |
WorldDetect     | [80, 512, False, 16, None, [32, 64, 96]]           |  670870 |  35 | [1, 84, 1344]  | legacy
WorldDetect     | [80, 512, True, 16, True, [32, 64, 96]]            |  968086 |  79 | [1, 84, 1344]  | legacy
YOLOEDetect     | [80, 512, True, 16, None, [32, 64, 96]]            | 2470566 |  79 | [1, 84, 1344]  |
YOLOESegment    | [80, 32, 64, 512, True, 16, None, [32, 64, 96]]    | 2902902 |  89 | [1, 116, 1344] | legacy
YOLOESegment26  | [80, 32, 64, 512, True, 1, True, [32, 64, 96]]     | 2823892 | 175 | [1, 116, 1344] |
RTDETRDecoder   | [80, [32, 64, 96]]                                 | 7318796 | 145 | [1, 300, 6]    |
RTDETRDecoder   | [80, [32, 64, 96], 64, 100, 4, 8, 3, 128]          |  268016 |  82 | [1, 100, 6]    |
SemanticSegment | [19, [32, 64]]                                     |   29030 |   7 | [1, 19, 32, 32] |
Depth           | [64, [32, 64, 96]]                                 |  187921 |  21 | [1, 1, 64, 64] |
";

/// Heads at which ultralytics 8.4.190 raises an exception, and which kind of fault that is.
const RAISES: &str = "
Detect          | [None, 16, None, [32, 64, 96]]                     | Arguments
Detect          | [80.0, 16, None, [32, 64, 96]]                     | Arguments
Detect          | ['80', 16, None, [32, 64, 96]]                     | Arguments
Detect          | [-1, 16, None, [32, 64, 96]]                       | Value
Detect          | [80, 0, None, [32, 64, 96]]                        | Value
Detect          | [80, 16, 16, None, [32, 64, 96]]                   | Arguments
Detect          | [80, 16, None, [32, 60, 96]]                       | Channels
Detect          | [80, 16, None, []]                                 | HeadInputs
OBB             | [15, 2, 16, None, [32, 64, 96]]                    | Value
Pose            | [1, 1.0, 16, None, [32, 64, 96]]                   | Arguments
Pose            | [1, [17], 16, None, [32, 64, 96]]                  | Arguments
Pose            | [1, [-2, -3], 16, None, [32, 64, 96]]              | Value
WorldDetect     | [7, 512, False, 16, None, [32, 64, 96]]            | Value
WorldDetect     | [80, 256, False, 16, None, [32, 64, 96]]           | Value
YOLOEDetect     | [80, 64, True, 16, None, [32, 64, 96]]             | Value
YOLOEDetect     | [80, 512, False, 16, None, [32, 64, 96]]           | Value
YOLOEDetect     | [80, 512, True, 16, None, [32, 64]]                | HeadInputs
YOLOEDetect     | [-1, 512, True, 16, None, [32, 64, 96]]            | Value
LRPCHead        | [1, 2, 3]                                          | Arguments
LRPCHead        | [1, 2, 3, False]                                   | Arguments
RTDETRDecoder   | [80, [32, 64, 96], 100]                            | Value
RTDETRDecoder   | [80, [32, 64, 96], 64, 0]                          | Value
RTDETRDecoder   | [80, [32, 64, 96], 64, 30, 4, 8, 0]                | Value
RTDETRDecoder   | [80, [32, 64, 96], 64, 30, 4, 8, 3, 100, 1.5]      | Value
RTDETRDecoder   | [80, [32, 64, 96], 64, 30, 4, 8, 3, 100, 0, 'a']   | Arguments
RTDETRDecoder   | [80, [32, 64, 96], 64, 30, 4, 8, 3, 100, 0, None, 3] | Value
RTDETRDecoder   | [0, [32, 64, 96]]                                  | Value
Depth           | [None, [32, 64, 96]]                               | Arguments
Depth           | [64, []]                                           | HeadInputs
SemanticSegment | ['x', [32, 64]]                                    | Arguments
";

fn cells(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.trim().lines().map(|line| line.split('|').map(str::trim).collect())
}

fn args(text: &str) -> Vec<Literal> {
    let list = parse_expression(text).ok().and_then(|expr| expr.literal()).expect("a literal");
    list.as_list().expect("a list").to_vec()
}

/// Square maps, each with its channels and side.
fn maps(sizes: &[[i64; 2]]) -> Value {
    Value::tuple(
        sizes.iter().map(|&[channels, side]| Value::Tensor(Shape::image(channels, side, side))).collect::<Vec<_>>(),
    )
}

struct Built {
    count: Count,
    output: Value,
}

fn run(name: &str, args: &[Literal], input: &Value, legacy: bool, training: bool) -> Result<Built> {
    let spec = find(name).expect("a head");
    let mut build = build(&Activation::silu())?;
    build.set_class_attribute(LEGACY, ClassAttribute::Flag(legacy));
    let layer = (spec.build)(&mut build, &Args::bind(spec, args)?)?;
    let mut run = Run::silent();
    run.training = training;
    let features = Shape::new(&[1, 80, 512]);
    run.text = (name == "WorldDetect").then_some(features);
    run.prompts = name.starts_with("YOLOE").then_some(features);
    let output = layer.call(&mut run, input)?;
    Ok(Built { count: build.modules.walk().count(layer.id()), output })
}

#[test]
fn heads_are_as_torch_says() {
    for cells in cells(SAID) {
        let [name, list, params, layers, output, age] = cells[..] else { panic!("{cells:?}") };
        let levels = if name == "SemanticSegment" { 2 } else { 3 };
        let input = maps(&[[32, 32], [64, 16], [96, 8]][..levels]);
        let built = run(name, &args(list), &input, age == "legacy", false).expect(name);
        assert_eq!(built.count.params.to_string(), params, "{name} {list}");
        assert_eq!(built.count.layers.to_string(), layers, "{name} {list}");
        assert_eq!(built.output.first_tensor().map(|s| s.to_string()).as_deref(), Some(output), "{name} {list}");
    }
}

#[test]
fn what_torch_refuses_is_a_fault() {
    for cells in cells(RAISES) {
        let [name, list, kind] = cells[..] else { panic!("{cells:?}") };
        let args = args(list);
        let fault = |fault: Fault| format!("{:?}", fault.kind);
        let levels = if args.contains(&Literal::List(vec![Literal::Int(32), Literal::Int(64)])) { 2 } else { 3 };
        let input = maps(&[[32, 32], [64, 16], [96, 8]][..levels]);
        let result = run(name, &args, &input, true, false).map(|built| built.output);
        assert_eq!(result.map_err(fault), Err(kind.to_owned()), "{name} {list}");
    }
}

/// Proto26 enlarges the second map by 2 and the third by 4, whatever their size: torch can't add what doesn't fit.
#[test]
fn levels_must_halve_where_they_are_added() {
    let input = maps(&[[32, 32], [64, 16], [96, 16]]);
    for (name, list) in [("Segment26", "[80, 32, 64, 1, True, [32, 64, 96]]"), ("Depth", "[64, [32, 64, 96]]")] {
        let fault = run(name, &args(list), &input, false, false).err().expect(name);
        assert_eq!(fault.kind, FaultKind::Spatial);
        assert_eq!(fault.input, Some(2));
    }
    run("Segment", &args("[80, 32, 64, 1, True, [32, 64, 96]]"), &input, false, false).expect("Segment adds nothing");
}

#[test]
fn only_the_distribution_over_bins_is_frozen() {
    let input = maps(&[[32, 32], [64, 16], [96, 8]]);
    let frozen = |list: &str| run("Detect", &args(list), &input, true, false).expect("Detect").count.frozen;
    assert_eq!(frozen("[80, 16, None, [32, 64, 96]]"), 16);
    assert_eq!(frozen("[80, 1, None, [32, 64, 96]]"), 0);
}

/// In the framework's stride pass nothing is decoded, so that a second angle, which boxes can't have, goes unnoticed.
#[test]
fn training_mode_decodes_nothing() {
    let input = maps(&[[32, 32], [64, 16], [96, 8]]);
    let two_angles = args("[15, 2, 16, None, [32, 64, 96]]");
    assert!(run("OBB", &two_angles, &input, true, false).is_err());
    assert_eq!(run("OBB", &two_angles, &input, true, true).expect("raw predictions").output.first_tensor(), None);
    let semantic = run("SemanticSegment", &args("[19, [32, 64]]"), &input, true, true).expect("two maps").output;
    assert_eq!(semantic.tensors(), Ok(vec![Shape::image(19, 32, 32), Shape::image(19, 16, 16)]));
}

/// Said by ultralytics 8.4.190 of `Classify(32, 10, 3, 2)`.
#[test]
fn classify_pools_and_classifies() {
    let input = Value::Tensor(Shape::image(32, 32, 32));
    let built = run("Classify", &args("[32, 10, 3, 2]"), &input, true, false).expect("Classify");
    let logits = Value::Tensor(Shape::new(&[1, 10]));
    assert_eq!((built.count.params, built.count.layers), (384010, 6));
    assert_eq!(built.output, Value::tuple([logits.clone(), logits]));
}
