//! Cuts a text into tokens, and tells the parser where blocks open and close, by the rules of PyYAML's scanner.
//!
//! Two lists come out: the lossless [`Tokens`], and the [`Symbol`]s that the grammar is made of. Whether a scalar is a key
//! is known only when its colon is met, so that a symbol is marked as a key afterwards.
//!
//! A strict lexer stops at the first error. A tolerant one goes on, and looks at each line's start for a sign that the
//! brackets and quotes still open there were never closed, or that the line is wrongly indented (see `tolerance`).

mod scalars;
mod tolerance;

use super::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use super::scalar;
use super::token::{TokenKind, Tokens};
use crate::text::Span;

/// What the grammar is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SymbolKind {
    /// A block sequence opens.
    BlockSequence,
    /// A block mapping opens.
    BlockMapping,
    /// The innermost block closes.
    BlockEnd,
    /// `-`
    Dash,
    /// `?`, or that what follows is a key.
    Key,
    /// `:`
    Value,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Anchor,
    Alias,
    Tag,
    /// A plain scalar on one line.
    Plain,
    /// A plain scalar over several lines.
    PlainLines,
    SingleQuoted,
    DoubleQuoted,
    /// A quoted scalar that a resynchronisation ended; the text is what stands behind the quote.
    Unquoted,
    /// `|` or `>` with all that belongs to it.
    BlockScalar,
    Directive,
    DocumentStart,
    DocumentEnd,
    /// Only `depth` brackets are still open, whatever was seen.
    Resync {
        depth: u8,
    },
    /// A closing bracket that closes nothing, in a list of rows.
    ExtraBracket,
    End,
}

/// A symbol and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub(super) kind: SymbolKind,
    /// Whether a key starts here, and with it a mapping.
    pub(super) mark: Mark,
    pub(super) span: Span,
}

/// What has to be read in front of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Key,
    MappingAndKey,
}

/// What the lexer hands to the parser.
pub(super) struct Lexed {
    pub(super) tokens: Tokens,
    pub(super) comments: Vec<Span>,
    pub(super) symbols: Vec<Symbol>,
    /// Where each block scalar starts, and its value.
    pub(super) block_texts: Vec<(u32, String)>,
    pub(super) errors: Vec<SyntaxError>,
    /// Whether a strict lexer stopped at an error.
    pub(super) stopped: bool,
}

/// Reads all of `text`, which is shorter than 4 GiB.
pub(super) fn lex(text: &str, tolerant: bool) -> Lexed {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        tolerant,
        pos: 0,
        line: 0,
        line_start: 0,
        column: (0, 0),
        tokens: Tokens::with_capacity(text.len() / 2 + 8),
        comments: Vec::new(),
        symbols: Vec::with_capacity(text.len() / 3 + 8),
        block_texts: Vec::new(),
        errors: Vec::new(),
        stopped: false,
        blocks: Vec::new(),
        brackets: Vec::new(),
        keys: vec![None],
        rows: None,
        tabs_told: 0,
        key_allowed: true,
        explicit_key: false,
    };
    lexer.forbidden_characters();
    lexer.run();
    Lexed {
        tokens: lexer.tokens,
        comments: lexer.comments,
        symbols: lexer.symbols,
        block_texts: lexer.block_texts,
        errors: lexer.errors,
        stopped: lexer.stopped,
    }
}

/// The longest simple key that YAML allows, in characters.
const MAX_KEY: usize = 1024;

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    tolerant: bool,
    pos: usize,
    line: u32,
    line_start: usize,
    /// An offset on this line and its column, from which later columns are counted on.
    column: (usize, i64),
    tokens: Tokens,
    comments: Vec<Span>,
    symbols: Vec<Symbol>,
    block_texts: Vec<(u32, String)>,
    errors: Vec<SyntaxError>,
    stopped: bool,
    /// The open blocks.
    blocks: Vec<Block>,
    /// The open brackets, `[` or `{`.
    brackets: Vec<u8>,
    /// What may turn out to be a key, outside of brackets and then for each open bracket.
    keys: Vec<Option<PossibleKey>>,
    /// The layout of the list of rows in brackets, while the lexer is in one.
    rows: Option<Rows>,
    /// TABs in front of this offset have been reported, where they are wrong.
    tabs_told: usize,
    /// Whether a key or a `- ` may start here.
    key_allowed: bool,
    /// Whether a `?` key still waits for its `:`.
    explicit_key: bool,
}

#[derive(Clone, Copy)]
struct Block {
    column: i64,
    sequence: bool,
    /// A mapping whose current value is a sequence at the mapping's own column.
    indentless: bool,
}

#[derive(Clone, Copy)]
struct PossibleKey {
    symbol: usize,
    pos: usize,
    line: u32,
    column: i64,
    required: bool,
}

#[derive(Clone, Copy)]
struct Rows {
    /// The column of the rows that were seen, the greatest if they differ.
    column: i64,
    /// Whether that is the column of a row at the start of a line.
    settled: bool,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.pos = 3;
            self.line_start = 3;
            self.column = (3, 0);
            self.tokens.push(TokenKind::ByteOrderMark, 3);
        }
        let mut line = None;
        while !self.stopped {
            self.trivia();
            let first_on_line = line != Some(self.line);
            line = Some(self.line);
            if first_on_line && self.tolerant && !self.brackets.is_empty() {
                self.resync();
            }
            let at_end = self.pos >= self.bytes.len();
            if self.brackets.is_empty() {
                if first_on_line && self.tolerant && !at_end {
                    if self.means_nothing() {
                        // What is skipped doesn't start a line, nor does it indent.
                        let column = self.column_at(self.pos);
                        self.token(false);
                        self.column = (self.pos, column);
                        line = None;
                        continue;
                    }
                    self.adjust_column();
                }
                let column = if at_end { -1 } else { self.column_at(self.pos) };
                self.close_blocks(column);
            }
            if at_end {
                break;
            }
            self.token(first_on_line);
        }
        self.blocks_end();
        self.symbol(SymbolKind::End, self.bytes.len(), self.bytes.len());
        if self.stopped {
            self.tokens.push(TokenKind::Garbage, self.bytes.len());
        }
    }

    /// One token, at a place where no blank stands.
    fn token(&mut self, first_on_line: bool) {
        let start = self.pos;
        match self.bytes[start] {
            b'%' if start == self.line_start && self.takes_directive() => self.directive(),
            b'-' | b'.' if self.document_marker(start) => self.document(),
            open @ (b'[' | b'{') => self.open(open, first_on_line),
            close @ (b']' | b'}') => self.close(close),
            b',' => self.comma(),
            b'-' if self.blank_at(start + 1) => self.dash(),
            b'-' if first_on_line && self.lacks_space(start) => {
                let message = "a space is missing behind this dash".to_owned();
                self.error(SyntaxErrorKind::MissingSpace, start, start + 1, message);
                self.fix(SyntaxFix::safe(span(start + 1, start + 1), " "));
                self.dash();
            }
            b'?' if self.in_flow() || self.blank_at(start + 1) => self.question(),
            b':' if self.in_flow() || self.blank_at(start + 1) => self.colon(),
            b'*' => self.name(SymbolKind::Alias, TokenKind::Alias),
            b'&' => self.name(SymbolKind::Anchor, TokenKind::Anchor),
            b'!' => self.tag(),
            b'|' | b'>' if self.takes_block_scalar() => self.block_scalar(),
            quote @ (b'\'' | b'"') => self.quoted(quote),
            b'|' | b'>' | b'%' | b'@' | b'`' => {
                let c = char::from(self.bytes[start]);
                let message = format!("a value can't start with `{c}`: put it in quotes");
                self.error(SyntaxErrorKind::NotAllowedCharacter, start, start + 1, message);
                let error = self.errors.len() - 1;
                self.plain();
                self.errors[error].fix = SyntaxFix::quotes(span(start, self.pos), self.text);
            }
            _ => self.plain(),
        }
    }

    // Blanks, comments and line breaks.

    fn trivia(&mut self) {
        loop {
            let start = self.pos;
            self.pos = self.skip_blanks(start);
            if let Some(tab) = self.find_tab(start, self.pos) {
                self.tab(tab);
            }
            self.tokens.push(TokenKind::Whitespace, self.pos);
            if self.bytes.get(self.pos) == Some(&b'#') {
                let start = self.pos;
                self.pos = self.line_end(start);
                self.tokens.push(TokenKind::Comment, self.pos);
                self.comments.push(span(start, self.pos));
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

    fn tab(&mut self, at: usize) {
        if at < self.tabs_told {
            return;
        }
        if self.in_flow() || !self.key_allowed {
            return self.tab_separation(at);
        }
        self.tab_indentation(at);
    }

    fn tab_indentation(&mut self, at: usize) {
        let before = &self.text[..at];
        let start = before.trim_end_matches([' ', '\t']).len();
        let end = self.skip_blanks(at);
        let leads_line = start == 0 || before[..start].ends_with(['\n', '\r', '\u{feff}']);
        let message = "a TAB can't indent YAML: use spaces".to_owned();
        self.error(SyntaxErrorKind::Tab, at, at + 1, message);
        let spaces = self.text[start..end].replace('\t', "  ");
        let blanks = span(start, end);
        self.fix(match self.bytes.get(end) {
            None => SyntaxFix::safe(blanks, ""),
            Some(_) if self.break_at(end) > 0 => SyntaxFix::safe(blanks, ""),
            Some(b'#') => SyntaxFix::safe(blanks, spaces),
            Some(_) if !leads_line => SyntaxFix::safe(blanks, " "),
            // Once the line's column is known, that of the lines around it takes the place of this guess.
            Some(_) => SyntaxFix::doubtful(blanks, spaces),
        });
    }

    fn tab_separation(&mut self, at: usize) {
        let message = "a TAB between words: Python's own YAML reader (`yaml.safe_load`) refuses it";
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

    /// Reports a character that only one of PyYAML's readers refuses.
    fn warn(&mut self, kind: SyntaxErrorKind, at: usize, message: &str, replacement: &'static str) {
        self.errors.push(SyntaxError {
            kind,
            span: span(at, at + 1),
            message: message.to_owned(),
            fix: Some(SyntaxFix::doubtful(span(at, at + 1), replacement)),
        });
    }

    fn new_line(&mut self, start: usize) {
        self.line += 1;
        self.line_start = start;
        self.column = (start, 0);
    }

    /// The length of the line break at `at`: LF, CR LF, CR, and YAML 1.1's NEL, LS and PS.
    fn break_at(&self, at: usize) -> usize {
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

    fn blank_at(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\t')) || self.break_at(at) > 0
    }

    fn line_end(&self, mut at: usize) -> usize {
        while at < self.bytes.len() && self.break_at(at) == 0 {
            at += 1;
        }
        at
    }

    fn skip_spaces(&self, mut at: usize) -> usize {
        while self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    }

    fn skip_blanks(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    }

    /// The column, in characters, of an offset on the current line; asked for in ascending order, that costs one walk.
    fn column_at(&mut self, at: usize) -> i64 {
        let (from, column) = self.column;
        if at < from {
            return count_columns(&self.bytes[self.line_start..at]);
        }
        let column = column + count_columns(&self.bytes[from..at]);
        self.column = (at, column);
        column
    }

    fn in_flow(&self) -> bool {
        !self.brackets.is_empty()
    }

    // Symbols and errors.

    fn symbol(&mut self, kind: SymbolKind, start: usize, end: usize) {
        self.symbols.push(Symbol { kind, mark: Mark::None, span: span(start, end) });
    }

    /// A token that is a symbol, too.
    fn both(&mut self, symbol: SymbolKind, token: TokenKind, end: usize) {
        self.symbol(symbol, self.pos, end);
        self.tokens.push(token, end);
        self.pos = end;
    }

    fn error(&mut self, kind: SyntaxErrorKind, start: usize, end: usize, message: String) {
        self.errors.push(SyntaxError { kind, span: span(start, end), message, fix: None });
        self.stopped |= !self.tolerant;
    }

    /// Says what mends the last error.
    fn fix(&mut self, fix: impl Into<Option<SyntaxFix>>) {
        if let Some(error) = self.errors.last_mut() {
            error.fix = fix.into();
        }
    }

    /// A token without meaning, after an error was reported for it.
    fn garbage(&mut self, end: usize) {
        self.tokens.push(TokenKind::Garbage, end);
        self.pos = end;
    }

    /// Characters that YAML forbids wherever they stand.
    fn forbidden_characters(&mut self) {
        let suspicious = |&b: &u8| (b < 0x20 && !matches!(b, 9 | 10 | 13)) || matches!(b, 0x7F | 0xC2 | 0xEF);
        if !self.bytes.iter().any(suspicious) {
            return;
        }
        for (at, c) in self.text.char_indices() {
            if is_forbidden(c) {
                let message = format!(
                    "the invisible character U+{:04X} isn't allowed in YAML: the framework drops it and reads on, \
                     other readers refuse the file",
                    u32::from(c)
                );
                let end = at + c.len_utf8();
                self.error(SyntaxErrorKind::ControlCharacter, at, end, message);
                self.fix(SyntaxFix::safe(span(at, end), ""));
                if self.stopped {
                    return;
                }
            }
        }
    }

    // Possible keys.

    fn save_key(&mut self) {
        if !self.key_allowed {
            return;
        }
        self.drop_key();
        let in_flow = self.in_flow();
        let column = if in_flow { 0 } else { self.column_at(self.pos) };
        let key = PossibleKey {
            symbol: self.symbols.len(),
            pos: self.pos,
            line: self.line,
            column,
            required: !in_flow && self.blocks.last().is_some_and(|block| block.column == column),
        };
        if let Some(slot) = self.keys.last_mut() {
            *slot = Some(key);
        }
    }

    /// Gives up the possible key of this level, which in a mapping is an error: the parser of the second pass tells it better.
    fn drop_key(&mut self) {
        let Some(key) = self.keys.last_mut().and_then(Option::take) else {
            return;
        };
        if key.required && !self.tolerant {
            let message = "expected a `:` behind this key".to_owned();
            self.error(SyntaxErrorKind::MissingColon, key.pos, key.pos, message);
        }
    }

    /// The possible key of this level, if it can still be one: on this line and not too long.
    fn take_key(&mut self) -> Option<PossibleKey> {
        let key = (*self.keys.last()?)?;
        let bytes = self.pos - key.pos;
        let too_long =
            bytes > MAX_KEY && (bytes > 4 * MAX_KEY || self.text[key.pos..self.pos].chars().count() > MAX_KEY);
        if key.line != self.line || too_long {
            self.drop_key();
            return None;
        }
        self.keys.last_mut()?.take()
    }

    // Blocks.

    fn close_blocks(&mut self, column: i64) {
        while self.blocks.last().is_some_and(|block| block.column > column) {
            self.blocks.pop();
            self.symbol(SymbolKind::BlockEnd, self.pos, self.pos);
        }
    }

    /// Ends all blocks, as a document's end does.
    fn blocks_end(&mut self) {
        self.close_blocks(-1);
        self.drop_key();
        self.key_allowed = false;
    }

    /// Opens a block if `column` lies deeper than the innermost one.
    fn open_block(&mut self, column: i64, sequence: bool) -> bool {
        let deeper = self.blocks.last().is_none_or(|block| block.column < column);
        if deeper {
            self.blocks.push(Block { column, sequence, indentless: false });
        }
        deeper
    }

    /// Whether the dash at `at` most likely starts a row: in the second pass only, as `-[` is the start of a string.
    fn lacks_space(&self, at: usize) -> bool {
        self.tolerant && !self.in_flow() && matches!(self.bytes.get(at + 1), Some(b'[' | b'{'))
    }

    fn dash(&mut self) {
        if self.tolerant && self.in_flow() {
            let message = "a row of a list in brackets has no dash".to_owned();
            self.error(SyntaxErrorKind::ExtraDash, self.pos, self.pos + 1, message);
            self.fix(SyntaxFix::safe(span(self.pos, self.skip_blanks(self.pos + 1)), ""));
            return self.garbage(self.pos + 1);
        }
        if !self.in_flow() {
            if !self.key_allowed {
                let message = "a `- ` item can't start here: put it on a line of its own".to_owned();
                self.error(SyntaxErrorKind::SequenceInValue, self.pos, self.pos + 1, message);
                self.fix(self.line_of_its_own());
                return self.garbage(self.pos + 1);
            }
            let column = self.column_at(self.pos);
            if self.open_block(column, true) {
                self.symbol(SymbolKind::BlockSequence, self.pos, self.pos);
            } else if let Some(block) = self.blocks.last_mut() {
                block.indentless = !block.sequence;
            }
        }
        self.key_allowed = true;
        self.drop_key();
        self.both(SymbolKind::Dash, TokenKind::Dash, self.pos + 1);
    }

    /// Whether no key follows the `?` at `at`, for the second pass: a list or mapping can't be one.
    fn lacks_key(&self, at: usize) -> bool {
        let next = self.skip_blanks(at + 1);
        let no_key = matches!(self.bytes.get(next), None | Some(b'[' | b'{' | b'#'));
        self.tolerant && (no_key || self.break_at(next) > 0 || self.starts_item(next))
    }

    fn question(&mut self) {
        if self.lacks_key(self.pos) {
            let message = "a `?` without a key behind it".to_owned();
            self.error(SyntaxErrorKind::MissingKey, self.pos, self.pos + 1, message);
            self.fix(SyntaxFix::doubtful(span(self.pos, self.pos + 1), ""));
            return self.garbage(self.pos + 1);
        }
        if !self.in_flow() {
            if !self.key_allowed {
                let message = "a `? ` key can't start here".to_owned();
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

    fn colon(&mut self) {
        if let Some(key) = self.take_key() {
            let opens = !self.in_flow() && self.open_block(key.column, false);
            self.symbols[key.symbol].mark = if opens { Mark::MappingAndKey } else { Mark::Key };
            self.no_longer_indentless();
            self.key_allowed = false;
        } else if self.stopped {
            return;
        } else {
            if self.tolerant && !self.explicit_key && (self.in_flow() || self.key_allowed) {
                let message = "a `:` without a key in front of it".to_owned();
                self.error(SyntaxErrorKind::MissingKey, self.pos, self.pos + 1, message);
                self.fix(SyntaxFix::doubtful(span(self.pos, self.pos + 1), ""));
                return self.garbage(self.pos + 1);
            }
            self.explicit_key = false;
            if !self.in_flow() {
                if !self.key_allowed {
                    let message =
                        "a second `: ` in one value: write the inner mapping on its own lines, or quote the text";
                    self.error(SyntaxErrorKind::MappingInValue, self.pos, self.pos + 1, message.to_owned());
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
        self.both(SymbolKind::Value, TokenKind::Colon, self.pos + 1);
    }

    fn no_longer_indentless(&mut self) {
        if !self.in_flow()
            && let Some(block) = self.blocks.last_mut()
        {
            block.indentless = false;
        }
    }

    // Brackets.

    fn open(&mut self, open: u8, first_on_line: bool) {
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
    fn note_row(&mut self, first_on_line: bool) {
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

    fn close(&mut self, close: u8) {
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
            let message = format!("`{}` where another bracket must be closed first", char::from(close));
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

    fn extra_bracket(&mut self) {
        let message = format!("this `{}` closes nothing", char::from(self.bytes[self.pos]));
        self.error(SyntaxErrorKind::ExtraBracket, self.pos, self.pos + 1, message);
        self.fix(SyntaxFix {
            safe: self.is_blank_behind(self.pos + 1),
            ..SyntaxFix::safe(span(self.pos, self.pos + 1), "")
        });
        self.garbage(self.pos + 1);
    }

    /// Whether nothing but a comment stands on the line behind `at`.
    fn is_blank_behind(&self, at: usize) -> bool {
        let next = self.skip_blanks(at);
        matches!(self.bytes.get(next), None | Some(b'#')) || self.break_at(next) > 0
    }

    /// The line from `start` on; none where it is longer than anybody writes.
    fn rest_of_line(&self, start: usize) -> Option<&str> {
        const LONGEST: usize = 512;
        let end = (start..=start + LONGEST).find(|&at| at >= self.bytes.len() || self.break_at(at) > 0)?;
        self.text.get(start..end)
    }

    /// Puts the `- ` item here on a line of its own: at the column of the item below, else two deeper than its key.
    fn line_of_its_own(&self) -> Option<SyntaxFix> {
        let start = self.text[..self.pos].trim_end_matches([' ', '\t']).len();
        let around = usize::try_from(self.blocks.last()?.column).ok()?;
        let end = self.pos + self.rest_of_line(self.pos)?.len();
        let line = end + self.break_at(end);
        let below = self.skip_spaces(line);
        let column = if self.starts_item(below) && below - line >= around { below - line } else { around + 2 };
        let replacement = format!("\n{}", " ".repeat(column));
        Some(SyntaxFix::doubtful(span(start, self.pos), replacement))
    }

    /// Puts the value in quotes that the colon here stands in.
    fn quoted_value(&self) -> Option<SyntaxFix> {
        let value = self.symbols.last().filter(|last| last.kind == SymbolKind::Plain)?;
        let start = value.span.start as usize;
        let line = self.rest_of_line(start)?;
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        SyntaxFix::quotes(span(start, start + line.len()), self.text)
    }

    /// Whether a list of rows goes on below the line of `at`, so that a bracket there can't have been its end: it does if
    /// the next line starts with a bracket, or if it holds rows and the line doesn't belong to the block layout.
    fn rows_go_on(&self, at: usize) -> bool {
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

    /// Forgets the brackets deeper than `depth`, and tells the parser so.
    fn reduce_brackets(&mut self, depth: usize) {
        if self.brackets.len() > depth {
            self.brackets.truncate(depth);
            self.keys.truncate(depth + 1);
            let depth = depth.min(usize::from(u8::MAX)) as u8;
            self.symbol(SymbolKind::Resync { depth }, self.pos, self.pos);
        }
    }

    fn comma(&mut self) {
        if !self.in_flow() {
            let message = "a comma has no place behind a row that starts with a dash, or behind a key's value";
            self.error(SyntaxErrorKind::TrailingComma, self.pos, self.pos + 1, message.to_owned());
            self.fix(SyntaxFix {
                safe: self.is_blank_behind(self.pos + 1),
                ..SyntaxFix::safe(span(self.pos, self.pos + 1), "")
            });
            return self.garbage(self.pos + 1);
        }
        self.key_allowed = true;
        self.drop_key();
        self.both(SymbolKind::Comma, TokenKind::Comma, self.pos + 1);
    }

    // Documents.

    fn document_marker(&self, at: usize) -> bool {
        at == self.line_start && self.marker_at(at)
    }

    fn marker_at(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.blank_at(at + 3)
    }

    fn document(&mut self) {
        self.blocks_end();
        if self.bytes[self.pos] == b'-' {
            self.both(SymbolKind::DocumentStart, TokenKind::DocumentStart, self.pos + 3);
        } else {
            self.both(SymbolKind::DocumentEnd, TokenKind::DocumentEnd, self.pos + 3);
        }
    }

    /// Whether a directive may stand here: always for the strict lexer, as PyYAML ends the document at it; for the
    /// tolerant one only outside of a document.
    fn takes_directive(&self) -> bool {
        use SymbolKind::{Directive, DocumentEnd};
        let last = self.symbols.last().map(|last| last.kind);
        !self.tolerant || matches!(last, None | Some(Directive | DocumentEnd))
    }

    fn directive(&mut self) {
        self.blocks_end();
        let start = self.pos;
        let mut end = self.line_end(start);
        if let Some(comment) = self.text[start..end].find(" #") {
            end = start + comment;
        }
        end = start + self.text[start..end].trim_end_matches([' ', '\t']).len();
        self.both(SymbolKind::Directive, TokenKind::Directive, end);
    }

    // Anchors, aliases, tags.

    fn name(&mut self, symbol: SymbolKind, token: TokenKind) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let mut end = start + 1;
        while matches!(self.bytes.get(end), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            end += 1;
        }
        let ends_well = self.blank_at(end) || b"?:,]}%@`".contains(&self.bytes[end]);
        if end == start + 1 || !ends_well {
            let what = if symbol == SymbolKind::Alias { "an alias" } else { "an anchor" };
            let message = format!("the name of {what} consists of letters, digits, `-` and `_`");
            self.error(SyntaxErrorKind::InvalidAnchor, start, end, message);
        }
        self.both(symbol, token, end);
    }

    fn tag(&mut self) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let end = self.tag_end(start);
        if !self.blank_at(end) || !scalar::is_tag(&self.text[start..end]) {
            let message = "a tag looks like `!!str` or `!name`, with a space behind it".to_owned();
            self.error(SyntaxErrorKind::InvalidTag, start, end, message);
        }
        self.both(SymbolKind::Tag, TokenKind::Tag, end);
    }

    fn tag_end(&self, start: usize) -> usize {
        let mut end = start + 1;
        let verbatim = self.bytes.get(end) == Some(&b'<');
        end += usize::from(verbatim);
        while matches!(self.bytes.get(end), Some(b) if b.is_ascii_alphanumeric() || b"-;/?:@&=+$,_.!~*'()[]%".contains(b))
        {
            end += 1;
        }
        end + usize::from(verbatim && self.bytes.get(end) == Some(&b'>'))
    }
}

/// Whether YAML forbids a character wherever it stands.
pub(super) fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}

/// The columns that some text takes: its characters, byte order marks not counted.
fn count_columns(bytes: &[u8]) -> i64 {
    if bytes.is_ascii() {
        return bytes.len() as i64;
    }
    let characters = bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count();
    let marks = bytes.windows(3).filter(|w| w == b"\xEF\xBB\xBF").count();
    (characters - marks) as i64
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
