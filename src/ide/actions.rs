//! Code actions: what can be done with the rows at the cursor, and the fixes of findings.

use super::ModelFile;
use super::lighter;
use super::refresh;
use super::rows::{self, Change};
use crate::model::Source;
use crate::rewrite;
use crate::text::Span;

/// What an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It mends something.
    QuickFix,
    /// It changes a row.
    Rewrite,
    /// It moves a row.
    Move,
    /// It is about the whole file.
    Source,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// What it is for.
    pub kind: Kind,
    /// Texts that take the place of spans, in the order of the text.
    pub edits: Vec<(Span, String)>,
    /// Which of the file's findings it mends.
    pub finding: Option<usize>,
    /// Whether it can be applied unseen.
    pub is_safe: bool,
}

/// What can be done in a range of the text.
pub fn actions(file: &ModelFile, range: Span) -> Vec<Action> {
    let mut actions = quick_fixes(file, range);
    actions.extend(row_actions(file, range.start));
    actions.extend(lighter::actions(file, range.start));
    actions.extend(refresh::actions(file));
    actions
}

/// The fixes of the findings in a range.
fn quick_fixes(file: &ModelFile, range: Span) -> Vec<Action> {
    let touches = |span: Span| span.touches(range.start) || range.touches(span.start);
    let in_range = file.findings.iter().enumerate().filter(|(_, finding)| touches(finding.diagnostic.span));
    let fixes = in_range.flat_map(|(i, finding)| finding.diagnostic.fixes.iter().map(move |fix| (i, fix)));
    fixes
        .map(|(i, fix)| {
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|(span, _)| *span);
            let mut title = fix.title.clone();
            title.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
            Action { title, kind: Kind::QuickFix, edits, finding: Some(i), is_safe: fix.safe }
        })
        .collect()
}

/// What can be done with the row at `offset`.
fn row_actions(file: &ModelFile, offset: u32) -> Vec<Action> {
    let Some(i) = rows::row_at(file, offset) else { return Vec::new() };
    let section = file.model.section_of(i).map(|s| s.rows.clone()).unwrap_or_default();
    let is_in = |i: usize| section.contains(&i);
    // Below the head that ends the model no row makes sense.
    let is_end = |i: usize| i + 1 == file.model.rows.len() && file.shown().rows[i].is_head();
    let mut offers = vec![("Insert row above", Kind::Rewrite, Change::above(i))];
    if !is_end(i) {
        offers.push(("Insert row below", Kind::Rewrite, Change::below(i)));
        offers.push(("Duplicate row", Kind::Rewrite, Change::duplicate(i)));
    }
    offers.push(("Delete row", Kind::Rewrite, Change::Delete(i)));
    if i > 0 && is_in(i - 1) && !is_end(i) {
        offers.push(("Move row up", Kind::Move, Change::Swap(i - 1)));
    }
    if is_in(i + 1) && !is_end(i + 1) {
        offers.push(("Move row down", Kind::Move, Change::Swap(i)));
    }
    let action = |(title, kind, change): (&str, Kind, Change)| {
        let edits = rows::change(file, change)?;
        let title = format!("{title}{}", consequence(file, change));
        Some(Action { title, kind, edits, finding: None, is_safe: false })
    };
    offers.into_iter().filter_map(action).collect()
}

/// Who reads something else once a row is deleted: ` (rows 9 and 12 then read row 4)`.
fn consequence(file: &ModelFile, change: Change) -> String {
    let Change::Delete(gone) = change else { return String::new() };
    let wiring = rows::wiring(&file.model);
    let reads = |entries: &[rows::Entry]| entries.iter().any(|e| e.target == Some(Source::Row(gone)));
    let readers: Vec<usize> = (0..wiring.len()).filter(|&i| i != gone && reads(&wiring[i])).collect();
    let source = match rewrite::main_entry(&wiring, gone).and_then(|(_, entry)| entry.target) {
        Some(Source::Row(row)) => format!("row {row}"),
        _ => "the image".to_owned(),
    };
    match readers.as_slice() {
        [] => String::new(),
        [one] if *one == gone + 1 => String::new(),
        [one] => format!(" (row {one} then reads {source})"),
        many => {
            let many: Vec<String> = many.iter().map(usize::to_string).collect();
            format!(" (rows {} then read {source})", many.join(", "))
        }
    }
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
