//! All 246 pairs as they are deployed: what `model.fuse(); model.info()` prints, and the parameters and operations of rows.

use std::fs;

use serde_json::json;
use yolint::internals::analysis::{Options, analyse};
use yolint::internals::{model, syntax};

use crate::common;

#[test]
fn fused_figures_are_the_frameworks() {
    let golden = common::golden("fused.json");
    let pairs = golden.as_object().expect("a mapping");
    assert_eq!(pairs.len(), 246);
    let mut wrong = Vec::new();
    for (pair, said) in pairs {
        let (file, scale) = pair.split_once('@').expect("FILE@SCALE");
        let text = fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
        let model = model::read(&syntax::parse(&text).tree);
        let analysis = analyse(&model, scale, &Options { fused: true, ..Options::default() });
        let totals = analysis.totals.as_ref().expect("totals");
        let gflops = analysis.summary_gflops(&model, analysis.imgsz).unwrap_or_default();
        let params: Vec<Option<u64>> = analysis.rows.iter().map(|row| row.params).collect();
        let ops: Vec<Option<u128>> = analysis.rows.iter().map(|row| row.ops).collect();
        let checks = [
            ("layers", json!(totals.layers), &said[0]),
            ("params", json!(totals.params), &said[1]),
            ("gradients", json!(totals.trainable), &said[2]),
            ("params of rows", json!(params), &said[5]),
            ("ops of rows", json!(ops), &said[6]),
        ];
        wrong.extend(
            checks
                .iter()
                .filter(|(_, ours, theirs)| ours != *theirs)
                .map(|(what, ours, theirs)| format!("{pair}: {what}: {ours} is not {theirs}")),
        );
        let theirs = said[3].as_f64().unwrap_or_default();
        if (gflops - theirs).abs() > 1e-5 {
            wrong.push(format!("{pair}: {gflops} GFLOPs are not {theirs}"));
        }
        let printed = said[4].as_str().unwrap_or_default();
        if !printed.contains("(fused)") {
            wrong.push(format!("{pair}: {printed}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
