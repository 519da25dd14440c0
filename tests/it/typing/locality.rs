//! Damage is local, and unknown is said: while a row is typed, every row that doesn't read it keeps its figures, and the
//! rows that do are silent.

use std::collections::HashSet;

use yolint::internals::analysis::{Analysis, Options, Status, analyse};
use yolint::internals::check::{self, Request};
use yolint::internals::model::Source;
use yolint::internals::{model, syntax};

const EXAMPLES: [&str; 3] = [
    include_str!("../../../examples/yolo11-tiny.yaml"),
    include_str!("../../../examples/yolo11-parts-seg.yaml"),
    include_str!("../../../examples/leaf-classify.yaml"),
];

fn analysis(text: &str) -> Analysis {
    let model = model::read(&syntax::parse(text).tree);
    let scale = model.scales().map(|(letter, ..)| letter).next().unwrap_or_default();
    analyse(&model, scale, &Options::default())
}

/// The rows that read a row, directly or through others, and the row itself.
fn downstream(analysis: &Analysis, row: usize) -> HashSet<usize> {
    let mut reached = HashSet::from([row]);
    for (i, other) in analysis.rows.iter().enumerate() {
        if other.from.iter().any(|source| matches!(source, Source::Row(j) if reached.contains(j))) {
            reached.insert(i);
        }
    }
    reached
}

/// Each row of each example, typed character by character.
#[test]
fn a_half_typed_row_leaves_the_others_as_they_were() {
    for text in EXAMPLES {
        let whole = analysis(text);
        let parse = syntax::parse(text);
        let model = model::read(&parse.tree);
        for (i, row) in model.rows.iter().enumerate() {
            let touched = downstream(&whole, i);
            let row_text = &text[row.span.range()];
            for (typed, _) in row_text.char_indices().skip(1) {
                let end = row.span.start as usize + typed;
                let now = analysis(&(text[..end].to_owned() + &text[row.span.end as usize..]));
                assert_eq!(now.rows.len(), whole.rows.len(), "row {i} typed as {:?}", &row_text[..typed]);
                for (j, (before, after)) in whole.rows.iter().zip(&now.rows).enumerate() {
                    if touched.contains(&j) {
                        continue;
                    }
                    let figures =
                        |row: &yolint::internals::analysis::RowAnalysis| (row.params, row.ops, row.output.clone());
                    assert_eq!(figures(after), figures(before), "row {j}, row {i} typed as {:?}", &row_text[..typed]);
                }
            }
        }
    }
}

#[test]
fn rows_that_read_an_unknown_row_are_silent() {
    let text = EXAMPLES[0].replace("[-1, 1, SCDown, [128, 3, 2]]", "[-1, 1, SCDwon, [128, 3, 2]]");
    let parse = syntax::parse(&text);
    let model = model::read(&parse.tree);
    let analysis = analyse(&model, "n", &Options::default());
    let found = check::check(&text, &Request::default());
    let found = found.iter().map(|finding| &finding.diagnostic);
    let said: Vec<_> = found.map(|d| (d.row, d.rule, d.message.english())).collect();
    assert_eq!(said, [(Some(3), "unknown-module", "Unknown module `SCDwon`; did you mean `SCDown`?".to_owned())]);
    assert_eq!(analysis.rows[2].params, Some(1976));
    for row in &analysis.rows[4..] {
        assert!(matches!(row.status, Status::BlockedBy(_)), "{:?}", row.status);
        assert_eq!((row.params, row.ops, &row.output), (None, None, &None));
    }
    assert_eq!(analysis.totals, None);
}
