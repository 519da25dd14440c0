//! `bad-from`: a `from` that doesn't name a row above.

use super::trial::{Trial, ends_stage, size};
use super::{Diagnostic, File, Fix, rule, split_outputs};
use crate::analysis::{Analysis, Status};
use crate::dialect::Blame;
use crate::model::{Cell, Source, from};
use crate::python::Literal;
use crate::rewrite::wiring;
use crate::words::message;

rule! {
    /// `from` doesn't name a row that can be read.
    ///
    /// ## What it does
    /// Reports an index that is out of range, that is the row itself or a row below it, or that isn't an integer.
    ///
    /// ## Why is this bad?
    /// Rows run from top to bottom. Building the model fails with `list index out of range`, or the row silently reads
    /// another row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [7, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [0, 1, Conv, [64]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix replaces the index by -1, or by the only row that returns a feature map of the same size as the other
    /// inputs. It is offered only if the model then runs. It isn't safe: only the author knows which row was meant.
    "bad-from", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for finding in &mut found {
        if let Some((message, help)) = finding.row.and_then(|row| split_outputs::read_whole(file, analysis, row)) {
            (finding.message, finding.help) = (message, Some(help));
        }
        finding.fixes.extend(finding.row.and_then(|row| indices_as_text(file, row)));
    }
    found
}

/// The fix of a `from` that is a text of indices, `"-1, 6"`, or of an index in quotes, in brackets or with a point.
fn indices_as_text(file: &File<'_>, row: usize) -> Option<Fix> {
    let from = file.model.rows[row].from()?;
    let index = |cell: &Cell| match &cell.value {
        Literal::Str(text) => text.trim().parse().ok(),
        Literal::Float(value) if value.fract() == 0.0 => Some(*value as i64),
        _ if cell.items.len() == 1 => cell.items[0].value.as_int(),
        _ => None,
    };
    if let Some((cell, index)) = from.items.iter().find_map(|cell| Some((cell, index(cell)?))) {
        return Some(Fix::doubtful(message!("write", text = index), cell.span, index.to_string()));
    }
    let indices: Option<Vec<i64>> = from.value.as_str()?.split(',').map(|index| index.trim().parse().ok()).collect();
    let new = match indices?.as_slice() {
        [index] => index.to_string(),
        indices => format!("{indices:?}"),
    };
    Some(Fix::doubtful(message!("write", text = new), from.span, new))
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let Status::Fault(fault) = &trial.analysis.rows[row].status else { return Vec::new() };
    let Some(from) = trial.file.model.rows[row].from() else { return Vec::new() };
    let cells = trial.file.model.rows[row].entries();
    let bad: Vec<usize> = (0..cells.len()).filter(|&k| from::read(&cells[k].value, row).is_none()).collect();
    match (bad.as_slice(), fault.blame, cells) {
        (&[bad], ..) => entry(trial, row, bad),
        ([], Blame::From(None), _) if from.value.as_list().is_none() => {
            let inner = from.span.text(trial.file.text());
            let with_above = is_unread(trial, row).then(|| bracketed(trial, row, format!("[-1, {inner}]")));
            let mut fixes = with_above.unwrap_or_default();
            fixes.extend(bracketed(trial, row, format!("[{inner}]")));
            fixes
        }
        ([], Blame::From(None), [one]) => bracketed(trial, row, one.span.text(trial.file.text()).to_owned()),
        _ => Vec::new(),
    }
}

/// Whether no row reads the one above a row.
fn is_unread(trial: &Trial<'_>, row: usize) -> bool {
    let above = row.checked_sub(1).map(Source::Row);
    above.is_some() && wiring(&trial.file.model).iter().flatten().all(|entry| entry.target != above)
}

/// Replaces a list of one row by the row, or the other way round.
fn bracketed(trial: &Trial<'_>, row: usize, new: String) -> Vec<Fix> {
    let Some(from) = trial.file.model.rows[row].from() else { return Vec::new() };
    let title = message!("write", text = new);
    trial.edit(row, vec![(from.span, new)], title, Some).into_iter().collect()
}

/// Replaces an invalid entry by the row above, or by the only row whose size matches the other inputs.
fn entry(trial: &Trial<'_>, row: usize, bad: usize) -> Vec<Fix> {
    let wiring = wiring(&trial.file.model);
    let entries = &wiring[row];
    // An entry that isn't an integer isn't in the wiring.
    let Some(written) = entries.get(bad).filter(|e| !matches!(e.target, Some(Source::Row(j)) if j < row)) else {
        return Vec::new();
    };
    let title = |value: i64| {
        let entry = written.value;
        match value {
            ..0 => message!("read-above-instead-of", entry),
            row => message!("read-row-instead-of", row, entry),
        }
    };
    if entries.len() == 1 {
        return trial.rewire(row, bad, -1, title(-1)).into_iter().collect();
    }
    let others: Vec<usize> = entries
        .iter()
        .filter_map(|e| if let Some(Source::Row(j)) = e.target { Some(j) } else { None })
        .filter(|&j| j < row)
        .collect();
    if !others.contains(&row.wrapping_sub(1))
        && let Some(fix) = trial.rewire(row, bad, -1, title(-1))
    {
        return vec![fix];
    }
    if trial.analysis.rows[row].is_head() {
        // A head reads what nobody else reads.
        let is_unread = |j: &usize| wiring.iter().flatten().all(|entry| entry.target != Some(Source::Row(*j)));
        let unread: Vec<usize> = (0..row).filter(is_unread).collect();
        let [one] = unread[..] else { return Vec::new() };
        return trial.rewire(row, bad, one as i64, title(one as i64)).into_iter().collect();
    }
    let Some(wanted) = others.first().and_then(|&j| size(trial.analysis, j)) else { return Vec::new() };
    match unread_of_size(trial, row, wanted).as_slice() {
        [one] => trial.rewire(row, bad, *one as i64, title(*one as i64)).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Returns the rows above `row` with outputs of this size that end their stage and that only the next row reads, if any.
pub(super) fn unread_of_size(trial: &Trial<'_>, row: usize, wanted: [i64; 2]) -> Vec<usize> {
    let wiring = wiring(&trial.file.model);
    let is_read = |j: usize| {
        let reads = |i: usize| i != j + 1 && wiring[i].iter().any(|entry| entry.target == Some(Source::Row(j)));
        reads(row)
            || wiring[row].iter().any(|entry| entry.target == Some(Source::Row(j)))
            || (0..wiring.len()).any(reads)
    };
    let fits = |&j: &usize| size(trial.analysis, j) == Some(wanted) && ends_stage(trial.analysis, j) && !is_read(j);
    (0..row).filter(fits).collect()
}
