//! Blocks, by the column at which they stand, and what opens them: `-`, `?` and `:`.

use super::{Block, Lexer, Mark, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::token::TokenKind;
use crate::words::message;

impl Lexer<'_> {
    pub(super) fn close_blocks(&mut self, column: i64) {
        while self.blocks.last().is_some_and(|block| block.column > column) {
            self.blocks.pop();
            self.symbol(SymbolKind::BlockEnd, self.pos, self.pos);
        }
    }

    /// Ends all blocks, as a document's end does.
    pub(super) fn blocks_end(&mut self) {
        self.close_blocks(-1);
        self.drop_key();
        self.key_allowed = false;
    }

    /// Opens a block if `column` is deeper than the innermost one.
    pub(super) fn open_block(&mut self, column: i64, sequence: bool) -> bool {
        let deeper = self.blocks.last().is_none_or(|block| block.column < column);
        if deeper {
            self.blocks.push(Block { column, line_start: self.line_start, sequence, indentless: false });
        }
        deeper
    }

    /// Whether the dash at `at` most likely starts a row: in the second pass only, as `-[` is the start of a string.
    pub(super) fn lacks_space(&self, at: usize) -> bool {
        self.tolerant && !self.in_flow() && matches!(self.bytes.get(at + 1), Some(b'[' | b'{'))
    }

    pub(super) fn dash(&mut self) {
        if self.tolerant && self.in_flow() {
            let message = message!("dash-in-list");
            self.error(SyntaxErrorKind::ExtraDash, self.pos, self.pos + 1, message);
            self.fix(SyntaxFix::safe(span(self.pos, self.skip_blanks(self.pos + 1)), ""));
            return self.garbage(self.pos + 1);
        }
        if !self.in_flow() {
            if !self.key_allowed {
                let message = message!("dash-starts-here");
                self.error(SyntaxErrorKind::SequenceInValue, self.pos, self.pos + 1, message);
                self.fix(self.line_of_its_own());
                return self.garbage(self.pos + 1);
            }
            self.open_sequence();
        }
        self.key_allowed = true;
        self.drop_key();
        self.both(SymbolKind::Dash, TokenKind::Dash, self.pos + 1);
    }

    /// Opens the list that an item here belongs to, if it isn't open.
    pub(super) fn open_sequence(&mut self) {
        let column = self.column_at(self.pos);
        if self.open_block(column, true) {
            self.symbol(SymbolKind::BlockSequence, self.pos, self.pos);
        } else if let Some(block) = self.blocks.last_mut() {
            block.indentless = !block.sequence;
        }
    }

    /// Whether no key follows the `?` at `at`, for the second pass: a list or mapping can't be one.
    pub(super) fn lacks_key(&self, at: usize) -> bool {
        let next = self.skip_blanks(at + 1);
        let no_key = matches!(self.bytes.get(next), None | Some(b'[' | b'{' | b'#'));
        self.tolerant && (no_key || self.break_at(next) > 0 || self.starts_item(next))
    }

    pub(super) fn question(&mut self) {
        if self.lacks_key(self.pos) {
            let message = message!("question-without-key");
            self.error(SyntaxErrorKind::MissingKey, self.pos, self.pos + 1, message);
            self.fix(SyntaxFix::doubtful(span(self.pos, self.pos + 1), ""));
            return self.garbage(self.pos + 1);
        }
        if !self.in_flow() {
            if !self.key_allowed {
                let message = message!("question-starts-here");
                self.error(SyntaxErrorKind::MappingInValue, self.pos, self.pos + 1, message);
                return self.garbage(self.pos + 1);
            }
            let column = self.column_at(self.pos);
            if self.open_block(column, false) {
                self.symbol(SymbolKind::BlockMapping, self.pos, self.pos);
            }
            self.no_longer_indentless();
        }
        self.explicit_key = true;
        self.key_allowed = !self.in_flow();
        self.drop_key();
        self.both(SymbolKind::Key, TokenKind::Question, self.pos + 1);
    }

    pub(super) fn colon(&mut self) {
        self.colon_of(1);
    }

    /// A colon of so many bytes.
    pub(super) fn colon_of(&mut self, len: usize) {
        if let Some(key) = self.take_key() {
            let opens = !self.in_flow() && self.open_block(key.column, false);
            self.symbols[key.symbol].mark = if opens { Mark::MappingAndKey } else { Mark::Key };
            self.no_longer_indentless();
            self.key_allowed = false;
        } else if self.stopped {
            return;
        } else {
            if self.tolerant && !self.explicit_key && (self.in_flow() || self.key_allowed) {
                let message = message!("colon-without-key");
                self.error(SyntaxErrorKind::MissingKey, self.pos, self.pos + 1, message);
                self.fix(SyntaxFix::doubtful(span(self.pos, self.pos + 1), ""));
                return self.garbage(self.pos + 1);
            }
            self.explicit_key = false;
            if !self.in_flow() {
                if !self.key_allowed {
                    let message = message!("second-colon");
                    self.error(SyntaxErrorKind::MappingInValue, self.pos, self.pos + 1, message);
                    self.fix(self.quoted_value());
                    return self.garbage(self.pos + 1);
                }
                let column = self.column_at(self.pos);
                if self.open_block(column, false) {
                    self.symbol(SymbolKind::BlockMapping, self.pos, self.pos);
                }
            }
            self.key_allowed = !self.in_flow();
            self.drop_key();
        }
        self.both(SymbolKind::Value, TokenKind::Colon, self.pos + len);
    }

    pub(super) fn no_longer_indentless(&mut self) {
        if !self.in_flow()
            && let Some(block) = self.blocks.last_mut()
        {
            block.indentless = false;
        }
    }

    /// Returns the line from `start` on; none if it is longer than anybody writes.
    pub(super) fn rest_of_line(&self, start: usize) -> Option<&str> {
        const LONGEST: usize = 512;
        let end = (start..=start + LONGEST).find(|&at| at >= self.bytes.len() || self.break_at(at) > 0)?;
        self.text.get(start..end)
    }

    /// Puts the `- ` item here on a line of its own: at the column of the item below, else two deeper than its key.
    pub(super) fn line_of_its_own(&self) -> Option<SyntaxFix> {
        let start = self.text[..self.pos].trim_end_matches([' ', '\t']).len();
        let around = usize::try_from(self.blocks.last()?.column).ok()?;
        let end = self.pos + self.rest_of_line(self.pos)?.len();
        let line = end + self.break_at(end);
        let below = self.skip_spaces(line);
        let column = if self.starts_item(below) && below - line >= around { below - line } else { around + 2 };
        let replacement = format!("\n{}", " ".repeat(column));
        Some(SyntaxFix::doubtful(span(start, self.pos), replacement))
    }

    /// Quotes the value that contains this colon.
    pub(super) fn quoted_value(&self) -> Option<SyntaxFix> {
        let value = self.symbols.last().filter(|last| last.kind == SymbolKind::Plain)?;
        let start = value.span.start as usize;
        let line = self.rest_of_line(start)?;
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        SyntaxFix::quotes(span(start, start + line.len()), self.text)
    }
}
