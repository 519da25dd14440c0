//! `missing-section`: no `backbone`, or no `head`.

use super::{Diagnostic, File, Fix, rule};
use crate::model::{Key, SECTIONS};
use crate::syntax::{Entry, Node};

rule! {
    /// `backbone` or `head` is missing, or isn't a list.
    ///
    /// ## What it does
    /// Reports a section that is missing, isn't a list of rows or stands below another key, and names lists of rows under other keys, such as `neck`
    /// or `steam` in some forks.
    ///
    /// ## Why is this bad?
    /// The framework builds the rows of `backbone` and then those of `head`, and reads no other list. If one is missing, it
    /// fails with `KeyError: 'head'`; if one isn't a list, with a `TypeError`.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix renames a key that is similar to the section's name and holds a list of rows. It is safe if the names differ
    /// only in case.
    "missing-section", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    if let Some(found) = misplaced(file) {
        return vec![found];
    }
    let is_missing = |name: &&str| file.model.sections.iter().all(|section| section.name != *name);
    SECTIONS.into_iter().filter(is_missing).map(|name| finding(file, name)).collect()
}

/// Sections that stand below another key, `scales.n` for instance.
fn misplaced(file: &File<'_>) -> Option<Diagnostic> {
    let is_section = |entry: &&Entry| {
        let rows = entry.value.as_seq().unwrap_or_default();
        let names = entry.key.as_str().is_some_and(|key| SECTIONS.contains(&key));
        names && rows.iter().any(|row| row.as_seq().is_some())
    };
    let below = |path: String, node: &'_ Node| -> Option<(String, Vec<Entry>)> {
        let found: Vec<Entry> = node.as_map()?.iter().filter(is_section).cloned().collect();
        (!found.is_empty()).then_some((path, found))
    };
    let (path, found) = file.tree.entries().iter().find_map(|entry| {
        let name = entry.key.as_str()?;
        let inner = entry.value.as_map().unwrap_or_default().iter();
        let deeper = inner.filter_map(|inner| Some((format!("{name}.{}", inner.key.as_str()?), &inner.value)));
        [(name.to_owned(), &entry.value)].into_iter().chain(deeper).find_map(|(path, node)| below(path, node))
    })?;
    let (first, others) = found.split_first()?;
    let names: Vec<String> = found.iter().filter_map(|entry| Some(format!("`{}`", entry.key.as_str()?))).collect();
    let (stand, belong) = if others.is_empty() { ("stands", "it belongs") } else { ("stand", "they belong") };
    let message = format!("{} {stand} below `{path}`: {belong} to the top level of the file", names.join(" and "));
    let mut found =
        RULE.at(first.key.span, message).help("write the section at the start of a line, without indentation");
    for entry in others {
        found = found.related(file.at(entry.key.span), "this one too");
    }
    Some(found)
}

fn finding(file: &File<'_>, name: &str) -> Diagnostic {
    let model = &file.model;
    if let Some(key) = model.key(name) {
        return RULE.at(key.span, format!("`{name}` must be a list of rows [from, repeats, module, args]"));
    }
    let others: Vec<&Key> = model.keys.iter().filter(|key| holds_rows(key)).collect();
    let is_near = |key: &&&Key| strsim::damerau_levenshtein(&key.name.to_lowercase(), name) <= 2;
    if let Some(key) = others.iter().find(is_near) {
        let fix = Fix::doubtful(format!("write `{name}`"), key.span, name);
        let found = RULE.at(key.span, format!("the file has no `{name}` section, but `{}`", key.name));
        return found.fix(Fix { safe: key.name.eq_ignore_ascii_case(name), ..fix });
    }
    let first = model.sections.first().map(|s| s.span).or(model.keys.first().map(|k| k.span));
    let mut found = RULE.at(first.unwrap_or_default(), format!("the file has no `{name}` section"));
    // Another framework may read sections of its own.
    let others = if file.dialect().source().is_some() { Vec::new() } else { others };
    if let [first, ..] = others.as_slice() {
        found.message += &format!(": the framework doesn't read the rows under `{}`", first.name);
        found.related = others.iter().map(|key| (file.at(key.span), "not read".to_owned())).collect();
    }
    found
}

/// Whether a key other than the sections has a list of rows.
fn holds_rows(key: &Key) -> bool {
    let is_row = |cell: &crate::model::Cell| matches!(cell.items.as_slice(), [_, _, module, _] if module.value.as_str().is_some());
    !SECTIONS.contains(&key.name.as_str()) && key.value.items.first().is_some_and(is_row)
}
