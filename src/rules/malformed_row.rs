//! `malformed-row`: a row that isn't `[from, repeats, module, args]`.

use super::{Diagnostic, File, Fix, fault, rule};
use crate::analysis::Analysis;
use crate::model::{Cell, Row};
use crate::syntax;
use crate::text::Span;

rule! {
    /// The row isn't `[from, repeats, module, args]`.
    ///
    /// ## What it does
    /// Reports rows that have another number of values, or that aren't lists, and says which value is most likely missing,
    /// too many, or not in brackets.
    ///
    /// ## Why is this bad?
    /// The framework takes each row apart into exactly four values; else it stops with `ValueError: not enough values to
    /// unpack (expected 4, got 3)` or `too many values to unpack (expected 4)`, which names no row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2], 1]
    /// head:
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
    /// What is missing can be told by the values that are there: the fixes insert `1` for `repeats`, `[]` for the arguments,
    /// a comma or brackets. They aren't safe, as the row's author may have meant another value.
    "malformed-row", Error, Scale(check)
}

fn check(file: &File<'_>, analysis: &Analysis) -> Vec<Diagnostic> {
    let mut found = fault::findings(file, analysis, &RULE);
    for diagnostic in &mut found {
        let Some(row) = diagnostic.row.map(|i| &file.model.rows[i]) else { continue };
        let Some((what, fix)) = mistake(row, file.text()) else { continue };
        diagnostic.message += &format!(": {what}");
        diagnostic.fixes.extend(fix);
    }
    found
}

/// What is most likely wrong with a row that hasn't four cells, and an edit that mends it.
fn mistake(row: &Row, text: &str) -> Option<(String, Option<Fix>)> {
    let cells = row.cells.as_slice();
    let is_index = |cell: &Cell| cell.value.as_int().is_some();
    let is_from = |cell: &Cell| is_index(cell) || cell.value.as_list().is_some();
    let is_name = |cell: &Cell| cell.value.as_str().is_some_and(|name| !name.contains(' '));
    let is_list = |cell: &Cell| cell.value.as_list().is_some();
    let insert =
        |at: &Cell, what: &str| Some(Fix::doubtful(format!("insert `{what}`"), Span::empty(at.span.end), what));
    let bracketed = |from: &Cell, to: &Cell| {
        let edits = [(Span::empty(from.span.start), "[".to_owned()), (Span::empty(to.span.end), "]".to_owned())];
        Some(Fix { title: "put them in brackets".to_owned(), safe: false, edits: edits.to_vec() })
    };
    if !row.is_list {
        return unbracketed(row.span, text);
    }
    let said = |words: &str, fix| Some((words.to_owned(), fix));
    if let Some((cell, (before, behind))) = cells.iter().find_map(|cell| Some((cell, two_in_one(cell)?))) {
        let commas = format!("{before}, {behind}");
        let fix = Fix::doubtful(format!("write `{commas}`"), cell.span, commas);
        return Some((format!("a comma is missing in `{}`", cell.span.text(text)), Some(fix)));
    }
    match cells {
        [from, module, args] if is_from(from) && is_name(module) && is_list(args) => {
            said("`repeats` is missing between `from` and the module", insert(from, ", 1"))
        }
        [from, repeats, module] if is_from(from) && is_index(repeats) && is_name(module) => {
            said("the list of arguments is missing", insert(module, ", []"))
        }
        [from, repeats, args] if is_from(from) && is_index(repeats) && is_list(args) => {
            said("the module's name is missing in front of the arguments", None)
        }
        [repeats, module] if is_index(repeats) && is_name(module) => {
            said("`repeats` and the list of arguments are missing", None)
        }
        [from @ .., repeats, module, args]
            if from.len() > 1 && from.iter().all(is_index) && is_index(repeats) && is_name(module) && is_list(args) =>
        {
            said("several rows to read are a list in brackets", bracketed(&from[0], &from[from.len() - 1]))
        }
        [from, repeats, module, args @ ..]
            if is_from(from) && is_index(repeats) && is_name(module) && args.len() > 1 && !args.iter().any(is_list) =>
        {
            said("the arguments are a list in brackets", bracketed(&args[0], &args[args.len() - 1]))
        }
        [.., args, last] if cells.len() == 5 && is_list(args) => {
            let fix = Fix::doubtful("remove it", Span::new(args.span.end, last.span.end), "");
            said("nothing may stand behind the list of arguments", Some(fix))
        }
        _ => None,
    }
}

/// A cell that is two for want of a comma: `1 Conv`, `-1 1`.
fn two_in_one(cell: &Cell) -> Option<(&str, &str)> {
    let (number, rest) = cell.value.as_str()?.split_once(' ')?;
    let rest = rest.trim_start();
    (number.parse::<i64>().is_ok() && !rest.is_empty() && !rest.contains(' ')).then_some((number, rest))
}

/// A row that is text for want of its first bracket, or of both.
fn unbracketed(span: Span, text: &str) -> Option<(String, Option<Fix>)> {
    let row = span.text(text);
    if row.is_empty() {
        return Some(("nothing stands behind the dash".to_owned(), None));
    }
    let is_row = |text: &str| {
        let parse = syntax::parse(text);
        let root = parse.tree.root.as_ref().filter(|_| parse.errors.is_empty());
        root.and_then(|root| root.as_seq()).is_some_and(|cells| cells.len() == 4)
    };
    let closing = ["", "]"].into_iter().find(|closing| row.len() < 256 && is_row(&format!("[{row}{closing}")))?;
    let edits = [(Span::empty(span.start), "[".to_owned()), (Span::empty(span.end), closing.to_owned())];
    let edits = edits.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let fix = Fix { title: format!("write `[{row}{closing}`"), safe: false, edits };
    let what = if closing.is_empty() { "its `[` is missing" } else { "its brackets are missing" };
    Some((what.to_owned(), Some(fix)))
}
