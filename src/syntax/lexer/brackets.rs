//! Brackets and the commas between them, and where a list of rows in brackets ends.

use super::{Lexer, Rows, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::token::TokenKind;
use crate::words::message;

impl Lexer<'_> {
    pub(super) fn open(&mut self, open: u8, first_on_line: bool) {
        self.save_key();
        if self.brackets.is_empty() {
            self.rows = None;
        }
        if self.tolerant && (open == b'[' || self.in_flow()) {
            self.note_row(first_on_line);
        }
        self.brackets.push(open);
        self.keys.push(None);
        self.key_allowed = true;
        match open {
            b'[' => self.both(SymbolKind::OpenBracket, TokenKind::OpenBracket, self.pos + 1),
            _ => self.both(SymbolKind::OpenBrace, TokenKind::OpenBrace, self.pos + 1),
        }
    }

    /// Remembers the layout of a list of rows in brackets: the list is the outermost `[`, unless that is a row of a block.
    pub(super) fn note_row(&mut self, first_on_line: bool) {
        match self.brackets.as_slice() {
            [] => {
                use SymbolKind::{Anchor, DocumentStart, Tag, Value};
                let last = self.symbols.last().map(|last| last.kind);
                let is_value = matches!(last, None | Some(Value | Anchor | Tag | DocumentStart));
                self.rows = is_value.then_some(Rows { column: -1, settled: false });
            }
            [b'['] => {
                let column = self.column_at(self.pos);
                let Some(rows) = &mut self.rows else { return };
                if first_on_line {
                    rows.column = if rows.settled { rows.column.max(column) } else { column };
                    rows.settled = true;
                } else if rows.column < 0 {
                    rows.column = column;
                }
            }
            _ => {}
        }
    }

    pub(super) fn close(&mut self, close: u8) {
        let open = if close == b']' { b'[' } else { b'{' };
        let Some(depth) = self.brackets.iter().rposition(|&bracket| bracket == open) else {
            return self.extra_bracket();
        };
        if self.tolerant && self.rows.is_some() && depth == 0 && self.rows_go_on(self.pos + 1) {
            self.extra_bracket();
            self.symbol(SymbolKind::ExtraBracket, self.pos - 1, self.pos);
            return;
        }
        if depth + 1 < self.brackets.len() {
            let message = message!("closes-wrong", bracket = char::from(close));
            if !self.tolerant {
                return self.error(SyntaxErrorKind::UnclosedBracket, self.pos, self.pos, message);
            }
            self.reduce_brackets(depth + 1);
        }
        self.drop_key();
        self.brackets.pop();
        self.keys.pop();
        self.key_allowed = false;
        match close {
            b']' => self.both(SymbolKind::CloseBracket, TokenKind::CloseBracket, self.pos + 1),
            _ => self.both(SymbolKind::CloseBrace, TokenKind::CloseBrace, self.pos + 1),
        }
    }

    pub(super) fn extra_bracket(&mut self) {
        let message = message!("closes-nothing", bracket = char::from(self.bytes[self.pos]));
        self.error(SyntaxErrorKind::ExtraBracket, self.pos, self.pos + 1, message);
        self.fix(SyntaxFix {
            safe: self.is_blank_behind(self.pos + 1),
            ..SyntaxFix::safe(span(self.pos, self.pos + 1), "")
        });
        self.garbage(self.pos + 1);
    }

    /// Whether a list of rows continues below the line of `at`, so that a bracket there can't have been its end: the
    /// next line starts with a bracket, or the list has rows and the line doesn't belong to the block layout.
    pub(super) fn rows_go_on(&self, at: usize) -> bool {
        let mut line = self.line_end(at);
        loop {
            match self.break_at(line) {
                0 => return false,
                len => line += len,
            }
            let at = self.skip_blanks(line);
            if at < self.bytes.len() && self.break_at(at) == 0 && self.bytes[at] != b'#' {
                let has_row = self.rows.is_some_and(|rows| rows.column >= 0);
                return matches!(self.bytes[at], b'[' | b']') || (has_row && !self.is_block_line(line));
            }
            line = self.line_end(at);
        }
    }

    /// Drops the brackets deeper than `depth`, and tells the parser.
    pub(super) fn reduce_brackets(&mut self, depth: usize) {
        if self.brackets.len() > depth {
            self.brackets.truncate(depth);
            self.keys.truncate(depth + 1);
            let depth = depth.min(usize::from(u8::MAX)) as u8;
            self.symbol(SymbolKind::Resync { depth }, self.pos, self.pos);
        }
    }

    pub(super) fn comma(&mut self) {
        if !self.in_flow() {
            let message = message!("comma-after-row");
            let end = self.pos + self.bytes[self.pos..].iter().take_while(|byte| **byte == b',').count();
            self.error(SyntaxErrorKind::TrailingComma, self.pos, end, message);
            self.fix(SyntaxFix { safe: self.is_blank_behind(end), ..SyntaxFix::safe(span(self.pos, end), "") });
            return self.garbage(end);
        }
        self.key_allowed = true;
        self.drop_key();
        self.both(SymbolKind::Comma, TokenKind::Comma, self.pos + 1);
    }
}
