//! What yolint says, as data: a [`Message`] is an id and named values, and a [`Language`] puts it into words.
//!
//! The words stand in `en/` and `zh/`, one file a room, in Fluent's syntax; those in traditional characters are made from `zh/` when
//! it is read. `message!("id", name = value)` makes a message; a test holds that each id has words in all languages, with the same values.

mod data;
mod language;
mod speech;
mod taiwan;
mod texts;

pub use data::{Message, ToValue, Value, and, comma, or};
pub use language::Language;
pub use taiwan::{SIMPLIFIED, TRADITIONAL, WORDS, traditional};

/// Makes a [`Message`] of an id and named values: `message!("dead-layer", row = 3, module)`.
macro_rules! message {
    ($id:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::words::Message::new($id, vec![$((stringify!($name), $crate::words::value!($name $(= $value)?))),*])
    };
}
pub(crate) use message;

/// Makes a value of a message: of an expression, or of the variable of its name.
macro_rules! value {
    ($name:ident) => {
        $crate::words::ToValue::to_value(&$name)
    };
    ($name:ident = $value:expr) => {
        $crate::words::ToValue::to_value(&$value)
    };
}
pub(crate) use value;

/// Lets values of these types stand in messages as they are printed.
macro_rules! printed {
    ($($kind:ty),+ $(,)?) => {
        $(
            impl $crate::words::ToValue for $kind {
                fn to_value(&self) -> $crate::words::Value {
                    $crate::words::Value::Text(self.to_string())
                }
            }
        )+
    };
}
pub(crate) use printed;
