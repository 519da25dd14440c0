//! Rows that can't be built or run: one rule for each kind of fault.

use super::{Diagnostic, Fix, Severity};
use crate::analysis::{Analysis, RowFault, Status};
use crate::catalog::{self, Value};
use crate::dialect::{Blame, Source};
use crate::model::{Model, Row};
use crate::ops::FaultKind;
use crate::text::Span;

/// Findings on rows whose own fault keeps them from being built or run.
pub(super) fn check(model: &Model, analysis: &Analysis) -> Vec<Diagnostic> {
    analysis.rows.iter().enumerate().filter_map(|(i, row)| finding(model, analysis, i, &row.status)).collect()
}

fn finding(model: &Model, analysis: &Analysis, i: usize, status: &Status) -> Option<Diagnostic> {
    let Status::Fault(row_fault) = status else { return None };
    let RowFault { fault, blame, at } = &**row_fault;
    let rule = rule_of(row_fault)?;
    let row = &model.rows[i];
    let at = at.map(|[h, w]| format!(" (in the {h}x{w} pass that the framework makes to measure strides)"));
    let message = format!("{}{}", capitalised(&fault.message), at.unwrap_or_default());
    let mut diagnostic = Diagnostic::new(rule, Severity::Error, span_of(model, row, *blame), message).of_row(i);
    if matches!(fault.kind, FaultKind::Channels | FaultKind::Spatial | FaultKind::HeadInputs | FaultKind::Shape) {
        diagnostic.related = inputs(model, analysis, i);
    }
    diagnostic.related.extend(header_key(model, row, *blame));
    if let (FaultKind::Module, Some(name)) = (fault.kind, row.module().and_then(|cell| cell.value.as_str())) {
        diagnostic.fixes.extend(catalog::suggestion(name).map(|known| Fix {
            title: format!("write `{known}`"),
            safe: false,
            edits: vec![(diagnostic.span, known.to_owned())],
        }));
    }
    Some(diagnostic)
}

/// The rule that a fault is a finding of; none for what isn't followed.
pub fn rule_of(row_fault: &RowFault) -> Option<&'static str> {
    Some(match row_fault.fault.kind {
        FaultKind::Arguments => "wrong-arguments",
        FaultKind::Value | FaultKind::TooLarge => "invalid-value",
        FaultKind::Channels => "channel-mismatch",
        FaultKind::Spatial => "spatial-mismatch",
        FaultKind::Vanishes => "output-vanishes",
        FaultKind::HeadInputs => "head-inputs",
        FaultKind::From => "bad-from",
        FaultKind::Module => "unknown-module",
        FaultKind::Shape if row_fault.blame == Blame::Row => "malformed-row",
        FaultKind::Shape if matches!(row_fault.blame, Blame::Arg(_)) => "invalid-value",
        FaultKind::Shape => "bad-from",
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
fn header_key(model: &Model, row: &Row, blame: Blame) -> Option<(Span, String)> {
    let Blame::Arg(i) = blame else { return None };
    let key = model.key(row.args()?.items.get(i)?.value.as_str()?)?;
    Some((key.value.span, format!("`{}` is set here", key.name)))
}

/// The rows that feed a row, each with what it returns.
fn inputs(model: &Model, analysis: &Analysis, i: usize) -> Vec<(Span, String)> {
    let describe = |source: &Source| match *source {
        Source::Image => None,
        Source::Row(j) => {
            let module = model.rows[j].module().map(|cell| cell.value.to_string()).unwrap_or_default();
            let output = match &analysis.rows[j].output {
                Some(Value::Tensor(shape)) => format!("returns {shape}"),
                Some(_) => "returns several values".to_owned(),
                None => "isn't known".to_owned(),
            };
            Some((model.rows[j].span, format!("row {j} ({}) {output}", module.trim_matches('\''))))
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
