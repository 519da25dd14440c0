//! From text to `Analysis`: one model, all models of the framework, and the cost of a row in short and long files.
//!
//! `benches/README.md` says how each is measured and what was measured.

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/common/mod.rs"]
mod common;

use std::fs;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mimalloc::MiMalloc;
use yolint::internals::analysis::{Analysis, Options, analyse};
use yolint::internals::{model, syntax};

/// The program's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    divan::main();
}

fn analysis(text: &str, scale: &str) -> Analysis {
    let parse = syntax::parse(text);
    let model = model::read(&parse.tree);
    analyse(&model, scale, &Options::default())
}

fn yolo11() -> String {
    fs::read_to_string(common::models().join("11/yolo11.yaml")).expect("the wheel's YAML can be read")
}

#[divan::bench]
fn yolo11n(bencher: Bencher<'_, '_>) {
    let text = yolo11();
    bencher.bench(|| analysis(black_box(&text), "n"));
}

#[divan::bench]
fn yolo11n_parse_only(bencher: Bencher<'_, '_>) {
    let text = yolo11();
    bencher.bench(|| syntax::parse(black_box(&text)).errors.len());
}

#[divan::bench(sample_count = 20)]
fn all_246_pairs(bencher: Bencher<'_, '_>) {
    let golden = common::golden("ultralytics-8.4.190.json");
    let pairs: Vec<(String, String)> = golden
        .as_object()
        .expect("a mapping")
        .keys()
        .map(|key| {
            let (file, scale) = key.split_once('@').expect("FILE@SCALE");
            (fs::read_to_string(common::models().join(file)).expect("the wheel's YAML"), scale.to_owned())
        })
        .collect();
    bencher.bench(|| {
        for (text, scale) in &pairs {
            black_box(analysis(text, scale));
        }
    });
}

/// A file of `rows` convolutions; the time is given by row.
#[divan::bench(args = [100, 1_000, 10_000])]
fn rows(bencher: Bencher<'_, '_>, rows: usize) {
    let mut text = "nc: 3\nbackbone:\n".to_owned();
    for i in 0..rows {
        text += if i % 10 == 9 {
            "  - [[-1, -3], 1, Concat, [1]] # joined\n"
        } else {
            "  - [-1, 1, Conv, [16, 3, 1]] # row\n"
        };
    }
    text += "head:\n  - [-1, 1, Classify, [nc]]\n";
    bencher.counter(ItemsCount::new(rows)).bench(|| analysis(black_box(&text), ""));
}
