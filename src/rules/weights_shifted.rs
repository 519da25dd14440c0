//! `weights-shifted`: rows that came or went, so that rows below find no pretrained weights under their index.

use super::{Diagnostic, File, rule};
use crate::analysis::{Analysis, analyse};
use crate::model::ReadFile;
use crate::rewrite::{self, Change};
use crate::weights::{Base, Loss, StateDict, Transfer};
use crate::words::message;

rule! {
    /// An inserted or deleted row keeps the rows below it from loading their pretrained weights.
    ///
    /// ## What it does
    /// Compares the model with the one that the setting `pretrained` names. When the framework loads weights, it takes
    /// those whose name and shape are the same, and names begin with the row's index. The finding is at the first
    /// inserted or deleted row. It says how many items are loaded, how many would be loaded if the row were directly
    /// above the head, and with which map of rows a script could move the weights. Without the setting, nothing is
    /// reported.
    ///
    /// ## Why is this bad?
    /// The rows below are trained from random values although the checkpoint has their weights. The only sign is a line
    /// in the log: "Transferred 78/541 items from pretrained weights".
    ///
    /// ## Example
    /// ```yaml .yolint.yaml
    /// pretrained: base.yaml
    /// ```
    ///
    /// ```yaml base.yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, Conv, [256, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C2f, [64]] # new
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, Conv, [256, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// Write one module that contains both the row above and the new one, so that the indices don't change. Or move the
    /// weights with a script: `yolint weights FILE` prints the map that it needs. Or put the new row directly above the
    /// head:
    ///
    /// ```yaml .yolint.yaml
    /// pretrained: base.yaml
    /// ```
    ///
    /// ```yaml base.yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, Conv, [256, 3, 2]]
    /// head:
    ///   - [-1, 1, nn.Identity, []]
    /// ```
    ///
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, Conv, [256, 3, 2]]
    ///   - [-1, 1, C2f, [256]] # new
    /// head:
    ///   - [-1, 1, nn.Identity, []]
    /// ```
    ///
    /// ## Options
    /// `pretrained:` in `.yolint.yaml`.
    "weights-shifted", Hint, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    finding(file, analysis).into_iter().collect()
}

fn finding(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let base = file.lint.pretrained.as_deref()?;
    let found = base.weighed(&StateDict::of(analysis)?, &analysis.scale, &analysis.options())?;
    let transfer = &found.transfer;
    let shifted = transfer.rows.iter().position(|row| matches!(row.loss, Some(Loss::Shifted { .. })))?;
    if transfer.map.transferred <= transfer.transferred {
        return None;
    }
    let new = transfer.rows[..shifted].iter().rposition(|row| row.loss == Some(Loss::New));
    // Rows without weights that came, and rows that went, leave no trace but the shift.
    let row = new.unwrap_or(shifted);
    let cell = file.model.rows.get(row)?;
    let elsewhere = new.and_then(|row| above_the_head(file, analysis, base, row));
    let elsewhere = elsewhere.filter(|moved| moved.transferred > transfer.transferred);
    let (filled, items, base) = (transfer.transferred, transfer.items, &found.name);
    let message = match (new, elsewhere) {
        (Some(_), Some(moved)) => {
            message!("weights-shifted-above-head", filled, items, base, there = moved.transferred)
        }
        (Some(_), None) => message!("weights-shifted", filled, items, base),
        (None, _) => message!("weights-of-other-indices", filled, items, base),
    };
    let span = cell.module().map_or(cell.span, |module| module.span);
    let note = message!("weights-moved", filled = transfer.map.transferred, map = transfer.map.to_string());
    Some(RULE.at(span, message).of_row(row).related(file.at(file.model.rows.get(shifted)?.span), note))
}

/// What would be kept if a row stood right above the last one; none if that can't be built.
fn above_the_head(file: &File<'_>, analysis: &Analysis, base: &Base, row: usize) -> Option<Transfer> {
    let text = file.model.rows[row].span.text(file.text());
    let without = rewrite::apply(file.text(), &rewrite::change(file, Change::Delete(row))?);
    let without = ReadFile::new(&*without);
    let last = without.model.rows.len().checked_sub(1)?;
    let moved = rewrite::apply(without.text(), &rewrite::change_with(&without, Change::above(last), text)?);
    let moved = analyse(&ReadFile::new(&*moved).model, &analysis.scale, &analysis.options());
    Some(base.weighed(&StateDict::of(&moved)?, &analysis.scale, &analysis.options())?.transfer)
}
