//! Shared with `stale-summary`: keys at the top of a file that state its figures, `flops: 5.9` and `parameters: 5245459`.

use super::figures::{DEFAULT_SIDE, counts, is_near};
use super::{Diagnostic, File, Fix, Rule, Severity};
use crate::analysis::Analysis;
use crate::cost::units::grouped;
use crate::model::comments::WrittenNumber;
use crate::model::{Key, Row};
use crate::python::Literal;
use crate::text::Span;
use crate::words::{and, message};

/// Keys that people write figures behind, and whether these are parameters.
const KEYS: [(&str, bool); 8] = [
    ("flops", false),
    ("gflops", false),
    ("params", true),
    ("parameters", true),
    ("n_params", true),
    ("num_params", true),
    ("num_parameters", true),
    ("total_params", true),
];

/// A figure in a key.
struct Claim<'a> {
    key: &'a Key,
    is_params: bool,
    /// The value without its unit.
    number: Span,
    /// What a unit of the value stands for.
    unit: f64,
    written: WrittenNumber,
}

/// Returns a finding on the keys with another model's figures.
pub(super) fn finding(rule: &Rule, file: &File<'_>) -> Option<Diagnostic> {
    let claims: Vec<Claim<'_>> = file.model.keys.iter().filter_map(|key| claim(file, key)).collect();
    let wrong: Vec<(&Claim<'_>, f64)> = claims.iter().filter_map(|claim| Some((claim, truth(file, claim)?))).collect();
    let (first, _) = wrong.first()?;
    let said = wrong.iter().map(|(claim, truth)| {
        let (key, said) = (&claim.key.name, claim.key.value.span.text(file.text()));
        match claim.is_params {
            true => message!("key-says-params", key, said, params = grouped(*truth as u128)),
            false => message!("key-says-gflops", key, said, gflops = format!("{truth:.1}")),
        }
    });
    let joined = said.reduce(|first, next| message!("sentences", first, next))?;
    let message = match file.checked.first().map(|analysis| &analysis.scale).filter(|scale| !scale.is_empty()) {
        Some(scale) => message!("finding-at-scales", message = joined, count = 1, scales = scale),
        None => joined,
    };
    let edits: Vec<(Span, String)> =
        wrong.iter().map(|(claim, truth)| (claim.number, in_form(file, claim, *truth))).collect();
    let title = message!("write-value", value = and(edits.iter().map(|(_, text)| text)));
    let mut found = rule.at(first.key.value.span, message).severity(Severity::Warning);
    for (claim, _) in &wrong[1..] {
        found = found.related(file.at(claim.key.value.span), message!("this-one-too"));
    }
    Some(found.fix(Fix::of(title, edits)))
}

fn claim<'a>(file: &'a File<'_>, key: &'a Key) -> Option<Claim<'a>> {
    let (_, is_params) = *KEYS.iter().find(|(name, _)| key.name.eq_ignore_ascii_case(name))?;
    let names_it =
        |row: &Row| row.args().is_some_and(|args| args.items.iter().any(|cell| cell.value.as_str() == Some(&key.name)));
    if file.dialect().reads_key(&key.name) || file.model.rows.iter().any(names_it) {
        return None;
    }
    let text = key.value.span.text(file.text());
    let quote = text.len() - text.trim_start_matches(['"', '\'']).len();
    let bare = text.trim_matches(['"', '\'']);
    let digits = bare.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'_')).count();
    let (number, unit) = (&bare[..digits], bare[digits..].trim().to_ascii_lowercase());
    let plain: String = number.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let value: f64 = plain.parse().ok().filter(|value: &f64| *value > 0.0)?;
    let is_whole = matches!(key.value.value, Literal::Int(_));
    let decimals = plain.split_once('.').map_or(0, |(_, part)| part.len());
    let unit = match (unit.trim_end_matches("flops").trim_end_matches("params").trim(), is_params) {
        ("k", true) => 1e3,
        ("m", _) => 1e6,
        ("g" | "b", _) => 1e9,
        // A number in full is a count, a small one is in millions or billions.
        ("", true) if value >= 1e4 => 1.0,
        ("", true) if !is_whole || value < 1e3 => 1e6,
        ("", false) if value >= 1e6 => 1.0,
        ("", false) => 1e9,
        _ => return None,
    };
    let half = if unit == 1.0 && is_params { 0.0 } else { unit / 10f64.powi(decimals as i32) / 2.0 };
    let start = key.value.span.start + quote as u32;
    let written = WrittenNumber { value: value * unit, half, digits: plain.len() };
    Some(Claim { key, is_params, number: Span::new(start, start + digits as u32), unit, written })
}

/// Returns the correct figure if the claim is right at no scale: parameters, or billions of operations.
fn truth(file: &File<'_>, claim: &Claim<'_>) -> Option<f64> {
    let shown = file.checked.first()?;
    if claim.is_params {
        let totals = |analysis: &&Analysis| analysis.totals.as_ref().map(|totals| totals.params as f64);
        let all: Option<Vec<f64>> = file.analyses.iter().map(totals).collect();
        let is_right = all?.iter().any(|params| claim.written.is(*params));
        return totals(shown).filter(|_| !is_right);
    }
    let giga = WrittenNumber { value: claim.written.value / 1e9, half: claim.written.half / 1e9, ..claim.written };
    let default = [DEFAULT_SIDE; 2];
    let summary = |analysis: &Analysis| analysis.summary_gflops(&file.model, default);
    let all: Option<Vec<f64>> = file.analyses.iter().map(|analysis| summary(analysis)).collect();
    let all = all?;
    let is_right = file.analyses.iter().any(|analysis| counts(analysis).any(|gflops| is_near(giga, gflops)))
        || all.iter().any(|gflops| is_near(giga, *gflops));
    let at = file.analyses.iter().position(|analysis| analysis.scale == shown.scale)?;
    all.get(at).copied().filter(|_| !is_right)
}

/// Formats a figure like the one that is written.
fn in_form(file: &File<'_>, claim: &Claim<'_>, truth: f64) -> String {
    let written = claim.number.text(file.text());
    let number = if claim.is_params { truth } else { truth * 1e9 } / claim.unit;
    let decimals = written.split_once('.').map_or(0, |(_, part)| part.len());
    match claim.unit == 1.0 && written.contains(',') {
        true => grouped(number as u128),
        false => format!("{number:.decimals$}"),
    }
}
