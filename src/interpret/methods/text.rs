//! Methods of `str` and `bytes`.

use std::rc::Rc;

use super::super::key::Key;
use super::super::machine::Machine;
use super::super::value::{NativeFn, Res, Value};
use super::{split, text_of};
use crate::words::message;

pub(super) fn find(name: &str) -> Option<NativeFn> {
    Some(match name {
        "upper" => |m, n, a| map(m, &n.name, a, |s| s.to_uppercase()),
        "lower" => |m, n, a| map(m, &n.name, a, |s| s.to_lowercase()),
        "casefold" => |m, n, a| map(m, &n.name, a, |s| s.to_lowercase()),
        "title" => |m, n, a| map(m, &n.name, a, title),
        "capitalize" => |m, n, a| map(m, &n.name, a, capitalize),
        "swapcase" => |m, n, a| map(m, &n.name, a, swapcase),
        "isdigit" | "isdecimal" | "isnumeric" => |m, n, a| test(m, &n.name, a, |s| s.chars().all(|c| c.is_numeric())),
        "isalpha" => |m, n, a| test(m, &n.name, a, |s| s.chars().all(char::is_alphabetic)),
        "isalnum" => |m, n, a| test(m, &n.name, a, |s| s.chars().all(char::is_alphanumeric)),
        "isspace" => |m, n, a| test(m, &n.name, a, |s| s.chars().all(char::is_whitespace)),
        "islower" => {
            |m, n, a| test(m, &n.name, a, |s| s.chars().any(char::is_lowercase) && !s.chars().any(char::is_uppercase))
        }
        "isupper" => {
            |m, n, a| test(m, &n.name, a, |s| s.chars().any(char::is_uppercase) && !s.chars().any(char::is_lowercase))
        }
        "isascii" => |m, n, a| {
            let (s, args) = split(m, &n.name, a)?;
            args.done(m)?;
            Ok(Value::Bool(text_of(m, &s, "self")?.is_ascii()))
        },
        "isidentifier" => |m, n, a| {
            test(m, &n.name, a, |s| {
                !s.starts_with(|c: char| c.is_numeric()) && s.chars().all(|c| c.is_alphanumeric() || c == '_')
            })
        },
        "strip" => |m, n, a| strip(m, &n.name, a, true, true),
        "lstrip" => |m, n, a| strip(m, &n.name, a, true, false),
        "rstrip" => |m, n, a| strip(m, &n.name, a, false, true),
        "split" => |m, n, a| split_text(m, &n.name, a, false),
        "rsplit" => |m, n, a| split_text(m, &n.name, a, true),
        "splitlines" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let keep = args.or(m, "keepends", Value::Bool(false))?;
            let keep = m.truth(&keep)?;
            args.done(m)?;
            let s = text_of(m, &s, "self")?;
            let mut lines: Vec<Value> = Vec::new();
            let mut rest = &*s;
            while !rest.is_empty() {
                let at = rest.find(['\n', '\r']);
                let (line, next) = match at {
                    Some(at) => (at, at + if rest[at..].starts_with("\r\n") { 2 } else { 1 }),
                    None => (rest.len(), rest.len()),
                };
                lines.push(Value::str(&rest[..if keep { next } else { line }]));
                rest = &rest[next..];
            }
            Ok(Value::list(lines))
        },
        "join" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let items = args.required(m, "iterable")?;
            args.done(m)?;
            let separator = text_of(m, &s, "self")?;
            let mut out = String::new();
            for (i, item) in m.collect(&items)?.iter().enumerate() {
                let before = out.len();
                if i > 0 {
                    out.push_str(&separator);
                }
                match item.unwrapped() {
                    Value::Str(part) => out.push_str(&part),
                    Value::Unknown(_) => return Ok(item.clone()),
                    _ => {
                        let name = m.type_name(item);
                        return Err(m.type_error(format!("sequence item {i}: expected str instance, {name} found")));
                    }
                }
                m.grown(&out, before)?;
            }
            Ok(Value::str(&out))
        },
        "replace" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let (old, new) = (args.required(m, "old")?, args.required(m, "new")?);
            let count = args.or(m, "count", Value::Int(-1))?;
            args.done(m)?;
            let (s, old, new) = (
                text_of(m, &s, "self")?,
                text_of(m, &old, "replace() argument 1")?,
                text_of(m, &new, "replace() argument 2")?,
            );
            let count = m.index(&count)?;
            m.limit(s.len() as i64 * (new.len() as i64 + 1))?;
            let text = if count < 0 { s.replace(&*old, &new) } else { s.replacen(&*old, &new, count as usize) };
            Ok(Value::str(&text))
        },
        "startswith" => |m, n, a| affix(m, &n.name, a, |s, part| s.starts_with(part)),
        "endswith" => |m, n, a| affix(m, &n.name, a, |s, part| s.ends_with(part)),
        "removeprefix" => |m, n, a| {
            let (s, part) = two(m, &n.name, a)?;
            Ok(Value::str(s.strip_prefix(&*part).unwrap_or(&s)))
        },
        "removesuffix" => |m, n, a| {
            let (s, part) = two(m, &n.name, a)?;
            Ok(Value::str(s.strip_suffix(&*part).unwrap_or(&s)))
        },
        "find" => |m, n, a| position(m, &n.name, a, false, false),
        "rfind" => |m, n, a| position(m, &n.name, a, true, false),
        "index" => |m, n, a| position(m, &n.name, a, false, true),
        "rindex" => |m, n, a| position(m, &n.name, a, true, true),
        "count" => |m, n, a| {
            let (s, part) = two(m, &n.name, a)?;
            let count = if part.is_empty() { s.chars().count() + 1 } else { s.matches(&*part).count() };
            Ok(Value::Int(count as i64))
        },
        "partition" => |m, n, a| {
            let (s, part) = two(m, &n.name, a)?;
            if part.is_empty() {
                return Err(m.value_error("empty separator"));
            }
            let (before, at, after) = match s.split_once(&*part) {
                Some((before, after)) => (before, &*part, after),
                None => (&*s, "", ""),
            };
            Ok(Value::tuple(vec![Value::str(before), Value::str(at), Value::str(after)]))
        },
        "rpartition" => |m, n, a| {
            let (s, part) = two(m, &n.name, a)?;
            if part.is_empty() {
                return Err(m.value_error("empty separator"));
            }
            let (before, at, after) = match s.rsplit_once(&*part) {
                Some((before, after)) => (before, &*part, after),
                None => ("", "", &*s),
            };
            Ok(Value::tuple(vec![Value::str(before), Value::str(at), Value::str(after)]))
        },
        "format" => |m, n, mut a| {
            if a.positional.is_empty() {
                return Err(m.type_error(format!("unbound method {}() needs an argument", n.name)));
            }
            let s = a.positional.remove(0);
            let s = text_of(m, &s, "self")?;
            m.format_method(&s, &a)
        },
        "zfill" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let width = args.required(m, "width")?;
            args.done(m)?;
            let (s, width) = (text_of(m, &s, "self")?, m.index(&width)?.max(0) as usize);
            m.limit(width as i64)?;
            let missing = "0".repeat(width.saturating_sub(s.chars().count()));
            let (sign, digits) = if s.starts_with(['+', '-']) { s.split_at(1) } else { ("", &*s) };
            Ok(Value::str(&format!("{sign}{missing}{digits}")))
        },
        "ljust" => |m, n, a| justify(m, &n.name, a, |missing| (0, missing)),
        "rjust" => |m, n, a| justify(m, &n.name, a, |missing| (missing, 0)),
        "center" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let width = args.required(m, "width")?;
            let fill = args.or(m, "fillchar", Value::str(" "))?;
            args.done(m)?;
            let (s, width, fill) =
                (text_of(m, &s, "self")?, m.index(&width)?, text_of(m, &fill, "The fill character")?);
            m.limit(width)?;
            let missing = (width - s.chars().count() as i64).max(0) as usize;
            // The odd one stands on the left where the width is odd.
            let left = missing / 2 + (missing & width as usize & 1);
            Ok(Value::str(&format!("{}{s}{}", fill.repeat(left), fill.repeat(missing - left))))
        },
        "expandtabs" => |m, n, a| map(m, &n.name, a, |s| s.replace('\t', "        ")),
        "encode" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            args.optional(m, "encoding")?;
            args.optional(m, "errors")?;
            args.done(m)?;
            Ok(Value::Bytes(text_of(m, &s, "self")?.as_bytes().into()))
        },
        "translate" => |m, n, a| {
            let (s, mut args) = split(m, &n.name, a)?;
            let table = args.required(m, "table")?;
            args.done(m)?;
            let s = text_of(m, &s, "self")?;
            let Value::Dict(table) = table else { return Err(m.unknown(message!("translation-no-dict"))) };
            let mut out = String::new();
            for c in s.chars() {
                let key = Key::new(m, &Value::Int(i64::from(c as u32)))?;
                match table.entries.borrow().get(&key) {
                    None => out.push(c),
                    Some(Value::Str(text)) => out.push_str(text),
                    Some(Value::Int(code)) => out.extend(u32::try_from(*code).ok().and_then(char::from_u32)),
                    Some(_) => {}
                }
            }
            Ok(Value::str(&out))
        },
        "maketrans" => |m, _, a| {
            let mut entries = super::super::value::Entries::default();
            match a.positional.get(1..) {
                Some([Value::Dict(dict)]) => {
                    for (key, value) in dict.entries.borrow().iter() {
                        let key = match key.value() {
                            Value::Str(s) => Value::Int(s.chars().next().map_or(0, |c| i64::from(c as u32))),
                            other => other.clone(),
                        };
                        entries.insert(Key::new(m, &key)?, value.clone());
                    }
                }
                Some([Value::Str(from), Value::Str(to), rest @ ..]) => {
                    for (from, to) in from.chars().zip(to.chars()) {
                        entries.insert(
                            Key::new(m, &Value::Int(i64::from(from as u32)))?,
                            Value::Int(i64::from(to as u32)),
                        );
                    }
                    if let [Value::Str(gone)] = rest {
                        for c in gone.chars() {
                            entries.insert(Key::new(m, &Value::Int(i64::from(c as u32)))?, Value::None);
                        }
                    }
                }
                _ => return Err(m.unknown(message!("maketrans-arguments"))),
            }
            Ok(Value::dict(entries))
        },
        _ => return None,
    })
}

pub(super) fn find_bytes(name: &str) -> Option<NativeFn> {
    Some(match name {
        "decode" => |m, n, a| {
            let (b, _) = split(m, &n.name, a)?;
            match &b {
                Value::Bytes(b) => match std::str::from_utf8(b) {
                    Ok(text) => Ok(Value::str(text)),
                    Err(_) => Err(m.unknown(message!("bytes-no-utf8"))),
                },
                _ => Err(m.unknown("bytes")),
            }
        },
        _ => return None,
    })
}

type Args = super::super::value::Args;

fn map(m: &mut Machine, name: &str, a: Args, f: fn(&str) -> String) -> Res {
    let (s, mut args) = split(m, name, a)?;
    args.rest();
    let s = text_of(m, &s, "self")?;
    Ok(Value::str(&f(&s)))
}

fn test(m: &mut Machine, name: &str, a: Args, f: fn(&str) -> bool) -> Res {
    let (s, args) = split(m, name, a)?;
    args.done(m)?;
    let s = text_of(m, &s, "self")?;
    Ok(Value::Bool(!s.is_empty() && f(&s)))
}

fn two(m: &mut Machine, name: &str, a: Args) -> Res<(Rc<str>, Rc<str>)> {
    let (s, mut args) = split(m, name, a)?;
    let part = args.required(m, "sub")?;
    args.done(m)?;
    Ok((text_of(m, &s, "self")?, text_of(m, &part, "argument")?))
}

fn title(s: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in s.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    out
}

fn capitalize(s: &str) -> String {
    let mut chars = s.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase())
}

fn swapcase(s: &str) -> String {
    s.chars()
        .flat_map(|c| -> Vec<char> {
            if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
        })
        .collect()
}

fn strip(m: &mut Machine, name: &str, a: Args, left: bool, right: bool) -> Res {
    let (s, mut args) = split(m, name, a)?;
    let chars = args.or(m, "chars", Value::None)?;
    args.done(m)?;
    let s = text_of(m, &s, "self")?;
    let set: Option<Vec<char>> = match chars {
        Value::None => None,
        other => Some(text_of(m, &other, &format!("{name} arg"))?.chars().collect()),
    };
    let cut = |c: char| set.as_ref().map_or_else(|| c.is_whitespace(), |set| set.contains(&c));
    let mut text = &*s;
    if left {
        text = text.trim_start_matches(cut);
    }
    if right {
        text = text.trim_end_matches(cut);
    }
    Ok(Value::str(text))
}

fn split_text(m: &mut Machine, name: &str, a: Args, from_right: bool) -> Res {
    let (s, mut args) = split(m, name, a)?;
    let separator = args.or(m, "sep", Value::None)?;
    let most = args.or(m, "maxsplit", Value::Int(-1))?;
    args.done(m)?;
    let s = text_of(m, &s, "self")?;
    let most = usize::try_from(m.index(&most)?).unwrap_or(usize::MAX);
    m.limit(s.len() as i64)?;
    let parts: Vec<&str> = match separator {
        Value::None => {
            let mut parts = Vec::new();
            let mut rest = if from_right { s.trim_end() } else { s.trim_start() };
            while !rest.is_empty() {
                let cut = if parts.len() == most {
                    None
                } else if from_right {
                    rest.rfind(char::is_whitespace)
                } else {
                    rest.find(char::is_whitespace)
                };
                match (cut, from_right) {
                    (Some(at), false) => {
                        parts.push(&rest[..at]);
                        rest = rest[at..].trim_start();
                    }
                    (Some(at), true) => {
                        parts.push(rest[at..].trim_start());
                        rest = rest[..at].trim_end();
                    }
                    (None, _) => {
                        let last = if parts.len() == most && from_right { rest.trim_end() } else { rest };
                        parts.push(last);
                        break;
                    }
                }
            }
            if from_right {
                parts.reverse();
            }
            parts
        }
        other => {
            let separator = text_of(m, &other, "must be str or None, separator")?;
            if separator.is_empty() {
                return Err(m.value_error("empty separator"));
            }
            let pieces = most.saturating_add(1);
            if from_right {
                let mut parts: Vec<&str> = s.rsplitn(pieces, &*separator).collect();
                parts.reverse();
                return Ok(Value::list(parts.into_iter().map(Value::str).collect()));
            }
            s.splitn(pieces, &*separator).collect()
        }
    };
    Ok(Value::list(parts.into_iter().map(Value::str).collect()))
}

fn affix(m: &mut Machine, name: &str, a: Args, has: fn(&str, &str) -> bool) -> Res {
    let (s, mut args) = split(m, name, a)?;
    let part = args.required(m, "prefix")?;
    let (start, end) = (args.or(m, "start", Value::None)?, args.or(m, "end", Value::None)?);
    args.done(m)?;
    let mut s = text_of(m, &s, "self")?;
    if !start.is_none() || !end.is_none() {
        let bounds = Value::Slice(Rc::new([start, end, Value::None]));
        let cut = m.get_item(&Value::Str(s.clone()), &bounds)?;
        s = text_of(m, &cut, "self")?;
    }
    match part.unwrapped() {
        Value::Str(part) => Ok(Value::Bool(has(&s, &part))),
        Value::Tuple(parts) => {
            for part in &parts.items {
                if has(&s, &text_of(m, part, &format!("tuple for {name}"))?) {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        }
        other => {
            m.known(&other)?;
            let shown = m.type_name(&other);
            Err(m.type_error(format!("{name} first arg must be str or a tuple of str, not {shown}")))
        }
    }
}

fn position(m: &mut Machine, name: &str, a: Args, last: bool, must: bool) -> Res {
    let (s, mut args) = split(m, name, a)?;
    let part = args.required(m, "sub")?;
    let (start, end) = (args.or(m, "start", Value::None)?, args.or(m, "end", Value::None)?);
    args.done(m)?;
    let (s, part) = (text_of(m, &s, "self")?, text_of(m, &part, "must be str")?);
    let chars: Vec<char> = s.chars().collect();
    let picked = m.pick(&[start, end, Value::None], chars.len() as i64)?;
    let (from, to) = (picked.start.min(picked.stop) as usize, picked.stop as usize);
    let window: String = chars[from..to.max(from)].iter().collect();
    let found = if last { window.rfind(&*part) } else { window.find(&*part) };
    match found {
        Some(at) => Ok(Value::Int((from + window[..at].chars().count()) as i64)),
        None if must => Err(m.value_error("substring not found")),
        None => Ok(Value::Int(-1)),
    }
}

fn justify(m: &mut Machine, name: &str, a: Args, sides: fn(usize) -> (usize, usize)) -> Res {
    let (s, mut args) = split(m, name, a)?;
    let width = args.required(m, "width")?;
    let fill = args.or(m, "fillchar", Value::str(" "))?;
    args.done(m)?;
    let (s, width, fill) = (text_of(m, &s, "self")?, m.index(&width)?, text_of(m, &fill, "The fill character")?);
    m.limit(width)?;
    let (left, right) = sides((width - s.chars().count() as i64).max(0) as usize);
    Ok(Value::str(&format!("{}{s}{}", fill.repeat(left), fill.repeat(right))))
}
