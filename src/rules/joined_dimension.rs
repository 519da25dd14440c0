//! Shared with `invalid-value`: rows of `Concat` that join another dimension than the channels.

use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::{Analysis, Status};
use crate::model::{Cell, Source};
use crate::words::message;

/// The dimensions of a batch of maps, from the first and from the last, that are the channels.
const CHANNELS: [i64; 2] = [1, -3];

/// The cell of a row of `Concat` that names another dimension.
fn cell<'a>(file: &'a File<'_>, row: usize) -> Option<&'a Cell> {
    let written = file.model.rows.get(row).filter(|row| row.module_name() == Some("Concat"))?;
    let dimension = written.args()?.items.first()?;
    dimension.value.as_int().filter(|dimension| !CHANNELS.contains(dimension)).map(|_| dimension)
}

/// Whether a row fails because it is such a row, or reads one.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    let is_such = |source: &Source| matches!(*source, Source::Row(above) if cell(file, above).is_some());
    cell(file, row).is_some() || analysis.rows[row].from.iter().any(is_such)
}

/// The finding on all of them, where one keeps a row from running.
pub(super) fn finding(rule: &Rule, file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let fails = |row: &usize| matches!(analysis.rows[*row].status, Status::Fault(_)) && explains(file, analysis, *row);
    let failed = (0..analysis.rows.len()).find(fails)?;
    let mut cells = (0..analysis.rows.len()).filter_map(|row| Some((row, cell(file, row)?)));
    let (row, first) = cells.next()?;
    let message = message!("joins-other-dimension", dimension = first.span.text(file.text()));
    let mut found = rule.at(first.span, message).of_row(row);
    let mut edits = vec![(first.span, "1".to_owned())];
    for (row, cell) in cells {
        found = found.related(file.at(cell.span), message!("finding-row-too", row));
        edits.push((cell.span, "1".to_owned()));
    }
    if failed != row {
        found = found.related(file.at(file.model.rows[failed].span), message!("this-row-fails"));
    }
    Some(found.fix(Fix::of(message!("write", text = "1"), edits)))
}
