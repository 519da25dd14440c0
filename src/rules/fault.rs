//! Shared by rules on rows that can't be built or run: turns a fault into a finding at the cell that causes it.

use super::{
    Diagnostic, File, Rule, bad_from, channel_mismatch, head_inputs, invalid_value, malformed_row, output_vanishes,
    spatial_mismatch, unknown_module, wrong_arguments,
};
use crate::analysis::{Analysis, RowFault, Status};
use crate::dialect::{Blame, HeaderFault, Source};
use crate::model::{Key, Model, Row};
use crate::text::{Location, Span};
use crate::torch::Value;
use crate::torch::ops::FaultKind;

/// Returns a rule's findings on rows that can't be built or run because of their own cells.
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
    let at = at.map(|[h, w]| format!(" (in the framework's {h}x{w} pass that measures strides)"));
    let message = format!("{}{}", capitalised(&fault.message), at.unwrap_or_default());
    let mut found = rule.at(span_of(&file.model, row, *blame), message).of_row(i);
    if matches!(fault.kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape) {
        found.related = inputs(file, analysis, i);
    }
    found.related.extend(header_key(file, row, *blame));
    Some(found)
}

/// Whether the fault comes from an input row's arguments rather than from this row's cells.
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

/// Returns a rule's findings in the header, such as a malformed scale or an unknown activation.
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

/// Returns the rule that reports a fault; none for unsupported constructs.
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

/// Returns the place of a row's cell, or of the header key that it names.
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

/// Returns the header key that an argument names, as a related place.
fn header_key(file: &File<'_>, row: &Row, blame: Blame) -> Option<(Location, String)> {
    let Blame::Arg(i) = blame else { return None };
    let key = file.model.key(row.args()?.items.get(i)?.value.as_str()?)?;
    Some((file.at(key.value.span), format!("`{}` is set here", key.name)))
}

/// Returns a row's input rows as related places, each with its output.
fn inputs(file: &File<'_>, analysis: &Analysis, i: usize) -> Vec<(Location, String)> {
    let rows = &file.model.rows;
    let describe = |source: &Source| match *source {
        Source::Image => None,
        Source::Row(j) => {
            let module = rows[j].module().map(|cell| cell.value.to_string()).unwrap_or_default();
            let output = match &analysis.rows[j].output {
                Some(Value::Tensor(shape)) => format!("returns {shape}"),
                Some(_) => "returns several values".to_owned(),
                None => "has an unknown output".to_owned(),
            };
            Some((file.at(rows[j].span), format!("row {j} ({}) {output}", module.trim_matches('\''))))
        }
    };
    analysis.rows[i].from.iter().filter_map(describe).collect()
}

/// Capitalises a message.
pub(super) fn capitalised(message: &str) -> String {
    let mut chars = message.chars();
    // Names keep the framework's spelling (`nn.Conv2d`, `end2end`).
    let is_name = message.split(' ').next().is_some_and(|word| word.contains(|c: char| ".=_0123456789".contains(c)));
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() && !is_name => {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        }
        _ => message.to_owned(),
    }
}
