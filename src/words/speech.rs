//! Puts messages into words.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

use super::data::{Join, Message, Value};
use super::language::Language;
use super::{message, texts};

/// The largest whole number that Fluent's numbers hold exactly.
const MAX_EXACT: u128 = 1 << f64::MANTISSA_DIGITS;

impl Message {
    /// Says it in English, for programs, logs and tests.
    pub fn english(&self) -> String {
        Language::English.say(self)
    }
}

impl Language {
    /// Puts a message into words.
    pub fn say(self, message: &Message) -> String {
        if let [(_, Value::Text(words))] = message.values.as_slice()
            && message.is_verbatim()
        {
            return words.clone();
        }
        let args: FluentArgs<'_> = message.values.iter().map(|(name, value)| (*name, self.argument(value))).collect();
        texts::say(self, message.id, &args)
    }

    /// Puts what clap would say into words; none in clap's own language, and of what has no such words.
    #[cfg(feature = "cli")]
    pub fn clap(self, id: &str, values: &[(&str, &str)]) -> Option<Cow<'static, str>> {
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        texts::clap(self, id, (!values.is_empty()).then_some(&args))
    }

    fn argument(self, value: &Value) -> FluentValue<'_> {
        match value {
            Value::Number(n) if n.unsigned_abs() < MAX_EXACT => FluentValue::from(*n as i64),
            Value::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            value => FluentValue::String(Cow::Owned(self.words(value))),
        }
    }

    fn words(self, value: &Value) -> String {
        match value {
            Value::Number(n) => n.to_string(),
            Value::Text(text) => text.clone(),
            Value::Message(message) => self.say(message),
            Value::List(join, values) => self.list(*join, values),
        }
    }

    fn list(self, join: Join, values: &[Value]) -> String {
        let joined = |first: String, next: String, join: Join| match join {
            Join::And => self.say(&message!("list-and", first, next)),
            Join::Or => self.say(&message!("list-or", first, next)),
            Join::Comma => self.say(&message!("list-comma", first, next)),
        };
        let Some((last, others)) = values.split_last() else { return String::new() };
        let others = others.iter().map(|value| self.words(value));
        match others.reduce(|first, next| joined(first, next, Join::Comma)) {
            Some(others) => joined(others, self.words(last), join),
            None => self.words(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{and, comma, or};

    #[test]
    fn lists_are_joined_as_the_language_joins_them() {
        let said = |language: Language, list: Value| language.words(&list);
        assert_eq!(said(Language::English, and([3, 4, 5])), "3, 4 and 5");
        assert_eq!(said(Language::Chinese, and([3, 4, 5])), "3、4 和 5");
        assert_eq!(said(Language::English, or(["n", "s"])), "n or s");
        assert_eq!(said(Language::Chinese, or(["n", "s"])), "n 或 s");
        assert_eq!(said(Language::English, comma([1, 2])), "1, 2");
        assert_eq!(said(Language::Chinese, comma([1, 2])), "1、2");
        assert_eq!(said(Language::English, and([7])), "7");
    }

    #[test]
    fn large_numbers_keep_their_digits() {
        let message = message!("list-comma", first = u64::MAX, next = i64::MIN);
        assert_eq!(Language::English.say(&message), "18446744073709551615, -9223372036854775808");
    }
}
