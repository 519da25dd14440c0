//! `duplicate-key`: a key that stands twice.

use super::{Diagnostic, File, Fix, rule};
use crate::syntax::Node;
use crate::text::Span;

rule! {
    /// A key stands twice.
    ///
    /// ## What it does
    /// Reports a key that a later one of the same name overwrites: at the top of the file, or in a mapping there, such as a
    /// letter of `scales`.
    ///
    /// ## Why is this bad?
    /// PyYAML takes the last one without a word, so the value that a reader sees first isn't the one that counts. Of two
    /// sections called `head`, all rows of the first are gone.
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
    /// The fix removes the lines of the value that doesn't count. It isn't safe: it may be the one that was meant.
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

/// The entries of a mapping that later ones of the same key overwrite.
fn overwritten(file: &File<'_>, mapping: &Node, of: Option<&str>, found: &mut Vec<Diagnostic>) {
    let pairs = mapping.duplicates();
    let Some(entries) = mapping.as_map().filter(|_| !pairs.is_empty()) else { return };
    for (i, entry) in entries.iter().enumerate() {
        let Some(name) = entry.key.as_str() else { continue };
        let Some(last) = entries[i + 1..].iter().rfind(|later| later.key.as_str() == Some(name)) else { continue };
        let place = of.map(|key| format!(" in `{key}`")).unwrap_or_default();
        let message = format!("`{name}` stands twice{place}: this one is overwritten by the later one");
        let mut finding = RULE.at(entry.key.span, message).related(file.at(last.key.span), "this one counts");
        let lines = lines_of(file.text(), entry.span());
        finding.fixes.extend(lines.map(|lines| Fix::doubtful(format!("remove this `{name}`"), lines, "")));
        found.push(finding);
    }
}

/// The lines that hold nothing but an entry and comments behind it.
fn lines_of(text: &str, entry: Span) -> Option<Span> {
    let (before, behind) = (&text[..entry.start as usize], &text[entry.end as usize..]);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = behind.split_inclusive('\n').next().unwrap_or_default();
    let is_alone = before[start..].trim().is_empty() && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
    is_alone.then(|| Span::new(start as u32, entry.end + rest.len() as u32))
}
