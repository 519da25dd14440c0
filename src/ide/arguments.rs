//! How written arguments become constructor arguments: `512 → min(512, 1024) × 0.25 → 128`.

use super::ModelFile;
use crate::analysis::RowAnalysis;
use crate::dialect::{Origin, Param};
use crate::model::Cell;
use crate::words::message;

/// Returns the position among the constructor arguments of the argument written at `j`; none if it isn't passed to the
/// module.
pub(super) fn position(row: &RowAnalysis, j: usize) -> Option<usize> {
    let written_at = |j: usize| row.args.iter().position(|arg| arg.origin == Origin::Cell(j));
    written_at(j).or_else(|| {
        // Some scales replace a written value.
        let before = written_at(j.checked_sub(1)?)?;
        let is_own = |origin| !matches!(origin, Origin::Repeats | Origin::From);
        let next = (before + 1..row.args.len()).find(|&at| is_own(row.args[at].origin))?;
        (row.args[next].origin == Origin::Scale).then_some(next)
    })
}

/// Returns the parameter of the argument at `j` of row `i`.
pub(super) fn param(file: &ModelFile, i: usize, j: usize) -> Option<Param> {
    let row = &file.at_active_scale().rows[i];
    // A row that isn't built has no module of its own.
    row.info.as_ref()?;
    file.module_of(i)?.params.get(position(row, j)?).cloned()
}

/// Describes how the argument at `j` of row `i` is computed: only the value if it stays as written. None if it isn't
/// passed to the module, or the row isn't known.
pub(super) fn argument(file: &ModelFile, i: usize, j: usize) -> Option<String> {
    let analysis = file.at_active_scale();
    let cell = file.model.rows[i].args()?.items.get(j)?;
    let row = &analysis.rows[i];
    let bound = row.args.get(position(row, j)?)?;
    let raw = written(cell);
    let effective = match bound.value.as_str() {
        Some(text) => text.to_owned(),
        None => bound.value.to_string(),
    };
    if bound.origin == Origin::Scale {
        let effective = file.say(&message!("value-at-scale", value = effective, scale = analysis.scale));
        return Some(format!("{raw} → {effective}"));
    }
    if raw == effective {
        return Some(raw);
    }
    let is_scaled = row.info.as_ref().is_some_and(|module| module.scales(j));
    let scaled = if is_scaled { scaled(file, cell) } else { None };
    Some(match scaled {
        Some(product) => format!("{raw} → {product} → {effective}"),
        None => format!("{raw} → {effective}"),
    })
}

/// Describes how the `repeats` of row `i` are computed: `2 → max(round(2 × 0.5), 1) → 1`. None if the row isn't built.
pub(super) fn repeats(file: &ModelFile, i: usize) -> Option<String> {
    let analysis = file.at_active_scale();
    let row = &analysis.rows[i];
    let cell = file.model.rows[i].repeats().filter(|_| row.params.is_some())?;
    let raw = written(cell);
    if cell.value.as_float().is_none_or(|n| n <= 1.0) {
        return Some(raw);
    }
    Some(format!("{raw} → max(round({raw} × {}), 1) → {}", analysis.scaling.depth, row.repeats))
}

/// `min(512, 1024) × 0.25`, and whether it is rounded up.
fn scaled(file: &ModelFile, cell: &Cell) -> Option<String> {
    let scaling = &file.at_active_scale().scaling;
    let channels = cell.value.as_float()?;
    let (cap, width) = (scaling.max_channels.as_float()?, scaling.width.as_float()?);
    let capped = if cap.is_finite() { format!("min({}, {})", cell.value, scaling.max_channels) } else { String::new() };
    let product = channels.min(cap) * width;
    let factors = match (capped.is_empty(), width == 1.0) {
        (true, true) => String::new(),
        (false, true) => capped,
        (true, false) => format!("{} × {}", cell.value, scaling.width),
        (false, false) => format!("{capped} × {}", scaling.width),
    };
    let rounded = product % 8.0 != 0.0;
    Some(match (factors.is_empty(), rounded) {
        (true, _) => file.say(&message!("rounded-up")),
        (false, true) => file.say(&message!("product-rounded-up", factors, product)),
        (false, false) => factors,
    })
}

/// Returns a value as written, without quotes.
pub(super) fn written(cell: &Cell) -> String {
    match cell.value.as_str() {
        Some(text) => text.to_owned(),
        None => cell.value.to_string(),
    }
}
