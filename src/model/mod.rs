//! The typed file: top-level keys, sections, rows of cells, each with its span.
//!
//! What a value *means* (which key is the class count, what a module does) is not known here.

pub mod comments;
mod file;
pub mod from;
mod read;

use std::ops::Range;

pub use file::ReadFile;
pub use from::Source;
pub use read::{is_model_file, read};

use crate::python::Arg;
use crate::text::Span;

/// The sections whose rows are the model's layers, in this order.
pub const SECTIONS: [&str; 2] = ["backbone", "head"];

/// A model file.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Top-level keys, in the order of the file. Where one stands twice, the last counts, as for PyYAML.
    pub keys: Vec<Key>,
    /// The sections that are there, `backbone` first.
    pub sections: Vec<Section>,
    /// The rows of all sections: a row's position is its layer index.
    pub rows: Vec<Row>,
    /// What `# yolint: …` comments say.
    pub directives: Vec<Directive>,
}

/// A top-level key and its value.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key's text.
    pub name: String,
    /// Where the key stands.
    pub span: Span,
    /// The value. Sections have none here: their rows are in [`Model::rows`].
    pub value: Cell,
}

/// A list of rows.
#[derive(Clone, Debug)]
pub struct Section {
    /// `backbone` or `head`.
    pub name: &'static str,
    /// Where its key stands.
    pub span: Span,
    /// Its rows in [`Model::rows`].
    pub rows: Range<usize>,
}

/// A row: `[from, repeats, module, args]`.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row without its dash and comment.
    pub span: Span,
    /// Its cells, as many as are written.
    pub cells: Vec<Cell>,
    /// Whether it is a list; one that isn't can't be a layer.
    pub is_list: bool,
    /// Whether the parser could read it to its end. One that it couldn't has been reported already.
    pub complete: bool,
}

/// A value in the file.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Where it stands.
    pub span: Span,
    /// What it is to Python.
    pub value: Arg,
    /// The elements, where it is a list; the values, where it is a mapping.
    pub items: Vec<Cell>,
    /// The keys that belong to `items`, where it is a mapping.
    pub names: Vec<(String, Span)>,
}

/// A `# yolint: …` comment.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Where the comment stands.
    pub span: Span,
    /// What follows the colon, trimmed: `scale n`.
    pub text: String,
}

impl Model {
    /// The last top-level entry called `name`.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().rev().find(|key| key.name == name)
    }

    /// The value of the last top-level entry called `name`.
    pub fn get(&self, name: &str) -> Option<&Arg> {
        self.key(name).map(|key| &key.value.value)
    }

    /// The section that row `index` belongs to.
    pub fn section_of(&self, index: usize) -> Option<&Section> {
        self.sections.iter().find(|s| s.rows.contains(&index))
    }

    /// The argument of the last directive `# yolint: NAME ARGUMENT`.
    pub fn directive(&self, name: &str) -> Option<&str> {
        self.directives.iter().rev().find_map(|d| d.text.strip_prefix(name)?.strip_prefix([' ', '=']).map(str::trim))
    }

    /// The letters of `scales` with their cells, in the order of the file.
    pub fn scales(&self) -> impl Iterator<Item = (&str, Span, &Cell)> {
        self.key("scales").into_iter().flat_map(|key| {
            key.value.names.iter().zip(&key.value.items).map(|((name, span), cell)| (name.as_str(), *span, cell))
        })
    }
}

impl Row {
    /// The cell that says which rows this one reads.
    pub fn from(&self) -> Option<&Cell> {
        self.cells.first()
    }

    /// The entries of `from`: its elements if it is a list, otherwise itself.
    pub fn entries(&self) -> &[Cell] {
        match self.from() {
            Some(from) if from.value.as_list().is_some() => &from.items,
            Some(from) => std::slice::from_ref(from),
            None => &[],
        }
    }

    /// The cell that says how often the module is repeated.
    pub fn repeats(&self) -> Option<&Cell> {
        self.cells.get(1)
    }

    /// The cell that names the module.
    pub fn module(&self) -> Option<&Cell> {
        self.cells.get(2)
    }

    /// The name of the module, if it is text.
    pub fn module_name(&self) -> Option<&str> {
        self.module()?.value.as_str()
    }

    /// The cell of the arguments.
    pub fn args(&self) -> Option<&Cell> {
        self.cells.get(3)
    }
}
