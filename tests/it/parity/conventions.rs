//! Fifteen of the framework's models: all conventions count what the counters themselves say.

use serde_json::Value as Json;
use yolint::internals::analysis::{Analysis, Options, analyse};
use yolint::internals::cost::{Convention, units};
use yolint::internals::dialect::choose_scale;
use yolint::internals::{model, syntax};

use crate::common;

fn analysis(file: &str, scale: &str, convention: Convention) -> Analysis {
    let path = common::models().join(file);
    let text = std::fs::read_to_string(&path).expect("the wheel's YAML can be read");
    let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let model = model::read(&syntax::parse(&text).tree);
    let choice = choose_scale(&model, (!scale.is_empty()).then_some(scale), &stem);
    analyse(&model, choice.letter(), &Options { convention, ..Options::default() })
}

fn ops(file: &str, scale: &str, convention: Convention) -> Option<u128> {
    analysis(file, scale, convention).totals?.ops
}

/// What a counter said of a model; none where it stopped with an exception.
fn said(model: &Json, convention: Convention) -> Option<u128> {
    let total = match convention {
        Convention::Thop => &model["thop 0.1.1 (macs)"],
        Convention::Fvcore => &model["fvcore 0.1.5 (flops=macs)"]["total"],
        Convention::Ptflops => &model["ptflops 0.7.5 pytorch (macs)"],
        Convention::Formula => &model["textbook (flops)"]["total"],
        Convention::Ultralytics => panic!("the other tests of this folder hold {convention} against the framework"),
    };
    total.as_f64().map(|n| n as u128)
}

#[test]
fn totals_are_those_of_the_counters() {
    let golden = common::golden("conventions.json");
    let models = golden.as_object().expect("a mapping");
    assert_eq!(models.len(), 15);
    let mut wrong = Vec::new();
    for (name, model) in models {
        let (file, scale) = name.split_once('@').expect("FILE@SCALE");
        for &convention in Convention::ALL.iter().filter(|&&convention| convention != Convention::Ultralytics) {
            let (ours, theirs) = (ops(file, scale, convention), said(model, convention));
            if ours != theirs {
                wrong.push(format!("{convention} of {name}: {ours:?} is not {theirs:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The worked example of the documentation: the parts add up to the totals, which are the code's.
#[test]
fn the_documentation_works_the_example_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conventions.md");
    let doc = std::fs::read_to_string(path).expect("the documentation can be read");
    let mut columns = vec![0u128; Convention::ALL.len()];
    for line in doc.lines().skip_while(|line| !line.starts_with("| part |")).skip(2) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len() - 1, columns.len(), "a column for each convention: {line}");
        for ((cell, sum), &convention) in cells[1..].iter().zip(&mut columns).zip(Convention::ALL) {
            match cells[0] {
                "total" => {
                    assert_eq!(*cell, units::grouped(*sum), "the parts of {convention}");
                    assert_eq!(Some(*sum), ops("11/yolo11.yaml", "n", convention), "{convention}");
                }
                "shown as" => assert_eq!(*cell, units::ops(convention.displayed(*sum), convention.unit())),
                _ => *sum += cell.replace(',', "").parse::<u128>().expect("a number"),
            }
        }
        if cells[0] == "shown as" {
            return;
        }
    }
    panic!("the documentation has no example");
}
