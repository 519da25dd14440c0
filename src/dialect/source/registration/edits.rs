//! Edits of `parse_model`, in its own style.

use super::branches::{Name, ParseModel};
use crate::text::{FileEdits, Span};

impl ParseModel {
    /// Adds a module to those whose channels are scaled, and to those that get the number of repeats if it `repeats`; none
    /// if there is no list of them.
    pub fn with_scaled(&self, module: &str, repeats: bool) -> Option<FileEdits> {
        let branch = self.scaled_branches().find(|branch| !repeats || addable(branch.repeats()).is_some())?;
        let mut edits = self.added(addable(branch.names())?, module);
        if repeats {
            edits.extend(self.added(addable(branch.repeats())?, module));
        }
        Some(self.edits(edits))
    }

    /// Adds a module to those of its branch that get the number of repeats; none if it is among them.
    pub fn with_repeats(&self, module: &str) -> Option<FileEdits> {
        let branch = self.branch(module).filter(|branch| branch.is_scaled() && !branch.passes_repeats(module))?;
        Some(self.edits(self.added(addable(branch.repeats())?, module)))
    }

    /// Takes a module from those that get the number of repeats.
    pub fn without_repeats(&self, module: &str) -> Option<FileEdits> {
        let branch = self.branch(module)?;
        Some(self.edits(self.removed(branch.repeats(), module)?))
    }

    /// Takes a module from the branch that names it.
    pub fn without(&self, module: &str) -> Option<FileEdits> {
        let branch = self.branch(module)?;
        let mut edits = self.removed(branch.names(), module)?;
        if branch.passes_repeats(module) {
            edits.extend(self.removed(branch.repeats(), module)?);
        }
        edits.sort();
        edits.dedup();
        Some(self.edits(edits))
    }

    /// Adds a branch with statements for one module, above what is done with all others.
    pub fn with_branch(&self, module: &str, statements: &[&str]) -> Option<FileEdits> {
        Some(self.edits(vec![self.branch_edit(module, statements)?]))
    }

    /// Takes a module from the branch that names it, and gives it one of its own.
    pub fn moved_to_branch(&self, module: &str, statements: &[&str]) -> Option<FileEdits> {
        let mut edits = self.without(module)?;
        edits.edits.push(self.branch_edit(module, statements)?);
        edits.edits.sort();
        Some(edits)
    }

    fn edits(&self, mut edits: Vec<(Span, String)>) -> FileEdits {
        edits.sort();
        FileEdits { file: self.source.clone(), edits }
    }

    fn branch_edit(&self, module: &str, statements: &[&str]) -> Option<(Span, String)> {
        let text = &*self.source.text;
        let inner = self.indentation(self.otherwise?.start)?;
        // The statements may stand behind a comment.
        let first = self.source.lines.line(self.otherwise?.start);
        let above = (0..first).rev().map(|line| self.source.lines.line_span(text, line));
        let otherwise = above.take(20).find(|line| {
            let words = line.text(text).trim_start();
            words.strip_prefix("else").is_some_and(|rest| rest.trim_start().starts_with(':'))
        })?;
        let outer = self.indentation(otherwise.end)?;
        if outer.len() >= inner.len() {
            return None;
        }
        let body: String = statements.iter().map(|statement| format!("{inner}{statement}\n")).collect();
        Some((Span::empty(otherwise.start), format!("{outer}elif m is {module}:\n{body}")))
    }

    /// The blanks at the start of the line at an offset.
    fn indentation(&self, offset: u32) -> Option<&str> {
        let text = &*self.source.text;
        let line = self.source.lines.line_span(text, self.source.lines.line(offset)).text(text);
        line.get(..line.len() - line.trim_start().len())
    }

    /// The edits that put a name behind the last one of its list.
    fn added(&self, last: &Name, module: &str) -> Vec<(Span, String)> {
        add_to_list(&self.source.text, last.span, module)
    }

    fn removed(&self, names: &[Name], module: &str) -> Option<Vec<(Span, String)>> {
        let at = names.iter().position(|name| name.text == module)?;
        let list = names[at].list?;
        let is_alone = names.iter().filter(|name| name.list == Some(list)).count() == 1;
        (!is_alone).then(|| vec![(remove_from_list(&self.source.text, names[at].span, list), String::new())])
    }
}

/// The last name of the first list among names.
fn addable(names: &[Name]) -> Option<&Name> {
    let list = names.iter().find_map(|name| name.list)?;
    names.iter().rfind(|name| name.list == Some(list))
}

/// Puts an item behind the last one of a list: on a line of its own where that one has one.
pub(super) fn add_to_list(text: &str, last: Span, item: &str) -> Vec<(Span, String)> {
    let before = &text[..last.start as usize];
    let indentation = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    let behind = &text[last.end as usize..];
    let gap = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let has_comma = behind[gap..].starts_with(',');
    let after_comma = last.end + if has_comma { gap as u32 + 1 } else { 0 };
    let rest_of_line = text[after_comma as usize..].split(['\n', '\r']).next().unwrap_or_default();
    let ends_line = rest_of_line.trim().is_empty() || rest_of_line.trim_start().starts_with('#');
    if indentation.trim().is_empty() && ends_line {
        let end = after_comma + rest_of_line.len() as u32;
        let mut edits = Vec::new();
        if !has_comma {
            edits.push((Span::empty(last.end), ",".to_owned()));
        }
        edits.push((Span::empty(end), format!("\n{indentation}{item},")));
        // Both at one place would be in no order.
        if let [(first, _), (second, _)] = edits[..]
            && first == second
        {
            return vec![(first, format!(",\n{indentation}{item},"))];
        }
        return edits;
    }
    match has_comma {
        true => vec![(Span::empty(after_comma), format!(" {item}"))],
        false => vec![(Span::empty(last.end), format!(", {item}"))],
    }
}

/// The text that goes with an item of a list: its line if it has one of its own, else a comma and the blanks beside it.
fn remove_from_list(text: &str, item: Span, list: Span) -> Span {
    let (start, end) = (item.start as usize, item.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let behind = &text[end..];
    let line_end = end + behind.find('\n').map_or(behind.len(), |at| at + 1);
    let rest = text[end..line_end].trim_start().trim_start_matches(',').trim();
    let is_own_line = text[line_start..start].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    if is_own_line && line_start > list.start as usize && line_end < list.end as usize {
        return Span::new(line_start as u32, line_end as u32);
    }
    let gap = behind.len() - behind.trim_start().len();
    if behind[gap..].starts_with(',') {
        let after = &behind[gap + 1..];
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        return Span::new(item.start, (end + gap + 1 + blanks) as u32);
    }
    // The last one takes the comma before it along.
    let comma = text[list.start as usize..start].rfind(',').map_or(item.start, |at| list.start + at as u32);
    Span::new(comma, item.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::apply;

    /// The list after `item` was added behind `last`.
    fn added(text: &str, last: &str) -> String {
        let at = text.rfind(last).unwrap() as u32;
        apply(text, &add_to_list(text, Span::new(at, at + last.len() as u32), "New"))
    }

    #[test]
    fn items_are_added_as_the_others_stand() {
        assert_eq!(added("if m in (A, B):\n", "B"), "if m in (A, B, New):\n");
        assert_eq!(added("if m in {A, B,}:\n", "B"), "if m in {A, B, New}:\n");
        assert_eq!(added("x = {\n    A,\n    B,\n}\n", "B"), "x = {\n    A,\n    B,\n    New,\n}\n");
        assert_eq!(added("x = {\n    A,\n    B\n}\n", "B"), "x = {\n    A,\n    B,\n    New,\n}\n");
        assert_eq!(added("x = {\n    A,\n    B,  # mine\n}\n", "B"), "x = {\n    A,\n    B,  # mine\n    New,\n}\n");
        assert_eq!(added("x = {\n    A,\n    B  # mine\n}\n", "B"), "x = {\n    A,\n    B,  # mine\n    New,\n}\n");
        assert_eq!(added("x = [A,\n     C, B]\n", "B"), "x = [A,\n     C, B, New]\n");
        assert_eq!(added("x = {\n    A, C, B\n}\n", "B"), "x = {\n    A, C, B, New\n}\n");
    }

    /// The list without `item`.
    fn removed(text: &str, item: &str) -> String {
        let at = text.find(item).unwrap() as u32;
        let list =
            Span::new(text.find(['(', '{', '[']).unwrap() as u32, text.rfind([')', '}', ']']).unwrap() as u32 + 1);
        let span = remove_from_list(text, Span::new(at, at + item.len() as u32), list);
        apply(text, &[(span, String::new())])
    }

    #[test]
    fn items_are_removed_with_their_commas() {
        assert_eq!(removed("if m in (A, B, C):\n", "A"), "if m in (B, C):\n");
        assert_eq!(removed("if m in (A, B, C):\n", "B"), "if m in (A, C):\n");
        assert_eq!(removed("if m in (A, B, C):\n", "C"), "if m in (A, B):\n");
        assert_eq!(removed("x = {\n    A,\n    B,  # mine\n    C,\n}\n", "B"), "x = {\n    A,\n    C,\n}\n");
        assert_eq!(removed("x = [A, B,\n     C]\n", "B"), "x = [A, \n     C]\n");
    }
}
