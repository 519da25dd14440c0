//! `schemas/report.schema.json` and `schemas/diff.schema.json` describe all that `--format json` prints. Here nothing may be printed
//! that they don't name; elsewhere fields may be added.

use std::path::Path;
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::Value as Json;

use crate::common;

/// A schema under which objects have no other fields than those that are named.
fn strict(name: &str) -> Json {
    fn close(schema: &mut Json) {
        match schema {
            Json::Object(map) => {
                map.values_mut().for_each(close);
                if map.contains_key("properties") && map.get("type").is_some_and(|ty| ty != "array") {
                    map.insert("additionalProperties".to_owned(), Json::Bool(false));
                }
            }
            Json::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let mut schema = serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
    close(&mut schema);
    schema
}

/// Runs the program in the folder of the framework's files, and holds what it prints against a schema.
fn holds(schemas: &Schemas, schema: boon::SchemaIndex, args: &[&str]) -> Json {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_yolint"))
        .args(args)
        .current_dir(root.join("tests/fixtures/own"))
        .output()
        .expect("yolint runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let printed: Json =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{args:?}: {why}: {stderr}"));
    if let Err(why) = schemas.validate(&printed, schema) {
        panic!("{args:?}: {why:#}");
    }
    printed
}

#[test]
fn reports_are_as_described() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("report.json", strict("report.schema.json")).expect("a resource");
    let schema = compiler.compile("report.json", &mut schemas).expect("a schema");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models = common::models();
    let (models, examples) = (models.to_string_lossy(), root.join("examples"));
    let tiny = examples.join("yolo11-tiny.yaml");
    let tiny = tiny.to_string_lossy();
    holds(&schemas, schema, &["table", "--format", "json", "--scale", "all", &tiny]);
    holds(
        &schemas,
        schema,
        &[
            "check",
            "--format",
            "json",
            "--hints",
            "--max-gflops",
            "1",
            "--max-params",
            "+5%",
            "--baseline",
            &tiny,
            &tiny,
        ],
    );
    let all = holds(&schemas, schema, &["check", "--format", "json", "--hints", "--scale", "n", &models]);
    assert!(all["files"].as_array().is_some_and(|files| files.len() > 50));
    // A framework of a person's own, with findings, related places and fixes in its files.
    holds(&schemas, schema, &["check", "--format", "json", "--hints", "."]);
    let suites = root.join("target/schemas");
    std::fs::create_dir_all(&suites).expect("the build folder can be written");
    for (at, text) in [
        "backbone:\n  - [-1, 1, Conv, [8, 3, 2]]\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [[0, 1], 1, Concat, [1]]\n  - [-1, 1, Clasify, [nc]]\n",
        "nc: 3\nnc: 4\nbackbone:\n  - [-1, 1, Conv [8]]\nhead:\n  - [-1, 1, Mine, [{a: 1}, 2.5, null]]\n",
    ]
    .iter()
    .enumerate()
    {
        let path = suites.join(format!("{at}.yaml"));
        std::fs::write(&path, text).expect("the build folder can be written");
        let report = holds(&schemas, schema, &["check", "--format", "json", "--hints", &path.to_string_lossy()]);
        assert!(report["files"][0]["diagnostics"].as_array().is_some_and(|found| !found.is_empty()));
    }
    // A schema that is read wrongly takes everything.
    assert!(schemas.validate(&serde_json::json!({ "version": 1, "files": [{}] }), schema).is_err());
}

#[test]
fn comparisons_are_as_described() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("diff.json", strict("diff.schema.json")).expect("a resource");
    let schema = compiler.compile("diff.json", &mut schemas).expect("a schema");
    let models = common::models();
    let file = |name: &str| models.join(name).to_string_lossy().into_owned();
    let (v8, v10) = (file("v8/yolov8.yaml"), file("v10/yolov10n.yaml"));
    let both = holds(&schemas, schema, &["diff", "--format", "json", "--scale", "n", &v8, &v10]);
    assert_eq!(both["differs"], true);
    holds(&schemas, schema, &["diff", "--format", "json", "--scale", "all", &v8, &file("v8/yolov8-p2.yaml")]);
    assert!(schemas.validate(&serde_json::json!({ "version": 1 }), schema).is_err());
}
