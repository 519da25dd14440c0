//! Shared with `missing-section`: sections that stand below another key, `scales.n` for instance.

use std::ops::RangeInclusive;

use super::{Diagnostic, File, Fix, Rule};
use crate::model::{self, SECTIONS};
use crate::rewrite;
use crate::syntax::{self, Entry, Node};
use crate::text::Span;
use crate::words::{and, message};

/// Keys of a scale that is written as a mapping, and what the framework takes where one is missing.
const OF_SCALES: [(&str, &str); 3] = [("depth_multiple", "1.0"), ("width_multiple", "1.0"), ("max_channels", "1024")];

const SCALES: &str = "scales";

/// The mapping that holds sections.
struct Holder<'a> {
    /// Its keys, joined by points.
    path: String,
    node: &'a Node,
    sections: Vec<&'a Entry>,
}

pub(super) fn finding(rule: &Rule, file: &File<'_>) -> Option<Diagnostic> {
    let holder = holder(file)?;
    let (first, others) = holder.sections.split_first()?;
    let names: Vec<String> = holder.sections.iter().filter_map(|s| Some(format!("`{}`", s.key.as_str()?))).collect();
    let message = message!("misplaced-sections", count = names.len(), sections = and(names), key = holder.path);
    let mut found = rule.at(first.key.span, message).help(message!("section-at-start"));
    for entry in others {
        found = found.related(file.at(entry.key.span), message!("this-one-too"));
    }
    found.fixes.extend(without_holder(file, &holder).or_else(|| fix(file, &holder)));
    Some(found)
}

fn holder<'a>(file: &'a File<'_>) -> Option<Holder<'a>> {
    let is_section = |entry: &&Entry| {
        let rows = entry.value.as_seq().unwrap_or_default();
        let names = entry.key.as_str().is_some_and(|key| SECTIONS.contains(&key));
        names && rows.iter().any(|row| row.as_seq().is_some())
    };
    let below = |(path, node): (String, &'a Node)| {
        let sections: Vec<&Entry> = node.as_map()?.iter().filter(is_section).collect();
        (!sections.is_empty()).then_some(Holder { path, node, sections })
    };
    file.tree.entries().iter().find_map(|entry| {
        let name = entry.key.as_str()?;
        let inner = entry.value.as_map().unwrap_or_default().iter();
        let deeper = inner.filter_map(|inner| Some((format!("{name}.{}", inner.key.as_str()?), &inner.value)));
        [(name.to_owned(), &entry.value)].into_iter().chain(deeper).find_map(below)
    })
}

/// Moves the lines of the sections to the left, where nothing of what holds them follows.
fn fix(file: &File<'_>, holder: &Holder<'_>) -> Option<Fix> {
    let (text, lines) = (file.text(), file.lines());
    let entries = holder.node.as_map()?;
    let above = entries.len() - holder.sections.len();
    let are_last =
        entries[above..].iter().zip(&holder.sections).all(|(entry, section)| entry.key.span == section.key.span);
    let (first, last) =
        (lines.line(holder.sections.first()?.key.span.start), lines.line(entries.last()?.value.span.end));
    let line = |n: u32| lines.line_span(text, n);
    let start = line(first).start;
    let indent = holder.sections.first()?.key.span.start - start;
    if !are_last || indent == 0 {
        return None;
    }
    let mut edits = to_the_left(file, first..=last, indent)?;
    if holder.path.starts_with("scales.") {
        let own = &entries[..above];
        let before = text.get(..own.first()?.key.span.start as usize)?.trim_end();
        let place = Span::new(before.len() as u32, own.last()?.value.span.end);
        edits.insert(0, (place, format!(" {}", scale(file, own).filter(|_| before.ends_with(':'))?)));
    }
    is_mended(file, &edits).then(|| Fix::of(message!("move-sections"), edits))
}

/// Moves all that stands below the key to the left and takes the key's line out, where the top level lacks these keys.
fn without_holder(file: &File<'_>, holder: &Holder<'_>) -> Option<Fix> {
    let top = file.tree.entries();
    let key = top.iter().find(|entry| std::ptr::eq(&entry.value, holder.node) && holder.path != SCALES)?;
    let entries = holder.node.as_map()?;
    let is_taken = |entry: &Entry| entry.key.as_str().is_none_or(|name| file.tree.get(name).is_some());
    let (text, lines) = (file.text(), file.lines());
    let (first, last) = (lines.line(entries.first()?.key.span.start), lines.line(entries.last()?.value.span.end));
    let line = lines.line(key.key.span.start);
    if line == first || entries.iter().any(is_taken) {
        return None;
    }
    let indent = entries.first()?.key.span.start - lines.line_span(text, first).start;
    let mut edits = vec![(Span::new(lines.line_span(text, line).start, lines.line_end(line)), String::new())];
    edits.extend(to_the_left(file, line + 1..=last, indent)?);
    is_mended(file, &edits).then(|| Fix::of(message!("move-out-of", key = holder.path), edits))
}

/// The edits that move lines to the left by so many spaces.
fn to_the_left(file: &File<'_>, lines: RangeInclusive<u32>, indent: u32) -> Option<Vec<(Span, String)>> {
    let mut edits = Vec::new();
    for n in lines {
        let line = file.lines().line_span(file.text(), n);
        let words = line.text(file.text());
        let blanks = (words.len() - words.trim_start_matches(' ').len()) as u32;
        if blanks < indent && !words.trim().is_empty() && !words.trim().starts_with('#') {
            return None;
        }
        edits.push((Span::new(line.start, line.start + blanks.min(indent)), String::new()));
    }
    Some(edits)
}

/// Whether the file has both sections with these edits, and no new error.
fn is_mended(file: &File<'_>, edits: &[(Span, String)]) -> bool {
    let reread = syntax::parse(&rewrite::apply(file.text(), edits));
    reread.errors.len() <= file.errors.len() && model::read(&reread.tree).sections.len() == SECTIONS.len()
}

/// A scale's three values.
fn scale(file: &File<'_>, entries: &[Entry]) -> Option<String> {
    let is_known = |entry: &Entry| OF_SCALES.iter().any(|(name, _)| entry.key.as_str() == Some(name));
    let value = |(name, default): (&str, &str)| {
        let written = entries.iter().find(|entry| entry.key.as_str() == Some(name));
        written.map_or(default.to_owned(), |entry| entry.value.span.text(file.text()).to_owned())
    };
    let values: Vec<String> = OF_SCALES.into_iter().map(value).collect();
    entries.iter().all(is_known).then(|| format!("[{}]", values.join(", ")))
}
