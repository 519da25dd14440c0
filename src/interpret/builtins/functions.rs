//! The builtin functions.

use std::cmp::Ordering;

use crate::interpret::call::Taken;
use crate::interpret::class::Type;
use crate::interpret::container;
use crate::interpret::iterate::{Iteration, State};
use crate::interpret::key::Key;
use crate::interpret::library::files;
use crate::interpret::machine::Machine;
use crate::interpret::operate::{float, floor_div, integer};
use crate::interpret::symbol;
use crate::interpret::value::{Args, NativeFn, Res, Stop, Value};
use crate::python::ir::Binary;
use crate::words::message;

/// The builtin functions.
pub(super) const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("abs", |m, _, a| {
        let value = one(m, "abs", a)?;
        if let Some(result) = m.call_special(&value, symbol::ABS, &[])? {
            return Ok(result);
        }
        match value.unwrapped() {
            Value::Float(f) => Ok(Value::Float(f.abs())),
            Value::Unknown(_) => Ok(value),
            plain => match integer(&plain) {
                Some(i) => Ok(i.checked_abs().map_or_else(|| m.unknown_value(message!("integer-wide")), Value::Int)),
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
        Ok(Value::str(&crate::interpret::text::ascii(&m.repr(&value)?)))
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
            Value::Instance(i) if i.class().unknown.is_some() => m.unknown_value(message!("unknown-base")),
            Value::Instance(i) => Value::Bool(i.class().lookup_own(symbol::CALL).is_some()),
            Value::Foreign(_) => m.unknown_value(message!("whether-callable")),
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
    ("input", |m, _, _| Ok(m.unknown_value(message!("what-typed")))),
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
    ("open", files::open),
    ("pow", |m, _, a| {
        let mut args = Taken::new("pow", a);
        let (x, y) = (args.required(m, "base")?, args.required(m, "exp")?);
        match args.optional(m, "mod")? {
            None | Some(Value::None) => m.binary(Binary::Pow, &x, &y),
            Some(modulus) => {
                let (mut base, mut exponent, modulus) = (m.index(&x)?, m.index(&y)?, m.index(&modulus)?);
                if exponent < 0 || modulus == 0 || modulus.abs() > 1 << 31 {
                    return Err(m.unknown(message!("pow-modulus")));
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
            Some(container::elements(value).iter().map(|k| k.value().clone()).collect())
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
    fn every(&mut self, elements: &[Value], wanted: bool) -> Res {
        for element in elements {
            if self.truth(element)? != wanted {
                return Ok(Value::Bool(!wanted));
            }
        }
        Ok(Value::Bool(wanted))
    }

    /// Elements in order; equal ones stay as they are.
    pub(in crate::interpret) fn sorted(&mut self, items: Vec<Value>, key: &Value, reverse: bool) -> Res<Vec<Value>> {
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
    pub(in crate::interpret) fn whole(&self, f: f64) -> Value {
        if f.abs() < 9.2e18 { Value::Int(f as i64) } else { self.unknown_value(message!("integer-wide")) }
    }

    pub(in crate::interpret) fn hash_value(&mut self, value: &Value) -> Value {
        match integer(value) {
            Some(i) if i.unsigned_abs() < (1 << 61) - 1 => Value::Int(if i == -1 { -2 } else { i }),
            _ => self.unknown_value(message!("a-hash")),
        }
    }
}
