//! `declared-channels`: rows of `Index` and `TorchVision` that say another number of channels than they return.

use super::channel_mismatch::mismatch;
use super::{Diagnostic, File, Fix, Level, Severity, rule};
use crate::analysis::{Analysis, RowAnalysis};
use crate::dialect::Origin;
use crate::model::comments::shape_claims;
use crate::model::{Cell, Source};
use crate::torch::Value;
use crate::words::{Message, comma, message};

rule! {
    /// The row declares a different number of channels than it returns.
    ///
    /// ## What it does
    /// Reports a row of `Index` or `TorchVision` whose first argument isn't the number of channels of its output. The
    /// framework doesn't check the output: it builds the rows that read this one for the declared number. If another
    /// output of the backbone has that many channels, the fix writes the index of that output.
    ///
    /// ## Why is this bad?
    /// The rows that read this one fail: `RuntimeError: Given groups=1, weight of size [256, 128, 1, 1], expected
    /// input[1, 64, 160, 160] to have 128 channels`. If none of them depends on the number, the model still runs, and
    /// the finding is a warning.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2, True]]
    ///   - [0, 1, Index, [128, 5]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, TorchVision, [512, resnet18, DEFAULT, True, 2, True]]
    ///   - [0, 1, Index, [128, 6]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "declared-channels", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let wrong: Vec<Wrong<'_>> = (0..analysis.rows.len()).filter_map(|row| wrong(file, analysis, row)).collect();
    let of_one_backbone = |a: &Wrong<'_>, b: &Wrong<'_>| a.index.is_some() && b.index.is_some() && a.source == b.source;
    wrong.chunk_by(of_one_backbone).filter_map(|same| finding(file, analysis, same)).collect()
}

/// Whether the fault of a row comes from a row that says another number of channels than it returns.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    if file.lint.level(RULE.name) == Some(Level::Off) {
        return false;
    }
    let Some(mismatch) = mismatch(&analysis.rows, row) else { return false };
    matches!(mismatch.source, Source::Row(row) if is_behind(file, analysis, row))
}

/// Whether the framework counts the channels of a row by such a row.
fn is_behind(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    if wrong(file, analysis, row).is_some() {
        return true;
    }
    let known = &analysis.rows[row];
    // A row that gets channels is built for what it returns.
    let hands_on = !known.args.iter().any(|arg| arg.origin == Origin::From);
    let is_above =
        |source: &Source| matches!(source, Source::Row(above) if *above < row && is_behind(file, analysis, *above));
    hands_on && known.from.iter().any(is_above)
}

/// Whether a row says another number of channels than it returns.
pub(super) fn is_wrong(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    file.lint.level(RULE.name) != Some(Level::Off) && wrong(file, analysis, row).is_some()
}

/// A row that says another number of channels than it returns.
struct Wrong<'a> {
    row: usize,
    /// The row that it picks from.
    source: Source,
    said: i64,
    said_cell: &'a Cell,
    channels: i64,
    /// Height and width.
    size: [i64; 2],
    /// The index of what it picks, and its cell.
    index: Option<(i64, &'a Cell)>,
    /// The index of the output that has as many channels as it says: the nearest one.
    meant: Option<(i64, [i64; 2])>,
}

fn wrong<'a>(file: &'a File<'_>, analysis: &Analysis, row: usize) -> Option<Wrong<'a>> {
    let known = &analysis.rows[row];
    // The first argument is for the framework alone.
    let declares = known.info.as_ref()?.row_params.first()?.param.is_none();
    let cells = &file.model.rows[row].args().filter(|_| declares)?.items;
    let said_cell = cells.first()?;
    let said = said_cell.value.as_int()?;
    let (channels, size) = image(known.output.as_ref()?)?;
    let (source, index) = (*known.from.first()?, cells.get(1).and_then(|cell| Some((cell.value.as_int()?, cell))));
    let outputs = match source {
        Source::Row(above) => outputs(analysis, above),
        Source::Image => Vec::new(),
    };
    let index = index.filter(|_| !outputs.is_empty());
    let meant = index.and_then(|(index, _)| {
        let has = outputs.iter().enumerate().filter(|(_, output)| output.is_some_and(|(c, _)| c == said));
        let near = has.min_by_key(|(i, _)| ((*i as i64 - index).abs(), *i as i64 <= index));
        near.and_then(|(i, output)| Some((i as i64, (*output)?.1)))
    });
    (channels != said).then_some(Wrong { row, source, said, said_cell, channels, size, index, meant })
}

/// The outputs of a row that returns several.
pub(super) fn outputs(analysis: &Analysis, row: usize) -> Vec<Option<(i64, [i64; 2])>> {
    match analysis.rows.get(row).and_then(|row: &RowAnalysis| row.output.as_ref()) {
        Some(Value::List(items)) => items.iter().map(image).collect(),
        _ => Vec::new(),
    }
}

fn image(value: &Value) -> Option<(i64, [i64; 2])> {
    match value {
        Value::Tensor(shape) => shape.bchw().ok().map(|[_, c, h, w]| (c, [h, w])),
        _ => None,
    }
}

fn finding(file: &File<'_>, analysis: &Analysis, wrong: &[Wrong<'_>]) -> Option<Diagnostic> {
    let (first, rest) = wrong.split_first()?;
    let failing = (0..analysis.rows.len()).find(|&row| explains(file, analysis, row));
    let fails = failing.is_some();
    let cell = first.index.map_or(first.said_cell, |(_, cell)| cell);
    let severity = if fails { Severity::Error } else { Severity::Warning };
    let mut found = RULE.at(cell.span, words(first)).severity(severity).of_row(first.row);
    for wrong in rest {
        let cell = wrong.index.map_or(wrong.said_cell, |(_, cell)| cell);
        found = found.related(file.at(cell.span), words(wrong));
    }
    if let Some(row) = failing {
        found = found.related(file.at(file.model.rows[row].span), message!("this-row-fails"));
    }
    let is_read =
        |row: &RowAnalysis| matches!(first.source, Source::Row(above) if row.from.contains(&Source::Row(above)));
    if fails && analysis.rows.iter().any(is_read) {
        found.help = Some(message!("built-for-declared"));
    }
    let claims = shape_claims(file);
    let says_so = |wrong: &Wrong<'_>| {
        let claim = claims.get(wrong.row).copied().flatten();
        claim.zip(wrong.meant).is_some_and(|(claim, (_, size))| [claim.side; 2] == size)
    };
    if wrong.iter().all(says_so) {
        let count = wrong.len();
        found.help = Some(match found.help.take() {
            Some(help) => message!("declared-as-comments", help, count),
            None => message!("as-comments", count),
        });
    }
    let meant: Option<Vec<_>> = wrong.iter().map(|w| Some((w.index?.1.span, w.meant?.0.to_string()))).collect();
    let values = |edits: &[(crate::text::Span, String)]| comma(edits.iter().map(|(_, text)| text));
    if let Some(edits) = meant {
        found = found.fix(Fix::of(message!("write-indices", count = edits.len(), values = values(&edits)), edits));
    }
    let edits = wrong.iter().map(|wrong| (wrong.said_cell.span, wrong.channels.to_string()));
    let edits: Vec<_> = edits.collect();
    Some(found.fix(Fix::of(message!("write-channels-there", values = values(&edits)), edits)))
}

/// What is wrong with a row.
fn words(wrong: &Wrong<'_>) -> Message {
    let Wrong { said, channels, size: [h, w], .. } = wrong;
    let Some((index, _)) = wrong.index else {
        return message!("returns-other-channels", channels, h, w, said);
    };
    match wrong.meant {
        Some((meant, [height, width])) => {
            message!("output-has-channels-meant", index, channels, h, w, said, meant, height, width)
        }
        None => message!("output-has-channels", index, channels, h, w, said),
    }
}
