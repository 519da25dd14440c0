//! `stale-shape-comment`: a comment with another shape than the row's output has.

use std::collections::{BTreeMap, BTreeSet};

use super::references::References;
use super::{Diagnostic, File, Fix, declared_channels, rule};
use crate::analysis::{Analysis, analyse};
use crate::model::Model;
use crate::model::comments::{ShapeClaim, shape_claims};
use crate::python::Literal;
use crate::torch::Value;
use crate::words::message;

rule! {
    /// The shape in a comment isn't the shape of the row's output.
    ///
    /// ## What it does
    /// Compares comments such as `# P3 (80x80)`, `# (1, 256, 40, 40)` and `# output_size: 512, 20, 20` with the shape
    /// that the row returns. The number of channels is right if it is that of any scale of the file, or the one before
    /// scaling. All wrong comments of a file are one finding.
    ///
    /// The comments may have been written for another image size, so they are compared at the size that most of them
    /// fit. Nothing is reported if no size fits, and for heads, vectors and sizes that aren't square.
    ///
    /// ## Why is this bad?
    /// People use these comments to choose the rows that a head or a `Concat` reads. They also show what the author of the
    /// file meant, so a wrong one is often a sign of a wrong row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # (1, 64, 320, 320)
    ///   - [-1, 1, Conv, [128, 3, 2]] # (1, 64, 160, 160)
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]] # (1, 64, 320, 320)
    ///   - [-1, 1, Conv, [128, 3, 2]] # (1, 128, 160, 160)
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// Safe if every row works and every reference fits: only numbers in comments change. Check whether the row itself is as
    /// intended. Otherwise the fix isn't safe, because the comment may be right and the rows wrong. There is no fix for
    /// channels that are different at each scale.
    "stale-shape-comment", Warning, File(check)
}

/// The side of the images for which the framework shows its models.
const DEFAULT_SIDE: i64 = 640;

/// A claim beside what the row returns.
struct Known {
    row: usize,
    claim: ShapeClaim,
    stride: i64,
    /// The channels at each scale.
    channels: Vec<i64>,
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    finding(file).into_iter().collect()
}

fn finding(file: &File<'_>) -> Option<Diagnostic> {
    let shown = file.checked.first()?;
    let known: Vec<Known> = shape_claims(file)
        .into_iter()
        .enumerate()
        .filter(|(row, claim)| claim.is_some() && !declared_channels::is_wrong(file, shown, *row))
        .filter_map(|(row, claim)| known(file, shown, row, claim?))
        .collect();
    let image = image_side(&known, shown)?;
    let unscaled = std::cell::LazyCell::new(|| unscaled(file, shown));
    let fits = |known: &&Known| {
        let channels = |(_, said): (_, i64)| {
            known.channels.contains(&said) || unscaled.as_ref().and_then(|a| channels(a, known.row)) == Some(said)
        };
        known.claim.side * known.stride == image && known.claim.channels.is_none_or(channels)
    };
    let wrong: Vec<&Known> = known.iter().filter(|known| !fits(known)).collect();
    let (first, rest) = wrong.split_first()?;
    let truth = |known: &Known| {
        let side = image / known.stride;
        let channels = known.claim.channels.and_then(|_| channels(shown, known.row));
        let channels = channels.map(|channels| format!("{channels}x")).unwrap_or_default();
        format!("{channels}{side}x{side}")
    };
    let said = |known: &Known| {
        let channels = known.claim.channels.map(|(_, channels)| format!("{channels}x")).unwrap_or_default();
        format!("{channels}{side}x{side}", side = known.claim.side)
    };
    let (shape, scale, comment) = (truth(first), &shown.scale, said(first));
    let message = match (is_scaled(first), image == shown.imgsz[0]) {
        (false, true) => message!("row-shape", shape, said = comment),
        (false, false) => message!("row-shape-for", shape, image, said = comment),
        (true, true) => message!("row-shape-at", shape, scale, said = comment),
        (true, false) => message!("row-shape-at-for", shape, scale, image, said = comment),
    };
    let message = match rest.len() {
        0 => message,
        count => message!("and-other-comments", message, count),
    };
    let mut found = RULE.at(first.claim.span, message).of_row(first.row);
    for known in rest {
        found = found
            .related(file.at(known.claim.span), message!("row-returns-shape", row = known.row, shape = truth(known)));
    }
    let mut edits = Vec::new();
    for known in wrong.iter().filter(|known| !is_scaled(known)) {
        let side = (image / known.stride).to_string();
        let sides = known.claim.sides.map(|span| (span, side.clone()));
        let channels = known.claim.channels.zip(channels(shown, known.row));
        edits.extend(channels.map(|((span, _), channels)| (span, channels.to_string())));
        edits.extend(sides);
    }
    edits.retain(|(span, new)| span.text(file.text()) != new);
    edits.sort();
    let title = match (wrong.len(), edits.as_slice()) {
        (_, []) => return Some(found),
        (1, _) => message!("write-shape", shape = truth(first)),
        _ => message!("correct-shapes"),
    };
    let is_sound = shown.rows.iter().all(|row| row.output.is_some());
    let safe = is_sound && matches!(file.references(), References::AsWritten);
    Some(found.fix(Fix { safe, ..Fix::of(title, edits) }))
}

/// Whether the channels differ from scale to scale, so that one number can't be right.
fn is_scaled(known: &Known) -> bool {
    known.claim.channels.is_some() && known.channels.iter().any(|channels| *channels != known.channels[0])
}

fn known(file: &File<'_>, shown: &Analysis, row: usize, claim: ShapeClaim) -> Option<Known> {
    let known = shown.rows.get(row).filter(|row| !row.is_head())?;
    let Value::Tensor(shape) = known.output.as_ref()? else { return None };
    let [_, _, height, width] = *shape.dims() else { return None };
    let stride = shown.stride([height, width]).filter(|_| height > 1)?;
    let channels = file.analyses.iter().map(|analysis| channels(analysis, row)).collect::<Option<_>>()?;
    Some(Known { row, claim, stride, channels })
}

fn channels(analysis: &Analysis, row: usize) -> Option<i64> {
    let Value::Tensor(shape) = analysis.rows.get(row)?.output.as_ref()? else { return None };
    shape.dims().get(1).copied()
}

/// The side of the images for which the comments were written; none if they fit none.
fn image_side(known: &[Known], shown: &Analysis) -> Option<i64> {
    if shown.imgsz[0] != shown.imgsz[1] {
        return None;
    }
    // A level says what its side is a part of.
    let levels: BTreeSet<i64> = known.iter().filter_map(|k| k.claim.side.checked_shl(k.claim.level?)).collect();
    if levels.len() == 1 && levels.iter().all(|side| side % 32 == 0) {
        return levels.first().copied();
    }
    let mut votes: BTreeMap<i64, usize> = BTreeMap::new();
    for known in known {
        *votes.entry(known.claim.side.checked_mul(known.stride)?).or_default() += 1;
    }
    let usual = [shown.imgsz[0], DEFAULT_SIDE];
    let (side, count) = votes.into_iter().max_by_key(|(side, count)| (*count, usual.contains(side)))?;
    (2 * count >= known.len() && (count > 1 || usual.contains(&side)) && side % 32 == 0).then_some(side)
}

/// The model with the numbers of channels that the rows say, if its scales change them.
fn unscaled(file: &File<'_>, shown: &Analysis) -> Option<Analysis> {
    let mut model: Model = file.model.clone();
    let scales = model.keys.iter_mut().find(|key| key.name == "scales")?;
    for cell in &mut scales.value.items {
        let Literal::List(values) = &mut cell.value else { return None };
        *values.get_mut(1)? = Literal::Float(1.0);
        if let Some(most) = values.get_mut(2) {
            *most = Literal::Int(1 << 20);
        }
    }
    Some(analyse(&model, &shown.scale, &shown.options()))
}
