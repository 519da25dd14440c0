//! All 246 pairs: the names and shapes of a model's `state_dict`, in torch's order.

use std::fs;

use yolint::internals::analysis::{Options, analyse};
use yolint::internals::torch::Shape;
use yolint::internals::{model, syntax};

use crate::common;

/// A line for each entry, as `tests/oracle/state_dicts.py` writes them.
fn entries(file: &str, scale: &str) -> Vec<String> {
    let text = fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
    let trace = analyse(&model::read(&syntax::parse(&text).tree), scale, &Options::default()).trace;
    let line = |(name, shape): (String, Shape)| {
        let sizes: Vec<String> = shape.dims().iter().map(i64::to_string).collect();
        format!("model.{name} {}\n", sizes.join(","))
    };
    trace.modules.state_dict(trace.root).into_iter().map(line).collect()
}

/// FNV-1a, 64 bits.
fn hash(lines: &[String]) -> String {
    let bytes = lines.iter().flat_map(|line| line.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[test]
fn state_dicts_are_the_frameworks() {
    let golden = common::golden("state_dicts.json");
    let pairs = golden.as_object().expect("a mapping");
    assert_eq!(pairs.len(), 246);
    let mut wrong = Vec::new();
    for (pair, said) in pairs {
        let (file, scale) = pair.split_once('@').expect("FILE@SCALE");
        let entries = entries(file, scale);
        if said[0] != entries.len() || said[1] != hash(&entries) {
            wrong.push(format!("{pair}: {} entries, torch has {}", entries.len(), said[0]));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
