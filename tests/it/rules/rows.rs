//! Rules on the framework's own model YAMLs: what they say there is true, and hardly anything.

use std::path::Path;

use serde_json::Value as Json;
use yolint::internals::analysis::{Options, RowAnalysis, Totals, analyse};
use yolint::internals::check::{self, Request};
use yolint::internals::cost::Convention;
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::{lighter, rows};
use yolint::internals::model::{self, Model};
use yolint::internals::rules::Severity;
use yolint::internals::{dialect, syntax};

use crate::common::{golden, model_files, models};

fn read(text: &str) -> Model {
    model::read(&syntax::parse(text).tree)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What `image-size` rounds to: strides as the framework measured them.
#[test]
fn strides_are_those_of_the_framework() {
    let golden = golden("ultralytics-8.4.190.json");
    for (key, said) in golden.as_object().expect("a mapping") {
        let (file, scale) = key.split_once('@').expect("FILE@SCALE");
        let text = std::fs::read_to_string(models().join(file)).expect("the wheel's YAML can be read");
        let largest = said["stride"].as_array().into_iter().flatten().filter_map(Json::as_f64).fold(32.0, f64::max);
        assert_eq!(
            dialect::builtin().image_multiple(&read(&text), scale, &dialect::Dataset::default()),
            Some(largest as i64),
            "{key}"
        );
    }
}

#[test]
fn no_warning_but_true_ones() {
    let mut found = Vec::new();
    for path in model_files() {
        let text = std::fs::read_to_string(&path).expect("the wheel's YAML can be read");
        let request = Request { stem: stem(&path), ..Request::default() };
        for finding in check::check(&text, &request) {
            let rule = finding.diagnostic.rule;
            let is_of_a_row = [
                "channels-rounded",
                "dominant-layer",
                "image-size",
                "no-effect",
                "scale-not-selectable",
                "version-drift",
            ];
            if is_of_a_row.contains(&rule) {
                assert!(finding.diagnostic.severity != Severity::Error);
                found.push(format!("{}: {rule}: {}", stem(&path), finding.message().english()));
            }
        }
    }
    assert_eq!(found, ["yolov9m: channels-rounded: 180 channels are rounded up to a multiple of 8: 184 at scale m"]);
}

/// What an offer announces is what the whole model has less once its edits are applied; and nothing else changes.
#[test]
fn lighter_rows_save_what_is_announced() {
    let mut count = 0;
    for (path, convention) in model_files().into_iter().zip(Convention::ALL.iter().cycle()) {
        let mut text = std::fs::read_to_string(&path).expect("the wheel's YAML can be read");
        if path.to_string_lossy().len() % 3 == 0 {
            // An activation with a parameter of its own, which all convolutions share.
            text.insert_str(0, "activation: nn.PReLU()\n");
        }
        let options = Options { convention: *convention, ..Options::default() };
        let request = Request { stem: stem(&path), options: options.clone(), ..Request::default() };
        let file = ModelFile::read(&text, &request, true).expect("a model file");
        let totals =
            |analysis: &yolint::internals::analysis::Analysis| -> Totals { analysis.totals.clone().expect("totals") };
        let before = totals(file.at_active_scale());
        for i in 0..file.model.rows.len() {
            for offer in lighter::offers(&file, i) {
                count += 1;
                // Each file has many; any seventh will do.
                if count % 7 != 0 {
                    continue;
                }
                let after = rows::apply(&text, &offer.edits);
                let analysed = analyse(&read(&after), file.choice().letter(), &options);
                let after = totals(&analysed);
                assert!(
                    before.ops >= after.ops && before.params >= after.params,
                    "{} {convention} {i} {offer:?} {before:?} {after:?}",
                    path.display()
                );
                let saved = (before.params - after.params, before.ops.zip(after.ops).map(|(b, a)| b - a));
                assert_eq!(
                    saved,
                    (offer.saving.params, Some(offer.saving.ops)),
                    "{} row {i}: {offer:?}",
                    path.display()
                );
                let output = |rows: &[RowAnalysis]| rows.last().map(|row| row.output.clone());
                assert_eq!(output(&file.at_active_scale().rows), output(&analysed.rows));
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// The rows that `dominant-layer` finds in a file where a share is set.
#[test]
fn the_share_of_a_dominant_layer_can_be_set() {
    let path = models().join("11/yolo11.yaml");
    let text = std::fs::read_to_string(path).expect("the wheel's YAML can be read");
    let rows = |share: Option<f64>| -> Vec<Option<usize>> {
        let mut request = Request { stem: "yolo11n".to_owned(), ..Request::default() };
        request.lint.dominant_share = share;
        let found = check::check(&text, &request).into_iter().map(|finding| finding.diagnostic);
        found.filter(|d| d.rule == "dominant-layer").map(|d| d.row).collect()
    };
    assert_eq!(rows(None), []);
    // The head holds 1.90 of 6.67 GFLOPs, and 465k of 2.62M parameters.
    assert_eq!(rows(Some(0.16)), [Some(23), Some(23)]);
}
