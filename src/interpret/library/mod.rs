//! Libraries that the machine models instead of reading them, as tables of names.
//!
//! A library is found by the first part of a dotted name. What it doesn't have is a value that isn't known.

mod collections;
mod contextlib;
mod contextvars;
pub mod copy;
mod dataclasses;
mod enumeration;
mod exceptions;
pub(super) mod files;
mod functools;
mod importlib;
mod inspect;
mod itertools;
mod logging;
mod math;
pub(super) mod numpy;
mod pathlib;
mod re;
mod system;
pub(super) mod typing;
mod version;
mod weakref;

use std::rc::Rc;

pub(super) use logging::absent_logger;

use super::machine::Machine;
use super::rewind::Asked;
use super::symbol::Symbol;
use super::value::{Args, Native, NativeFn, Res, Value};
use crate::words::message;

/// When a library counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Even if its source is at hand.
    First,
    /// If its source isn't at hand.
    Absent,
    /// If its source isn't at hand, where a program can't do without it.
    Needed,
}

/// A library.
pub struct Library {
    /// The packages whose names it has: `torch`.
    pub packages: &'static [&'static str],
    /// When it counts.
    pub counts: Counts,
    /// Functions by their dotted names.
    pub functions: &'static [(&'static str, NativeFn)],
    /// Everything else by its dotted name: classes, constants. Unbound is what the library certainly doesn't have; none may be
    /// anything.
    pub find: fn(&mut Machine, &str) -> Option<Value>,
    /// The dotted names that `find` knows.
    pub others: &'static [&'static str],
}

impl Library {
    /// Whether it has a package.
    pub fn has(&self, package: &str) -> bool {
        self.packages.contains(&package)
    }

    /// `import name`.
    pub fn import(&self, machine: &Machine, name: &str) -> Value {
        if self.packages.contains(&name) || self.is_namespace(name) {
            return Value::Library(name.into());
        }
        machine.opaque(name)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.functions.iter().map(|f| f.0).chain(self.others.iter().copied())
    }

    fn is_namespace(&self, name: &str) -> bool {
        self.names().any(|n| n.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }
}

/// The libraries of Python itself.
pub(super) fn standard() -> Vec<&'static Library> {
    vec![
        &math::LIBRARY,
        &numpy::LIBRARY,
        &collections::LIBRARY,
        &contextlib::LIBRARY,
        &contextvars::LIBRARY,
        &copy::LIBRARY,
        &dataclasses::LIBRARY,
        &enumeration::LIBRARY,
        &exceptions::LIBRARY,
        &files::LIBRARY,
        &functools::LIBRARY,
        &importlib::LIBRARY,
        &inspect::LIBRARY,
        &itertools::LIBRARY,
        &logging::LIBRARY,
        &pathlib::LIBRARY,
        &re::LIBRARY,
        &system::LIBRARY,
        &typing::LIBRARY,
        &version::LIBRARY,
        &weakref::LIBRARY,
    ]
}

/// A function without effect.
fn nothing(_: &mut Machine, _: &Native, _: Args) -> Res {
    Ok(Value::None)
}

impl Machine {
    /// A value of a library by its dotted name.
    pub(super) fn library_value(&mut self, path: &str) -> Res {
        let (library, name) = path.rsplit_once('.').unwrap_or(("builtins", path));
        let name = self.symbol(name);
        Ok(self.library_attribute(&library.into(), name)?.unwrap_or(Value::None))
    }

    /// A name of a library.
    pub(super) fn library_attribute(&mut self, path: &Rc<str>, name: Symbol) -> Res<Option<Value>> {
        let place = (Rc::as_ptr(path).cast::<u8>() as usize, name);
        if let Some((_, found)) = self.library_names.get(&place) {
            return Ok(Some(found.clone()));
        }
        let found = self.find_in_library(path, name)?;
        if let Some(found) = &found {
            self.library_names.insert(place, (path.clone(), found.clone()));
        }
        Ok(found)
    }

    fn find_in_library(&mut self, path: &Rc<str>, name: Symbol) -> Res<Option<Value>> {
        let text = self.text(name);
        match &*text {
            "__name__" => return Ok(Some(Value::Str(path.clone()))),
            "__file__" | "__path__" | "__doc__" => return Ok(Some(self.unknown_value(message!("where-library")))),
            _ => {}
        }
        let full: Rc<str> = format!("{path}.{text}").into();
        if let Some(found) = self.library_values.get(&full) {
            return Ok(Some(found.clone()));
        }
        let first = full.split('.').next().unwrap_or_default();
        let mut value = None;
        for library in self.libraries.clone().into_iter().filter(|l| l.has(first)) {
            value = match library.functions.iter().find(|f| f.0 == &*full) {
                Some(&(name, call)) => Some(Value::native(name, call)),
                None => self.making(|m| (library.find)(m, &full)),
            };
            if value.is_none() && library.is_namespace(&full) {
                value = Some(Value::Library(full.clone()));
            }
            if value.is_some() {
                break;
            }
        }
        if let Some(Value::Unbound) = value {
            return Ok(None);
        }
        let value = value.unwrap_or_else(|| self.opaque(&full));
        self.ask(|| Asked::Library(path.clone(), name));
        self.library_values.insert(full, value.clone());
        Ok(Some(value))
    }

    /// Whether a library is a package of which only some names are known.
    pub(super) fn is_partly_known(&self, path: &str) -> bool {
        let package = path.split('.').next().unwrap_or_default();
        self.libraries.iter().any(|library| library.has(package) && library.counts != Counts::First)
    }

    /// The names that a star import of a library takes.
    pub(super) fn library_names(&self, path: &str) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for library in &self.libraries {
            for name in library.names() {
                let rest = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
                let Some(own) = rest.and_then(|rest| rest.split('.').next()) else { continue };
                if !own.starts_with('_') && !names.contains(&own) {
                    names.push(own);
                }
            }
        }
        names
    }
}
