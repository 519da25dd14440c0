//! Cuts a text into tokens, and tells the parser where blocks open and close, by the rules of PyYAML's scanner.
//!
//! Two lists come out: the lossless [`Tokens`], and the [`Symbol`]s that the grammar is made of. Whether a scalar is a key
//! is known only when its colon is met, so that a symbol is marked as a key afterwards.
//!
//! A strict lexer stops at the first error. A tolerant one goes on, and looks at each line's start for a sign that the
//! brackets and quotes still open there were never closed (see [`Lexer::resync_at`]) or that the line is wrongly indented
//! (see [`Lexer::adjusted_column`]).

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
    Entry,
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

/// A sign, at a line's start, that brackets or quotes were left open above.
#[derive(Clone, Copy, PartialEq)]
enum Resync {
    /// The line belongs to the block layout: no bracket is open.
    Block,
    /// The line is a row, or the end, of a list of rows in brackets: one bracket is open.
    Rows,
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
            b'%' if start == self.line_start => self.directive(),
            b'-' | b'.' if self.document_marker(start) => self.document(),
            open @ (b'[' | b'{') => self.open(open, first_on_line),
            close @ (b']' | b'}') => self.close(close),
            b',' => self.comma(),
            b'-' if self.blank_at(start + 1) => self.dash(),
            b'?' if self.in_flow() || self.blank_at(start + 1) => self.question(),
            b':' if self.in_flow() || self.blank_at(start + 1) => self.colon(),
            b'*' => self.name(SymbolKind::Alias, TokenKind::Alias),
            b'&' => self.name(SymbolKind::Anchor, TokenKind::Anchor),
            b'!' => self.tag(),
            b'|' | b'>' if !self.in_flow() => self.block_scalar(),
            quote @ (b'\'' | b'"') => self.quoted(quote),
            b'|' | b'>' | b'%' | b'@' | b'`' => {
                let c = char::from(self.bytes[start]);
                let message = format!("a value can't start with `{c}`: put it in quotes");
                self.error(SyntaxErrorKind::NotAllowedCharacter, start, start + 1, message);
                self.plain();
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
        let message = "a TAB can't indent YAML: use spaces".to_owned();
        self.error_with_fix(SyntaxErrorKind::Tab, at, at + 1, message, "  ");
    }

    fn tab_separation(&mut self, at: usize) {
        let message = "a TAB between words: Python's own YAML reader (`yaml.safe_load`) refuses it";
        self.warn(SyntaxErrorKind::TabSeparation, at, message, " ");
    }

    /// Reports a character that only one of PyYAML's readers refuses.
    fn warn(&mut self, kind: SyntaxErrorKind, at: usize, message: &str, replacement: &'static str) {
        self.errors.push(SyntaxError {
            kind,
            span: span(at, at + 1),
            message: message.to_owned(),
            fix: Some(SyntaxFix { span: span(at, at + 1), replacement }),
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

    /// An error that replacing its span mends.
    fn error_with_fix(
        &mut self,
        kind: SyntaxErrorKind,
        start: usize,
        end: usize,
        message: String,
        replacement: &'static str,
    ) {
        self.error(kind, start, end, message);
        if let Some(error) = self.errors.last_mut() {
            error.fix = Some(SyntaxFix { span: error.span, replacement });
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
            let forbidden = match c {
                '\t' | '\n' | '\r' | '\u{85}' => false,
                '\u{fffe}' | '\u{ffff}' => true,
                c => c.is_control(),
            };
            if forbidden {
                let message = format!("the character U+{:04X} is not allowed in YAML", u32::from(c));
                let end = at + c.len_utf8();
                self.error_with_fix(SyntaxErrorKind::NotAllowedCharacter, at, end, message, "");
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

    fn dash(&mut self) {
        if !self.in_flow() {
            if !self.key_allowed {
                let message = "a `- ` item can't start here: put it on a line of its own".to_owned();
                self.error(SyntaxErrorKind::SequenceInValue, self.pos, self.pos + 1, message);
                return self.garbage(self.pos + 1);
            }
            let column = self.column_at(self.pos);
            if self.open_block(column, true) {
                self.symbol(SymbolKind::BlockSequence, self.pos, self.pos);
            } else if let Some(block) = self.blocks.last_mut() {
                block.indentless = !block.sequence;
            }
        } else if self.tolerant {
            // The parser would end the brackets here; it is the start of a number that is being typed.
            let message = "a `- ` item can't stand between brackets".to_owned();
            self.error(SyntaxErrorKind::Unexpected, self.pos, self.pos + 1, message);
            return self.garbage(self.pos + 1);
        }
        self.key_allowed = true;
        self.drop_key();
        self.both(SymbolKind::Entry, TokenKind::Dash, self.pos + 1);
    }

    fn question(&mut self) {
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
            if !self.in_flow() {
                if !self.key_allowed {
                    let message =
                        "a second `: ` in one value: write the inner mapping on its own lines, or quote the text";
                    self.error(SyntaxErrorKind::MappingInValue, self.pos, self.pos + 1, message.to_owned());
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
        if self.tolerant && open == b'[' {
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
                let is_row = self.symbols.last().is_some_and(|last| last.kind == SymbolKind::Entry);
                self.rows = (!is_row).then_some(Rows { column: -1, settled: false });
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
        self.error_with_fix(SyntaxErrorKind::ExtraBracket, self.pos, self.pos + 1, message, "");
        self.garbage(self.pos + 1);
    }

    /// Whether a list of rows goes on behind `at`, so that a bracket there can't have been its end.
    fn rows_go_on(&self, at: usize) -> bool {
        let mut at = self.skip_blanks(at);
        if self.bytes.get(at) == Some(&b',') {
            at = self.skip_blanks(at + 1);
        }
        let mut new_line = false;
        loop {
            if self.bytes.get(at) == Some(&b'#') {
                at = self.line_end(at);
            }
            match self.break_at(at) {
                0 => break,
                len => at = self.skip_blanks(at + len),
            }
            new_line = true;
        }
        new_line && matches!(self.bytes.get(at), Some(b'[' | b']'))
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
            let message = "a comma has no place here: rows and values of the block layout have none behind them";
            self.error_with_fix(SyntaxErrorKind::TrailingComma, self.pos, self.pos + 1, message.to_owned(), "");
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

    // Scalars.

    fn plain(&mut self) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let indent = self.blocks.last().map_or(0, |block| block.column + 1);
        let mut end = self.plain_run(start, true);
        let mut kind = SymbolKind::Plain;
        while let Some((next, lines)) = self.plain_gap(end, indent) {
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

    /// Where PyYAML's readers differ about a plain scalar between brackets.
    fn warn_between_brackets(&mut self, start: usize, end: usize) {
        if let Some(at) = self.bytes[start..end].iter().position(|&b| b == b'?') {
            let message = "a `?` between brackets: Python's own YAML reader (`yaml.safe_load`) refuses it";
            self.warn(SyntaxErrorKind::RefusedByPython, start + at, message, "");
        }
        if self.bytes.get(end) == Some(&b':') && !self.blank_at(end + 1) {
            let message = "a `:` without a space behind it: libyaml, the framework's YAML reader, refuses it here";
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

    /// Where a plain scalar may go on behind the run that ended at `end`, and how many line breaks (and what line start)
    /// lie between; `None` if it ends there.
    fn plain_gap(&mut self, end: usize, indent: i64) -> Option<(usize, Option<(u32, usize)>)> {
        let mut at = self.skip_blanks(end);
        let mut lines = None;
        let mut indenting_tab = None;
        while self.break_at(at) > 0 {
            self.key_allowed = true;
            at += self.break_at(at);
            lines = Some((lines.map_or(0, |(count, _)| count) + 1, at));
            if self.marker_at(at) {
                return None;
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
        if at == end || matches!(self.bytes.get(at), None | Some(b'#')) {
            return None;
        }
        if let Some((_, line_start)) = lines {
            if !self.in_flow() && ((at - line_start) as i64) < indent {
                return None;
            }
            if self.tolerant && (self.looks_like_key(at) || (self.in_flow() && self.resync_at(line_start).is_some())) {
                return None;
            }
        }
        Some((at, lines))
    }

    fn find_tab(&self, start: usize, end: usize) -> Option<usize> {
        let tab = self.bytes[start..end].iter().position(|&b| b == b'\t')?;
        Some(start + tab)
    }

    fn quoted(&mut self, quote: u8) {
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
        let message = format!("this {} is never closed", char::from(quote));
        self.error(SyntaxErrorKind::UnclosedQuote, start, start + 1, message);
        self.both(SymbolKind::Unquoted, token, self.unclosed_end(start));
    }

    /// Where a quoted scalar without a closing quote most likely was to end: at the next `,` or closing bracket if one is
    /// open, at the end of its line at the latest.
    fn unclosed_end(&self, start: usize) -> usize {
        let line = &self.text[start..self.line_end(start)];
        let line = line.split(" #").next().unwrap_or(line);
        let cell = match self.in_flow() {
            true => line.split([',', ']', '}']).next().unwrap_or(line),
            false => line,
        };
        start + cell.trim_end_matches([' ', '\t']).len()
    }

    fn block_scalar(&mut self) {
        self.key_allowed = true;
        self.drop_key();
        let start = self.pos;
        let Some(header) = self.block_header() else {
            let message =
                "a block scalar's header is `|` or `>`, then at most an indentation of 1-9 and one of `+` and `-`";
            self.error(SyntaxErrorKind::InvalidBlockScalar, start, start + 1, message.to_owned());
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
        if blanks > at && self.bytes.get(blanks) == Some(&b'#') {
            end = self.line_end(blanks);
        }
        let line_break = self.break_at(end);
        if line_break == 0 && end < self.bytes.len() {
            return None;
        }
        self.tokens.push(TokenKind::BlockHeader, at);
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

    // Tolerance.

    /// Whether the line that starts at `line` shows that brackets or quotes still open there were never closed.
    fn resync_at(&self, line: usize) -> Option<Resync> {
        if self.marker_at(line) {
            return Some(Resync::Block);
        }
        let at = self.skip_blanks(line);
        let column = (at - line) as i64;
        match self.bytes.get(at)? {
            b'-' if self.blank_at(at + 1) => Some(Resync::Block),
            b'[' => (self.in_a_row() && column <= self.rows?.column).then_some(Resync::Rows),
            b']' => {
                let next = self.skip_blanks(at + 1);
                let alone = self.break_at(next) > 0 || matches!(self.bytes.get(next), None | Some(b'#'));
                let ends_rows = column < self.rows?.column || (alone && !self.rows_go_on(at + 1));
                (self.in_a_row() && ends_rows).then_some(Resync::Rows)
            }
            _ => {
                let is_key_column = self.blocks.iter().any(|block| !block.sequence && block.column == column);
                (is_key_column && self.looks_like_key(at)).then_some(Resync::Block)
            }
        }
    }

    /// Whether the lexer is inside of a row of a list of rows in brackets.
    fn in_a_row(&self) -> bool {
        self.rows.is_some() && self.brackets.len() >= 2
    }

    fn resync(&mut self) {
        match self.resync_at(self.line_start) {
            Some(Resync::Block) => {
                self.reduce_brackets(0);
                self.key_allowed = true;
            }
            Some(Resync::Rows) => {
                self.reduce_brackets(1);
                self.key_allowed = true;
            }
            None => {}
        }
    }

    /// Whether `word:` stands at `at`.
    fn looks_like_key(&self, at: usize) -> bool {
        const LONGEST: usize = 128;
        let window = &self.bytes[at..self.bytes.len().min(at + LONGEST)];
        let ends_word = |&b: &u8| b <= b' ' || b"[]{},#:&*!|>'\"%@`".contains(&b);
        let Some(end) = window.iter().position(ends_word) else {
            return false;
        };
        let colon = self.skip_blanks(at + end);
        end > 0 && self.bytes.get(colon) == Some(&b':') && self.blank_at(colon + 1)
    }

    /// Gives a wrongly indented item or key the column of the nearest sequence or mapping that it can belong to.
    fn adjust_column(&mut self) {
        let item = self.bytes[self.pos] == b'-' && self.blank_at(self.pos + 1);
        if !item && !self.looks_like_key(self.pos) {
            return;
        }
        let Some(innermost) = self.blocks.last().copied() else {
            return;
        };
        let column = self.column_at(self.pos);
        let value_expected = self.symbols.last().is_none_or(|last| {
            use SymbolKind::*;
            matches!(last.kind, Entry | Key | Value | Anchor | Tag | DocumentStart)
        });
        if value_expected && (column > innermost.column || (item && column == innermost.column)) {
            return;
        }
        let fits = |block: &&Block| {
            if item { block.sequence || block.indentless } else { !block.sequence }
        };
        let columns = self.blocks.iter().rev().filter(fits).map(|block| block.column);
        let Some(nearest) = columns.min_by_key(|other| (other - column).abs()) else {
            return;
        };
        if nearest == column {
            return;
        }
        self.column = (self.pos, nearest);
        let tab =
            |error: &SyntaxError| error.kind == SyntaxErrorKind::Tab && error.span.start as usize >= self.line_start;
        if !self.errors.last().is_some_and(tab) {
            let what = if item { "item" } else { "key" };
            let message = format!("this {what} is indented by {column}, the others around it by {nearest}");
            self.error(SyntaxErrorKind::BadIndentation, self.line_start, self.pos, message);
        }
    }
}

struct BlockHeader {
    folded: bool,
    chomp: Option<u8>,
    indent: Option<usize>,
}

/// Appends a line break as YAML normalises it.
pub(super) fn push_break(text: &mut String, line_break: &str) {
    match line_break {
        "\u{2028}" | "\u{2029}" => text.push_str(line_break),
        _ => text.push('\n'),
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
