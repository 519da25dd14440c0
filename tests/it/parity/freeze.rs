//! `freeze=N`: how many elements are trained, of official models at their smallest scale.

use std::fs;

use yolint::internals::analysis::{Options, analyse};
use yolint::internals::{model, syntax};

use crate::common;

#[test]
fn as_many_parameters_are_trained() {
    let golden = common::golden("freeze.json");
    let pairs = golden.as_object().expect("a mapping");
    assert!(pairs.len() > 50, "{} pairs", pairs.len());
    let mut wrong = Vec::new();
    for (pair, said) in pairs {
        let (file, scale) = pair.split_once('@').expect("FILE@SCALE");
        let text = fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
        let analysis = analyse(&model::read(&syntax::parse(&text).tree), scale, &Options::default());
        for (rows, said) in said.as_object().expect("a mapping") {
            let freeze = analysis.freeze(rows.parse().expect("a number")).expect("a model");
            if said.as_u64() != Some(freeze.trained) {
                wrong.push(format!("{pair}, freeze={rows}: {} is not {said}", freeze.trained));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
