//! Values by what they are: arguments, attributes and results, so that those of several runs can be compared and made again.

use std::rc::Rc;

use super::value::Value;

/// Lists and tuples in each other are looked into to so many levels.
const LEVELS: usize = 6;

/// A value by what it is. `T` stands for what isn't the same in each run by itself.
#[derive(Clone, PartialEq, Hash)]
pub enum Given<T> {
    None,
    Bool(bool),
    Int(i64),
    /// By its bits.
    Float(u64),
    Text(Rc<str>),
    Tuple(Vec<Given<T>>),
    List(Vec<Given<T>>),
    Other(T),
}

impl<T> Given<T> {
    /// A value, in which `other` tells what is no number, text, list or tuple; none if it can't tell.
    pub fn new(value: &Value, other: &mut dyn FnMut(&Value) -> Option<T>) -> Option<Given<T>> {
        Given::within(value, LEVELS, other)
    }

    fn within(value: &Value, levels: usize, other: &mut dyn FnMut(&Value) -> Option<T>) -> Option<Given<T>> {
        let mut all = |items: &[Value]| {
            let inner = levels.checked_sub(1)?;
            items.iter().map(|item| Given::within(item, inner, other)).collect::<Option<_>>()
        };
        Some(match value {
            Value::None => Given::None,
            Value::Bool(b) => Given::Bool(*b),
            Value::Int(i) => Given::Int(*i),
            Value::Float(f) => Given::Float(f.to_bits()),
            Value::Str(text) => Given::Text(text.clone()),
            Value::Tuple(tuple) if tuple.class.is_none() => Given::Tuple(all(&tuple.items)?),
            Value::List(list) => Given::List(all(&list.borrow())?),
            _ => Given::Other(other(value)?),
        })
    }

    /// The value anew, with what `other` makes of the rest.
    pub fn value(&self, other: &mut dyn FnMut(&T) -> Value) -> Value {
        let mut all = |items: &[Given<T>]| items.iter().map(|item| item.value(other)).collect();
        match self {
            Given::None => Value::None,
            Given::Bool(b) => Value::Bool(*b),
            Given::Int(i) => Value::Int(*i),
            Given::Float(bits) => Value::Float(f64::from_bits(*bits)),
            Given::Text(text) => Value::Str(text.clone()),
            Given::Tuple(items) => Value::tuple(all(items)),
            Given::List(items) => Value::list(all(items)),
            Given::Other(rest) => other(rest),
        }
    }

    /// Whether it stays what it is: there is no list in it.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Given::Tuple(items) => items.iter().all(Given::is_constant),
            Given::List(_) | Given::Other(_) => false,
            _ => true,
        }
    }
}
