//! What a program has without an import: builtin functions, and what builtin types make when they are called.

mod construct;
mod frames;
mod functions;
mod kinds;

use super::class::{TYPES, Type};
use super::machine::Machine;
use super::value::{NativeFn, Res, Value};
use crate::words::message;

impl Machine {
    pub(super) fn fill_builtins(&mut self) {
        for &(kind, name, module, _) in TYPES {
            let hidden = [
                "NoneType",
                "ellipsis",
                "function",
                "module",
                "method",
                "generator",
                "iterator",
                "mappingproxy",
                "dict_keys",
                "dict_values",
                "dict_items",
            ];
            if module == "builtins"
                && !hidden.contains(&name)
                && !name.contains("builtin")
                && !name.contains("Implemented")
            {
                let class = Value::Class(self.builtin(kind));
                let symbol = self.symbol(name);
                self.builtins.insert(symbol, class);
            }
        }
        for name in ["NotImplementedError"] {
            if let Some(class) = self.builtin_named(name) {
                let symbol = self.symbol(name);
                self.builtins.insert(symbol, Value::Class(class));
            }
        }
        for &(name, call) in functions::FUNCTIONS {
            let symbol = self.symbol(name);
            self.builtins.insert(symbol, Value::native(name, call));
        }
        for &name in frames::FRAME_FUNCTIONS {
            let symbol = self.symbol(name);
            let call: NativeFn = |m, n, _| Err(m.unknown(message!("from-there", name = n.name)));
            self.builtins.insert(symbol, Value::native_with(name, vec![Value::Unbound], call));
        }
        let not_implemented = self.symbol("NotImplemented");
        self.builtins.insert(not_implemented, Value::NotImplemented);
        let ellipsis = self.symbol("Ellipsis");
        self.builtins.insert(ellipsis, Value::Ellipsis);
        let debug = self.symbol("__debug__");
        self.builtins.insert(debug, Value::Bool(true));
        let os_error = self.builtin(Type::OSError);
        for alias in ["IOError", "EnvironmentError"] {
            let symbol = self.symbol(alias);
            self.builtins.insert(symbol, Value::Class(os_error.clone()));
        }
    }

    /// Keeps what the program prints.
    pub(super) fn print(&mut self, text: &str, end: &str) -> Res<()> {
        self.limit((self.output.len() / 64 + text.len()) as i64)?;
        self.spend(text.len() as u64 / 8)?;
        self.output.push_str(text);
        self.output.push_str(end);
        Ok(())
    }
}
