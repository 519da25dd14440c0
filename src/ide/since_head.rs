//! What has changed in a model file since git's HEAD: its totals, and a row of it.

use std::rc::Rc;

use super::ModelFile;
use super::head::Head;
use crate::analysis::Analysis;
use crate::cost::units;
use crate::diff::{Change, RowDiff, RowStatus, Side, diff};
use crate::text::markdown::code;
use crate::words::message;

/// The analysis of HEAD's file that an analysis of a file is compared with; none if nothing was edited.
fn before(file: &ModelFile, analysis: &Analysis) -> Option<(Rc<Head>, Rc<Analysis>)> {
    let head = file.head().filter(|head| head.text() != file.text())?;
    let before = head.at(&analysis.scale, &analysis.options())?;
    Some((head, before))
}

/// Says how the totals of an analysis have changed: `+12.3k params · -0.0921 GFLOPs since HEAD`. None if they haven't, or one
/// of the two isn't known.
pub(super) fn totals(file: &ModelFile, analysis: &Analysis) -> Option<String> {
    let (_, before) = before(file, analysis)?;
    let (was, is) = (before.totals.as_ref()?, analysis.totals.as_ref()?);
    let params = Change { a: Some(was.params.into()), b: Some(is.params.into()) };
    let said = figures(file, analysis, params, Change { a: was.ops, b: is.ops });
    (!said.is_empty()).then(|| file.say(&message!("totals-since-head", changes = said.join(" · "))))
}

/// Says how row `i` has changed; none if it hasn't.
pub(super) fn row(file: &ModelFile, i: usize) -> Option<String> {
    if file.is_half_typed(i) {
        return None;
    }
    let analysis = file.at_active_scale();
    let (head, before) = before(file, analysis)?;
    let sides = [(head.model(), &*before), (&file.model, analysis)];
    let [a, b] = sides.map(|(model, analysis)| Side { model, analysis });
    let compared = diff(a, b);
    let row = compared.rows.iter().find(|row| row.b.as_ref().is_some_and(|side| side.index == i))?;
    match row.status {
        RowStatus::Added => Some(file.say(&message!("new-since-head"))),
        RowStatus::Changed => {
            let changed = cells(row).chain(figures(file, analysis, row.params, row.ops)).collect::<Vec<_>>();
            (!changed.is_empty()).then(|| file.say(&message!("changed-since-head", changes = changed.join(", "))))
        }
        RowStatus::Same | RowStatus::Removed => None,
    }
}

/// The cells that differ, as `args` `[64]` → `[128]`.
fn cells(row: &RowDiff) -> impl Iterator<Item = String> {
    use crate::diff::CellName::{Args, From, Module, Repeats, Section};
    row.cells.iter().filter_map(|&cell| {
        let [was, is] = [row.a.as_ref()?, row.b.as_ref()?].map(|side| match cell {
            Section => side.section,
            From => &side.from,
            Repeats => &side.repeats,
            Module => &side.module,
            Args => &side.args,
        });
        Some(format!("{} {} → {}", cell.name(), code(was), code(is)))
    })
}

/// The differences of figures that are known on both sides.
fn figures(file: &ModelFile, analysis: &Analysis, params: Change, ops: Change) -> Vec<String> {
    let changed = |change: Change| Some(change).filter(|change| change.differs());
    let params = changed(params).and_then(|change| change.signed(|n| units::params(n.try_into().unwrap_or(u64::MAX))));
    let ops = changed(ops).and_then(|change| change.signed(|n| analysis.convention.format_ops(n)));
    params.map(|n| file.say(&message!("amount-params", n))).into_iter().chain(ops).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    const HEAD: &str = "\
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
";

    fn file(text: &str) -> ModelFile {
        let mut file = ModelFile::read(text, &Request::default(), false).unwrap();
        file.set_head(Head::new(HEAD).map(Rc::new));
        file
    }

    #[test]
    fn totals_since_head() {
        let said = |text: &str| {
            let file = file(text);
            totals(&file, file.at_active_scale())
        };
        assert_eq!(said(HEAD), None);
        assert_eq!(said(&format!("# A comment.\n{HEAD}")), None);
        // One more convolution of 32 · 32 weights and its batch norm of 64; on 160 x 160 places 2 · (32 · 32 + 4 · 32) FLOPs each.
        let more = HEAD.replace("[32, 3, 2]]\n", "[32, 3, 2]]\n  - [-1, 1, Conv, [32]]\n").replace("[[1]", "[[2]");
        assert_eq!(said(&more).as_deref(), Some("+1.09k params · +0.059 GFLOPs since HEAD"));
        assert_eq!(said(&HEAD.replace("Conv, [32", "Own, [32")), None);
    }

    #[test]
    fn a_row_since_head() {
        let of = |text: &str, i: usize| row(&file(text), i);
        let edited = HEAD.replace("[16, 3, 2]", "[16, 1, 2]");
        let said = "since HEAD: args `[16, 3, 2]` → `[16, 1, 2]`, -384 params, -0.079 GFLOPs";
        assert_eq!(of(&edited, 0).as_deref(), Some(said));
        assert_eq!(of(&edited, 1), None);
        let more = HEAD.replace("[32, 3, 2]]\n", "[32, 3, 2]]\n  - [-1, 1, SPPF, [32]]\n").replace("[[1]", "[[2]");
        assert_eq!([of(&more, 2).as_deref(), of(&more, 1).as_deref()], [Some("new since HEAD"), None]);
    }
}
