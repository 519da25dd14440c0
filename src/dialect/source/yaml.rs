//! YAML as PyYAML loads it: the model file, a dict of the program, and `yaml` for what the program loads itself.

use std::rc::Rc;
use std::sync::Arc;

use crate::interpret::value::{Entries, NativeFn};
use crate::interpret::{Args, Counts, Key, Library, Machine, Native, Res, Value};
use crate::model::{self, Cell, Model, Row};
use crate::python::Literal;
use crate::syntax;
use crate::words::message;

/// PyYAML, as far as programs read settings with it.
pub(super) static LIBRARY: Library = Library {
    packages: &["yaml"],
    counts: Counts::First,
    functions: &[
        ("yaml.safe_load", loaded),
        ("yaml.load", loaded),
        ("yaml.full_load", loaded),
        ("yaml.unsafe_load", loaded),
    ],
    find: |m, path| LOADERS.contains(&path).then(|| loader(m, &path[5..])),
    others: &LOADERS,
};

const LOADERS: [&str; 6] =
    ["yaml.SafeLoader", "yaml.FullLoader", "yaml.Loader", "yaml.UnsafeLoader", "yaml.CSafeLoader", "yaml.CLoader"];

fn loader(m: &mut Machine, name: &str) -> Value {
    let refused: NativeFn = |m, _, _| Err(m.unknown(message!("yaml-loader")));
    Value::Class(m.native_class(name, "yaml", &[], vec![("__init__", Value::native_method("__init__", refused))]))
}

/// `yaml.load(stream)`: of a text or a file.
fn loaded(m: &mut Machine, _: &Native, a: Args) -> Res {
    let stream = a.positional.into_iter().next().unwrap_or(Value::None);
    let text = match &stream {
        Value::Unknown(_) => return Ok(stream),
        Value::Str(_) => stream,
        _ => {
            let name = m.symbol("read");
            let read = m.get_attribute(&stream, name)?;
            m.call(&read, Args::default())?
        }
    };
    let text: Arc<str> = m.str(&text)?.as_ref().into();
    m.limit(text.len() as i64)?;
    let parsed = syntax::parse_shared(&text);
    let model = model::read(&parsed.tree);
    if !parsed.errors.is_empty() || model.keys.is_empty() {
        return Err(m.unknown(message!("yaml-no-mapping")));
    }
    Ok(Value::dict(load(m, &model).0))
}

/// The dict of a file, and the lists of its rows.
pub(super) fn load(m: &mut Machine, model: &Model) -> (Entries, Vec<Value>) {
    let rows: Vec<Value> = model.rows.iter().map(|row| row_value(m, row)).collect();
    let mut entries = Entries::default();
    for key in &model.keys {
        let value = match model.sections.iter().find(|section| section.name == key.name) {
            Some(section) => Value::list(rows[section.rows.clone()].to_vec()),
            None => cell_value(m, &key.value),
        };
        entries.insert(text_key(&key.name), value);
    }
    (entries, rows)
}

/// A key of a dict.
pub(super) fn text_key(name: &str) -> Key {
    Key::str(&Rc::from(name))
}

fn row_value(m: &mut Machine, row: &Row) -> Value {
    if !row.is_list {
        return m.unknown_value(message!("row-not-list"));
    }
    Value::list(row.cells.iter().map(|cell| cell_value(m, cell)).collect())
}

fn cell_value(m: &mut Machine, cell: &Cell) -> Value {
    match &cell.value {
        Literal::List(_) | Literal::Tuple(_) => {
            Value::list(cell.items.iter().map(|item| cell_value(m, item)).collect())
        }
        Literal::Other(text) if text == "{}" || !cell.names.is_empty() => {
            let mut entries = Entries::default();
            for ((name, _), item) in cell.names.iter().zip(&cell.items) {
                let value = cell_value(m, item);
                entries.insert(text_key(name), value);
            }
            Value::dict(entries)
        }
        value => value_of(m, value),
    }
}

/// A value as PyYAML loads it.
pub(super) fn value_of(m: &mut Machine, value: &Literal) -> Value {
    match value {
        Literal::None => Value::None,
        Literal::Bool(b) => Value::Bool(*b),
        Literal::Int(i) => Value::Int(*i),
        Literal::Float(f) => Value::Float(*f),
        Literal::Str(s) => Value::str(s),
        Literal::List(items) | Literal::Tuple(items) => {
            Value::list(items.iter().map(|item| value_of(m, item)).collect())
        }
        Literal::Other(text) => m.unknown_value(message!("in-yaml", text)),
    }
}

/// A value of the program as the framework prints it among a row's arguments.
pub(super) fn literal(m: &mut Machine, value: &Value) -> Literal {
    match value {
        Value::None => Literal::None,
        Value::Bool(b) => Literal::Bool(*b),
        Value::Int(i) => Literal::Int(*i),
        Value::Float(f) => Literal::Float(*f),
        Value::Str(s) => Literal::Str(s.to_string()),
        Value::List(list) => {
            let items = list.borrow().clone();
            Literal::List(items.iter().map(|item| literal(m, item)).collect())
        }
        Value::Tuple(tuple) if tuple.class.is_none() => {
            Literal::Tuple(tuple.items.iter().map(|item| literal(m, item)).collect())
        }
        _ => Literal::Other(m.repr(value).map_or("?".to_owned(), |text| text.to_string())),
    }
}
