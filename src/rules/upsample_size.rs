//! Shared with `spatial-mismatch`: rows of `nn.Upsample` that give a size where a factor is meant.

use super::trial::{size, size_of};
use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::Analysis;
use crate::model::{Cell, Source};
use crate::python::Literal;
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::message;

/// Whether a row fails because it reads such a row.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    cause(file, analysis, row).is_some()
}

/// The row of `nn.Upsample` with a size that a row with maps of different sizes reads.
fn cause(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<usize> {
    let known = &analysis.rows[row];
    let above = |source: &Source| match *source {
        Source::Row(above) if above < row => cells(file, above).map(|_| above),
        _ => None,
    };
    known.from.iter().find_map(above).filter(|_| known.has_fault(FaultKind::Spatial))
}

/// The cells of a row of `nn.Upsample` whose first one is a size.
fn cells<'a>(file: &'a File<'_>, row: usize) -> Option<&'a [Cell]> {
    let written = file.model.rows.get(row).filter(|row| row.module_name() == Some("nn.Upsample"))?;
    let cells = written.args()?.items.as_slice();
    let is_size = |value: &Literal| value.as_int().is_some() || value.as_list().is_some();
    cells.first().filter(|first| is_size(&first.value)).map(|_| cells)
}

/// The findings on all of them.
pub(super) fn findings(rule: &Rule, file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    (0..analysis.rows.len()).filter_map(|row| finding(rule, file, analysis, row)).collect()
}

fn finding(rule: &Rule, file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    let above = cause(file, analysis, row)?;
    let [first, rest @ ..] = cells(file, above)? else { return None };
    let ([height, width], [input, _]) =
        (size(analysis, above)?, size_of(analysis, analysis.rows[above].from.first()?)?);
    let is_list = first.value.as_list().is_some();
    let factor = if is_list { height / input.max(1) } else { first.value.as_int()? };
    let message = message!("upsample-to-size", height, width);
    let found = rule.at(first.span, message).of_row(above).help(message!("upsample-factor"));
    let found = found.related(file.at(file.model.rows[row].span), message!("this-row-fails"));
    let second = rest.first().map_or(first.span.end, |second| second.span.end);
    let is_factor = factor > 0 && (!is_list || height % input == 0);
    let new = format!("None, {factor}");
    let fix = Fix::doubtful(message!("write", text = new), Span::new(first.span.start, second), new);
    Some(if is_factor { found.fix(fix) } else { found })
}
