//! Applies `# yolint: ignore[rule] reason` comments, which stand on a row or above it, and `# yolint: ignore-file[rule] reason`;
//! and writes them.

use std::collections::BTreeMap;

use super::{Check, Diagnostic, File, Level, RULES};
use crate::model::ReadFile;
use crate::text::Span;

/// A rule that a comment silences.
pub(super) struct Ignore<'a> {
    /// Place of the rule's name in the comment.
    pub(super) span: Span,
    /// The rule's name.
    pub(super) rule: &'a str,
    /// Whether it is for the whole file.
    pub(super) is_for_file: bool,
    /// Line of the comment.
    line: u32,
    /// If the comment has a line of its own, the first line below it and the comments that follow it.
    below: Option<u32>,
}

impl Ignore<'_> {
    fn silences(&self, file: &File<'_>, found: &Diagnostic) -> bool {
        let (first, last) = lines(file, found);
        let is_here = self.is_for_file || (first..=last).contains(&self.line) || self.below == Some(first);
        self.rule == found.rule && is_here
    }
}

/// The first and the last line of a finding's row, or of its place if it isn't about a row.
fn lines(file: &ReadFile, found: &Diagnostic) -> (u32, u32) {
    let row = found.row.map_or(found.span, |i| file.model.rows[i].span.cover(found.span));
    (file.lines().line(row.start), file.lines().line(row.end))
}

/// Returns what stands behind the word in an `ignore[…]` or `ignore-file[…]` directive, and whether it is for the whole file;
/// none for other directives.
fn behind_word(text: &str, directive: Span) -> Option<(&str, bool)> {
    let comment = directive.text(text);
    let at = comment.find("yolint:")? + "yolint:".len();
    let rest = comment[at..].trim_start().strip_prefix("ignore")?;
    Some(rest.strip_prefix("-file").map_or((rest, false), |rest| (rest, true)))
}

/// Returns the names in the brackets of an `ignore[…]` or `ignore-file[…]` directive with their places; none for other
/// directives.
pub(super) fn names(text: &str, directive: Span) -> Option<Vec<(Span, &str)>> {
    let (rest, _) = behind_word(text, directive)?;
    let inner = rest.trim_start().strip_prefix('[')?;
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
        let is_for_file = behind_word(file.read.text(), directive.span).is_some_and(|(_, is_for_file)| is_for_file);
        found.extend(names.into_iter().map(|(span, rule)| Ignore { span, rule, is_for_file, line, below }));
    }
    found
}

fn is_comment_line(file: &ReadFile, line: u32) -> bool {
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

/// Whether a comment can silence findings of a rule: one in YAML that can't be read may not be read as a comment.
pub fn can_be_ignored(rule: &str) -> bool {
    !matches!(rule, "syntax" | "unused-ignore" | "bad-directive")
}

/// Returns the edit that silences findings on their row: the names go into the row's `ignore` comment, or into a new one on
/// a line of its own above. All findings must have the same row.
pub fn on_row(file: &ReadFile, findings: &[&Diagnostic], reason: &str) -> Option<(Span, String)> {
    let (first, last) = lines(file, findings.first()?);
    let rules = rules_of(findings);
    let is_here = |line: u32| (first..=last).contains(&line) || (line + 1 == first && is_comment_line(file, line));
    let existing = file.model.directives.iter().filter(|directive| is_here(file.lines().line(directive.span.start)));
    let existing = existing.filter(|directive| behind_word(file.text(), directive.span).is_some_and(|(_, all)| !all));
    Some(added(file, existing.map(|directive| directive.span).next(), &rules).unwrap_or_else(|| {
        let line = file.lines().line_span(file.text(), first);
        let text = line.text(file.text());
        let indent = &text[..text.len() - text.trim_start().len()];
        (Span::empty(line.start), format!("{indent}{}\n", comment("ignore", &rules, reason)))
    }))
}

/// Returns the edit that silences findings in the whole file.
pub fn in_file(file: &ReadFile, findings: &[&Diagnostic], reason: &str) -> (Span, String) {
    let rules = rules_of(findings);
    let mut existing = file.model.directives.iter().map(|directive| directive.span);
    let existing = existing.find(|span| behind_word(file.text(), *span).is_some_and(|(_, all)| all));
    added(file, existing, &rules).unwrap_or_else(|| {
        // Behind a byte order mark, and the comments that say what the file is.
        let is_free = |line: &u32| *line + 1 >= file.lines().line_count() || !is_comment_line(file, *line);
        let line = (0..).find(is_free).unwrap_or(0);
        let start = file.lines().line_span(file.text(), line).start;
        let start = if start == 0 && file.text().starts_with('\u{feff}') { 3 } else { start };
        (Span::empty(start), comment("ignore-file", &rules, reason) + "\n")
    })
}

/// Returns the edits that silence findings on their rows, one for each row.
pub fn on_rows(file: &ReadFile, findings: &[&Diagnostic], reason: &str) -> Vec<(Span, String)> {
    let mut by_row: BTreeMap<u32, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| can_be_ignored(finding.rule)) {
        by_row.entry(lines(file, finding).0).or_default().push(finding);
    }
    by_row.values().filter_map(|findings| on_row(file, findings, reason)).collect()
}

fn rules_of(findings: &[&Diagnostic]) -> String {
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.join(", ")
}

/// The edit that adds rules to the comment at a place; none if it has no brackets.
fn added(file: &ReadFile, directive: Option<Span>, rules: &str) -> Option<(Span, String)> {
    let (last, name) = names(file.text(), directive?)?.pop()?;
    let separator = if name.is_empty() { "" } else { ", " };
    Some((Span::empty(last.end), format!("{separator}{rules}")))
}

fn comment(word: &str, rules: &str, reason: &str) -> String {
    format!("# yolint: {word}[{rules}] {reason}").trim_end().to_owned()
}
