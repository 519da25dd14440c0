//! A model file as PyYAML loads it: a dict of the program.

use std::rc::Rc;

use crate::interpret::value::Entries;
use crate::interpret::{Key, Machine, Value};
use crate::model::{Cell, Model, Row};
use crate::python::Literal;

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
        return m.unknown_value("a row that isn't a list");
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
        Literal::Other(text) => m.unknown_value(format!("`{text}` in a YAML file")),
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
