//! Operators: arithmetic, comparison, truth, membership, length.

use std::cmp::Ordering;
use std::rc::Rc;

use super::class::Type;
use super::key::Key;
use super::machine::Machine;
use super::symbol::{self, Symbol};
use super::value::{Dict, DictKind, Elements, Entries, Names, Res, Stop, Value};
use crate::python::ir::{Binary, Compare, Unary};

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
        if sign == "*" {
            let sequence = |v: &Value| matches!(v, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_));
            if sequence(left) || sequence(right) {
                let other = if sequence(left) { b } else { a };
                return self.type_error(format!("can't multiply sequence by non-int of type '{other}'"));
            }
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
        Ok(self.unknown_value("an integer of more than 64 bits"))
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
                    _ => Ok(self.unknown_value("a division of wide integers")),
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
                    return Ok(Some(self.unknown_value("a complex number")));
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
                    V::FrozenSet(_) => V::FrozenSet(Rc::new(result)),
                    _ => V::set(result),
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

    /// `left op right` for an ordering or equality; may be anything if a class says so.
    pub(super) fn compare(&mut self, op: Compare, left: &Value, right: &Value) -> Res {
        if let (Value::Int(a), Value::Int(b)) = (left, right) {
            return Ok(Value::Bool(holds(op, a.cmp(b))));
        }
        if matches!(left, Value::Unknown(_)) || matches!(right, Value::Unknown(_)) {
            return Ok(match (op, left.is_same_import(right)) {
                (Compare::Eq, Some(same)) => Value::Bool(same),
                (Compare::NotEq, Some(same)) => Value::Bool(!same),
                _ => self.first_unknown(&[left, right]),
            });
        }
        if let Some(result) = self.compare_overloaded(op, left, right)? {
            return Ok(result);
        }
        let (a, b) = (left.unwrapped(), right.unwrapped());
        match op {
            Compare::Eq => return Ok(Value::Bool(self.equal_plain(&a, &b)?)),
            Compare::NotEq => return Ok(Value::Bool(!self.equal_plain(&a, &b)?)),
            _ => {}
        }
        if let (Value::Set(_) | Value::FrozenSet(_), Value::Set(_) | Value::FrozenSet(_)) = (&a, &b) {
            let (a, b) = (super::methods::keys(self, &a)?, super::methods::keys(self, &b)?);
            return Ok(Value::Bool(match op {
                Compare::Lt => a.len() < b.len() && a.is_subset(&b),
                Compare::LtE => a.is_subset(&b),
                Compare::Gt => a.len() > b.len() && b.is_subset(&a),
                _ => b.is_subset(&a),
            }));
        }
        match self.ordering(op, &a, &b)? {
            Some(result) => Ok(result),
            None => {
                let sign = match op {
                    Compare::Lt => "<",
                    Compare::LtE => "<=",
                    Compare::Gt => ">",
                    _ => ">=",
                };
                let (a, b) = (self.type_name(left), self.type_name(right));
                Err(self.type_error(format!("'{sign}' not supported between instances of '{a}' and '{b}'")))
            }
        }
    }

    fn compare_overloaded(&mut self, op: Compare, left: &Value, right: &Value) -> Res<Option<Value>> {
        let object = |v: &Value| matches!(v, Value::Instance(_) | Value::Foreign(_)) || named_tuple(v);
        if !object(left) && !object(right) {
            return Ok(None);
        }
        let (own, reflected) = match op {
            Compare::Eq => (symbol::EQ, symbol::EQ),
            Compare::NotEq => (symbol::NE, symbol::NE),
            Compare::Lt => (symbol::LT, symbol::GT),
            Compare::LtE => (symbol::LE, symbol::GE),
            Compare::Gt => (symbol::GT, symbol::LT),
            _ => (symbol::GE, symbol::LE),
        };
        for (receiver, name, operand) in [(left, own, right), (right, reflected, left)] {
            if !object(receiver) {
                continue;
            }
            if let Some(result) = self.call_special(receiver, name, std::slice::from_ref(operand))?
                && !matches!(result, Value::NotImplemented)
            {
                return Ok(Some(result));
            }
            // Without `__ne__` it is the opposite of `__eq__`.
            if name == symbol::NE
                && let Some(result) = self.call_special(receiver, symbol::EQ, std::slice::from_ref(operand))?
                && !matches!(result, Value::NotImplemented)
            {
                return Ok(Some(Value::Bool(!self.truth(&result)?)));
            }
        }
        Ok(None)
    }

    fn ordering(&mut self, op: Compare, a: &Value, b: &Value) -> Res<Option<Value>> {
        if let (Some(a), Some(b)) = (integer(a), integer(b)) {
            return Ok(Some(Value::Bool(holds(op, a.cmp(&b)))));
        }
        if let (Some(x), Some(y)) = (float(a), float(b)) {
            let ordering = match (integer(a), integer(b)) {
                (Some(i), None) => compare_int_float(i, y),
                (None, Some(i)) => compare_int_float(i, x).map(Ordering::reverse),
                _ => x.partial_cmp(&y),
            };
            return Ok(Some(Value::Bool(ordering.is_some_and(|o| holds(op, o)))));
        }
        match (a, b) {
            (Value::Str(a), Value::Str(b)) => {
                self.spend(a.len().min(b.len()) as u64 / 256)?;
                Ok(Some(Value::Bool(holds(op, a.cmp(b)))))
            }
            (Value::Bytes(a), Value::Bytes(b)) => Ok(Some(Value::Bool(holds(op, a.cmp(b))))),
            (Value::List(_), Value::List(_)) | (Value::Tuple(_), Value::Tuple(_)) => {
                let (a, b) = (self.collect(a)?, self.collect(b)?);
                for (x, y) in a.iter().zip(&b) {
                    if !x.is(y) && !self.equal(x, y)? {
                        return self.nested(|machine| machine.compare(op, x, y)).map(Some);
                    }
                }
                Ok(Some(Value::Bool(holds(op, a.len().cmp(&b.len())))))
            }
            _ => Ok(None),
        }
    }

    /// Whether two values are equal.
    pub fn equal(&mut self, left: &Value, right: &Value) -> Res<bool> {
        if left.is(right) && !matches!(left, Value::Float(_)) {
            return Ok(true);
        }
        let result = self.compare(Compare::Eq, left, right)?;
        self.truth(&result)
    }

    fn equal_plain(&mut self, a: &Value, b: &Value) -> Res<bool> {
        self.spend(1 + a.as_str().map_or(0, str::len) as u64 / 256)?;
        match (a, b) {
            (Value::List(x), Value::List(y)) => {
                if Rc::ptr_eq(x, y) {
                    return Ok(true);
                }
                let (x, y) = (x.borrow().clone(), y.borrow().clone());
                self.all_equal(&x, &y)
            }
            (Value::Tuple(x), Value::Tuple(y)) => {
                let (x, y) = (x.clone(), y.clone());
                self.all_equal(&x.items, &y.items)
            }
            (Value::Dict(x), Value::Dict(y)) => {
                let (x, y) = (x.entries.borrow().clone(), y.entries.borrow().clone());
                self.copied(x.len() + y.len())?;
                if x.len() != y.len() {
                    return Ok(false);
                }
                self.nested(|machine| {
                    for (key, value) in &x {
                        match y.get(key) {
                            Some(other) if machine.equal(value, other)? => {}
                            _ => return Ok(false),
                        }
                    }
                    Ok(true)
                })
            }
            (Value::Set(_) | Value::FrozenSet(_), Value::Set(_) | Value::FrozenSet(_)) => {
                Ok(super::methods::keys(self, a)? == super::methods::keys(self, b)?)
            }
            (Value::Range(x), Value::Range(y)) => {
                Ok(x.len() == y.len() && (x.is_empty() || (x.start == y.start && (x.len() == 1 || x.step == y.step))))
            }
            (Value::Slice(x), Value::Slice(y)) => {
                let (x, y) = (x.clone(), y.clone());
                self.all_equal(&x[..], &y[..])
            }
            (Value::Method(x), Value::Method(y)) => Ok(x.function.is(&y.function) && x.receiver.is(&y.receiver)),
            _ => {
                if let (Some(x), Some(y)) = (float(a), float(b)) {
                    return Ok(match (integer(a), integer(b)) {
                        (Some(i), Some(j)) => i == j,
                        (Some(i), None) => compare_int_float(i, y) == Some(Ordering::Equal),
                        (None, Some(i)) => compare_int_float(i, x) == Some(Ordering::Equal),
                        (None, None) => x == y,
                    });
                }
                Ok(a.is(b))
            }
        }
    }

    fn all_equal(&mut self, a: &[Value], b: &[Value]) -> Res<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        self.copied(a.len() + b.len())?;
        self.nested(|machine| {
            for (x, y) in a.iter().zip(b) {
                if !x.is(y) && !machine.equal(x, y)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// Whether a value is true.
    pub fn truth(&mut self, value: &Value) -> Res<bool> {
        Ok(match value {
            Value::Bool(b) => *b,
            Value::None => false,
            Value::Int(i) => *i != 0,
            Value::Float(f) => *f != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::Bytes(b) => !b.is_empty(),
            Value::Tuple(t) => !t.items.is_empty(),
            Value::List(l) => !l.borrow().is_empty(),
            Value::Dict(d) => !d.entries.borrow().is_empty(),
            Value::Set(s) => !s.borrow().is_empty(),
            Value::FrozenSet(s) => !s.is_empty(),
            Value::Range(r) => !r.is_empty(),
            Value::Names(_) | Value::View(_) => self.len(value)? != 0,
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            Value::Foreign(foreign) => return foreign.clone().truth(self),
            Value::Instance(_) => {
                if let Some(result) = self.call_special(value, symbol::BOOL, &[])? {
                    return match result {
                        Value::Bool(b) => Ok(b),
                        other => {
                            self.known(&other)?;
                            let name = self.type_name(&other);
                            Err(self.type_error(format!("__bool__ should return bool, returned {name}")))
                        }
                    };
                }
                if let Some(len) = self.call_special(value, symbol::LEN, &[])? {
                    return self.truth(&len);
                }
                match value.unwrapped() {
                    Value::Instance(_) => true,
                    base => return self.truth(&base),
                }
            }
            _ => true,
        })
    }

    /// `item in container`.
    pub(super) fn contains(&mut self, container: &Value, item: &Value) -> Res {
        if let Value::Unknown(_) = container {
            return Ok(container.clone());
        }
        Ok(Value::Bool(match container {
            Value::Str(s) => match item {
                Value::Str(part) => {
                    self.spend(s.len() as u64 / 16)?;
                    s.contains(&**part)
                }
                Value::Unknown(_) => return Ok(item.clone()),
                _ => {
                    let name = self.type_name(item);
                    let message = format!("'in <string>' requires string as left operand, not {name}");
                    return Err(self.type_error(message));
                }
            },
            Value::Dict(d) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                d.entries.borrow().contains_key(&key)
            }
            Value::Set(s) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                s.borrow().contains(&key)
            }
            Value::FrozenSet(s) => {
                if let Value::Unknown(u) = item
                    && u.path.is_none()
                {
                    return Ok(item.clone());
                }
                let key = Key::new(self, item)?;
                s.contains(&key)
            }
            Value::Range(r) => match integer(item) {
                Some(i) => {
                    let distance = i.wrapping_sub(r.start);
                    !r.is_empty() && distance % r.step == 0 && (0..r.len()).contains(&(distance / r.step))
                }
                None => {
                    let items = self.collect(container)?;
                    return self.among(&items, item);
                }
            },
            Value::List(l) => {
                let items = l.borrow().clone();
                return self.among(&items, item);
            }
            Value::Tuple(t) => return self.among(&t.items, item),
            Value::View(view) if view.kind == super::value::ViewKind::Keys => {
                return self.contains(&view.dict.clone(), item);
            }
            Value::View(view) => {
                let items = self.view_items(view)?;
                return self.among(&items, item);
            }
            Value::Names(names) => match item {
                Value::Str(name) => {
                    let name = self.symbol(name);
                    self.named(names, name)?.is_some()
                }
                _ => false,
            },
            Value::Class(class) if class.is(Type::Enum) => match item {
                Value::Instance(i) => Rc::ptr_eq(&i.class(), class),
                _ => return Ok(self.unknown_value("membership of an enum")),
            },
            _ => {
                if let Some(result) = self.call_special(container, symbol::CONTAINS, std::slice::from_ref(item))? {
                    return Ok(match result {
                        Value::Unknown(_) => result,
                        other => Value::Bool(self.truth(&other)?),
                    });
                }
                let plain = container.unwrapped();
                if matches!(container, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.contains(&plain, item);
                }
                let iterator = match self.iter(container) {
                    Ok(iterator) => iterator,
                    Err(Stop::Raise(_)) => {
                        let name = self.type_name(container);
                        return Err(self.type_error(format!("argument of type '{name}' is not iterable")));
                    }
                    Err(stop) => return Err(stop),
                };
                while let Some(value) = self.next(&iterator)? {
                    if self.equal(&value, item)? {
                        return Ok(Value::Bool(true));
                    }
                }
                false
            }
        }))
    }

    fn among(&mut self, items: &[Value], item: &Value) -> Res {
        let mut unknown = None;
        for value in items {
            if value.is(item) {
                return Ok(Value::Bool(true));
            }
            let equal = self.compare(Compare::Eq, value, item)?;
            match equal {
                Value::Unknown(_) => unknown = Some(equal),
                other => {
                    if self.truth(&other)? {
                        return Ok(Value::Bool(true));
                    }
                }
            }
        }
        Ok(unknown.unwrap_or(Value::Bool(false)))
    }

    /// `len(value)`.
    pub fn len(&mut self, value: &Value) -> Res<i64> {
        Ok(match value {
            Value::Str(s) => s.chars().count() as i64,
            Value::Bytes(b) => b.len() as i64,
            Value::Tuple(t) => t.items.len() as i64,
            Value::List(l) => l.borrow().len() as i64,
            Value::Dict(d) => d.entries.borrow().len() as i64,
            Value::Set(s) => s.borrow().len() as i64,
            Value::FrozenSet(s) => s.len() as i64,
            Value::Range(r) => r.len(),
            Value::Names(_) => self.mapping_entries(value)?.len() as i64,
            Value::View(view) => self.len(&view.dict.clone())?,
            Value::Class(class) if class.is(Type::Enum) => self.enum_members(class).len() as i64,
            Value::Unknown(u) => return Err(Stop::Unknown(u.clone())),
            _ => {
                if let Some(result) = self.call_special(value, symbol::LEN, &[])? {
                    self.known(&result)?;
                    return match integer(&result) {
                        Some(i) if i >= 0 => Ok(i),
                        Some(_) => Err(self.value_error("__len__() should return >= 0")),
                        None => {
                            let name = self.type_name(&result);
                            Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")))
                        }
                    };
                }
                let plain = value.unwrapped();
                if matches!(value, Value::Instance(_)) && !matches!(plain, Value::Instance(_)) {
                    return self.len(&plain);
                }
                let name = self.type_name(value);
                return Err(self.type_error(format!("object of type '{name}' has no len()")));
            }
        })
    }

    /// The integer that an index or a count is.
    pub fn index(&mut self, value: &Value) -> Res<i64> {
        let plain = value.unwrapped();
        if let Some(i) = integer(&plain) {
            return Ok(i);
        }
        self.known(value)?;
        if let Some(result) = self.call_special(value, symbol::INDEX, &[])? {
            self.known(&result)?;
            if let Some(i) = integer(&result) {
                return Ok(i);
            }
        }
        let name = self.type_name(value);
        Err(self.type_error(format!("'{name}' object cannot be interpreted as an integer")))
    }

    /// The keys and values of a mapping.
    pub(super) fn mapping_entries(&mut self, value: &Value) -> Res<Vec<(Value, Value)>> {
        match value {
            Value::Dict(d) => {
                let entries = d.entries.borrow();
                self.copied(entries.len() * 6)?;
                Ok(entries.iter().map(|(k, v)| (k.value().clone(), v.clone())).collect())
            }
            Value::Names(names) => self.named_entries(names),
            Value::Unknown(u) => Err(Stop::Unknown(u.clone())),
            Value::Instance(_) if !matches!(value.unwrapped(), Value::Instance(_)) => {
                self.mapping_entries(&value.unwrapped())
            }
            Value::Instance(_) | Value::Foreign(_) => {
                let keys = self.symbol("keys");
                let Some(keys) = self.find_attribute(value, keys)? else {
                    let name = self.type_name(value);
                    return Err(self.type_error(format!("'{name}' object is not a mapping")));
                };
                let keys = self.call(&keys, Default::default())?;
                let mut entries = Vec::new();
                for key in self.collect(&keys)? {
                    let found = self.get_item(value, &key)?;
                    entries.push((key, found));
                }
                Ok(entries)
            }
            _ => {
                let name = self.type_name(value);
                Err(self.type_error(format!("'{name}' object is not a mapping")))
            }
        }
    }

    fn named_entries(&mut self, names: &Rc<Names>) -> Res<Vec<(Value, Value)>> {
        let all: Vec<(Symbol, Value)> = match &**names {
            Names::Module(module) => {
                self.force_all(module)?;
                module.names.borrow().iter().map(|(k, v)| (*k, v.clone())).collect()
            }
            Names::Instance(i) => i.attributes.borrow().iter().map(|(k, v)| (*k, v.clone())).collect(),
            Names::Class(c) => c.namespace.borrow().iter().map(|(k, v)| (*k, v.clone())).collect(),
        };
        Ok(all.into_iter().map(|(k, v)| (Value::Str(self.text(k)), v)).collect())
    }

    /// A name of a module or an attribute of an object, through its dict.
    pub(super) fn named(&mut self, names: &Names, name: Symbol) -> Res<Option<Value>> {
        match names {
            Names::Module(module) => self.global(module, name),
            Names::Instance(i) => Ok(i.attributes.borrow().get(&name).cloned()),
            Names::Class(c) => Ok(c.namespace.borrow().get(&name).cloned()),
        }
    }
}

fn named_tuple(value: &Value) -> bool {
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

fn holds(op: Compare, ordering: Ordering) -> bool {
    match op {
        Compare::Eq => ordering.is_eq(),
        Compare::NotEq => ordering.is_ne(),
        Compare::Lt => ordering.is_lt(),
        Compare::LtE => ordering.is_le(),
        Compare::Gt => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

fn compare_int_float(i: i64, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f >= 9.3e18 {
        return Some(Ordering::Less);
    }
    if f <= -9.3e18 {
        return Some(Ordering::Greater);
    }
    let whole = f.trunc();
    let ordering = i128::from(i).cmp(&(whole as i128));
    Some(ordering.then(0.0_f64.partial_cmp(&(f - whole)).unwrap_or(Ordering::Equal)))
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

pub(super) fn elements(value: &Value) -> Elements {
    match value {
        Value::Set(s) => s.borrow().clone(),
        Value::FrozenSet(s) => (**s).clone(),
        _ => Elements::default(),
    }
}
