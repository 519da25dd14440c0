//! `version-drift`: rows that releases of the framework read differently.

use super::{Diagnostic, File, Fix, decimal_comma, rule};
use crate::analysis::Analysis;
use crate::dialect::Origin;
use crate::model::Cell;
use crate::python::Literal;
use crate::text::Span;
use crate::words::message;

rule! {
    /// Releases of the framework read this differently.
    ///
    /// ## What it does
    /// Reports
    ///
    /// * a number as the fourth argument of `C3k2`: it was `groups` up to release 8.3.253 and is `attn` since 8.4.0,
    ///   where any number but 0 turns attention on;
    /// * a number of channels that equals `nc`: up to release 8.4.102 it wasn't scaled, since 8.4.103 it is scaled by width
    ///   like any other;
    /// * `n` of `SPPF` with its default value: up to release 8.3.253 SPPF doesn't accept it, and since 8.4.0 a row with `n`
    ///   has no activation after its first convolution.
    ///
    /// ## Why is this bad?
    /// The file may have been written for another release. Training then produces a different model.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C3k2, [64, False, 0.5, 2]]
    ///   - [-1, 1, SPPF, [64, 5, 3]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, C3k2, [64, False, 0.5, False, 2]]
    ///   - [-1, 1, SPPF, [64, 5]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    "version-drift", Warning, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    // What another framework does with a row is what its own source says.
    if analysis.dialect.source().is_some() {
        return Vec::new();
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    for (i, row) in file.model.rows.iter().enumerate() {
        let args = row.args().map(|args| args.items.as_slice()).unwrap_or_default();
        let mut drift = match row.module_name() {
            Some("C3k2") if !is_cut(file, analysis, i) => attention_or_groups(args),
            Some("SPPF") => unactivated(args),
            _ => None,
        };
        // What is put in or taken out stands between commas.
        let is_in_brackets = row.args().is_some_and(|args| args.span.text(file.text()).starts_with('['));
        drift.iter_mut().filter(|_| !is_in_brackets).for_each(|drift| drift.fixes.clear());
        found.extend(drift.map(|drift| drift.of_row(i)));
        found.extend(unscaled_channels(file, analysis, i, args).map(|drift| drift.of_row(i)));
    }
    found
}

/// Whether the number is the second half of a fraction.
fn is_cut(file: &File<'_>, analysis: &Analysis, i: usize) -> bool {
    let module = analysis.rows.get(i).and_then(|row| row.info.as_deref());
    module.is_some_and(|module| decimal_comma::cut(file, i, module).is_some())
}

/// Reports a number at the position where `C3k2` had `groups` and now has `attn`.
fn attention_or_groups(args: &[Cell]) -> Option<Diagnostic> {
    let cell = args.get(3)?;
    let Literal::Int(groups @ 1..) = cell.value else { return None };
    let message = message!("drift-attn", groups);
    let title = message!("write-groups", groups);
    let found = RULE.at(cell.span, message).fix(Fix::doubtful(title, cell.span, format!("False, {groups}")));
    Some(found.fix(Fix::doubtful(message!("write-attention"), cell.span, "True")))
}

/// Reports `SPPF` with the default `n`: the framework recognises rows for older releases by their number of arguments.
fn unactivated(args: &[Cell]) -> Option<Diagnostic> {
    let [_, before, n] = args else { return None };
    if n.value != Literal::Int(3) {
        return None;
    }
    let message = message!("drift-sppf");
    let fix = Fix::doubtful(message!("remove-n"), Span::new(before.span.end, n.span.end), "");
    Some(RULE.at(n.span, message).fix(fix))
}

/// Reports a number of channels that equals `nc`, if the scale's width isn't 1.
fn unscaled_channels(file: &File<'_>, analysis: &Analysis, i: usize, args: &[Cell]) -> Option<Diagnostic> {
    let row = analysis.rows.get(i)?;
    let cell = args.first().filter(|_| row.info.as_ref().is_some_and(|module| module.scales(0)))?;
    let classes = file.model.get("nc")?.as_int()?;
    if cell.value.as_int() != Some(classes) && cell.value.as_str() != Some("nc") {
        return None;
    }
    let scaled = row.args.iter().find(|arg| arg.origin == Origin::Cell(0))?.value.as_int()?;
    let message = message!("drift-classes", scaled, classes);
    (scaled != classes).then(|| RULE.at(cell.span, message))
}
