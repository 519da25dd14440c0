//! `dead-layer`: a row whose output no other row reads.

use super::bad_from::read_twice;
use super::references::References;
use super::trial::{Trial, size};
use super::{Diagnostic, File, Fix, rule};
use crate::analysis::{Analysis, Status};
use crate::dialect::Blame;
use crate::model::{Source, comments, from};
use crate::rewrite::Change;
use crate::torch::Value;
use crate::torch::ops::FaultKind;
use crate::words::{and, message};

rule! {
    /// No row reads this row's output.
    ///
    /// ## What it does
    /// Reports a row, other than the last one, that no row reads: the next row doesn't read -1, and no row below names its
    /// index. The finding also names the rows that only lead to it. Nothing is reported while a row is incomplete, has an
    /// unknown module or has an invalid `from`, because the wiring isn't known then.
    ///
    /// If the head reads the `Concat` right above a block that nobody reads, the finding says so, and the fix lets
    /// the head read the block. If the row ends a level of its own that the head leaves out, the fix adds it to the
    /// head's `from`.
    ///
    /// ## Why is this bad?
    /// The row costs time and memory and has no effect. Often another row was meant to read it, so the model is wired
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
    /// Not safe: deleting the row changes no other row's output, but another row may have been meant to read it. No fix is
    /// offered if references may use old row numbers.
    "dead-layer", Warning, File(check)
}

/// Largest number of rows that lead only to a row which is deleted: where there are more, another row should read it.
const MAX_LEADING: usize = 4;

/// Largest number of rows for which the fix is computed.
const MAX_FIXED: usize = 4;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some((analysis, readers)) = file.analyses.first().and_then(|a| Some((a, readers(file, a)?))) else {
        return Vec::new();
    };
    let last = readers.len().saturating_sub(1);
    // Maps each dead row to the unread row that it leads to, from the bottom up.
    let mut ends: Vec<Option<usize>> = vec![None; readers.len()];
    for i in (0..last).rev() {
        ends[i] = match readers[i].last() {
            None => Some(i),
            Some(&reader) => ends[reader].filter(|_| readers[i].iter().all(|&reader| ends[reader].is_some())),
        };
    }
    // An error in the row itself takes precedence.
    let is_sound = |i: usize| file.analyses.iter().all(|analysis| !matches!(analysis.rows[i].status, Status::Fault(_)));
    // A head above others is what `no-head` is about.
    let is_head =
        |i: usize| analysis.rows[i].is_head() && (analysis.rows[last].is_head() || file.model.key("nc").is_some());
    // What the next row should read can't be told while its `from` is wrong.
    let is_open = |i: usize| match &analysis.rows[i + 1].status {
        Status::Fault(fault) => match fault.fault.kind {
            FaultKind::From => fault.blame == Blame::From(None),
            kind => kind == FaultKind::Spatial,
        },
        // The row reads another one twice.
        _ => file.model.rows[i + 1].module_name() == Some("Concat") && read_twice(&analysis.rows[i + 1].from).is_some(),
    };
    // What the head should read in the place of a row that it reads twice is told there.
    let is_head_open = analysis.rows[last].is_head() && read_twice(&analysis.rows[last].from).is_some();
    // What returns nothing isn't there to be read.
    let is_mute = |i: usize| matches!(analysis.rows[i].output, Some(Value::Opaque(_)));
    let is_dead =
        |&i: &usize| ends[i] == Some(i) && !is_head_open && is_sound(i) && !is_head(i) && !is_open(i) && !is_mute(i);
    let dead: Vec<usize> = (0..last).filter(is_dead).collect();
    // If one row makes several layers, indices aren't positions.
    let has_ranges = || comments::index_claims(file).iter().flatten().any(|claim| claim.is_range);
    if dead.is_empty() || has_ranges() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> = dead.into_iter().map(|i| finding(file, &readers, &ends, i)).collect();
    for diagnostic in &mut found {
        let Some((row, head)) = diagnostic.row.and_then(|row| Some((row, passed_by(file, row)?))) else { continue };
        let place = file.model.rows[head].entries().iter().position(|cell| cell.value.as_int() == Some(row as i64 - 1));
        let trial = Trial::new(file, file.analyses, analysis).zip(place);
        let title = || message!("read-row-instead-of", row, entry = row - 1);
        diagnostic.fixes.extend(trial.and_then(|(trial, place)| trial.rewire(head, place, row as i64, title())));
    }
    // Where references may use old numbers, one of them may mean the row.
    if !matches!(file.references(), References::AsWritten) {
        return found;
    }
    for diagnostic in found.iter_mut().filter(|found| found.related.len() <= MAX_LEADING).take(MAX_FIXED) {
        let trial = Trial::new(file, file.analyses, analysis);
        let Some((trial, row)) = trial.zip(diagnostic.row) else { break };
        if passed_by(file, row).is_some() {
            continue;
        }
        let level = left_out(&trial, row);
        let deleted = || trial.change(row, Change::Delete(row), "", message!("delete-row", row));
        diagnostic.fixes.extend(level.or_else(deleted));
    }
    found
}

/// The fix that lets the head read a row which ends a level of its own, deeper or shallower than those that it reads.
fn left_out(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let head = trial.analysis.rows.len().checked_sub(1)?;
    let known = &trial.analysis.rows[head];
    let own = size(trial.analysis, row)?;
    let inputs: Vec<usize> = known
        .from
        .iter()
        .map(|source| if let Source::Row(input) = source { Some(*input) } else { None })
        .collect::<Option<_>>()?;
    let sizes: Vec<[i64; 2]> = inputs.iter().map(|input| size(trial.analysis, *input)).collect::<Option<_>>()?;
    // Heads read blocks.
    let is_block = !matches!(trial.file.model.rows[row].module_name()?, "Concat" | "Conv" | "nn.Upsample");
    let mut all = inputs.clone();
    if sizes.iter().all(|size| own[0] < size[0]) {
        all.push(row);
    } else if sizes.iter().all(|size| own[0] > size[0]) {
        all.insert(0, row);
    } else {
        return None;
    }
    let from = trial.file.model.rows[head].from().filter(|from| from.items.len() == inputs.len())?;
    if !known.info.as_ref()?.has_levels || inputs.len() < 2 || !is_block {
        return None;
    }
    let new = format!("{all:?}");
    trial.edit(head, vec![(from.span, new.clone())], message!("write", text = new), Some)
}

fn finding(file: &File<'_>, readers: &[Vec<usize>], ends: &[Option<usize>], i: usize) -> Diagnostic {
    let rows = &file.model.rows;
    let shared: Vec<usize> = (0..i).filter(|&j| ends[j] == Some(i)).collect();
    let name = |i: usize| rows[i].module_name().unwrap_or_default();
    let passed_by = passed_by(file, i);
    let message = match shared.len() {
        0 if let Some(head) = passed_by => message!(
            "dead-layer-passed-by",
            row = i,
            module = name(i),
            reader = head,
            head = name(head),
            above = i - 1,
            other = name(i - 1)
        ),
        0 => message!("dead-layer", row = i, module = name(i)),
        count => message!("dead-layer-with", row = i, module = name(i), count, others = and(&shared)),
    };
    let help = message!("dead-layer-help", row = i);
    let mut found = RULE.at(rows[i].span, message).of_row(i).unnecessary().help(help);
    for &j in &shared {
        let readers = &readers[j];
        let words = message!("read-only-by", row = j, module = name(j), count = readers.len(), readers = and(readers));
        found = found.related(file.at(rows[j].span), words);
    }
    found
}

/// The head that reads the `Concat` above a block instead of the block, which nobody else would read.
fn passed_by(file: &File<'_>, i: usize) -> Option<usize> {
    let rows = &file.model.rows;
    let head = rows.len().checked_sub(1).filter(|head| *head > i)?;
    let names =
        |row: usize, index: usize| rows[row].entries().iter().any(|cell| cell.value.as_int() == Some(index as i64));
    let is_block = !matches!(rows[i].module_name()?, "Concat" | "Conv" | "nn.Upsample");
    let above = i.checked_sub(1).filter(|above| rows[*above].module_name() == Some("Concat"))?;
    (is_block && names(head, above) && rows[i].entries().len() == 1).then_some(head)
}

/// Returns the readers of each row; none if they aren't known for all rows.
fn readers(file: &File<'_>, analysis: &Analysis) -> Option<Vec<Vec<usize>>> {
    let model = &file.model;
    let has_sections = model.sections.len() == 2 && model.sections.iter().all(|section| !section.rows.is_empty());
    if !has_sections || !file.errors.is_empty() || analysis.rows.len() != model.rows.len() {
        return None;
    }
    let mut readers = vec![Vec::new(); model.rows.len()];
    for (i, row) in model.rows.iter().enumerate() {
        let [from, _, module, _] = row.cells.as_slice() else { return None };
        // An unknown module may make several layers.
        if !row.complete || analysis.rows[i].info.is_none() {
            return None;
        }
        // Inputs not written yet.
        if from.value.as_list().is_some_and(<[_]>::is_empty) {
            return None;
        }
        for entry in row.entries() {
            if let Source::Row(j) = from::read(&entry.value, i)? {
                readers[j].push(i);
            }
        }
        // It updates the text features, which travel beside the image; the next row's -1 isn't its output.
        if module.value.as_str() == Some("ImagePoolingAttn") {
            readers[i].push(model.rows.len() - 1);
            if let Some(before) = i.checked_sub(1) {
                readers[before].push(i);
            }
        }
    }
    Some(readers)
}
