//! What is wrong with the file itself: its syntax, its sections, its header.

use super::rows::capitalised;
use super::{Diagnostic, Fix, Severity};
use crate::analysis::Analysis;
use crate::dialect::HeaderFault;
use crate::model::{Model, SECTIONS};
use crate::ops::FaultKind;
use crate::syntax::SyntaxError;
use crate::text::Span;

/// Findings on syntax, sections and header.
pub(super) fn check(model: &Model, errors: &[SyntaxError], analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = errors.iter().map(syntax_error).collect();
    found.extend(missing_sections(model));
    found.extend(duplicate_keys(model));
    found.extend(ignored_channels(model));
    found.extend(analysis.header.iter().filter_map(|fault| header_fault(model, fault)));
    found
}

/// What PyYAML refuses. The framework reads files with libyaml, which takes some of it.
fn syntax_error(error: &SyntaxError) -> Diagnostic {
    let severity = if error.kind.loads_with_libyaml() { Severity::Warning } else { Severity::Error };
    let mut found = Diagnostic::new("syntax", severity, error.span, capitalised(&error.message));
    found.fixes.extend(error.fix.map(|fix| Fix {
        title: fix_title(error, fix.replacement),
        safe: false,
        edits: vec![(fix.span, fix.replacement.to_owned())],
    }));
    found
}

fn fix_title(error: &SyntaxError, replacement: &str) -> String {
    match (error.fix.is_some_and(|fix| fix.span.is_empty()), replacement.trim().is_empty()) {
        (true, _) => format!("insert `{replacement}`"),
        (false, true) if replacement.is_empty() => "remove it".to_owned(),
        (false, true) => "replace it by spaces".to_owned(),
        (false, false) => format!("write `{replacement}` instead"),
    }
}

/// `backbone` and `head` must both be there, and be lists.
fn missing_sections(model: &Model) -> impl Iterator<Item = Diagnostic> + '_ {
    SECTIONS.into_iter().filter(|name| model.sections.iter().all(|s| s.name != *name)).map(|name| {
        let (span, message) = match model.key(name) {
            Some(key) => (key.span, format!("`{name}` must be a list of rows [from, repeats, module, args]")),
            None => {
                let first = model.sections.first().map(|s| s.span).or(model.keys.first().map(|k| k.span));
                (first.unwrap_or_default(), format!("the file has no `{name}` section"))
            }
        };
        Diagnostic::new("missing-section", Severity::Error, span, message)
    })
}

/// A key that stands twice: the last one counts.
fn duplicate_keys(model: &Model) -> impl Iterator<Item = Diagnostic> + '_ {
    model.keys.iter().enumerate().filter_map(|(i, key)| {
        let last = model.keys[i + 1..].iter().rev().find(|later| later.name == key.name)?;
        let message = format!("`{}` stands twice: this one is overwritten by the later one", key.name);
        let mut found = Diagnostic::new("duplicate-key", Severity::Warning, key.span, message);
        found.related.push((last.span, "this one counts".to_owned()));
        Some(found)
    })
}

/// `ch`, by which files say the channels of the image: the framework of today takes them from the dataset instead.
fn ignored_channels(model: &Model) -> Option<Diagnostic> {
    let key = model.key("ch")?;
    let channels = key.value.value.as_int().filter(|&ch| ch > 0 && ch != 3)?;
    let message = format!(
        "Ultralytics 8.4.190 doesn't read `ch`: it takes the channels of the dataset, and 3 without one. \
         The figures here are for {channels}"
    );
    Some(Diagnostic::new("version-drift", Severity::Hint, key.span, message))
}

fn header_fault(model: &Model, fault: &HeaderFault) -> Option<Diagnostic> {
    let rule = match fault.fault.kind {
        FaultKind::Unsupported => return None,
        FaultKind::Arguments => "wrong-arguments",
        _ => "invalid-value",
    };
    let scale = |name: &str| model.scales().find(|(letter, ..)| *letter == name).map(|(.., cell)| cell.span);
    let value = model.key(fault.key).map(|key| if key.value.items.is_empty() { key.value.span } else { key.span });
    let span: Option<Span> = fault.scale.as_deref().and_then(scale).or(value);
    Some(Diagnostic::new(rule, Severity::Error, span.unwrap_or_default(), capitalised(&fault.fault.message)))
}
