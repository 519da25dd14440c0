//! Blanks, comments and line breaks, and columns.

use super::{Lexer, span};
use crate::syntax::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use crate::syntax::token::TokenKind;
use crate::words::{Message, message};

impl Lexer<'_> {
    pub(super) fn trivia(&mut self) {
        loop {
            self.prefix();
            let start = self.pos;
            self.pos = self.skip_blanks(start);
            if let Some(tab) = self.find_tab(start, self.pos) {
                self.tab(tab);
            }
            self.odd_spaces();
            self.tokens.push(TokenKind::Whitespace, self.pos);
            if self.bytes.get(self.pos) == Some(&b'#') {
                let start = self.pos;
                self.pos = self.line_end(start);
                self.tokens.push(TokenKind::Comment, self.pos);
                self.comments.push(span(start, self.pos));
            } else {
                self.foreign();
            }
            match self.break_at(self.pos) {
                0 => return,
                len => {
                    self.pos += len;
                    self.tokens.push(TokenKind::Newline, self.pos);
                    self.new_line(self.pos);
                    if !self.in_flow() {
                        self.key_allowed = true;
                    }
                }
            }
        }
    }

    pub(super) fn tab(&mut self, at: usize) {
        if at < self.tabs_told {
            return;
        }
        if self.in_flow() || !self.key_allowed {
            return self.tab_separation(at);
        }
        self.tab_indentation(at);
    }

    pub(super) fn tab_indentation(&mut self, at: usize) {
        let before = &self.text[..at];
        let start = before.trim_end_matches([' ', '\t']).len();
        let end = self.skip_blanks(at);
        let leads_line = start == 0 || before[..start].ends_with(['\n', '\r', '\u{feff}']);
        let message = message!("tab-indents");
        self.error(SyntaxErrorKind::Tab, at, at + 1, message);
        let spaces = self.text[start..end].replace('\t', "  ");
        let blanks = span(start, end);
        self.fix(match self.bytes.get(end) {
            None => SyntaxFix::safe(blanks, ""),
            Some(_) if self.break_at(end) > 0 => SyntaxFix::safe(blanks, ""),
            Some(b'#') => SyntaxFix::safe(blanks, spaces),
            Some(_) if !leads_line => SyntaxFix::safe(blanks, " "),
            // Once the line's column is known, the column of the lines around it replaces this guess.
            Some(_) => SyntaxFix::doubtful(blanks, spaces),
        });
    }

    pub(super) fn tab_separation(&mut self, at: usize) {
        let message = message!("tab-between-words");
        self.warn(SyntaxErrorKind::TabSeparation, at, message, " ");
        let next = self.skip_blanks(at);
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        let outside = before.ends_with([',', ':', '[', ']', '{', '}', '-', '\n', '\r']);
        let at_end = matches!(self.bytes.get(next), None | Some(b',' | b']' | b'}' | b'#')) || self.break_at(next) > 0;
        // In the middle of a value, it may be a part of it.
        if let Some(fix) = self.errors.last_mut().and_then(|error| error.fix.as_mut()) {
            fix.safe = outside || at_end;
        }
    }

    /// Reports a character that only one of PyYAML's loaders rejects.
    pub(super) fn warn(&mut self, kind: SyntaxErrorKind, at: usize, message: Message, replacement: &'static str) {
        self.errors.push(SyntaxError {
            kind,
            span: span(at, at + 1),
            message,
            fix: Some(SyntaxFix::doubtful(span(at, at + 1), replacement)),
        });
    }

    pub(super) fn new_line(&mut self, start: usize) {
        self.line += 1;
        self.line_start = start;
        self.column = (start, 0);
    }

    /// The length of the line break at `at`: LF, CR LF, CR, and YAML 1.1's NEL, LS and PS.
    pub(super) fn break_at(&self, at: usize) -> usize {
        match self.bytes.get(at) {
            Some(b'\n') => 1,
            Some(b'\r') => 1 + usize::from(self.bytes.get(at + 1) == Some(&b'\n')),
            Some(0xC2) if self.bytes.get(at + 1) == Some(&0x85) => 2,
            Some(0xE2)
                if self.bytes.get(at + 1) == Some(&0x80) && matches!(self.bytes.get(at + 2), Some(0xA8 | 0xA9)) =>
            {
                3
            }
            _ => 0,
        }
    }

    pub(super) fn blank_at(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\t')) || self.break_at(at) > 0
    }

    pub(super) fn line_end(&self, mut at: usize) -> usize {
        while at < self.bytes.len() && self.break_at(at) == 0 {
            at += 1;
        }
        at
    }

    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    }

    /// The column, in characters, of an offset on the current line; asked for in ascending order, that costs one walk.
    pub(super) fn column_at(&mut self, at: usize) -> i64 {
        let (from, column) = self.column;
        if at < from {
            return count_columns(&self.bytes[self.line_start..at]);
        }
        let column = column + count_columns(&self.bytes[from..at]);
        self.column = (at, column);
        column
    }

    pub(super) fn in_flow(&self) -> bool {
        !self.brackets.is_empty()
    }

    /// Whether only a comment follows `at` on its line.
    pub(super) fn is_blank_behind(&self, at: usize) -> bool {
        let next = self.skip_blanks(at);
        matches!(self.bytes.get(next), None | Some(b'#')) || self.break_at(next) > 0
    }
}

/// Counts the columns of a text: its characters without byte order marks.
fn count_columns(bytes: &[u8]) -> i64 {
    if bytes.is_ascii() {
        return bytes.len() as i64;
    }
    let characters = bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count();
    let marks = bytes.windows(3).filter(|w| w == b"\xEF\xBB\xBF").count();
    (characters - marks) as i64
}
