//! Hover, wiring, symbols and the like at every place of files, whole and half-typed: they answer, and what they name
//! lies in the text.

use yolint::internals::check::Request;
use yolint::internals::ide::{
    ModelFile, definition, folds, hover, lenses, readers, references, row_at, selections, sources, symbols,
};
use yolint::internals::text::Span;

use crate::common;

/// Everything that is asked about a whole file.
fn ask_of_file(file: &ModelFile) {
    let fits = |span: Span| assert!(file.text().get(span.range()).is_some(), "{span:?} of {}", file.text());
    for symbol in symbols(file) {
        for symbol in std::iter::once(&symbol).chain(&symbol.children) {
            fits(symbol.span);
            assert!(symbol.span.contains_span(symbol.focus), "{symbol:?} of {}", file.text());
        }
    }
    for lens in lenses(file, "yolo11") {
        fits(Span::empty(lens.offset));
    }
    for fold in folds(file) {
        assert!(fold.first < fold.last && fold.last < file.lines().line_count(), "{fold:?} of {}", file.text());
    }
    // Each wire is found from both of its ends.
    let rows = 0..file.model.rows.len();
    let readers: usize = rows.clone().map(|i| readers(file, i).len()).sum();
    let sources: usize = rows.map(|i| sources(file, i).len()).sum();
    assert_eq!(readers, sources);
}

/// Everything that is asked about a place.
fn ask_at(file: &ModelFile, offset: u32) {
    let fits = |span: Span| assert!(file.text().get(span.range()).is_some(), "{span:?} at {offset} of {}", file.text());
    if let Some(hover) = hover(file, offset) {
        fits(hover.span);
        assert!(!hover.markdown.is_empty());
    }
    if let Some(definition) = definition(file, offset) {
        [definition.origin, definition.target, definition.focus].into_iter().for_each(fits);
        assert!(definition.target.contains_span(definition.focus), "{definition:?} of {}", file.text());
        assert!(references(file, offset, true).contains(&definition.focus));
    }
    let selections = selections(file, offset);
    assert!(selections.iter().all(|span| span.touches(offset)), "{selections:?} at {offset} of {}", file.text());
    assert!(selections.windows(2).all(|two| two[1].contains_span(two[0]) && two[0] != two[1]), "{selections:?}");
    row_at(file, offset);
}

fn places(text: &str) -> impl Iterator<Item = u32> {
    (0..=text.len()).filter(|&at| text.is_char_boundary(at)).map(|at| at as u32)
}

/// A text with what is unusual: aliases, merges, mappings in rows, rows that are no lists.
const UNUSUAL: &str = "\
# 🚀
nc: &n 3
base: &base {nc: 2, scales: {n: [1, 1, 9]}}
<<: *base
scales: {n: &small [1.0, 0.25, 1024], m: *small}
backbone: &rows
  - &first [-1, 1, Conv, [&c 64, 3, 2]] # 0
  - *first
  - [&f [-1, 0], 1, Concat, &one [1]]
  - [*f, 1, Concat, *one]
  - [{a: 1}, [2], {b: [3]}, {c: nc}]
  - nc
  - [-1, 1, nn.ReLU, [nc, [nc, [*c]]], more]
head: *rows
";

#[test]
fn at_every_place() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/yolo11-tiny.yaml");
    let example = std::fs::read_to_string(path).expect("an example");
    for text in [&example, &example.replace('\n', "\r\n"), UNUSUAL] {
        let file = ModelFile::read(text, &Request::default(), true).expect("it is known to be one");
        ask_of_file(&file);
        places(text).for_each(|offset| ask_at(&file, offset));
        assert_eq!(hover(&file, u32::MAX), None);
    }
}

#[test]
fn while_it_is_typed() {
    for end in places(UNUSUAL) {
        let file = ModelFile::read(&UNUSUAL[..end as usize], &Request::default(), true);
        let file = file.expect("it is known to be one");
        ask_of_file(&file);
        for back in [0, 1, 5, 30] {
            ask_at(&file, end.saturating_sub(back));
        }
    }
}

#[test]
fn of_the_framework_s_models() {
    for path in common::model_files() {
        let text = std::fs::read_to_string(&path).expect("the wheel's YAML can be read");
        let file = ModelFile::read(&text, &Request::default(), false).expect("a model file");
        ask_of_file(&file);
        for row in &file.model.rows {
            ask_at(&file, row.span.start + 1);
        }
    }
}
