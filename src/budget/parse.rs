//! Parses budgets by the grammar in [`super`].

use std::ops::Range;

use super::{Budget, Limit, Metric, Scope};
use crate::model::SECTIONS;
use crate::words::{Message, comma, message};

/// An invalid part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// What is wrong, and what to write instead.
    pub message: Message,
}

/// Parses the budgets of a text; returns budgets and problems in order.
pub fn parse(text: &str) -> Vec<Result<Budget, Problem>> {
    let mut found = Vec::new();
    let mut scale: Option<String> = None;
    let mut after_weights: Option<usize> = None;
    let mut at = 0;
    loop {
        at += leading(&text[at..], is_separator);
        let start = after_weights.unwrap_or(at);
        let rest = &text[at..];
        if rest.is_empty() {
            break;
        }
        let name = &rest[..leading(rest, |c| !is_separator(c) && !"<>=:".contains(c))];
        at += name.len();
        let operator_at = at + leading(&text[at..], char::is_whitespace);
        let mut problem = |range: Range<usize>, message: Message| found.push(Err(Problem { range, message }));
        match text[operator_at..].chars().next() {
            Some(':') if operator_at == at && !name.is_empty() && after_weights.is_none() => {
                scale = Some(name.to_owned());
                at += 1;
                continue;
            }
            Some(c @ ('<' | '>' | '=' | ':')) => {
                let operator = leading(&text[operator_at..], |c| "<>=:".contains(c));
                let operator = &text[operator_at..operator_at + operator];
                at = operator_at + operator.len();
                at += leading(&text[at..], char::is_whitespace);
                let limit = limit_token(&text[at..]);
                at += limit.len();
                let full_name = if after_weights.is_some() { format!("weights.{name}") } else { name.to_owned() };
                match operator {
                    "<" | "<=" => match budget(&full_name, operator == "<", limit) {
                        Ok(budget) => found.push(Ok(Budget { scale: scale.clone(), ..budget })),
                        Err(message) => problem(start..at, message),
                    },
                    _ if c == ':' => problem(start..at, no_budget(&text[start..at])),
                    _ => problem(start..at, message!("budget-upper", name, limit)),
                }
            }
            _ if name == "weights" && after_weights.is_none() && operator_at > at => {
                after_weights = Some(start);
                continue;
            }
            _ => problem(start..at, no_budget(&text[start..at])),
        }
        after_weights = None;
    }
    if let Some(start) = after_weights {
        found.push(Err(Problem { range: start..text.trim_end().len(), message: of_which_type() }));
    }
    found
}

/// Makes a budget from a metric's name with its scope, and a limit with an optional `<` or `<=`.
///
/// # Errors A message that says what is wrong and what to write instead.
pub fn named(name: &str, limit: &str) -> Result<Budget, Message> {
    let limit = limit.trim();
    let (is_strict, limit) = match (limit.strip_prefix("<="), limit.strip_prefix('<')) {
        (Some(limit), _) => (false, limit),
        (None, Some(limit)) => (true, limit),
        (None, None) => (false, limit),
    };
    budget(name.trim(), is_strict, limit.trim())
}

fn budget(name: &str, is_strict: bool, text: &str) -> Result<Budget, Message> {
    let (scope, metric) = scope_and_metric(name)?;
    let limit = limit(metric, is_strict, text)?;
    if matches!((scope, limit), (Scope::EachRow | Scope::Row(_), Limit::Relative(_))) {
        return Err(message!("budget-cant-be-relative", name));
    }
    Ok(Budget { scale: None, scope, metric, is_strict, limit, span: None })
}

fn scope_and_metric(name: &str) -> Result<(Scope, Metric), Message> {
    let plain = name.split_once("weights.").filter(|(before, _)| before.is_empty() || before.ends_with('.'));
    let is_weights = plain.is_some();
    let name = plain.map_or(name.to_owned(), |(before, after)| format!("{before}{after}"));
    let (scope, metric) = match name.rsplit_once('.') {
        Some((scope, metric)) => (self::scope(scope)?, metric),
        None => (Scope::Model, name.as_str()),
    };
    if metric == "weights" {
        return Err(of_which_type());
    }
    let known = Metric::ALL.into_iter().find(|known| known.name() == metric.to_ascii_lowercase());
    match known {
        Some(known) if !is_weights || known.is_of_weights() => Ok((scope, known)),
        Some(_) => Err(of_which_type()),
        None => {
            let close = Metric::ALL.into_iter().map(|known| (strsim::jaro_winkler(metric, known.name()), known.name()));
            let close = close.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
            Err(match close {
                Some((_, known)) => message!("metric-unknown-like", metric, known),
                None => message!("metric-unknown", metric, all = comma(Metric::ALL.map(Metric::name))),
            })
        }
    }
}

fn scope(text: &str) -> Result<Scope, Message> {
    if let Some(section) = SECTIONS.into_iter().find(|section| *section == text) {
        return Ok(Scope::Section(section));
    }
    match text.strip_prefix("row") {
        Some("") => return Ok(Scope::EachRow),
        Some(index) => {
            let index = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
            if let Some(index) = index.and_then(|index| index.trim().parse().ok()) {
                return Ok(Scope::Row(index));
            }
        }
        None => {}
    }
    Err(message!("budget-no-scope", text))
}

fn limit(metric: Metric, is_strict: bool, text: &str) -> Result<Limit, Message> {
    let name = metric.name();
    if text.is_empty() {
        return Err(message!("budget-limit-missing", example = example(metric)));
    }
    if let Some(percent) = text.strip_suffix('%') {
        return relative(percent.trim())
            .map(Limit::Relative)
            .ok_or_else(|| message!("budget-not-relative", text, name));
    }
    let end = number_length(text);
    let (number, unit) = (&text[..end], text[end..].trim());
    let wrong = || message!("budget-not-limit", text, name, example = example(metric));
    let (digits, decimals) = decimal(number).ok_or_else(wrong)?;
    let factor = factor(metric, unit).ok_or_else(|| match unit {
        "" => message!("budget-no-unit", text, example = example(metric)),
        _ => wrong(),
    })?;
    let too_large = || message!("budget-too-large", text);
    let scaled = digits.checked_mul(factor).ok_or_else(too_large)?;
    let divisor = 10u128.checked_pow(decimals).ok_or_else(too_large)?;
    // Counts are integers: a fractional limit is rounded down, or up if it is strict.
    let limit = if is_strict { scaled.div_ceil(divisor) } else { scaled / divisor };
    if is_strict && limit == 0 {
        return Err(message!("budget-none-below", text, example = example(metric)));
    }
    Ok(Limit::Absolute(limit))
}

/// Parses a percentage into millionths of a percent.
fn relative(text: &str) -> Option<i64> {
    let (sign, number) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (digits, decimals) = decimal(number.trim_start())?;
    let millionths = digits.checked_mul(1_000_000)? / 10u128.checked_pow(decimals)?;
    let millionths = i64::try_from(millionths).ok().filter(|m| *m <= 1_000_000_000_000)?;
    (sign > 0 || millionths <= 100_000_000).then_some(sign * millionths)
}

/// Returns the factor of a unit; none if the metric doesn't have the unit.
fn factor(metric: Metric, unit: &str) -> Option<u128> {
    let unit = unit.to_ascii_lowercase();
    if metric.is_of_weights() || metric == Metric::Activations {
        return Some(match unit.as_str() {
            "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            _ => return None,
        });
    }
    let unit = if metric == Metric::Gflops { unit.trim_end_matches("flops") } else { &unit };
    Some(match unit {
        "" if metric == Metric::Gflops => 1_000_000_000,
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" | "b" => 1_000_000_000,
        "t" if metric == Metric::Gflops => 1_000_000_000_000,
        _ => return None,
    })
}

/// Splits a decimal number into its digits and the number of digits after the point: `6.5` is 65 and 1, `6.5e3` is 6500
/// and 0.
fn decimal(text: &str) -> Option<(u128, u32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (whole, part) = (whole.replace('_', ""), part.trim_end_matches('0'));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_number(&whole) || !is_number(part) {
        return None;
    }
    let digits: u128 = format!("{whole}{part}").parse().ok()?;
    let decimals = i32::try_from(part.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    match u32::try_from(decimals) {
        Ok(decimals) => Some((digits, decimals)),
        Err(_) => Some((digits.checked_mul(10u128.checked_pow(decimals.unsigned_abs())?)?, 0)),
    }
}

/// Returns the length of the number at the start of a limit; an `e` belongs to it if an exponent follows.
fn number_length(text: &str) -> usize {
    let plain = leading(text, |c| c.is_ascii_digit() || c == '.' || c == '_');
    let rest = &text[plain..];
    let exponent = rest.strip_prefix(['e', 'E']).map_or("", |rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    match leading(exponent, |c| c.is_ascii_digit()) {
        0 => plain,
        digits => text.len() - exponent.len() + digits,
    }
}

/// Returns the limit at the start of a text; a space may precede the unit.
fn limit_token(text: &str) -> &str {
    let end = leading(text, |c| !is_separator(c));
    let rest = &text[end..];
    let space = leading(rest, char::is_whitespace);
    let word = &rest[space..space + leading(&rest[space..], |c| !is_separator(c))];
    let is_unit = word == "%" || Metric::ALL.iter().any(|&metric| !word.is_empty() && factor(metric, word).is_some());
    let is_bare = end > 0 && text[..end].ends_with(|c: char| c.is_ascii_digit());
    if is_bare && is_unit { &text[..end + space + word.len()] } else { &text[..end] }
}

/// Returns the length of the leading characters that are wanted.
fn leading(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.find(|c| !wanted(c)).unwrap_or(text.len())
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c == ','
}

fn no_budget(text: &str) -> Message {
    message!("not-a-budget", text)
}

fn of_which_type() -> Message {
    message!("budget-which-type")
}

fn example(metric: Metric) -> Message {
    match metric {
        Metric::Gflops => message!("example-gflops"),
        Metric::Params => message!("example-params"),
        Metric::Layers => message!("example-layers"),
        Metric::Int8 | Metric::Fp16 | Metric::Fp32 | Metric::Activations => message!("example-bytes"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The budgets as the grammar has them, and what is wrong with the others.
    fn said(text: &str) -> Vec<String> {
        let line = |budget: Result<Budget, Problem>| match budget {
            Ok(budget) => budget.to_string(),
            Err(problem) => format!("‹{}› {}", &text[problem.range], problem.message.english()),
        };
        parse(text).into_iter().map(line).collect()
    }

    #[test]
    fn budgets() {
        for (text, expected) in [
            ("gflops<=6.5 params<=3M", &["gflops<=6.5", "params<=3M"][..]),
            ("gflops <= 6.5, params < 3M", &["gflops<=6.5", "params<3M"]),
            ("layers<=200", &["layers<=200"]),
            ("weights int8<=4MB, fp16<=8.5 MB fp32<=16MiB", &["int8<=4MB", "fp16<=8.5MB", "fp32<=16.777216MB"]),
            ("weights.int8<=4MB head.weights.fp16<=900kB", &["int8<=4MB", "head.fp16<=900kB"]),
            ("activations<=20MB", &["activations<=20MB"]),
            ("head.gflops<=2 backbone.params<=1500000", &["head.gflops<=2", "backbone.params<=1.5M"]),
            ("row.gflops<=0.5 row[22].params<1_000", &["row.gflops<=0.5", "row[22].params<1k"]),
            ("n: gflops<=6.5 layers<=9 s: gflops<=22", &["n: gflops<=6.5", "n: layers<=9", "s: gflops<=22"]),
            ("gflops<=+5% params<=-10.5% head.layers<=+0%", &["gflops<=+5%", "params<=-10.5%", "head.layers<=+0%"]),
            ("gflops<=800M gflops<=0.8GFLOPs GFLOPs<=1T", &["gflops<=0.8", "gflops<=0.8", "gflops<=1000"]),
            ("params<=3e6 params<=2.5E6 gflops<=65e-1", &["params<=3M", "params<=2.5M", "gflops<=6.5"]),
            // All that is counted is whole.
            ("params<=2.5 params<2.5 fp32<=0.5B", &["params<=2", "params<3", "fp32<=0B"]),
            ("", &[]),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_budget_is_told_with_its_place() {
        for (text, expected) in [
            ("fast", "‹fast› `fast` is not a budget: write a metric, `<=` and a limit, like `gflops<=6.5`"),
            ("gflop<=6", "‹gflop<=6› unknown metric `gflop`: did you mean `gflops`?"),
            ("watts<=6", "unknown metric `watts`: use gflops, params, layers, int8, fp16, fp32, activations"),
            ("neck.gflops<=6", "`neck` can't have a budget: use backbone, head, row"),
            ("row[x].gflops<=6", "`row[x]` can't have a budget"),
            ("gflops>=6", "‹gflops>=6› a budget must be an upper limit: write `gflops<=6`"),
            ("gflops=6", "a budget must be an upper limit: write `gflops<=6`"),
            ("gflops<=", "the limit is missing: write a number of GFLOPs like 6.5"),
            ("gflops<=6MB", "`6MB` is not a limit for gflops"),
            ("params<=many", "`many` is not a limit for params: write a number like 3M"),
            ("params<=-3", "`-3` is not a limit for params"),
            ("int8<=4", "`4` has no unit: write a number of bytes like 4MB or 4MiB"),
            ("weights<=4MB", "name the weights' data type"),
            ("weights params<=4M", "‹weights params<=4M› name the weights' data type"),
            ("weights ", "‹weights› name the weights' data type"),
            ("gflops<=5%", "`5%` is not a limit: write +5% or -5% for a limit relative to the baseline's gflops"),
            ("gflops<=-101%", "`-101%` is not a limit"),
            ("row.params<=+5%", "can't be relative, because the baseline has other rows"),
            ("params<0", "no value is below `0`"),
            ("params<=1e40", "is not a limit"),
            ("params<=99999999999999999999999999999999999999G", "too large"),
            ("gflops: 6", "‹6› `6` is not a budget"),
        ] {
            let said = said(text);
            assert!(said.last().is_some_and(|last| last.contains(expected)), "{text}: {said:?}");
        }
        // What is wrong doesn't take the others along.
        assert_eq!(said("gflops<=x params<=3M").last().map(String::as_str), Some("params<=3M"));
    }

    #[test]
    fn names_with_limits() {
        for (name, limit, expected) in [
            ("gflops", "6.5", Ok("gflops<=6.5")),
            ("head.params", "<= 1M", Ok("head.params<=1M")),
            ("gflops", "< 7", Ok("gflops<7")),
            ("gflops", "+5%", Ok("gflops<=+5%")),
            ("gflops", "<= +5 %", Ok("gflops<=+5%")),
            ("weights.int8", "4 MB", Ok("int8<=4MB")),
            ("layers", "12 rows", Err("`12 rows` is not a limit for layers: write a number like 200")),
        ] {
            let budget = named(name, limit).map(|budget| budget.to_string()).map_err(|why| why.english());
            assert_eq!(budget.as_deref().map_err(String::as_str), expected, "{name} {limit}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[a-z0-9<>=:.,%+\\-\\[\\] éMGB]{0,40}") {
            for budget in parse(&text) {
                if let Err(problem) = budget {
                    prop_assert!(text.get(problem.range).is_some());
                }
            }
        }

        /// What a budget is written as is read as the same budget.
        #[test]
        fn written_and_read(n in 1u128..1_000_000_000_000_000, metric in 0usize..7, scope in 0usize..4, is_strict: bool) {
            let scope = [Scope::Model, Scope::Section("head"), Scope::EachRow, Scope::Row(22)][scope];
            let metric = Metric::ALL[metric];
            let budget = Budget { scale: None, scope, metric, is_strict, limit: Limit::Absolute(n), span: None };
            prop_assert_eq!(parse(&budget.to_string()), [Ok(budget)]);
        }

        #[test]
        fn percents_are_written_and_read(millionths in -100_000_000i64..1_000_000_000) {
            let budget = Budget {
                scale: Some("n".to_owned()),
                scope: Scope::Model,
                metric: Metric::Params,
                is_strict: false,
                limit: Limit::Relative(millionths),
                span: None,
            };
            prop_assert_eq!(parse(&budget.to_string()), [Ok(budget)]);
        }
    }
}
