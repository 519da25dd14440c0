//! `re`. Patterns are translated to those of `regex-lite`, which matches the same text for what both know; what differs
//! (looking around, references back, text that isn't ASCII where classes of characters are asked for) isn't known.

use std::any::Any;
use std::rc::Rc;

use regex_lite::{Captures, Regex, RegexBuilder};

use super::super::call::Taken;
use super::super::class::Class;
use super::super::iterate::{Iteration, State};
use super::super::key::Key;
use super::super::machine::Machine;
use super::super::symbol::Symbol;
use super::super::value::{Args, Entries, Foreign, NativeFn, Res, Stop, Value};
use super::Library;
use crate::words::message;

pub(super) static LIBRARY: Library =
    Library { packages: &["re"], first: true, functions: FUNCTIONS, find, others: &["re.Pattern", "re.Match"] };

const FLAGS: &[(&str, i64)] = &[
    ("re.NOFLAG", 0),
    ("re.I", IGNORECASE),
    ("re.IGNORECASE", IGNORECASE),
    ("re.M", MULTILINE),
    ("re.MULTILINE", MULTILINE),
    ("re.S", DOTALL),
    ("re.DOTALL", DOTALL),
    ("re.U", UNICODE),
    ("re.UNICODE", UNICODE),
    ("re.X", VERBOSE),
    ("re.VERBOSE", VERBOSE),
    ("re.A", ASCII),
    ("re.ASCII", ASCII),
];
const IGNORECASE: i64 = 2;
const MULTILINE: i64 = 8;
const DOTALL: i64 = 16;
const UNICODE: i64 = 32;
const VERBOSE: i64 = 64;
const ASCII: i64 = 256;

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    if let Some(flag) = FLAGS.iter().find(|f| f.0 == path) {
        return Some(Value::Int(flag.1));
    }
    let name = path.strip_prefix("re.").filter(|name| matches!(*name, "Pattern" | "Match"))?;
    Some(Value::Class(m.native_class(name, "re", &[], Vec::new())))
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("re.compile", |m, _, a| {
        let mut args = Taken::new("compile", a);
        let (pattern, flags) = (args.required(m, "pattern")?, args.or(m, "flags", Value::Int(0))?);
        args.done(m)?;
        Ok(Value::Foreign(compile(m, &pattern, &flags)?))
    }),
    ("re.match", |m, _, a| call(m, "match", a)),
    ("re.search", |m, _, a| call(m, "search", a)),
    ("re.fullmatch", |m, _, a| call(m, "fullmatch", a)),
    ("re.findall", |m, _, a| call(m, "findall", a)),
    ("re.finditer", |m, _, a| call(m, "finditer", a)),
    ("re.split", |m, _, a| call(m, "split", a)),
    ("re.sub", |m, _, a| call(m, "sub", a)),
    ("re.subn", |m, _, a| call(m, "subn", a)),
    ("re.escape", |m, _, a| {
        let text = Taken::new("escape", a).required(m, "pattern")?;
        let text = m.str(&text)?;
        let special = |c: char| "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(c);
        let escaped = text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c]));
        Ok(Value::str(&escaped.collect::<String>()))
    }),
    ("re.purge", super::nothing),
];

/// A compiled pattern.
struct Pattern {
    text: Rc<str>,
    flags: i64,
    /// Finds it anywhere, at the start only, and only as the whole text.
    regexes: [Regex; 3],
    /// Whether its meaning depends on which characters are letters, digits or spaces.
    asks_classes: bool,
    /// Whether it asks for the end of the text, which in Python is also before a last line break.
    asks_end: bool,
    /// Whether it may match nothing where it could match something.
    prefers_nothing: bool,
}

/// A match: the bytes of its groups.
struct Match {
    pattern: Rc<Pattern>,
    text: Rc<str>,
    groups: Groups,
}

type Groups = Vec<Option<(usize, usize)>>;

fn call(m: &mut Machine, operation: &str, a: Args) -> Res {
    let mut args = Taken::new(operation, a);
    let pattern = args.required(m, "pattern")?;
    let flags = m.symbol("flags");
    let mut flags = args.keyword(flags);
    // Flags may stand behind all the others.
    let mut rest = args.rest();
    let others = match operation {
        "sub" | "subn" => 3,
        "split" => 2,
        _ => 1,
    };
    if rest.len() > others {
        flags = rest.pop();
    }
    let pattern = compile(m, &pattern, &flags.unwrap_or(Value::Int(0)))?;
    operate(m, &pattern, operation, args.with(rest))
}

fn compile(m: &mut Machine, pattern: &Value, flags: &Value) -> Res<Rc<Pattern>> {
    let text = match pattern.unwrapped() {
        Value::Str(text) => text,
        Value::Foreign(foreign) => match foreign.as_any().downcast::<Pattern>() {
            Ok(pattern) => return Ok(pattern),
            Err(_) => return Err(m.type_error("first argument must be string or compiled pattern")),
        },
        Value::Unknown(u) => return Err(Stop::Unknown(u)),
        Value::Bytes(_) => return Err(m.unknown(message!("bytes-pattern"))),
        _ => return Err(m.type_error("first argument must be string or compiled pattern")),
    };
    let flags = m.index(flags)?;
    let key = format!("re.compile({flags}, {text})");
    if let Some(Value::Foreign(found)) = m.library_values.get(&*key)
        && let Ok(found) = found.clone().as_any().downcast::<Pattern>()
    {
        return Ok(found);
    }
    m.limit(text.len() as i64 * 64)?;
    let Some(pattern) = Pattern::new(&text, flags) else {
        return Err(m.unknown(message!("the-pattern", text)));
    };
    let pattern = Rc::new(pattern);
    m.library_values.insert(key.into(), Value::Foreign(pattern.clone()));
    Ok(pattern)
}

impl Pattern {
    fn new(text: &Rc<str>, flags: i64) -> Option<Pattern> {
        let Translated { text: translated, asks_classes, asks_end } = translate(text, flags & VERBOSE != 0)?;
        let build = |pattern: &str| {
            RegexBuilder::new(pattern)
                .case_insensitive(flags & IGNORECASE != 0)
                .multi_line(flags & MULTILINE != 0)
                .dot_matches_new_line(flags & DOTALL != 0)
                .ignore_whitespace(flags & VERBOSE != 0)
                .size_limit(1 << 20)
                .build()
                .ok()
        };
        let anywhere = build(&translated)?;
        // A comment of the pattern ends with its line.
        let (start, whole) = (build(&format!("\\A(?:{translated}\n)")), build(&format!("\\A(?:{translated}\n)\\z")));
        let plain = || (build(&format!("\\A(?:{translated})")), build(&format!("\\A(?:{translated})\\z")));
        let (start, whole) = if flags & VERBOSE != 0 { (start, whole) } else { plain() };
        let lazy = ["|", "*?", "??", "}?"].iter().any(|sign| text.contains(sign));
        Some(Pattern {
            text: text.clone(),
            flags,
            prefers_nothing: lazy && anywhere.is_match(""),
            regexes: [anywhere, start?, whole?],
            asks_classes: (asks_classes || flags & IGNORECASE != 0) && flags & ASCII == 0,
            asks_end: asks_end && flags & MULTILINE == 0,
        })
    }

    /// All matches, in order. Behind a match of nothing the search goes on with the next character.
    fn all(&self, text: &str, most: usize) -> Vec<Groups> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at <= text.len() && found.len() < most {
            let Some(captures) = self.regexes[0].captures_at(text, at) else { break };
            let groups = groups(&captures);
            let Some((start, end)) = groups[0] else { break };
            at = if start < end { end } else { end + text[end..].chars().next().map_or(1, char::len_utf8) };
            found.push(groups);
        }
        found
    }

    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.regexes[0].capture_names().enumerate().filter_map(|(i, name)| Some((i, name?)))
    }
}

fn groups(captures: &Captures<'_>) -> Groups {
    captures.iter().map(|group| group.map(|g| (g.start(), g.end()))).collect()
}

/// A pattern as the library has it, and what its meaning depends on.
struct Translated {
    text: String,
    asks_classes: bool,
    asks_end: bool,
}

/// Translates a pattern; none if the library doesn't have something like it.
fn translate(pattern: &str, verbose: bool) -> Option<Translated> {
    let mut out = Translated { text: String::new(), asks_classes: false, asks_end: false };
    let mut rest = pattern;
    let (mut in_class, mut class_start) = (false, false);
    // How many signs of repetition stand before: `a+`, then `a+?`.
    let mut repeats = 0;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let repeated = std::mem::take(&mut repeats);
        rest = behind;
        match c {
            '\\' => {
                let c = behind.chars().next()?;
                rest = &behind[c.len_utf8()..];
                match c {
                    'A' if !in_class => out.text.push_str("\\A"),
                    'Z' if !in_class => out.text.push_str("\\z"),
                    'b' if in_class => out.text.push_str("\\x08"),
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' => {
                        out.asks_classes = true;
                        out.text.extend(['\\', c]);
                    }
                    'n' | 'r' | 't' | 'f' | 'v' | 'a' | 'x' | 'u' | 'U' => out.text.extend(['\\', c]),
                    c if c.is_ascii_alphanumeric() => return None,
                    c if c.is_ascii_punctuation() && c != '_' && c != '<' && c != '>' => out.text.extend(['\\', c]),
                    c if c.is_ascii_whitespace() && verbose => out.text.push_str(&format!("\\x{:02x}", c as u32)),
                    c => out.text.push(c),
                }
                class_start = false;
            }
            ']' if in_class && !class_start => {
                in_class = false;
                out.text.push(']');
            }
            _ if in_class => {
                match c {
                    '^' if class_start && out.text.ends_with('[') => {
                        out.text.push('^');
                        continue;
                    }
                    '[' | ']' | '&' | '~' | '^' | '#' => out.text.extend(['\\', c]),
                    c if c.is_ascii_whitespace() => out.text.push_str(&format!("\\x{:02x}", c as u32)),
                    c => out.text.push(c),
                }
                class_start = false;
            }
            '[' => {
                (in_class, class_start) = (true, true);
                out.text.push('[');
            }
            '(' if behind.starts_with('?') => {
                let known = ["?P<", "?:", "?i", "?m", "?s", "?x"];
                if !known.iter().any(|k| behind.starts_with(k)) {
                    return None;
                }
                out.text.push('(');
                // The question mark doesn't repeat anything.
                out.text.push('?');
                rest = &behind[1..];
            }
            '{' => match quantifier(behind) {
                Some((from, to, len)) if repeated == 0 => {
                    out.text.push_str(&match to {
                        Some(to) => format!("{{{from},{to}}}"),
                        None => format!("{{{from},}}"),
                    });
                    rest = &behind[len..];
                    repeats = 1;
                }
                Some(_) => return None,
                None => out.text.push_str("\\{"),
            },
            '}' => out.text.push_str("\\}"),
            '?' if repeated == 1 => {
                out.text.push('?');
                repeats = 2;
            }
            '*' | '+' | '?' => {
                if repeated > 0 {
                    return None;
                }
                out.text.push(c);
                repeats = 1;
            }
            c => {
                out.asks_end |= c == '$';
                out.text.push(c);
            }
        }
    }
    (!in_class).then_some(out)
}

/// The bounds of `{2,3}` behind its brace, and its length; none if the brace stands for itself.
fn quantifier(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (inside, _) = text.split_once('}')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let len = inside.len() + 1;
    match inside.split_once(',') {
        None if digits(inside) => {
            let count = inside.parse().ok()?;
            Some((count, Some(count), len))
        }
        Some((from, to)) if (digits(from) || from.is_empty()) && (digits(to) || to.is_empty()) && inside != "," => {
            let from = if from.is_empty() { 0 } else { from.parse().ok()? };
            Some((from, if to.is_empty() { None } else { Some(to.parse().ok()?) }, len))
        }
        _ => None,
    }
}

/// What a function or a pattern's method does.
fn operate(m: &mut Machine, pattern: &Rc<Pattern>, operation: &str, mut args: Taken<'_>) -> Res {
    let replacement = match operation {
        "sub" | "subn" => args.required(m, "repl")?,
        _ => Value::None,
    };
    let text = args.required(m, "string")?;
    let most = match operation {
        "sub" | "subn" => args.or(m, "count", Value::Int(0))?,
        "split" => args.or(m, "maxsplit", Value::Int(0))?,
        _ => Value::Int(0),
    };
    if !args.rest().is_empty() {
        return Err(m.unknown(message!("search-in-part")));
    }
    args.done(m)?;
    let text = match text.unwrapped() {
        Value::Str(text) => text,
        Value::Unknown(u) => return Ok(Value::Unknown(u)),
        Value::Bytes(_) => return Err(m.unknown(message!("search-in-bytes"))),
        other => {
            let name = m.type_name(&other);
            return Err(m.type_error(format!("expected string or bytes-like object, got '{name}'")));
        }
    };
    if (pattern.asks_classes && !text.is_ascii()) || (pattern.asks_end && text.ends_with('\n')) {
        return Err(m.unknown(message!("pattern-in-text", pattern = pattern.text)));
    }
    m.limit(text.len() as i64 * (1 + pattern.text.len() as i64 / 8))?;
    let one = match operation {
        "search" => Some(0),
        "match" => Some(1),
        "fullmatch" => Some(2),
        _ => None,
    };
    if let Some(which) = one {
        let Some(captures) = pattern.regexes[which].captures(&text) else { return Ok(Value::None) };
        let groups = groups(&captures);
        return Ok(Value::Foreign(Rc::new(Match { pattern: pattern.clone(), text: text.clone(), groups })));
    }
    if pattern.prefers_nothing {
        return Err(m.unknown(message!("pattern-places", pattern = pattern.text)));
    }
    let most = usize::try_from(m.index(&most)?).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
    let all = pattern.all(&text, most);
    m.limit(all.len() as i64)?;
    match operation {
        "finditer" => {
            let matched =
                |groups| Value::Foreign(Rc::new(Match { pattern: pattern.clone(), text: text.clone(), groups }));
            let matches: Vec<Value> = all.into_iter().map(matched).collect();
            Ok(Value::Iterator(Iteration::new(State::Values(matches.into_iter()))))
        }
        "findall" => Ok(Value::list(
            all.iter()
                .map(|groups| match groups.as_slice() {
                    [whole] | [_, whole] => part(&text, *whole),
                    [_, rest @ ..] => Value::tuple(rest.iter().map(|&group| part(&text, group)).collect()),
                    [] => Value::None,
                })
                .collect(),
        )),
        "split" => {
            let (mut parts, mut at) = (Vec::new(), 0);
            for groups in &all {
                let Some((start, end)) = groups[0] else { continue };
                parts.push(Value::str(&text[at..start]));
                parts.extend(groups[1..].iter().map(|&group| group.map_or(Value::None, |_| part(&text, group))));
                at = end;
            }
            parts.push(Value::str(&text[at..]));
            Ok(Value::list(parts))
        }
        _ => {
            let count = all.len() as i64;
            let (mut out, mut at) = (String::new(), 0);
            for groups in all {
                let Some((start, end)) = groups[0] else { continue };
                let before = out.len();
                out.push_str(&text[at..start]);
                let matched = Match { pattern: pattern.clone(), text: text.clone(), groups };
                match replacement.unwrapped() {
                    Value::Str(template) => expand(m, &template, &matched, &mut out)?,
                    Value::Unknown(_) => return Ok(replacement),
                    _ => {
                        let new = m.call(&replacement, Args::of(vec![Value::Foreign(Rc::new(matched))]))?;
                        out.push_str(&m.str(&new)?);
                    }
                }
                m.grown(&out, before)?;
                at = end;
            }
            out.push_str(&text[at..]);
            let new = Value::str(&out);
            Ok(if operation == "subn" { Value::tuple(vec![new, Value::Int(count)]) } else { new })
        }
    }
}

fn part(text: &str, group: Option<(usize, usize)>) -> Value {
    Value::str(group.map_or("", |(start, end)| &text[start..end]))
}

/// Puts what a template of `sub` says behind `out`.
fn expand(m: &mut Machine, template: &str, matched: &Match, out: &mut String) -> Res<()> {
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let Some(c) = behind.chars().next() else { return Err(m.unknown(message!("such-template"))) };
        rest = &behind[c.len_utf8()..];
        let group = match c {
            '1'..='9' => {
                let two = rest.starts_with(|c: char| c.is_ascii_digit());
                let digits = &behind[..1 + usize::from(two)];
                rest = &behind[digits.len()..];
                Value::Int(digits.parse().unwrap_or(0))
            }
            'g' => {
                let inside = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
                let Some((name, after)) = inside else { return Err(m.unknown(message!("such-template"))) };
                rest = after;
                name.parse().map_or_else(|_| Value::str(name), Value::Int)
            }
            'n' | 't' | 'r' | '\\' => {
                out.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    _ => '\\',
                });
                continue;
            }
            c if c.is_ascii_alphanumeric() => return Err(m.unknown(message!("such-template"))),
            c => {
                out.extend(['\\', c]);
                continue;
            }
        };
        let index = matched.index(m, &group)?;
        out.push_str(matched.groups[index].map_or("", |(start, end)| &matched.text[start..end]));
    }
    out.push_str(rest);
    Ok(())
}

impl Match {
    /// The index of a group by its number or name.
    fn index(&self, m: &mut Machine, group: &Value) -> Res<usize> {
        let found = match group {
            Value::Str(name) => self.pattern.names().find(|(_, n)| *n == &**name).map(|(i, _)| i),
            group => usize::try_from(m.index(group)?).ok().filter(|i| *i < self.groups.len()),
        };
        found.ok_or_else(|| m.error(super::super::class::Type::IndexError, "no such group"))
    }

    fn group(&self, index: usize) -> Value {
        self.groups[index].map_or(Value::None, |group| part(&self.text, Some(group)))
    }

    /// The position of a byte, in characters; -1 for none.
    fn position(&self, byte: Option<usize>) -> Value {
        Value::Int(byte.map_or(-1, |byte| self.text[..byte].chars().count() as i64))
    }

    fn method(self: &Rc<Self>, m: &mut Machine, name: &str, a: Args) -> Res {
        let mut args = Taken::new(name, a);
        match name {
            "group" => {
                let mut groups = Vec::new();
                for group in args.rest() {
                    let index = self.index(m, &group)?;
                    groups.push(self.group(index));
                }
                Ok(match <[Value; 1]>::try_from(groups) {
                    Ok([group]) => group,
                    Err(groups) if groups.is_empty() => self.group(0),
                    Err(groups) => Value::tuple(groups),
                })
            }
            "groups" | "groupdict" => {
                let default = args.or(m, "default", Value::None)?;
                let or = |index: usize| self.groups[index].map_or(default.clone(), |_| self.group(index));
                if name == "groups" {
                    return Ok(Value::tuple((1..self.groups.len()).map(or).collect()));
                }
                let mut entries = Entries::default();
                for (index, name) in self.pattern.names() {
                    entries.insert(Key::str(&name.into()), or(index));
                }
                Ok(Value::dict(entries))
            }
            _ => {
                let group = args.or(m, "group", Value::Int(0))?;
                let span = self.groups[self.index(m, &group)?];
                let (start, end) = (self.position(span.map(|s| s.0)), self.position(span.map(|s| s.1)));
                Ok(match name {
                    "start" => start,
                    "end" => end,
                    _ => Value::tuple(vec![start, end]),
                })
            }
        }
    }
}

/// A method of a pattern or match.
fn bound(name: &str, own: Value) -> Value {
    Value::native_with(name, vec![own], |m, n, a| {
        let [Value::Foreign(own)] = n.data.as_slice() else { return Ok(Value::None) };
        match own.clone().as_any().downcast::<Match>() {
            Ok(matched) => matched.method(m, &n.name, a),
            Err(other) => match other.downcast::<Pattern>() {
                Ok(pattern) => operate(m, &pattern, &n.name, Taken::new(&n.name, a)),
                Err(_) => Ok(Value::None),
            },
        }
    })
}

fn class(m: &mut Machine, path: &str) -> Res<Rc<Class>> {
    match m.library_value(path)? {
        Value::Class(class) => Ok(class),
        _ => Err(m.unknown(format!("`{path}`"))),
    }
}

impl Foreign for Pattern {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        class(machine, "re.Pattern")
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        Ok(Some(match &*machine.text(name) {
            "pattern" => Value::Str(self.text.clone()),
            "flags" => Value::Int(self.flags | if self.flags & ASCII == 0 { UNICODE } else { 0 }),
            "groups" => Value::Int(self.regexes[0].captures_len() as i64 - 1),
            "groupindex" => {
                let mut entries = Entries::default();
                for (index, name) in self.names() {
                    entries.insert(Key::str(&name.into()), Value::Int(index as i64));
                }
                Value::dict(entries)
            }
            name @ ("match" | "search" | "fullmatch" | "findall" | "finditer" | "split" | "sub" | "subn") => {
                bound(name, Value::Foreign(self))
            }
            _ => return Ok(None),
        }))
    }

    fn special(self: Rc<Self>, machine: &mut Machine, name: &str, _: &[Value]) -> Res<Option<Value>> {
        match name {
            "__repr__" if self.flags == 0 => {
                let text = machine.repr(&Value::Str(self.text.clone()))?;
                Ok(Some(Value::str(&format!("re.compile({text})"))))
            }
            _ => Ok(None),
        }
    }
}

impl Foreign for Match {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        class(machine, "re.Match")
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        Ok(Some(match &*machine.text(name) {
            "string" => Value::Str(self.text.clone()),
            "re" => Value::Foreign(self.pattern.clone()),
            name @ ("group" | "groups" | "groupdict" | "start" | "end" | "span") => bound(name, Value::Foreign(self)),
            _ => return Ok(None),
        }))
    }

    fn special(self: Rc<Self>, machine: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        match (name, args) {
            ("__getitem__", [group]) => {
                let index = self.index(machine, group)?;
                Ok(Some(self.group(index)))
            }
            ("__repr__", _) => {
                let (span, whole) = (self.groups[0], self.group(0));
                let (start, end) = (self.position(span.map(|s| s.0)), self.position(span.map(|s| s.1)));
                let whole = machine.repr(&whole)?;
                let span = machine.repr(&Value::tuple(vec![start, end]))?;
                Ok(Some(Value::str(&format!("<re.Match object; span={span}, match={whole}>"))))
            }
            _ => Ok(None),
        }
    }
}
