//! Edits of whole heads, offered on the row of the head.

use super::rows::row_at;
use super::{Action, Kind};
use crate::heads::{self, HeadEdit};
use crate::ide::ModelFile;
use crate::text::difference;

/// What can be done with the head at `offset`.
pub(super) fn actions(file: &ModelFile, offset: u32) -> Vec<Action> {
    let last = file.model.rows.len().checked_sub(1);
    let Some(i) = row_at(file, offset).filter(|&i| Some(i) == last && !file.is_half_typed(i)) else {
        return Vec::new();
    };
    if !file.at_active_scale().rows[i].is_head() {
        return Vec::new();
    }
    let action = |edit: HeadEdit| {
        let text = heads::edit(file, file.at_active_scale(), edit).ok()?;
        let edits = vec![difference(file.text(), &text)];
        Some(Action {
            title: file.say(&edit.title()),
            kind: Kind::Rewrite,
            edits,
            files: Vec::new(),
            finding: None,
            is_safe: false,
        })
    };
    HeadEdit::ALL.into_iter().filter_map(action).collect()
}
