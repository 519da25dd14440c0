//! Applies `# yolint: ignore[rule] reason` comments, which stand on a row or above it.

use super::{Check, Diagnostic, File, Level, RULES};
use crate::text::Span;

/// A rule that a comment silences.
pub(super) struct Ignore<'a> {
    /// Place of the rule's name in the comment.
    pub(super) span: Span,
    /// The rule's name.
    pub(super) rule: &'a str,
    /// Line of the comment.
    line: u32,
    /// If the comment has a line of its own, the first line below it and the comments that follow it.
    below: Option<u32>,
}

impl Ignore<'_> {
    fn silences(&self, file: &File<'_>, found: &Diagnostic) -> bool {
        let row = found.row.map_or(found.span, |i| file.model.rows[i].span.cover(found.span));
        let (first, last) = (file.lines().line(row.start), file.lines().line(row.end));
        self.rule == found.rule && ((first..=last).contains(&self.line) || self.below == Some(first))
    }
}

/// Returns the names in the brackets of an `ignore[…]` directive with their places; none for other directives.
pub(super) fn names(text: &str, directive: Span) -> Option<Vec<(Span, &str)>> {
    let comment = directive.text(text);
    let at = comment.find("yolint:")? + "yolint:".len();
    let rest = comment[at..].trim_start();
    let inner = rest.strip_prefix("ignore")?.trim_start().strip_prefix('[')?;
    let inner = &inner[..inner.find(']')?];
    let start = inner.as_ptr() as usize - text.as_ptr() as usize;
    let mut names = Vec::new();
    let mut offset = start;
    for name in inner.split(',') {
        let lead = name.len() - name.trim_start().len();
        let (from, name_only) = ((offset + lead) as u32, name.trim());
        names.push((Span::new(from, from + name_only.len() as u32), name_only));
        offset += name.len() + 1;
    }
    Some(names)
}

fn ignores<'a>(file: &File<'a>) -> Vec<Ignore<'a>> {
    let mut found = Vec::new();
    for directive in &file.read.model.directives {
        let line = file.lines().line(directive.span.start);
        let below = is_comment_line(file, line).then(|| {
            let next = |line: &u32| *line + 1 < file.lines().line_count() && is_comment_line(file, *line);
            (line..).find(|line| !next(line)).unwrap_or(line)
        });
        let names = names(file.read.text(), directive.span).unwrap_or_default();
        found.extend(names.into_iter().map(|(span, rule)| Ignore { span, rule, line, below }));
    }
    found
}

fn is_comment_line(file: &File<'_>, line: u32) -> bool {
    file.lines().line_span(file.text(), line).text(file.text()).trim_start().starts_with('#')
}

/// Removes the findings that comments silence, and adds findings about comments that silence nothing.
pub fn silence<T>(file: &File<'_>, findings: &mut Vec<T>, diagnostic: impl Fn(&T) -> &Diagnostic) -> Vec<Diagnostic> {
    let ignores = ignores(file);
    if ignores.is_empty() {
        return Vec::new();
    }
    let mut used = vec![false; ignores.len()];
    findings.retain(|finding| {
        let mut is_silenced = false;
        for (ignore, used) in ignores.iter().zip(&mut used) {
            let silences = ignore.silences(file, diagnostic(finding));
            is_silenced |= silences;
            *used |= silences;
        }
        !is_silenced
    });
    let is_on = |rule: &str| file.lint.level(rule) != Some(Level::Off);
    let unused = ignores.into_iter().zip(used).filter(|(ignore, used)| !used && is_on(ignore.rule));
    let unused: Vec<Ignore<'_>> = unused.map(|(ignore, _)| ignore).collect();
    let checks = RULES.iter().filter(|rule| is_on(rule.name)).filter_map(|rule| match rule.check {
        Check::Ignores(check) => Some(check),
        Check::File(_) | Check::Scale(_) | Check::Fault(_) => None,
    });
    checks.flat_map(|check| check(file, &unused)).collect()
}
