//! `spatial-mismatch`: joined feature maps of different sizes.

use super::bad_from::unread_of_size;
use super::references::References;
use super::trial::{Trial, ends_stage, size, size_of};
use super::{Diagnostic, File, Fix, conv_sizes, input_channels, missing_row, rule, upsample_size};
use crate::analysis::{Analysis, Status};
use crate::model::{Source, comments};
use crate::rewrite::{RowsChanged, wiring};
use crate::words::{Message, and, comma, message};

rule! {
    /// The row joins feature maps of different sizes.
    ///
    /// ## What it does
    /// Reports a row that concatenates or adds feature maps whose height or width differ. If that comes from a row of
    /// `nn.Upsample` with a size instead of a factor (`[2, None, nearest]`), that row is reported; so is a convolution
    /// with another stride than its comment says (`# 5-P4/16`), if the model works with that stride, and one with an
    /// even kernel, whose padding makes maps grow by a pixel.
    ///
    /// A pooling without its padding (`nn.AvgPool2d, [3, 2]` makes 39x39 of 80x80) and a transposed convolution with
    /// a kernel of 3 (`nn.ConvTranspose2d, [256, 3, 2, 1]` makes 39x39 of 20x20) are reported where the model works
    /// with the padding or the kernel that was meant. If a row of `nn.Upsample` or one of stride 2 is missing, that
    /// is said.
    ///
    /// ## Why is this bad?
    /// The model fails when it first runs: `Sizes of tensors must match except in dimension 1`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [[-1, 0], 1, Concat, [1]]
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Upsample, [None, 2, nearest]]
    ///   - [[-1, 0], 1, Concat, [1]]
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix writes the stride of the comment, or reads another row, if exactly one fits: its output has the right
    /// size, it is the last row before the size changes, and no other row names its index. It isn't safe: only the
    /// author knows which row was meant.
    "spatial-mismatch", Error, Fault(check), Fixes(fixes)
}

fn check(file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(cause) = file.conv_sizes(analysis).filter(|cause| cause.rule == RULE.name) {
        return vec![cause.clone()];
    }
    for diagnostic in &mut found {
        if let Some(row) = diagnostic.row.filter(|row| matches!(analysis.rows[*row].from[..], [_])) {
            // A module that fails inside was hardly given the arguments that were meant.
            let module = analysis.rows[row].info.as_deref();
            diagnostic.help = module.and_then(|module| input_channels::became(file, row, module));
        }
        let Some((row, inputs)) = diagnostic.row.and_then(|row| Some((row, sizes(analysis, row)?))) else { continue };
        let module = file.model.rows[row].module_name().unwrap_or_default();
        let maps = comma(inputs.iter().map(|(source, size)| described(analysis, *source, *size)));
        diagnostic.message = message!("spatial-mismatch", module, maps);
        diagnostic.help = help(file, analysis, row, &inputs);
        if let Some(halving) = put_in_above(file, analysis, &inputs) {
            let module = file.model.rows[halving].module_name().unwrap_or_default();
            diagnostic.help = Some(message!("stride-put-in", row = halving, module));
            let place = (file.at(file.model.rows[halving].span), message!("halves-once-more", row = halving));
            diagnostic.related.push(place);
        }
    }
    found.extend(upsample_size::findings(&RULE, file, analysis));
    found
}

/// Returns each input of a row with the height and width of its map; none if the fault has another reason.
fn sizes(analysis: &Analysis, row: usize) -> Option<Vec<(Source, [i64; 2])>> {
    let Status::Fault(fault) = &analysis.rows[row].status else { return None };
    let input = |source: &Source| Some((*source, size_of(analysis, source)?));
    let inputs: Vec<_> = analysis.rows[row].from.iter().map(input).collect::<Option<_>>()?;
    let differ = inputs.iter().any(|(_, size)| *size != inputs[0].1);
    let is_join = analysis.rows[row].path().is_some_and(|path| path.ends_with(".Concat"));
    (differ && is_join && fault.at.is_none()).then_some(inputs)
}

/// A row among those that were put in above which halves the map, where the row above a `Concat` is half as large as the other.
fn put_in_above(file: &File<'_>, analysis: &Analysis, inputs: &[(Source, [i64; 2])]) -> Option<usize> {
    let References::Stale(stale) = file.references() else { return None };
    let ([RowsChanged { at, by: by @ 1.. }], [(_, [own, _]), (_, [other, _])]) = (stale.changes.as_slice(), inputs)
    else {
        return None;
    };
    let below = stale.upto.checked_add(usize::try_from(*by).ok()?)?;
    let reads = |row: usize| size_of(analysis, analysis.rows.get(row)?.from.first()?);
    let halves = |row: &usize| match (reads(*row), size(analysis, *row)) {
        (Some([reads, _]), Some([returns, _])) => reads == returns * 2,
        _ => false,
    };
    (*at..below.min(analysis.rows.len())).find(halves).filter(|_| own * 2 == *other)
}

/// `row 4 is 80x80 (stride 8)`
fn described(analysis: &Analysis, source: Source, [h, w]: [i64; 2]) -> Message {
    let name = match source {
        Source::Image => message!("the-image"),
        Source::Row(row) => message!("row", row),
    };
    match analysis.stride([h, w]) {
        Some(stride) => message!("map-is-of-stride", name, h, w, stride),
        None => message!("map-is", name, h, w),
    }
}

/// Names the rows whose output has the size of the first input.
fn help(file: &File<'_>, analysis: &Analysis, row: usize, inputs: &[(Source, [i64; 2])]) -> Option<Message> {
    let (_, [h, w]) = inputs[wanted(file, row, inputs)?.0];
    let is_input = |j: usize| inputs.iter().any(|(source, _)| *source == Source::Row(j));
    let fits = |&j: &usize| size(analysis, j) == Some([h, w]) && ends_stage(analysis, j) && !is_input(j);
    let rows: Vec<usize> = (0..row).filter(fits).collect();
    (!rows.is_empty()).then(|| message!("rows-of-size-too", count = rows.len(), rows = and(&rows), h, w))
}

/// Returns the positions of the input with the right size and of the one with the wrong size. The row above is right; if
/// it isn't an input, the majority is right and exactly one input differs.
fn wanted(file: &File<'_>, row: usize, inputs: &[(Source, [i64; 2])]) -> Option<(usize, usize)> {
    let wiring = wiring(&file.model);
    let entries = wiring.get(row).filter(|entries| entries.len() == inputs.len())?;
    let odd = |good: usize| {
        let mut others = (0..inputs.len()).filter(|&k| inputs[k].1 != inputs[good].1);
        others.next().filter(|_| others.next().is_none())
    };
    let above = entries.iter().position(|entry| entry.target == Some(Source::Row(row.wrapping_sub(1))));
    match above {
        Some(above) => Some((above, odd(above)?)),
        None if inputs.len() > 2 => (0..inputs.len()).find_map(|good| Some((good, odd(good)?))),
        None => None,
    }
}

/// The fix of the row above where it enlarges the map too little or too much: the comment names the level of the other input.
fn enlarge(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let inputs = sizes(trial.analysis, row)?;
    let [(Source::Row(above), [own, _]), (_, other)] = inputs[..] else { return None };
    let upsample = trial.file.model.rows.get(above).filter(|upsample| upsample.module_name() == Some("nn.Upsample"))?;
    let claim = comments::stride_claims(trial.file).get(row).copied().flatten()?;
    if above + 1 != row || trial.analysis.stride(other) != 1_i64.checked_shl(claim.level) {
        return None;
    }
    let factor = upsample.args()?.items.get(1)?;
    let wanted = factor.value.as_int()? * other[0] / own;
    let title = message!("enlarge-times", times = wanted, row = above);
    trial.edit(row, vec![(factor.span, wanted.to_string())], title, Some)
}

fn fixes(trial: &Trial<'_>, row: usize) -> Vec<Fix> {
    let fix = enlarge(trial, row).or_else(|| read_above(trial, row)).or_else(|| conv_sizes::odd_stride(trial, row));
    let mut fixes: Vec<Fix> = fix.into_iter().collect();
    fixes.extend(read_another(trial, row));
    if fixes.is_empty() {
        fixes.extend(missing_row::insertion(trial, row));
    }
    fixes
}

/// The fix that reads the row above, which nobody reads, in place of another one.
fn read_above(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let above = row.checked_sub(1)?;
    let wiring = wiring(&trial.file.model);
    if wiring.iter().flatten().any(|entry| entry.target == Some(Source::Row(above))) {
        return None;
    }
    let title = |entry: usize| message!("read-above-instead-of", entry = wiring[row][entry].value);
    let mut fixes = (0..wiring[row].len()).filter_map(|entry| trial.rewire(row, entry, -1, title(entry)));
    fixes.next().filter(|_| fixes.next().is_none())
}

fn read_another(trial: &Trial<'_>, row: usize) -> Option<Fix> {
    let found = sizes(trial.analysis, row).and_then(|inputs| {
        let (good, odd) = wanted(trial.file, row, &inputs)?;
        Some((odd, unread_of_size(trial, row, inputs[good].1)))
    });
    let (odd, fitting) = found?;
    let [one] = fitting.as_slice() else { return None };
    trial.rewire(row, odd, *one as i64, message!("read-row-instead", row = one))
}
