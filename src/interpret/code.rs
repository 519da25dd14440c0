//! A program as a machine has it: its names as symbols, its constants as values. A run touches few of them, so each is made
//! when it is asked for.

use std::cell::OnceCell;
use std::ops::Index;
use std::sync::Arc;

use super::symbol::{Symbol, Symbols};
use super::value::Value;
use crate::python::file::File;
use crate::python::ir::Const;

/// A program with its names and constants as the machine has them.
pub struct Code {
    /// The file.
    pub file: Arc<File>,
    /// The symbol of each of the program's names.
    pub symbols: Names,
    /// The value of each constant; unbound for integers that are too wide.
    pub constants: Constants,
}

impl Code {
    /// The code of a file.
    pub fn new(file: Arc<File>, symbols: &Symbols) -> Code {
        let names = vec![OnceCell::new(); file.program.names.len()];
        let constants = vec![OnceCell::new(); file.program.constants.len()];
        Code {
            symbols: Names { file: file.clone(), symbols: symbols.clone(), made: names },
            constants: Constants { file: file.clone(), made: constants },
            file,
        }
    }
}

/// The names of a program as symbols.
pub struct Names {
    file: Arc<File>,
    symbols: Symbols,
    made: Vec<OnceCell<Symbol>>,
}

impl Index<usize> for Names {
    type Output = Symbol;

    fn index(&self, index: usize) -> &Symbol {
        self.made[index].get_or_init(|| self.symbols.intern(&self.file.program.names[index]))
    }
}

/// The constants of a program as values.
pub struct Constants {
    file: Arc<File>,
    made: Vec<OnceCell<Value>>,
}

impl Index<usize> for Constants {
    type Output = Value;

    fn index(&self, index: usize) -> &Value {
        self.made[index].get_or_init(|| match &self.file.program.constants[index] {
            Const::Int(i) => Value::Int(*i),
            Const::Float(f) => Value::Float(*f),
            Const::Str(s) => Value::str(s),
            Const::Bytes(b) => Value::Bytes((**b).into()),
            Const::Wide(_) | Const::Imaginary(_) => Value::Unbound,
        })
    }
}
