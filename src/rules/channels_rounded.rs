//! `channels-rounded`: a number of channels that the framework rounds up to a multiple of 8.

use super::{Diagnostic, File, Severity, input_channels, rule};
use crate::analysis::Analysis;
use crate::dialect::Origin;
use crate::model::Cell;
use crate::python::Literal;
use crate::words::{Message, comma, message};

rule! {
    /// The number of channels is rounded up to a multiple of 8.
    ///
    /// ## What it does
    /// Shows the resulting number for a number of channels that isn't a multiple of 8: the framework multiplies it by the
    /// scale's width and rounds up. A multiple of 8 that needs rounding only after that multiplication isn't reported.
    ///
    /// It is a warning where `True` or a fraction stands in the place of that number: a row `C2f, [True]` has 8 channels.
    ///
    /// ## Why is this bad?
    /// The row has more channels than the file says, at every width.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [100, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [104, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "channels-rounded", Hint, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, row) in file.model.rows.iter().enumerate() {
        // What isn't meant as the number of output channels is told as that.
        if file.checked.iter().any(|analysis| input_channels::is_given(file, analysis, i)) {
            continue;
        }
        let cells = row.args().map(|args| args.items.as_slice()).unwrap_or_default();
        for (position, cell) in cells.iter().enumerate() {
            let Literal::Int(asked) = cell.value else {
                found.extend(of_other_type(file, i, position, cell));
                continue;
            };
            if asked % 8 == 0 || asked < 0 {
                continue;
            }
            let rounded = file.checked.iter().filter_map(|analysis| rounded(analysis, i, position, asked));
            let rounded: Vec<Message> = rounded.collect();
            if !rounded.is_empty() {
                let message = message!("channels-rounded", asked, rounded = comma(rounded));
                found.push(RULE.at(cell.span, message).of_row(i));
            }
        }
    }
    found
}

/// A flag or a fraction where the number of channels belongs: it counts as a number, and is rounded up to 8.
fn of_other_type(file: &File<'_>, row: usize, position: usize, cell: &Cell) -> Option<Diagnostic> {
    let value = cell.value.as_float().filter(|value| matches!(cell.value, Literal::Bool(_)) || *value < 1.0)?;
    let analysis = file.checked.first()?;
    let channels = made(analysis, row, position).filter(|made| *made as f64 > value)?;
    let message = message!("channels-of-other-type", value = cell.value, channels);
    let help = message!("channels-come-first");
    Some(RULE.at(cell.span, message).severity(Severity::Warning).of_row(row).help(help))
}

/// The number of channels that the framework makes of an argument.
fn made(analysis: &Analysis, row: usize, position: usize) -> Option<i64> {
    let row = analysis.rows.get(row).filter(|row| row.info.as_ref().is_some_and(|module| module.scales(position)))?;
    row.args.iter().find(|arg| arg.origin == Origin::Cell(position))?.value.as_int()
}

/// Returns the number of channels at a scale, if it isn't the written number times the scale's width.
fn rounded(analysis: &Analysis, row: usize, position: usize, asked: i64) -> Option<Message> {
    let (width, cap) = (analysis.scaling.width.as_float()?, analysis.scaling.max_channels.as_float()?);
    let got = made(analysis, row, position)?;
    let exact = (asked as f64).min(cap) * width;
    if got as f64 == exact {
        return None;
    }
    let (scale, exact) = (&analysis.scale, (exact != asked as f64).then(|| two_decimals(exact)));
    Some(match (scale.is_empty(), exact) {
        (true, None) => message!("rounded-to", got),
        (true, Some(exact)) => message!("rounded-to-from", got, width, exact),
        (false, None) => message!("rounded-to-at", got, scale),
        (false, Some(exact)) => message!("rounded-to-from-at", got, scale, width, exact),
    })
}

/// Formats a number with at most two decimals.
fn two_decimals(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
