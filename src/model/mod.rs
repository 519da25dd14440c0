//! The typed file: top-level keys, sections, rows of cells, each with its span.
//!
//! The *meaning* of values (which key is the class count, what a module does) belongs to the dialect.

pub mod comments;
mod file;
pub mod from;
mod other;
mod output;
mod read;

use std::ops::Range;

pub use file::ReadFile;
pub use from::Source;
pub use other::{OtherFile, other_file};
pub use output::DeclaredOutput;
pub use read::{is_model_file, mapped_module, numbered_row, read};

use crate::python::Literal;
use crate::text::Span;

/// The sections whose rows are the model's layers, in this order.
pub const SECTIONS: [&str; 2] = ["backbone", "head"];

/// A model file.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Top-level keys, in the order of the file. If a key is repeated, the last one is used, as in PyYAML.
    pub keys: Vec<Key>,
    /// The sections of the file, `backbone` first.
    pub sections: Vec<Section>,
    /// The rows of all sections; a row's position is its layer index.
    pub rows: Vec<Row>,
    /// The `# yolint: …` comments.
    pub directives: Vec<Directive>,
}

/// A top-level key and its value.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    /// Place of the key.
    pub span: Span,
    /// The value. Empty for sections, whose rows are in [`Model::rows`].
    pub value: Cell,
}

/// A list of rows.
#[derive(Clone, Debug)]
pub struct Section {
    /// `backbone` or `head`.
    pub name: &'static str,
    /// Place of its key.
    pub span: Span,
    /// Its rows in [`Model::rows`].
    pub rows: Range<usize>,
}

/// A row: `[from, repeats, module, args]`.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row without its dash and comment.
    pub span: Span,
    /// The cells that are written, which may be fewer than four.
    pub cells: Vec<Cell>,
    /// Whether it is a list; otherwise it can't be a layer.
    pub is_list: bool,
    /// Whether it has no syntax errors, which would have been reported already.
    pub complete: bool,
    /// What a comment says that it returns.
    pub output: Option<DeclaredOutput>,
}

/// A value in the file.
#[derive(Clone, Debug)]
pub struct Cell {
    pub span: Span,
    /// The value as Python sees it.
    pub value: Literal,
    /// The elements of a list, or the values of a mapping.
    pub items: Vec<Cell>,
    /// The keys of a mapping, parallel to `items`.
    pub names: Vec<(String, Span)>,
}

/// A `# yolint: …` comment.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Place of the comment.
    pub span: Span,
    /// The text after the colon, trimmed: `scale n`.
    pub text: String,
}

impl Model {
    /// Returns the last top-level key called `name`.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().rev().find(|key| key.name == name)
    }

    /// Returns the value of the last top-level key called `name`.
    pub fn get(&self, name: &str) -> Option<&Literal> {
        self.key(name).map(|key| &key.value.value)
    }

    /// Returns the section of row `index`.
    pub fn section_of(&self, index: usize) -> Option<&Section> {
        self.sections.iter().find(|s| s.rows.contains(&index))
    }

    /// Returns the argument of the last directive `# yolint: NAME ARGUMENT`.
    pub fn directive(&self, name: &str) -> Option<&str> {
        self.directives.iter().rev().find_map(|d| d.text.strip_prefix(name)?.strip_prefix([' ', '=']).map(str::trim))
    }

    /// Returns the letters of `scales` with their cells, in the order of the file.
    pub fn scales(&self) -> impl Iterator<Item = (&str, Span, &Cell)> {
        self.key("scales").into_iter().flat_map(|key| {
            key.value.names.iter().zip(&key.value.items).map(|((name, span), cell)| (name.as_str(), *span, cell))
        })
    }
}

impl Row {
    /// The cell with the rows to read.
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

    /// The cell with the number of repeats.
    pub fn repeats(&self) -> Option<&Cell> {
        self.cells.get(1)
    }

    /// The cell with the module's name.
    pub fn module(&self) -> Option<&Cell> {
        self.cells.get(2)
    }

    /// The name of the module, if it is text.
    pub fn module_name(&self) -> Option<&str> {
        self.module()?.value.as_str()
    }

    /// The cell with the arguments.
    pub fn args(&self) -> Option<&Cell> {
        self.cells.get(3)
    }
}
