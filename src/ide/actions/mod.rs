//! Code actions, one file a sort: what can be done at the cursor, each with its edits.

mod fit;
mod fixes;
mod heads;
mod ignores;
pub mod lighter;
mod refresh;
mod renumber;
pub mod rows;

use super::ModelFile;
use crate::text::{FileEdits, Span};

/// Kind of a code action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Fixes a finding.
    QuickFix,
    /// Changes a row.
    Rewrite,
    /// Moves a row.
    Move,
    /// Applies to the whole file.
    Source,
    /// Applies all safe fixes of the file.
    FixAll,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::QuickFix, Kind::Rewrite, Kind::Move, Kind::Source, Kind::FixAll];
}

/// A code action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Title, in the imperative.
    pub title: String,
    pub kind: Kind,
    /// Replacements of spans, in the order of the text.
    pub edits: Vec<(Span, String)>,
    /// Replacements in other files.
    pub files: Vec<FileEdits>,
    /// Position of the finding that it fixes.
    pub finding: Option<usize>,
    /// Whether it may be applied without review.
    pub is_safe: bool,
}

/// Returns the code actions for a range of the text.
pub fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let renumbering = renumber::action(file, range);
    let mut actions = fixes::actions(file, range);
    actions.extend(rows::actions(file, range.start));
    actions.extend(lighter::actions(file, range.start));
    actions.extend(heads::actions(file, range.start));
    actions.extend(fit::actions(file, range));
    actions.extend(refresh::actions(file));
    actions.extend(fixes::all(file));
    actions.extend(ignores::actions(file, range));
    // What was typed says it better than what can be guessed.
    if let Some(known) = &renumbering {
        actions.retain(|action| action.edits != known.edits);
    }
    renumbering.into_iter().chain(actions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    /// The titles of what is offered at `$0`.
    fn titles(text: &str) -> Vec<String> {
        let offset = text.find("$0").unwrap() as u32;
        let file = ModelFile::read(&text.replace("$0", ""), &Request::default(), false).unwrap();
        actions(&file, Span::empty(offset)).into_iter().map(|action| action.title).collect()
    }

    #[test]
    fn what_is_offered_on_a_row() {
        let text = "\
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, Conv, [8]]$0
  - [-1, 1, Conv, [8]]
head:
  - [[0, 1], 1, Concat, [1]]
";
        let expected = [
            "Insert row above",
            "Insert row below",
            "Duplicate row",
            "Delete row (rows 2, 3 then read row 0)",
            "Move row up",
            "Move row down",
        ];
        assert_eq!(titles(text), expected);
    }

    #[test]
    fn nothing_below_a_head() {
        let text =
            "backbone:\n  - [-1, 1, Conv, [8]]\nhead:\n  - [-1, 1, nn.Identity, []]\n  - [[1], 1, Detect, [1]] $0# 2\n";
        assert_eq!(titles(text), ["Insert row above", "Delete row"]);
    }

    #[test]
    fn fixes_of_findings() {
        let text = "backbone:\n  - [-1, 1, Con$0vv, [8]]\nhead:\n  - [-1, 1, nn.Identity, []]\n";
        assert_eq!(titles(text)[0], "Write `Conv`");
        let text = "backbone:\n  - [-1, 1, Conv$0 [8]]\nhead:\n  - [-1, 1, nn.Identity, []]\n";
        assert_eq!(titles(text)[0], "Insert `,`");
    }
}
