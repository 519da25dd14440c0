//! "Renumber the 7 references below": rows that came or went by hand, and what reads another row for it since.

use super::{Action, Kind};
use crate::ide::ModelFile;
use crate::text::Span;
use crate::words::message;

/// Returns the action that restores the inputs of rows, if the range is at a new or affected row.
pub(super) fn action(file: &ModelFile, range: Span) -> Option<Action> {
    let (meant, stale) = (file.meant(), file.stale());
    let line = file.lines().line(range.start);
    let is_here = |i: usize| {
        let span = file.model.rows[i].span;
        file.lines().line(span.start) <= line && line <= file.lines().line(span.end)
    };
    let new = meant.origins.iter().enumerate().filter(|(_, origin)| origin.is_none()).map(|(i, _)| i);
    if !stale.iter().map(|stale| stale.row).chain(new).any(is_here) {
        return None;
    }
    let title = match stale.len() {
        0 => return None,
        count => file.say(&message!("renumber-below", count)),
    };
    let edits = meant.edits(file, &stale)?;
    Some(Action { title, kind: Kind::QuickFix, edits, files: Vec::new(), finding: None, is_safe: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::ide::actions::rows::{self, Change};

    const TEXT: &str = "\
backbone:
  - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
  - [-1, 1, Conv, [8]] # 1
  - [-1, 1, Conv, [8]] # 2
head:
  - [[-1, 1], 1, Concat, [1]] # 3
  - [-3, 1, Conv, [8]] # 4
  - [[1, 3], 1, Detect, [80]] # 5
";

    fn read(text: &str) -> ModelFile {
        ModelFile::read(text, &Request::default(), true).unwrap()
    }

    /// What is offered at the last row after the texts, one after the other; and the text that it leaves.
    fn offered(texts: &[String]) -> (String, String) {
        let mut file = read(&texts[0]);
        for text in &texts[1..] {
            file = file.edited(text, &Request::default());
        }
        let last = file.model.rows.last().unwrap().span;
        match action(&file, Span::empty(last.start)) {
            None => ("nothing".to_owned(), file.text().to_owned()),
            Some(action) => (action.title, rows::apply(file.text(), &action.edits)),
        }
    }

    /// The texts while `typed` is typed at `place`, character by character.
    fn typing(text: &str, place: usize, typed: &str) -> Vec<String> {
        let step = |end: usize| format!("{}{}{}", &text[..place], &typed[..end], &text[place..]);
        (0..=typed.len()).map(step).collect()
    }

    #[test]
    fn a_row_typed_in() {
        let place = TEXT.find(" # 1\n").unwrap() + 4;
        let texts = typing(TEXT, place, "\n  - [-1, 1, C3, [8]] # 2");
        expect_test::expect![[r#"
            Renumber the 2 references below
            backbone:
              - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2
              - [-1, 1, Conv, [8]] # 1
              - [-1, 1, C3, [8]] # 2
              - [-1, 1, Conv, [8]] # 3
            head:
              - [[-1, 1], 1, Concat, [1]] # 4
              - [-4, 1, Conv, [8]] # 5
              - [[1, 4], 1, Detect, [80]] # 6
        "#]]
        .assert_eq(&format!("{}\n{}", offered(&texts).0, offered(&texts).1));
        // Once it is done, by the fix or by hand, nothing is left to do.
        let done = [&texts[..], &[offered(&texts).1]].concat();
        assert_eq!(offered(&done).0, "nothing");
        // Taken back, there never was anything to do.
        let taken_back: Vec<String> = texts.iter().chain(texts.iter().rev()).cloned().collect();
        assert_eq!(offered(&taken_back).0, "nothing");
    }

    #[test]
    fn half_of_it_done_by_hand() {
        let pasted = TEXT.replacen("head:\n", "head:\n  - [-1, 1, C3, [8]]\n", 1);
        assert_eq!(offered(&[TEXT.to_owned(), pasted.clone()]).0, "Renumber the 2 references below");
        let half = pasted.replace("-3,", "-4,");
        assert_eq!(offered(&[TEXT.to_owned(), pasted.clone(), half.clone()]).0, "Renumber the reference below");
        let done = half.replace("[1, 3], 1, Detect", "[1, 4], 1, Detect");
        assert_eq!(offered(&[TEXT.to_owned(), pasted, half, done]).0, "nothing");
    }

    #[test]
    fn rows_cut_and_pasted_elsewhere() {
        let row = "  - [-1, 1, Conv, [8, 3, 2]] # 0-P1/2\n";
        let cut = TEXT.replacen(row, "", 1);
        let (title, text) = offered(&[TEXT.to_owned(), cut.clone()]);
        assert_eq!(title, "Renumber the 3 references below");
        assert!(text.contains("[[-1, 0], 1, Concat, [1]] # 2"), "{text}");
        let pasted = cut.replacen("head:\n", &format!("{row}head:\n"), 1);
        let (_, text) = offered(&[TEXT.to_owned(), cut, pasted]);
        assert!(text.contains("[[-1, 0], 1, Concat, [1]] # 3"), "{text}");
    }

    /// What the server itself offers leaves nothing to do.
    #[test]
    fn edits_of_rows() {
        let file = read(TEXT);
        for change in [Change::above(1), Change::below(2), Change::duplicate(1), Change::Delete(2), Change::Swap(1)] {
            let edits = rows::change(&file, change).unwrap();
            let texts = [TEXT.to_owned(), rows::apply(TEXT, &edits)];
            assert_eq!(offered(&texts).0, "nothing", "{change:?}\n{}", texts[1]);
        }
    }
}
