//! Applies fixes of findings to a text until nothing changes.
//!
//! Safe fixes that don't touch each other are applied together, and the result is checked. A fix is kept only if its
//! finding is gone and no working row has become an error, so a rule with a wrong fix can't break a file.
//!
//! A fix may edit the framework's source; what is checked then is the text with that source.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::analysis::Status;
use crate::check::{self, Checked, Finding, Request};
use crate::dialect::Dialect;
use crate::model::ReadFile;
use crate::rules::{Diagnostic, Fix, Severity};
use crate::text::{FileEdits, SourceFile, Span};
use crate::words::Message;

pub use crate::text::apply_in_style as apply;

/// Largest number of rounds. A fix can reveal others, for example the comma that completes a row.
const MAX_ROUNDS: usize = 100;

/// Kinds of fixes to apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Include fixes that need review.
    pub doubtful: bool,
    /// Include fixes of hints.
    pub hints: bool,
}

/// A text after fixes.
#[derive(Clone, Debug)]
pub struct Fixed {
    pub text: String,
    /// Number of fixed findings.
    pub count: usize,
    /// The framework's files that were edited.
    pub files: Vec<EditedFile>,
    /// The framework with them.
    pub dialect: Arc<dyn Dialect>,
}

/// A file of the framework after fixes.
#[derive(Clone, Debug)]
pub struct EditedFile {
    /// The file before.
    pub before: Arc<SourceFile>,
    /// Its text after.
    pub after: String,
}

/// Applies fixes until nothing changes. If several findings change the same place, the first in the text wins.
pub fn fix(text: &str, request: &Request, which: Which) -> Fixed {
    let mut state = State::new(text, request);
    let mut seen = HashSet::from([state.texts()]);
    for _ in 0..MAX_ROUNDS {
        let safe = state.candidates(which, true);
        let next = state.with_as_many_as_possible(&safe, &seen).or_else(|| {
            // A doubtful fix is applied alone, because it may also remove the cause of other findings.
            let doubtful = if which.doubtful { state.candidates(which, false) } else { Vec::new() };
            doubtful.into_iter().find_map(|candidate| state.with(&[candidate], &seen))
        });
        let Some(next) = next else { break };
        seen.insert(next.texts());
        state = next;
    }
    let State { text, count, files, request, .. } = state;
    Fixed { text, count, files, dialect: request.options.dialect }
}

/// Findings of a text, to compare before and after fixes.
struct Look {
    findings: Vec<Finding>,
    /// Whether each row's figures are known at all scales.
    known: Vec<bool>,
}

impl Look {
    fn at(text: &str, request: &Request) -> Look {
        let Checked { analyses, findings, .. } = check::checked(ReadFile::new(text), request);
        let analyses = analyses.checked();
        let rows = analyses.iter().map(|analysis| analysis.rows.len()).max().unwrap_or(0);
        let is_known = |i: usize| {
            let statuses = analyses.iter().map(|analysis| analysis.rows.get(i).map(|row| &row.status));
            statuses.into_iter().all(|status| matches!(status, Some(Status::Exact | Status::Uncounted(_))))
        };
        Look { known: (0..rows).map(is_known).collect(), findings }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().map(|finding| &finding.diagnostic).filter(|d| d.severity == Severity::Error)
    }

    /// Whether there is a new error that wasn't merely hidden before.
    fn is_worse_than(&self, before: &Look) -> bool {
        let mut had: HashMap<(&str, &Message), usize> = HashMap::new();
        for error in before.errors() {
            *had.entry((error.rule, &error.message)).or_default() += 1;
        }
        // A syntax error, or a row that isn't one, keeps rules from finding other errors.
        let was_open = before.errors().all(|error| error.row.is_some() && error.rule != "malformed-row");
        if self.known.len() != before.known.len() {
            return was_open && self.errors().count() > before.errors().count();
        }
        self.errors().any(|error| match had.get_mut(&(error.rule, &error.message)) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            // An error on a row that still works tells why others don't.
            _ => error.row.map_or(was_open, |row| {
                before.known.get(row) == Some(&true) && (was_open || self.known.get(row) != Some(&true))
            }),
        })
    }
}

/// A finding and the fix to apply.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    finding: &'a Diagnostic,
    fix: &'a Fix,
}

impl Candidate<'_> {
    /// Whether other fixes may be wrong after it: it adds or removes lines, or changes what modules do.
    fn stands_alone(&self, text: &str) -> bool {
        !self.fix.files.is_empty()
            || self.fix.edits.iter().any(|(span, new)| (span.text(text).to_owned() + new).contains(['\n', '\r']))
    }

    fn touches(&self, other: &Candidate<'_>) -> bool {
        let mut pairs = self.fix.edits.iter().flat_map(|a| other.fix.edits.iter().map(move |b| (a, b)));
        pairs.any(|((a, _), (b, _))| a.touches(b.start) || b.touches(a.start))
    }
}

/// The text between rounds.
struct State {
    text: String,
    /// The files of the framework that were edited.
    files: Vec<EditedFile>,
    /// What is asked for, with the framework as it is edited.
    request: Request,
    look: Look,
    count: usize,
}

impl State {
    fn new(text: &str, request: &Request) -> State {
        let look = Look::at(text, request);
        State { look, text: text.to_owned(), files: Vec::new(), request: request.clone(), count: 0 }
    }

    /// All that fixes may change.
    fn texts(&self) -> Vec<String> {
        [&self.text].into_iter().chain(self.files.iter().map(|file| &file.after)).cloned().collect()
    }

    /// Returns the first fix of each finding that has the given safety.
    fn candidates(&self, which: Which, safe: bool) -> Vec<Candidate<'_>> {
        let reported = self.look.findings.iter().map(|finding| &finding.diagnostic);
        let reported = reported.filter(|d| which.hints || d.severity != Severity::Hint);
        let fixes = reported.filter_map(|finding| {
            let fix = finding.fixes.iter().find(|fix| fix.safe == safe)?;
            Some(Candidate { finding, fix })
        });
        fixes.collect()
    }

    /// Applies as many of the fixes as work together.
    fn with_as_many_as_possible(&self, candidates: &[Candidate<'_>], seen: &HashSet<Vec<String>>) -> Option<State> {
        let mut apart: Vec<Candidate<'_>> = Vec::new();
        for candidate in candidates {
            if !candidate.stands_alone(&self.text) && apart.iter().all(|other| !candidate.touches(other)) {
                apart.push(*candidate);
            }
        }
        let (_, best) = self.grown((Vec::new(), None), &apart, seen);
        best.or_else(|| {
            let mut alone = candidates.iter().filter(|candidate| candidate.stands_alone(&self.text));
            alone.find_map(|candidate| self.with(&[*candidate], seen))
        })
    }

    /// Adds candidates to the taken ones: all at once, or if that fails, each half by itself.
    fn grown<'a>(
        &self,
        (taken, best): (Vec<Candidate<'a>>, Option<State>),
        more: &[Candidate<'a>],
        seen: &HashSet<Vec<String>>,
    ) -> (Vec<Candidate<'a>>, Option<State>) {
        if more.is_empty() {
            return (taken, best);
        }
        // Most fixes work together, so one try usually takes them all; halving finds the few that don't.
        let all = [taken.as_slice(), more].concat();
        if let Some(state) = self.with(&all, seen) {
            return (all, Some(state));
        }
        if more.len() == 1 {
            return (taken, best);
        }
        let (left, right) = more.split_at(more.len() / 2);
        self.grown(self.grown((taken, best), left, seen), right, seen)
    }

    /// Applies fixes; none if one of their findings remains, an error is new, or the text was seen before.
    fn with(&self, taken: &[Candidate<'_>], seen: &HashSet<Vec<String>>) -> Option<State> {
        let edits: Vec<(Span, String)> = taken.iter().flat_map(|candidate| candidate.fix.edits.clone()).collect();
        let mut next = State {
            text: apply(&self.text, &edits),
            files: self.files.clone(),
            request: self.request.clone(),
            look: Look { findings: Vec::new(), known: Vec::new() },
            count: self.count + taken.len(),
        };
        for candidate in taken.iter().filter(|candidate| !candidate.fix.files.is_empty()) {
            next.edit(&candidate.fix.files)?;
        }
        if seen.contains(&next.texts()) {
            return None;
        }
        next.look = Look::at(&next.text, &next.request);
        let look = &next.look;
        let is_there = |candidate: &Candidate<'_>| {
            let (before, after) = moved(candidate.finding.span.start, &edits);
            look.findings.iter().map(|finding| &finding.diagnostic).any(|d| {
                let is_same = (d.rule, &d.message) == (candidate.finding.rule, &candidate.finding.message);
                is_same && (before..=after).contains(&d.span.start)
            })
        };
        let is_good = !taken.iter().any(is_there) && !look.is_worse_than(&self.look);
        is_good.then_some(next)
    }

    /// Edits files of the framework.
    fn edit(&mut self, edits: &[FileEdits]) -> Option<()> {
        self.request.options.dialect = self.request.options.dialect.source()?.edited(edits);
        for edited in edits {
            let after = edited.applied();
            match self.files.iter_mut().find(|file| file.before.path == edited.file.path) {
                Some(known) => known.after = after,
                None => self.files.push(EditedFile { before: edited.file.clone(), after }),
            }
        }
        Some(())
    }
}

/// Returns the range of an offset's possible places after edits; it is a single place unless the offset is at an edit.
fn moved(offset: u32, edits: &[(Span, String)]) -> (u32, u32) {
    let (mut from, mut to) = (i64::from(offset), i64::from(offset));
    for (span, new) in edits {
        let grows = new.len() as i64 - i64::from(span.len());
        if span.end < offset || (span.end == offset && !span.is_empty()) {
            (from, to) = (from + grows, to + grows);
        } else if span.touches(offset) {
            (from, to) = (from + grows.min(0), to + grows.max(0));
        }
    }
    let clamped = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    (clamped(from), clamped(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "head:\n  - [-1, 1, Classify, [3]]\n";

    fn fixed(text: &str, doubtful: bool) -> (String, usize) {
        let Fixed { text, count, .. } = fix(text, &Request::default(), Which { doubtful, hints: false });
        (text, count)
    }

    #[test]
    fn safe_fixes_and_others() {
        let text = format!("# yolint: ignore[bad-form]\nbackbone:\n  - [-1, 1, Convv, [16, 3, 2]]\n{HEAD}");
        let safely = text.replace("bad-form", "bad-from");
        assert_eq!(fixed(&text, false).0.lines().nth(2), Some("  - [-1, 1, Convv, [16, 3, 2]]"));
        assert!(!fixed(&text, false).0.contains("bad-form"));
        assert_eq!(fixed(&text, true).0, fixed(&safely.replace("Convv", "Conv"), true).0);
        assert_eq!(fixed(HEAD, true).1, 0);
    }

    /// The second mistake comes to light once the first is mended.
    #[test]
    fn fixes_that_bring_others_to_light() {
        let text = format!("backbone:\n  - [-1, 1, Convv [16, 3, 2]]\n{HEAD}");
        let expected = format!("backbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n{HEAD}");
        assert_eq!(fixed(&text, true), (expected, 2));
    }

    #[test]
    fn line_breaks_stay_as_they_are() {
        let edits = [(Span::new(1, 2), "x\ny".to_owned()), (Span::empty(0), "z".to_owned())];
        assert_eq!(apply("abc\r\n", &edits), "zax\r\nyc\r\n");
        assert_eq!(apply("abc\n", &edits), "zax\nyc\n");
    }

    #[test]
    fn offsets_move_with_edits() {
        let edits = [(Span::new(2, 4), "long word".to_owned()), (Span::empty(10), ",".to_owned())];
        assert_eq!(moved(1, &edits), (1, 1));
        assert_eq!(moved(5, &edits), (12, 12));
        assert_eq!(moved(10, &edits), (17, 18));
        assert_eq!(moved(2, &edits), (2, 9));
    }
}
