//! `dominant-layer`: one row that accounts for most of a model.

use super::{Diagnostic, File, doubtful_argument, rule};
use crate::analysis::Analysis;
use crate::words::{Message, message};

rule! {
    /// One row accounts for most of the model.
    ///
    /// ## What it does
    /// Reports a row with more than half of a model's parameters or operations; for the head that ends the model, more
    /// than 90 %. Models with fewer than ten rows aren't checked.
    ///
    /// ## Why is this bad?
    /// It is often caused by a typo in a number, or by a module whose cost grows with the image. The other rows then
    /// have little influence on the model's cost.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 2]]
    ///   - [-1, 1, Conv, [32, 3, 2]]
    ///   - [-1, 1, C2f, [32]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C2f, [64]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [1280]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [128]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [16, 3, 2]]
    ///   - [-1, 1, Conv, [32, 3, 2]]
    ///   - [-1, 1, C2f, [32]]
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C2f, [64]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [128]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, C2f, [128]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Options
    /// `dominant_share: 0.4` in `.yolint.yaml` sets the share for all rows, including the head.
    "dominant-layer", Warning, File(check)
}

/// Smallest number of rows to check; in shorter models, some row always has a large share.
const FEWEST: usize = 10;
/// Largest share of an ordinary row.
const SHARE: f64 = 0.5;
/// Largest share of the head that ends a model.
const SHARE_OF_HEAD: f64 = 0.9;

/// A row's share of a model.
struct Share<'a> {
    row: usize,
    share: f64,
    what: Message,
    scale: &'a str,
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let rows = &file.model.rows;
    if rows.len() < FEWEST {
        return Vec::new();
    }
    let mut largest: Vec<Share<'_>> = Vec::new();
    for share in file.checked.iter().flat_map(|analysis| shares(file, analysis)) {
        match largest.iter_mut().find(|other| other.row == share.row && other.what == share.what) {
            Some(other) if other.share < share.share => *other = share,
            Some(_) => {}
            None => largest.push(share),
        }
    }
    largest.iter().map(|share| finding(file, share)).collect()
}

fn finding(file: &File<'_>, share: &Share<'_>) -> Diagnostic {
    let row = &file.model.rows[share.row];
    let module = row.module_name().unwrap_or("?");
    let (percent, what, scale) = ((share.share * 100.0).round(), &share.what, share.scale);
    let message = match scale {
        "" => message!("dominant-layer", module, percent, what),
        scale => message!("dominant-layer-at", module, percent, what, scale),
    };
    let span = row.module().map_or(row.span, |cell| cell.span);
    RULE.at(span, message).of_row(share.row)
}

/// Returns the rows whose share is too large.
fn shares<'a>(file: &File<'_>, analysis: &'a Analysis) -> Vec<Share<'a>> {
    // A row that fails is mended first.
    let Some(totals) = analysis.totals.as_ref().filter(|totals| totals.ops.is_some()) else { return Vec::new() };
    let last = analysis.rows.len() - 1;
    let mut found = Vec::new();
    for (i, row) in analysis.rows.iter().enumerate() {
        let is_head = i == last && row.is_head();
        let allowed = file.lint.dominant_share.unwrap_or(if is_head { SHARE_OF_HEAD } else { SHARE });
        let params = row.params.map(|params| params as f64 / totals.params as f64);
        let ops = row.ops.zip(totals.ops).map(|(ops, all)| ops as f64 / all as f64);
        for (share, what) in [(params, message!("what-params")), (ops, "GFLOPs".into())] {
            let share = share.filter(|share| *share > allowed && !doubtful_argument::explains(file, analysis, i));
            if let Some(share) = share {
                found.push(Share { row: i, share, what, scale: &analysis.scale });
            }
        }
    }
    found
}
