//! Keys of dicts and elements of sets: hash and equality as Python has them, for values whose class doesn't say otherwise.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::machine::Machine;
use super::symbol;
use super::value::{Res, Value};
use crate::words::message;

/// A hashable value.
#[derive(Clone)]
pub struct Key(Value);

impl Key {
    /// The key of a value, or a `TypeError` if it isn't hashable.
    pub fn new(machine: &mut Machine, value: &Value) -> Res<Key> {
        check(machine, value)?;
        Ok(Key(value.clone()))
    }

    /// The key of a string.
    pub fn str(text: &Rc<str>) -> Key {
        Key(Value::Str(text.clone()))
    }

    /// The value itself.
    pub(super) fn into_value(self) -> Value {
        self.0
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

fn check(machine: &mut Machine, value: &Value) -> Res<()> {
    match value {
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Slice(_) | Value::Names(_) => {
            let name = machine.type_name(value);
            Err(machine.type_error(format!("unhashable type: '{name}'")))
        }
        Value::Unknown(u) if u.path.is_none() => Err(super::value::Stop::Unknown(u.clone())),
        Value::Tuple(tuple) => {
            machine.copied(tuple.items.len())?;
            machine.nested(|machine| tuple.items.iter().try_for_each(|item| check(machine, item)))
        }
        Value::FrozenSet(set) => {
            machine.copied(set.len())?;
            machine.nested(|machine| set.iter().try_for_each(|key| check(machine, key.value())))
        }
        Value::Str(text) => machine.spend(text.len() as u64 / 64),
        Value::Instance(instance) => {
            let class = instance.class();
            let (eq, hash) = (class.lookup_own(symbol::EQ), class.lookup_own(symbol::HASH));
            match (eq, hash) {
                (None, None) => check_base(machine, value),
                (_, Some(hash)) if hash.is_none() => {
                    Err(machine.type_error(format!("unhashable type: '{}'", class.name)))
                }
                (Some(_), None) => Err(machine.type_error(format!("unhashable type: '{}'", class.name))),
                _ => Err(machine.unknown(message!("key-of-own-hash", class = class.name))),
            }
        }
        _ => Ok(()),
    }
}

fn check_base(machine: &mut Machine, value: &Value) -> Res<()> {
    match value.unwrapped() {
        Value::Instance(_) => Ok(()),
        base => check(machine, &base),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        equal(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// Equality of hashable values.
fn equal(a: &Value, b: &Value) -> bool {
    use Value as V;
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return a == b;
    }
    match (a, b) {
        (V::Str(a), V::Str(b)) => a == b,
        (V::Tuple(a), V::Tuple(b)) => {
            a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| equal(a, b))
        }
        (V::FrozenSet(a), V::FrozenSet(b)) => **a == **b,
        (V::Range(a), V::Range(b)) => a == b,
        (V::Method(a), V::Method(b)) => equal(&a.function, &b.function) && a.receiver.is(&b.receiver),
        (V::Unknown(_), V::Unknown(_)) => a.is_same_import(b) == Some(true),
        (V::Instance(_), _) | (_, V::Instance(_)) => {
            let (base_a, base_b) = (a.unwrapped(), b.unwrapped());
            match (&base_a, &base_b) {
                (V::Instance(a), V::Instance(b)) => Rc::ptr_eq(a, b),
                (V::Instance(_), _) | (_, V::Instance(_)) => false,
                _ => equal(&base_a, &base_b),
            }
        }
        _ => a.is(b),
    }
}

/// A number that compares as Python's numbers do; integers beyond the precision of floats stay apart from floats.
#[derive(PartialEq)]
enum Number {
    Int(i64),
    Float(f64),
}

fn number(value: &Value) -> Option<Number> {
    match *value {
        Value::Bool(b) => Some(Number::Int(i64::from(b))),
        Value::Int(i) => Some(Number::Int(i)),
        Value::Float(f) => {
            let whole = f as i64;
            Some(if whole as f64 == f && f.abs() < 9.2e18 { Number::Int(whole) } else { Number::Float(f) })
        }
        _ => None,
    }
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match number(value) {
        Some(Number::Int(i)) => return i.hash(state),
        Some(Number::Float(f)) => return f.to_bits().hash(state),
        None => {}
    }
    match value {
        Value::Str(s) => s.hash(state),
        Value::Bytes(b) => b.hash(state),
        Value::Tuple(tuple) => tuple.items.iter().for_each(|item| hash(item, state)),
        Value::FrozenSet(set) => set.len().hash(state),
        Value::Range(range) => range.len().hash(state),
        Value::Library(path) => path.hash(state),
        Value::Native(n) if n.data.is_empty() => n.name.hash(state),
        Value::Method(m) => m.receiver.identity().hash(state),
        Value::None => 1u8.hash(state),
        Value::Unknown(u) => u.path.hash(state),
        Value::Instance(_) => match value.unwrapped() {
            Value::Instance(_) => value.identity().hash(state),
            base => hash(&base, state),
        },
        _ => value.identity().hash(state),
    }
}
