//! `dead-layer`: a row whose output nobody reads.

use super::trial::Trial;
use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, Status};
use crate::model::{Source, comments, from};
use crate::rewrite::Change;

rule! {
    /// Nobody reads what the row returns.
    ///
    /// ## What it does
    /// Reports a row that isn't the last one and that no row reads: not the next one by its -1, and none below by its
    /// index. Rows that only such a row reads are named beside it. Where a row isn't finished, its module isn't known or
    /// its `from` is wrong, nothing is reported: who reads what isn't known then.
    ///
    /// ## Why is this bad?
    /// The row is built, trained and run for nothing. Often another row was meant to read it, and the model is wired
    /// wrongly without any error.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 1]]
    ///   - [0, 1, Conv, [64, 3, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 1]]
    ///   - [-1, 1, Conv, [64, 3, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// Deleting the row changes no other row's output, but the row may have been meant to be read.
    "dead-layer", Warning, File(check)
}

/// The most rows for which the fix is worked out.
const MAX_FIXED: usize = 4;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some((analysis, readers)) = file.analyses.first().and_then(|a| Some((a, readers(file, a)?))) else {
        return Vec::new();
    };
    let last = readers.len().saturating_sub(1);
    // For each row the row whose death it shares, from the bottom up.
    let mut ends: Vec<Option<usize>> = vec![None; readers.len()];
    for i in (0..last).rev() {
        ends[i] = match readers[i].last() {
            None => Some(i),
            Some(&reader) => ends[reader].filter(|_| readers[i].iter().all(|&reader| ends[reader].is_some())),
        };
    }
    // What is wrong with a row itself comes first.
    let is_sound = |i: usize| file.analyses.iter().all(|analysis| !matches!(analysis.rows[i].status, Status::Fault(_)));
    let dead: Vec<usize> = (0..last).filter(|&i| ends[i] == Some(i) && is_sound(i)).collect();
    // Where one row makes several layers, indices aren't positions.
    let has_ranges = || comments::index_claims(file).iter().flatten().any(|claim| claim.is_range);
    if dead.is_empty() || has_ranges() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> = dead.into_iter().map(|i| finding(file, &readers, &ends, i)).collect();
    for diagnostic in found.iter_mut().take(MAX_FIXED) {
        let trial = Trial::new(file, file.analyses, analysis);
        let Some((trial, row)) = trial.zip(diagnostic.row) else { break };
        diagnostic.fixes.extend(trial.change(row, Change::Delete(row), "", format!("delete row {row}")));
    }
    found
}

fn finding(file: &File<'_>, readers: &[Vec<usize>], ends: &[Option<usize>], i: usize) -> Diagnostic {
    let rows = &file.model.rows;
    let shared: Vec<usize> = (0..i).filter(|&j| ends[j] == Some(i)).collect();
    let name = |i: usize| rows[i].module_name().unwrap_or_default();
    let list: Vec<String> = shared.iter().map(usize::to_string).collect();
    let also = match list.as_slice() {
        [] => String::new(),
        [one] => format!(", and so is row {one}, which only it reads"),
        [many @ .., last] => format!(", and so are rows {} and {last}, which lead only to it", many.join(", ")),
    };
    let message = format!("No row reads row {i} ({}): it is run for nothing{also}", name(i));
    let help = format!("write {i} into the `from` of the row that should read it, or delete it");
    let mut found = RULE.at(rows[i].span, message).of_row(i).unnecessary().help(help);
    for &j in &shared {
        let by: Vec<String> = readers[j].iter().map(usize::to_string).collect();
        let (rows_are, by) = if by.len() == 1 { ("row", by.join("")) } else { ("rows", by.join(" and ")) };
        let words = format!("row {j} ({}) is read only by {rows_are} {by}", name(j));
        found = found.related(file.at(rows[j].span), words);
    }
    found
}

/// Who reads each row; none where that isn't known of all.
fn readers(file: &File<'_>, analysis: &Analysis) -> Option<Vec<Vec<usize>>> {
    let model = &file.model;
    let has_sections = model.sections.len() == 2 && model.sections.iter().all(|section| !section.rows.is_empty());
    if !has_sections || !file.errors.is_empty() || analysis.rows.len() != model.rows.len() {
        return None;
    }
    let mut readers = vec![Vec::new(); model.rows.len()];
    for (i, row) in model.rows.iter().enumerate() {
        let [from, _, module, _] = row.cells.as_slice() else { return None };
        // A module that isn't known may make several layers.
        if !row.complete || analysis.rows[i].info.is_none() {
            return None;
        }
        // Inputs that are still to be written.
        if from.value.as_list().is_some_and(<[_]>::is_empty) {
            return None;
        }
        for entry in row.entries() {
            if let Source::Row(j) = from::read(&entry.value, i)? {
                readers[j].push(i);
            }
        }
        // It changes the text features, which the model carries beside the image; the next row's -1 is not its output.
        if module.value.as_str() == Some("ImagePoolingAttn") {
            readers[i].push(model.rows.len() - 1);
            if let Some(before) = i.checked_sub(1) {
                readers[before].push(i);
            }
        }
    }
    Some(readers)
}
