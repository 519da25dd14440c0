//! Settings as they are written: values with their places, of YAML and of TOML alike.

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::syntax::{self, Node, NodeKind, Tree};
use crate::text::{LineIndex, Span};
use crate::words::{Message, message};

/// The most values that are read from a file: aliases of aliases could stand for any number.
const MAX_VALUES: usize = 100_000;

/// The greatest depth at which values are read: an alias can stand in what it names.
const MAX_DEPTH: usize = 32;

/// A value, and where it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    pub(super) span: Span,
    pub(super) value: Value,
    /// The entries of a mapping, or the items of a list, which are called `0`, `1`, ….
    pub(super) children: Vec<Child>,
}

/// An entry of a mapping, or an item of a list.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) name: String,
    pub(super) key: Span,
    pub(super) setting: Setting,
}

impl Setting {
    /// Returns the place of the value at `path`, or of its key; of the last one on the way that is written.
    pub(super) fn place(&self, path: &[String], of_key: bool) -> Span {
        let (mut span, mut setting) = (self.span, self);
        for name in path {
            let Some(child) = setting.children.iter().rev().find(|child| child.name == *name) else { break };
            setting = &child.setting;
            span = if of_key || setting.span.is_empty() { child.key } else { setting.span };
        }
        span
    }

    fn map(span: Span, children: Vec<Child>) -> Setting {
        let values: Map<String, Value> =
            children.iter().map(|child| (child.name.clone(), child.setting.value.clone())).collect();
        Setting { span, value: Value::Object(values), children }
    }

    fn list(span: Span, items: Vec<Setting>) -> Setting {
        let value = Value::Array(items.iter().map(|item| item.value.clone()).collect());
        let child = |(i, setting): (usize, Setting)| Child { name: i.to_string(), key: setting.span, setting };
        Setting { span, value, children: items.into_iter().enumerate().map(child).collect() }
    }
}

/// Reads YAML.
///
/// # Errors
/// What is wrong with its syntax.
pub(super) fn of_yaml(text: &str) -> Result<Setting, Vec<(Span, Message)>> {
    let parsed = syntax::parse(text);
    if !parsed.errors.is_empty() {
        return Err(parsed.errors.into_iter().map(|error| (error.span, error.message)).collect());
    }
    let mut left = MAX_VALUES;
    Ok(parsed.tree.root.as_ref().map(|root| of_node(&parsed.tree, root, 0, &mut left)).unwrap_or_default())
}

/// Finds the keys that a settings file has twice in one mapping: only the last one would count.
pub(super) fn keys_twice(text: &str) -> Vec<(Span, Message)> {
    let parsed = syntax::parse(text);
    let mut found = Vec::new();
    let mut nodes: Vec<&Node> = parsed.tree.root.iter().collect();
    while let Some(node) = nodes.pop() {
        match &node.kind {
            NodeKind::Mapping(mapping) => {
                for (_, again) in node.duplicates() {
                    let name = again.key.as_str().unwrap_or_else(|| again.key.text(&parsed.tree.text));
                    found.push((again.key.span, message!("setting-twice", name)));
                }
                nodes.extend(mapping.entries.iter().map(|entry| &entry.value));
            }
            NodeKind::Sequence(sequence) => nodes.extend(&sequence.items),
            _ => {}
        }
    }
    found
}

/// Reads YAML as plain values.
///
/// # Errors
/// The first thing that is wrong with its syntax, with its line.
pub fn yaml_value(text: &str) -> Result<Value, Message> {
    let read = of_yaml(text).map(|setting| setting.value);
    read.map_err(|problems| match problems.into_iter().next() {
        Some((span, problem)) => message!("in-line", line = LineIndex::new(text).human(text, span.start).0, problem),
        None => message!("no-yaml"),
    })
}

fn of_node(tree: &Tree, node: &Node, depth: usize, left: &mut usize) -> Setting {
    let span = node.span;
    *left = left.saturating_sub(1);
    let Some(target) = tree.resolve(node).filter(|_| *left > 0 && depth < MAX_DEPTH) else {
        return Setting { span, ..Setting::default() };
    };
    match &target.kind {
        NodeKind::Mapping(_) => {
            let mut children = Vec::new();
            for entry in tree.effective_entries(target) {
                let name = entry.key.as_str().unwrap_or_else(|| entry.key.text(&tree.text)).to_owned();
                children.push(Child {
                    name,
                    key: entry.key.span,
                    setting: of_node(tree, &entry.value, depth + 1, left),
                });
            }
            Setting::map(span, children)
        }
        NodeKind::Sequence(sequence) => {
            Setting::list(span, sequence.items.iter().map(|item| of_node(tree, item, depth + 1, left)).collect())
        }
        _ => Setting { span, value: scalar(target), children: Vec::new() },
    }
}

fn scalar(node: &Node) -> Value {
    use syntax::Value as Scalar;
    match node.value() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(bool)) => Value::Bool(*bool),
        Some(Scalar::Int(int)) => Value::from(*int),
        Some(Scalar::Float(float)) => Number::from_f64(*float).map_or(Value::Null, Value::Number),
        Some(Scalar::Str(text) | Scalar::BigInt(text) | Scalar::Timestamp(text) | Scalar::Binary(text)) => {
            Value::String(text.to_string())
        }
        Some(Scalar::Merge) => Value::String("<<".to_owned()),
    }
}

/// Reads `[tool.yolint]` of a `pyproject.toml`; none if it isn't there.
///
/// # Errors
/// What is wrong with the file's syntax.
pub(super) fn of_pyproject(text: &str) -> Result<Option<Setting>, Vec<(Span, Message)>> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().map_or(Span::default(), span_of);
        vec![(span, error.message().into())]
    })?;
    let tool = table.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table()?.get("yolint"));
    Ok(tool.map(of_toml))
}

fn of_toml(value: &Spanned<DeValue<'_>>) -> Setting {
    let span = span_of(value.span());
    let value = match value.get_ref() {
        DeValue::Table(table) => {
            let child = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let name: &std::borrow::Cow<'_, str> = key.get_ref();
                Child { name: name.to_string(), key: span_of(key.span()), setting: of_toml(value) }
            };
            let mut children: Vec<Child> = table.iter().map(child).collect();
            children.sort_by_key(|child| child.key);
            return Setting::map(span, children);
        }
        DeValue::Array(items) => return Setting::list(span, items.iter().map(of_toml).collect()),
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(bool) => Value::Bool(*bool),
        DeValue::Integer(int) => i64::from_str_radix(int.as_str(), int.radix()).map_or(Value::Null, Value::from),
        DeValue::Float(float) => {
            let number = float.as_str().parse().ok().and_then(Number::from_f64);
            number.map_or(Value::Null, Value::Number)
        }
        DeValue::Datetime(time) => Value::String(time.to_string()),
    };
    Setting { span, value, children: Vec::new() }
}

fn span_of(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'t>(text: &'t str, setting: &Setting, path: &str, of_key: bool) -> &'t str {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        setting.place(&path, of_key).text(text)
    }

    #[test]
    fn yaml_and_toml_have_places() {
        let yaml = "imgsz: [480, 640]\nrules:\n  bad-from: off\nextra: &x {a: 1}\nagain: *x\n";
        let setting = of_yaml(yaml).expect("YAML");
        let toml = "[project]\nname = 'x'\n[tool.yolint]\nimgsz = [480, 640]\nrules = { bad-from = false }\nextra = { a = 1 }\nagain = { a = 1 }\n";
        let of_toml = of_pyproject(toml).expect("TOML").expect("a table");
        assert_eq!(setting.value, of_toml.value);
        for (text, setting) in [(yaml, &setting), (toml, &of_toml)] {
            assert_eq!(place(text, setting, "imgsz.1", false), "640");
            assert_eq!(place(text, setting, "rules.bad-from", true), "bad-from");
            assert_eq!(place(text, setting, "rules.gone", true), "rules");
        }
        assert_eq!(place(yaml, &setting, "again.a", false), "1");
        assert!(of_pyproject("[tool.ruff]\n").expect("TOML").is_none());
        assert_eq!(of_pyproject("[tool\n").expect_err("no TOML").len(), 1);
    }

    #[test]
    fn aliases_of_aliases_end() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..9 {
            let before = format!("*a{}", i - 1);
            text += &format!("a{i}: &a{i} [{}]\n", [before.as_str(); 10].join(", "));
        }
        assert!(of_yaml(&text).is_ok());
        assert!(of_yaml("a: &a [*a]\n").is_ok());
    }
}
