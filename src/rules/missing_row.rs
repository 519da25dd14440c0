//! Shared by rules on wiring: a row that enlarges maps is missing above a row that joins maps, or a row of `Concat` above one
//! that reads a single map. With it all rows work, as they are numbered.

use std::ops::RangeInclusive;

use super::trial::{Trial, size, size_of};
use super::{File, Fix};
use crate::analysis::{Analysis, Status, analyse};
use crate::model::{ReadFile, Source};
use crate::rewrite::{self, Change, New, wiring};
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::{Message, and, message};

/// The row above which one is missing, what is said of it, and the fix that puts it there, if it is the first of those that get
/// maps of different sizes and among `places`.
pub(super) fn find(file: &File<'_>, places: RangeInclusive<usize>) -> Option<(usize, Message, Fix)> {
    let analysis = file.checked.first().filter(|_| file.errors.is_empty())?;
    if let Some((row, list)) = reads_list(file, analysis).filter(|(row, _)| places.contains(row)) {
        let missing = format!("[{}, 1, Concat, [1]]", list.text(file.text()));
        let mut edits = line_above(file, row, &missing)?;
        edits.push((list, "-1".to_owned()));
        return put_back(file, row, "Concat", missing, edits);
    }
    let fails = (1..analysis.rows.len()).find(|row| analysis.rows[*row].has_fault(FaultKind::Spatial));
    let row = fails.filter(|row| places.contains(row))?;
    let [Source::Row(above), Source::Row(other)] = analysis.rows[row].from[..] else { return None };
    if above + 1 != row || !analysis.rows[row].path()?.ends_with(".Concat") {
        return None;
    }
    let ([own, _], [wanted, _]) = (size(analysis, above)?, size(analysis, other)?);
    // Nobody enlarges what the row above has just made smaller.
    let is_smaller = |source: &Source| size_of(analysis, source).is_some_and(|[read, _]| own < read);
    if own * 2 != wanted || analysis.rows[above].from.iter().any(is_smaller) {
        return None;
    }
    let (module, missing) = enlarging(file, above);
    let edits = line_above(file, row, &missing)?;
    put_back(file, row, module, missing, edits)
}

/// The row with a list of rows above, and that list, where a module reads one.
fn reads_list(file: &File<'_>, analysis: &Analysis) -> Option<(usize, Span)> {
    let reads_one =
        |status: &Status| matches!(status, Status::Fault(fault) if fault.fault.message.id == "reads-one-row");
    let row = analysis.rows.iter().position(|row| reads_one(&row.status))?;
    let from = file.model.rows[row].from().filter(|from| from.items.len() > 1)?;
    Some((row, from.span))
}

/// What is said of a missing row, and the fix that puts it there, if all rows work with it.
fn put_back(
    file: &File<'_>,
    row: usize,
    module: &str,
    missing: String,
    edits: Vec<(Span, String)>,
) -> Option<(usize, Message, Fix)> {
    let after = ReadFile::new(&*rewrite::apply(file.text(), &edits));
    let works = |before: &&Analysis| {
        let after = analyse(&after.model, &before.scale, &before.options());
        after.rows.iter().all(|row| row.output.is_some())
    };
    if !after.errors.is_empty() || !file.checked.iter().all(works) {
        return None;
    }
    let mut counting: Vec<i64> =
        wiring(&file.model).iter().flatten().map(|entry| entry.value).filter(|value| *value >= row as i64).collect();
    counting.sort_unstable();
    counting.dedup();
    let message = match counting.len() {
        0 => message!("row-is-missing", module, row),
        count => message!("row-is-missing-for", module, row, count, old = and(&counting)),
    };
    Some((row, message, Fix::of(message!("put-row-back", row = missing, above = row), edits)))
}

/// The fix that inserts such a row above one that joins maps, where indices are those of the rows that there are.
pub(super) fn insertion(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let [Source::Row(above), Source::Row(other)] = trial.analysis.rows[row].from[..] else { return None };
    let ([own, _], [wanted, _]) = (size(trial.analysis, above)?, size(trial.analysis, other)?);
    let name = |row: usize| trial.file.model.rows[row].module_name();
    // Elsewhere such a row stands above another one that joins maps.
    let (module, missing) = enlarging(trial.file, above);
    let is_usual =
        (1..trial.file.model.rows.len()).any(|i| name(i) == name(row) && name(i - 1) == Some(module) && i != row);
    let entry = wiring(&trial.file.model).get(row)?.iter().position(|entry| entry.value == -1)?;
    if above + 1 != row || own * 2 != wanted || !is_usual {
        return None;
    }
    let change = Change::Insert { at: row, new: New::Feeding(entry) };
    trial.change(row, change, &missing, message!("put-row-back", row = missing, above = row))
}

/// The edit that writes a row on a line of its own above another one.
pub(super) fn line_above(file: &File<'_>, row: usize, new: &str) -> Option<Vec<(Span, String)>> {
    let (text, lines, start) = (file.text(), file.lines(), file.model.rows.get(row)?.span.start);
    let line = lines.line_span(text, lines.line(start));
    let indent = text.get(line.start as usize..start as usize).filter(|indent| indent.ends_with("- "))?;
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(vec![(Span::empty(line.start), format!("{indent}{new}{line_break}"))])
}

/// A row that doubles the map of the one above it, and its module, as another such row is written: `nn.Upsample`, or the
/// `nn.ConvTranspose2d` that the file has in its place, with as many channels as the row above.
fn enlarging(file: &File<'_>, above: usize) -> (&'static str, String) {
    let rows = &file.model.rows;
    let of = |module: &'static str| {
        let is_alike = |row: &usize| rows[*row].module_name() == Some(module) && rows[*row].entries().len() == 1;
        (0..rows.len()).find(is_alike)
    };
    let text = |row: usize| rows[row].span.text(file.text());
    if let Some(row) = of("nn.Upsample") {
        return ("nn.Upsample", text(row).to_owned());
    }
    let channels = |row: usize| rows[row].args()?.items.first();
    let transposed = of("nn.ConvTranspose2d").and_then(|row| {
        let (own, new) = (channels(row)?, channels(above)?);
        let (start, end) = (own.span.start - rows[row].span.start, own.span.end - rows[row].span.start);
        let mut text = text(row).to_owned();
        text.replace_range(start as usize..end as usize, new.span.text(file.text()));
        let keeps = row.checked_sub(1).and_then(channels).is_some_and(|read| read.value == own.value);
        keeps.then_some(("nn.ConvTranspose2d", text))
    });
    transposed.unwrap_or(("nn.Upsample", "[-1, 1, nn.Upsample, [None, 2, nearest]]".to_owned()))
}
