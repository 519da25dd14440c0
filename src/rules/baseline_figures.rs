//! Shared with `stale-summary`: figures in comments that are an official model's to the last digit, in a file whose own
//! figures aren't known.

use super::{Diagnostic, File, Rule, Severity};
use crate::analysis::Status;
use crate::dialect::Published;
use crate::model::comments::{Quantity, SummaryClaim, WrittenNumber};
use crate::text::Span;
use crate::words::message;

/// Returns a finding on the comment behind a scale.
pub(super) fn finding(rule: &Rule, file: &File<'_>, claims: &[(&str, SummaryClaim)]) -> Option<Diagnostic> {
    let letter = claims.first()?.0;
    let analysis = file.analyses.iter().find(|analysis| analysis.scale == letter)?;
    // A row of another model can't be built. One that isn't finished says nothing.
    let is_typing = !file.errors.is_empty() || analysis.rows.iter().any(|row| row.status == Status::Incomplete);
    let row = analysis.rows.iter().position(|row| row.params.is_none())?;
    if is_typing || analysis.totals.is_some() {
        return None;
    }
    let read: Vec<(SummaryClaim, WrittenNumber)> =
        claims.iter().filter_map(|(_, claim)| Some((*claim, claim.written(file.text())?))).collect();
    let all = analysis.dialect.published();
    let likeness = |model: &&Published| strsim::jaro_winkler(model.file, file.stem);
    let fits = all.iter().filter(|model| !file.stem.contains(model.file) && is_its(model, &read));
    let model =
        fits.max_by(|a, b| (a.scale == letter).cmp(&(b.scale == letter)).then(likeness(a).total_cmp(&likeness(b))))?;
    let (first, last) = (read.first()?.0.span, read.last()?.0.span);
    let module = file.model.rows[row].module_name().unwrap_or("?");
    let message = message!("figures-of-official", count = read.len(), model = model.model, row, module);
    let span = Span::new(first.start, last.end);
    Some(rule.at(span, message).severity(Severity::Warning))
}

/// Whether all figures are those of a model, and tell it from others.
fn is_its(model: &Published, read: &[(SummaryClaim, WrittenNumber)]) -> bool {
    let is_same = |(claim, written): &(SummaryClaim, WrittenNumber)| match claim.quantity {
        Quantity::Layers => written.is(f64::from(model.layers)),
        Quantity::Params => written.is(f64::from(model.params)),
        Quantity::Gradients => written.is(f64::from(model.trainable)),
        Quantity::Gflops => (written.value - f64::from(model.gflops_tenths) / 10.0).abs() <= 0.1,
    };
    let is_count =
        |(claim, _): &&(SummaryClaim, WrittenNumber)| matches!(claim.quantity, Quantity::Params | Quantity::Gradients);
    let digits = read.iter().filter(is_count).map(|(_, written)| written.digits).max().unwrap_or(0);
    // Older releases counted layers and GFLOPs in other ways, but parameters always alike.
    let counts_fit = read.iter().filter(is_count).all(is_same);
    counts_fit && (digits >= 5 || digits >= 2 && read.len() > 1 && read.iter().all(is_same))
}
