//! From text to `Analysis` by a framework's own source: YOLO11n through a release of Ultralytics.
//!
//! `benches/README.md` says how each is measured and what was measured.

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/common/mod.rs"]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use divan::{Bencher, black_box};
use mimalloc::MiMalloc;
use yolint::internals::analysis::{Analysis, Options, analyse};
use yolint::internals::dialect::SourceDialect;
use yolint::internals::project::{Files, ImportPath};
use yolint::internals::{model, syntax};

/// The program's own.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    divan::main();
}

/// A model file, and the framework beside it.
struct Case {
    text: String,
    root: PathBuf,
    entry: &'static str,
}

impl Case {
    fn yolo11() -> Case {
        let root = common::unpacked("ultralytics==8.3.163");
        let text = read(&root.join("ultralytics/cfg/models/11/yolo11.yaml"));
        Case { text, root, entry: "ultralytics.nn.tasks" }
    }

    fn options(&self) -> Options {
        let sources = ImportPath::new(Arc::new(Files::default()), std::slice::from_ref(&self.root));
        let dialect = SourceDialect::new(Arc::new(sources), self.entry);
        Options { dialect: Arc::new(dialect), ..Options::default() }
    }

    fn analysis(&self, options: &Options, scale: &str) -> Analysis {
        let parse = syntax::parse(black_box(&self.text));
        let analysis = analyse(&model::read(&parse.tree), scale, options);
        assert!(analysis.totals.is_some(), "the model is known as a whole");
        analysis
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the framework's YAML can be read")
}

/// One scale, by files that were read and parsed before.
#[divan::bench]
fn yolo11n(bencher: Bencher<'_, '_>) {
    let case = Case::yolo11();
    let options = case.options();
    case.analysis(&options, "s");
    bencher.bench(|| case.analysis(&options, "n"));
}

/// One scale, by files that nobody has read.
#[divan::bench]
fn yolo11n_from_the_disk(bencher: Bencher<'_, '_>) {
    let case = Case::yolo11();
    bencher.bench(|| case.analysis(&case.options(), "n"));
}

/// A small framework of our own, whose files have no scales.
fn small() -> Case {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/own");
    Case { text: read(&root.join("nets/window.yaml")), root, entry: "models.yolo" }
}

#[divan::bench]
fn small_framework(bencher: Bencher<'_, '_>) {
    let case = small();
    let options = case.options();
    case.analysis(&options, "");
    bencher.bench(|| case.analysis(&options, ""));
}

#[divan::bench]
fn small_framework_from_the_disk(bencher: Bencher<'_, '_>) {
    let case = small();
    bencher.bench(|| case.analysis(&case.options(), ""));
}
