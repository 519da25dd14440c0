//! Hints of all the framework's model YAMLs: they say what the framework says, and an editor shows them whole.

use serde_json::Value as Json;
use yolint::internals::check::Request;
use yolint::internals::config::Parts;
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::{Hint, MAX_LABEL, hints};
use yolint::internals::text::Span;

use crate::common;

/// The first tensor of an output as the golden data nests it, without its batch dimension: `16×320×320`.
fn first_tensor(output: &Json) -> String {
    let items = output.as_array().expect("a list");
    match items[0].as_array() {
        Some(_) => first_tensor(&items[0]),
        None => items[1..].iter().map(Json::to_string).collect::<Vec<_>>().join("×"),
    }
}

/// A label's number, without its unit.
fn number(text: &str) -> f64 {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let factor = match text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start().chars().next() {
        Some('k') => 1e3,
        Some('M') => 1e6,
        Some('G') => 1e9,
        _ => 1.0,
    };
    digits.parse::<f64>().expect("a number") * factor
}

/// Whether a number is the other one, written with three significant digits and at most three decimals.
fn is_rounded(shown: f64, exact: f64) -> bool {
    (shown - exact).abs() <= exact * 0.005 || (exact >= 1e7 && (shown - exact).abs() <= 0.000_501e9)
}

#[test]
fn labels_are_whole_and_true() {
    let (golden, models) = (common::golden("ultralytics-8.4.190.json"), common::models());
    for (key, said) in golden.as_object().expect("a mapping") {
        let rows = said["rows"].as_array().expect("rows");
        let (name, scale) = key.split_once('@').expect("FILE@SCALE");
        let text = std::fs::read_to_string(models.join(name)).expect("the wheel's YAML can be read");
        let scale = (!scale.is_empty()).then(|| scale.to_owned());
        let file = ModelFile::read(&text, &Request { scale, ..Request::default() }, false).expect("a model file");
        let all = hints(&file, Span::new(0, u32::MAX), Parts::default());
        for Hint { label, .. } in &all {
            assert!(label.chars().count() <= MAX_LABEL, "{key}: {label}");
        }
        let first_row = file.model.rows[0].span.start;
        let of_rows: Vec<&Hint> = all.iter().filter(|hint| hint.offset >= first_row).collect();
        assert_eq!(of_rows.len(), rows.len(), "{key}");
        for (hint, row) in of_rows.iter().zip(rows) {
            let mut parts = hint.label.split(" · ");
            // Of several tensors the first stands there, and how many more there are: `64×160×160 +2`.
            let shape = parts.next().and_then(|part| part.split(" +").next());
            assert_eq!(shape, Some(first_tensor(&row["output"]).as_str()), "{key}: {}", hint.label);
            for (name, exact) in [("params", row["params"].as_f64()), ("FLOPs", row["ops"].as_f64().map(|n| 2.0 * n))] {
                let exact = exact.expect("a number");
                let shown = if exact == 0.0 { 0.0 } else { number(parts.next().unwrap_or("0")) };
                assert!(is_rounded(shown, exact), "{key}: {name} of {} is {exact}", hint.label);
            }
            assert_eq!(parts.next(), None, "{key}: {}", hint.label);
        }
    }
}

/// While a file is typed, from its first character to its last.
#[test]
fn hints_of_half_typed_files() {
    for name in ["yolo11-tiny.yaml", "yolo11-parts-seg.yaml"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let text = std::fs::read_to_string(path).expect("the example can be read");
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            let typed = &text[..end];
            let file = ModelFile::read(typed, &Request::default(), true).expect("known to be a model file");
            for hint in hints(&file, Span::new(0, u32::MAX), Parts::default()) {
                assert!(typed.is_char_boundary(hint.offset as usize), "{hint:?} in\n{typed}");
                assert!((1..=MAX_LABEL).contains(&hint.label.chars().count()), "{hint:?} in\n{typed}");
            }
        }
    }
}

/// The rows that the README shows are those of an example, with the hints that they have there.
#[test]
fn the_readme_shows_real_hints() {
    let example = include_str!("../../../examples/yolo11-tiny.yaml");
    let file = ModelFile::read(example, &Request::default(), false).expect("a model file");
    let all = hints(&file, Span::new(0, u32::MAX), Parts::default());
    let real: Vec<(&str, &str)> = all
        .iter()
        .map(|hint| (example[..hint.offset as usize].lines().last().unwrap_or_default(), hint.label.as_str()))
        .collect();
    let readme = include_str!("../../../README.md");
    let shown: Vec<(&str, &str)> = readme
        .lines()
        .filter(|l| l.starts_with("  - [") && l.contains(" · "))
        .map(|l| l.rsplit_once("   ").expect("a hint"))
        .collect();
    assert_eq!(shown.len(), 2);
    for (row, label) in shown {
        assert!(real.contains(&(row.trim_end(), label)), "{row} {label}");
    }
}
