//! `duplicate-key`: a key that is defined twice.

use super::{Diagnostic, File, Fix, rule};
use crate::syntax::Node;
use crate::text::Span;
use crate::words::message;

rule! {
    /// A key is defined twice.
    ///
    /// ## What it does
    /// Reports a key that a later key of the same name overrides: at the top level of the file, or in a mapping there, such
    /// as a letter in `scales`.
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
    /// The fix removes the overridden value. It isn't safe: that value may be the intended one.
    "duplicate-key", Warning, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some(root) = &file.tree.root else { return Vec::new() };
    let mut found = Vec::new();
    overwritten(file, root, None, &mut found);
    for entry in file.tree.entries() {
        overwritten(file, &entry.value, entry.key.as_str(), &mut found);
    }
    found
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
        let mut finding = RULE.at(entry.key.span, message).related(file.at(last.key.span), message!("value-is-used"));
        let lines = lines_of(file.text(), entry.span());
        finding.fixes.extend(lines.map(|lines| Fix::doubtful(message!("remove-key", name), lines, "")));
        found.push(finding);
    }
}

/// Returns the lines of an entry, if nothing but comments shares them.
fn lines_of(text: &str, entry: Span) -> Option<Span> {
    let (before, behind) = (&text[..entry.start as usize], &text[entry.end as usize..]);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = behind.split_inclusive('\n').next().unwrap_or_default();
    let is_alone = before[start..].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
    is_alone.then(|| Span::new(start as u32, entry.end + rest.len() as u32))
}
