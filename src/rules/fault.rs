//! Shared by rules on rows that can't be built or run: turns a fault into a finding at the cell that causes it.

use std::collections::BTreeMap;

use super::{
    Diagnostic, File, Fix, Level, Rule, bad_from, below, cell_order, channel_mismatch, channels_not_taken,
    declared_channels, doubtful_argument, head_inputs, input_channels, invalid_value, joined_dimension, malformed_row,
    module_not_imported, module_not_scaled, module_raises, module_without_branch, no_head, other_alphabet,
    other_repository, output_vanishes, registration, repeats_not_taken, spatial_mismatch, text_argument,
    unknown_module, upsample_size, wrong_arguments,
};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::{Blame, HeaderFault, RowFault};
use crate::model::comments::{self, IndexClaim};
use crate::model::{Cell, Key, Model, Row, Source};
use crate::text::{Location, Span};
use crate::torch::Value;
use crate::torch::ops::FaultKind;
use crate::words::{Message, message};

/// The findings on what can't be built or run, rows and then the header, by the names of the rules that they are of.
pub(super) fn findings(file: &File<'_>, analysis: &Analysis) -> BTreeMap<&'static str, Vec<Diagnostic>> {
    let rows = analysis.rows.iter().enumerate();
    let unsettled = unsettled(file, analysis).unwrap_or(usize::MAX);
    let supposed = below::first_supposed(analysis).unwrap_or(usize::MAX);
    let is_settled = |(i, row): &(usize, &RowAnalysis)| {
        *i < unsettled.min(supposed) || !below::is_of_indices(&row.status) || row.output.is_some()
    };
    let of_rows = rows.filter(is_settled).filter_map(|(i, row)| finding(file, analysis, i, &row.status));
    let of_header = analysis.header.iter().filter_map(|fault| header_finding(file, fault));
    let mut found: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
    for finding in of_rows.chain(of_header) {
        found.entry(finding.rule).or_default().push(finding);
    }
    found
}

/// The first row whose index isn't known, as a row above it with an unknown module seems to stand for several rows: the
/// indices in comments jump behind it, or several rows below could be read only if there were more rows.
fn unsettled(file: &File<'_>, analysis: &Analysis) -> Option<usize> {
    let unknown = analysis.rows.iter().position(|row| row.info.is_none())?;
    let claims = comments::index_claims(file);
    let jumps = |(row, claim): (usize, &Option<IndexClaim>)| claim.is_some_and(|c| c.is_plain && c.index > row);
    let behind = || claims.iter().enumerate().skip(unknown + 1);
    let is_bad = |row: &&RowAnalysis| matches!(&row.status, Status::Fault(f) if f.fault.kind == FaultKind::From);
    let is_several = behind().filter(|claim| jumps(*claim)).count() > 1
        || analysis.rows[unknown + 1..].iter().filter(is_bad).count() > 1;
    is_several.then_some(unknown + 1)
}

fn finding(file: &File<'_>, analysis: &Analysis, i: usize, status: &Status) -> Option<Diagnostic> {
    let Status::Fault(row_fault) = status else { return None };
    let rule = rule(row_fault)?;
    let RowFault { fault, blame, at, place } = &**row_fault;
    if is_consequence(analysis, i, row_fault) || is_explained(file, analysis, i) {
        return None;
    }
    if let Some(found) = registered(file, analysis, i, row_fault) {
        return Some(found);
    }
    let row = &file.model.rows[i];
    if let Some(found) = other_alphabet::finding(file, row)
        .or_else(|| other_alphabet::letters(file, row))
        .or_else(|| cell_order::finding(file, row))
    {
        return Some(found.of_row(i));
    }
    let message = match at {
        Some([height, width]) => message!("fault-in-pass", fault = &fault.message, height, width),
        None => message!("fault", fault = &fault.message),
    };
    let key = named_key(file, row, *blame);
    let span = key.map_or_else(|| span_of(&file.model, row, *blame), |(key, _)| key.value.span);
    let mut found = rule.at(span, message).of_row(i);
    if matches!(fault.kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape) {
        found.related = inputs(file, analysis, i);
    }
    found.related.extend(key.map(|(key, cell)| (file.at(cell.span), message!("argument-names-key", key = key.name))));
    found.related.extend(raised(place.as_ref()));
    Some(found)
}

/// The finding on a row that can't be built or run, where that comes from how its class is registered.
fn registered(file: &File<'_>, analysis: &Analysis, i: usize, fault: &RowFault) -> Option<Diagnostic> {
    let found = match fault.fault.kind {
        FaultKind::Module => module_not_imported::finding(file, analysis, i, fault),
        _ if module_not_imported::is_unseen(file, analysis, i) => {
            module_not_imported::finding(file, analysis, i, fault)
        }
        _ => {
            let of = registration::Registered::of(file, analysis, i)?;
            module_not_scaled::finding(file, i, &of, fault)
                .or_else(|| channels_not_taken::finding(file, i, &of, Some(fault)))
                .or_else(|| repeats_not_taken::finding(file, i, &of, Some(fault)))
                .or_else(|| module_without_branch::finding(file, analysis, i, &of, fault))
        }
    }?;
    // Where that isn't wanted, the fault is reported as any other.
    (file.lint.level(found.rule) != Some(Level::Off)).then_some(found.of_row(i))
}

/// Whether a finding of another rule says where the fault of a row comes from.
fn is_explained(file: &File<'_>, analysis: &Analysis, i: usize) -> bool {
    text_argument::explains(file, i)
        || other_repository::explains(file, i)
        || no_head::explains(file, analysis, i)
        || declared_channels::explains(file, analysis, i)
        || input_channels::explains(file, analysis, i)
        || joined_dimension::explains(file, analysis, i)
        || upsample_size::explains(file, analysis, i)
        || doubtful_argument::fails(file, analysis, i)
        || analysis.rows[i].has_fault(FaultKind::Spatial) && doubtful_argument::changes_sizes(file, analysis, i)
        || lacks_keypoints(file, analysis, i)
}

/// The shape of keypoints that a last row names or gives where the top of the file doesn't say it.
fn keypoints<'a>(file: &'a File<'_>) -> Option<&'a Cell> {
    let last = file.model.rows.last().filter(|_| file.model.key("kpt_shape").is_none())?;
    let args = last.args()?;
    let is_shape = |cell: &&Cell| cell.value.as_str() == Some("kpt_shape") || cell.items.len() == 2;
    args.items.iter().find(is_shape)
}

/// The arguments of a last row that has the shape of keypoints as two of them, without the shape at the top, and that shape.
fn keypoints_apart<'a>(file: &'a File<'_>) -> Option<(&'a Cell, String, String)> {
    let last = file.model.rows.last().filter(|_| file.model.key("kpt_shape").is_none())?;
    let module = file.dialect().module(last.module_name()?)?;
    let args = last.args()?;
    let (nc, shape) = wrong_arguments::keypoints_apart(file, &module, &args.items)?;
    Some((args, nc, shape))
}

/// Whether a row fails because it names the shape of keypoints, which is missing.
fn lacks_keypoints(file: &File<'_>, analysis: &Analysis, i: usize) -> bool {
    analysis.header.iter().any(|fault| fault.key == "kpt_shape")
        && i + 1 == analysis.rows.len()
        && (keypoints(file).is_some_and(|cell| cell.items.is_empty()) || keypoints_apart(file).is_some())
}

/// Whether the fault comes from an input row's arguments rather than from this row's cells.
fn is_consequence(analysis: &Analysis, i: usize, row_fault: &RowFault) -> bool {
    let is_inherited =
        row_fault.fault.kind == FaultKind::Value && matches!(row_fault.blame, Blame::Row | Blame::From(_));
    let is_at_fault = |source: &Source| {
        let Source::Row(row) = source else { return false };
        let status = &analysis.rows[*row].status;
        matches!(status, Status::Fault(_))
    };
    is_inherited && analysis.rows[i].from.iter().any(is_at_fault)
}

/// A finding in the header: a scale of the wrong form, an activation that doesn't exist.
fn header_finding(file: &File<'_>, fault: &HeaderFault) -> Option<Diagnostic> {
    let rule = match fault.fault.kind {
        FaultKind::Unsupported => return None,
        FaultKind::Arguments => wrong_arguments::RULE,
        FaultKind::Raised => module_raises::RULE,
        _ => invalid_value::RULE,
    };
    let model = &file.model;
    let scale = |name: &str| model.scales().find(|(letter, ..)| *letter == name).map(|(.., cell)| cell.span);
    let value = |key: &Key| if key.value.items.is_empty() { key.value.span } else { key.span };
    let span = fault.scale.as_deref().and_then(scale).or(model.key(fault.key).map(value));
    let mut found = rule.at(span.unwrap_or_default(), message!("fault", fault = &fault.fault.message));
    found.related.extend(raised(fault.place.as_deref()));
    if let Some(cell) = keypoints(file).filter(|_| fault.key == "kpt_shape") {
        let shape = if cell.items.is_empty() { "[17, 3]" } else { cell.span.text(file.text()) };
        let line = format!("kpt_shape: {shape}");
        let top = model.keys.first().map_or(0, |key| key.span.start);
        found.span = cell.span;
        found.fixes.push(Fix::doubtful(message!("add-key", line), Span::empty(top), format!("{line}\n")));
    } else if let Some((args, nc, shape)) = keypoints_apart(file).filter(|_| fault.key == "kpt_shape") {
        let line = format!("kpt_shape: {shape}");
        let top = model.keys.first().map_or(0, |key| key.span.start);
        let edits = vec![(Span::empty(top), format!("{line}\n")), (args.span, format!("[{nc}, kpt_shape]"))];
        found.span = args.span;
        found.fixes.push(Fix::of(message!("add-key", line), edits));
    }
    Some(found)
}

/// Why figures of a row are missing.
pub fn reason(analysis: &Analysis, row: &RowAnalysis) -> Option<Message> {
    let reason = row.status.reason()?;
    Some(match &row.status {
        Status::Uncounted(_) => message!("reason-uncounted", convention = analysis.convention, reason),
        Status::Fault(row_fault) => {
            let rule = rule_of(row_fault).unwrap_or_default();
            match row_fault.at {
                Some([height, width]) => {
                    message!("reason-rule-at", rule, height, width, reason)
                }
                None => message!("reason-rule", rule, reason),
            }
        }
        Status::Unknown(_) => message!("reason-not-known", reason),
        _ => reason,
    })
}

/// The name of the rule that a fault is a finding of.
pub fn rule_of(row_fault: &RowFault) -> Option<&'static str> {
    rule(row_fault).map(|rule| rule.name)
}

fn rule(row_fault: &RowFault) -> Option<Rule> {
    Some(match row_fault.fault.kind {
        FaultKind::Arguments => wrong_arguments::RULE,
        FaultKind::Value | FaultKind::TooLarge => invalid_value::RULE,
        FaultKind::Channels => channel_mismatch::RULE,
        FaultKind::Spatial => spatial_mismatch::RULE,
        FaultKind::Vanishes => output_vanishes::RULE,
        FaultKind::HeadInputs => head_inputs::RULE,
        FaultKind::From => bad_from::RULE,
        FaultKind::Module => unknown_module::RULE,
        FaultKind::Shape if row_fault.blame == Blame::Row => malformed_row::RULE,
        FaultKind::Shape if matches!(row_fault.blame, Blame::Arg(_)) => invalid_value::RULE,
        FaultKind::Shape => bad_from::RULE,
        FaultKind::Raised => module_raises::RULE,
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

/// Returns the place in a file of Python where an exception was raised.
fn raised(place: Option<&Location>) -> Option<(Location, Message)> {
    Some((place?.clone(), message!("raised-here")))
}

/// The key at the top of the file that an argument names, and the argument.
fn named_key<'a>(file: &'a File<'_>, row: &'a Row, blame: Blame) -> Option<(&'a Key, &'a Cell)> {
    let Blame::Arg(i) = blame else { return None };
    let cell = row.args()?.items.get(i)?;
    Some((file.model.key(cell.value.as_str()?)?, cell))
}

/// Returns a row's input rows as related places, each with its output.
fn inputs(file: &File<'_>, analysis: &Analysis, i: usize) -> Vec<(Location, Message)> {
    let rows = &file.model.rows;
    let describe = |source: &Source| match *source {
        Source::Image => None,
        Source::Row(j) => {
            let module = rows[j].module().map(|cell| cell.value.to_string()).unwrap_or_default();
            let module = module.trim_matches('\'');
            let words = match &analysis.rows[j].output {
                Some(Value::Tensor(shape)) => message!("row-returns", row = j, module, output = shape),
                Some(_) => message!("row-returns-several", row = j, module),
                None => message!("row-output-unknown", row = j, module),
            };
            Some((file.at(rows[j].span), words))
        }
    };
    analysis.rows[i].from.iter().filter_map(describe).collect()
}
