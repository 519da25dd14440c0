//! `head-inputs`: inputs that a head doesn't accept.

use super::references::unread_rows;
use super::trial::{Trial, ends_stage, size};
use super::{Diagnostic, File, Fix, Severity, bad_from, rule};
use crate::analysis::{Analysis, Status};
use crate::model::{Source, comments};
use crate::rewrite::wiring;
use crate::words::{comma, message};

rule! {
    /// The head doesn't accept these inputs.
    ///
    /// ## What it does
    /// Reports a head that reads the wrong number or kind of rows. As a warning, reports a head that reads a row twice, that
    /// doesn't list its inputs from the largest feature map to the smallest (P3, P4, P5), or that leaves out a level between two
    /// others although a row of that level is there. A comment such as `# Detect(P3, P5)` says that it is meant so.
    ///
    /// ## Why is this bad?
    /// The model can't be built or run. Or it runs, but a head derives its own width, and the size of masks and
    /// prototypes, from its first input, so a different order makes a different model. If a row is read twice, two
    /// branches get the same feature map.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[], 1, Detect, [80]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1], 1, Detect, [80]]
    /// ```
    ///
    /// ## Fix safety
    /// Not safe: another row, or another order of the inputs, makes another model.
    "head-inputs", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for (i, row) in analysis.rows.iter().enumerate() {
        let Some(module) = row.info.as_ref().filter(|module| module.has_levels) else { continue };
        if matches!(row.status, Status::Fault(_)) {
            continue;
        }
        found.extend(read_twice(file, i, &module.name, &row.from));
        found.extend(out_of_order(file, analysis, i, &module.name));
        found.extend(skipped(file, analysis, i, &module.name));
    }
    found
}

/// Reports a row that a head lists twice.
fn read_twice(file: &File<'_>, i: usize, module: &str, from: &[Source]) -> Option<Diagnostic> {
    let second = bad_from::read_twice(from)?;
    let Source::Row(row) = from[second] else { return None };
    let cell = file.model.rows[i].from()?.items.get(second)?;
    let message = message!("head-reads-twice", module, row);
    let mut found = RULE.at(cell.span, message).severity(Severity::Warning).of_row(i);
    for unread in unread_above(file, i) {
        found = found.related(file.at(file.model.rows[unread].span), message!("nobody-reads", row = unread));
    }
    Some(found.related(file.at(file.model.rows[row].span), message!("row", row)))
}

/// The rows above a head that no row reads.
fn unread_above(file: &File<'_>, head: usize) -> Vec<usize> {
    unread_rows(file, &wiring(&file.model)).filter(|&row| row < head).collect()
}

/// Reports a head whose inputs aren't listed from the largest map to the smallest.
fn out_of_order(file: &File<'_>, analysis: &Analysis, i: usize, module: &str) -> Option<Diagnostic> {
    let (rows, pixels) = levels(analysis, i)?;
    if pixels.is_sorted_by(|a, b| a >= b) {
        return None;
    }
    let from = file.model.rows[i].from()?;
    let sizes: Vec<String> = rows.iter().filter_map(|&j| size(analysis, j)).map(|[h, w]| format!("{h}x{w}")).collect();
    let message = message!("head-out-of-order", module, rows = comma(&rows), sizes = comma(&sizes));
    let mut found = RULE.at(from.span, message).severity(Severity::Warning).of_row(i);
    for (&j, size) in rows.iter().zip(&sizes) {
        found = found.related(file.at(file.model.rows[j].span), message!("row-is-size", row = j, size));
    }
    Some(found)
}

/// Reports a head that leaves out a level between two that it reads, where a row between them ends a stage of that level and
/// the comment doesn't say that it is meant so.
fn skipped(file: &File<'_>, analysis: &Analysis, i: usize, module: &str) -> Option<Diagnostic> {
    let (rows, _) = levels(analysis, i)?;
    let stride = |j: usize| size(analysis, j).and_then(|size| analysis.stride(size));
    let is_said = comments::level_lists(file).get(i)?.as_ref().is_some_and(|said| said.len() == rows.len());
    let pair =
        rows.windows(2).find(|pair| Some(4) == stride(pair[1]).zip(stride(pair[0])).map(|(b, a)| b / a.max(1)))?;
    let (above, below) = (pair[0], pair[1]);
    let level = stride(above)? * 2;
    let mut between = (above + 1..below).filter(|&j| stride(j) == Some(level) && ends_stage(analysis, j));
    let row = between.next().filter(|_| between.next().is_none() && !is_said)?;
    let message = message!("head-skips-level", module, above, below, row, stride = level);
    let found = RULE.at(file.model.rows[i].from()?.span, message).severity(Severity::Warning).of_row(i);
    Some(found.related(file.at(file.model.rows[row].span), message!("row-of-stride", row, stride = level)))
}

/// Returns the rows that a head reads and the size of their maps; none if one isn't known.
fn levels(analysis: &Analysis, i: usize) -> Option<(Vec<usize>, Vec<i64>)> {
    let level = |source: &Source| match *source {
        Source::Image => None,
        Source::Row(j) => size(analysis, j).map(|[h, w]| (j, h.saturating_mul(w))),
    };
    let levels: Vec<(usize, i64)> = analysis.rows[i].from.iter().map(level).collect::<Option<_>>()?;
    Some(levels.into_iter().unzip())
}

/// The fix of a row that is read twice: the only row that nobody reads, else, where the comment says the level of another one,
/// the only row of that level that ends a stage between the rows that the head reads before and after it.
fn another_row(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let from = &trial.analysis.rows[row].from;
    let second = bad_from::read_twice(from)?;
    if let [one] = unread_above(trial.file, row)[..]
        && trial.file.model.rows[one].module_name() != Some("Concat")
        && let Some(place) = place_of(trial, row, second, one)
        && let Some(fix) = trial.rewire(row, place, one as i64, message!("read-row-instead", row = one))
    {
        return Some(fix);
    }
    let said = comments::level_lists(trial.file).get(row)?.clone().filter(|said| said.len() == from.len())?;
    let place = |source: Option<&Source>| match source {
        Some(Source::Row(row)) => *row,
        _ => row,
    };
    // The comment says which of the two it is.
    let own = size(trial.analysis, place(Some(&from[second]))).and_then(|size| trial.analysis.stride(size));
    let is_other = |at: &usize| from[*at] == from[second] && 1_i64.checked_shl(said[*at].level) != own;
    let second = (0..=second).rev().find(is_other)?;
    let stride = 1_i64.checked_shl(said[second].level)?;
    let above = second.checked_sub(1).map_or(0, |at| place(from.get(at)) + 1);
    let below = place(from.get(second + 1));
    let is_meant = |&j: &usize| {
        let map = size(trial.analysis, j).and_then(|size| trial.analysis.stride(size));
        map == Some(stride) && ends_stage(trial.analysis, j)
    };
    let mut meant = (above..below).filter(is_meant);
    let one = meant.next().filter(|_| meant.next().is_none())?;
    trial.rewire(row, second, one as i64, message!("read-row-instead", row = one))
}

/// Where a row stands among the inputs of a head, in the place of one that is read twice, so that maps go from the largest to the
/// smallest.
fn place_of(trial: &Trial<'_>, row: usize, second: usize, other: usize) -> Option<usize> {
    let from = &trial.analysis.rows[row].from;
    let (_, pixels) = levels(trial.analysis, row)?;
    let [height, width] = size(trial.analysis, other)?;
    let is_sorted = |place: &usize| {
        let mut pixels = pixels.clone();
        pixels[*place] = height.saturating_mul(width);
        pixels.is_sorted_by(|a, b| a > b)
    };
    (0..from.len()).filter(|&place| from[place] == from[second]).find(is_sorted)
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Some((_, pixels)) = levels(trial.analysis, row) else { return Vec::new() };
    if let Some(fix) = another_row(trial, row) {
        return vec![fix];
    }
    let wiring = wiring(&trial.file.model);
    let entries = &wiring[row];
    let is_here = |span| trial.file.model.rows[row].span.contains_span(span);
    let are_plain = entries.iter().all(|e| matches!(e.target, Some(Source::Row(j)) if j < row) && is_here(e.span));
    if pixels.is_sorted_by(|a, b| a >= b) || entries.len() != pixels.len() || !are_plain {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&k| -pixels[k]);
    let value = |k: usize| entries[k].value.to_string();
    let moved = (0..order.len()).filter(|&k| value(k) != value(order[k]));
    let edits: Vec<_> = moved.map(|k| (entries[k].span, value(order[k]))).collect();
    let list: Vec<String> = order.iter().map(|&k| value(k)).collect();
    trial.edit(row, edits, message!("list-as", list = list.join(", ")), Some).into_iter().collect()
}
