//! `schemas/model.schema.json`: the model YAML for editors that know nothing of yolint, generated from the framework's keys and
//! modules (`UPDATE_EXPECT=1 cargo test --test it model_schema` writes it).
//!
//! It says no more than what is true of every file that the framework builds: which top-level keys there are, the form of a row,
//! and how many arguments a module takes. A module that it doesn't know may be a person's own.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use boon::{Compiler, Schemas};
use expect_test::expect_file;
use serde_json::{Map, Value as Json, json};
use yolint::internals::dialect::{self, ModuleInfo, RELEASE, RowParam};

use crate::common;

/// The schema, from what the built-in framework knows.
fn generated() -> Json {
    let framework = dialect::builtin();
    let mut modules = framework.modules();
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let mut properties: Map<String, Json> = framework
        .keys()
        .iter()
        .map(|key| (key.name.to_owned(), described(value(key.name), &key.doc.english())))
        .collect();
    properties.insert("anchors".to_owned(), json!({ "description": "Anchors of a model of YOLOv5, v7 or v9." }));
    let names: Vec<_> = modules.iter().map(|module| &module.name).collect();
    let signatures: Vec<_> = modules.iter().map(signature).collect();
    let arity: Vec<Json> = modules.iter().map(arity).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "YOLO model",
        "description": format!("A model YAML as Ultralytics {RELEASE} reads it: rows of [from, repeats, module, args]."),
        "type": "object",
        "required": ["backbone", "head"],
        "properties": properties,
        // Files with anchors are those of other repositories, whose modules take other arguments.
        "if": { "required": ["anchors"] },
        "else": { "properties": { "backbone": checked_rows(), "head": checked_rows() } },
        "definitions": {
            "row": {
                "description": "A row: [from, repeats, module, args].",
                "type": "array",
                "minItems": 4,
                "maxItems": 4,
                "items": [
                    {
                        "description": "The rows that it reads: -1 is the row before, other numbers are indices; a list for several.",
                    },
                    {
                        "description": "How often the module is repeated; scaled by depth if above 1.",
                    },
                    {
                        "description": "The module: a class of the framework, of `torch.nn` (nn.Upsample), or of your own.",
                        "anyOf": [{ "$ref": "#/definitions/module" }, { "type": "string" }],
                    },
                    {
                        "description": "What the module is called with. The framework puts the input channels in front by itself.",
                        "type": "array",
                    },
                ],
                // There are none; but yaml-language-server takes a cell that is being typed for one, and asks here what it can be.
                "additionalItems": { "$ref": "#/definitions/module" },
            },
            "module": { "type": "string", "enum": names, "enumDescriptions": signatures, "markdownEnumDescriptions": signatures },
            "arguments": { "allOf": arity },
        },
    })
}

fn checked_rows() -> Json {
    json!({ "items": { "$ref": "#/definitions/arguments" } })
}

/// What the value of a top-level key is.
fn value(key: &str) -> Json {
    let rows = || json!({ "type": "array", "items": { "$ref": "#/definitions/row" } });
    match key {
        "backbone" | "head" => rows(),
        "scales" => json!({
            "additionalProperties": { "description": "[depth, width, max_channels]", "type": "array", "minItems": 3 },
        }),
        _ => json!({}),
    }
}

fn described(mut schema: Json, description: &str) -> Json {
    schema["description"] = json!(description);
    schema
}

/// Modules of whose arguments `parse_model` passes on the first at most: what else a row gives has no effect.
const IGNORES_REST: [&str; 2] = ["Depth", "nn.BatchNorm2d"];

/// Whether a module takes any number of arguments.
fn takes_rest(module: &ModuleInfo) -> bool {
    module.row_params.iter().any(|param| module.param_of(param).is_some_and(dialect::Param::takes_rest))
}

/// `A convolution … Arguments: [c2, k=1, s=1, …]`
fn signature(module: &Arc<ModuleInfo>) -> String {
    let mut written = format!("{} Arguments: [", module.doc.english().trim_end());
    for (i, param) in module.row_params.iter().enumerate() {
        let default = module.param_of(param).and_then(|param| param.default.as_ref()).filter(|_| !param.is_required);
        let _ = write!(written, "{}{}", if i > 0 { ", " } else { "" }, param.name);
        if let Some(default) = default {
            let _ = write!(written, "={default}");
        }
    }
    written + "]"
}

/// How many arguments a module takes, and what they are called.
fn arity(module: &Arc<ModuleInfo>) -> Json {
    let params = &module.row_params;
    let least = params.iter().rposition(|param| param.is_required).map_or(0, |last| last + 1);
    let most = (!takes_rest(module) && !IGNORES_REST.contains(&&*module.name)).then_some(params.len());
    let name = |param: &RowParam| json!({ "title": param.name });
    let mut args = json!({ "items": params.iter().map(name).collect::<Vec<_>>(), "minItems": least });
    if params.is_empty() {
        args = json!({});
    }
    if let Some(most) = most {
        args["maxItems"] = json!(most);
    }
    args["description"] = json!(signature(module));
    json!({
        "if": { "items": [true, true, { "const": module.name }], "minItems": 3 },
        "then": { "items": [true, true, true, args] },
    })
}

#[test]
fn the_model_schema_is_that_of_the_framework() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/model.schema.json");
    let written = serde_json::to_string_pretty(&generated()).expect("JSON") + "\n";
    expect_file![path].assert_eq(&written);
}

/// What the schema says of a text; empty if nothing.
fn said_of(text: &str) -> String {
    thread_local!(static SCHEMA: (Schemas, boon::SchemaIndex) = {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("model.json", generated()).expect("a resource");
        let index = compiler.compile("model.json", &mut schemas).expect("a schema");
        (schemas, index)
    });
    let value: Json = serde_yaml::from_str(text).expect("YAML");
    SCHEMA.with(|(schemas, index)| {
        schemas.validate(&value, *index).map_or_else(|why| format!("{why:#}"), |()| String::new())
    })
}

#[test]
fn it_is_silent_on_the_frameworks_files() {
    let files = common::model_files();
    assert!(files.len() > 50, "{} files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a model file");
        assert_eq!(said_of(&text), "", "{}", file.display());
    }
}

/// Small models around one module, with more, fewer and odd arguments, as torch takes or refuses them.
#[test]
fn it_is_silent_on_what_the_framework_builds() {
    let (mut silent, mut refused, mut wrong) = (0, 0, String::new());
    for case in common::golden_text("probes.jsonl").lines() {
        let case: Json = serde_json::from_str(case).expect("a case");
        let Some(text) = case["yaml"].as_str().filter(|text| serde_yaml::from_str::<Json>(text).is_ok()) else {
            continue;
        };
        let said = said_of(text);
        if case["stage"] == "ok" {
            silent += 1;
            if !said.is_empty() {
                let _ = write!(wrong, "{}: {said}\n{text}", case["id"]);
            }
        } else if !said.is_empty() {
            refused += 1;
        }
    }
    assert_eq!(wrong, "");
    assert!(silent > 1000 && refused > 100, "{silent} are built, {refused} are refused rightly");
}

#[test]
fn it_names_what_is_wrong() {
    let row = |row: &str| said_of(&format!("backbone:\n  - {row}\nhead: []\n"));
    assert_eq!(row("[-1, 1, Conv, [64, 3, 2]]"), "");
    assert_eq!(row("[-1, 1, MyOwnBlock, [64, 3, 2, 1, 5, 6, 7, 8, 9]]"), "");
    for (wrong, words) in [
        ("[-1, 1, Conv, []]", "minimum 1"),
        ("[-1, 1, Concat, [1, 2]]", "maximum 1"),
        ("[-1, 1, Conv]", "minimum 4"),
        ("[-1, 1, Conv, 64]", "array"),
    ] {
        assert!(row(wrong).contains(words), "{wrong}: {}", row(wrong));
    }
    assert!(said_of("head: []\n").contains("backbone"));
}
