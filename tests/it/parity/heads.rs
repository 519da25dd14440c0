//! Edits of whole heads: what comes out costs what the official files with those levels cost, at every scale.

use std::fs;

use yolint::internals::analysis::{Options, analyse, at_every_scale};
use yolint::internals::heads::{self, HeadEdit};
use yolint::internals::model::ReadFile;

use crate::common;

#[test]
fn edited_heads_cost_what_the_official_ones_do() {
    for (base, edit, official) in [
        ("v8/yolov8.yaml", HeadEdit::AddP2, "v8/yolov8-p2.yaml"),
        ("v8/yolov8-ghost.yaml", HeadEdit::AddP2, "v8/yolov8-ghost-p2.yaml"),
        ("26/yolo26.yaml", HeadEdit::AddP2, "26/yolo26-p2.yaml"),
        ("v8/yolov8-ghost.yaml", HeadEdit::AddP6, "v8/yolov8-ghost-p6.yaml"),
        ("26/yolo26.yaml", HeadEdit::AddP6, "26/yolo26-p6.yaml"),
        ("v5/yolov5.yaml", HeadEdit::AddP6, "v5/yolov5-p6.yaml"),
    ] {
        let read = |file: &str| {
            ReadFile::new(&*fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read"))
        };
        let (base, official) = (read(base), read(official));
        let text = heads::edit(&base, &analyse(&base.model, "n", &Options::default()), edit).expect("an edited head");
        let edited = ReadFile::new(&*text);
        let totals = |file: &ReadFile| {
            let all = at_every_scale(&file.model, "n", &Options::default());
            all.into_iter().map(|analysis| (analysis.scale.clone(), analysis.totals)).collect::<Vec<_>>()
        };
        assert_eq!(totals(&edited), totals(&official), "{edit:?}");
    }
}

#[test]
fn levels_of_the_official_detection_models_can_be_dropped() {
    for file in
        ["11/yolo11.yaml", "12/yolo12.yaml", "v8/yolov8.yaml", "v5/yolov5.yaml", "26/yolo26.yaml", "11/yolo11-seg.yaml"]
    {
        let text = fs::read_to_string(common::models().join(file)).expect("the wheel's YAML can be read");
        let read = ReadFile::new(&*text);
        let analysis = analyse(&read.model, "n", &Options::default());
        for edit in [HeadEdit::DropP5, HeadEdit::DropP3, HeadEdit::OnlyP3] {
            // `edit` itself makes sure that what comes out is built and run, and has the strides that are meant.
            let edited = heads::edit(&read, &analysis, edit).unwrap_or_else(|why| panic!("{file}: {edit:?}: {why:?}"));
            assert!(edited.len() < text.len(), "{file}: {edit:?}");
        }
        assert!(heads::edit(&read, &analysis, HeadEdit::AddP6).is_ok(), "{file}");
    }
    let read = ReadFile::new("backbone:\n  - [-1, 1, Conv, [8, 3, 2]]\nhead:\n  - [-1, 1, Classify, [3]]\n");
    let analysis = analyse(&read.model, "", &Options::default());
    let why = heads::edit(&read, &analysis, HeadEdit::AddP2).expect_err("no levels");
    assert_eq!(why.english(), "that isn't for a head that reads maps of stride 2");
}
