//! Inlay hints: at the end of each row what it returns and costs, at each scale what the model costs there.
//!
//! VS Code cuts the hints of a line, all together, at 43 characters: labels are fitted to that.

use super::{ModelFile, describe};
use crate::analysis::{Analysis, Status};
use crate::catalog::Value;
use crate::cost::units;
use crate::rules;
use crate::text::Span;

/// The most characters of a label.
pub const MAX_LABEL: usize = 43;

/// A label that an editor draws into a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it is drawn.
    pub offset: u32,
    /// `16×320×320 · 464 params · 0.098 GFLOPs`
    pub label: String,
    /// All that is known, in Markdown.
    pub tooltip: String,
}

/// The hints that lie in a range of the text, in the order of the text.
pub fn hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let mut hints = row_hints(file, range);
    hints.extend(scale_hints(file, range));
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn row_hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let mut order: Vec<usize> = (0..file.model.rows.len()).collect();
    order.sort_by_key(|&i| file.model.rows[i].span.start);
    let starts = order.iter().skip(1).map(|&i| Some(file.model.rows[i].span.start)).chain([None]);
    let places = order.iter().zip(starts).map(|(&i, next)| {
        let end = file.model.rows[i].span.end;
        let shares_line = next.is_some_and(|next| file.lines.line(next) == file.lines.line(end));
        (i, if shares_line { end } else { end_of_line(file, end) })
    });
    let within = places.filter(|&(_, offset)| range.touches(offset));
    within
        .map(|(i, offset)| Hint { offset, label: row_label(file, file.shown(), i), tooltip: describe::row(file, i) })
        .collect()
}

/// The end of what stands in the line of `offset`, comment included: there a hint moves no code.
fn end_of_line(file: &ModelFile, offset: u32) -> u32 {
    let line = file.lines.line_span(&file.text, file.lines.line(offset));
    let end = line.start + line.text(&file.text).trim_end().len() as u32;
    end.max(offset)
}

fn row_label(file: &ModelFile, analysis: &Analysis, i: usize) -> String {
    let row = &analysis.rows[i];
    let unknown = match &row.status {
        Status::Exact | Status::Uncounted(_) => None,
        Status::Fault(fault) => Some(rules::rule_of(fault).unwrap_or("not-modelled").replace('-', " ")),
        Status::Incomplete => Some("unfinished".to_owned()),
        Status::WaitsFor(_) | Status::Header => Some(String::new()),
    };
    if let Some(words) = unknown {
        return format!("? {words}").trim_end().to_owned();
    }
    let is_last = i + 1 == file.model.rows.len();
    let mut parts = vec![row.output.as_ref().map_or("?".to_owned(), |output| output_label(output, is_last))];
    parts.extend(cost_parts(analysis, row.params, row.ops));
    fitted(&parts)
}

/// The shape of a tensor. Of a list the first one's, and how many more there are; a head, the last row, returns lists
/// whose first tensor alone is of interest.
fn output_label(output: &Value, is_last: bool) -> String {
    let first = output.first_tensor().map_or("?".to_owned(), |shape| units::shape(&shape));
    match output {
        Value::List(items) if !is_last && items.len() > 1 => format!("{first} +{}", items.len() - 1),
        _ => first,
    }
}

/// Parameters and operations, those that are 0 left out; `?` where operations aren't known.
fn cost_parts(analysis: &Analysis, params: Option<u64>, ops: Option<u128>) -> Vec<String> {
    let params = params.filter(|&n| n > 0).map(|n| units::params(n) + " params");
    let ops = match ops {
        Some(0) => None,
        Some(ops) => Some(describe::ops(analysis, ops)),
        None => Some("?".to_owned()),
    };
    params.into_iter().chain(ops).collect()
}

/// The parts of a label, as many of them as fit.
fn fitted(parts: &[String]) -> String {
    let mut label = String::new();
    for n in (1..=parts.len()).rev() {
        label = parts[..n].join(" · ");
        if label.chars().count() <= MAX_LABEL {
            return label;
        }
    }
    label.chars().take(MAX_LABEL - 1).chain(['…']).collect()
}

/// A hint for each line with scales. Of several in a line only the one that is shown has room.
fn scale_hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let scales: Vec<(&str, u32)> =
        file.model.scales().map(|(letter, _, cell)| (letter, file.lines.line(cell.span.end))).collect();
    let mut hints = Vec::new();
    for (i, &(letter, line)) in scales.iter().enumerate() {
        let shares_line = scales.iter().enumerate().any(|(j, other)| i != j && other.1 == line);
        let is_shown = letter == file.choice.letter();
        let Some(analysis) = file.at_scale(letter).filter(|_| is_shown || !shares_line) else { continue };
        let offset = end_of_line(file, file.lines.line_span(&file.text, line).start);
        if range.touches(offset) {
            let label = scale_label(analysis, shares_line.then_some(letter), is_shown);
            hints.push(Hint { offset, label, tooltip: describe::scale(file, analysis) });
        }
    }
    hints
}

fn scale_label(analysis: &Analysis, letter: Option<&str>, is_shown: bool) -> String {
    let mut parts: Vec<String> = letter.map(str::to_owned).into_iter().collect();
    match &analysis.totals {
        Some(totals) => parts.extend(cost_parts(analysis, Some(totals.params), totals.ops)),
        None => parts.push("?".to_owned()),
    }
    if is_shown {
        parts.push("shown".to_owned());
    }
    fitted(&parts)
}
