//! Matches, and what their groups put into a template.

use std::any::Any;
use std::rc::Rc;

use super::{Groups, Pattern, bound, class};
use crate::interpret::call::Taken;
use crate::interpret::class::{Class, Type};
use crate::interpret::key::Key;
use crate::interpret::machine::Machine;
use crate::interpret::symbol::Symbol;
use crate::interpret::value::{Args, Entries, Foreign, Res, Value};
use crate::words::message;

/// A match: the bytes of its groups.
pub(super) struct Match {
    pub(super) pattern: Rc<Pattern>,
    pub(super) text: Rc<str>,
    pub(super) groups: Groups,
}

impl Match {
    /// The index of a group by its number or name.
    fn index(&self, m: &mut Machine, group: &Value) -> Res<usize> {
        let found = match group {
            Value::Str(name) => self.pattern.names().find(|(_, n)| *n == &**name).map(|(i, _)| i),
            group => usize::try_from(m.index(group)?).ok().filter(|i| *i < self.groups.len()),
        };
        found.ok_or_else(|| m.error(Type::IndexError, "no such group"))
    }

    pub(super) fn group(&self, index: usize) -> Value {
        self.groups[index].map_or(Value::None, |group| part(&self.text, Some(group)))
    }

    /// The position of a byte, in characters; -1 for none.
    fn position(&self, byte: Option<usize>) -> Value {
        Value::Int(byte.map_or(-1, |byte| self.text[..byte].chars().count() as i64))
    }

    pub(super) fn method(self: &Rc<Self>, m: &mut Machine, name: &str, a: Args) -> Res {
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

pub(super) fn part(text: &str, group: Option<(usize, usize)>) -> Value {
    Value::str(group.map_or("", |(start, end)| &text[start..end]))
}

/// Puts what a template of `sub` says behind `out`.
pub(super) fn expand(m: &mut Machine, template: &str, matched: &Match, out: &mut String) -> Res<()> {
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
