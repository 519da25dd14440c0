//! `text-argument`: cells that were meant to be computed and stay text.

use super::named_argument::{self, Named, with_others};
use super::{Diagnostic, File, Fix, Severity, other_repository, rule};
use crate::analysis::Status;
use crate::dialect::Origin;
use crate::model::{Cell, Row};
use crate::text::Span;
use crate::torch::Type;
use crate::words::{comma, message};

rule! {
    /// This cell stays text: the framework doesn't compute it.
    ///
    /// ## What it does
    /// Reports
    ///
    /// * arithmetic in a row: `64*0.25`, `nc*2`. YAML does no arithmetic, and neither does the framework;
    /// * an argument with a name: `k=3`. A module gets its arguments by their places;
    /// * an argument that names a key of your own. Rows can name `nc`, `kpt_shape`, `reg_max`, `end2end`, `act`, `scale`,
    ///   `depth`, `width` and `max_channels`; any other key's name stays text.
    ///
    /// Nothing is reported if yolint reads the source of a framework, because then that source decides.
    ///
    /// ## Why is this bad?
    /// The module gets text where it needs a number. Building the model fails with an error that doesn't name the row
    /// (`TypeError: '<' not supported between instances of 'float' and 'str'`), or the argument has a different effect
    /// than intended.
    ///
    /// ## Example
    /// ```yaml
    /// wide: 128
    /// backbone:
    ///   - [-1, 1, Conv, [64*2, 3, 2]]
    ///   - [-1, 1, Conv, [wide, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [128, 3, 2]]
    ///   - [-1, 1, Conv, [128, 3, 2]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix writes the number that the text stands for. It is safe if the model can't be built with the text.
    "text-argument", Error, File(check)
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let texts = texts(file);
    let of = |kind: Kind| -> Vec<&Text<'_>> { texts.iter().filter(|text| text.kind == kind).collect() };
    let mut found: Vec<Diagnostic> = arithmetic(file, &of(Kind::Arithmetic)).into_iter().collect();
    let named = of(Kind::Named).into_iter().map(|text| Named { row: text.row, span: text.span, words: text.words });
    found.extend(named_argument::finding(&RULE, file, &named.collect::<Vec<_>>()));
    let mut keys = of(Kind::Key);
    keys.sort_by_key(|text| text.words);
    found.extend(keys.chunk_by(|a, b| a.words == b.words).filter_map(|same| own_key(file, same)));
    found
}

/// Whether the fault of a row comes from such a text.
pub(super) fn explains(file: &File<'_>, row: usize) -> bool {
    file.lint.level(RULE.name) != Some(super::Level::Off) && texts(file).iter().any(|text| text.row == row)
}

/// What was meant by a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arithmetic,
    Named,
    Key,
}

/// A cell that stays text.
struct Text<'a> {
    row: usize,
    span: Span,
    words: &'a str,
    kind: Kind,
}

impl Text<'_> {
    /// Whether its row can't be built with it.
    fn fails(&self, file: &File<'_>) -> bool {
        file.checked.iter().any(|analysis| matches!(analysis.rows[self.row].status, Status::Fault(_)))
    }
}

/// The cells of all rows that stay text.
fn texts<'a>(file: &'a File<'_>) -> Vec<Text<'a>> {
    let variables = file.dialect().variables();
    let mut found = Vec::new();
    if variables.is_empty() {
        return found;
    }
    let is_own = |name: &str| !variables.contains(&name) && file.model.key(name).is_some();
    for (row, written) in file.model.rows.iter().enumerate().filter(|(_, row)| row.complete) {
        for cell in cells(written) {
            let Some(words) = cell.value.as_str() else { continue };
            let is_name = |name: &str| variables.contains(&name) || file.model.key(name).is_some();
            let is_argument = written.args().is_some_and(|args| args.span.contains_span(cell.span));
            let kind = if is_arithmetic(words, is_name) {
                Kind::Arithmetic
            } else if is_argument && named_argument::parts(words).is_some() {
                Kind::Named
            } else if is_argument && is_own(words) && !other_repository::explains(file, row) {
                Kind::Key
            } else {
                continue;
            };
            found.push(Text { row, span: cell.span, words, kind });
        }
    }
    found
}

/// The cells of a row but its module's name, down into lists.
fn cells(row: &Row) -> Vec<&Cell> {
    let mut open: Vec<&Cell> = [row.args(), row.repeats(), row.from()].into_iter().flatten().collect();
    let mut cells = Vec::new();
    while let Some(cell) = open.pop() {
        cells.push(cell);
        open.extend(cell.items.iter().rev());
    }
    cells
}

/// Whether a text joins numbers and known names by operators.
fn is_arithmetic(text: &str, is_name: impl Fn(&str) -> bool) -> bool {
    let is_operator = |c: char| "+-*/%".contains(c);
    let is_part = |part: &str| value(part).is_some() || is_name(part);
    // Two numbers beside each other lack what is between them.
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.windows(2).any(is_number_apart) {
        return false;
    }
    let parts: Vec<&str> =
        text.split(|c: char| is_operator(c) || "() ".contains(c)).filter(|part| !part.is_empty()).collect();
    value(text).is_some_and(|_| text.trim().parse::<f64>().is_err())
        || parts.len() > 1 && text.contains(is_operator) && parts.iter().all(|part| is_part(part))
}

fn arithmetic(file: &File<'_>, texts: &[&Text<'_>]) -> Option<Diagnostic> {
    let (first, rest) = texts.split_first()?;
    let values: Vec<Option<String>> = texts.iter().map(|text| value(text.words).map(as_cell)).collect();
    let severity = if texts.iter().any(|text| text.fails(file)) { Severity::Error } else { Severity::Warning };
    let message = match &values[0] {
        Some(value) => message!("text-arithmetic-write", text = first.words, value),
        None => message!("text-arithmetic", text = first.words),
    };
    let message = with_others(message, rest.len());
    let mut found = RULE.at(first.span, message).severity(severity).of_row(first.row);
    for (text, value) in rest.iter().zip(&values[1..]) {
        let words = value.as_ref().map_or(message!("text-too"), |value| message!("write-value", value));
        found = found.related(file.at(text.span), words);
    }
    let Some(values) = values.into_iter().collect::<Option<Vec<String>>>() else { return Some(found) };
    let title = message!("write-value", value = comma(&values));
    let edits = texts.iter().map(|text| text.span).zip(values).collect();
    Some(found.fix(Fix { safe: severity == Severity::Error, ..Fix::of(title, edits) }))
}

/// The finding on all cells that name one key.
fn own_key(file: &File<'_>, texts: &[&Text<'_>]) -> Option<Diagnostic> {
    let key = file.model.key(texts.first()?.words)?;
    // What a text is as an activation is said by `no-effect`.
    let texts: Vec<&&Text<'_>> = texts.iter().filter(|text| text.fails(file) || !is_activation(file, text)).collect();
    let (first, rest) = texts.split_first()?;
    let fails = texts.iter().any(|text| text.fails(file));
    let severity = if fails { Severity::Error } else { Severity::Warning };
    let message = with_others(message!("text-own-key", text = first.words), rest.len());
    let mut found = RULE
        .at(first.span, message)
        .severity(severity)
        .of_row(first.row)
        .help(message!("rows-can-name"))
        .related(file.at(key.span), message!("the-key"));
    for text in rest {
        found = found.related(file.at(text.span), message!("text-too"));
    }
    let value = key.value.span.text(file.text());
    if value.is_empty() || value.contains('\n') || !key.value.names.is_empty() {
        return Some(found);
    }
    let edits = texts.iter().map(|text| (text.span, value.to_owned())).collect();
    Some(found.fix(Fix { safe: fails, ..Fix::of(message!("write-value", value), edits) }))
}

/// Whether a text is given for an activation.
fn is_activation(file: &File<'_>, text: &Text<'_>) -> bool {
    let place = |cell: &Cell| cell.items.iter().position(|item| item.span == text.span);
    let Some(place) = file.model.rows[text.row].args().and_then(place) else { return false };
    file.checked.iter().any(|analysis| {
        let row = &analysis.rows[text.row];
        let params = row.info.iter().flat_map(|module| &module.params).zip(&row.args);
        params.into_iter().any(|(param, arg)| param.ty == Type::Act && arg.origin == Origin::Cell(place))
    })
}

/// A number as a cell has it: without a fraction of 0.
fn as_cell(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value}") }
}

/// The value of numbers joined by operators; none if the text is anything else.
fn value(text: &str) -> Option<f64> {
    // Two numbers beside each other are no number.
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.windows(2).any(is_number_apart) {
        return None;
    }
    let text: String = words.concat();
    let mut rest = text.as_str();
    let value = sum(&mut rest, 0)?;
    (rest.is_empty() && value.is_finite()).then_some(value)
}

/// Whether two words are two numbers, or their ends are.
fn is_number_apart(pair: &[&str]) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    matches!(pair, [before, behind] if before.ends_with(is_digit) && behind.starts_with(is_digit))
}

/// Deepest nesting of brackets.
const MOST_BRACKETS: usize = 20;

fn sum(rest: &mut &str, depth: usize) -> Option<f64> {
    let mut total = product(rest, depth)?;
    while let Some(operator @ ('+' | '-')) = rest.chars().next() {
        *rest = &rest[1..];
        let next = product(rest, depth)?;
        total = if operator == '+' { total + next } else { total - next };
    }
    Some(total)
}

fn product(rest: &mut &str, depth: usize) -> Option<f64> {
    let mut total = factor(rest, depth)?;
    loop {
        let operator = ["//", "*", "/", "%"].into_iter().find(|operator| rest.starts_with(operator));
        let Some(operator) = operator.filter(|_| !rest.starts_with("**")) else { return Some(total) };
        *rest = &rest[operator.len()..];
        let next = factor(rest, depth)?;
        total = match operator {
            "//" => (total / next).floor(),
            "*" => total * next,
            "/" => total / next,
            _ => total.rem_euclid(next),
        };
    }
}

fn factor(rest: &mut &str, depth: usize) -> Option<f64> {
    if depth > MOST_BRACKETS {
        return None;
    }
    if let Some(inner) = rest.strip_prefix('-') {
        *rest = inner;
        return factor(rest, depth + 1).map(|value| -value);
    }
    let base = if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let value = sum(rest, depth + 1)?;
        *rest = rest.strip_prefix(')')?;
        value
    } else {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = rest[..end].parse().ok()?;
        *rest = &rest[end..];
        number
    };
    match rest.strip_prefix("**") {
        Some(exponent) => {
            *rest = exponent;
            factor(rest, depth + 1).map(|exponent| base.powf(exponent))
        }
        None => Some(base),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values said by Python.
    #[test]
    fn values_are_those_of_python() {
        for (text, expected) in [
            ("64*0.25", "16"),
            ("2 * 0.50", "1"),
            ("(64 + 32) // 5", "19"),
            ("2**3", "8"),
            ("-2**2", "-4"),
            ("1/8", "0.125"),
            ("1024-512/2", "768"),
            ("7%4", "3"),
        ] {
            assert_eq!(value(text).map(as_cell).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "64 3 2", "nearest", "1x1", "8*", "(1", "3..2*1", "1/0", "2024-01-01T10"] {
            assert_eq!(value(text), None, "{text}");
        }
        let is_name = |name: &str| name == "nc";
        assert!(is_arithmetic("nc*2", is_name) && is_arithmetic("nc + 5", is_name));
        assert!(!is_arithmetic("nc", is_name) && !is_arithmetic("nn.ReLU()", is_name) && !is_arithmetic("-5", is_name));
        assert!(!is_arithmetic("half*2", is_name) && !is_arithmetic("IMAGENET1K_V1", is_name));
    }
}
