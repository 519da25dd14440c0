//! `format % args`.

use super::spec::Spec;
use crate::interpret::machine::Machine;
use crate::interpret::operate::{float, integer};
use crate::interpret::value::{Res, Value};

impl Machine {
    /// `format % args`.
    pub(in crate::interpret) fn percent(&mut self, format: &str, args: &Value) -> Res {
        let mut out = String::new();
        let tuple = match args {
            Value::Tuple(t) => t.items.clone(),
            other => vec![other.clone()],
        };
        let mut next = 0;
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            if chars.peek() == Some(&'%') {
                chars.next();
                out.push('%');
                continue;
            }
            let mut named = None;
            if chars.peek() == Some(&'(') {
                chars.next();
                let key: String = chars.by_ref().take_while(|&c| c != ')').collect();
                named = Some(self.get_item(args, &Value::str(&key))?);
            }
            let mut take = |machine: &mut Machine| -> Res {
                let found = match &named {
                    Some(value) => Some(value.clone()),
                    None => tuple.get(next).cloned(),
                };
                next += 1;
                match found {
                    Some(value) => Ok(value),
                    None => Err(machine.type_error("not enough arguments for format string")),
                }
            };
            let mut spec = Spec { align: Some('>'), ..Spec::default() };
            while let Some(&flag) = chars.peek() {
                match flag {
                    '-' => spec.align = Some('<'),
                    '+' => spec.sign = Some('+'),
                    ' ' => spec.sign = spec.sign.or(Some(' ')),
                    '0' => spec.zero = true,
                    '#' => spec.alternate = true,
                    _ => break,
                }
                chars.next();
            }
            let mut number =
                |machine: &mut Machine, chars: &mut std::iter::Peekable<std::str::Chars<'_>>| -> Res<Option<usize>> {
                    if chars.peek() == Some(&'*') {
                        chars.next();
                        let value = take(machine)?;
                        return Ok(Some(machine.index(&value)?.max(0) as usize));
                    }
                    let mut digits = String::new();
                    while let Some(d) = chars.next_if(char::is_ascii_digit) {
                        digits.push(d);
                    }
                    Ok(digits.parse().ok())
                };
            spec.width = number(self, &mut chars)?.unwrap_or(0);
            if chars.next_if_eq(&'.').is_some() {
                spec.precision = Some(number(self, &mut chars)?.unwrap_or(0));
            }
            self.limit(spec.width.max(spec.precision.unwrap_or(0)).min(1 << 30) as i64)?;
            while chars.next_if(|c| matches!(c, 'l' | 'h' | 'L')).is_some() {}
            let Some(kind) = chars.next() else {
                return Err(self.value_error("incomplete format"));
            };
            let value = take(self)?;
            if let Value::Unknown(_) = value {
                return Ok(value);
            }
            if spec.align == Some('<') {
                spec.zero = false;
            } else if spec.zero {
                (spec.align, spec.fill) = (Some('='), '0');
            }
            let text = match self.percent_text(&mut spec, kind, &value)? {
                Some(text) => text,
                None => {
                    let at = format.len() - chars.clone().map(char::len_utf8).sum::<usize>() - kind.len_utf8();
                    let message = format!("unsupported format character '{kind}' (0x{:x}) at index {at}", kind as u32);
                    return Err(self.value_error(message));
                }
            };
            out.push_str(&text);
            self.limit(text.len() as i64)?;
        }
        let mapping = matches!(args, Value::Dict(_) | Value::Instance(_));
        if next < tuple.len() && !mapping {
            return Err(self.type_error("not all arguments converted during string formatting"));
        }
        Ok(Value::str(&out))
    }

    /// A value as a conversion like `%d` prints it; none if there is no such conversion.
    fn percent_text(&mut self, spec: &mut Spec, kind: char, value: &Value) -> Res<Option<String>> {
        let plain = value.unwrapped();
        Ok(Some(match kind {
            's' | 'r' | 'a' => {
                let text = if kind == 's' { self.str(value)? } else { self.repr(value)? };
                let cut: String = text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect();
                spec.fill = ' ';
                spec.pad(&cut, "", '>')
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                let i = match (&plain, kind) {
                    (Value::Float(f), 'd' | 'i' | 'u') if f.is_finite() && f.abs() < 9e18 => *f as i64,
                    _ => match integer(&plain) {
                        Some(i) => i,
                        None => {
                            let name = self.type_name(value);
                            let needed = if matches!(kind, 'd' | 'i' | 'u') { "a real number" } else { "an integer" };
                            let message = format!("%{kind} format: {needed} is required, not {name}");
                            return Err(self.type_error(message));
                        }
                    },
                };
                spec.kind = Some(if matches!(kind, 'i' | 'u') { 'd' } else { kind });
                spec.integer(i)
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => match float(&plain) {
                Some(f) => {
                    spec.kind = Some(kind);
                    spec.precision = spec.precision.or(Some(6));
                    spec.float(f)
                }
                None => {
                    let name = self.type_name(value);
                    return Err(self.type_error(format!("must be real number, not {name}")));
                }
            },
            'c' => match &plain {
                Value::Str(s) if s.chars().count() == 1 => spec.pad(s, "", '>'),
                Value::Int(i) => {
                    let c = u32::try_from(*i).ok().and_then(char::from_u32).map(String::from);
                    spec.pad(&c.unwrap_or_default(), "", '>')
                }
                _ => return Err(self.type_error("%c requires int or char")),
            },
            _ => return Ok(None),
        }))
    }
}
