//! Text of values: `repr`, `str`, and exceptions in a line.

mod format;
mod percent;
mod spec;

use std::rc::Rc;

use super::class::Type;
use super::machine::Machine;
use super::operate::integer;
use super::symbol;
use super::value::{DictKind, Instance, Names, Raised, Res, Stop, Value, ViewKind};
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
            Value::Bytes(b) => repr_bytes(b),
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
                let entries = self.mapping_entries(value)?;
                self.repr_dict(&dict.kind, entries)?
            }
            Value::Names(names) => {
                let entries = self.mapping_entries(value)?;
                let inside = self.repr_entries(&entries)?;
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
                    ViewKind::Keys => "dict_keys",
                    ViewKind::Values => "dict_values",
                    ViewKind::Items => "dict_items",
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
            Value::Instance(instance) => return self.repr_instance(value, instance),
            Value::Foreign(_) => match self.call_special(value, symbol::REPR, &[])? {
                Some(result) => return self.text_result(&result, "__repr__"),
                None => return Err(self.unknown(message!("value-text"))),
            },
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            Value::Partial(partial) => {
                let mut parts = vec![self.repr(&partial.function)?.to_string()];
                for value in &partial.args.positional {
                    parts.push(self.repr(value)?.to_string());
                }
                for (name, value) in &partial.args.keywords {
                    parts.push(format!("{}={}", self.text(*name), self.repr(value)?));
                }
                format!("functools.partial({})", parts.join(", "))
            }
            // Forks cut the name of a row's class out of such a text. The address is another one in each run.
            Value::Function(f) => {
                let program = &f.code.file.program;
                format!("<function {} at 0x7f0000000000>", program.name(program.function(f.id).qualname))
            }
            Value::Native(n) if n.binds => format!("<method '{}'>", n.name),
            Value::Native(n) => format!("<built-in function {}>", n.name.rsplit('.').next().unwrap_or_default()),
            _ => {
                let name = self.type_name(value);
                return Err(self.unknown(message!("address-of-type", name)));
            }
        })
    }

    fn repr_dict(&mut self, kind: &DictKind, mut entries: Vec<(Value, Value)>) -> Res<String> {
        match kind {
            DictKind::Ordered => {
                let mut parts = Vec::new();
                for (key, value) in &entries {
                    parts.push(format!("({}, {})", self.repr(key)?, self.repr(value)?));
                }
                let inside = if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(", ")) };
                Ok(format!("OrderedDict({inside})"))
            }
            DictKind::Default(factory) => {
                let inside = self.repr_entries(&entries)?;
                Ok(format!("defaultdict({}, {inside})", self.repr(factory)?))
            }
            DictKind::Counter if entries.is_empty() => Ok("Counter()".to_owned()),
            DictKind::Counter => {
                entries.sort_by_key(|(_, count)| std::cmp::Reverse(integer(count)));
                Ok(format!("Counter({})", self.repr_entries(&entries)?))
            }
            _ => self.repr_entries(&entries),
        }
    }

    /// `{key: value, …}`.
    fn repr_entries(&mut self, entries: &[(Value, Value)]) -> Res<String> {
        let mut parts = Vec::new();
        for (key, value) in entries {
            parts.push(format!("{}: {}", self.repr(key)?, self.repr(value)?));
        }
        Ok(format!("{{{}}}", parts.join(", ")))
    }

    fn repr_instance(&mut self, value: &Value, instance: &Instance) -> Res<String> {
        if let Some(result) = self.call_special(value, symbol::REPR, &[])? {
            return self.text_result(&result, "__repr__");
        }
        let class = instance.class();
        if let Some(unknown) = &class.unknown {
            return Err(Stop::Unknown(unknown.clone()));
        }
        if class.is(Type::BaseException) {
            return Ok(format!("{}({})", class.name, self.reprs(&exception_args(instance))?));
        }
        if class.is(Type::Enum) {
            let attributes = instance.attributes.borrow().clone();
            let name = self.symbol("_name_");
            let inner = self.symbol("_value_");
            let name = attributes.get(&name).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
            let inner = attributes.get(&inner).cloned().unwrap_or(Value::None);
            return Ok(format!("<{}.{name}: {}>", class.name, self.repr(&inner)?));
        }
        match value.unwrapped() {
            Value::Instance(_) => Err(self.unknown(message!("address-of", class = class.name))),
            plain => self.repr_of(&plain),
        }
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
                    let args = exception_args(instance);
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

    /// An exception in one line, as the last line of a traceback has it.
    pub fn describe(&mut self, raised: &Raised) -> String {
        let name = match self.class_of(&raised.exception) {
            Ok(class) => match &*class.module {
                "builtins" | "__main__" => class.qualname.to_string(),
                _ => class.full_name(),
            },
            Err(_) => "Exception".to_owned(),
        };
        match self.str(&raised.exception) {
            Ok(text) if text.is_empty() => name,
            Ok(text) => format!("{name}: {text}"),
            Err(_) => name,
        }
    }
}

/// The arguments of an exception.
fn exception_args(instance: &Instance) -> Vec<Value> {
    match &*instance.base.borrow() {
        Value::Tuple(args) => args.items.clone(),
        _ => Vec::new(),
    }
}

/// `repr` of bytes.
fn repr_bytes(bytes: &[u8]) -> String {
    let escaped = |&b: &u8| match b {
        b'\\' => "\\\\".to_owned(),
        b'\'' => "\\'".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        0x20..0x7f => char::from(b).to_string(),
        _ => format!("\\x{b:02x}"),
    };
    format!("b'{}'", bytes.iter().map(escaped).collect::<String>())
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
