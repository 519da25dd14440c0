//! What builtin types make when they are called.

mod containers;
mod iterators;

use std::cell::Cell;
use std::rc::Rc;

use crate::interpret::call::Taken;
use crate::interpret::class::{Class, Type, inherited_metaclass};
use crate::interpret::machine::Machine;
use crate::interpret::operate::{float, integer};
use crate::interpret::symbol;
use crate::interpret::value::{Args, Partial, Property, Range, Res, Stop, Super, Tuple, Value, View, ViewKind};
use crate::words::message;

impl Machine {
    /// What a builtin type makes when it is called.
    pub(in crate::interpret) fn construct_builtin(&mut self, kind: Type, class: &Rc<Class>, args: Args) -> Res {
        let mut taken = Taken::new(&class.name, args.clone());
        match kind {
            Type::Object => Ok(Value::Instance(self.instance(class, Value::Unbound))),
            Type::Type => self.construct_type(args),
            Type::Bool => {
                let value = taken.or(self, "x", Value::Bool(false))?;
                if let Value::Unknown(_) = value {
                    return Ok(value);
                }
                match self.truth(&value) {
                    Err(Stop::Unknown(unknown)) if matches!(value, Value::Foreign(_)) => Ok(Value::Unknown(unknown)),
                    truth => truth.map(Value::Bool),
                }
            }
            Type::Int => self.construct_int(taken),
            Type::Float => self.construct_float(taken),
            Type::Str => {
                let value = taken.or(self, "object", Value::str(""))?;
                if let Value::Unknown(_) = value {
                    return Ok(value);
                }
                if let (Value::Bytes(bytes), true) = (&value, args.positional.len() > 1) {
                    return Ok(Value::str(&String::from_utf8_lossy(bytes)));
                }
                Ok(Value::Str(self.str(&value)?))
            }
            Type::Bytes => {
                let value = taken.or(self, "source", Value::Bytes(Rc::from([])))?;
                match &value {
                    Value::Bytes(_) => Ok(value),
                    Value::Str(s) if args.positional.len() > 1 => Ok(Value::Bytes(s.as_bytes().into())),
                    _ => Err(self.unknown(message!("bytes-from"))),
                }
            }
            Type::List => {
                let value = taken.optional(self, "iterable")?;
                taken.done(self)?;
                let items = value.map_or(Ok(Vec::new()), |v| self.collect(&v))?;
                Ok(Value::list(items))
            }
            Type::Tuple => self.construct_tuple(class, args),
            Type::Set | Type::FrozenSet => self.construct_set(kind, taken),
            Type::Dict | Type::OrderedDict | Type::Mapping => self.construct_dict(kind, args),
            Type::DefaultDict => self.construct_default_dict(taken),
            Type::Counter => self.construct_counter(args),
            Type::Deque => self.construct_deque(class, taken),
            Type::Slice => self.construct_slice(taken),
            Type::Range => self.construct_range(taken),
            Type::Property | Type::CachedProperty => self.construct_property(kind, taken),
            Type::StaticMethod | Type::ClassMethod => {
                let function = taken.required(self, "function")?;
                if let Value::StaticMethod(_) | Value::ClassMethod(_) = function {
                    return Err(self.unknown(message!("method-of-method")));
                }
                let function = Rc::new(function);
                Ok(match kind {
                    Type::StaticMethod => Value::StaticMethod(function),
                    _ => Value::ClassMethod(function),
                })
            }
            Type::Super => self.construct_super(taken),
            Type::Partial => self.construct_partial(args),
            Type::Enumerate => self.construct_enumerate(taken),
            Type::Zip => self.construct_zip(taken),
            Type::Map => self.construct_map(taken),
            Type::Filter => self.construct_filter(taken),
            Type::Reversed => self.construct_reversed(taken),
            Type::NoneType => Ok(Value::None),
            _ if class.is(Type::BaseException) => {
                if !args.keywords.is_empty() && !class.is(Type::ImportError) {
                    return Err(self.type_error(format!("{}() takes no keyword arguments", class.name)));
                }
                Ok(Value::Instance(self.instance(class, Value::tuple(args.positional))))
            }
            _ => {
                let name = class.name.clone();
                Err(self.unknown(message!("a-value", name)))
            }
        }
    }

    fn construct_slice(&mut self, mut taken: Taken<'_>) -> Res {
        let rest = taken.rest();
        let bounds = match rest.as_slice() {
            [stop] => [Value::None, stop.clone(), Value::None],
            [start, stop] => [start.clone(), stop.clone(), Value::None],
            [start, stop, step] => [start.clone(), stop.clone(), step.clone()],
            _ => return Err(self.type_error("slice expected at least 1 argument, got 0")),
        };
        if bounds.iter().any(|bound| matches!(bound, Value::Slice(_))) {
            return Err(self.unknown(message!("slice-of-slices")));
        }
        Ok(Value::Slice(Rc::new(bounds)))
    }

    fn construct_range(&mut self, mut taken: Taken<'_>) -> Res {
        let rest = taken.rest();
        taken.done(self)?;
        let mut numbers = Vec::new();
        for value in &rest {
            numbers.push(self.index(value)?);
        }
        let (start, stop, step) = match numbers.as_slice() {
            [stop] => (0, *stop, 1),
            [start, stop] => (*start, *stop, 1),
            [start, stop, step] => (*start, *stop, *step),
            [] => return Err(self.type_error("range expected at least 1 argument, got 0")),
            more => {
                let message = format!("range expected at most 3 arguments, got {}", more.len());
                return Err(self.type_error(message));
            }
        };
        if step == 0 {
            return Err(self.value_error("range() arg 3 must not be zero"));
        }
        Ok(Value::Range(Rc::new(Range { start, stop, step })))
    }

    fn construct_property(&mut self, kind: Type, mut taken: Taken<'_>) -> Res {
        let names = if kind == Type::Property { ["fget", "fset", "fdel"] } else { ["func", "", ""] };
        let mut parts = Vec::new();
        for name in names {
            parts.push(if name.is_empty() { Value::None } else { taken.or(self, name, Value::None)? });
        }
        let cached = (kind == Type::CachedProperty).then_some(symbol::VALUE);
        let [get, set, delete] = <[Value; 3]>::try_from(parts).unwrap_or([Value::None, Value::None, Value::None]);
        Ok(Value::Property(Rc::new(Property { get, set, delete, cached: Cell::new(cached) })))
    }

    fn construct_super(&mut self, mut taken: Taken<'_>) -> Res {
        let (class, receiver) = (taken.required(self, "type")?, taken.required(self, "object")?);
        match class {
            Value::Class(class) => Ok(Value::Super(Rc::new(Super { class, receiver }))),
            other => {
                self.known(&other)?;
                Err(self.type_error("super() argument 1 must be a type"))
            }
        }
    }

    fn construct_partial(&mut self, mut args: Args) -> Res {
        if args.positional.is_empty() {
            return Err(self.type_error("type 'partial' takes at least one argument"));
        }
        let function = args.positional.remove(0);
        // A partial of a partial is one.
        if let Value::Partial(inner) = &function {
            self.copied(inner.args.positional.len() + inner.args.keywords.len())?;
            let mut all = inner.args.clone();
            all.positional.append(&mut args.positional);
            for (name, value) in args.keywords {
                all.keywords.retain(|k| k.0 != name);
                all.keywords.push((name, value));
            }
            return Ok(Value::Partial(Rc::new(Partial { function: inner.function.clone(), args: all })));
        }
        Ok(Value::Partial(Rc::new(Partial { function, args })))
    }

    /// `type(value)`, or `type(name, bases, dict)`.
    fn construct_type(&mut self, args: Args) -> Res {
        match args.positional.as_slice() {
            [value] => {
                if let Value::Unknown(_) = value {
                    return Ok(value.clone());
                }
                Ok(Value::Class(self.class_of(value)?))
            }
            [_, bases, _] => {
                let bases = self.collect(bases)?;
                match inherited_metaclass(&bases) {
                    Some(metaclass) => self.construct_class(&metaclass, args),
                    None => self.plain_class(&self.builtin(Type::Type), &args),
                }
            }
            _ => Err(self.type_error("type() takes 1 or 3 arguments")),
        }
    }

    fn construct_int(&mut self, mut taken: Taken<'_>) -> Res {
        let value = taken.or(self, "x", Value::Int(0))?;
        let base = taken.optional(self, "base")?;
        taken.done(self)?;
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        if let Value::Instance(_) | Value::Foreign(_) = value {
            for name in [symbol::INT, symbol::INDEX] {
                if let Some(result) = self.call_special(&value, name, &[])? {
                    return Ok(result);
                }
            }
        }
        match value.unwrapped() {
            Value::Float(f) => {
                if f.is_nan() {
                    return Err(self.value_error("cannot convert float NaN to integer"));
                }
                if f.is_infinite() {
                    return Err(self.error(Type::OverflowError, "cannot convert float infinity to integer"));
                }
                Ok(self.whole(f.trunc()))
            }
            Value::Str(text) => {
                let base = match base {
                    Some(base) => self.index(&base)?,
                    None => 10,
                };
                match parse_int(&text, base) {
                    Some(Some(i)) => Ok(Value::Int(i)),
                    Some(None) => Ok(self.unknown_value(message!("integer-wide"))),
                    None => {
                        let shown = self.repr(&Value::Str(text))?;
                        Err(self.value_error(format!("invalid literal for int() with base {base}: {shown}")))
                    }
                }
            }
            plain => match integer(&plain) {
                Some(i) => Ok(Value::Int(i)),
                None => {
                    let name = self.type_name(&value);
                    let message =
                        format!("int() argument must be a string, a bytes-like object or a real number, not '{name}'");
                    Err(self.type_error(message))
                }
            },
        }
    }

    fn construct_float(&mut self, mut taken: Taken<'_>) -> Res {
        let value = taken.or(self, "x", Value::Float(0.0))?;
        taken.done(self)?;
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        if let Value::Instance(_) | Value::Foreign(_) = value
            && let Some(result) = self.call_special(&value, symbol::FLOAT, &[])?
        {
            return Ok(result);
        }
        match value.unwrapped() {
            Value::Str(text) => match parse_float(text.trim()) {
                Some(f) => Ok(Value::Float(f)),
                None => {
                    let shown = self.repr(&Value::Str(text))?;
                    Err(self.value_error(format!("could not convert string to float: {shown}")))
                }
            },
            plain => match float(&plain) {
                Some(f) => Ok(Value::Float(f)),
                None => {
                    let name = self.type_name(&value);
                    Err(self.type_error(format!("float() argument must be a string or a real number, not '{name}'")))
                }
            },
        }
    }

    pub(in crate::interpret) fn construct_tuple(&mut self, class: &Rc<Class>, args: Args) -> Res {
        if let Some(fields) = self.tuple_fields(class) {
            return self.construct_named_tuple(class, &fields, args);
        }
        let mut taken = Taken::new("tuple", args);
        let value = taken.optional(self, "iterable")?;
        taken.done(self)?;
        let items = value.map_or(Ok(Vec::new()), |v| self.collect(&v))?;
        let class = class.builtin.is_none().then(|| class.clone());
        Ok(Value::Tuple(Rc::new(Tuple { items, class })))
    }

    /// The elements of a dict's view.
    pub(in crate::interpret) fn view_items(&mut self, view: &View) -> Res<Vec<Value>> {
        let entries = self.mapping_entries(&view.dict)?;
        Ok(match view.kind {
            ViewKind::Keys => entries.into_iter().map(|(k, _)| k).collect(),
            ViewKind::Values => entries.into_iter().map(|(_, v)| v).collect(),
            ViewKind::Items => entries.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect(),
        })
    }
}

/// Reads an integer; the inner none stands for one that is too wide.
fn parse_int(text: &str, base: i64) -> Option<Option<i64>> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let mut base = u32::try_from(base).ok().filter(|b| *b == 0 || (2..=36).contains(b))?;
    let mut digits = lower.as_str();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if (base == 0 || base == radix) && digits.starts_with(prefix) {
            (base, digits) = (radix, digits[2..].strip_prefix('_').unwrap_or(&digits[2..]));
        }
    }
    if base == 0 {
        base = 10;
    }
    if digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let signed = if negative { format!("-{digits}") } else { digits };
    Some(i64::from_str_radix(&signed, base).ok())
}

fn parse_float(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let (sign, word) = match lower.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    match word {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let bad = word.starts_with('_') || word.ends_with('_') || word.contains("__");
    if bad || !word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let digits: String = word.chars().filter(|&c| c != '_').collect();
    digits.parse::<f64>().ok().map(|f| sign * f)
}
