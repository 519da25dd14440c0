//! The ways to register a class, those first that fit its constructor.

use super::SourceDialect;
use super::branches::ParseModel;
use crate::dialect::PythonClass;
use crate::text::FileEdits;

/// The statements of a branch that passes the channels of the input alone, with all arguments of a row or without the first.
pub const INPUT_ALONE: [[&str; 2]; 2] =
    [["c2 = ch[f]", "args = [c2, *args]"], ["c2 = ch[f]", "args = [c2, *args[1:]]"]];

/// A way to register a class.
#[derive(Clone, Debug)]
pub struct Way {
    /// The edits of the framework's files.
    pub edits: Vec<FileEdits>,
    /// How `parse_model` then calls it.
    pub how: How,
}

/// How `parse_model` passes the arguments of a row to a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It passes them as they are.
    Plain,
    /// It puts the channels of input and output before them, of which the latter are scaled.
    Scaled {
        /// Whether the number of repeats is behind them.
        repeats: bool,
    },
    /// It puts the channels of the input before them, or before those behind the first.
    Input,
}

impl ParseModel {
    /// Returns the ways to have a class called as its constructor is made, each with the edits `import` besides.
    pub fn ways_to_call(&self, class: &PythonClass, import: &[FileEdits]) -> Vec<Way> {
        let name = class.name();
        let plain = Way { edits: import.to_vec(), how: How::Plain };
        let with = |edits: Option<FileEdits>, how: How| {
            Some(Way { edits: together(import.iter().cloned().chain([edits?])), how })
        };
        let mut ways = Vec::new();
        if self.branch(name).is_some() {
            ways.push(plain);
        } else if class.takes_channels() {
            let repeats = class.takes_repeats();
            let scaled = |repeats| with(self.with_scaled(name, repeats), How::Scaled { repeats });
            ways.extend([repeats, !repeats].into_iter().filter_map(scaled));
            ways.push(plain);
        } else {
            ways.push(plain);
            let branch = |statements: &[&str; 2]| with(self.with_branch(name, statements), How::Input);
            ways.extend(INPUT_ALONE.iter().filter_map(branch));
        }
        ways
    }
}

impl SourceDialect {
    /// Returns the ways to import a class where `parse` looks for it, and to have it called as its constructor is made.
    pub fn ways_to_import(&self, parse: &ParseModel, class: &PythonClass) -> Vec<Way> {
        self.import_edits(class).iter().flat_map(|import| parse.ways_to_call(class, import)).collect()
    }
}

/// The edits of several changes together, those of one file in one place.
fn together(edits: impl IntoIterator<Item = FileEdits>) -> Vec<FileEdits> {
    let mut all: Vec<FileEdits> = Vec::new();
    for new in edits {
        match all.iter_mut().find(|known| known.file.path == new.file.path) {
            Some(known) => {
                known.edits.extend(new.edits);
                known.edits.sort();
            }
            None => all.push(new),
        }
    }
    all
}
