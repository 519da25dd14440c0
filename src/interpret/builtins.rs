//! Builtin functions, and what builtin types make when they are called.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::call::Taken;
use super::class::{Class, TYPES, Type, inherited_metaclass};
use super::iterate::{Iteration, State};
use super::key::Key;
use super::library::typing;
use super::machine::{Frame, Machine};
use super::methods::keys;
use super::operate::{float, floor_div, integer};
use super::symbol::{self};
use super::value::{
    Args, DictKind, Elements, Entries, Names, Namespace, NativeFn, Partial, Property, Range, Res, Stop, Super, Tuple,
    Value, View, ViewKind,
};
use crate::python::file::File;
use crate::python::ir::Binary;
use crate::python::parse;

/// The builtin functions.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("abs", |m, _, a| {
        let value = one(m, "abs", a)?;
        if let Some(result) = m.call_special(&value, symbol::ABS, &[])? {
            return Ok(result);
        }
        match value.unwrapped() {
            Value::Float(f) => Ok(Value::Float(f.abs())),
            Value::Unknown(_) => Ok(value),
            plain => match integer(&plain) {
                Some(i) => {
                    Ok(i.checked_abs().map_or_else(|| m.unknown_value("an integer of more than 64 bits"), Value::Int))
                }
                None => {
                    let name = m.type_name(&value);
                    Err(m.type_error(format!("bad operand type for abs(): '{name}'")))
                }
            },
        }
    }),
    ("all", |m, _, a| {
        let value = one(m, "all", a)?;
        if let Some(elements) = unordered(&value) {
            return m.every(&elements, true);
        }
        let iterator = m.iter(&value)?;
        while let Some(item) = m.next(&iterator)? {
            if !m.truth(&item)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    ("any", |m, _, a| {
        let value = one(m, "any", a)?;
        if let Some(elements) = unordered(&value) {
            return m.every(&elements, false);
        }
        let iterator = m.iter(&value)?;
        while let Some(item) = m.next(&iterator)? {
            if m.truth(&item)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    ("ascii", |m, _, a| {
        let value = one(m, "ascii", a)?;
        Ok(Value::str(&super::text::ascii(&m.repr(&value)?)))
    }),
    ("bin", |m, _, a| radix(m, "bin", a, |i| format!("0b{i:b}"))),
    ("oct", |m, _, a| radix(m, "oct", a, |i| format!("0o{i:o}"))),
    ("hex", |m, _, a| radix(m, "hex", a, |i| format!("0x{i:x}"))),
    ("callable", |m, _, a| {
        let value = one(m, "callable", a)?;
        Ok(match &value {
            Value::Unknown(_) => value,
            Value::Function(_) | Value::Method(_) | Value::Native(_) | Value::Class(_) | Value::Partial(_) => {
                Value::Bool(true)
            }
            Value::Instance(i) if i.class().unknown.is_some() => m.unknown_value("a class with an unknown base"),
            Value::Instance(i) => Value::Bool(i.class().lookup_own(symbol::CALL).is_some()),
            Value::Foreign(_) => m.unknown_value("whether such a value can be called"),
            _ => Value::Bool(false),
        })
    }),
    ("chr", |m, _, a| {
        let value = one(m, "chr", a)?;
        let code = m.index(&value)?;
        match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(c) => Ok(Value::str(&c.to_string())),
            None => Err(m.value_error("chr() arg not in range(0x110000)")),
        }
    }),
    ("ord", |m, _, a| {
        let value = one(m, "ord", a)?;
        let text = match value.unwrapped() {
            Value::Str(s) => s,
            other => {
                m.known(&other)?;
                let name = m.type_name(&other);
                return Err(m.type_error(format!("ord() expected string of length 1, but {name} found")));
            }
        };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Value::Int(i64::from(c as u32))),
            _ => {
                let message =
                    format!("ord() expected a character, but string of length {} found", text.chars().count());
                Err(m.type_error(message))
            }
        }
    }),
    ("delattr", |m, _, a| {
        let (value, name) = attribute(m, "delattr", &a)?;
        m.delete_attribute(&value, name)?;
        Ok(Value::None)
    }),
    ("divmod", |m, _, a| {
        let mut args = Taken::new("divmod", a);
        let (x, y) = (args.required(m, "x")?, args.required(m, "y")?);
        let (quotient, remainder) = match (float(&x), float(&y), integer(&x).and(integer(&y))) {
            (Some(a), Some(b), None) if b != 0.0 => {
                let (q, r) = floor_div(a, b);
                (Value::Float(q), Value::Float(r))
            }
            _ => (m.binary(Binary::FloorDiv, &x, &y)?, m.binary(Binary::Mod, &x, &y)?),
        };
        Ok(Value::tuple(vec![quotient, remainder]))
    }),
    ("format", |m, _, a| {
        let mut args = Taken::new("format", a);
        let value = args.required(m, "value")?;
        let spec = args.or(m, "format_spec", Value::str(""))?;
        let spec = m.str(&spec)?;
        Ok(Value::Str(m.format(&value, &spec)?))
    }),
    ("getattr", |m, _, a| {
        let (value, name) = attribute(m, "getattr", &a)?;
        match m.find_attribute(&value, name) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => match a.positional.get(2) {
                Some(default) => Ok(default.clone()),
                None => m.get_attribute(&value, name),
            },
            Err(Stop::Raise(raised))
                if a.positional.len() > 2 && m.class_of(&raised.exception)?.is(Type::AttributeError) =>
            {
                Ok(a.positional[2].clone())
            }
            Err(stop) => Err(stop),
        }
    }),
    ("hasattr", |m, _, a| {
        let (value, name) = attribute(m, "hasattr", &a)?;
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        match m.find_attribute(&value, name) {
            Ok(Some(Value::Unknown(u))) if matches!(value, Value::Instance(_)) && u.path.is_none() => {
                Ok(Value::Unknown(u))
            }
            Ok(found) => Ok(Value::Bool(found.is_some())),
            Err(Stop::Raise(raised)) if m.class_of(&raised.exception)?.is(Type::AttributeError) => {
                Ok(Value::Bool(false))
            }
            Err(stop) => Err(stop),
        }
    }),
    ("setattr", |m, _, a| {
        let (value, name) = attribute(m, "setattr", &a)?;
        let Some(new) = a.positional.get(2) else {
            return Err(m.type_error(format!("setattr expected 3 arguments, got {}", a.positional.len())));
        };
        m.set_attribute(&value, name, new.clone())?;
        Ok(Value::None)
    }),
    ("hash", |m, _, a| {
        let value = one(m, "hash", a)?;
        if let Some(result) = m.call_special(&value, symbol::HASH, &[])? {
            return Ok(result);
        }
        Key::new(m, &value)?;
        Ok(m.hash_value(&value))
    }),
    ("id", |m, _, a| {
        let value = one(m, "id", a)?;
        m.known(&value)?;
        Ok(Value::Int(value.identity() as i64))
    }),
    ("input", |m, _, _| Ok(m.unknown_value("what is typed"))),
    ("isinstance", |m, _, a| {
        let mut args = Taken::new("isinstance", a);
        let (value, class) = (args.required(m, "object")?, args.required(m, "class")?);
        args.done(m)?;
        m.is_instance(&value, &class)
    }),
    ("issubclass", |m, _, a| {
        let mut args = Taken::new("issubclass", a);
        let (value, class) = (args.required(m, "class")?, args.required(m, "class")?);
        args.done(m)?;
        match &value {
            Value::Class(own) => m.is_subclass(own, &class),
            Value::Unknown(_) => Ok(value),
            _ => Err(m.type_error("issubclass() arg 1 must be a class")),
        }
    }),
    ("iter", |m, _, a| {
        let mut args = Taken::new("iter", a);
        let value = args.required(m, "object")?;
        match args.optional(m, "sentinel")? {
            Some(sentinel) => Ok(Value::Iterator(Iteration::new(State::Sentinel(value, sentinel)))),
            None => Ok(Value::Iterator(m.iter(&value)?)),
        }
    }),
    ("len", |m, _, a| {
        let value = one(m, "len", a)?;
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        Ok(Value::Int(m.len(&value)?))
    }),
    ("max", |m, n, a| extreme(m, &n.name, a, Ordering::Greater)),
    ("min", |m, n, a| extreme(m, &n.name, a, Ordering::Less)),
    ("next", |m, _, a| {
        let mut args = Taken::new("next", a);
        let value = args.required(m, "iterator")?;
        let default = args.optional(m, "default")?;
        let found = match &value {
            Value::Iterator(iterator) => {
                let found = m.next(iterator)?;
                if found.is_none() && default.is_none() {
                    let result = iterator.result();
                    let args = if result.is_none() { Vec::new() } else { vec![result] };
                    return Err(m.error_with(Type::StopIteration, args));
                }
                found
            }
            _ => match m.call_special(&value, symbol::NEXT, &[]) {
                Ok(Some(found)) => Some(found),
                Ok(None) => {
                    m.known(&value)?;
                    let name = m.type_name(&value);
                    return Err(m.type_error(format!("'{name}' object is not an iterator")));
                }
                Err(Stop::Raise(raised))
                    if default.is_some() && m.class_of(&raised.exception)?.is(Type::StopIteration) =>
                {
                    None
                }
                Err(stop) => return Err(stop),
            },
        };
        Ok(found.or(default).unwrap_or(Value::None))
    }),
    ("open", |m, _, _| Err(m.unknown("a file that is opened"))),
    ("pow", |m, _, a| {
        let mut args = Taken::new("pow", a);
        let (x, y) = (args.required(m, "base")?, args.required(m, "exp")?);
        match args.optional(m, "mod")? {
            None | Some(Value::None) => m.binary(Binary::Pow, &x, &y),
            Some(modulus) => {
                let (mut base, mut exponent, modulus) = (m.index(&x)?, m.index(&y)?, m.index(&modulus)?);
                if exponent < 0 || modulus == 0 || modulus.abs() > 1 << 31 {
                    return Err(m.unknown("`pow` with such a modulus"));
                }
                let mut result = 1_i64.rem_euclid(modulus);
                base = base.rem_euclid(modulus);
                while exponent > 0 {
                    if exponent & 1 == 1 {
                        result = result * base % modulus;
                    }
                    base = base * base % modulus;
                    exponent >>= 1;
                }
                Ok(Value::Int(if modulus < 0 && result > 0 { result + modulus } else { result }))
            }
        }
    }),
    ("print", |m, _, mut a| {
        let mut taken = Taken::new("print", Args { positional: Vec::new(), keywords: std::mem::take(&mut a.keywords) });
        let sep = taken.keyword(symbol::SEP).unwrap_or(Value::None);
        let end = taken.keyword(symbol::END).unwrap_or(Value::None);
        let file = m.symbol("file");
        let file = taken.keyword(file).unwrap_or(Value::None);
        let mut parts = Vec::new();
        for value in &a.positional {
            parts.push(match value {
                Value::Unknown(_) => "?".into(),
                value => m.str(value)?,
            });
        }
        let sep = if sep.is_none() { " ".into() } else { m.str(&sep)? };
        let end = if end.is_none() { "\n".into() } else { m.str(&end)? };
        let text = parts.join(&sep);
        if !file.is_none() && !file.is(&m.library_value("sys.stdout")?) {
            return Ok(Value::None);
        }
        m.print(&text, &end)?;
        Ok(Value::None)
    }),
    ("repr", |m, _, a| {
        let value = one(m, "repr", a)?;
        if let Value::Unknown(_) = value {
            return Ok(value);
        }
        Ok(Value::Str(m.repr(&value)?))
    }),
    ("round", |m, _, a| {
        let mut args = Taken::new("round", a);
        let value = args.required(m, "number")?;
        let digits = args.or(m, "ndigits", Value::None)?;
        args.done(m)?;
        m.round(&value, &digits)
    }),
    ("sorted", |m, _, a| {
        let mut args = Taken::new("sorted", a);
        let value = args.required(m, "iterable")?;
        let key = args.keyword(symbol::KEY).unwrap_or(Value::None);
        let reverse = args.keyword(symbol::REVERSE).unwrap_or(Value::Bool(false));
        args.done(m)?;
        let items = match unordered(&value) {
            // A key may make different elements equal, and then their order shows.
            Some(items) if key.is_none() => items,
            _ => m.collect(&value)?,
        };
        let reverse = m.truth(&reverse)?;
        Ok(Value::list(m.sorted(items, &key, reverse)?))
    }),
    ("sum", |m, _, a| {
        let mut args = Taken::new("sum", a);
        let items = args.required(m, "iterable")?;
        let mut total = args.or(m, "start", Value::Int(0))?;
        args.done(m)?;
        if let Value::Str(_) = total {
            return Err(m.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
        }
        if let Some(elements) = unordered(&items)
            && elements.iter().all(|e| integer(e).is_some())
        {
            for item in elements {
                total = m.binary(Binary::Add, &total, &item)?;
            }
            return Ok(total);
        }
        let iterator = m.iter(&items)?;
        while let Some(item) = m.next(&iterator)? {
            total = m.binary(Binary::Add, &total, &item)?;
        }
        Ok(total)
    }),
    ("__import__", |m, _, a| {
        let mut args = Taken::new("__import__", a);
        let name = args.required(m, "name")?;
        let name = m.str(&name)?;
        let module = m.import(&name)?;
        match name.split_once('.') {
            Some((first, _)) => m.import(first),
            None => Ok(module),
        }
    }),
];

/// Builtin functions that look into the frame that calls them.
const FRAME_FUNCTIONS: &[&str] = &["locals", "globals", "vars", "dir", "eval", "exec"];

use std::cmp::Ordering;

fn one(m: &mut Machine, name: &str, a: Args) -> Res {
    match (a.positional.len(), a.keywords.is_empty()) {
        (1, true) => Ok(a.positional.into_iter().next().unwrap_or(Value::None)),
        (n, true) => Err(m.type_error(format!("{name}() takes exactly one argument ({n} given)"))),
        _ => Err(m.type_error(format!("{name}() takes no keyword arguments"))),
    }
}

fn attribute(m: &mut Machine, name: &str, a: &Args) -> Res<(Value, symbol::Symbol)> {
    let (Some(value), Some(attribute)) = (a.positional.first(), a.positional.get(1)) else {
        let message = format!("{name} expected at least 2 arguments, got {}", a.positional.len());
        return Err(m.type_error(message));
    };
    match attribute.unwrapped() {
        Value::Str(text) => Ok((value.clone(), m.symbol(&text))),
        other => {
            m.known(&other)?;
            let shown = m.type_name(&other);
            Err(m.type_error(format!("attribute name must be string, not '{shown}'")))
        }
    }
}

fn radix(m: &mut Machine, name: &str, a: Args, f: fn(u64) -> String) -> Res {
    let value = one(m, name, a)?;
    let i = m.index(&value)?;
    Ok(Value::str(&format!("{}{}", if i < 0 { "-" } else { "" }, f(i.unsigned_abs()))))
}

/// The elements of a set, where their order doesn't matter.
fn unordered(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Set(_) | Value::FrozenSet(_) => {
            Some(super::operate::elements(value).iter().map(|k| k.value().clone()).collect())
        }
        _ => None,
    }
}

fn extreme(m: &mut Machine, name: &str, a: Args, wanted: Ordering) -> Res {
    let mut args = Taken::new(name, a);
    let key = args.keyword(symbol::KEY).unwrap_or(Value::None);
    let default = args.keyword(symbol::DEFAULT);
    let mut items = args.rest();
    args.done(m)?;
    if let [value] = items.as_slice() {
        items = match unordered(value) {
            Some(items) if key.is_none() => items,
            _ => m.collect(value)?,
        };
    } else if items.is_empty() {
        return Err(m.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let mut best: Option<(Value, Value)> = None;
    for item in items {
        let rank = if key.is_none() { item.clone() } else { m.call(&key, Args::of(vec![item.clone()]))? };
        let better = match &best {
            None => true,
            Some((_, old)) => {
                let op = if wanted == Ordering::Greater {
                    crate::python::ir::Compare::Gt
                } else {
                    crate::python::ir::Compare::Lt
                };
                let result = m.compare(op, &rank, old)?;
                if let Value::Unknown(_) = result {
                    return Ok(result);
                }
                m.truth(&result)?
            }
        };
        if better {
            best = Some((item, rank));
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(m.value_error(format!("{name}() arg is an empty sequence"))),
    }
}

impl Machine {
    pub(super) fn fill_builtins(&mut self) {
        for &(kind, name, module, _) in TYPES {
            let hidden = [
                "NoneType",
                "ellipsis",
                "function",
                "module",
                "method",
                "generator",
                "iterator",
                "mappingproxy",
                "dict_keys",
                "dict_values",
                "dict_items",
            ];
            if module == "builtins"
                && !hidden.contains(&name)
                && !name.contains("builtin")
                && !name.contains("Implemented")
            {
                let class = Value::Class(self.builtin(kind));
                let symbol = self.symbol(name);
                self.builtins.insert(symbol, class);
            }
        }
        for name in ["NotImplementedError"] {
            if let Some(class) = self.builtin_named(name) {
                let symbol = self.symbol(name);
                self.builtins.insert(symbol, Value::Class(class));
            }
        }
        for &(name, call) in FUNCTIONS {
            let symbol = self.symbol(name);
            self.builtins.insert(symbol, Value::native(name, call));
        }
        for &name in FRAME_FUNCTIONS {
            let symbol = self.symbol(name);
            let call: NativeFn = |m, n, _| Err(m.unknown(format!("`{}` from there", n.name)));
            self.builtins.insert(symbol, Value::native_with(name, vec![Value::Unbound], call));
        }
        let not_implemented = self.symbol("NotImplemented");
        self.builtins.insert(not_implemented, Value::NotImplemented);
        let ellipsis = self.symbol("Ellipsis");
        self.builtins.insert(ellipsis, Value::Ellipsis);
        let debug = self.symbol("__debug__");
        self.builtins.insert(debug, Value::Bool(true));
        let os_error = self.builtin(Type::OSError);
        for alias in ["IOError", "EnvironmentError"] {
            let symbol = self.symbol(alias);
            self.builtins.insert(symbol, Value::Class(os_error.clone()));
        }
    }

    /// Keeps what the program prints.
    pub(super) fn print(&mut self, text: &str, end: &str) -> Res<()> {
        self.limit((self.output.len() / 64 + text.len()) as i64)?;
        self.spend(text.len() as u64 / 8)?;
        self.output.push_str(text);
        self.output.push_str(end);
        Ok(())
    }

    fn every(&mut self, elements: &[Value], wanted: bool) -> Res {
        for element in elements {
            if self.truth(element)? != wanted {
                return Ok(Value::Bool(!wanted));
            }
        }
        Ok(Value::Bool(wanted))
    }

    /// Elements in order; equal ones stay as they are.
    pub(super) fn sorted(&mut self, items: Vec<Value>, key: &Value, reverse: bool) -> Res<Vec<Value>> {
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let rank = if key.is_none() { item.clone() } else { self.call(key, Args::of(vec![item.clone()]))? };
            keyed.push((rank, item));
        }
        self.copied(keyed.len() * 8)?;
        // Merge sort, as a comparison may fail.
        let mut stop = None;
        let mut less = |machine: &mut Machine, a: &Value, b: &Value| -> bool {
            if stop.is_some() {
                return false;
            }
            let result = machine.compare(crate::python::ir::Compare::Lt, a, b).and_then(|r| machine.truth(&r));
            result.unwrap_or_else(|s| {
                stop = Some(s);
                false
            })
        };
        if reverse {
            keyed.reverse();
        }
        let mut width = 1;
        while width < keyed.len() {
            let mut merged = Vec::with_capacity(keyed.len());
            for run in keyed.chunks(width * 2) {
                let (left, right) = run.split_at(width.min(run.len()));
                let (mut i, mut j) = (0, 0);
                while i < left.len() || j < right.len() {
                    let take_right = j < right.len() && (i == left.len() || less(self, &right[j].0, &left[i].0));
                    if take_right {
                        merged.push(right[j].clone());
                        j += 1;
                    } else {
                        merged.push(left[i].clone());
                        i += 1;
                    }
                }
            }
            keyed = merged;
            width *= 2;
        }
        if let Some(stop) = stop {
            return Err(stop);
        }
        let mut items: Vec<Value> = keyed.into_iter().map(|(_, item)| item).collect();
        if reverse {
            items.reverse();
        }
        Ok(items)
    }

    fn round(&mut self, value: &Value, digits: &Value) -> Res {
        let name = self.symbol("__round__");
        if let Value::Instance(_) | Value::Foreign(_) = value {
            let args: Vec<Value> = if digits.is_none() { Vec::new() } else { vec![digits.clone()] };
            if let Some(result) = self.call_special(value, name, &args)? {
                return Ok(result);
            }
        }
        match (value.unwrapped(), digits) {
            (Value::Unknown(u), _) => Ok(Value::Unknown(u)),
            (Value::Float(f), Value::None) => {
                if f.is_nan() {
                    return Err(self.value_error("cannot convert float NaN to integer"));
                }
                if f.is_infinite() {
                    return Err(self.error(Type::OverflowError, "cannot convert float infinity to integer"));
                }
                Ok(self.whole(f.round_ties_even()))
            }
            (Value::Float(f), digits) => {
                let digits = self.index(digits)?;
                if !f.is_finite() || digits > 22 {
                    return Ok(Value::Float(f));
                }
                if digits < 0 {
                    let scale = 10_f64.powi(-digits.max(-400) as i32);
                    return Ok(Value::Float((f / scale).round_ties_even() * scale));
                }
                // Correctly rounded, as CPython does it: through the decimal digits.
                let text = format!("{f:.*}", digits as usize);
                Ok(text.parse().map_or(Value::Float(f), Value::Float))
            }
            (plain, digits) => {
                let Some(i) = integer(&plain) else {
                    let name = self.type_name(value);
                    return Err(self.type_error(format!("type {name} doesn't define __round__ method")));
                };
                let digits = if digits.is_none() { 0 } else { self.index(digits)? };
                if digits >= 0 {
                    return Ok(Value::Int(i));
                }
                let Some(scale) = u32::try_from(-digits).ok().and_then(|d| 10_i64.checked_pow(d)) else {
                    return Ok(Value::Int(0));
                };
                let (down, rest) = (i.div_euclid(scale), i.rem_euclid(scale));
                let up = rest * 2 > scale || (rest * 2 == scale && down % 2 != 0);
                Ok(Value::Int((down + i64::from(up)) * scale))
            }
        }
    }

    /// An integer from a whole float.
    pub(super) fn whole(&self, f: f64) -> Value {
        if f.abs() < 9.2e18 { Value::Int(f as i64) } else { self.unknown_value("an integer of more than 64 bits") }
    }

    pub(super) fn hash_value(&mut self, value: &Value) -> Value {
        match integer(value) {
            Some(i) if i.unsigned_abs() < (1 << 61) - 1 => Value::Int(if i == -1 { -2 } else { i }),
            _ => self.unknown_value("a hash"),
        }
    }

    /// `isinstance(value, class)`.
    pub fn is_instance(&mut self, value: &Value, class: &Value) -> Res {
        if let Value::Unknown(_) = value {
            return Ok(value.clone());
        }
        let own = self.class_of(value)?;
        self.is_subclass(&own, class)
    }

    /// `issubclass(own, class)`.
    pub(super) fn is_subclass(&mut self, own: &Rc<Class>, class: &Value) -> Res {
        match class {
            Value::Class(class) => {
                if own.derives(class) {
                    return Ok(Value::Bool(true));
                }
                if let Some(hook) = self.abstract_kinds(class) {
                    return Ok(Value::Bool(hook.iter().any(|&kind| own.is(kind))));
                }
                Ok(match &own.unknown {
                    Some(unknown) => Value::Unknown(unknown.clone()),
                    None => Value::Bool(false),
                })
            }
            Value::Tuple(classes) => {
                let mut unknown = None;
                for class in &classes.items {
                    match self.nested(|machine| machine.is_subclass(own, class))? {
                        Value::Bool(true) => return Ok(Value::Bool(true)),
                        Value::Bool(false) => {}
                        other => unknown = Some(other),
                    }
                }
                Ok(unknown.unwrap_or(Value::Bool(false)))
            }
            // `int | None`.
            Value::Native(n) if &*n.name == "types.UnionType" => {
                let none = Value::Class(self.builtin(Type::NoneType));
                let parts = n.data.iter().map(|v| if v.is_none() { none.clone() } else { v.clone() }).collect();
                self.is_subclass(own, &Value::tuple(parts))
            }
            Value::Unknown(_) => Ok(class.clone()),
            Value::Native(form) => match typing::origin(self, form)? {
                Some(class) => self.is_subclass(own, &class),
                None => Ok(self.unknown_value("`isinstance` of such a type")),
            },
            Value::Library(_) => Ok(self.unknown_value("`isinstance` of such a type")),
            _ => Err(self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
        }
    }

    /// The builtin types that count as instances of an abstract class of `collections.abc` or `numbers`.
    fn abstract_kinds(&self, class: &Rc<Class>) -> Option<&'static [Type]> {
        Some(match (&*class.module, &*class.name) {
            ("collections.abc", "Sequence") => &[Type::List, Type::Tuple, Type::Str, Type::Range, Type::Bytes],
            ("collections.abc", "MutableSequence") => &[Type::List],
            ("collections.abc", "Mapping" | "MutableMapping") => &[Type::Dict],
            ("collections.abc", "Set") => &[Type::Set, Type::FrozenSet],
            ("collections.abc", "Iterable") => &[
                Type::List,
                Type::Tuple,
                Type::Str,
                Type::Range,
                Type::Bytes,
                Type::Dict,
                Type::Set,
                Type::FrozenSet,
                Type::Iterator,
                Type::Generator,
            ],
            ("collections.abc", "Callable") => {
                &[Type::Function, Type::Builtin, Type::Method, Type::Type, Type::Partial]
            }
            ("numbers", "Number" | "Real" | "Complex") => &[Type::Int, Type::Float],
            ("numbers", "Integral" | "Rational") => &[Type::Int],
            _ => return None,
        })
    }

    pub(super) fn dir(&mut self, value: &Value) -> Res {
        let mut names: Vec<Rc<str>> = Vec::new();
        match value {
            Value::Instance(i) => {
                names.extend(i.attributes.borrow().keys().map(|&k| self.text(k)));
                for class in i.class().order() {
                    names.extend(class.namespace.borrow().keys().map(|&k| self.text(k)));
                }
            }
            Value::Class(class) => {
                for class in class.order() {
                    names.extend(class.namespace.borrow().keys().map(|&k| self.text(k)));
                }
            }
            Value::Module(module) => {
                self.force_all(module)?;
                names.extend(module.names.borrow().keys().map(|&k| self.text(k)));
            }
            Value::Library(path) => {
                let path = path.clone();
                names.extend(self.library_names(&path).into_iter().map(Rc::from));
            }
            _ => return Err(self.unknown("`dir` of such a value")),
        }
        names.sort();
        names.dedup();
        Ok(Value::list(names.into_iter().map(Value::Str).collect()))
    }

    /// `locals()` as a snapshot.
    fn locals(&mut self, frame: &Frame) -> Value {
        let mut entries = Entries::default();
        if let Some(scope) = &frame.scope {
            for (name, value) in scope.borrow().iter() {
                entries.insert(Key::str(&self.text(*name)), value.clone());
            }
            return Value::dict(entries);
        }
        let Some(function) = &frame.function else {
            return Value::Names(Rc::new(Names::Module(frame.module.clone())));
        };
        let ir = function.code.file.program.function(function.id);
        for (name, value) in ir.slots.iter().zip(&frame.slots) {
            let value = match value {
                Value::Cell(cell) => cell.borrow().clone(),
                other => other.clone(),
            };
            let symbol = function.code.symbols[name.index()];
            if !matches!(value, Value::Unbound) && symbol != symbol::CLASS {
                entries.insert(Key::str(&self.text(symbol)), value);
            }
        }
        Value::dict(entries)
    }

    /// A builtin function that looks into the frame that calls it.
    pub(super) fn call_frame_builtin(&mut self, frame: &mut Frame, name: &str, args: Args) -> Res {
        match name {
            "locals" => Ok(self.locals(frame)),
            "globals" => Ok(Value::Names(Rc::new(Names::Module(frame.module.clone())))),
            "vars" => match args.positional.first() {
                None => Ok(self.locals(frame)),
                Some(value) => self.get_attribute(value, symbol::DICT),
            },
            "dir" => match args.positional.first() {
                None => {
                    let locals = self.locals(frame);
                    let mut names = self.collect(&locals)?;
                    names = self.sorted(names, &Value::None, false)?;
                    Ok(Value::list(names))
                }
                Some(value) => self.dir(&value.clone()),
            },
            _ => self.run_text(frame, name, &args),
        }
    }

    /// `eval` and `exec` of a text that the program made.
    fn run_text(&mut self, frame: &mut Frame, name: &str, args: &Args) -> Res {
        let text = match args.positional.first().map(Value::unwrapped) {
            Some(Value::Str(text)) => text,
            Some(Value::Unknown(u)) => return Err(Stop::Unknown(u)),
            _ => return Err(self.unknown(format!("`{name}` of something else than text"))),
        };
        let globals = args.positional.get(1).cloned().filter(|v| !v.is_none());
        let locals = args.positional.get(2).cloned().filter(|v| !v.is_none());
        let module = match &globals {
            None => frame.module.clone(),
            Some(Value::Names(names)) => match &**names {
                Names::Module(module) => module.clone(),
                _ => return Err(self.unknown(format!("`{name}` with such globals"))),
            },
            // Names of a dict are as good as locals.
            Some(_) => frame.module.clone(),
        };
        let snapshot = match (&locals, &globals) {
            (Some(locals), _) => locals.clone(),
            (None, Some(Value::Dict(_))) => globals.clone().unwrap_or(Value::None),
            (None, Some(_)) => Value::dict(Entries::default()),
            (None, None) => self.locals(frame),
        };
        let mut scope = Namespace::default();
        if let Value::Dict(_) = snapshot {
            for (key, value) in self.mapping_entries(&snapshot)? {
                if let Value::Str(key) = key {
                    scope.insert(self.symbol(&key), value);
                }
            }
        }
        self.spend(200 + text.len() as u64 * 4)?;
        if let Some(refusal) = parse::refusal(&text) {
            return Err(self.unknown(format!("a text that is {}", refusal.message)));
        }
        let program = if name == "eval" {
            parse::parse_expression(text.trim_start_matches([' ', '\t'])).map(|(program, id)| (program, Some(id)))
        } else {
            parse::parse_exec(&text).map(|program| (program, None))
        };
        let (program, id) = match program {
            Ok(parsed) => parsed,
            Err(error) => {
                let message = Value::str(&format!("invalid syntax: {}", error.message));
                return Err(self.error_with(Type::SyntaxError, vec![message]));
            }
        };
        let body = program.body;
        let file = std::sync::Arc::new(File::of_program("<string>", &text, program));
        let code = self.code(file);
        let mut inner = Frame::new(code.clone(), module);
        let scope = Rc::new(RefCell::new(scope));
        inner.scope = Some(scope.clone());
        if let Some(id) = id {
            return self.within(&mut inner, |machine, inner| machine.eval(&code, inner, id));
        }
        let known: Namespace = scope.borrow().clone();
        inner.enter(body);
        self.run(&mut inner)?;
        // What `exec` binds goes to the dict that it was given, or to the module's names.
        let target = locals.or(globals);
        for (name, value) in scope.take() {
            if known.get(&name).is_some_and(|old| old.is(&value)) {
                continue;
            }
            match &target {
                Some(target) => {
                    let key = Value::Str(self.text(name));
                    self.set_item(target, &key, value)?;
                }
                None if frame.function.is_none() && frame.scope.is_none() => {
                    self.set_global(&frame.module.clone(), name, value);
                }
                None => {}
            }
        }
        Ok(Value::None)
    }

    /// What a builtin type makes when it is called.
    pub(super) fn construct_builtin(&mut self, kind: Type, class: &Rc<Class>, args: Args) -> Res {
        let mut taken = Taken::new(&class.name, args.clone());
        match kind {
            Type::Object => Ok(Value::Instance(self.instance(class, Value::Unbound))),
            Type::Type => self.construct_type(args),
            Type::Bool => {
                let value = taken.or(self, "x", Value::Bool(false))?;
                if let Value::Unknown(_) = value {
                    return Ok(value);
                }
                Ok(Value::Bool(self.truth(&value)?))
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
                    _ => Err(self.unknown("bytes from such a value")),
                }
            }
            Type::List => {
                let value = taken.optional(self, "iterable")?;
                taken.done(self)?;
                let items = value.map_or(Ok(Vec::new()), |v| self.collect(&v))?;
                Ok(Value::list(items))
            }
            Type::Tuple => self.construct_tuple(class, args),
            Type::Set | Type::FrozenSet => {
                let value = taken.optional(self, "iterable")?;
                taken.done(self)?;
                let elements = value.map_or(Ok(Elements::default()), |v| keys(self, &v))?;
                Ok(if kind == Type::Set { Value::set(elements) } else { Value::FrozenSet(Rc::new(elements)) })
            }
            Type::Dict | Type::OrderedDict | Type::Mapping => {
                let mut entries = Entries::default();
                if let Some(other) = args.positional.first() {
                    for (key, value) in self.pairs(other)? {
                        entries.insert(Key::new(self, &key)?, value);
                    }
                }
                for (name, value) in args.keywords {
                    entries.insert(Key::str(&self.text(name)), value);
                }
                let kind = if kind == Type::OrderedDict { DictKind::Ordered } else { DictKind::Plain };
                Ok(Value::dict_of(entries, kind))
            }
            Type::DefaultDict => {
                let factory = taken.or(self, "default_factory", Value::None)?;
                let mut entries = Entries::default();
                if let Some(other) = taken.rest().first() {
                    for (key, value) in self.pairs(other)? {
                        entries.insert(Key::new(self, &key)?, value);
                    }
                }
                Ok(Value::dict_of(entries, DictKind::Default(factory)))
            }
            Type::Counter => {
                let mut entries = Entries::default();
                if let Some(other) = args.positional.first() {
                    match other {
                        Value::Dict(_) => {
                            for (key, value) in self.pairs(other)? {
                                entries.insert(Key::new(self, &key)?, value);
                            }
                        }
                        other => {
                            for item in self.collect(other)? {
                                let key = Key::new(self, &item)?;
                                let count = entries.get(&key).and_then(integer).unwrap_or(0);
                                entries.insert(key, Value::Int(count + 1));
                            }
                        }
                    }
                }
                for (name, value) in args.keywords {
                    entries.insert(Key::str(&self.text(name)), value);
                }
                Ok(Value::dict_of(entries, DictKind::Counter))
            }
            Type::Deque => {
                let items = taken.or(self, "iterable", Value::tuple(Vec::new()))?;
                let longest = taken.or(self, "maxlen", Value::None)?;
                if !longest.is_none() {
                    return Err(self.unknown("a deque with a limit"));
                }
                let items = self.collect(&items)?;
                Ok(Value::Instance(self.instance(class, Value::list(items))))
            }
            Type::Slice => {
                let rest = taken.rest();
                let bounds = match rest.as_slice() {
                    [stop] => [Value::None, stop.clone(), Value::None],
                    [start, stop] => [start.clone(), stop.clone(), Value::None],
                    [start, stop, step] => [start.clone(), stop.clone(), step.clone()],
                    _ => return Err(self.type_error("slice expected at least 1 argument, got 0")),
                };
                if bounds.iter().any(|bound| matches!(bound, Value::Slice(_))) {
                    return Err(self.unknown("a slice of slices"));
                }
                Ok(Value::Slice(Rc::new(bounds)))
            }
            Type::Range => {
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
            Type::Property | Type::CachedProperty => {
                let names = if kind == Type::Property { ["fget", "fset", "fdel"] } else { ["func", "", ""] };
                let mut parts = Vec::new();
                for name in names {
                    parts.push(if name.is_empty() { Value::None } else { taken.or(self, name, Value::None)? });
                }
                let cached = (kind == Type::CachedProperty).then_some(symbol::VALUE);
                let [get, set, delete] =
                    <[Value; 3]>::try_from(parts).unwrap_or([Value::None, Value::None, Value::None]);
                Ok(Value::Property(Rc::new(Property { get, set, delete, cached: Cell::new(cached) })))
            }
            Type::StaticMethod | Type::ClassMethod => {
                let function = taken.required(self, "function")?;
                if let Value::StaticMethod(_) | Value::ClassMethod(_) = function {
                    return Err(self.unknown("a static or class method of another"));
                }
                let function = Rc::new(function);
                Ok(match kind {
                    Type::StaticMethod => Value::StaticMethod(function),
                    _ => Value::ClassMethod(function),
                })
            }
            Type::Super => {
                let (class, receiver) = (taken.required(self, "type")?, taken.required(self, "object")?);
                match class {
                    Value::Class(class) => Ok(Value::Super(Rc::new(Super { class, receiver }))),
                    other => {
                        self.known(&other)?;
                        Err(self.type_error("super() argument 1 must be a type"))
                    }
                }
            }
            Type::Partial => {
                let mut args = args;
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
            Type::Enumerate => {
                let items = taken.required(self, "iterable")?;
                let start = taken.or(self, "start", Value::Int(0))?;
                taken.done(self)?;
                let (iterator, start) = (self.iter(&items)?, self.index(&start)?);
                Ok(Value::Iterator(Iteration::new(State::Enumerate(iterator, start))))
            }
            Type::Zip => {
                let strict = taken.keyword(symbol::STRICT).unwrap_or(Value::Bool(false));
                let strict = self.truth(&strict)?;
                let rest = taken.rest();
                taken.done(self)?;
                let iterators: Res<Vec<Rc<Iteration>>> = rest.iter().map(|v| self.iter(v)).collect();
                Ok(Value::Iterator(Iteration::new(State::Zip(iterators?, strict))))
            }
            Type::Map => {
                let function = taken.required(self, "function")?;
                let rest = taken.rest();
                if rest.is_empty() {
                    return Err(self.type_error("map() must have at least two arguments."));
                }
                let iterators: Res<Vec<Rc<Iteration>>> = rest.iter().map(|v| self.iter(v)).collect();
                Ok(Value::Iterator(Iteration::new(State::Map(function, iterators?))))
            }
            Type::Filter => {
                let (function, items) = (taken.required(self, "function")?, taken.required(self, "iterable")?);
                let iterator = self.iter(&items)?;
                Ok(Value::Iterator(Iteration::new(State::Filter(function, iterator))))
            }
            Type::Reversed => {
                let value = taken.required(self, "sequence")?;
                taken.done(self)?;
                if let Some(result) = self.call_special(&value, symbol::REVERSED, &[])? {
                    return Ok(result);
                }
                match value.unwrapped() {
                    Value::List(list) => {
                        let len = list.borrow().len();
                        Ok(Value::Iterator(Iteration::new(State::Reversed(list, len))))
                    }
                    Value::Iterator(_) | Value::Set(_) | Value::FrozenSet(_) | Value::Int(_) | Value::None => {
                        let name = self.type_name(&value);
                        Err(self.type_error(format!("'{name}' object is not reversible")))
                    }
                    Value::Instance(_) => {
                        let mut items = Vec::new();
                        for i in 0..self.len(&value)? {
                            items.push(self.get_item(&value, &Value::Int(i))?);
                        }
                        items.reverse();
                        Ok(Machine::iterator(items))
                    }
                    _ => {
                        let mut items = self.collect(&value)?;
                        items.reverse();
                        Ok(Machine::iterator(items))
                    }
                }
            }
            Type::NoneType => Ok(Value::None),
            _ if class.is(Type::BaseException) => {
                if !args.keywords.is_empty() && !class.is(Type::ImportError) {
                    return Err(self.type_error(format!("{}() takes no keyword arguments", class.name)));
                }
                Ok(Value::Instance(self.instance(class, Value::tuple(args.positional))))
            }
            _ => {
                let name = class.name.clone();
                Err(self.unknown(format!("a `{name}`")))
            }
        }
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
                    Some(None) => Ok(self.unknown_value("an integer of more than 64 bits")),
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

    pub(super) fn construct_tuple(&mut self, class: &Rc<Class>, args: Args) -> Res {
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
    pub(super) fn view_items(&mut self, view: &View) -> Res<Vec<Value>> {
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
