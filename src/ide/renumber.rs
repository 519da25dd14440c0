//! "Renumber the 7 references below": rows that came or went by hand, and what reads another row for it since.
//!
//! A [`Tracker`] follows the rows of a file from text to text, beginning with a text whose wiring counts as meant. As long
//! as no row reads another one than it did then, the present text counts as meant.

use super::ModelFile;
use super::actions::{Action, Kind};
use crate::rewrite::{Meant, wiring};
use crate::text::Span;

/// The most pairs of rows that are compared where several rows changed at once.
const MAX_PAIRS: usize = 1_000_000;

/// The rows of a file, followed through its edits.
#[derive(Clone, Debug)]
pub struct Tracker {
    /// The wiring that was meant, and which of its rows each row is now.
    meant: Meant,
    /// The texts of the rows, as they are now.
    texts: Vec<String>,
    /// Rows that are gone, with their last text: they may come back elsewhere.
    gone: Vec<(usize, String)>,
}

impl Tracker {
    /// Begins with a file whose wiring counts as meant.
    pub fn new(file: &ModelFile) -> Tracker {
        Tracker { meant: Meant::as_is(&file.model), texts: texts(file), gone: Vec::new() }
    }

    /// Goes on to the next text of the file.
    pub fn update(&mut self, file: &ModelFile) {
        let texts = texts(file);
        let matched = matched(&self.texts, &texts);
        let before = &self.meant.origins;
        let mut origins: Vec<Option<usize>> = matched.iter().map(|old| before[(*old)?]).collect();
        let mut is_there = vec![false; self.meant.wiring.len()];
        origins.iter().flatten().for_each(|&origin| is_there[origin] = true);
        for (old, origin) in before.iter().enumerate() {
            if let Some(origin) = origin.filter(|&origin| !is_there[origin]) {
                self.gone.push((origin, self.texts[old].clone()));
            }
        }
        for (i, text) in texts.iter().enumerate() {
            if matched[i].is_none()
                && let Some(at) = self.gone.iter().position(|(_, gone)| gone == text)
            {
                origins[i] = Some(self.gone.remove(at).0);
            }
        }
        (self.texts, self.meant.origins) = (texts, origins);
        let is_whole = file.findings.iter().all(|finding| finding.diagnostic.rule != "syntax");
        if is_whole && self.meant.stale(&wiring(&file.model)).is_empty() {
            (self.meant, self.gone) = (Meant::as_is(&file.model), Vec::new());
        }
    }

    /// The fix that makes the rows read what they read before, where the range is at a row that is new or affected.
    pub fn action(&self, file: &ModelFile, range: Span) -> Option<Action> {
        let stale = self.meant.stale(&wiring(&file.model));
        let line = file.lines().line(range.start);
        let is_here = |i: usize| {
            let span = file.model.rows[i].span;
            file.lines().line(span.start) <= line && line <= file.lines().line(span.end)
        };
        let new = self.meant.origins.iter().enumerate().filter(|(_, origin)| origin.is_none()).map(|(i, _)| i);
        if !stale.iter().map(|stale| stale.row).chain(new).any(is_here) {
            return None;
        }
        let title = match stale.len() {
            0 => return None,
            1 => "Renumber the reference below".to_owned(),
            n => format!("Renumber the {n} references below"),
        };
        let edits = self.meant.edits(file, &stale)?;
        Some(Action { title, kind: Kind::QuickFix, edits, finding: None, is_safe: false })
    }
}

fn texts(file: &ModelFile) -> Vec<String> {
    file.model.rows.iter().map(|row| row.span.text(file.text()).to_owned()).collect()
}

/// For each new row the old one that it is: of equal text, in order, or the one in whose place it stands.
fn matched(old: &[String], new: &[String]) -> Vec<Option<usize>> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - suffix], &new_rest[..new_rest.len() - suffix]);
    let mut matched: Vec<Option<usize>> = (0..prefix).map(Some).collect();
    matched.extend(common(old_rest, new_rest).into_iter().map(|at| at.map(|at| at + prefix)));
    matched.extend((old.len() - suffix..old.len()).map(Some));
    // Between rows that stayed, as many rows as before are the same rows, changed.
    let mut i = 0;
    while i < matched.len() {
        let end = (i..matched.len()).find(|&j| matched[j].is_some()).unwrap_or(matched.len());
        let first = if i == 0 { 0 } else { matched[i - 1].map_or(0, |at| at + 1) };
        let last = matched.get(end).copied().flatten().unwrap_or(old.len());
        if last.checked_sub(first) == Some(end - i) {
            (i..end).for_each(|j| matched[j] = Some(first + j - i));
        }
        i = end + 1;
    }
    matched
}

/// A longest common subsequence: for each new row the old one.
fn common(old: &[String], new: &[String]) -> Vec<Option<usize>> {
    let mut matched = vec![None; new.len()];
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > MAX_PAIRS {
        return matched;
    }
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let (below, right) = (lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
            let diagonal = lengths[(i + 1) * width + j + 1] + 1;
            lengths[i * width + j] = if old[i] == new[j] { diagonal } else { below.max(right) };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            matched[j] = Some(i);
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    matched
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::ide::rows::{self, Change};

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
        let mut tracker = Tracker::new(&read(&texts[0]));
        texts[1..].iter().for_each(|text| tracker.update(&read(text)));
        let file = read(texts.last().unwrap());
        let last = file.model.rows.last().unwrap().span;
        match tracker.action(&file, Span::empty(last.start)) {
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
