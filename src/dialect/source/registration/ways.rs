//! The ways to register a class, those first that fit its constructor.

use super::SourceDialect;
use super::branches::ParseModel;
use crate::dialect::PythonClass;
use crate::text::FileEdits;

/// The statements of a branch that passes the channels of the input alone, with all arguments of a row or without the first.
pub const INPUT_ALONE: [[&str; 2]; 2] =
    [["c2 = ch[f]", "args = [c2, *args]"], ["c2 = ch[f]", "args = [c2, *args[1:]]"]];

/// The statements of a branch for a module that reads several rows: it keeps the channels of each, or joins them all.
const SEVERAL_BOOKED: [&[&str]; 2] = [&["c2 = ch[f[0]]"], &["c2 = sum(ch[x] for x in f)"]];

/// Those for one that is also passed channels: those of each before the arguments of a row, or in the place of the first, or a
/// list of all.
const SEVERAL_PASSED: [&[&str]; 4] = [
    &["c2 = ch[f[0]]", "args = [c2, *args]"],
    &["c2 = ch[f[0]]", "args = [c2, *args[1:]]"],
    &["c2 = args[0]", "args = [[ch[x] for x in f], *args]"],
    &["c2 = ch[f[0]]", "args = [[ch[x] for x in f], *args]"],
];

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
    /// It puts the channels of the input before them.
    Input {
        /// Whether they stand in the place of the first one.
        instead: bool,
    },
    /// A branch books the channels that it returns.
    Booked,
    /// A branch books the channels of several inputs, and may put them before the arguments.
    Several,
}

impl ParseModel {
    /// Returns the ways to have a class called as its constructor is made, each with the edits `import` besides. `several`
    /// says whether it reads several rows.
    pub fn ways_to_call(&self, class: &PythonClass, import: &[FileEdits], several: bool) -> Vec<Way> {
        let name = class.name();
        let plain = Way { edits: import.to_vec(), how: How::Plain };
        let with = |edits: Option<FileEdits>, how: How| {
            Some(Way { edits: together(import.iter().cloned().chain([edits?])), how })
        };
        let mut ways = Vec::new();
        if self.branch(name).is_some() {
            ways.push(plain);
        } else if several {
            let branch = |statements: &&[&str]| with(self.with_branch(name, statements), How::Several);
            let booked = [plain].into_iter().chain(SEVERAL_BOOKED.iter().filter_map(branch));
            let passed = SEVERAL_PASSED.iter().filter_map(branch);
            // Channels that must be given are hardly what else a row says.
            match class.must_get_channels() {
                true => ways.extend(passed.chain(booked)),
                false => ways.extend(booked.chain(passed)),
            }
        } else if class.takes_channels() {
            let repeats = class.takes_repeats();
            let scaled = |repeats| with(self.with_scaled(name, repeats), How::Scaled { repeats });
            ways.extend([repeats, !repeats].into_iter().filter_map(scaled));
            ways.push(plain);
        } else {
            ways.push(plain);
            let branch = |(statements, instead): (&[&str; 2], bool)| {
                with(self.with_branch(name, statements), How::Input { instead })
            };
            ways.extend(INPUT_ALONE.iter().zip([false, true]).filter_map(branch));
        }
        ways
    }
}

impl Way {
    /// The same with a branch that books what a class returns, as in `c2 = ch[f] * 4`; none where one is written already.
    pub fn booking(&self, parse: &ParseModel, name: &str, sum: &str) -> Option<Way> {
        let branch = parse.with_branch(name, &[&format!("c2 = {sum}")]).filter(|_| self.how == How::Plain)?;
        Some(Way { edits: together(self.edits.iter().cloned().chain([branch])), how: How::Booked })
    }
}

impl SourceDialect {
    /// Returns the ways to import a class where `parse` looks for it, and to have it called as its constructor is made.
    pub fn ways_to_import(&self, parse: &ParseModel, class: &PythonClass, several: bool) -> Vec<Way> {
        self.import_edits(class).iter().flat_map(|import| parse.ways_to_call(class, import, several)).collect()
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
