//! Shared by rules on sizes: a convolution whose comment says another stride than it has, where that is why rows below get maps
//! of different sizes.

use super::trial::{Trial, size};
use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::{Analysis, Status};
use crate::model::{Source, comments};
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::message;

/// The finding on such a convolution. The fix writes the stride of the comment, and is known to work.
pub(super) fn finding(rule: &Rule, file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let is_of_sizes =
        |status: &Status| matches!(status, Status::Fault(fault) if fault.fault.kind == FaultKind::Spatial);
    let fails = analysis.rows.iter().position(|row| is_of_sizes(&row.status))?;
    let actual = |row: usize| analysis.stride(size(analysis, row)?);
    let claims = comments::stride_claims(file);
    let claimed = |row: usize| claims[row]?.stride.map(|(_, stride)| stride as i64);
    let row = (0..fails).find(|&row| claimed(row).is_some() && claimed(row) != actual(row))?;
    let read = match analysis.rows[row].from[..] {
        [Source::Image] => 1,
        [Source::Row(above)] => actual(above)?,
        _ => return None,
    };
    let module = analysis.rows[row].info.as_deref()?;
    let place = |names: [&str; 2]| {
        module.row_params.iter().position(|param| names.contains(&&*param.name) && param.param.is_some())
    };
    let (k, s) = (place(["k", "kernel_size"])?, place(["s", "stride"])?);
    let cells = &file.model.rows[row].args()?.items;
    let stride = cells.get(s).map_or(Some(1), |cell| cell.value.as_int())?;
    let wanted = claimed(row)? / read;
    let is_kernel = cells.get(k)?.value.as_int().is_some_and(|kernel| kernel > 1);
    if !is_kernel || !matches!((stride, wanted), (1, 2) | (2, 1)) || wanted * read != claimed(row)? {
        return None;
    }
    let (span, new) = match cells.get(s) {
        Some(cell) => (cell.span, wanted.to_string()),
        None if cells.len() == s => (Span::empty(cells[s - 1].span.end), format!(", {wanted}")),
        None => return None,
    };
    let said = claims[row]?.span.text(file.text());
    let title = message!("write-stride", stride = wanted, row);
    let fix: Fix = Trial::new(file, file.checked, analysis)?.edit(fails, vec![(span, new)], title, Some)?;
    let failing = file.model.rows[fails].module_name()?;
    let message = message!("lost-stride", module = module.name, row, stride, said, failing, fails);
    let place = claims[row]?.span;
    let found = rule.at(span, message).of_row(row).related(file.at(place), message!("comment-says-stride"));
    Some(found.fix(fix))
}
