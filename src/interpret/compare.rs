//! Comparison: order, equality and truth.

use std::cmp::Ordering;
use std::rc::Rc;

use super::machine::Machine;
use super::operate::{float, integer, named_tuple};
use super::symbol::{self};
use super::value::{Res, Stop, Value};
use crate::python::ir::Compare;

impl Machine {
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
