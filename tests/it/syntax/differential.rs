//! Another YAML library reads the same texts, and says the same but for the differences listed here.
//!
//! The library reads YAML 1.2 with a port of libyaml; PyYAML reads YAML 1.1. Where they disagree, PyYAML is right.

use super::pieces::{common_pieces, edited, edits};
use super::show::MODELS;
use proptest::prelude::*;
use serde_yaml::Value as Theirs;
use yolint::internals::syntax::{Node, NodeKind, SyntaxErrorKind, Tree, Value, parse};

/// Whether a value in PyYAML and one in the library differ in a known way.
type Known = fn(&Value, &Theirs) -> bool;

/// What a scalar may be in YAML 1.1 and 1.2. Each difference is one of the two specifications, unless it says otherwise.
const SCALARS: [(&str, Known); 8] = [
    ("`yes`, `no`, `on` and `off` are no truth values in 1.2", |ours, theirs| {
        matches!(ours, Value::Bool(_)) && is_one_of(theirs, &["yes", "no", "on", "off"])
    }),
    ("1.2 has no underscores, no sexagesimals, and no octals with a bare zero", |ours, theirs| {
        matches!(ours, Value::Int(_) | Value::Float(_) | Value::BigInt(_)) && theirs.is_string()
    }),
    (
        "a float needs no dot in 1.2, and no sign in its exponent",
        |ours, theirs| matches!((ours, theirs), (Value::Str(text), Theirs::Number(number)) if number.is_f64() && text.parse::<f64>().is_ok()),
    ),
    (
        "a sign may stand in front of `.5` and `.nan` in 1.2",
        |ours, theirs| matches!((ours, theirs), (Value::Str(text), Theirs::Number(number)) if number.is_f64() && text.starts_with(['+', '-'])),
    ),
    (
        "octals start with `0o` in 1.2",
        |ours, theirs| matches!((ours, theirs), (Value::Str(text), Theirs::Number(_)) if text.contains("0o")),
    ),
    ("1.2 has no dates", |ours, theirs| matches!(ours, Value::Timestamp(_)) && theirs.is_string()),
    ("1.2 has no merges: `<<` is a string there", |ours, theirs| {
        matches!(ours, Value::Merge) && theirs.as_str() == Some("<<")
    }),
    ("integers have 64 bits there: greater ones are floats or strings", |ours, theirs| {
        matches!(ours, Value::BigInt(_)) && (theirs.is_f64() || theirs.is_u64() || theirs.is_string())
    }),
];

fn is_one_of(theirs: &Theirs, words: &[&str]) -> bool {
    let text = theirs.as_str().map(str::to_ascii_lowercase);
    text.is_some_and(|text| words.contains(&text.as_str()))
}

/// What PyYAML refuses and the library takes.
const REFUSED_BY_PYYAML_ONLY: [(SyntaxErrorKind, &str); 9] = [
    (SyntaxErrorKind::TabSeparation, "PyYAML's scanner in Python knows no TABs between tokens"),
    (SyntaxErrorKind::RefusedByPython, "nor a `?` in a word between brackets, nor a comment right behind `|`"),
    (SyntaxErrorKind::InvalidTag, "nor a `,` behind a tag"),
    (SyntaxErrorKind::UnhashableKey, "Python's dictionaries take no lists as keys"),
    (SyntaxErrorKind::UnknownTag, "the library keeps unknown tags"),
    (SyntaxErrorKind::InvalidValue, "YAML 1.1 gives `=`, `<<` and dates a meaning"),
    (SyntaxErrorKind::InvalidMerge, "1.2 has no merges"),
    (SyntaxErrorKind::DuplicateAnchor, "YAML allows it, PyYAML's composer doesn't"),
    (SyntaxErrorKind::InvalidDirective, "PyYAML reads directives strictly"),
];

/// What the library refuses and PyYAML takes.
const REFUSED_BY_THE_LIBRARY_ONLY: [(&str, &str); 4] = [
    ("duplicate entry", "the last of equal keys wins in PyYAML"),
    ("recursion limit exceeded", "an alias inside of its own anchor is fine in PyYAML"),
    ("repetition limit exceeded", "and so are many aliases"),
    ("invalid type", "a tag that doesn't fit its value, which PyYAML's constructors coerce"),
];

fn same(tree: &Tree, ours: &Node, theirs: &Theirs, depth: usize) -> Result<(), String> {
    let Some(ours) = tree.resolve(ours) else {
        return Err("an alias without a target".to_owned());
    };
    // What is tagged in one of the two ways is typed by rules of its own.
    if depth > 40 || ours.tag().is_some() || matches!(theirs, Theirs::Tagged(_)) {
        return Ok(());
    }
    let differ = || Err(format!("{ours:?} is there {theirs:?}"));
    match (&ours.kind, theirs) {
        (NodeKind::Sequence(sequence), Theirs::Sequence(items)) if sequence.items.len() == items.len() => {
            let mut pairs = sequence.items.iter().zip(items);
            pairs.try_for_each(|(ours, theirs)| same(tree, ours, theirs, depth + 1))
        }
        (NodeKind::Mapping(mapping), Theirs::Mapping(entries)) if mapping.entries.len() == entries.len() => {
            let mut pairs = mapping.entries.iter().zip(entries);
            pairs.try_for_each(|(ours, (key, value))| {
                same(tree, &ours.key, key, depth + 1)?;
                same(tree, &ours.value, value, depth + 1)
            })
        }
        (NodeKind::Scalar(scalar), theirs) => {
            let equal = match (&scalar.value, theirs) {
                (Value::Null, Theirs::Null) => true,
                (Value::Bool(ours), Theirs::Bool(theirs)) => ours == theirs,
                (Value::Int(ours), Theirs::Number(theirs)) => theirs.as_i64() == Some(*ours),
                (Value::Float(ours), Theirs::Number(theirs)) => {
                    theirs.as_f64().is_some_and(|theirs| theirs == *ours || (theirs.is_nan() && ours.is_nan()))
                }
                (Value::Str(ours), Theirs::String(theirs)) => **ours == **theirs,
                (ours, theirs) => SCALARS.iter().any(|(_, known)| known(ours, theirs)),
            };
            if equal { Ok(()) } else { differ() }
        }
        _ => differ(),
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let parse = parse(text);
    let theirs = match serde_yaml::from_str::<Theirs>(text) {
        Ok(theirs) => theirs,
        Err(error) => {
            let message = error.to_string();
            let known = REFUSED_BY_THE_LIBRARY_ONLY.iter().any(|(known, _)| message.contains(known));
            prop_assert!(known || !parse.errors.is_empty(), "{:?} is refused: {}", text, message);
            return Ok(());
        }
    };
    let is_known = |kind| REFUSED_BY_PYYAML_ONLY.iter().any(|(known, _)| *known == kind);
    if let Some(error) = parse.errors.iter().find(|error| !is_known(error.kind)) {
        return Err(TestCaseError::fail(format!("{text:?} is fine there: {error:?}")));
    }
    if !parse.errors.is_empty() {
        return Ok(());
    }
    match &parse.tree.root {
        Some(root) => {
            same(&parse.tree, root, &theirs, 0).map_err(|message| TestCaseError::fail(format!("{text:?}: {message}")))
        }
        None => {
            prop_assert_eq!(theirs, Theirs::Null);
            Ok(())
        }
    }
}

#[test]
fn models() {
    for model in MODELS {
        check(model).expect("the same");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_pieces(pieces in prop::collection::vec(common_pieces(), 0..12)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn damaged_models(
        model in prop::sample::select(&MODELS[..]),
        edits in edits(common_pieces(), 6, 4),
    ) {
        check(&edited(model, &edits))?;
    }
}
