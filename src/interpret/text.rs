//! Text of values: `repr`, `str`, `format` and `%`.

use std::rc::Rc;

use super::class::Type;
use super::machine::Machine;
use super::operate::{float, integer};
use super::symbol;
use super::value::{Args, DictKind, Names, Res, Value};
use crate::python::Literal;
use crate::words::message;

impl Machine {
    /// `repr(value)`.
    pub fn repr(&mut self, value: &Value) -> Res<Rc<str>> {
        let text = self.nested(|machine| machine.repr_of(value))?;
        self.limit(text.len() as i64)?;
        Ok(text.into())
    }

    fn repr_of(&mut self, value: &Value) -> Res<String> {
        Ok(match value {
            Value::None | Value::Unbound | Value::Cell(_) => "None".to_owned(),
            Value::NotImplemented => "NotImplemented".to_owned(),
            Value::Ellipsis => "Ellipsis".to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(i) => i.to_string(),
            Value::Float(f) => Literal::Float(*f).to_string(),
            Value::Str(s) => repr_str(s),
            Value::Bytes(b) => {
                let text: String = b
                    .iter()
                    .map(|&b| match b {
                        b'\\' => "\\\\".to_owned(),
                        b'\'' => "\\'".to_owned(),
                        b'\n' => "\\n".to_owned(),
                        b'\r' => "\\r".to_owned(),
                        b'\t' => "\\t".to_owned(),
                        0x20..0x7f => char::from(b).to_string(),
                        _ => format!("\\x{b:02x}"),
                    })
                    .collect();
                format!("b'{text}'")
            }
            Value::Tuple(tuple) => {
                if let Some(class) = &tuple.class {
                    if let Some(result) = self.call_special(value, symbol::REPR, &[])? {
                        return self.text_result(&result, "__repr__");
                    }
                    if let Some(fields) = self.tuple_fields(class) {
                        let mut parts = Vec::new();
                        for (field, item) in fields.iter().zip(&tuple.items) {
                            parts.push(format!("{field}={}", self.repr(item)?));
                        }
                        return Ok(format!("{}({})", class.name, parts.join(", ")));
                    }
                }
                let items = self.reprs(&tuple.items)?;
                if tuple.items.len() == 1 { format!("({items},)") } else { format!("({items})") }
            }
            Value::List(list) => {
                let items = list.borrow().clone();
                format!("[{}]", self.reprs(&items)?)
            }
            Value::Dict(dict) => {
                let mut parts = Vec::new();
                let entries: Vec<(Value, Value)> = self.mapping_entries(value)?;
                if let DictKind::Ordered = dict.kind {
                    for (key, value) in &entries {
                        parts.push(format!("({}, {})", self.repr(key)?, self.repr(value)?));
                    }
                    let inside = if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(", ")) };
                    return Ok(format!("OrderedDict({inside})"));
                }
                for (key, value) in &entries {
                    parts.push(format!("{}: {}", self.repr(key)?, self.repr(value)?));
                }
                let inside = format!("{{{}}}", parts.join(", "));
                match &dict.kind {
                    DictKind::Default(factory) => {
                        let factory = factory.clone();
                        format!("defaultdict({}, {inside})", self.repr(&factory)?)
                    }
                    DictKind::Counter if entries.is_empty() => "Counter()".to_owned(),
                    DictKind::Counter => {
                        let mut sorted = entries.clone();
                        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(integer(count)));
                        let mut parts = Vec::new();
                        for (key, value) in &sorted {
                            parts.push(format!("{}: {}", self.repr(key)?, self.repr(value)?));
                        }
                        format!("Counter({{{}}})", parts.join(", "))
                    }
                    _ => inside,
                }
            }
            Value::Names(names) => {
                let mut parts = Vec::new();
                for (key, value) in self.mapping_entries(value)? {
                    parts.push(format!("{}: {}", self.repr(&key)?, self.repr(&value)?));
                }
                let inside = format!("{{{}}}", parts.join(", "));
                match **names {
                    Names::Class(_) => format!("mappingproxy({inside})"),
                    _ => inside,
                }
            }
            Value::Set(_) => {
                let items = self.collect(value)?;
                if items.is_empty() { "set()".to_owned() } else { format!("{{{}}}", self.reprs(&items)?) }
            }
            Value::FrozenSet(_) => {
                let items = self.collect(value)?;
                match items.is_empty() {
                    true => "frozenset()".to_owned(),
                    false => format!("frozenset({{{}}})", self.reprs(&items)?),
                }
            }
            Value::View(view) => {
                let items = self.view_items(view)?;
                let name = match view.kind {
                    super::value::ViewKind::Keys => "dict_keys",
                    super::value::ViewKind::Values => "dict_values",
                    super::value::ViewKind::Items => "dict_items",
                };
                format!("{name}([{}])", self.reprs(&items)?)
            }
            Value::Slice(bounds) => format!("slice({})", self.reprs(&bounds[..])?),
            Value::Range(r) if r.step == 1 => format!("range({}, {})", r.start, r.stop),
            Value::Range(r) => format!("range({}, {}, {})", r.start, r.stop, r.step),
            Value::Class(class) => {
                if class.is(Type::Enum) && class.builtin.is_none() {
                    return Ok(format!("<enum '{}'>", class.name));
                }
                format!("<class '{}'>", class.full_name())
            }
            Value::Module(module) => match module.path() {
                Some(path) => format!("<module '{}' from '{path}'>", module.name),
                None => format!("<module '{}' (namespace)>", module.name),
            },
            Value::Library(path) => format!("<module '{path}'>"),
            Value::Instance(instance) => {
                if let Some(result) = self.call_special(value, symbol::REPR, &[])? {
                    return self.text_result(&result, "__repr__");
                }
                let class = instance.class();
                if let Some(unknown) = &class.unknown {
                    return Err(super::value::Stop::Unknown(unknown.clone()));
                }
                if class.is(Type::BaseException) {
                    let args = match &*instance.base.borrow() {
                        Value::Tuple(t) => t.items.clone(),
                        _ => Vec::new(),
                    };
                    return Ok(format!("{}({})", class.name, self.reprs(&args)?));
                }
                if class.is(Type::Enum) {
                    let attributes = instance.attributes.borrow().clone();
                    let name = self.symbol("_name_");
                    let inner = self.symbol("_value_");
                    let name = attributes.get(&name).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
                    let inner = attributes.get(&inner).cloned().unwrap_or(Value::None);
                    return Ok(format!("<{}.{name}: {}>", class.name, self.repr(&inner)?));
                }
                let plain = value.unwrapped();
                if !matches!(plain, Value::Instance(_)) {
                    return self.repr_of(&plain);
                }
                return Err(self.unknown(message!("address-of", class = class.name)));
            }
            Value::Foreign(_) => match self.call_special(value, symbol::REPR, &[])? {
                Some(result) => return self.text_result(&result, "__repr__"),
                None => return Err(self.unknown(message!("value-text"))),
            },
            Value::Unknown(u) => return Err(super::value::Stop::Unknown(u.clone())),
            Value::Native(n) if n.binds => format!("<method '{}'>", n.name),
            Value::Native(n) => format!("<built-in function {}>", n.name.rsplit('.').next().unwrap_or_default()),
            _ => {
                let name = self.type_name(value);
                return Err(self.unknown(message!("address-of-type", name)));
            }
        })
    }

    fn reprs(&mut self, items: &[Value]) -> Res<String> {
        let parts: Res<Vec<Rc<str>>> = items.iter().map(|item| self.repr(item)).collect();
        Ok(parts?.join(", "))
    }

    fn text_result(&mut self, result: &Value, method: &str) -> Res<String> {
        match result.unwrapped() {
            Value::Str(text) => Ok(text.to_string()),
            other => {
                self.known(&other)?;
                let name = self.type_name(&other);
                Err(self.type_error(format!("{method} returned non-string (type {name})")))
            }
        }
    }

    /// `str(value)`.
    pub fn str(&mut self, value: &Value) -> Res<Rc<str>> {
        match value {
            Value::Str(s) => return Ok(s.clone()),
            Value::Instance(instance) => {
                if let Some(result) = self.call_special(value, symbol::STR, &[])? {
                    return self.text_result(&result, "__str__").map(Into::into);
                }
                let class = instance.class();
                if class.is(Type::BaseException) {
                    let args = match &*instance.base.borrow() {
                        Value::Tuple(t) => t.items.clone(),
                        _ => Vec::new(),
                    };
                    return match args.as_slice() {
                        [] => Ok("".into()),
                        [key] if class.is(Type::KeyError) => self.repr(key),
                        [message] => self.str(message),
                        _ => self.repr(&Value::tuple(args)),
                    };
                }
                if class.is(Type::Enum) && class.lookup_own(symbol::REPR).is_none() {
                    let name = self.symbol("_name_");
                    let found = instance.attributes.borrow().get(&name).cloned();
                    let own = class.bases.iter().any(|b| b.nearest_builtin() != Type::Enum);
                    if let Some(Value::Str(name)) = found
                        && !own
                    {
                        return Ok(format!("{}.{name}", class.name).into());
                    }
                    return Err(self.unknown(message!("enum-text")));
                }
                if class.lookup_own(symbol::REPR).is_none()
                    && let Value::Str(s) = value.unwrapped()
                {
                    return Ok(s);
                }
            }
            Value::Foreign(_) => {
                if let Some(result) = self.call_special(value, symbol::STR, &[])? {
                    return self.text_result(&result, "__str__").map(Into::into);
                }
            }
            _ => {}
        }
        self.repr(value)
    }

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
            Value::Unknown(u) => return Err(super::value::Stop::Unknown(u.clone())),
            Value::Foreign(_) => return Err(self.unknown(message!("a-format"))),
            _ => {
                let name = self.type_name(value);
                return Err(self.type_error(format!("unsupported format string passed to {name}.__format__")));
            }
        };
        self.limit(text.len() as i64)?;
        Ok(text.into())
    }

    fn bad_code(&mut self, kind: char, name: &str) -> super::value::Stop {
        self.value_error(format!("Unknown format code '{kind}' for object of type '{name}'"))
    }

    /// `format % args`.
    pub(super) fn percent(&mut self, format: &str, args: &Value) -> Res {
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
            let plain = value.unwrapped();
            let text = match kind {
                's' | 'r' | 'a' => {
                    let text = if kind == 's' { self.str(&value)? } else { self.repr(&value)? };
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
                                let name = self.type_name(&value);
                                let needed =
                                    if matches!(kind, 'd' | 'i' | 'u') { "a real number" } else { "an integer" };
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
                        let name = self.type_name(&value);
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
                other => {
                    let at = format.len() - chars.clone().map(char::len_utf8).sum::<usize>() - other.len_utf8();
                    let message =
                        format!("unsupported format character '{other}' (0x{:x}) at index {at}", other as u32);
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

    /// `text.format(*args, **keywords)`.
    pub(super) fn format_method(&mut self, text: &str, args: &Args) -> Res {
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

/// `repr` of a string.
fn repr_str(s: &str) -> String {
    Literal::Str(s.to_owned()).to_string()
}

/// `ascii` of a `repr`.
pub(super) fn ascii(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c as u32 {
            0..0x80 => out.push(c),
            code @ 0x80..0x100 => out.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}

/// A format specification.
#[derive(Clone, Debug)]
struct Spec {
    fill: char,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    group: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Default for Spec {
    fn default() -> Self {
        Spec {
            fill: ' ',
            align: None,
            sign: None,
            alternate: false,
            zero: false,
            width: 0,
            group: None,
            precision: None,
            kind: None,
        }
    }
}

impl Spec {
    fn parse(text: &str) -> Option<Spec> {
        let mut spec = Spec::default();
        let chars: Vec<char> = text.chars().collect();
        let mut i = 0;
        let aligns = |c: Option<&char>| c.is_some_and(|c| matches!(c, '<' | '>' | '=' | '^'));
        if aligns(chars.get(1)) {
            (spec.fill, spec.align) = (chars[0], Some(chars[1]));
            i = 2;
        } else if aligns(chars.first()) {
            spec.align = Some(chars[0]);
            i = 1;
        }
        if let Some(&sign) = chars.get(i).filter(|c| matches!(c, '+' | '-' | ' ')) {
            spec.sign = Some(sign);
            i += 1;
        }
        if chars.get(i) == Some(&'#') {
            spec.alternate = true;
            i += 1;
        }
        if chars.get(i) == Some(&'0') {
            spec.zero = true;
            if spec.align.is_none() {
                (spec.fill, spec.align) = ('0', Some('='));
            }
            i += 1;
        }
        let digits = |i: &mut usize| -> Option<usize> {
            let start = *i;
            while chars.get(*i).is_some_and(char::is_ascii_digit) {
                *i += 1;
            }
            (*i > start).then(|| chars[start..*i].iter().collect::<String>().parse().unwrap_or(usize::MAX))
        };
        spec.width = digits(&mut i).unwrap_or(0);
        if let Some(&group) = chars.get(i).filter(|c| matches!(c, ',' | '_')) {
            spec.group = Some(group);
            i += 1;
        }
        if chars.get(i) == Some(&'.') {
            i += 1;
            spec.precision = Some(digits(&mut i)?);
        }
        if let Some(&kind) = chars.get(i) {
            spec.kind = Some(kind);
            i += 1;
        }
        (i == chars.len()).then_some(spec)
    }

    fn pad(&self, text: &str, sign: &str, default: char) -> String {
        let len = text.chars().count() + sign.len();
        let missing = self.width.saturating_sub(len);
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align.unwrap_or(default) {
            '<' => format!("{sign}{text}{}", fill(missing)),
            '^' => format!("{}{sign}{text}{}", fill(missing / 2), fill(missing - missing / 2)),
            '=' => format!("{sign}{}{text}", fill(missing)),
            _ => format!("{}{sign}{text}", fill(missing)),
        }
    }

    fn sign_of(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        }
    }

    fn integer(&self, i: i64) -> String {
        let magnitude = i.unsigned_abs();
        let (digits, prefix, every) = match self.kind {
            Some('b') => (format!("{magnitude:b}"), "0b", 4),
            Some('o') => (format!("{magnitude:o}"), "0o", 4),
            Some('x') => (format!("{magnitude:x}"), "0x", 4),
            Some('X') => (format!("{magnitude:X}"), "0X", 4),
            Some('c') => {
                let c = u32::try_from(i).ok().and_then(char::from_u32).map(String::from).unwrap_or_default();
                return self.pad(&c, "", '<');
            }
            _ => (magnitude.to_string(), "", 3),
        };
        // `%.5d`: at least so many digits.
        let digits = match self.precision {
            Some(least) if digits.len() < least => "0".repeat(least - digits.len()) + &digits,
            _ => digits,
        };
        let sign = format!("{}{}", self.sign_of(i < 0), if self.alternate { prefix } else { "" });
        self.pad(&self.grouped(&digits, every, &sign), &sign, '>')
    }

    /// Digits in groups; zeros that fill the width are grouped too.
    fn grouped(&self, number: &str, every: usize, sign: &str) -> String {
        let Some(separator) = self.group else { return number.to_owned() };
        let (whole, rest) = number.split_at(number.find(['.', 'e', 'E', '%']).unwrap_or(number.len()));
        let mut digits = whole.to_owned();
        let grouped = |digits: &str| -> String {
            let mut out = String::new();
            for (i, c) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(every) {
                    out.push(separator);
                }
                out.push(c);
            }
            out
        };
        if self.fill == '0' && self.align == Some('=') {
            while grouped(&digits).len() + rest.len() + sign.len() < self.width {
                let longer = format!("0{digits}");
                if grouped(&longer).len() + rest.len() + sign.len() > self.width
                    && grouped(&longer).len() - grouped(&digits).len() > 1
                {
                    digits = longer;
                    break;
                }
                digits = longer;
            }
        }
        grouped(&digits) + rest
    }

    fn float(&self, f: f64) -> String {
        let sign = self.sign_of(f.is_sign_negative() && !f.is_nan());
        let magnitude = f.abs();
        let upper = matches!(self.kind, Some('E' | 'F' | 'G'));
        let text = if f.is_nan() || f.is_infinite() {
            let text = if f.is_nan() { "nan" } else { "inf" };
            text.to_owned() + if self.kind == Some('%') { "%" } else { "" }
        } else {
            match self.kind {
                Some('f' | 'F') => fixed(magnitude, self.precision.unwrap_or(6), self.alternate),
                Some('%') => fixed(magnitude * 100.0, self.precision.unwrap_or(6), self.alternate) + "%",
                Some('e' | 'E') => exponent(magnitude, self.precision.unwrap_or(6)),
                Some(_) => general(magnitude, self.precision.unwrap_or(6), self.alternate),
                None => match self.precision {
                    // As `repr`, but with so many digits, and always with a digit behind the point.
                    Some(precision) => general_with_point(magnitude, precision),
                    None => Literal::Float(magnitude).to_string(),
                },
            }
        };
        let text = if upper { text.to_uppercase() } else { text };
        self.pad(&self.grouped(&text, 3, sign), sign, '>')
    }
}

fn fixed(f: f64, precision: usize, point: bool) -> String {
    let text = format!("{f:.precision$}");
    if point && precision == 0 { text + "." } else { text }
}

fn exponent(f: f64, precision: usize) -> String {
    let text = format!("{f:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |e| ("-", e));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn general(f: f64, precision: usize, alternate: bool) -> String {
    if alternate {
        return general_digits(f, precision.max(1), false);
    }
    general_digits(f, precision.max(1), true)
}

fn general_digits(f: f64, precision: usize, strip: bool) -> String {
    let scientific = exponent(f, precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let cut = |text: String| -> String {
        if strip && text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    if (-4..precision as i32).contains(&power) {
        return cut(format!("{f:.*}", (precision as i32 - 1 - power).max(0) as usize));
    }
    let (digits, rest) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
    format!("{}e{rest}", cut(digits.to_owned()))
}

/// Like `g`, but with a digit behind the point, which counts before it changes to exponents.
fn general_with_point(f: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let scientific = exponent(f, precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    if power >= precision as i32 - 1 {
        let (digits, rest) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{rest}");
    }
    let text = general_digits(f, precision, true);
    if text.contains(['.', 'e']) { text } else { text + ".0" }
}
