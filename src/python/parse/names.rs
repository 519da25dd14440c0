//! Names as they are interned while a program is lowered.

use rustc_hash::FxHashMap;

use crate::python::ir::Name;

/// Interned names.
#[derive(Default)]
pub(super) struct Names {
    ids: FxHashMap<Box<str>, Name>,
    pub(super) texts: Vec<Box<str>>,
}

impl Names {
    /// The name of a text.
    pub(super) fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.ids.get(text) {
            return name;
        }
        let name = Name(self.texts.len() as u32);
        self.texts.push(text.into());
        self.ids.insert(text.into(), name);
        name
    }

    /// A name as it is known in `class`: `__x` is private to it.
    pub(super) fn private(&mut self, text: &str, class: Option<&str>) -> Name {
        match class.map(|c| c.trim_start_matches('_')) {
            Some(class) if text.starts_with("__") && !text.ends_with("__") && !class.is_empty() => {
                self.intern(&format!("_{class}{text}"))
            }
            _ => self.intern(text),
        }
    }
}
