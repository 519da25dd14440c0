//! What rules on rows that can't be built or run share: from a fault to a finding at the cell that is to blame.

use super::{
    Diagnostic, File, Rule, bad_from, channel_mismatch, head_inputs, invalid_value, malformed_row, output_vanishes,
    spatial_mismatch, unknown_module, wrong_arguments,
};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::{Blame, HeaderFault, RowFault};
use crate::model::{Key, Model, Row, Source};
use crate::text::{Location, Span};
use crate::torch::Value;
use crate::torch::ops::FaultKind;

/// What a rule finds on rows whose own fault keeps them from being built or run.
pub(super) fn findings(file: &File<'_>, analysis: &Analysis, rule: &Rule) -> Vec<Diagnostic> {
    let rows = analysis.rows.iter().enumerate();
    rows.filter_map(|(i, row)| finding(file, analysis, i, &row.status, rule)).collect()
}

fn finding(file: &File<'_>, analysis: &Analysis, i: usize, status: &Status, rule: &Rule) -> Option<Diagnostic> {
    let Status::Fault(row_fault) = status else { return None };
    if rule_of(row_fault)? != rule.name {
        return None;
    }
    let RowFault { fault, blame, at } = &**row_fault;
    if is_consequence(analysis, i, row_fault) {
        return None;
    }
    let row = &file.model.rows[i];
    let at = at.map(|[h, w]| format!(" (in the {h}x{w} pass that the framework makes to measure strides)"));
    let message = format!("{}{}", capitalised(&fault.message), at.unwrap_or_default());
    let mut found = rule.at(span_of(&file.model, row, *blame), message).of_row(i);
    if matches!(fault.kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape) {
        found.related = inputs(file, analysis, i);
    }
    found.related.extend(header_key(file, row, *blame));
    Some(found)
}

/// Whether a row only suffers from what a row that it reads was given: its value is none of its own cells'.
fn is_consequence(analysis: &Analysis, i: usize, row_fault: &RowFault) -> bool {
    let is_inherited =
        row_fault.fault.kind == FaultKind::Value && matches!(row_fault.blame, Blame::Row | Blame::From(_));
    let is_at_fault = |source: &Source| {
        let Source::Row(row) = source else { return false };
        let status = &analysis.rows[*row].status;
        matches!(status, Status::Fault(of_source) if of_source.fault.kind != FaultKind::Unsupported)
    };
    is_inherited && analysis.rows[i].from.iter().any(is_at_fault)
}

/// What a rule finds in the header: a scale of the wrong form, an activation that doesn't exist.
pub(super) fn header_findings(file: &File<'_>, analysis: &Analysis, rule: &Rule) -> Vec<Diagnostic> {
    let model = &file.model;
    let of_rule = analysis.header.iter().filter(|fault| header_rule(fault) == Some(rule.name));
    let finding = |fault: &HeaderFault| {
        let scale = |name: &str| model.scales().find(|(letter, ..)| *letter == name).map(|(.., cell)| cell.span);
        let value = |key: &Key| if key.value.items.is_empty() { key.value.span } else { key.span };
        let span = fault.scale.as_deref().and_then(scale).or(model.key(fault.key).map(value));
        rule.at(span.unwrap_or_default(), capitalised(&fault.fault.message))
    };
    of_rule.map(finding).collect()
}

fn header_rule(fault: &HeaderFault) -> Option<&'static str> {
    match fault.fault.kind {
        FaultKind::Unsupported => None,
        FaultKind::Arguments => Some(wrong_arguments::RULE.name),
        _ => Some(invalid_value::RULE.name),
    }
}

/// Why figures of a row are missing.
pub fn reason(analysis: &Analysis, row: &RowAnalysis) -> Option<String> {
    let reason = row.status.reason()?;
    Some(match &row.status {
        Status::Uncounted(_) => format!("{} has no figure: {reason}", analysis.convention),
        Status::Fault(row_fault) => {
            let rule = rule_of(row_fault).unwrap_or("not modelled");
            let at = row_fault.at.map(|[h, w]| format!(" at {h}×{w}")).unwrap_or_default();
            format!("{rule}{at}: {reason}")
        }
        _ => reason,
    })
}

/// The rule that a fault is a finding of; none for what isn't followed.
pub fn rule_of(row_fault: &RowFault) -> Option<&'static str> {
    Some(match row_fault.fault.kind {
        FaultKind::Arguments => wrong_arguments::RULE.name,
        FaultKind::Value | FaultKind::TooLarge => invalid_value::RULE.name,
        FaultKind::Channels => channel_mismatch::RULE.name,
        FaultKind::Spatial => spatial_mismatch::RULE.name,
        FaultKind::Vanishes => output_vanishes::RULE.name,
        FaultKind::HeadInputs => head_inputs::RULE.name,
        FaultKind::From => bad_from::RULE.name,
        FaultKind::Module => unknown_module::RULE.name,
        FaultKind::Shape if row_fault.blame == Blame::Row => malformed_row::RULE.name,
        FaultKind::Shape if matches!(row_fault.blame, Blame::Arg(_)) => invalid_value::RULE.name,
        FaultKind::Shape => bad_from::RULE.name,
        FaultKind::Unsupported => return None,
    })
}

/// The place of a cell of a row, or of the header key that it reads.
fn span_of(model: &Model, row: &Row, blame: Blame) -> Span {
    let cell = match blame {
        Blame::Row => None,
        Blame::Header(key) => return model.key(key).map_or(row.span, |key| key.value.span),
        Blame::From(None) => row.from(),
        Blame::From(Some(i)) => row.from().map(|from| from.items.get(i).unwrap_or(from)),
        Blame::Repeats => row.repeats(),
        Blame::Module => row.module(),
        Blame::Args => row.args(),
        Blame::Arg(i) => row.args().map(|args| args.items.get(i).unwrap_or(args)),
    };
    cell.map_or(row.span, |cell| cell.span)
}

/// The header key that an argument names, with its value.
fn header_key(file: &File<'_>, row: &Row, blame: Blame) -> Option<(Location, String)> {
    let Blame::Arg(i) = blame else { return None };
    let key = file.model.key(row.args()?.items.get(i)?.value.as_str()?)?;
    Some((file.at(key.value.span), format!("`{}` is set here", key.name)))
}

/// The rows that feed a row, each with what it returns.
fn inputs(file: &File<'_>, analysis: &Analysis, i: usize) -> Vec<(Location, String)> {
    let rows = &file.model.rows;
    let describe = |source: &Source| match *source {
        Source::Image => None,
        Source::Row(j) => {
            let module = rows[j].module().map(|cell| cell.value.to_string()).unwrap_or_default();
            let output = match &analysis.rows[j].output {
                Some(Value::Tensor(shape)) => format!("returns {shape}"),
                Some(_) => "returns several values".to_owned(),
                None => "isn't known".to_owned(),
            };
            Some((file.at(rows[j].span), format!("row {j} ({}) {output}", module.trim_matches('\''))))
        }
    };
    analysis.rows[i].from.iter().filter_map(describe).collect()
}

/// A message as a sentence begins.
pub(super) fn capitalised(message: &str) -> String {
    let mut chars = message.chars();
    // A name in the framework's own spelling (`nn.Conv2d`, `end2end`) stays as it is.
    let is_name = message.split(' ').next().is_some_and(|word| word.contains(|c: char| ".=_0123456789".contains(c)));
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() && !is_name => {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        }
        _ => message.to_owned(),
    }
}
