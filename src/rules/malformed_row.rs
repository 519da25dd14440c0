//! `malformed-row`: a row that isn't `[from, repeats, module, args]`.

use super::{Diagnostic, File, Fix, row_mapping, rule};
use crate::analysis::Analysis;
use crate::model::{Cell, Row, numbered_row};
use crate::syntax;
use crate::text::Span;
use crate::words::{Message, message};

rule! {
    /// The row isn't `[from, repeats, module, args]`.
    ///
    /// ## What it does
    /// Reports rows that don't have four values or aren't lists, and says which value is probably missing, extra or
    /// without its brackets. All rows that are written as mappings (`from: -1`, `module: Conv`) are one finding.
    ///
    /// For instance `[-1, 6, 1, Concat, [1]]`, where `-1, 6` needs brackets; `[-1, 1, Conv(64, 3, 2)]`, where the
    /// arguments are a cell of their own; `[-1. 6, C2f, [64]]`, which lacks a comma; `[-1, 1, SPPF, 1024, 5]`; `【-1,
    /// 1, Conv, [64]】`, whose brackets are text in YAML.
    ///
    /// ## Why is this bad?
    /// The framework unpacks each row into exactly four values. Otherwise it fails with `ValueError: not enough values to
    /// unpack (expected 4, got 3)` or `too many values to unpack (expected 4)`, which doesn't name the row.
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
    /// For a mapping, the fix writes a row with the same values. For other rows, the fixes insert what is probably
    /// missing: `1` for `repeats`, `[]` for the arguments, a comma or brackets. They aren't safe: the author may have
    /// meant another value.
    "malformed-row", Error, Fault(check)
}

fn check(file: &File<'_>, _: &Analysis, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let nodes = row_mapping::of_rows(file);
    let is_mapping = |d: &mut Diagnostic| d.row.is_some_and(|row| nodes.contains_key(&row));
    let rows: Vec<usize> = found.extract_if(.., is_mapping).filter_map(|d| d.row).collect();
    let mappings: Vec<_> = rows.iter().filter_map(|row| Some((*row, *nodes.get(row)?))).collect();
    found.extend(row_mapping::finding(&RULE, file, &mappings));
    for diagnostic in &mut found {
        let Some(row) = diagnostic.row.map(|i| &file.model.rows[i]) else { continue };
        let Some((what, fix)) = mistake(row, file.text()) else { continue };
        diagnostic.message = message!("with-reason", message = diagnostic.message, reason = what);
        diagnostic.fixes.extend(fix);
    }
    found
}

/// Returns what is probably wrong with a row that doesn't have four cells, and a fix.
fn mistake(row: &Row, text: &str) -> Option<(Message, Option<Fix>)> {
    let cells = row.cells.as_slice();
    let is_index = |cell: &Cell| cell.value.as_int().is_some();
    let is_from = |cell: &Cell| is_index(cell) || cell.value.as_list().is_some();
    let is_name = |cell: &Cell| cell.value.as_str().is_some_and(|name| !name.contains(' '));
    let is_list = |cell: &Cell| cell.value.as_list().is_some();
    let insert =
        |at: &Cell, what: &str| Some(Fix::doubtful(message!("insert", text = what), Span::empty(at.span.end), what));
    let bracketed = |from: &Cell, to: &Cell| {
        let edits = [(Span::empty(from.span.start), "[".to_owned()), (Span::empty(to.span.end), "]".to_owned())];
        Some(Fix::of(message!("put-in-brackets"), edits.to_vec()))
    };
    if !row.is_list {
        return unbracketed(row.span, text);
    }
    if let Some((call, cells)) = syntax::call_in_row(row.span.text(text)) {
        let span = Span::new(row.span.start + call.start, row.span.start + call.end);
        let fix = Fix::doubtful(message!("write", text = cells), span, cells);
        return Some((message!("row-with-call"), Some(fix)));
    }
    let said = |words: Message, fix| Some((words, fix));
    if let Some((cell, (before, behind))) = cells.iter().find_map(|cell| Some((cell, two_in_one(cell)?))) {
        let commas = format!("{before}, {behind}");
        let fix = Fix::doubtful(message!("write", text = commas), cell.span, commas);
        return Some((message!("row-lacks-comma", cell = cell.span.text(text)), Some(fix)));
    }
    match cells {
        // What rows read is -1 for most of them, so what was left out is rather that.
        [repeats, module, args] if repeats.value.as_int() > Some(0) && is_name(module) && is_list(args) => {
            let fix = Fix::doubtful(message!("insert", text = "-1, "), Span::empty(repeats.span.start), "-1, ");
            said(message!("row-lacks-first", cell = repeats.span.text(text)), Some(fix))
        }
        [from, module, args] if is_from(from) && is_name(module) && is_list(args) => {
            said(message!("row-lacks-repeats"), insert(from, ", 1"))
        }
        [from, repeats, module] if is_from(from) && is_index(repeats) && is_name(module) => {
            said(message!("row-lacks-arguments"), insert(module, ", []"))
        }
        [from, repeats, args] if is_from(from) && is_index(repeats) && is_list(args) => {
            said(message!("row-lacks-module"), None)
        }
        [repeats, module] if is_index(repeats) && is_name(module) => {
            said(message!("row-lacks-repeats-arguments"), None)
        }
        [from @ .., repeats, module, args]
            if from.len() > 1 && from.iter().all(is_index) && is_index(repeats) && is_name(module) && is_list(args) =>
        {
            said(message!("from-in-brackets"), bracketed(&from[0], &from[from.len() - 1]))
        }
        [from, repeats, module, args @ ..]
            if is_from(from) && is_index(repeats) && is_name(module) && args.len() > 1 && !args.iter().any(is_list) =>
        {
            said(message!("arguments-in-brackets"), bracketed(&args[0], &args[args.len() - 1]))
        }
        [.., args, last] if cells.len() == 5 && is_list(args) => {
            let fix = Fix::doubtful(message!("remove-extra"), Span::new(args.span.end, last.span.end), "");
            said(message!("arguments-last"), Some(fix))
        }
        _ => None,
    }
}

/// Detects a cell that lacks a comma: `1 Conv`, `-1 1`.
fn two_in_one(cell: &Cell) -> Option<(&str, &str)> {
    let (number, rest) = cell.value.as_str()?.split_once(' ')?;
    let rest = rest.trim_start();
    // A full stop may stand for the comma.
    let number = number.strip_suffix('.').unwrap_or(number);
    (number.parse::<i64>().is_ok() && !rest.is_empty() && !rest.contains(' ')).then_some((number, rest))
}

/// Detects a row that is read as text because its first bracket, or both, are missing.
fn unbracketed(span: Span, text: &str) -> Option<(Message, Option<Fix>)> {
    let row = span.text(text);
    if row.is_empty() {
        return Some((message!("row-is-empty"), None));
    }
    if syntax::is_ellipsis(row) {
        return Some((message!("rows-left-out", dots = row), None));
    }
    let is_row = |text: &str| {
        let parse = syntax::parse(text);
        let root = parse.tree.root.as_ref().filter(|_| parse.errors.is_empty());
        root.and_then(|root| root.as_seq()).is_some_and(|cells| cells.len() == 4)
    };
    if let Some(quoted) = row.strip_prefix(['"', '\'']).map(|row| row.trim_end_matches(['"', '\'']))
        && is_row(quoted)
    {
        let fix = Fix::doubtful(message!("remove-quotes"), span, quoted);
        return Some((message!("row-in-quotes"), Some(fix)));
    }
    if let Some(rest) = numbered_row(row).filter(|rest| is_row(rest)) {
        let number = Span::new(span.start, span.end - rest.len() as u32);
        return Some((message!("row-with-index"), Some(Fix::doubtful(message!("remove-this"), number, ""))));
    }
    let square: String = row.replace(['(', '{'], "[").replace([')', '}'], "]");
    if row.starts_with('(') && is_row(&square) {
        let fix = Fix::doubtful(message!("write", text = square), span, square);
        return Some((message!("row-in-round-brackets"), Some(fix)));
    }
    let closing = ["", "]"].into_iter().find(|closing| row.len() < 256 && is_row(&format!("[{row}{closing}")))?;
    let edits = [(Span::empty(span.start), "[".to_owned()), (Span::empty(span.end), closing.to_owned())];
    let edits = edits.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let fix = Fix::of(message!("write", text = format!("[{row}{closing}")), edits);
    let what = if closing.is_empty() { message!("row-lacks-opening") } else { message!("row-lacks-brackets") };
    Some((what, Some(fix)))
}
