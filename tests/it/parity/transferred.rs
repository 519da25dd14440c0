//! Pretrained weights: what edited files, and official models of each other, keep of an official model's, as the framework
//! counts it when it loads them.

use std::fs;

use serde_json::Value as Json;
use yolint::internals::analysis::{Options, analyse};
use yolint::internals::dialect::Dataset;
use yolint::internals::model::ReadFile;
use yolint::internals::python::Literal;
use yolint::internals::weights::{Base, StateDict};

use super::edited::edited;
use crate::common;

#[test]
fn as_many_items_are_transferred() {
    let golden = common::golden_text("transferred.jsonl");
    let official = |file: &str| fs::read_to_string(common::models().join(file)).expect("the wheel's YAML");
    let (mut count, mut wrong) = (0, Vec::new());
    for line in golden.lines() {
        let case: Json = serde_json::from_str(line).expect("a case");
        let text = |key: &str| case[key].as_str().expect("text").to_owned();
        let mut yaml = official(&text("file"));
        for edit in case["edits"].as_array().expect("edits") {
            yaml = edited(&yaml, edit);
        }
        let read = ReadFile::new(&*yaml);
        let mut dataset = Dataset { classes: case["nc"].as_i64(), ..Dataset::default() };
        if let Some(ch @ 1..) = read.model.get("ch").and_then(Literal::as_int) {
            dataset.channels = ch;
        }
        let options = Options { dataset, ..Options::default() };
        let scale = text("scale");
        let letter = match read.model.scales().next() {
            Some((first, ..)) if scale.is_empty() => first.to_owned(),
            _ => scale,
        };
        let Some(mine) = StateDict::of(&analyse(&read.model, &letter, &options)) else { continue };
        let base = text("base");
        let (file, scale) = base.split_once('@').expect("FILE@SCALE");
        let base = Base::of_file(file, ReadFile::new(&*official(file)), Some(scale)).expect("a model");
        let said = base.weighed(&mine, scale, &options).expect("an official model").transfer;
        count += 1;
        let ours = (said.transferred as u64, said.items as u64);
        let theirs = (case["transferred"].as_u64().unwrap_or_default(), case["items"].as_u64().unwrap_or_default());
        if ours != theirs {
            wrong.push(format!("{ours:?} is not {theirs:?}: {line}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 220, "{count} cases");
}
