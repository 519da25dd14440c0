//! `other-repository`: files of repositories other than the framework's.

use super::{Diagnostic, File, Fix, Level, rule};
use crate::model::{Cell, Row};
use crate::text::Span;
use crate::words::{comma, message};

rule! {
    /// The file belongs to another repository.
    ///
    /// ## What it does
    /// Recognises files of the repositories of YOLOv5, YOLOv6, YOLOv7, YOLOv9 and YOLOv13 by a head or by three modules
    /// that only they have, and files of YOLOv5 also by a head with the argument `anchors`. There is one finding at the
    /// top, instead of one for each row.
    ///
    /// Nothing is reported if yolint reads the source of a framework, because then that source decides.
    ///
    /// ## Why is this bad?
    /// The framework can't build the model. Use the file with its own repository (`framework: PATH` in `.yolint.yaml`),
    /// or rewrite it for the framework.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// anchors:
    ///   - [10,13, 16,30, 33,23]
    /// backbone:
    ///   - [-1, 1, Conv, [64, 6, 2, 2]]
    /// head:
    ///   - [[0], 1, Detect, [nc, anchors]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [64, 6, 2, 2]]
    /// head:
    ///   - [[0], 1, Detect, [nc]]
    /// ```
    "other-repository", Error, File(check)
}

/// The fewest modules of a repository that make a file one of it, where the head isn't.
const LEAST: usize = 3;

/// A repository that a file belongs to.
struct Origin<'a> {
    repository: &'a str,
    /// The names that only that repository has, with their rows.
    foreign: Vec<(usize, &'a str)>,
    /// The head's argument `anchors`, with its row.
    anchors: Option<(usize, usize)>,
}

fn origin<'a>(file: &'a File<'_>) -> Option<Origin<'a>> {
    let dialect = file.dialect();
    let names = file.model.rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.module_name()?)));
    let named: Vec<(usize, &str, Vec<&str>)> =
        names.map(|(i, name)| (i, name, dialect.repositories(name))).filter(|(.., of)| !of.is_empty()).collect();
    let count = |repository: &str| named.iter().filter(|(.., of)| of.contains(&repository)).count();
    let all = named.iter().flat_map(|(.., of)| of.iter().copied());
    // The first of several that have as many.
    if let Some(repository) = all.reduce(|best, other| if count(other) > count(best) { other } else { best }) {
        let of_it = named.iter().filter(|(.., of)| of.contains(&repository));
        let foreign: Vec<(usize, &str)> = of_it.map(|(i, name, _)| (*i, *name)).collect();
        let mut distinct: Vec<&str> = foreign.iter().map(|(_, name)| *name).collect();
        distinct.sort_unstable();
        distinct.dedup();
        // One module that somebody took from there doesn't make it a file of that repository.
        let last = file.model.rows.len().saturating_sub(1);
        let has_head = foreign.last().is_some_and(|(row, _)| *row == last);
        let anchors = file.model.rows.get(last).and_then(|row| Some((last, anchors(row)?)));
        let anchors = anchors.filter(|_| !dialect.variables().is_empty() && file.model.key("anchors").is_some());
        if distinct.len() < LEAST && !has_head && anchors.is_none() {
            return None;
        }
        return Some(Origin { repository, foreign, anchors });
    }
    let last = file.model.rows.len().checked_sub(1)?;
    let at = anchors(&file.model.rows[last])
        .filter(|_| !dialect.variables().is_empty() && file.model.key("anchors").is_some())?;
    Some(Origin { repository: "YOLOv5", foreign: Vec::new(), anchors: Some((last, at)) })
}

/// The position of `anchors` among a head's arguments.
fn anchors(row: &Row) -> Option<usize> {
    let is_head = matches!(row.module_name(), Some("Detect" | "Segment"));
    row.args().filter(|_| is_head)?.items.iter().position(|cell: &Cell| cell.value.as_str() == Some("anchors"))
}

fn is_on(file: &File<'_>) -> bool {
    file.lint.level(RULE.name) != Some(Level::Off)
}

/// Whether the fault of a row comes from the file's origin.
pub(super) fn explains(file: &File<'_>, row: usize) -> bool {
    is_on(file)
        && origin(file).is_some_and(|origin| {
            origin.foreign.iter().any(|(of, _)| *of == row) || origin.anchors.is_some_and(|(of, _)| of == row)
        })
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    origin(file).into_iter().filter_map(|origin| finding(file, &origin)).collect()
}

fn finding(file: &File<'_>, origin: &Origin<'_>) -> Option<Diagnostic> {
    let repository = origin.repository;
    let top = file.model.keys.first().map_or(Span::new(0, 0), |key| key.span);
    if let Some((row, at)) = origin.anchors.filter(|_| origin.foreign.is_empty()) {
        let message = message!("repository-anchors", repository);
        let key = file.model.key("anchors")?;
        let items = &file.model.rows[row].args()?.items;
        let cell = items.get(at)?;
        let found = RULE
            .at(top, message)
            .related(file.at(cell.span), message!("write-nc"))
            .related(file.at(key.span), message!("remove-this-key"));
        let found = found.help(message!("repository-anchors-help"));
        let comma = Span::new(items.get(at.checked_sub(1)?)?.span.end, cell.span.end);
        let first = file.lines().line_span(file.text(), file.lines().line(key.span.start)).start;
        let last = file.lines().line(key.value.span.end.max(key.span.end));
        let end = match last + 1 < file.lines().line_count() {
            true => file.lines().line_span(file.text(), last + 1).start,
            false => file.lines().line_span(file.text(), last).end,
        };
        let edits = vec![(Span::new(first, end), String::new()), (comma, String::new())];
        return Some(found.fix(Fix::of(message!("head-without-anchors"), edits)));
    }
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in &origin.foreign {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let (count, modules) = (names.len(), comma(names.iter().map(|name| format!("`{name}`"))));
    let message = match repository.contains("own repository") {
        true => message!("file-of-repositories", repositories = repository, modules, count),
        false => message!("file-of-repository", repository, modules, count),
    };
    let mut found = RULE.at(top, message);
    let same =
        names.iter().filter_map(|name| Some(message!("does-the-same", name, other = file.dialect().equivalent(name)?)));
    let advice = message!("own-repository-help", count);
    found.help = [advice].into_iter().chain(same).reduce(|first, next| message!("full-sentences", first, next));
    for (row, name) in &origin.foreign {
        let cell = file.model.rows[*row].module()?;
        found = found.related(file.at(cell.span), format!("`{name}`"));
    }
    Some(found)
}
