//! Shared with `text-argument`: arguments with a name, `k=3`.

use super::{Diagnostic, File, Fix, Rule, Severity};
use crate::text::Span;
use crate::words::{Message, message};

/// The name and the value of such an argument.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !value.is_empty() && !value.starts_with('=')).then_some((name, value))
}

/// Such an argument.
pub(super) struct Named<'a> {
    pub(super) row: usize,
    pub(super) span: Span,
    pub(super) words: &'a str,
}

/// Returns the finding on all of them.
pub(super) fn finding(rule: &Rule, file: &File<'_>, texts: &[Named<'_>]) -> Option<Diagnostic> {
    let (first, rest) = texts.split_first()?;
    let (name, value) = parts(first.words)?;
    let message = message!("text-named", text = first.words, value, name);
    let message = with_others(message, rest.len());
    let mut found = rule.at(first.span, message).severity(Severity::Error).of_row(first.row);
    for text in rest {
        found = found.related(file.at(text.span), message!("text-too"));
    }
    let analysis = file.checked.first()?;
    let places: Vec<Option<&str>> = texts.iter().map(|text| name_at(file, analysis, text)).collect();
    if let Some(module) = analysis.rows[first.row].info.as_deref() {
        let names: Vec<String> = module.row_params.iter().map(|param| param.name.to_string()).collect();
        found.help = Some(message!("row-gives", module = module.name, names = names.join(", ")));
    }
    // The value can stay where it is if that is its place.
    let is_there =
        |(text, place): (&Named<'_>, &Option<&str>)| parts(text.words).is_some_and(|(name, _)| *place == Some(name));
    if !texts.iter().zip(&places).all(is_there) {
        return Some(found);
    }
    let edits: Vec<_> = texts.iter().filter_map(|text| Some((text.span, parts(text.words)?.1.to_owned()))).collect();
    Some(found.fix(Fix { safe: true, ..Fix::of(message!("remove-names"), edits) }))
}

/// A message, and how many other cells it is about.
pub(super) fn with_others(message: Message, others: usize) -> Message {
    match others {
        0 => message,
        count => message!("text-others", message, count),
    }
}

/// The name of the argument at the place of a text.
fn name_at<'a>(file: &File<'_>, analysis: &'a crate::analysis::Analysis, text: &Named<'_>) -> Option<&'a str> {
    let cells = &file.model.rows[text.row].args()?.items;
    let place = cells.iter().position(|cell| cell.span == text.span)?;
    let module = analysis.rows[text.row].info.as_deref()?;
    Some(&module.row_params.get(place)?.name)
}
