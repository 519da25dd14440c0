//! Shared with `invalid-value`: rows that pick an output of a backbone which returns only one.

use super::{Diagnostic, File, Fix, Rule, declared_channels};
use crate::analysis::Analysis;
use crate::model::Source;
use crate::torch::Value;
use crate::words::{Message, message};

/// The place of `split` among the arguments of a `TorchVision` row.
const SPLIT: usize = 5;

/// What stands for the arguments before it that a row may leave out.
const DEFAULTS: [&str; SPLIT] = ["", "", "DEFAULT", "True", "2"];

/// Makes one finding of those on rows that pick from the same backbone, and says what there is to pick from.
pub(super) fn once(rule: &Rule, file: &File<'_>, analysis: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let above = |finding: &Diagnostic| {
        let row = finding.row.filter(|row| file.model.rows[*row].module_name() == Some("Index"))?;
        match *analysis.rows[row].from.first()? {
            Source::Row(above) => Some((row, above)),
            Source::Image => None,
        }
    };
    for finding in &mut found {
        if let Some((row, above)) = above(finding) {
            say_outputs(file, analysis, row, above, finding);
        }
    }
    let backbone = |finding: &Diagnostic| {
        let (_, above) = above(finding)?;
        let is_backbone = file.model.rows[above].module_name() == Some("TorchVision");
        let is_one = matches!(analysis.rows[above].output, Some(Value::Tensor(_)));
        (is_backbone && is_one).then_some(above)
    };
    let Some(above) = found.iter().find_map(backbone) else { return found };
    let (picks, mut rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|finding| backbone(finding) == Some(above));
    rest.extend(finding(rule, file, analysis, above, &picks));
    rest
}

/// Says what a row returns that another one picks a missing output of.
fn say_outputs(file: &File<'_>, analysis: &Analysis, row: usize, above: usize, finding: &mut Diagnostic) {
    let name = file.model.rows[above].module_name().unwrap_or_default();
    match &analysis.rows[above].output {
        Some(Value::Tensor(shape)) => {
            finding.message = message!("picks-from-one", above, name, shape);
        }
        Some(Value::List(items)) => {
            let Some(index) = file.model.rows[row].args().and_then(|args| args.items.get(1)?.value.as_int()) else {
                return;
            };
            let outputs = declared_channels::outputs(analysis, above);
            let Some((last, Some((channels, [h, w])))) = outputs.iter().enumerate().next_back() else { return };
            finding.message = message!("picks-missing", above, name, count = items.len(), last, index, channels, h, w);
        }
        _ => {}
    }
}

/// What to say of a row that gets all maps of a backbone and wants one.
pub(super) fn read_whole(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<(Message, Message)> {
    let known = analysis.rows.get(row)?;
    let above = known.from.iter().find_map(|source| match *source {
        Source::Row(above) if file.model.rows[above].module_name() == Some("TorchVision") => Some(above),
        _ => None,
    })?;
    let Some(Value::List(items)) = &analysis.rows[above].output else { return None };
    let (last, (channels, _)) = declared_channels::outputs(analysis, above)
        .into_iter()
        .enumerate()
        .filter_map(|(i, o)| Some((i, o?)))
        .next_back()?;
    let message = message!("returns-list", above, count = items.len());
    let help = message!("returns-list-help", above, channels, last);
    Some((message, help))
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
    let rows: Vec<usize> = picks.iter().filter_map(|pick| pick.row).collect();
    let message = match cell {
        Some(_) => message!("split-is-false", above, shape),
        None => message!("split-is-not-given", above, shape),
    };
    let mut found = rule.at(cell.unwrap_or(args).span, message).of_row(*rows.first()?);
    for pick in picks {
        found = found.related(file.at(pick.span), message!("picks-from-list"));
    }
    let edit = match (cell, args.items.last()) {
        (Some(cell), _) => (cell.span, "True".to_owned()),
        (None, Some(last)) => {
            let missing = DEFAULTS.get(args.items.len()..)?.iter().map(|default| format!(", {default}"));
            (crate::text::Span::empty(last.span.end), missing.collect::<String>() + ", True")
        }
        _ => return Some(found),
    };
    let fix = Fix::of(message!("write-true-split"), vec![edit]);
    Some(found.fix(fix))
}
