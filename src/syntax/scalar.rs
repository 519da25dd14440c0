//! What a scalar's text means: unquoting, and typing as PyYAML's `SafeLoader` does it (YAML 1.1, with PyYAML's own
//! regular expressions).

use super::error::SyntaxErrorKind;
use crate::words::{Message, message};
use std::borrow::Cow;

/// The value of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing at all. `None` is a string.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Bool(bool),
    /// An integer: decimal, `0x`, `0b`, octal with a leading zero, or sexagesimal (`1:30` is 90).
    Int(i64),
    /// An integer that doesn't fit; as written, without underscores.
    BigInt(Box<str>),
    /// A float, which has a dot, and a sign in its exponent: `1e-3` is a string.
    Float(f64),
    /// A string.
    Str(Box<str>),
    /// A date or a point in time, as written.
    Timestamp(Box<str>),
    /// Base64 text tagged `!!binary`, as written.
    Binary(Box<str>),
    /// The key `<<`, by which a mapping takes over the entries of others.
    Merge,
}

/// Why a scalar has no value: the kind of the error, and its message.
pub(super) type Refused = (SyntaxErrorKind, Message);

const CORE: &str = "tag:yaml.org,2002:";

/// Types a scalar without quotes.
pub(super) fn plain(text: &str) -> Result<Value, Refused> {
    let value = match text.as_bytes().first() {
        None => Some(Value::Null),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(text)?,
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O') => word(text),
        Some(b'<') if text == "<<" => Some(Value::Merge),
        Some(b'=') if text == "=" => {
            let message = message!("bare-equals");
            return Err((SyntaxErrorKind::InvalidValue, message));
        }
        _ => None,
    };
    Ok(value.unwrap_or_else(|| Value::Str(text.into())))
}

/// What to say of a tag that other programs know.
pub(super) fn unknown_tag(tag: &str) -> Option<Message> {
    let python = tag.strip_prefix(CORE).filter(|name| name.starts_with("python/"));
    match python {
        Some(name) => Some(message!("tag-of-python", name)),
        None => (tag == "!include").then(|| message!("no-inclusion")),
    }
}

/// Types a scalar that has a tag, given in full.
pub(super) fn tagged(tag: &str, text: &str) -> Result<Value, Refused> {
    let unknown = || (SyntaxErrorKind::UnknownTag, unknown_tag(tag).unwrap_or_else(|| message!("no-scalar-type", tag)));
    let name = tag.strip_prefix(CORE).ok_or_else(unknown)?;
    let refused = || {
        let message = message!("no-value-of-type", text, name);
        (SyntaxErrorKind::InvalidValue, message)
    };
    match name {
        "str" => Ok(Value::Str(text.into())),
        "null" => Ok(Value::Null),
        "bool" => match word(&text.to_ascii_lowercase()) {
            Some(Value::Bool(bool)) => Ok(Value::Bool(bool)),
            _ => Err(refused()),
        },
        "int" => int(text.replace('_', "").trim()).ok_or_else(refused),
        "float" => float(text.replace('_', "").trim()).map(Value::Float).ok_or_else(refused),
        "timestamp" if is_timestamp(text) == Some(true) => Ok(Value::Timestamp(text.into())),
        "binary" if is_base64(text) => Ok(Value::Binary(text.into())),
        "merge" => Ok(Value::Merge),
        "timestamp" | "binary" => Err(refused()),
        _ => Err(unknown()),
    }
}

/// Whether a collection may have this tag, given in full.
pub(super) fn fits_collection(tag: &str, sequence: bool) -> bool {
    match tag.strip_prefix(CORE) {
        Some("seq" | "omap" | "pairs") => sequence,
        Some("map" | "set") => !sequence,
        _ => false,
    }
}

/// Whether a collection with this tag must consist of mappings of one entry.
pub(super) fn wants_pairs(tag: &str) -> bool {
    matches!(tag.strip_prefix(CORE), Some("omap" | "pairs"))
}

/// Whether a tag is well-formed as written.
pub(super) fn is_tag(text: &str) -> bool {
    let suffix = match text.strip_prefix("!<") {
        Some(verbatim) => match verbatim.strip_suffix('>') {
            Some(uri) => uri,
            None => return false,
        },
        None if text == "!" => return true,
        None => {
            let (handle, suffix) = split_tag(text);
            let name = handle.trim_matches('!').as_bytes();
            if !name.iter().all(|&b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
                return false;
            }
            suffix
        }
    };
    !suffix.is_empty() && unescape_uri(suffix).is_some()
}

/// The handle (`!`, `!!`, `!name!`) and the suffix of a tag.
pub(super) fn split_tag(text: &str) -> (&str, &str) {
    match text.get(1..).and_then(|rest| rest.find('!')) {
        Some(at) => text.split_at(at + 2),
        None => text.split_at(text.len().min(1)),
    }
}

/// Decodes the `%xx` of a tag.
pub(super) fn unescape_uri(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

fn word(text: &str) -> Option<Value> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Value::Bool(true)),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// The number or timestamp that a plain scalar is, if it is one.
fn number(text: &str) -> Result<Option<Value>, Refused> {
    let bytes = text.as_bytes();
    // Most numbers of a model file have one to four digits.
    if bytes.len() <= 4 && bytes[0] != b'0' && bytes.iter().all(u8::is_ascii_digit) {
        return Ok(Some(Value::Int(bytes.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))));
    }
    let refused = |message: Message| Err((SyntaxErrorKind::InvalidValue, message));
    if looks_like_float(text) {
        return match float(&text.replace('_', "")) {
            Some(value) => Ok(Some(Value::Float(value))),
            None => refused(message!("looks-like-float", text)),
        };
    }
    if looks_like_int(text) {
        return match int(&text.replace('_', "")) {
            Some(value) => Ok(Some(value)),
            None => refused(message!("looks-like-integer", text)),
        };
    }
    match is_timestamp(text) {
        Some(true) => Ok(Some(Value::Timestamp(text.into()))),
        Some(false) if looks_like_timestamp(text) => refused(message!("looks-like-date", text)),
        _ => Ok(None),
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn all(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(allowed)
}

fn digit_or_underscore(b: u8) -> bool {
    b.is_ascii_digit() || b == b'_'
}

/// `[-+]?0b[0-1_]+ | [-+]?0[0-7_]+ | [-+]?(0|[1-9][0-9_]*) | [-+]?0x[0-9a-fA-F_]+ | [-+]?[1-9][0-9_]*(:[0-5]?[0-9])+`
fn looks_like_int(text: &str) -> bool {
    let text = unsigned(text);
    if let Some(digits) = text.strip_prefix("0b") {
        return !digits.is_empty() && all(digits, |b| matches!(b, b'0' | b'1' | b'_'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && all(digits, |b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(digits) = text.strip_prefix('0') {
        return all(digits, |b| matches!(b, b'0'..=b'7' | b'_'));
    }
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or("");
    first.starts_with(|c: char| c.is_ascii_digit()) && all(first, digit_or_underscore) && parts.all(is_sixtieth)
}

/// `[0-5]?[0-9]`
fn is_sixtieth(text: &str) -> bool {
    match text.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    }
}

/// `[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)? | \.[0-9][0-9_]*([eE][-+][0-9]+)? | [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]* |
/// [-+]?\.(inf|Inf|INF) | \.(nan|NaN|NAN)`
fn looks_like_float(text: &str) -> bool {
    if matches!(unsigned(text), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let Some((whole, rest)) = text.split_once('.') else {
        return false;
    };
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(e) => (&rest[..e], Some(&rest[e + 1..])),
        None => (rest, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = unsigned(exponent);
        digits.len() + 1 == exponent.len() && !digits.is_empty() && all(digits, |b| b.is_ascii_digit())
    });
    if !all(fraction, digit_or_underscore) || !exponent_fits {
        return false;
    }
    if whole.is_empty() {
        return fraction.starts_with(|c: char| c.is_ascii_digit());
    }
    let mut parts = unsigned(whole).split(':');
    let first = parts.next().unwrap_or("");
    let sixtieths = unsigned(whole).len() > first.len();
    first.starts_with(|c: char| c.is_ascii_digit())
        && all(first, digit_or_underscore)
        && parts.all(is_sixtieth)
        && !(sixtieths && exponent.is_some())
}

/// Python's limit on the digits of a decimal integer.
const MAX_DIGITS: usize = 4300;

/// The value of an integer without underscores, as PyYAML's constructor computes it.
fn int(text: &str) -> Option<Value> {
    let digits = unsigned(text);
    let negative = text.starts_with('-');
    let (radix, digits) = match digits.as_bytes() {
        b"0" => return Some(Value::Int(0)),
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', ..] => (8, digits),
        _ => (10, digits),
    };
    let is_digit = |b: u8| char::from(b).is_digit(radix);
    let mut total = Some(0_i128);
    for part in digits.split(':') {
        let alone = part.len() == digits.len();
        if part.is_empty() || !all(part, is_digit) || (radix == 10 && part.len() > MAX_DIGITS) {
            return None;
        }
        if !alone && radix != 10 {
            return None;
        }
        let part = i128::from_str_radix(part, radix).ok();
        total = total.zip(part).and_then(|(total, part)| total.checked_mul(60)?.checked_add(part));
    }
    let value = total.and_then(|total| i64::try_from(if negative { -total } else { total }).ok());
    Some(value.map_or_else(|| Value::BigInt(text.into()), Value::Int))
}

/// The value of a float without underscores, as PyYAML's constructor computes it.
fn float(text: &str) -> Option<f64> {
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let digits = unsigned(text);
    if digits.eq_ignore_ascii_case(".inf") {
        return Some(sign * f64::INFINITY);
    }
    if digits.eq_ignore_ascii_case(".nan") {
        return Some(f64::NAN);
    }
    let mut base = 1.0;
    let mut value = 0.0;
    for part in digits.rsplit(':') {
        value += part.parse::<f64>().ok()? * base;
        base *= 60.0;
    }
    Some(sign * value)
}

/// Whether PyYAML's resolver takes this for a timestamp, which it then insists on.
///
/// `[0-9]{4}-[0-9]{2}-[0-9]{2}`, or a date of one or two digits with a time of day behind it.
fn looks_like_timestamp(text: &str) -> bool {
    let date_only = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    date_only || text.contains(':')
}

/// Whether this is a timestamp; `None` if it doesn't even look like one, `Some(false)` if no such day or time exists.
///
/// `YYYY-MM-DD`, then at most `(T|t|blanks)HH:MM:SS(.fraction)?` and then `blanks(Z|[-+]HH(:MM)?)`.
fn is_timestamp(text: &str) -> Option<bool> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    eat(&mut rest, '-')?;
    let month = digits(&mut rest, 1, 2)?;
    eat(&mut rest, '-')?;
    let day = digits(&mut rest, 1, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    let date_exists = year > 0 && (1..=days).contains(&day);
    if rest.is_empty() {
        return (text.len() == 10).then_some(date_exists);
    }
    let blanks = rest.trim_start_matches([' ', '\t']);
    rest = if blanks.len() < rest.len() { blanks } else { rest.strip_prefix(['T', 't'])? };
    let hour = digits(&mut rest, 1, 2)?;
    eat(&mut rest, ':')?;
    let minute = digits(&mut rest, 2, 2)?;
    eat(&mut rest, ':')?;
    let second = digits(&mut rest, 2, 2)?;
    if eat(&mut rest, '.').is_some() {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let mut zone_hour = 0;
    if !rest.is_empty() {
        rest = rest.trim_start_matches([' ', '\t']);
        if eat(&mut rest, 'Z').is_none() {
            rest = rest.strip_prefix(['+', '-'])?;
            zone_hour = digits(&mut rest, 1, 2)?;
            if eat(&mut rest, ':').is_some() {
                zone_hour += digits(&mut rest, 2, 2)? / 60;
            }
        }
    }
    let time_exists = hour < 24 && minute < 60 && second < 60 && zone_hour < 24;
    rest.is_empty().then_some(date_exists && time_exists)
}

/// Takes between `least` and `most` digits off `rest`.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let len = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(len);
    *rest = after;
    (len >= least).then(|| digits.parse().ok())?
}

fn eat(rest: &mut &str, c: char) -> Option<()> {
    *rest = rest.strip_prefix(c)?;
    Some(())
}

/// Whether Python's lenient decoder takes this: other characters are skipped, the padding must fit.
fn is_base64(text: &str) -> bool {
    let letters = text.bytes().filter(|&b| b.is_ascii_alphanumeric() || b"+/".contains(&b)).count();
    let padding = text.bytes().filter(|&b| b == b'=').count();
    text.is_ascii() && matches!((letters % 4, padding), (0, _) | (2, 2..) | (3, 1..))
}

/// The text of a plain scalar over several lines.
pub(super) fn fold_plain(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold(text, &mut folded);
    folded
}

/// The text between single quotes.
pub(super) fn unquote_single(text: &str) -> Cow<'_, str> {
    if !text.contains(['\'', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    fold(&text.replace("''", "'"), &mut folded);
    Cow::Owned(folded)
}

/// The text between double quotes, or the offset of a malformed escape sequence in it.
pub(super) fn unquote_double(text: &str) -> Result<Cow<'_, str>, usize> {
    if !text.contains(['\\', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut unquoted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        fold_piece(&rest[..at], &mut unquoted);
        let escape = &rest[at + 1..];
        let position = text.len() - escape.len() - 1;
        let len = escape_sequence(escape, &mut unquoted).ok_or(position)?;
        rest = &escape[len..];
    }
    fold_piece(rest, &mut unquoted);
    Ok(Cow::Owned(unquoted))
}

fn fold_piece(text: &str, to: &mut String) {
    fold(text, to);
}

/// Appends what an escape sequence (without its backslash) stands for; returns its length.
fn escape_sequence(escape: &str, to: &mut String) -> Option<usize> {
    let first = escape.chars().next()?;
    let c = match first {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '\\' | '/' => first,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' | 'u' | 'U' => {
            let len = match first {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let hex = escape.get(1..=len)?;
            if !all(hex, |b| b.is_ascii_hexdigit()) {
                return None;
            }
            to.push(char::from_u32(u32::from_str_radix(hex, 16).ok()?)?);
            return Some(len + 1);
        }
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            // The break itself is swallowed, empty lines behind it are not.
            let mut rest = &escape[line_break(escape)..];
            loop {
                rest = rest.trim_start_matches([' ', '\t']);
                match line_break(rest) {
                    0 => return Some(escape.len() - rest.len()),
                    len => {
                        push_break(to, &rest[..len]);
                        rest = &rest[len..];
                    }
                }
            }
        }
        _ => return None,
    };
    to.push(c);
    Some(first.len_utf8())
}

/// Appends `text` with its line breaks folded: one break is a space, further ones stay; blanks around breaks go.
fn fold(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        to.push_str(rest[..at].trim_end_matches([' ', '\t']));
        let first = line_break(&rest[at..]);
        let first_break = &rest[at..at + first];
        rest = rest[at + first..].trim_start_matches([' ', '\t']);
        let special = first_break.starts_with(['\u{2028}', '\u{2029}']);
        if special {
            to.push_str(first_break);
        } else if line_break(rest) == 0 {
            to.push(' ');
        }
        loop {
            match line_break(rest) {
                0 => break,
                len => {
                    push_break(to, &rest[..len]);
                    rest = rest[len..].trim_start_matches([' ', '\t']);
                }
            }
        }
    }
    to.push_str(rest);
}

/// Appends a line break as YAML normalises it.
pub(super) fn push_break(text: &mut String, line_break: &str) {
    match line_break {
        "\u{2028}" | "\u{2029}" => text.push_str(line_break),
        _ => text.push('\n'),
    }
}

fn line_break(text: &str) -> usize {
    if text.starts_with("\r\n") {
        return 2;
    }
    match text.chars().next() {
        Some(c @ ('\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')) => c.len_utf8(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Value {
        plain(text).expect("a value")
    }

    #[test]
    fn integers_that_do_not_fit_are_kept() {
        assert_eq!(typed("9223372036854775807"), Value::Int(i64::MAX));
        assert_eq!(typed("-9223372036854775808"), Value::Int(i64::MIN));
        assert_eq!(typed("9_223372036854775808"), Value::BigInt("9223372036854775808".into()));
        assert_eq!(
            typed("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
            Value::BigInt("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF".into())
        );
    }

    #[test]
    fn lines_are_folded() {
        assert_eq!(fold_plain("a\n b\r\n\r\n  c"), "a b\nc");
        assert_eq!(unquote_single("it''s\n  one"), "it's one");
        assert_eq!(unquote_double("a\\\n  b\\u00e9\\x41"), Ok("abéA".into()));
        assert_eq!(unquote_double("ab\\q"), Err(2));
    }
}
