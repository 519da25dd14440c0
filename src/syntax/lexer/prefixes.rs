//! What lines begin with that were copied from elsewhere: their numbers, the `>` of a quotation, the marks of a diff.

use super::{Lexer, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::words::{Message, message};

/// The fewest lines that begin with their numbers.
const FEWEST: usize = 4;

/// What a diff says of itself, on lines of their own.
const HEADERS: [&str; 6] = ["@@ ", "diff --git ", "index ", "--- ", "+++ ", "\\ No newline"];

/// What lines begin with.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Quote,
    /// The marks of a diff; lines that stay have a space for it where all lines are those of one.
    Diff {
        is_whole: bool,
    },
}

/// What lines begin with, in a text where they do.
pub(super) struct Prefixes {
    kind: Kind,
    /// The blanks between it and its line.
    blanks: usize,
    /// Where the line begins whose prefix was passed over last.
    line: usize,
    /// Whether it was said.
    is_told: bool,
}

impl Kind {
    /// What lines of this text begin with.
    fn of(text: &str) -> Option<Kind> {
        if are_numbered(text) {
            Some(Kind::Number)
        } else if text.lines().any(is_quoted) && !text.contains("\n>>>>>>>") {
            Some(Kind::Quote)
        } else {
            diff(text)
        }
    }

    /// The length of what a line begins with, without blanks behind it; all of a line that is to go.
    fn len(self, line: &str) -> Option<usize> {
        match self {
            Kind::Number => Some(number(line)?.0),
            Kind::Quote => {
                line.starts_with('>').then(|| line.len() - line.trim_start_matches(['>', ' ']).len()).map(|len| {
                    // The last mark is followed by the line's own indentation.
                    line[..len].rfind('>').map_or(len, |at| at + 1)
                })
            }
            Kind::Diff { is_whole } => match line.as_bytes().first()? {
                _ if is_header(line) => Some(line.len()),
                b'-' if is_whole || is_row(&line[1..]) => Some(line.len()),
                b' ' if is_whole => Some(1),
                b'+' => Some(1),
                _ => None,
            },
        }
    }

    fn message(self) -> Message {
        match self {
            Kind::Number => message!("lines-with-numbers"),
            Kind::Quote => message!("lines-quoted"),
            Kind::Diff { .. } => message!("lines-of-diff"),
        }
    }
}

/// Whether lines begin with their numbers: those that do count up by one, and rows are among them.
fn are_numbered(text: &str) -> bool {
    let (mut count, mut rows, mut last) = (0, 0, None);
    for line in text.lines().map(str::trim_end) {
        let Some((len, number)) = number(line) else { continue };
        if last.is_some_and(|last| number != last + 1) {
            return false;
        }
        last = Some(number);
        count += 1;
        rows += usize::from(is_row(&line[len..]));
    }
    count >= FEWEST && 2 * rows >= FEWEST
}

/// The length of the number that a line begins with, with blanks before it and a mark behind it, and what it is.
fn number(line: &str) -> Option<(usize, u64)> {
    let digits = line.trim_start_matches([' ', '\t']);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = digits[..digits.len() - rest.len()].parse().ok()?;
    let marked = rest.strip_prefix(['.', ':', '|', ')']).unwrap_or(rest);
    let is_apart = marked.len() < rest.len() || marked.is_empty() || marked.starts_with([' ', '\t']);
    is_apart.then_some((line.len() - marked.len(), number))
}

fn is_row(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with("- [")
}

/// Whether a line is a row behind the mark of a quotation.
fn is_quoted(line: &str) -> bool {
    line.starts_with('>') && is_row(line.trim_start_matches(['>', ' ']))
}

fn is_header(line: &str) -> bool {
    HEADERS.iter().any(|header| line.starts_with(header))
}

/// Whether a text is a diff, or has rows that one adds.
fn diff(text: &str) -> Option<Kind> {
    let is_hunk = |line: &str| line.starts_with("@@ -") && line[1..].contains(" @@");
    let is_added = |line: &str| line.strip_prefix('+').is_some_and(is_row);
    if !text.lines().any(|line| is_hunk(line) || is_added(line)) {
        return None;
    }
    let mut lines = text.lines().filter(|line| !line.trim_ascii().is_empty());
    let is_whole = lines.all(|line| line.starts_with([' ', '+', '-']) || is_header(line));
    Some(Kind::Diff { is_whole })
}

impl Lexer<'_> {
    /// Finds out what lines begin with.
    pub(super) fn find_prefixes(&mut self) {
        let Some(kind) = self.tolerant.then(|| Kind::of(self.text)).flatten() else { return };
        let blanks = self.text.lines().filter_map(|line| {
            let rest = &line[kind.len(line.trim_end())?..];
            let words = rest.trim_start_matches([' ', '\t']);
            (!words.is_empty()).then_some(rest.len() - words.len())
        });
        let blanks = match kind {
            Kind::Number => blanks.min().unwrap_or_default(),
            Kind::Quote => blanks.min().unwrap_or_default().min(1),
            Kind::Diff { .. } => 0,
        };
        self.prefixes = Some(Prefixes { kind, blanks, line: usize::MAX, is_told: false });
    }

    /// Whether the line at `line` begins so.
    pub(super) fn has_prefix(&self, line: usize) -> bool {
        let prefix = |prefixes: &Prefixes| prefixes.kind.len(self.rest_of_line(line)?.trim_end());
        self.prefixes.as_ref().and_then(prefix).is_some()
    }

    /// Where the line at `line` begins behind it.
    pub(super) fn behind_prefix(&self, line: usize) -> usize {
        let prefix = |prefixes: &Prefixes| {
            let rest = self.rest_of_line(line)?.trim_end();
            Some((prefixes.kind.len(rest)? + prefixes.blanks).min(rest.len()))
        };
        line + self.prefixes.as_ref().and_then(prefix).unwrap_or_default()
    }

    /// Passes over what a line begins with.
    pub(super) fn prefix(&mut self) {
        let Some(prefixes) =
            self.prefixes.as_mut().filter(|prefixes| self.pos == self.line_start && prefixes.line != self.pos)
        else {
            return;
        };
        let end = self.text[self.pos..].find(['\n', '\r']).map_or(self.text.len(), |at| self.pos + at);
        let Some(len) = prefixes.kind.len(self.text[self.pos..end].trim_end()) else { return };
        let start = self.pos;
        let behind = (start + len + prefixes.blanks).min(end);
        prefixes.line = behind;
        let message = prefixes.kind.message();
        // A line that stays, in a diff, has nothing to tell of.
        let is_told =
            self.text[start..start + len].trim_ascii().is_empty() || std::mem::replace(&mut prefixes.is_told, true);
        if !is_told {
            let fix = self.without_prefixes();
            self.error(SyntaxErrorKind::ForeignLine, start, start + len, message);
            self.fix(fix);
        }
        self.garbage(behind);
        self.line_start = behind;
        self.column = (behind, 0);
    }

    /// The fix that takes it out of all lines.
    fn without_prefixes(&self) -> Option<SyntaxFix> {
        let Prefixes { kind, blanks, .. } = *self.prefixes.as_ref()?;
        let mut text = String::with_capacity(self.text.len());
        for line in self.text.split_inclusive('\n') {
            let words = line.trim_end();
            match kind.len(words) {
                Some(len) if len == words.len() && matches!(kind, Kind::Diff { .. }) && len > 1 => {}
                Some(len) if line[len..].trim().is_empty() => text += line[len..].trim_matches([' ', '\t']),
                Some(len) => text += line.get(len + blanks..).unwrap_or_default(),
                None => text += line,
            }
        }
        let whole = span(0, self.text.len());
        // What a diff takes out may be what was wanted.
        Some(match kind {
            Kind::Diff { .. } => SyntaxFix::doubtful(whole, text),
            _ => SyntaxFix::safe(whole, text),
        })
    }
}
