//! Repairs rows with unmatched brackets: finds the one edit that makes the line a row `[from, repeats, module, args]`.

use crate::syntax::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use crate::syntax::lexer::{ODD_SPACES, has_four_cells};
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{Node, NodeKind, Sequence};
use crate::syntax::{Parse, parse};
use crate::text::Span;
use crate::words::{Message, message};

/// Longest line to repair, in bytes, and largest number of lines of one text.
const MAX_LINE: usize = 256;
const MAX_LINES: usize = 8;

/// Modules whose only argument is a list.
const LIST_MODULES: [&str; 2] = ["CBLinear", "CBFuse"];

/// Merges the errors of each row with mismatched brackets or commas into one error, with a fix if there is one. The
/// errors are in the order of the text, and stay so.
///
/// Such an edit is safe if no other one makes a row of the line.
pub(super) fn rows(text: &str, root: &Node, errors: &mut Vec<SyntaxError>) {
    let mut lines = 0;
    let mut first = 0;
    while first < errors.len() {
        let line = line_at(text, errors[first].span.start);
        let mut last = first + errors[first..].partition_point(|error| error.span.start <= line.end);
        if errors[first].kind == SyntaxErrorKind::SequenceInValue {
            // What follows on its line is that row.
            errors.drain(first + 1..last);
            last = first + 1;
        }
        // Text behind a value has errors of its own, which go with its `#`.
        let is_text = errors[first + 1..last].iter().all(|error| !is_of_brackets(error.kind));
        if is_text
            && errors[first].kind == SyntaxErrorKind::Unexpected
            && errors[first].fix.as_ref().is_some_and(|fix| fix.replacement == "# ")
        {
            errors.drain(first + 1..last);
            last = first + 1;
        }
        let group = first..last;
        if let Some(error) = row_in(text, root, line).and_then(|row| html(row.text(text), row.start)) {
            errors.splice(group, [error]);
            first += 1;
            continue;
        }
        if lines < MAX_LINES
            && errors[group.clone()].iter().all(|error| is_of_brackets(error.kind))
            && let Some(row) = row_in(text, root, line)
        {
            lines += 1;
            if let Some(error) = mended(text, row, &errors[group.clone()]) {
                errors.splice(group, [error]);
                first += 1;
                continue;
            }
        }
        // A safe fix needs a line whose errors all have one.
        let is_other = |error: &&mut SyntaxError| error.kind != SyntaxErrorKind::ControlCharacter;
        let group = &mut errors[group];
        if group.iter().any(|error| error.fix.as_ref().is_none_or(|fix| !fix.safe)) {
            group.iter_mut().filter(is_other).filter_map(|error| error.fix.as_mut()).for_each(|fix| fix.safe = false);
        }
        first = last;
    }
}

/// Says what is wrong with rows in curly brackets, whose arguments YAML takes for a key.
pub(super) fn curly_rows(text: &str, errors: &mut [SyntaxError]) {
    for error in errors.iter_mut().filter(|error| error.kind == SyntaxErrorKind::UnhashableKey) {
        if let Some(mended) = curly(text, line_at(text, error.span.start)) {
            *error = mended;
        }
    }
}

fn is_of_brackets(kind: SyntaxErrorKind) -> bool {
    use SyntaxErrorKind::*;
    matches!(kind, MissingComma | TrailingComma | UnexpectedComma | UnclosedBracket | ExtraBracket | Unexpected)
}

fn line_at(text: &str, at: u32) -> Span {
    let at = at as usize;
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |len| at + len);
    Span::new(start as u32, end as u32)
}

/// Returns the row of a line that holds exactly one: after a dash, or in a bracketed list of rows that starts above the
/// line and ends below it.
fn row_in(text: &str, root: &Node, line: Span) -> Option<Span> {
    let words = line.text(text);
    let code = words.split(" #").next().unwrap_or(words).trim_end();
    let row = code.trim_start_matches(' ');
    let (row, code) = match row.strip_prefix("- ") {
        Some(row) => (row.trim_start_matches(' '), code),
        None => {
            let lists = root.as_map()?.iter().map(|entry| &entry.value);
            let is_around = |node: &Node| {
                let is_list = matches!(&node.kind, NodeKind::Sequence(Sequence { flow: true, .. }));
                is_list && node.span.start < line.start && node.span.end > line.end
            };
            lists.into_iter().any(is_around).then_some(())?;
            (row.trim_end_matches(','), code.trim_end_matches(','))
        }
    };
    let end = line.start + code.len() as u32;
    (row.starts_with('[') && row.len() <= MAX_LINE).then(|| Span::new(end - row.len() as u32, end))
}

/// Returns the one error that replaces a row's errors, with its fix.
fn mended(text: &str, row: Span, errors: &[SyntaxError]) -> Option<SyntaxError> {
    let row_text = row.text(text);
    if let Some((call, cells)) = call_in_row(row_text) {
        let span = Span::new(row.start + call.start, row.start + call.end);
        let message = message!("call-in-row", cells);
        let fix = SyntaxFix::doubtful(span, cells);
        return Some(SyntaxError { kind: SyntaxErrorKind::Unexpected, span, message, fix: Some(fix) });
    }
    if has_four_cells(row_text.bytes()) && is_plausible(&parse(row_text), None) {
        return None;
    }
    if let Some(error) = other_spaces(row_text, row.start).or_else(|| other_separators(row_text, row.start)) {
        return Some(error);
    }
    let edits = edits(row_text);
    let (best, result) = edits.first()?;
    // An argument with a name isn't two arguments.
    let safe = edits.iter().all(|(_, other)| other == result) && !row_text.contains("=[");
    let shifted = Span::new(row.start + best.span.start, row.start + best.span.end);
    let removed = best.span.text(row_text);
    let (kind, span, message) = match (&*best.replacement, removed) {
        ("[", _) => {
            let first = errors.iter().find(|error| error.kind == SyntaxErrorKind::ExtraBracket);
            let span = first.map_or(shifted, |error| error.span);
            (SyntaxErrorKind::ExtraBracket, span, message!("opening-missing"))
        }
        ("", "]") => (SyntaxErrorKind::ExtraBracket, shifted, message!("extra-closing")),
        ("", "[") => (SyntaxErrorKind::UnclosedBracket, shifted, message!("extra-opening")),
        ("", _) => (SyntaxErrorKind::UnexpectedComma, shifted, message!("extra-comma")),
        (comma, _) if comma.starts_with(',') => (SyntaxErrorKind::MissingComma, shifted, message!("comma-missing")),
        (closing, _) => {
            let opening = errors.iter().find(|error| error.kind == SyntaxErrorKind::UnclosedBracket);
            let span = opening.map_or(Span::new(row.start, row.start + 1), |error| error.span);
            (SyntaxErrorKind::UnclosedBracket, span, message!("closing-missing", closing))
        }
    };
    Some(SyntaxError {
        kind,
        span,
        message,
        fix: Some(SyntaxFix { span: shifted, replacement: best.replacement.clone(), safe }),
    })
}

/// The error of a row with spaces of another kind, as pages have them.
fn other_spaces(row: &str, start: u32) -> Option<SyntaxError> {
    let at = row.find(ODD_SPACES)?;
    let odd = row[at..].chars().next()?;
    let mended = row.replace(ODD_SPACES, " ");
    let span = Span::new(start + at as u32, start + (at + odd.len_utf8()) as u32);
    let message = message!("odd-space", code = format!("{:04X}", u32::from(odd)));
    is_plausible(&parse(&mended), None).then(|| of_row(row, start, span, message, mended))
}

/// The error of a row in curly brackets.
fn curly(text: &str, line: Span) -> Option<SyntaxError> {
    let words = line.text(text);
    let code = words.split(" #").next().unwrap_or(words).trim_end();
    let row = code.trim_start_matches(' ').strip_prefix("- ")?.trim_start_matches(' ');
    let start = line.start + (code.len() - row.len()) as u32;
    let mended = row.replace('{', "[").replace('}', "]");
    let span = Span::new(start, start + row.len() as u32);
    (row.starts_with('{') && is_plausible(&parse(&mended), None))
        .then(|| of_row(row, start, span, message!("row-in-curly-brackets"), mended))
}

/// What the source of a page has for marks.
const ENTITIES: [(&str, &str); 6] =
    [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&#x27;", "'"), ("&nbsp;", " ")];

/// The error of a row that was copied from the source of a page: `&quot;nearest&quot;`.
fn html(row: &str, start: u32) -> Option<SyntaxError> {
    let first = ENTITIES.iter().filter_map(|(entity, meant)| Some((row.find(entity)?, entity, meant))).min();
    let (at, entity, meant) = first?;
    let mended = ENTITIES.iter().fold(row.to_owned(), |row, (entity, meant)| row.replace(entity, meant));
    let span = Span::new(start + at as u32, start + (at + entity.len()) as u32);
    let message = message!("html-entity", entity, meant);
    is_plausible(&parse(&mended), None).then(|| of_row(row, start, span, message, mended))
}

/// An error whose fix writes the whole row anew.
fn of_row(row: &str, start: u32, span: Span, message: Message, mended: String) -> SyntaxError {
    let fix = SyntaxFix::safe(Span::new(start, start + row.len() as u32), mended);
    SyntaxError { kind: SyntaxErrorKind::Unexpected, span, message, fix: Some(fix) }
}

/// The error of a row whose cells are separated by `;` or by commas of another alphabet.
fn other_separators(row: &str, start: u32) -> Option<SyntaxError> {
    const SEPARATORS: [char; 4] = [';', '；', '，', '、'];
    let at = row.find(SEPARATORS)?;
    let mark = row[at..].chars().next()?;
    let parts: Vec<&str> = row.split(SEPARATORS).collect();
    let commas = if mark == ';' { row.replace(';', ",") } else { parts.join(", ").replace(",  ", ", ") };
    if !is_plausible(&parse(&commas), None) {
        return None;
    }
    let span = Span::new(start + at as u32, start + (at + mark.len_utf8()) as u32);
    let fix = SyntaxFix::doubtful(Span::new(start, start + row.len() as u32), commas);
    let message = message!("mark-for-comma", mark = mark.to_string());
    Some(SyntaxError { kind: SyntaxErrorKind::MissingComma, span, message, fix: Some(fix) })
}

/// A call in a row, `nn.Upsample(None, 2, "nearest")`, and the two cells that stand for it, where they make a plausible row.
pub fn call_in_row(row: &str) -> Option<(Span, String)> {
    let opening = row.find('(')?;
    let name_start = row[..opening].rfind([',', ' ', '['])? + 1;
    let quote = row[name_start..].starts_with(['"', '\'']);
    let name = &row[name_start + usize::from(quote)..opening];
    let closing = opening + row[opening..].rfind(')')?;
    // Both may stand in quotes.
    let behind = closing + 1 + usize::from(quote);
    if quote && row.get(closing + 1..behind) != row.get(name_start..name_start + 1) {
        return None;
    }
    // Behind it no arguments stand, or an empty list.
    let rest: String = row[behind..].chars().filter(|c| !c.is_whitespace()).collect();
    let end = match &*rest {
        "]" => behind,
        ",[]]" => row.rfind(']')?,
        _ => return None,
    };
    let cells = format!("{name}, [{}]", &row[opening + 1..closing]);
    let result = format!("{}{cells}{}", &row[..name_start], &row[end..]);
    let is_call = name.starts_with(|c: char| c.is_alphabetic()) && !row[opening..closing].contains('=');
    (is_call && is_plausible(&parse(&result), None)).then(|| (Span::new(name_start as u32, end as u32), cells))
}

/// Returns the edits that make a plausible row, most likely first, each with its result.
fn edits(row: &str) -> Vec<(SyntaxFix, String)> {
    use TokenKind::*;
    let tree = parse(row).tree;
    let tokens: Vec<_> = tree.tokens.iter().filter(|token| token.kind != Whitespace).collect();
    let mut edits = Vec::new();
    let end = Span::empty(row.len() as u32);
    for closing in ["]", "]]", "]]]"] {
        edits.push(SyntaxFix::doubtful(end, closing));
    }
    for (i, token) in tokens.iter().enumerate() {
        let (before, behind) = (Span::empty(token.span.start), Span::empty(token.span.end));
        match token.kind {
            OpenBracket | CloseBracket | Comma => edits.push(SyntaxFix::doubtful(token.span, "")),
            _ => {}
        }
        if token.kind != Comma && token.kind != CloseBracket {
            edits.push(SyntaxFix::doubtful(before, "["));
        }
        if token.kind != Comma && token.kind != OpenBracket {
            edits.push(SyntaxFix::doubtful(behind, "]"));
            let next = tokens.get(i + 1).filter(|next| !matches!(next.kind, Comma | CloseBracket));
            let comma = next.map(|next| if next.span.start == behind.end { ", " } else { "," });
            edits.extend(comma.map(|comma| SyntaxFix::doubtful(behind, comma)));
        }
    }
    let result = |fix: SyntaxFix| {
        let (before, behind) = (&row[..fix.span.start as usize], &row[fix.span.end as usize..]);
        if !has_four_cells(before.bytes().chain(fix.replacement.bytes()).chain(behind.bytes())) {
            return None;
        }
        let result = format!("{before}{}{behind}", fix.replacement);
        let opened = (fix.replacement == "[").then_some(fix.span.start);
        is_plausible(&parse(&result), opened).then_some((fix, result))
    };
    edits.into_iter().filter_map(result).collect()
}

/// Whether a text is a plausible row. An inserted bracket must open the row, its `from` or its arguments.
fn is_plausible(parse: &Parse, opened: Option<u32>) -> bool {
    let Some(root) = parse.tree.root.as_ref().filter(|_| parse.errors.is_empty()) else { return false };
    let Some([from, repeats, module, args]) = root.as_seq() else { return false };
    let is_index = |node: &Node| node.as_int().is_some();
    let from_fits = is_index(from) || from.as_seq().is_some_and(|from| !from.is_empty() && from.iter().all(is_index));
    let module_fits = module.as_str().is_some_and(|name| !name.contains([' ', '\n']));
    let Some(values) = args.as_seq() else { return false };
    // Omitting a bracket can't double the bracket of the arguments, unless the only argument is a list.
    let takes_list = module.as_str().is_some_and(|name| LIST_MODULES.contains(&name));
    let is_doubled = !takes_list && matches!(values, [only] if only.as_seq().is_some());
    let starts = |node: &Node, at: u32| node.span.start == at;
    let opened_fits = opened.is_none_or(|at| starts(root, at) || starts(from, at) || (starts(args, at) && !is_doubled));
    from_fits && is_index(repeats) && module_fits && opened_fits
}
