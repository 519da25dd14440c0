//! Shared with `invalid-value`: rows that pick an output of a backbone which returns only one.

use super::{Diagnostic, File, Fix, Rule};
use crate::analysis::Analysis;
use crate::model::Source;
use crate::torch::Value;

/// The place of `split` among the arguments of a `TorchVision` row.
const SPLIT: usize = 5;

/// What stands for the arguments before it that a row may leave out.
const DEFAULTS: [&str; SPLIT] = ["", "", "DEFAULT", "True", "2"];

/// Makes one finding of those on rows that pick from the same backbone.
pub(super) fn once(rule: &Rule, file: &File<'_>, analysis: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let backbone = |finding: &Diagnostic| {
        let row = finding.row?;
        let Source::Row(above) = *analysis.rows[row].from.first()? else { return None };
        let is_index = file.model.rows[row].module_name() == Some("Index");
        let is_backbone = file.model.rows[above].module_name() == Some("TorchVision");
        let is_one = matches!(analysis.rows[above].output, Some(Value::Tensor(_)));
        (is_index && is_backbone && is_one).then_some(above)
    };
    let Some(above) = found.iter().find_map(backbone) else { return found };
    let (picks, mut rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|finding| backbone(finding) == Some(above));
    rest.extend(finding(rule, file, analysis, above, &picks));
    rest
}

fn finding(
    rule: &Rule,
    file: &File<'_>,
    analysis: &Analysis,
    above: usize,
    picks: &[Diagnostic],
) -> Option<Diagnostic> {
    let args = file.model.rows[above].args()?;
    let cell = args.items.get(SPLIT);
    let Value::Tensor(shape) = analysis.rows[above].output.as_ref()? else { return None };
    let why = if cell.is_some() { "its `split` is False" } else { "its `split`, the sixth argument, isn't given" };
    let rows: Vec<usize> = picks.iter().filter_map(|pick| pick.row).collect();
    let message =
        format!("Row {above} (TorchVision) returns one map, {shape}, because {why}. Index needs the list of all maps");
    let mut found = rule.at(cell.unwrap_or(args).span, message).of_row(*rows.first()?);
    for pick in picks {
        found = found.related(file.at(pick.span), "picks from the list");
    }
    let edit = match (cell, args.items.last()) {
        (Some(cell), _) => (cell.span, "True".to_owned()),
        (None, Some(last)) => {
            let missing = DEFAULTS.get(args.items.len()..)?.iter().map(|default| format!(", {default}"));
            (crate::text::Span::empty(last.span.end), missing.collect::<String>() + ", True")
        }
        _ => return Some(found),
    };
    let fix = Fix { title: "write True for `split`".to_owned(), edits: vec![edit], ..Fix::default() };
    Some(found.fix(fix))
}
