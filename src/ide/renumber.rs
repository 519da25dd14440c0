//! "Renumber the 7 references below": rows that came or went by hand, and what reads another row for it since.
//!
//! A [`Tracker`] follows the rows of a file from text to text, beginning with a text whose wiring counts as meant. As long
//! as no row reads another one than it did then, the present text counts as meant.

use super::ModelFile;
use super::actions::{Action, Kind};
use super::rows::{Edits, Target, Wiring, main_entry, wiring};
use crate::model::comments;
use crate::syntax;
use crate::text::Span;

/// The most pairs of rows that are compared where several rows changed at once.
const MAX_PAIRS: usize = 1_000_000;

/// The rows of a file, followed through its edits.
#[derive(Clone, Debug)]
pub struct Tracker {
    /// The wiring that was meant.
    meant: Wiring,
    /// The texts of the rows, as they are now.
    texts: Vec<String>,
    /// Which row of the wiring that was meant each of them is; none for a new one.
    origins: Vec<Option<usize>>,
    /// Rows that are gone, with their last text: they may come back elsewhere.
    gone: Vec<(usize, String)>,
}

impl Tracker {
    /// Begins with a file whose wiring counts as meant.
    pub fn new(file: &ModelFile) -> Tracker {
        let meant = wiring(&file.model);
        let origins = (0..meant.len()).map(Some).collect();
        Tracker { meant, texts: texts(file), origins, gone: Vec::new() }
    }

    /// Goes on to the next text of the file.
    pub fn update(&mut self, file: &ModelFile) {
        let texts = texts(file);
        let matched = matched(&self.texts, &texts);
        let mut origins: Vec<Option<usize>> = matched.iter().map(|old| self.origins[(*old)?]).collect();
        let mut is_there = vec![false; self.meant.len()];
        origins.iter().flatten().for_each(|&origin| is_there[origin] = true);
        for (old, origin) in self.origins.iter().enumerate() {
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
        (self.texts, self.origins) = (texts, origins);
        let is_whole = file.findings.iter().all(|finding| finding.diagnostic.rule != "syntax");
        if is_whole && self.stale(&wiring(&file.model)).is_empty() {
            *self = Tracker::new(file);
        }
    }

    /// The fix that makes the rows read what they read before, where the range is at a row that is new or affected.
    pub fn action(&self, file: &ModelFile, range: Span) -> Option<Action> {
        let now = wiring(&file.model);
        let stale = self.stale(&now);
        let line = file.lines.line(range.start);
        let is_here = |i: usize| {
            let span = file.model.rows[i].span;
            file.lines.line(span.start) <= line && line <= file.lines.line(span.end)
        };
        let new = self.origins.iter().enumerate().filter(|(_, origin)| origin.is_none()).map(|(i, _)| i);
        if !stale.iter().map(|(i, ..)| *i).chain(new).any(is_here) {
            return None;
        }
        let mut edits = Edits::default();
        for (i, k, value) in &stale {
            edits.replace(now[*i][*k].span, value.to_string(), &file.text);
        }
        let parse = syntax::parse(&file.text);
        for (i, claim) in comments::index_claims(&parse.tree, &file.model).into_iter().enumerate() {
            if let Some(claim) = claim.filter(|claim| self.origins.get(i) == Some(&Some(claim.index))) {
                edits.replace(claim.span, i.to_string(), &file.text);
            }
        }
        let title = match stale.len() {
            0 => return None,
            1 => "Renumber the reference below".to_owned(),
            n => format!("Renumber the {n} references below"),
        };
        Some(Action { title, kind: Kind::QuickFix, edits: edits.finish()?, finding: None, is_safe: false })
    }

    /// The entries that name another row than was meant: row, position, and what they should say.
    fn stale(&self, now: &Wiring) -> Vec<(usize, usize, i64)> {
        let mut places: Vec<Option<usize>> = vec![None; self.meant.len()];
        for (i, origin) in self.origins.iter().enumerate() {
            if let Some(place) = origin.and_then(|origin| places.get_mut(origin)) {
                *place = Some(i);
            }
        }
        let mut stale = Vec::new();
        for (i, entries) in now.iter().enumerate() {
            let Some(meant) = self.origins.get(i).copied().flatten().and_then(|origin| self.meant.get(origin)) else {
                continue;
            };
            // What was changed by hand says what is meant now.
            if !meant.iter().map(|entry| entry.value).eq(entries.iter().map(|entry| entry.value)) {
                continue;
            }
            for (k, entry) in meant.iter().enumerate() {
                let Some(row) = self.place_of(entry.target, &places).filter(|_| entry.value != -1) else { continue };
                let value = if entry.value < 0 && row < i { row as i64 - i as i64 } else { row as i64 };
                if value != entry.value {
                    stale.push((i, k, value));
                }
            }
        }
        stale
    }

    /// Where the row that was meant is now; of one that is gone, where what it read is.
    fn place_of(&self, mut target: Target, places: &[Option<usize>]) -> Option<usize> {
        loop {
            let Target::Row(row) = target else { return None };
            if let Some(place) = places.get(row).copied()? {
                return Some(place);
            }
            // A main entry always names a row further up.
            target = main_entry(&self.meant, row)?.1.target;
        }
    }
}

fn texts(file: &ModelFile) -> Vec<String> {
    file.model.rows.iter().map(|row| row.span.text(&file.text).to_owned()).collect()
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
            None => ("nothing".to_owned(), file.text),
            Some(action) => (action.title, rows::apply(&file.text, &action.edits)),
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
