//! Shared by rules on arguments: a fraction with a decimal comma, `0,25`, which YAML cuts into two arguments.

use super::File;
use crate::dialect::ModuleInfo;
use crate::text::Span;
use crate::torch::Type;

/// A fraction among a row's arguments that was cut at its comma.
pub(super) struct Cut {
    /// The two arguments.
    pub(super) span: Span,
    /// What stands between their digits.
    pub(super) comma: Span,
    /// The fraction with a point.
    pub(super) fraction: String,
    /// Its digits behind the comma.
    pub(super) digits: String,
}

/// The first fraction that was cut: a 0 for a parameter that is a fraction, and digits where the next one isn't a number.
pub(super) fn cut(file: &File<'_>, row: usize, module: &ModuleInfo) -> Option<Cut> {
    let cells = file.model.rows.get(row)?.args()?.items.as_slice();
    let param = |place: usize| module.param_of(module.row_params.get(place)?);
    let is_cut = |place: usize| {
        let text = |place: usize| cells.get(place).map(|cell| cell.span.text(file.text()));
        let own = param(place).filter(|own| own.ty == Type::Float && text(place) == Some("0"))?;
        let digits = text(place + 1).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        // No block has a share of 0 of its channels inside.
        let is_next_number = param(place + 1).is_some_and(|next| matches!(next.ty, Type::Int | Type::Float));
        let is_fraction = digits.bytes().any(|b| b != b'0') && digits.len() < 10;
        (is_fraction && (own.name == "e" || !is_next_number)).then(|| Cut {
            span: Span::new(cells[place].span.start, cells[place + 1].span.end),
            comma: Span::new(cells[place].span.end, cells[place + 1].span.start),
            fraction: format!("0.{digits}"),
            digits: digits.to_owned(),
        })
    };
    (0..cells.len().saturating_sub(1)).find_map(is_cut)
}
