//! `weakref`: nothing dies while a program is looked at, so that weak references are plain ones.

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::{NativeFn, Value};
use super::{Counts, Library, nothing};

pub(super) static LIBRARY: Library = Library {
    packages: &["weakref"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["weakref.WeakKeyDictionary", "weakref.WeakValueDictionary", "weakref.WeakSet"],
};

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    Some(Value::Class(m.builtin(match path {
        "weakref.WeakKeyDictionary" | "weakref.WeakValueDictionary" => Type::Dict,
        "weakref.WeakSet" => Type::Set,
        _ => return None,
    })))
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("weakref.ref", |_, _, a| {
        let target = a.positional.into_iter().take(1).collect();
        Ok(Value::native_with("ref", target, |_, n, _| Ok(n.data.first().cloned().unwrap_or(Value::None))))
    }),
    ("weakref.proxy", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
    ("weakref.finalize", nothing),
];
