//! `missing-section`: no `backbone`, or no `head`.

use super::{Diagnostic, File, Fix, misplaced_sections, other_alphabet, rule};
use crate::model::{Key, SECTIONS};
use crate::syntax::{Entry, Node};
use crate::text::Span;
use crate::words::message;

rule! {
    /// `backbone` or `head` is missing, or isn't a list.
    ///
    /// ## What it does
    /// Reports a section that is missing, isn't a list of rows, or is indented below another key, and rows below another key
    /// of the section. A `backbone` without rows is reported if rows of `head` count on some. Also names lists of rows under
    /// other keys, such as `neck` or `steam` in some forks.
    ///
    /// A whole file below `model:` or `layers:` is moved to the left by the fix. A section whose name has an
    /// invisible character in it, as text from pages has, is reported with the character's code.
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
    /// only in case. Sections below another key are moved to the start of the line, and a scale that held them becomes
    /// `[depth, width, max_channels]`; that isn't safe.
    "missing-section", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    if let Some(found) = misplaced_sections::finding(&RULE, file) {
        return vec![found];
    }
    if reads_others(file) {
        return Vec::new();
    }
    let is_included = |name: &str| file.tree.get(name).is_some_and(|node| node.is_inclusion(file.text()));
    let is_missing =
        |name: &&str| file.model.sections.iter().all(|section| section.name != *name) && !is_included(name);
    let mut found: Vec<Diagnostic> = SECTIONS.into_iter().filter(is_missing).map(|name| finding(file, name)).collect();
    found.extend(without_rows(file));
    found
}

/// Whether the framework's source builds its rows from lists under other keys: it fails at no key then.
fn reads_others(file: &File<'_>) -> bool {
    let lacks_key =
        || file.analyses.iter().flat_map(|of| &of.header).any(|header| header.fault.exception() == "KeyError");
    file.dialect().source().is_some() && file.model.keys.iter().any(holds_rows) && !lacks_key()
}

/// The finding on a first section without rows, where rows of the second count on them.
fn without_rows(file: &File<'_>) -> Option<Diagnostic> {
    let [first, second] = file.model.sections.as_slice() else { return None };
    let is_wanted = first.rows.is_empty() && !second.rows.is_empty() && file.has_bad_from();
    is_wanted.then(|| RULE.at(first.span, message!("section-without-rows", name = first.name)))
}

fn finding(file: &File<'_>, name: &str) -> Diagnostic {
    let model = &file.model;
    if let Some(key) = model.key(name) {
        let text = key.value.span.text(file.text());
        let line = text.lines().next().unwrap_or_default();
        // The comment that says what cells are, without brackets and without its `#`.
        let is_before_rows = || text.lines().nth(1).is_some_and(|next| next.trim_start().starts_with("- ["));
        if is_before_rows() && !line.starts_with(['[', '-', '"', '\'']) && !line.trim_end().ends_with(':') {
            let span = Span::new(key.value.span.start, key.value.span.start + line.trim_end().len() as u32);
            let fix = Fix::safe(message!("insert-hash"), Span::empty(span.start), "# ");
            return RULE.at(span, message!("lost-hash")).fix(fix);
        }
        let found = RULE.at(key.span, message!("section-of-rows", name));
        if let Some(edits) = with_indices(key, file.text()) {
            let reason = message!("row-with-index");
            let message = message!("with-reason", message = found.message, reason);
            return RULE.at(key.span, message).fix(Fix::of(message!("remove-line-numbers"), edits));
        }
        if let Some((inner, edit)) = below_another_key(file, name) {
            let message = message!("section-below", name, inner);
            return RULE.at(key.span, message).fix(Fix::of(message!("remove-line-of", key = inner), vec![edit]));
        }
        return match without_names(file, name) {
            Some(edits) => found.fix(Fix::of(message!("dashes-for-names"), edits)),
            None => found.help(message!("own-backbone-help")),
        };
    }
    let others: Vec<&Key> = model.keys.iter().filter(|key| holds_rows(key)).collect();
    let is_near = |key: &&&Key| strsim::damerau_levenshtein(&key.name.to_lowercase(), name) <= 2;
    if let Some(key) = others.iter().find(is_near) {
        let fix = Fix::doubtful(message!("write", text = name), key.span, name);
        if let Some((code, _)) = other_alphabet::invisible(&key.name).filter(|(_, visible)| visible == name) {
            let found = RULE.at(key.span, message!("invisible-in-name", name, code));
            return found.fix(Fix { safe: true, ..fix });
        }
        let found = RULE.at(key.span, message!("section-other", name, other = key.name));
        return found.fix(Fix { safe: key.name.eq_ignore_ascii_case(name), ..fix });
    }
    let first = model.sections.first().map(|s| s.span).or(model.keys.first().map(|k| k.span));
    let mut found = RULE.at(first.unwrap_or_default(), message!("section-missing", name));
    // Another framework may read sections of its own.
    let others = if file.dialect().source().is_some() { Vec::new() } else { others };
    if let [first, ..] = others.as_slice() {
        found.message = message!("section-missing-but", name, other = first.name);
        found.related = others.iter().map(|key| (file.at(key.span), message!("not-read"))).collect();
    }
    found
}

/// The only key below a section that has the section's rows, `layers` for instance, and the edit that takes its line out.
fn below_another_key<'a>(file: &'a File<'_>, name: &str) -> Option<(&'a str, (Span, String))> {
    let [entry] = file.tree.get(name)?.as_map()? else { return None };
    let rows = entry.value.as_seq().filter(|rows| rows.iter().any(|row| row.as_seq().is_some()))?;
    let (lines, line) = (file.lines(), file.lines().line(entry.key.span.start));
    let is_block = lines.line(rows.first()?.span.start) > line;
    let whole = Span::new(lines.line_span(file.text(), line).start, lines.line_end(line));
    is_block.then_some((entry.key.as_str()?, (whole, String::new())))
}

/// The edits that take the indices in front of rows out, `0 - [-1, 1, Conv, [64]]`, where each line is such a row.
fn with_indices(key: &Key, text: &str) -> Option<Vec<(Span, String)>> {
    key.value.value.as_str()?;
    let mut start = key.value.span.start;
    let mut edits = Vec::new();
    for line in key.value.span.text(text).split_inclusive('\n') {
        let row = line.trim_start();
        let rest = row.trim_start_matches(|c: char| c.is_ascii_digit());
        let at = start + (line.len() - row.len()) as u32;
        let len = row.len() - rest.trim_start().len();
        if rest.len() == row.len() || !rest.trim_start().starts_with("- [") {
            return None;
        }
        edits.push((Span::new(at, at + len as u32), String::new()));
        start += line.len() as u32;
    }
    Some(edits)
}

/// The edits that make rows with names (`layer0: [-1, 1, Conv, [64]]`) items of a list.
fn without_names(file: &File<'_>, name: &str) -> Option<Vec<(Span, String)>> {
    let entries = file.tree.get(name)?.as_map().filter(|entries| !entries.is_empty())?;
    let is_row = |cells: &[Node]| matches!(cells, [_, _, module, _] if module.as_str().is_some());
    let edit = |entry: &Entry| {
        let row = entry.value.as_seq().filter(|cells| is_row(cells)).map(|_| entry.value.span)?;
        Some((Span::new(entry.key.span.start, row.start), "- ".to_owned()))
    };
    entries.iter().map(edit).collect()
}

/// Whether a key other than the sections has a list of rows.
fn holds_rows(key: &Key) -> bool {
    let is_row = |cell: &crate::model::Cell| matches!(cell.items.as_slice(), [_, _, module, _] if module.value.as_str().is_some());
    !SECTIONS.contains(&key.name.as_str()) && key.value.items.first().is_some_and(is_row)
}
