//! Small models compared: which rows are matched, and what of them differs.

use super::{Diff, RowStatus, Side, diff};
use crate::analysis::{Options, analyse};
use crate::model;
use crate::syntax;

fn compared(a: &str, b: &str) -> Diff {
    let [a, b] = [a, b].map(|text| {
        let model = model::read(&syntax::parse(text).tree);
        let analysis = analyse(&model, "", &Options::default());
        (model, analysis)
    });
    diff(Side { model: &a.0, analysis: &a.1 }, Side { model: &b.0, analysis: &b.1 })
}

/// A model of rows: those of `backbone`, one a line.
fn model(rows: &str) -> String {
    let rows: String = rows.lines().map(|row| format!("  - {row}\n")).collect();
    format!("nc: 3\nbackbone:\n{rows}")
}

/// A line for each row that isn't the same: `~ 3 4 from`.
fn differing(a: &str, b: &str) -> String {
    let rows = compared(&model(a), &model(b)).rows;
    let lines = rows.iter().filter(|row| row.status != RowStatus::Same).map(|row| {
        let index = |side: &Option<super::RowSide>| side.as_ref().map_or("-".to_owned(), |side| side.index.to_string());
        let cells: Vec<&str> = row.cells.iter().map(|cell| cell.name()).collect();
        format!("{} {} {} {}", row.status.name(), index(&row.a), index(&row.b), cells.join(" "))
    });
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join(", ")
}

const CHAIN: &str = "\
[-1, 1, Conv, [16, 3, 2]]
[-1, 1, Conv, [16, 3, 1]]
[-1, 1, nn.Identity, []]
[-1, 1, nn.Identity, []]
[-1, 1, Conv, [16, 1, 1]]
[[-1, 1], 1, Concat, [1]]";

#[test]
fn indices_that_shift_are_no_change() {
    let longer = CHAIN.replacen("[-1, 1, Conv, [16, 3, 1]]", "[-1, 1, Conv, [16, 5, 1]]\n[-1, 1, Conv, [16, 3, 1]]", 1);
    assert_eq!(differing(CHAIN, &longer.replace("[[-1, 1]", "[[-1, 2]")), "added - 1");
    // The index is the same, so another row is read.
    assert_eq!(differing(CHAIN, &longer), "added - 1, changed 5 6 from");
}

#[test]
fn rewiring_is_a_change() {
    assert_eq!(differing(CHAIN, &CHAIN.replace("[[-1, 1]", "[[-1, 0]")), "changed 5 5 from");
    assert_eq!(differing(CHAIN, &CHAIN.replace("[[-1, 1]", "[[-1, 1, 1]")), "changed 5 5 from");
    // Other words for the same row.
    assert_eq!(differing(CHAIN, &CHAIN.replace("[[-1, 1]", "[[4, -4]")), "");
    // A row reads the one above, which is a side branch now.
    let branch = CHAIN.replacen("[-1, 1, Conv, [16, 1, 1]]", "[0, 1, SPPF, [16, 5]]\n[-1, 1, Conv, [16, 1, 1]]", 1);
    assert_eq!(differing(CHAIN, &branch), "added - 4, changed 4 5 from");
}

#[test]
fn of_rows_that_are_alike_the_one_went_that_makes_no_other_change() {
    let gone = CHAIN.replacen("[-1, 1, nn.Identity, []]\n", "", 1);
    let reads = |rows: &str, index: usize| rows.replace("[[-1, 1]", &format!("[[-1, {index}]"));
    // Row 2 is read, and when it is gone what it read.
    assert_eq!(differing(&reads(CHAIN, 2), &reads(&gone, 1)), "removed 2 -");
    assert_eq!(differing(&reads(CHAIN, 2), &reads(&gone, 2)), "removed 3 -");
    assert_eq!(differing(&reads(&gone, 1), &reads(CHAIN, 2)), "added - 2");
}

#[test]
fn a_module_that_is_replaced_is_one_row() {
    let replaced = CHAIN.replacen("Conv, [16, 3, 1]", "GhostConv, [16, 3, 1]", 1);
    assert_eq!(differing(CHAIN, &replaced), "changed 1 1 module");
    // But a row of another kind is another row.
    let other = CHAIN.replacen("Conv, [16, 3, 1]", "nn.MaxPool2d, [3, 1, 1]", 1);
    assert_eq!(differing(CHAIN, &other), "removed 1 -, added - 1");
}

#[test]
fn the_header_is_compared_entry_by_entry() {
    let rows = "backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n";
    let a = format!("nc: 3\nscales:\n  n: [1.0, 0.5, 64]\n  s: [1.0, 1.0, 64]\nx: .nan\n{rows}");
    let b =
        format!("scales:\n  n: [1.0, 0.25, 64]\n  s: [1.0, 1.0, 64]\nactivation: nn.ReLU()\nnc: '3'\nx: .nan\n{rows}");
    let entries: Vec<String> = compared(&a, &b)
        .header
        .iter()
        .map(|entry| {
            let [was, is] = [&entry.a, &entry.b].map(|value| value.as_ref().map_or("-".to_owned(), |v| v.to_string()));
            format!("{}: {was} {is}", entry.name)
        })
        .collect();
    assert_eq!(entries, ["nc: 3 '3'", "scales.n: [1.0, 0.5, 64] [1.0, 0.25, 64]", "activation: - 'nn.ReLU()'"]);
}

/// Parameters of `Conv(3, 16, 3)` and `Conv(16, 16, 1)` by torch: 432 + 32 and 256 + 32.
#[test]
fn unknown_figures_have_no_difference() {
    let diff =
        compared(&model("[-1, 1, Conv, [16, 3, 2]]\n[-1, 1, Conv, [16, 1, 1]]"), &model("[-1, 1, Cnov, [16, 3, 2]]"));
    let [known, unknown] =
        [diff.totals.params, diff.sections[0].params].map(|change| (change.a, change.b, change.delta()));
    assert_eq!(known, (Some(464 + 288), None, None));
    assert_eq!(unknown, known);
    let why =
        diff.unknown().map(|row| row.and_then(|row| row.why.as_ref()).map(|why| why.english()).unwrap_or_default());
    assert!(why[0].is_empty() && why[1].starts_with("unknown-module"), "{why:?}");
}

#[test]
fn files_without_rows() {
    let diff = compared("nc: 3\n", &model("[-1, 1, Conv, [16, 3, 2]]"));
    assert_eq!(diff.rows.iter().map(|row| row.status).collect::<Vec<_>>(), [RowStatus::Added]);
    assert!(!compared("", "").differs());
}
