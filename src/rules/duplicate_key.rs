//! `duplicate-key`: a key that is defined twice.

use super::{Diagnostic, File, Fix, Severity, rule};
use crate::model::SECTIONS;
use crate::syntax::{Entry, Node};
use crate::text::Span;
use crate::words::message;

rule! {
    /// A key is defined twice.
    ///
    /// ## What it does
    /// Reports a key that a later key of the same name overrides: at the top level of the file, or in a mapping there, such
    /// as a letter in `scales`. A section is an error if rows of the later one count on those of the first.
    ///
    /// A file that was pasted twice, one below the other, is one finding.
    ///
    /// ## Why is this bad?
    /// PyYAML silently uses the last value, so the value that a reader sees first has no effect. If there are two `head`
    /// sections, all rows of the first are lost.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// nc: 3
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 3
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [nc]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix removes the overridden value, or makes one section of two. It isn't safe: the overridden value may be the
    /// intended one.
    "duplicate-key", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some(root) = &file.tree.root else { return Vec::new() };
    let mut found = Vec::new();
    match pasted_twice(file, root) {
        Some(finding) => found.push(finding),
        None => overwritten(file, root, None, &mut found),
    }
    for entry in file.tree.entries() {
        overwritten(file, &entry.value, entry.key.as_str(), &mut found);
    }
    found
}

/// The finding on a file that stands twice, one below the other.
fn pasted_twice(file: &File<'_>, root: &Node) -> Option<Diagnostic> {
    let entries = root.as_map()?;
    let (first, second) = entries.split_at(entries.len() / 2);
    let is_same =
        first.len() == second.len() && first.iter().zip(second).all(|(a, b)| a.key.as_str() == b.key.as_str());
    let has_sections = SECTIONS.iter().all(|name| first.iter().any(|entry| entry.key.as_str() == Some(name)));
    let (start, end) = (first.first()?.key.span, second.first()?.key.span.start);
    let count = first.len();
    let line = file.lines().line(end) + 1;
    let found = RULE
        .at(start, message!("file-twice", count, line))
        .related(file.at(second[0].key.span), message!("value-is-used"));
    let fix = Fix::doubtful(message!("remove-first-of-two"), Span::new(start.start, end), "");
    (is_same && has_sections).then(|| found.fix(fix))
}

/// Reports the entries of a mapping that later entries of the same key override.
fn overwritten(file: &File<'_>, mapping: &Node, of: Option<&str>, found: &mut Vec<Diagnostic>) {
    let pairs = mapping.duplicates();
    let Some(entries) = mapping.as_map().filter(|_| !pairs.is_empty()) else { return };
    for (i, entry) in entries.iter().enumerate() {
        let Some(name) = entry.key.as_str() else { continue };
        let Some(last) = entries[i + 1..].iter().rfind(|later| later.key.as_str() == Some(name)) else { continue };
        let message = match of {
            Some(key) => message!("defined-twice-in", name, key),
            None => message!("defined-twice", name),
        };
        let joined = joined(file, entry, last).filter(|_| of.is_none() && file.has_bad_from());
        if let Some(fix) = joined {
            let message = message!("section-defined-twice", name);
            let finding = RULE.at(entry.key.span, message).severity(Severity::Error);
            found.push(finding.related(file.at(last.key.span), message!("only-these-rows")).fix(fix));
            continue;
        }
        let mut finding = RULE.at(entry.key.span, message).related(file.at(last.key.span), message!("value-is-used"));
        let lines = lines_of(file.text(), entry.span());
        finding.fixes.extend(lines.map(|lines| Fix::doubtful(message!("remove-key", name), lines, "")));
        found.push(finding);
    }
}

/// The fix that makes one list of the rows of two sections of the same name, where nothing stands between them.
fn joined(file: &File<'_>, first: &Entry, second: &Entry) -> Option<Fix> {
    let is_list =
        |entry: &Entry| entry.value.as_seq().is_some_and(|rows| rows.iter().any(|row| row.as_seq().is_some()));
    let lines = file.lines();
    let line = lines.line(second.key.span.start);
    let whole = Span::new(lines.line_span(file.text(), line).start, lines.line_end(line));
    let is_alone = whole.text(file.text()).split('#').next().is_some_and(|text| text.trim_end().ends_with(':'));
    let entries = file.tree.entries();
    let is_next =
        entries.iter().zip(entries.iter().skip(1)).any(|(a, b)| a.span() == first.span() && b.span() == second.span());
    let name = first.key.as_str()?;
    let is_section = SECTIONS.contains(&name) && is_list(first) && is_list(second) && is_alone && is_next;
    is_section.then(|| Fix::of(message!("join-sections", name), vec![(whole, String::new())]))
}

/// Returns the lines of an entry, if nothing but comments shares them.
fn lines_of(text: &str, entry: Span) -> Option<Span> {
    let (before, behind) = (&text[..entry.start as usize], &text[entry.end as usize..]);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = behind.split_inclusive('\n').next().unwrap_or_default();
    let is_alone = before[start..].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
    is_alone.then(|| Span::new(start as u32, entry.end + rest.len() as u32))
}
