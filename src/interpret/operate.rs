//! Operators of arithmetic.

use std::rc::Rc;

use super::class::Type;
use super::key::Key;
use super::machine::Machine;
use super::symbol::{self};
use super::value::{Dict, DictKind, Elements, Entries, Res, Stop, Value};
use crate::python::ir::{Binary, Unary};
use crate::words::message;

/// What an operator is called: its sign, the method, and the method of the right operand.
fn names(op: Binary) -> (&'static str, &'static str, &'static str, &'static str) {
    match op {
        Binary::Add => ("+", "__add__", "__radd__", "__iadd__"),
        Binary::Sub => ("-", "__sub__", "__rsub__", "__isub__"),
        Binary::Mult => ("*", "__mul__", "__rmul__", "__imul__"),
        Binary::Div => ("/", "__truediv__", "__rtruediv__", "__itruediv__"),
        Binary::FloorDiv => ("//", "__floordiv__", "__rfloordiv__", "__ifloordiv__"),
        Binary::Mod => ("%", "__mod__", "__rmod__", "__imod__"),
        Binary::Pow => ("** or pow()", "__pow__", "__rpow__", "__ipow__"),
        Binary::MatMult => ("@", "__matmul__", "__rmatmul__", "__imatmul__"),
        Binary::LShift => ("<<", "__lshift__", "__rlshift__", "__ilshift__"),
        Binary::RShift => (">>", "__rshift__", "__rrshift__", "__irshift__"),
        Binary::BitOr => ("|", "__or__", "__ror__", "__ior__"),
        Binary::BitXor => ("^", "__xor__", "__rxor__", "__ixor__"),
        Binary::BitAnd => ("&", "__and__", "__rand__", "__iand__"),
    }
}

impl Machine {
    /// `left op right`.
    pub fn binary(&mut self, op: Binary, left: &Value, right: &Value) -> Res {
        if let (Value::Int(a), Value::Int(b)) = (left, right) {
            return self.integers(op, *a, *b);
        }
        if matches!(left, Value::Unknown(_)) || matches!(right, Value::Unknown(_)) {
            return Ok(self.first_unknown(&[left, right]));
        }
        if let Some(result) = self.overloaded(op, left, right)? {
            return Ok(result);
        }
        let (plain_left, plain_right) = (left.unwrapped(), right.unwrapped());
        match self.builtin_binary(op, &plain_left, &plain_right)? {
            Some(result) => Ok(result),
            None if op == Binary::Mult && is_sequence(left) != is_sequence(right) => {
                let (sequence, other) = if is_sequence(left) { (left, right) } else { (right, left) };
                match self.index(other) {
                    Ok(times) => self.binary(op, sequence, &Value::Int(times)),
                    Err(stop @ Stop::Unknown(_)) => Err(stop),
                    Err(_) => Err(self.unsupported("*", left, right)),
                }
            }
            None => {
                let sign = names(op).0;
                Err(self.unsupported(sign, left, right))
            }
        }
    }

    fn unsupported(&mut self, sign: &str, left: &Value, right: &Value) -> Stop {
        let (a, b) = (self.type_name(left), self.type_name(right));
        if let (Value::Str(_), "+") = (left, sign) {
            return self.type_error(format!("can only concatenate str (not \"{b}\") to str"));
        }
        if let (Value::List(_), "+") = (left, sign) {
            return self.type_error(format!("can only concatenate list (not \"{b}\") to list"));
        }
        if let (Value::Tuple(_), "+") = (left, sign) {
            return self.type_error(format!("can only concatenate tuple (not \"{b}\") to tuple"));
        }
        if sign == "*" && (is_sequence(left) || is_sequence(right)) {
            let other = if is_sequence(left) { b } else { a };
            return self.type_error(format!("can't multiply sequence by non-int of type '{other}'"));
        }
        self.type_error(format!("unsupported operand type(s) for {sign}: '{a}' and '{b}'"))
    }

    /// What the operands' classes say, if they say anything.
    fn overloaded(&mut self, op: Binary, left: &Value, right: &Value) -> Res<Option<Value>> {
        let object = |v: &Value| matches!(v, Value::Instance(_) | Value::Foreign(_)) || named_tuple(v);
        if !object(left) && !object(right) {
            return Ok(None);
        }
        let (_, own, reflected, _) = names(op);
        let (own, reflected) = (self.symbol(own), self.symbol(reflected));
        // The right operand comes first if its class is derived from the left one's.
        let derived = match (left, right) {
            (Value::Instance(a), Value::Instance(b)) => {
                !Rc::ptr_eq(&a.class(), &b.class()) && b.class().derives(&a.class())
            }
            _ => false,
        };
        let both = [(left, own, right), (right, reflected, left)];
        let order = if derived { [1, 0] } else { [0, 1] };
        for i in order {
            let (receiver, name, operand) = both[i];
            if object(receiver)
                && let Some(result) = self.call_special(receiver, name, std::slice::from_ref(operand))?
                && !matches!(result, Value::NotImplemented)
            {
                return Ok(Some(result));
            }
        }
        Ok(None)
    }

    /// `left op= right`.
    pub(super) fn in_place(&mut self, op: Binary, left: &Value, right: &Value) -> Res {
        match (op, left) {
            (Binary::Add, Value::List(list)) => {
                let items = self.collect(right)?;
                self.copied(list.borrow().len() + items.len())?;
                list.borrow_mut().extend(items);
                return Ok(left.clone());
            }
            (Binary::BitOr, Value::Dict(dict)) => {
                for (key, value) in self.mapping_entries(right)? {
                    let key = Key::new(self, &key)?;
                    dict.entries.borrow_mut().insert(key, value);
                }
                return Ok(left.clone());
            }
            (Binary::BitOr | Binary::BitAnd | Binary::Sub | Binary::BitXor, Value::Set(set)) => {
                if let Value::Set(result) = self.binary(op, left, right)? {
                    set.replace(result.take());
                }
                return Ok(left.clone());
            }
            (_, Value::Instance(_) | Value::Foreign(_)) => {
                let name = self.symbol(names(op).3);
                if let Some(result) = self.call_special(left, name, std::slice::from_ref(right))?
                    && !matches!(result, Value::NotImplemented)
                {
                    return Ok(result);
                }
                if let (Value::Instance(_), false) = (left, matches!(left.unwrapped(), Value::Instance(_))) {
                    let base = left.unwrapped();
                    if let Value::List(_) | Value::Dict(_) | Value::Set(_) = base {
                        self.in_place(op, &base, right)?;
                        return Ok(left.clone());
                    }
                }
            }
            _ => {}
        }
        self.binary(op, left, right)
    }

    fn wide(&self) -> Res {
        Ok(self.unknown_value(message!("integer-wide")))
    }

    fn integers(&mut self, op: Binary, a: i64, b: i64) -> Res {
        let result = match op {
            Binary::Add => a.checked_add(b),
            Binary::Sub => a.checked_sub(b),
            Binary::Mult => a.checked_mul(b),
            Binary::Div => {
                if b == 0 {
                    return Err(self.error(Type::ZeroDivisionError, "division by zero"));
                }
                return match (exact(a), exact(b)) {
                    (Some(x), Some(y)) => Ok(Value::Float(x / y)),
                    _ => Ok(self.unknown_value(message!("wide-division"))),
                };
            }
            Binary::FloorDiv if b == 0 => {
                return Err(self.error(Type::ZeroDivisionError, "integer division or modulo by zero"));
            }
            Binary::Mod if b == 0 => return Err(self.error(Type::ZeroDivisionError, "integer modulo by zero")),
            Binary::FloorDiv => a.checked_div(b).map(|q| if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q }),
            Binary::Mod => a.checked_rem(b).map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r }),
            Binary::Pow => {
                if b < 0 {
                    if a == 0 {
                        let message = "0.0 cannot be raised to a negative power";
                        return Err(self.error(Type::ZeroDivisionError, message));
                    }
                    return Ok(Value::Float((a as f64).powf(b as f64)));
                }
                match u32::try_from(b) {
                    Ok(b) => a.checked_pow(b),
                    Err(_) => matches!(a, -1..=1).then(|| if a == -1 && b % 2 != 0 { -1 } else { a * a }),
                }
            }
            Binary::LShift | Binary::RShift if b < 0 => return Err(self.value_error("negative shift count")),
            Binary::LShift => u32::try_from(b).ok().filter(|&b| b < 63).and_then(|b| {
                let shifted = a.checked_shl(b)?;
                (shifted >> b == a).then_some(shifted)
            }),
            Binary::RShift => Some(a >> b.min(63)),
            Binary::BitOr => Some(a | b),
            Binary::BitXor => Some(a ^ b),
            Binary::BitAnd => Some(a & b),
            Binary::MatMult => {
                return Err(self.unsupported("@", &Value::Int(a), &Value::Int(b)));
            }
        };
        result.map_or_else(|| self.wide(), |i| Ok(Value::Int(i)))
    }

    fn floats(&mut self, op: Binary, a: f64, b: f64) -> Res<Option<Value>> {
        Ok(Some(Value::Float(match op {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mult => a * b,
            Binary::Div if b == 0.0 => return Err(self.error(Type::ZeroDivisionError, "float division by zero")),
            Binary::Div => a / b,
            Binary::FloorDiv if b == 0.0 => {
                return Err(self.error(Type::ZeroDivisionError, "float floor division by zero"));
            }
            Binary::Mod if b == 0.0 => return Err(self.error(Type::ZeroDivisionError, "float modulo")),
            Binary::FloorDiv => floor_div(a, b).0,
            Binary::Mod => floor_div(a, b).1,
            Binary::Pow => {
                if a == 0.0 && b < 0.0 {
                    let message = "0.0 cannot be raised to a negative power";
                    return Err(self.error(Type::ZeroDivisionError, message));
                }
                let result = a.powf(b);
                if a < 0.0 && b.fract() != 0.0 {
                    return Ok(Some(self.unknown_value(message!("complex-number"))));
                }
                if result.is_infinite() && a.is_finite() && b.is_finite() {
                    let args = vec![Value::Int(34), Value::str("Numerical result out of range")];
                    return Err(self.error_with(Type::OverflowError, args));
                }
                result
            }
            _ => return Ok(None),
        })))
    }

    fn builtin_binary(&mut self, op: Binary, left: &Value, right: &Value) -> Res<Option<Value>> {
        use Value as V;
        if let (Some(a), Some(b)) = (integer(left), integer(right)) {
            if let (V::Bool(a), V::Bool(b)) = (left, right) {
                match op {
                    Binary::BitAnd => return Ok(Some(V::Bool(a & b))),
                    Binary::BitOr => return Ok(Some(V::Bool(a | b))),
                    Binary::BitXor => return Ok(Some(V::Bool(a ^ b))),
                    _ => {}
                }
            }
            return self.integers(op, a, b).map(Some);
        }
        if let (Some(a), Some(b)) = (float(left), float(right)) {
            return self.floats(op, a, b);
        }
        match (op, left, right) {
            (Binary::Add, V::Str(a), V::Str(b)) => {
                self.limit((a.len() + b.len()) as i64)?;
                Ok(Some(V::Str(format!("{a}{b}").into())))
            }
            (Binary::Add, V::Bytes(a), V::Bytes(b)) => {
                self.limit((a.len() + b.len()) as i64)?;
                Ok(Some(V::Bytes([&**a, &**b].concat().into())))
            }
            (Binary::Add, V::Tuple(a), V::Tuple(b)) => {
                self.copied(a.items.len() + b.items.len())?;
                Ok(Some(V::tuple([&*a.items, &*b.items].concat())))
            }
            (Binary::Add, V::List(a), V::List(b)) => {
                self.copied(a.borrow().len() + b.borrow().len())?;
                Ok(Some(V::list([&**a.borrow(), &**b.borrow()].concat())))
            }
            (Binary::Mult, sequence, count) | (Binary::Mult, count, sequence)
                if integer(count).is_some() && is_sequence(sequence) =>
            {
                let count = integer(count).unwrap_or(0).max(0);
                self.repeated(sequence, count).map(Some)
            }
            (Binary::Mod, V::Str(format), args) => Ok(Some(self.percent(format, args)?)),
            (Binary::BitOr, V::Dict(a), V::Dict(b)) if !matches!(a.kind, DictKind::Counter) => {
                let mut entries = a.entries.borrow().clone();
                for (key, value) in b.entries.borrow().iter() {
                    entries.insert(key.clone(), value.clone());
                }
                Ok(Some(V::dict_of(entries, a.kind.clone())))
            }
            (Binary::Add | Binary::Sub | Binary::BitAnd | Binary::BitOr, V::Dict(a), V::Dict(b))
                if matches!((&a.kind, &b.kind), (DictKind::Counter, DictKind::Counter)) =>
            {
                self.counters(op, a, b).map(Some)
            }
            (_, V::Set(_) | V::FrozenSet(_) | V::View(_), V::Set(_) | V::FrozenSet(_) | V::View(_)) => {
                let (a, b) = (super::methods::keys(self, left)?, super::methods::keys(self, right)?);
                let result: Elements = match op {
                    Binary::BitOr => a.union(&b).cloned().collect(),
                    Binary::BitAnd => a.intersection(&b).cloned().collect(),
                    Binary::Sub => a.difference(&b).cloned().collect(),
                    Binary::BitXor => a.symmetric_difference(&b).cloned().collect(),
                    _ => return Ok(None),
                };
                Ok(Some(match left {
                    V::FrozenSet(_) => V::FrozenSet(Rc::new(result.mixed())),
                    _ => V::set(result.mixed()),
                }))
            }
            // `int | None` in an annotation.
            (Binary::BitOr, V::Class(_) | V::None, V::Class(_) | V::None) => {
                Ok(Some(V::Native(Rc::new(super::value::Native {
                    name: "types.UnionType".into(),
                    call: |machine, _, _| Err(machine.type_error("Cannot instantiate typing.Union")),
                    binds: false,
                    data: vec![left.clone(), right.clone()],
                }))))
            }
            (Binary::BitOr, V::Native(n), _) | (Binary::BitOr, _, V::Native(n)) if is_type_form(&n.name) => {
                Ok(Some(self.opaque("typing.Union")))
            }
            (Binary::BitOr, V::Library(_) | V::Class(_), _) | (Binary::BitOr, _, V::Library(_) | V::Class(_)) => {
                Ok(Some(self.opaque("typing.Union")))
            }
            _ => Ok(None),
        }
    }

    fn counters(&mut self, op: Binary, a: &Rc<Dict>, b: &Rc<Dict>) -> Res {
        let mut entries = Entries::default();
        let (a, b) = (a.entries.borrow().clone(), b.entries.borrow().clone());
        for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))) {
            let count = |e: &Entries| e.get(key).and_then(integer).unwrap_or(0);
            let (x, y) = (count(&a), count(&b));
            let sum = match op {
                Binary::Add => x + y,
                Binary::Sub => x - y,
                Binary::BitAnd => x.min(y),
                _ => x.max(y),
            };
            if sum > 0 {
                entries.insert(key.clone(), Value::Int(sum));
            }
        }
        Ok(Value::dict_of(entries, DictKind::Counter))
    }

    fn repeated(&mut self, sequence: &Value, count: i64) -> Res {
        let size = |len: usize| (len as i64).saturating_mul(count);
        let times = count as usize;
        match sequence {
            Value::Str(s) => {
                self.limit(size(s.len()))?;
                Ok(Value::Str(s.repeat(times).into()))
            }
            Value::Bytes(b) => {
                self.limit(size(b.len()))?;
                Ok(Value::Bytes(b.repeat(times).into()))
            }
            Value::List(l) => {
                self.copied(size(l.borrow().len()).max(0) as usize)?;
                let items = l.borrow().clone();
                Ok(Value::list(items.iter().cycle().take(items.len() * times).cloned().collect()))
            }
            Value::Tuple(t) => {
                self.copied(size(t.items.len()).max(0) as usize)?;
                Ok(Value::tuple(t.items.iter().cycle().take(t.items.len() * times).cloned().collect()))
            }
            _ => Ok(Value::None),
        }
    }

    /// `op value`, but for `not`.
    pub(super) fn unary(&mut self, op: Unary, value: &Value) -> Res {
        let (sign, name) = match op {
            Unary::Minus => ("-", symbol::NEG),
            Unary::Plus => ("+", symbol::POS),
            _ => ("~", symbol::INVERT),
        };
        match (op, value) {
            (_, Value::Unknown(_)) => return Ok(value.clone()),
            (_, Value::Instance(_) | Value::Foreign(_)) => {
                if let Some(result) = self.call_special(value, name, &[])? {
                    return Ok(result);
                }
            }
            _ => {}
        }
        let plain = value.unwrapped();
        match (op, integer(&plain), &plain) {
            (Unary::Minus, Some(i), _) => i.checked_neg().map_or_else(|| self.wide(), |i| Ok(Value::Int(i))),
            (Unary::Plus, Some(i), _) => Ok(Value::Int(i)),
            (Unary::Invert, Some(i), _) => Ok(Value::Int(!i)),
            (Unary::Minus, None, Value::Float(f)) => Ok(Value::Float(-f)),
            (Unary::Plus, None, Value::Float(f)) => Ok(Value::Float(*f)),
            _ => {
                let name = self.type_name(value);
                Err(self.type_error(format!("bad operand type for unary {sign}: '{name}'")))
            }
        }
    }
}

pub(super) fn named_tuple(value: &Value) -> bool {
    matches!(value, Value::Tuple(t) if t.class.is_some())
}

fn is_sequence(value: &Value) -> bool {
    matches!(value, Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_))
}

fn is_type_form(name: &str) -> bool {
    name.starts_with("typing.") || name.starts_with("types.")
}

/// The integer that an int or bool is.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match *value {
        Value::Int(i) => Some(i),
        Value::Bool(b) => Some(i64::from(b)),
        _ => None,
    }
}

/// The number that a value is, as a float.
pub(super) fn float(value: &Value) -> Option<f64> {
    match *value {
        Value::Float(f) => Some(f),
        _ => integer(value).map(|i| i as f64),
    }
}

/// An integer as a float, if no precision is lost.
fn exact(i: i64) -> Option<f64> {
    (i.unsigned_abs() <= 1 << 53).then_some(i as f64)
}

/// Quotient and remainder as Python's `divmod` of floats gives them.
pub(super) fn floor_div(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 {
        if (b < 0.0) != (remainder < 0.0) {
            remainder += b;
            quotient -= 1.0;
        }
    } else {
        remainder = 0.0_f64.copysign(b);
    }
    if quotient != 0.0 {
        let floor = quotient.floor();
        quotient = if quotient - floor > 0.5 { floor + 1.0 } else { floor };
    } else {
        quotient = 0.0_f64.copysign(a / b);
    }
    (quotient, remainder)
}
