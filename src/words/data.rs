//! Messages and their values.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

/// Something to say: which sentence, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The name of the sentence, the same in all languages.
    pub id: &'static str,
    /// What stands in it, by name.
    pub values: Vec<(&'static str, Value)>,
}

/// Something that stands in a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number, by which words can be chosen: `1 row`, `2 rows`.
    Number(i128),
    /// A name, a formatted figure, or the words of a program.
    Text(String),
    /// Another message.
    Message(Box<Message>),
    /// Several, joined as the language joins them.
    List(Join, Vec<Value>),
}

/// How the values of a list are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Join {
    /// `1, 2 and 3`
    And,
    /// `1, 2 or 3`
    Or,
    /// `1, 2, 3`
    Comma,
}

/// Joins values as `1, 2 and 3`.
pub fn and<T: ToValue>(values: impl IntoIterator<Item = T>) -> Value {
    Value::list(Join::And, values)
}

/// Joins values as `1, 2 or 3`.
pub fn or<T: ToValue>(values: impl IntoIterator<Item = T>) -> Value {
    Value::list(Join::Or, values)
}

/// Joins values as `1, 2, 3`.
pub fn comma<T: ToValue>(values: impl IntoIterator<Item = T>) -> Value {
    Value::list(Join::Comma, values)
}

impl Message {
    /// The id of what is said as it is: the words of a program.
    pub(super) const VERBATIM: &str = "verbatim";

    /// Makes a message; `message!` is shorter.
    pub const fn new(id: &'static str, values: Vec<(&'static str, Value)>) -> Message {
        Message { id, values }
    }

    /// Whether it is said as it is.
    pub fn is_verbatim(&self) -> bool {
        self.id == Message::VERBATIM
    }

    /// What it tells: of one that only says another as a sentence, that other one.
    pub fn told(&self) -> &Message {
        match (self.id, self.values.as_slice()) {
            ("fault", [(_, Value::Message(told))]) => told,
            _ => self,
        }
    }

    /// The values for programs: numbers and texts, messages as `{"id": …, "values": …}`, lists as lists.
    pub fn values_json(&self) -> Json {
        Json::Object(Map::from_iter(self.values.iter().map(|(name, value)| ((*name).to_owned(), value.json()))))
    }
}

impl Value {
    fn list<T: ToValue>(join: Join, values: impl IntoIterator<Item = T>) -> Value {
        Value::List(join, values.into_iter().map(|value| value.to_value()).collect())
    }

    fn json(&self) -> Json {
        match self {
            Value::Number(n) => i64::try_from(*n).map_or_else(|_| json!(n.to_string()), |n| json!(n)),
            Value::Text(text) => json!(text),
            Value::Message(message) if message.is_verbatim() => {
                message.values.first().map_or(Json::Null, |(_, words)| words.json())
            }
            Value::Message(message) => json!({ "id": message.id, "values": message.values_json() }),
            Value::List(_, values) => values.iter().map(Value::json).collect(),
        }
    }
}

/// What is said as it is.
impl From<String> for Message {
    fn from(words: String) -> Message {
        Message::new(Message::VERBATIM, vec![("words", Value::Text(words))])
    }
}

impl From<&str> for Message {
    fn from(words: &str) -> Message {
        words.to_owned().into()
    }
}

/// What can stand in a message.
pub trait ToValue {
    /// Returns the value.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for &mut T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for Rc<T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for Arc<T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl ToValue for Message {
    fn to_value(&self) -> Value {
        Value::Message(Box::new(self.clone()))
    }
}

super::printed!(str, String, Cow<'_, str>, f64, char, bool, std::path::Display<'_>, serde_json::Value);

macro_rules! numbers {
    ($($number:ty),+) => {
        $(
            impl ToValue for $number {
                fn to_value(&self) -> Value {
                    i128::try_from(*self).map_or_else(|_| Value::Text(self.to_string()), Value::Number)
                }
            }
        )+
    };
}
numbers!(u8, u32, i32, u64, i64, usize, isize, u128, i128);
