//! Python while it is typed: a statement of the top level that can't be read counts as it was when the file was last whole,
//! so that a class keeps its form while somebody works in it, and the rest of the file goes on.

use std::collections::HashMap;

use crate::python::parse::parse_module;

/// A statement of the top level, with the lines above it that belong to it.
struct Part<'a> {
    /// What the statement begins with: `class Stack`. It is known again by that.
    head: &'a str,
    text: &'a str,
}

/// The text with statements that can't be read as they stand in `whole`. It has as many lines, where they do.
pub(super) fn mended(text: &str, whole: &str) -> String {
    let whole: HashMap<&str, &str> = parts(whole).into_iter().map(|part| (part.head, part.text)).collect();
    let mut mended = String::with_capacity(text.len());
    for part in parts(text) {
        if parse_module(part.text).errors.is_empty() {
            mended.push_str(part.text);
            continue;
        }
        // What never was whole isn't there yet.
        let before = whole.get(part.head).copied().unwrap_or_default();
        mended.push_str(before);
        let missing = part.text.matches('\n').count().saturating_sub(before.matches('\n').count());
        mended.extend(std::iter::repeat_n('\n', missing));
    }
    mended
}

/// Cuts a text at the lines where a statement of the top level may begin.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    // Decorators belong to what stands below them.
    let mut is_decorated = false;
    for line in text.split_inclusive('\n') {
        let begins = line.starts_with(|c: char| c.is_alphabetic() || "_@\"'".contains(c));
        let goes_on = ["else", "elif", "except", "finally"].iter().any(|word| line.starts_with(word));
        if begins && !goes_on && !is_decorated && at > start {
            parts.push(part(&text[start..at]));
            start = at;
        }
        if begins {
            is_decorated = line.starts_with('@');
        }
        at += line.len();
    }
    if at > start {
        parts.push(part(&text[start..at]));
    }
    parts
}

fn part(text: &str) -> Part<'_> {
    let first = text.lines().find(|line| !line.starts_with('@') && !line.trim().is_empty()).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let head = match first.split_once(' ') {
        Some((word @ ("class" | "def" | "async"), rest)) => {
            let name = rest.trim_start().find(|c| !is_word(c)).unwrap_or(rest.trim_start().len());
            &first[..word.len() + 1 + (rest.len() - rest.trim_start().len()) + name]
        }
        _ => first,
    };
    Part { head, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "import torch\n\n\nclass A(B):\n    x = 1\n\n\n@wrap\nclass C:\n    y = 2\n";

    #[test]
    fn what_cannot_be_read_counts_as_it_was() {
        for (now, expected) in [
            ("    x = (", "    x = 1"),
            ("    x = 3", "    x = 3"),
            ("    x = 'a", "    x = 1"),
            ("    def f(self", "    x = 1"),
        ] {
            let text = WHOLE.replace("    x = 1", now);
            assert_eq!(mended(&text, WHOLE), WHOLE.replace("    x = 1", expected), "{now}");
        }
    }

    #[test]
    fn what_never_was_whole_is_not_there() {
        let text = format!("{WHOLE}\n\nclass New(\n");
        assert_eq!(mended(&text, WHOLE), format!("{WHOLE}\n\n\n"));
    }

    #[test]
    fn lines_stay_where_they_were() {
        let text = WHOLE.replace("    x = 1", "    x = 1\n    z = [\n    w = 2");
        let mended = mended(&text, WHOLE);
        assert_eq!(
            mended.lines().position(|line| line == "class C:"),
            text.lines().position(|line| line == "class C:")
        );
    }
}
