//! Every (file, scale) pair of the framework's model YAMLs: all figures equal those that the framework says.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use serde_json::{Value as Json, json};
use yolint::internals::analysis::{Analysis, Options, analyse};
use yolint::internals::dialect::{SourceDialect, choose_scale};
use yolint::internals::project::ImportPath;
use yolint::internals::torch::Value;
use yolint::internals::{model, syntax};

use crate::common;

/// The pairs of the golden data: file, scale, what the framework says.
fn pairs(golden: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    golden.as_object().expect("a mapping").iter().map(|(key, said)| {
        let (file, scale) = key.split_once('@').expect("FILE@SCALE");
        (file, scale, said)
    })
}

fn analysis(path: &Path, scale: &str, options: &Options) -> Analysis {
    let text = std::fs::read_to_string(path).expect("the wheel's YAML can be read");
    let parse = syntax::parse(&text);
    assert_eq!(parse.errors, [], "{}", path.display());
    let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let model = model::read(&parse.tree);
    let choice = choose_scale(&model, (!scale.is_empty()).then_some(scale), &stem);
    analyse(&model, choice.letter(), options)
}

/// The first tensor of an output as the golden data nests it, or the list of tensors where a row returns one.
fn first_tensor(output: &Json) -> Json {
    match output.as_array() {
        Some(items) if items.iter().all(Json::is_number) => output.clone(),
        Some(items) => items.first().map_or(Json::Null, first_tensor),
        None => Json::Null,
    }
}

#[test]
fn rows_and_totals() {
    compare(&Options::default());
}

/// The framework's own source says what the catalog says.
#[test]
fn rows_and_totals_by_the_source() {
    let root = common::models().join("../../..");
    let files = ImportPath::new(Arc::default(), &[root.canonicalize().expect("the wheel is unpacked")]);
    let dialect = SourceDialect::new(Arc::new(files), "ultralytics.nn.tasks");
    compare(&Options { dialect: Arc::new(dialect), ..Options::default() });
}

/// Compares all figures with those that the framework says.
fn compare(options: &Options) {
    let (golden, models) = (common::golden("ultralytics-8.4.190.json"), common::models());
    let (mut wrong, mut count) = (String::new(), 0);
    for (file, scale, said) in pairs(&golden) {
        count += 1;
        let analysis = analysis(&models.join(file), scale, options);
        let mut differ = |what: &str, ours: Json, theirs: &Json| {
            if ours != *theirs {
                let _ = writeln!(wrong, "{file}@{scale} {what}: {ours} is not {theirs}");
            }
        };
        let rows = said["rows"].as_array().expect("rows");
        differ("number of rows", json!(analysis.rows.len()), &json!(rows.len()));
        for (i, (row, said)) in analysis.rows.iter().zip(rows).enumerate() {
            differ(&format!("params of row {i}"), json!(row.params), &said["params"]);
            differ(&format!("ops of row {i}"), json!(row.ops), &said["ops"]);
            let output = match &row.output {
                Some(Value::Tensor(shape)) => json!(shape.dims()),
                other => json!(other.as_ref().and_then(Value::first_tensor).map(|s| s.dims().to_vec())),
            };
            differ(&format!("output of row {i}"), output, &first_tensor(&said["output"]));
        }
        let Some(totals) = &analysis.totals else {
            differ("totals", Json::Null, &said["params"]);
            continue;
        };
        differ("params", json!(totals.params), &said["params"]);
        differ("trainable", json!(totals.trainable), &said["gradients"]);
        differ("layers", json!(totals.layers), &said["layers"]);
        differ("gflops", json!(totals.ops.map(|ops| analysis.gflops(ops))), &said["gflops"]);
    }
    assert_eq!(count, 246);
    assert!(wrong.is_empty(), "{} figures differ:\n{wrong}", wrong.lines().count());
}

#[test]
fn printed_tables_and_summaries() {
    let (golden, models) = (common::golden("ultralytics-8.4.190.json"), common::models());
    for (file, scale, said) in pairs(&golden) {
        let mut command = Command::cargo_bin("yolint").expect("the program is built");
        command.args(["table", "--format", "ultralytics"]).arg(models.join(file));
        if !scale.is_empty() {
            command.args(["--scale", scale]);
        }
        let output = command.output().expect("the program runs");
        let printed = said["printed"].as_array().expect("lines").iter().chain([&said["summary"]]);
        let expected: String = printed.map(|line| line.as_str().expect("text").to_owned() + "\n").collect();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{file}@{scale}");
        assert_eq!(output.status.code(), Some(0), "{file}@{scale}");
    }
}
