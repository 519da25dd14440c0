//! `bad-from`: a `from` that doesn't name a row above.

use super::trial::{Trial, ends_stage, size};
use super::{Diagnostic, File, Fix, Severity, rule, split_outputs};
use crate::analysis::{Analysis, Status};
use crate::dialect::Blame;
use crate::model::{Cell, Source, from};
use crate::python::Literal;
use crate::rewrite::wiring;
use crate::words::{Message, message};

rule! {
    /// `from` doesn't name a row that can be read.
    ///
    /// ## What it does
    /// Reports an index that is out of range, that is the row itself or a row below it, or that isn't an integer. As a
    /// warning, reports a `Concat` that reads one row only, or the same row twice.
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
    /// inputs; for a `Concat`, it adds such a row. It is offered only if the model then runs. It isn't safe: only the
    /// author knows which row was meant.
    "bad-from", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for finding in &mut found {
        if let Some((message, help)) = finding.row.and_then(|row| split_outputs::read_whole(file, analysis, row)) {
            (finding.message, finding.help) = (message, Some(help));
        }
        let Some(row) = finding.row else { continue };
        if let Some(fix) = twice_in_brackets(file, row) {
            finding.message = message!("from-twice-in-brackets", list = &fix.edits[0].1);
            finding.fixes.push(fix);
        } else if let Some(message) = only_input(file, analysis, row) {
            finding.message = message;
        } else if let Some((message, fix)) = levels(file, analysis, row) {
            finding.message = message;
            finding.fixes.push(fix);
        }
        finding.fixes.extend(indices_as_text(file, row));
    }
    found.extend((0..analysis.rows.len()).filter_map(|row| joins_nothing(file, analysis, row)));
    found
}

/// The fix of a `from` with a pair of brackets too many, `[[15, 18, 21]]`.
fn twice_in_brackets(file: &File<'_>, row: usize) -> Option<Fix> {
    let from = file.model.rows[row].from()?;
    let [inner] = from.items.as_slice() else { return None };
    let are_indices = inner.items.len() > 1 && inner.items.iter().all(|cell| cell.value.as_int().is_some());
    let list = inner.span.text(file.text());
    are_indices.then(|| Fix::doubtful(message!("write", text = list), from.span, list))
}

/// What to say of a `from` that names levels, `[P3, P4, P5]`, and the fix: the last rows above with these strides.
fn levels(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<(Message, Fix)> {
    let from = file.model.rows[row].from()?;
    let level = |cell: &Cell| {
        let text = cell.value.as_str()?;
        let (level, stride) = text.split_once('/').map_or((text, None), |(level, stride)| (level, Some(stride)));
        let exponent: u32 =
            level.strip_prefix(['P', 'p'])?.parse().ok().filter(|exponent| (1..=7).contains(exponent))?;
        let is_its = stride.is_none_or(|stride| stride == (1 << exponent).to_string());
        is_its.then_some((text.to_owned(), 1_i64 << exponent))
    };
    let last =
        |stride: i64| (0..row).rfind(|&j| size(analysis, j).and_then(|size| analysis.stride(size)) == Some(stride));
    let cells = file.model.rows[row].entries();
    let (text, stride) = cells.iter().find_map(level)?;
    let index = |cell: &Cell| cell.value.as_int().or_else(|| Some(last(level(cell)?.1)? as i64));
    let indices: Vec<i64> = cells.iter().map(index).collect::<Option<_>>()?;
    let message = message!("level-as-from", text, row = last(stride)?, stride);
    let new = match (from.value.as_list(), indices.as_slice()) {
        (None, [index]) => index.to_string(),
        _ => format!("{indices:?}"),
    };
    Some((message, Fix::doubtful(message!("write", text = new), from.span, new)))
}

/// What to say of a `Concat` that reads one row.
fn only_input(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Message> {
    let is_one = matches!(file.model.rows[row].entries(), [one] if one.value.as_int().is_some());
    let Some(Source::Row(only)) = wiring(&file.model).get(row)?.first()?.target.filter(|_| is_one) else { return None };
    let module = file.model.rows[only].module_name().unwrap_or_default();
    is_concat(analysis, row).then(|| message!("concat-of-one", row = only, module))
}

fn is_concat(analysis: &Analysis, row: usize) -> bool {
    analysis.rows[row].info.as_deref().is_some_and(|module| module.path.ends_with(".Concat"))
}

/// The warning on a `Concat` that is built and runs, but reads a single row, or a row twice.
fn joins_nothing(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    let known = &analysis.rows[row];
    // Behind a row with an unknown module, which may stand for several, indices aren't known.
    let is_settled = analysis.rows[..row].iter().all(|row| row.info.is_some());
    if !is_settled || !is_concat(analysis, row) || matches!(known.status, Status::Fault(_)) {
        return None;
    }
    let from = file.model.rows[row].from()?;
    let found = |span, message| RULE.at(span, message).severity(Severity::Warning).of_row(row);
    if known.from.len() == 1 {
        return Some(found(from.span, only_input(file, analysis, row)?));
    }
    let twice = read_twice(&known.from)?;
    let Source::Row(above) = known.from[twice] else { return None };
    let module = file.model.rows[above].module_name().unwrap_or_default();
    Some(found(from.items.get(twice)?.span, message!("concat-reads-twice", row = above, module)))
}

/// The place of the first input that stands further up among the inputs already.
pub(super) fn read_twice(from: &[Source]) -> Option<usize> {
    (1..from.len()).find(|&at| from[..at].contains(&from[at]))
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
    let joined = another_input(trial, row);
    if joined.is_some() {
        return joined.into_iter().collect();
    }
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

/// The fix of a `Concat` that reads one row, or a row twice: the row above where nobody reads it, or the only row of the same
/// size that no other reads.
fn another_input(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let entries = wiring(&trial.file.model).get(row)?.clone();
    let sources: Vec<Source> = entries.iter().map(|entry| entry.target).collect::<Option<_>>()?;
    let twice = read_twice(&sources);
    let Source::Row(only) = *sources.first().filter(|_| sources.len() == 1 || twice.is_some())? else { return None };
    if !is_concat(trial.analysis, row) {
        return None;
    }
    let of_size = unread_of_size(trial, row, size(trial.analysis, only)?);
    let other = of_size.as_slice();
    if is_unread(trial, row) {
        return match twice {
            // What the row above returns usually comes first.
            Some(_) => trial.rewire(row, 0, -1, message!("read-above-instead-of", entry = entries[0].value)),
            None => bracketed(trial, row, format!("[-1, {}]", entries[0].value)).pop(),
        };
    }
    let [other] = other else { return None };
    match twice {
        Some(twice) => trial.rewire(row, twice, *other as i64, message!("read-row-instead", row = other)),
        None => bracketed(trial, row, format!("[{}, {other}]", entries[0].value)).pop(),
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
        let [one] = unread[..] else {
            let all: Vec<i64> = entries.iter().map(|entry| entry.value).collect();
            let rest: Vec<i64> = all.iter().enumerate().filter(|(at, _)| *at != bad).map(|(_, value)| *value).collect();
            return if unread.is_empty() && rest.len() > 1 {
                bracketed(trial, row, format!("{rest:?}"))
            } else {
                Vec::new()
            };
        };
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
