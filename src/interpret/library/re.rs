//! `re`, as far as patterns mean the same in Rust: what has lookarounds, backreferences or other than ASCII text isn't known.

use std::ops::Range;
use std::rc::Rc;

use regex_lite::{Captures, Regex, RegexBuilder};

use super::super::call::Taken;
use super::super::class::{Class, Type};
use super::super::machine::Machine;
use super::super::value::{Args, NativeFn, Res, Value};
use super::Library;

pub(super) static LIBRARY: Library = Library {
    packages: &["re"],
    first: true,
    functions: FUNCTIONS,
    find,
    others: &["re.Pattern", "re.Match", "re.IGNORECASE", "re.I", "re.MULTILINE", "re.M", "re.DOTALL", "re.S"],
};

const IGNORECASE: i64 = 2;
const MULTILINE: i64 = 8;
const DOTALL: i64 = 16;

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    Some(match path {
        "re.IGNORECASE" | "re.I" => Value::Int(IGNORECASE),
        "re.MULTILINE" | "re.M" => Value::Int(MULTILINE),
        "re.DOTALL" | "re.S" => Value::Int(DOTALL),
        "re.Pattern" => {
            let methods = FUNCTIONS.iter().filter_map(|(name, call)| {
                let name = name.strip_prefix("re.")?;
                Some((name, Value::native_method(name, *call)))
            });
            let methods = methods.collect();
            Value::Class(m.native_class("Pattern", "re", &[], methods))
        }
        "re.Match" => {
            let methods = MATCH.iter().map(|&(name, call)| (name, Value::native_method(name, call))).collect();
            Value::Class(m.native_class("Match", "re", &[], methods))
        }
        _ => return None,
    })
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("re.compile", |m, _, a| {
        let mut args = Taken::new("compile", a);
        let (pattern, flags) = (args.required(m, "pattern")?, args.or(m, "flags", Value::Int(0))?);
        if matches!(pattern, Value::Instance(_)) {
            return Ok(pattern);
        }
        let class = class(m, "Pattern")?;
        let compiled = m.instance(&class, Value::Unbound);
        for (name, value) in [("pattern", pattern), ("flags", flags)] {
            let name = m.symbol(name);
            compiled.attributes.borrow_mut().insert(name, value);
        }
        Ok(Value::Instance(compiled))
    }),
    ("re.match", |m, _, a| first(m, a, |pattern| format!(r"\A(?:{pattern})"))),
    ("re.fullmatch", |m, _, a| first(m, a, |pattern| format!(r"\A(?:{pattern})\z"))),
    ("re.search", |m, _, a| first(m, a, str::to_owned)),
    ("re.findall", |m, _, a| {
        let mut args = Taken::new("findall", a);
        let (regex, text) = read(m, &mut args, str::to_owned)?;
        let found = |groups: Captures<'_>| match groups.len() {
            1 => Value::str(&groups[0]),
            2 => Value::str(groups.get(1).map_or("", |group| group.as_str())),
            n => Value::tuple((1..n).map(|i| Value::str(groups.get(i).map_or("", |group| group.as_str()))).collect()),
        };
        Ok(Value::list(all(m, &regex, &text)?.into_iter().map(found).collect()))
    }),
    ("re.finditer", |m, _, a| {
        let mut args = Taken::new("finditer", a);
        let (regex, text) = read(m, &mut args, str::to_owned)?;
        let found = all(m, &regex, &text)?.into_iter().map(|groups| matched(m, &regex, &groups)).collect::<Res<Vec<_>>>()?;
        Ok(Machine::iterator(found))
    }),
    ("re.split", |m, _, a| {
        let mut args = Taken::new("split", a);
        let (pattern, text) = (args.required(m, "pattern")?, args.required(m, "string")?);
        let most = args.or(m, "maxsplit", Value::Int(0))?;
        let flags = args.or(m, "flags", Value::Int(0))?;
        let (regex, text) = compiled(m, &pattern, &text, &flags, str::to_owned)?;
        if regex.captures_len() > 1 || regex.is_match("") {
            return Err(m.unknown("`re.split` with groups or empty separators"));
        }
        let parts: Vec<Value> = match m.index(&most)? {
            0 => regex.split(&text).map(Value::str).collect(),
            most => regex.splitn(&text, usize::try_from(most).map_or(1, |most| most + 1)).map(Value::str).collect(),
        };
        Ok(Value::list(parts))
    }),
    ("re.sub", |m, _, a| {
        let mut args = Taken::new("sub", a);
        let pattern = args.required(m, "pattern")?;
        let by = args.required(m, "repl")?;
        let text = args.required(m, "string")?;
        let most = args.or(m, "count", Value::Int(0))?;
        let (most, flags) = (m.index(&most)?, args.or(m, "flags", Value::Int(0))?);
        let (regex, text) = compiled(m, &pattern, &text, &flags, str::to_owned)?;
        let mut result = String::new();
        let mut done = 0;
        for (n, groups) in all(m, &regex, &text)?.into_iter().enumerate() {
            if most > 0 && n as i64 >= most {
                break;
            }
            let whole = groups.get(0).map_or(0..0, |group| group.range());
            result.push_str(&text[done..whole.start]);
            match &by {
                Value::Str(by) => result.push_str(&expanded(m, by, &groups)?),
                function => {
                    let found = matched(m, &regex, &groups)?;
                    let value = m.call(function, Args::of(vec![found]))?;
                    result.push_str(&m.str(&value)?);
                }
            }
            done = whole.end;
        }
        result.push_str(&text[done..]);
        Ok(Value::str(&result))
    }),
    ("re.escape", |m, _, a| {
        let text = Taken::new("escape", a).required(m, "pattern")?;
        let special = |c: char| !c.is_alphanumeric() && c.is_ascii() && !"_\"%',/:;<=>@`!".contains(c);
        let text = m.str(&text)?;
        let escaped: String = text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect();
        Ok(Value::str(&escaped))
    }),
];

const MATCH: &[(&str, NativeFn)] = &[
    ("group", |m, _, a| {
        let (this, wanted) = (a.positional.first().cloned().unwrap_or(Value::None), a.positional.get(1..).unwrap_or(&[]));
        let mut found = Vec::with_capacity(wanted.len());
        for group in wanted {
            found.push(group_of(m, &this, group)?);
        }
        match found.len() {
            0 => group_of(m, &this, &Value::Int(0)),
            1 => Ok(found.remove(0)),
            _ => Ok(Value::tuple(found)),
        }
    }),
    ("__getitem__", |m, _, a| {
        let [this, group] = <[Value; 2]>::try_from(a.positional).map_err(|_| m.unknown("a match without a group"))?;
        group_of(m, &this, &group)
    }),
    ("groups", |m, _, a| {
        let mut args = Taken::new("groups", a);
        let this = args.required(m, "self")?;
        let default = args.or(m, "default", Value::None)?;
        let groups = attribute(m, &this, "_groups")?;
        let Value::Tuple(groups) = groups else { return Ok(Value::tuple(Vec::new())) };
        let or_default = |group: &Value| if group.is_none() { default.clone() } else { group.clone() };
        Ok(Value::tuple(groups.items.iter().skip(1).map(or_default).collect()))
    }),
    ("groupdict", |m, _, a| {
        let this = Taken::new("groupdict", a).required(m, "self")?;
        attribute(m, &this, "_named")
    }),
    ("span", |m, _, a| {
        let this = Taken::new("span", a).required(m, "self")?;
        attribute(m, &this, "_span")
    }),
    ("start", |m, _, a| end(m, a, 0)),
    ("end", |m, _, a| end(m, a, 1)),
];

fn class(m: &mut Machine, name: &str) -> Res<Rc<Class>> {
    let name = m.symbol(name);
    match m.library_attribute(&"re".into(), name)? {
        Some(Value::Class(class)) => Ok(class),
        _ => Err(m.unknown("a class of `re`")),
    }
}

fn attribute(m: &mut Machine, value: &Value, name: &str) -> Res {
    let name = m.symbol(name);
    m.get_attribute(value, name)
}

/// Whether a match begins or ends; that of its groups isn't followed.
fn end(m: &mut Machine, args: Args, which: usize) -> Res {
    let mut args = Taken::new("span", args);
    let this = args.required(m, "self")?;
    if args.optional(m, "group")?.is_some() {
        return Err(m.unknown("where a group matches"));
    }
    match attribute(m, &this, "_span")? {
        Value::Tuple(span) => Ok(span.items[which].clone()),
        other => Ok(other),
    }
}

fn group_of(m: &mut Machine, this: &Value, group: &Value) -> Res {
    let groups = attribute(m, this, if group.as_str().is_some() { "_named" } else { "_groups" })?;
    match (&groups, group) {
        (Value::Tuple(groups), Value::Int(i)) if usize::try_from(*i).map_or(true, |i| i >= groups.items.len()) => {
            Err(m.error(Type::IndexError, "no such group"))
        }
        _ => m.get_item(&groups, group),
    }
}

/// A pattern and the text that it is tried on.
fn read(m: &mut Machine, args: &mut Taken, form: impl Fn(&str) -> String) -> Res<(Regex, Rc<str>)> {
    let (pattern, text) = (args.required(m, "pattern")?, args.required(m, "string")?);
    let flags = match &pattern {
        Value::Str(_) => args.optional(m, "flags")?.unwrap_or(Value::Int(0)),
        _ => Value::Int(0),
    };
    compiled(m, &pattern, &text, &flags, form)
}

fn compiled(
    m: &mut Machine,
    pattern: &Value,
    text: &Value,
    flags: &Value,
    form: impl Fn(&str) -> String,
) -> Res<(Regex, Rc<str>)> {
    m.known(text)?;
    let (pattern, flags) = match pattern {
        Value::Instance(_) => (attribute(m, pattern, "pattern")?, attribute(m, pattern, "flags")?),
        other => (other.clone(), flags.clone()),
    };
    m.known(&pattern)?;
    let (Value::Str(pattern), Value::Str(text)) = (&pattern, text) else {
        return Err(m.type_error("expected string or bytes-like object"));
    };
    let flags = m.index(&flags)?;
    // Classes of characters have other members there, and `$` also matches before a last line break.
    let differs = !text.is_ascii() || text.ends_with('\n') && pattern.contains('$');
    let known = IGNORECASE | MULTILINE | DOTALL;
    let regex = RegexBuilder::new(&form(pattern))
        .case_insensitive(flags & IGNORECASE != 0)
        .multi_line(flags & MULTILINE != 0)
        .dot_matches_new_line(flags & DOTALL != 0)
        .build();
    match regex {
        Ok(regex) if !differs && flags & !known == 0 => Ok((regex, text.clone())),
        _ => Err(m.unknown(format!("the regular expression `{pattern}`"))),
    }
}

/// All matches in a text. Where they may be empty, Python finds others.
fn all<'t>(m: &mut Machine, regex: &Regex, text: &'t str) -> Res<Vec<Captures<'t>>> {
    let found: Vec<Captures<'t>> = regex.captures_iter(text).collect();
    if found.iter().any(|groups| groups[0].is_empty()) {
        return Err(m.unknown("a regular expression that matches nothing"));
    }
    Ok(found)
}

/// The first match of a pattern, or `None`.
fn first(m: &mut Machine, args: Args, form: impl Fn(&str) -> String) -> Res {
    let mut args = Taken::new("match", args);
    let (regex, text) = read(m, &mut args, form)?;
    match regex.captures(&text) {
        Some(groups) => matched(m, &regex, &groups),
        None => Ok(Value::None),
    }
}

/// A match as the program sees it.
fn matched(m: &mut Machine, regex: &Regex, groups: &Captures<'_>) -> Res {
    let text = |i: usize| groups.get(i).map_or(Value::None, |group| Value::str(group.as_str()));
    let whole: Range<usize> = groups.get(0).map_or(0..0, |group| group.range());
    let span = Value::tuple(vec![Value::Int(whole.start as i64), Value::Int(whole.end as i64)]);
    let all = Value::tuple((0..groups.len()).map(text).collect());
    let mut named = super::super::value::Entries::default();
    for (i, name) in regex.capture_names().enumerate() {
        if let Some(name) = name {
            named.insert(super::super::key::Key::str(&name.into()), text(i));
        }
    }
    let class = class(m, "Match")?;
    let instance = m.instance(&class, Value::Unbound);
    for (name, value) in [("_groups", all), ("_named", Value::dict(named)), ("_span", span)] {
        let name = m.symbol(name);
        instance.attributes.borrow_mut().insert(name, value);
    }
    Ok(Value::Instance(instance))
}

/// What `sub` puts in place of a match: `\1` and `\g<1>` are its groups.
fn expanded(m: &mut Machine, by: &str, groups: &Captures<'_>) -> Res<String> {
    let mut result = String::new();
    let mut rest = by;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let is_digit = |c: char| c.is_ascii_digit();
        let (group, behind) = match rest.strip_prefix("g<").and_then(|named| named.split_once('>')) {
            Some((name, behind)) => (name.parse().map_err(|_| m.unknown("a named group"))?, behind),
            None if rest.starts_with(is_digit) && !rest.starts_with('0') => {
                let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len()).min(2);
                (rest[..end].parse::<usize>().unwrap_or(0), &rest[end..])
            }
            None => match rest.strip_prefix('\\') {
                Some(behind) => {
                    result.push('\\');
                    rest = behind;
                    continue;
                }
                None => return Err(m.unknown(format!("the replacement `{by}`"))),
            },
        };
        result.push_str(groups.get(group).map_or("", |group| group.as_str()));
        rest = behind;
    }
    result.push_str(rest);
    Ok(result)
}
