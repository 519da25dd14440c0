//! `format` and `str.format`.

use std::rc::Rc;

use super::ascii;
use super::spec::Spec;
use crate::interpret::class::Type;
use crate::interpret::machine::Machine;
use crate::interpret::operate::integer;
use crate::interpret::symbol;
use crate::interpret::value::{Args, Res, Stop, Value};
use crate::words::message;

impl Machine {
    /// `format(value, spec)`.
    pub fn format(&mut self, value: &Value, spec: &str) -> Res<Rc<str>> {
        if let Value::Instance(_) | Value::Foreign(_) = value
            && let Some(result) = self.call_special(value, symbol::FORMAT, &[Value::str(spec)])?
        {
            return self.text_result(&result, "__format__").map(Into::into);
        }
        if spec.is_empty() {
            return self.str(value);
        }
        let plain = value.unwrapped();
        let Some(spec) = Spec::parse(spec) else {
            let name = self.type_name(value);
            return Err(self.value_error(format!("Invalid format specifier '{spec}' for object of type '{name}'")));
        };
        self.limit(spec.width.max(spec.precision.unwrap_or(0).saturating_mul(1000)).min(1 << 30) as i64)?;
        let text = match &plain {
            Value::Str(s) => match spec.kind {
                None | Some('s') => {
                    let cut: String = s.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
                    spec.pad(&cut, "", '<')
                }
                Some(kind) => return Err(self.bad_code(kind, "str")),
            },
            Value::Bool(b) if spec.kind.is_none() => {
                // A bool without a type is formatted as a string is, with the sides of a number.
                spec.pad(if *b { "True" } else { "False" }, "", '<')
            }
            Value::Int(_) | Value::Bool(_) => {
                let i = integer(&plain).unwrap_or(0);
                match spec.kind {
                    None | Some('d' | 'n' | 'b' | 'o' | 'x' | 'X' | 'c') => {
                        if spec.precision.is_some() {
                            return Err(self.value_error("Precision not allowed in integer format specifier"));
                        }
                        spec.integer(i)
                    }
                    Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => spec.float(i as f64),
                    Some(kind) => return Err(self.bad_code(kind, "int")),
                }
            }
            Value::Float(f) => match spec.kind {
                None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => spec.float(*f),
                Some(kind) => return Err(self.bad_code(kind, "float")),
            },
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            Value::Foreign(_) => return Err(self.unknown(message!("a-format"))),
            _ => {
                let name = self.type_name(value);
                return Err(self.type_error(format!("unsupported format string passed to {name}.__format__")));
            }
        };
        self.limit(text.len() as i64)?;
        Ok(text.into())
    }

    fn bad_code(&mut self, kind: char, name: &str) -> Stop {
        self.value_error(format!("Unknown format code '{kind}' for object of type '{name}'"))
    }

    /// `text.format(*args, **keywords)`.
    pub(in crate::interpret) fn format_method(&mut self, text: &str, args: &Args) -> Res {
        let mut automatic = 0;
        let out = self.format_fields(text, args, &mut automatic, 0)?;
        Ok(Value::str(&out))
    }

    fn format_fields(&mut self, text: &str, args: &Args, automatic: &mut usize, depth: u32) -> Res<String> {
        if depth > 2 {
            return Err(self.value_error("Max string recursion exceeded"));
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(escaped) = rest.strip_prefix(brace) {
                out.push_str(brace);
                rest = escaped;
                continue;
            }
            if brace == "}" {
                return Err(self.value_error("Single '}' encountered in format string"));
            }
            let mut open = 1;
            let end = rest.char_indices().find_map(|(i, c)| {
                open += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                (open == 0).then_some(i)
            });
            let Some(end) = end else {
                return Err(self.value_error("expected '}' before end of string"));
            };
            let field = &rest[..end];
            rest = &rest[end + 1..];
            let (name, spec) = field.split_once(':').unwrap_or((field, ""));
            let (name, conversion) = match name.split_once('!') {
                Some((name, conversion)) => (name, Some(conversion)),
                None => (name, None),
            };
            let value = self.format_field(name, args, automatic)?;
            let value = match conversion {
                Some("r") => Value::Str(self.repr(&value)?),
                Some("s") => Value::Str(self.str(&value)?),
                Some("a") => Value::str(&ascii(&self.repr(&value)?)),
                _ => value,
            };
            let spec = self.format_fields(spec, args, automatic, depth + 1)?;
            out.push_str(&self.format(&value, &spec)?);
            self.limit(out.len() as i64)?;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn format_field(&mut self, name: &str, args: &Args, automatic: &mut usize) -> Res {
        let first_end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut path) = name.split_at(first_end);
        let mut value = if first.is_empty() || first.bytes().all(|b| b.is_ascii_digit()) {
            let index = if first.is_empty() { *automatic } else { first.parse().unwrap_or(usize::MAX) };
            *automatic += usize::from(first.is_empty());
            match args.positional.get(index) {
                Some(value) => value.clone(),
                None => {
                    let message = format!("Replacement index {index} out of range for positional args tuple");
                    return Err(self.error(Type::IndexError, message));
                }
            }
        } else {
            let symbol = self.symbol(first);
            match args.keywords.iter().find(|k| k.0 == symbol) {
                Some((_, value)) => value.clone(),
                None => return Err(self.error_with(Type::KeyError, vec![Value::str(first)])),
            }
        };
        while !path.is_empty() {
            if let Some(rest) = path.strip_prefix('.') {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let symbol = self.symbol(&rest[..end]);
                value = self.get_attribute(&value, symbol)?;
                path = &rest[end..];
            } else if let Some((index, rest)) = path[1..].split_once(']') {
                let index = index.parse().map_or_else(|_| Value::str(index), Value::Int);
                value = self.get_item(&value, &index)?;
                path = rest;
            } else {
                return Err(self.value_error("Missing ']' in format string"));
            }
        }
        Ok(value)
    }
}
