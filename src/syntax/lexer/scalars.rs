//! Finds the ends of scalars, by the rules of PyYAML's scanner.

use super::{Lexer, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::scalar::push_break;
use crate::syntax::token::TokenKind;
use crate::words::message;

impl Lexer<'_> {
    pub(super) fn plain(&mut self) {
        if self.key_with_odd_colon() {
            return;
        }
        let is_value = !self.key_allowed;
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let indent = self.blocks.last().map_or(0, |block| block.column + 1);
        let mut end = self.plain_run(start, true);
        let mut kind = SymbolKind::Plain;
        while let Some((next, lines)) = self.plain_gap(end, indent) {
            if is_value && lines.is_none() && kind == SymbolKind::Plain && self.is_second_key(start, next) {
                end -= usize::from(self.bytes[end - 1] == b',');
                break;
            }
            let run_end = self.plain_run(next, false);
            if run_end == next {
                break;
            }
            end = run_end;
            if let Some((count, line_start)) = lines {
                kind = SymbolKind::PlainLines;
                self.line += count;
                self.line_start = line_start;
                self.column = (line_start, 0);
            }
            self.key_allowed = false;
        }
        if self.in_flow() {
            self.warn_between_brackets(start, end);
        }
        self.both(kind, TokenKind::Plain, end);
    }

    /// Warns about a plain scalar between brackets that PyYAML's loaders read differently.
    fn warn_between_brackets(&mut self, start: usize, end: usize) {
        if let Some(at) = self.bytes[start..end].iter().position(|&b| b == b'?') {
            let message = message!("question-in-brackets");
            self.warn(SyntaxErrorKind::RefusedByPython, start + at, message, "");
        }
        if self.bytes.get(end) == Some(&b':') && !self.blank_at(end + 1) {
            let message = message!("colon-without-space");
            self.warn(SyntaxErrorKind::RefusedByLibyaml, end, message, ": ");
        }
    }

    /// The end of a plain scalar's run without blanks.
    fn plain_run(&self, start: usize, first: bool) -> usize {
        let in_flow = self.in_flow();
        let mut at = start + usize::from(first);
        while let Some(&b) = self.bytes.get(at) {
            let ends = match b {
                b' ' | b'\t' | b'\n' | b'\r' => true,
                b':' => self.blank_at(at + 1) || (in_flow && b",[]{}".contains(&self.bytes[at + 1])),
                b',' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xC2 | 0xE2 => self.break_at(at) > 0,
                _ => false,
            };
            if ends {
                break;
            }
            at += 1;
        }
        at
    }

    /// Returns where a plain scalar may continue after the run that ended at `end`, and the line breaks (and line
    /// start) between; `None` if it ends there.
    fn plain_gap(&mut self, end: usize, indent: i64) -> Option<(usize, Option<(u32, usize)>)> {
        let mut at = self.skip_blanks(end);
        let (mut lines, mut marker) = (None, false);
        let mut indenting_tab = None;
        while self.break_at(at) > 0 {
            self.key_allowed = true;
            at += self.break_at(at);
            lines = Some((lines.map_or(0, |(count, _)| count) + 1, at));
            marker = self.marker_at(at);
            if marker {
                break;
            }
            let line_start = at;
            at = self.skip_blanks(at);
            let tab = self.find_tab(line_start, at);
            let tab = tab.filter(|tab| ((tab - line_start) as i64) < indent);
            indenting_tab = indenting_tab.or(tab);
        }
        if let Some(tab) = indenting_tab {
            self.tab_indentation(tab);
        } else if let Some(tab) = self.find_tab(end, at) {
            self.tab_separation(tab);
        }
        self.tabs_told = at;
        if marker || at == end || matches!(self.bytes.get(at), None | Some(b'#')) {
            return None;
        }
        if let Some((_, line_start)) = lines {
            if !self.in_flow() && ((at - line_start) as i64) < indent {
                return None;
            }
            let starts_anew = match self.in_flow() {
                _ if !self.tolerant => false,
                true => self.resync_at(line_start).is_some(),
                false => self.starts_item(at),
            };
            if starts_anew || (self.tolerant && (self.looks_like_key(at) || self.has_prefix(line_start))) {
                return None;
            }
        }
        Some((at, lines))
    }

    pub(super) fn find_tab(&self, start: usize, end: usize) -> Option<usize> {
        let tab = self.bytes[start..end].iter().position(|&b| b == b'\t')?;
        Some(start + tab)
    }

    pub(super) fn quoted(&mut self, quote: u8) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let (line, line_start, column) = (self.line, self.line_start, self.column);
        let mut at = start + 1;
        let closed = loop {
            let Some(&b) = self.bytes.get(at) else {
                break false;
            };
            if b == quote {
                if quote != b'\'' || self.bytes.get(at + 1) != Some(&b'\'') {
                    break true;
                }
                at += 2;
                continue;
            }
            if b == b'\\' && quote == b'"' && self.break_at(at + 1) == 0 {
                at += 2;
                continue;
            }
            match self.break_at(at) {
                0 => at += 1,
                len => {
                    at += len;
                    self.new_line(at);
                    if self.marker_at(at) || (self.tolerant && self.resync_at(at).is_some()) {
                        break false;
                    }
                }
            }
        };
        let (symbol, token) = match quote {
            b'"' => (SymbolKind::DoubleQuoted, TokenKind::DoubleQuoted),
            _ => (SymbolKind::SingleQuoted, TokenKind::SingleQuoted),
        };
        if closed {
            return self.both(symbol, token, at + 1);
        }
        (self.line, self.line_start, self.column) = (line, line_start, column);
        let message = message!("quote-not-closed", quote = char::from(quote));
        self.error(SyntaxErrorKind::UnclosedQuote, start, start + 1, message);
        let end = self.unclosed_end(start);
        self.fix(SyntaxFix::doubtful(span(end, end), char::from(quote).to_string()));
        self.both(SymbolKind::Unquoted, token, end);
    }

    /// Returns the most likely end of a quoted scalar without a closing quote: the next `,` or closing bracket if a
    /// bracket is open, at the latest the end of its line.
    fn unclosed_end(&self, start: usize) -> usize {
        let line = &self.text[start..self.line_end(start)];
        let line = line.split(" #").next().unwrap_or(line);
        let cell = match self.in_flow() {
            true => line.split([',', ']', '}']).next().unwrap_or(line),
            false => line,
        };
        start + cell.trim_end_matches([' ', '\t']).len()
    }

    /// Whether a block scalar is allowed here; otherwise the tolerant lexer keeps the lines below it.
    pub(super) fn takes_block_scalar(&self) -> bool {
        !self.in_flow() && (!self.tolerant || self.is_value_next())
    }

    pub(super) fn block_scalar(&mut self) {
        self.key_allowed = true;
        self.drop_key();
        let start = self.pos;
        let Some(header) = self.block_header() else {
            let message = message!("block-scalar");
            self.error(SyntaxErrorKind::InvalidBlockScalar, start, start + 1, message);
            self.both(SymbolKind::Plain, TokenKind::Garbage, self.line_end(start));
            return;
        };
        let (body, mut breaks) = (self.pos, String::new());
        let least = self.blocks.last().map_or(1, |block| (block.column + 1).max(1)) as usize;
        let mut at = body;
        let mut text_end = body;
        let indent = match header.indent {
            Some(indent) => {
                at = self.block_breaks(at, least + indent - 1, &mut breaks, &mut text_end);
                least + indent - 1
            }
            None => {
                let mut deepest = 0;
                loop {
                    let line = at;
                    at = self.skip_spaces(at);
                    deepest = deepest.max(at - line);
                    match self.break_at(at) {
                        0 => break,
                        len => {
                            push_break(&mut breaks, &self.text[at..at + len]);
                            at += len;
                            text_end = at;
                            self.new_line(at);
                        }
                    }
                }
                if self.bytes.get(at) == Some(&b'\t') {
                    let message = message!("tab-in-text");
                    self.warn(SyntaxErrorKind::RefusedByLibyaml, at, message, " ");
                }
                deepest.max(least)
            }
        };
        let mut value = String::new();
        let mut line_break = "";
        while at < self.bytes.len() && at - self.line_start == indent {
            value.push_str(&breaks);
            breaks.clear();
            let spaced = matches!(self.bytes[at], b' ' | b'\t');
            let end = self.line_end(at);
            value.push_str(&self.text[at..end]);
            let len = self.break_at(end);
            line_break = &self.text[end..end + len];
            at = end + len;
            text_end = at;
            if len > 0 {
                self.new_line(at);
            }
            at = self.block_breaks(at, indent, &mut breaks, &mut text_end);
            if at >= self.bytes.len() || at - self.line_start != indent {
                break;
            }
            let ordinary = !line_break.starts_with(['\u{2028}', '\u{2029}']);
            if header.folded && ordinary && !spaced && !matches!(self.bytes[at], b' ' | b'\t') {
                if breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                push_break(&mut value, line_break);
            }
        }
        if header.chomp != Some(b'-') && !line_break.is_empty() {
            push_break(&mut value, line_break);
        }
        if header.chomp == Some(b'+') {
            value.push_str(&breaks);
        }
        self.symbol(SymbolKind::BlockScalar, start, text_end);
        self.block_texts.push((start as u32, value));
        self.tokens.push(TokenKind::BlockText, text_end);
        self.pos = text_end;
    }

    /// Reads a block scalar's first line, up to and with its line break; `None` if it is malformed.
    fn block_header(&mut self) -> Option<BlockHeader> {
        let mut at = self.pos + 1;
        let mut header = BlockHeader { folded: self.bytes[self.pos] == b'>', chomp: None, indent: None };
        for _ in 0..2 {
            match self.bytes.get(at) {
                Some(&sign @ (b'+' | b'-')) if header.chomp.is_none() => header.chomp = Some(sign),
                Some(&digit @ b'1'..=b'9') if header.indent.is_none() => {
                    header.indent = Some(usize::from(digit - b'0'))
                }
                _ => break,
            }
            at += 1;
        }
        let blanks = self.skip_blanks(at);
        let mut end = blanks;
        if self.bytes.get(blanks) == Some(&b'#') {
            end = self.line_end(blanks);
        }
        let line_break = self.break_at(end);
        if line_break == 0 && end < self.bytes.len() {
            return None;
        }
        self.tokens.push(TokenKind::BlockHeader, at);
        if blanks == at && end > at {
            let message = message!("comment-without-space");
            self.warn(SyntaxErrorKind::RefusedByPython, at, message, " #");
            self.fix(SyntaxFix::safe(span(at, at), " "));
        }
        if let Some(tab) = self.find_tab(at, blanks) {
            self.tab_separation(tab);
        }
        self.tokens.push(TokenKind::Whitespace, blanks);
        if end > blanks {
            self.tokens.push(TokenKind::Comment, end);
            self.comments.push(span(blanks, end));
        }
        self.pos = end + line_break;
        self.tokens.push(TokenKind::Newline, self.pos);
        if line_break > 0 {
            self.new_line(self.pos);
        }
        Some(header)
    }

    /// Skips empty lines of a block scalar and the indentation of the next one.
    fn block_breaks(&mut self, mut at: usize, indent: usize, breaks: &mut String, text_end: &mut usize) -> usize {
        loop {
            while at - self.line_start < indent && self.bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            match self.break_at(at) {
                0 => return at,
                len => {
                    push_break(breaks, &self.text[at..at + len]);
                    at += len;
                    *text_end = at;
                    self.new_line(at);
                }
            }
        }
    }
}

struct BlockHeader {
    folded: bool,
    chomp: Option<u8>,
    indent: Option<usize>,
}
