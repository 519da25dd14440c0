//! `re`. Patterns are translated to those of `regex-lite`, which matches the same text for what both know; what differs
//! (looking around, references back, text that isn't ASCII where classes of characters are asked for) isn't known.

mod matched;
mod translate;

use std::any::Any;
use std::rc::Rc;

use regex_lite::{Captures, Regex, RegexBuilder};

use self::matched::{Match, expand, part};
use self::translate::{Translated, translate};
use super::{Counts, Library};
use crate::interpret::call::Taken;
use crate::interpret::class::Class;
use crate::interpret::iterate::{Iteration, State};
use crate::interpret::key::Key;
use crate::interpret::machine::Machine;
use crate::interpret::symbol::Symbol;
use crate::interpret::value::{Args, Entries, Foreign, NativeFn, Res, Stop, Value};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["re"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["re.Pattern", "re.Match"],
};

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
