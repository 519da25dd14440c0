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
    /// What `parse_model` does with it then.
    pub how: How,
}

/// What `parse_model` does with the arguments of a row.
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

impl SourceDialect {
    /// The ways to import a class where `parse_model` looks and to have it called as its constructor is made.
    pub fn ways_to_import(&self, class: &PythonClass) -> Vec<Way> {
        let Some(parse) = self.parse_model() else { return Vec::new() };
        self.import_edits(class).iter().flat_map(|import| ways(&parse, class, import)).collect()
    }

    /// The ways to have an imported class called as its constructor is made.
    pub fn ways_to_call(&self, class: &PythonClass) -> Vec<Way> {
        self.parse_model().map(|parse| ways(&parse, class, &[])).unwrap_or_default()
    }
}

fn ways(parse: &ParseModel, class: &PythonClass, import: &[FileEdits]) -> Vec<Way> {
    let name = class.name();
    let plain = Way { edits: import.to_vec(), how: How::Plain };
    let with =
        |edits: Option<FileEdits>, how: How| Some(Way { edits: together(import.iter().cloned().chain([edits?])), how });
    let mut ways = Vec::new();
    if parse.branch(name).is_some() {
        ways.push(plain);
    } else if class.takes_channels() {
        let repeats = class.takes_repeats();
        let scaled = |repeats| with(parse.with_scaled(name, repeats), How::Scaled { repeats });
        ways.extend([repeats, !repeats].into_iter().filter_map(scaled));
        ways.push(plain);
    } else {
        ways.push(plain);
        ways.extend(INPUT_ALONE.iter().filter_map(|statements| with(parse.with_branch(name, statements), How::Input)));
    }
    ways
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
