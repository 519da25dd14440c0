//! Scalars are typed as PyYAML 6 types them.

use yolint::internals::syntax::{SyntaxErrorKind, Value, parse};

/// The Python type and `repr` of a value, as far as PyYAML's facts go.
fn python(value: &Value) -> (&'static str, String) {
    match value {
        Value::Null => ("NoneType", "None".to_owned()),
        Value::Bool(true) => ("bool", "True".to_owned()),
        Value::Bool(false) => ("bool", "False".to_owned()),
        Value::Int(int) => ("int", int.to_string()),
        Value::BigInt(text) => ("int", text.to_string()),
        Value::Float(float) if float.is_nan() => ("float", "nan".to_owned()),
        Value::Float(float) => ("float", format!("{float:?}")),
        Value::Str(text) => ("str", repr(text)),
        Value::Timestamp(text) if text.len() == 10 => ("date", text.to_string()),
        Value::Timestamp(text) => ("datetime", text.to_string()),
        Value::Binary(text) => ("bytes", text.to_string()),
        Value::Merge => ("merge", String::new()),
    }
}

fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    format!("{quote}{}{quote}", text.replace('\t', "\\t"))
}

#[test]
fn all_of_the_oracle() {
    let facts: serde_json::Value = serde_json::from_str(include_str!("pyyaml-6-scalars.json")).expect("JSON");
    let facts = facts.as_array().expect("a list");
    assert_eq!(facts.len(), 78);
    for fact in facts {
        let text = fact["text"].as_str().expect("a text");
        // The facts were taken from `[text]`: `1,000` is two items there, and the first one is looked at.
        let source = format!("[{text}]");
        let parse = parse(&source);
        if fact["error"].is_string() {
            assert!(!parse.errors.is_empty(), "{text} is refused by PyYAML");
            continue;
        }
        assert_eq!(parse.errors, [], "{text}");
        let items = parse.tree.root.as_ref().and_then(|root| root.as_seq()).expect("a list");
        let (kind, repr) = python(items[0].value().expect("a scalar"));
        assert_eq!(Some(kind), fact["type"].as_str(), "the type of {text}");
        if !kind.starts_with("date") {
            assert_eq!(Some(repr.as_str()), fact["value"].as_str(), "the value of {text}");
        }
    }
}

/// The value of a text that is one scalar, or the kind of its error.
fn only(text: &str) -> Result<String, SyntaxErrorKind> {
    let parse = parse(text);
    if let Some(error) = parse.errors.first() {
        return Err(error.kind);
    }
    let root = parse.tree.root.as_ref().expect("a value");
    let (kind, repr) = python(root.value().expect("a scalar"));
    Ok(format!("{kind} {repr}"))
}

/// Checked with PyYAML 6.0.3, `safe_load`.
#[test]
fn more_than_the_oracle() {
    for (text, expected) in [
        ("", None),
        ("0_", Some("int 0")),
        ("-0", Some("int 0")),
        ("08", Some("str '08'")),
        ("0_17", Some("int 15")),
        ("-0x1f", Some("int -31")),
        ("0X1F", Some("str '0X1F'")),
        ("0b", Some("str '0b'")),
        ("-1:30", Some("int -90")),
        ("1:60", Some("str '1:60'")),
        ("01:30", Some("str '01:30'")),
        ("9223372036854775808", Some("int 9223372036854775808")),
        ("-9223372036854775808", Some("int -9223372036854775808")),
        ("1_0.5_0", Some("float 10.5")),
        ("1.e+3", Some("float 1000.0")),
        (".5e-1", Some("float 0.05")),
        ("._5", Some("str '._5'")),
        ("+.INF", Some("float inf")),
        ("+.nan", Some("str '+.nan'")),
        ("1:30:00.5", Some("float 5400.5")),
        ("-1:30.", Some("float -90.0")),
        ("1.2.3", Some("str '1.2.3'")),
        ("2024-1-1", Some("str '2024-1-1'")),
        ("2024-1-1 1:02:03.5 -5", Some("datetime 2024-1-1 1:02:03.5 -5")),
        ("yES", Some("str 'yES'")),
        ("tRUE", Some("str 'tRUE'")),
        ("!!str 12", Some("str '12'")),
        ("!!int '0x1F'", Some("int 31")),
        ("!!float 1e3", Some("float 1000.0")),
        ("!!bool 'ON'", Some("bool True")),
        ("!!null anything", Some("NoneType None")),
        ("!!binary aGk=", Some("bytes aGk=")),
        ("!<tag:yaml.org,2002:str> 12", Some("str '12'")),
        ("%TAG !y! tag:yaml.org,2002:\n--- !y!str 12", Some("str '12'")),
        (r#""\x41\u00e9\U0001F680\/\_""#, Some("str 'Aé🚀/\u{a0}'")),
        ("'two\n  lines\n\n  and one'", Some("str 'two lines\nand one'")),
        ("\"joined \\\n   up\"", Some("str 'joined up'")),
        ("a\n b\n\n c", Some("str 'a b\nc'")),
        ("|\n a\n  b\n\n", Some("str 'a\n b\n'")),
        ("|+\n a\n\n", Some("str 'a\n\n'")),
        ("|-\n a\n", Some("str 'a'")),
        ("|2\n   a\n", Some("str ' a\n'")),
        (">\n a\n b\n\n c\n  d\n", Some("str 'a b\nc\n d\n'")),
    ] {
        match expected {
            Some(expected) => assert_eq!(only(text).as_deref(), Ok(expected), "{text:?}"),
            None => assert!(parse(text).tree.root.is_none()),
        }
    }
}

/// Each is refused by PyYAML 6.0.3.
#[test]
fn refused_scalars() {
    use SyntaxErrorKind::*;
    for (text, expected) in [
        ("0x_", InvalidValue),
        ("2024-13-01", InvalidValue),
        ("2023-02-29", InvalidValue),
        ("2024-01-01T24:00:00Z", InvalidValue),
        ("!!int twelve", InvalidValue),
        ("!!timestamp now", InvalidValue),
        ("!!binary a", InvalidValue),
        ("!!python/none ''", UnknownTag),
        ("!Conv x", UnknownTag),
        ("!!seq x", UnknownTag),
        ("!x!y z", InvalidTag),
        ("a: =", InvalidValue),
        ("a: <<", InvalidValue),
        (r#""\q""#, InvalidEscape),
        (r#""\x4""#, InvalidEscape),
        (r#""\UFFFFFFFF""#, InvalidEscape),
        ("|0\n a", InvalidBlockScalar),
        ("@a", NotAllowedCharacter),
        ("a: `b`", NotAllowedCharacter),
        ("a: %b", NotAllowedCharacter),
        ("a: \u{1}", ControlCharacter),
    ] {
        assert_eq!(only(text), Err(expected), "{text:?}");
    }
    let digits = "9".repeat(4301);
    assert_eq!(only(&digits), Err(InvalidValue));
}
