//! Cuts a text into tokens, and tells the parser where blocks open and close, by the rules of PyYAML's scanner.
//!
//! It produces two lists: the lossless [`Tokens`], and the [`Symbol`]s of the grammar. Whether a scalar is a key is
//! known only at its colon, so a symbol is marked as a key afterwards.
//!
//! A strict lexer stops at the first error. A tolerant one continues, and checks at the start of each line for signs
//! that open brackets and quotes were never closed, or that the line is wrongly indented (see `tolerance`).

mod blanks;
mod blocks;
mod brackets;
mod documents;
mod foreign;
mod keys;
mod lines;
mod names;
mod prefixes;
mod scalars;
mod tolerance;

use std::cell::OnceCell;

pub(super) use foreign::ODD_SPACES;
pub use foreign::is_ellipsis;
use tolerance::SECTIONS;
pub(super) use tolerance::has_four_cells;

use super::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use super::token::{TokenKind, Tokens};
use crate::text::Span;
use crate::words::{Message, message};

/// Kinds of [`Symbol`].
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
    /// `?`, or a marker that a key follows.
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
    /// A quoted scalar that a resynchronisation ended; its text is everything after the quote.
    Unquoted,
    /// `|` or `>` with its lines.
    BlockScalar,
    Directive,
    DocumentStart,
    DocumentEnd,
    /// Only `depth` brackets are still open, regardless of the brackets before.
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

/// What must be read before a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Key,
    MappingAndKey,
}

/// Result of the lexer.
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
        prefixes: None,
        lacks_dashes: false,
        section_starts: OnceCell::new(),
    };
    lexer.find_prefixes();
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
    /// Possible keys, outside brackets and then for each open bracket.
    keys: Vec<Option<PossibleKey>>,
    /// The layout of the list of rows in brackets, while the lexer is in one.
    rows: Option<Rows>,
    /// Wrong TABs before this offset have been reported.
    tabs_told: usize,
    /// Whether a key or a `- ` may start here.
    key_allowed: bool,
    /// Whether a `?` key still waits for its `:`.
    explicit_key: bool,
    /// What lines begin with, where they were copied with it.
    prefixes: Option<prefixes::Prefixes>,
    /// Whether the rows of a section have no dashes.
    lacks_dashes: bool,
    /// What `section_starts` tells, once it was asked.
    section_starts: OnceCell<[Option<usize>; 2]>,
}

#[derive(Clone, Copy)]
struct Block {
    column: i64,
    /// Where the line starts at which it was opened.
    line_start: usize,
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
    /// The column of the rows so far, the greatest if they differ.
    column: i64,
    /// Whether that is the column of a row at the start of a line.
    settled: bool,
}

impl Lexer<'_> {
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
            b'-' | b'.' if self.document_marker(start) => match self.marker_inside() {
                Some(message) => self.pass_marker(message),
                None => self.document(),
            },
            b'[' if first_on_line && self.lacks_dash() => {
                self.without_dash();
                self.open(b'[', first_on_line);
            }
            open @ (b'[' | b'{') => self.open(open, first_on_line),
            close @ (b']' | b'}') => self.close(close),
            _ if first_on_line && let Some(len) = self.other_bullet() => self.bullet(len),
            b',' => self.comma(),
            b'-' if self.blank_at(start + 1) => self.dash(),
            b'-' if first_on_line && self.lacks_space(start) => {
                let message = message!("dash-without-space");
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
                let message = message!("value-starts-with", c);
                self.error(SyntaxErrorKind::NotAllowedCharacter, start, start + 1, message);
                let error = self.errors.len() - 1;
                self.plain();
                self.errors[error].fix = SyntaxFix::quotes(span(start, self.pos), self.text);
            }
            _ => self.plain(),
        }
    }

    fn symbol(&mut self, kind: SymbolKind, start: usize, end: usize) {
        self.symbols.push(Symbol { kind, mark: Mark::None, span: span(start, end) });
    }

    /// Adds a token that is also a symbol.
    fn both(&mut self, symbol: SymbolKind, token: TokenKind, end: usize) {
        self.symbol(symbol, self.pos, end);
        self.tokens.push(token, end);
        self.pos = end;
    }

    fn error(&mut self, kind: SyntaxErrorKind, start: usize, end: usize, message: Message) {
        self.errors.push(SyntaxError { kind, span: span(start, end), message, fix: None });
        self.stopped |= !self.tolerant;
    }

    /// Adds a fix to the last error.
    fn fix(&mut self, fix: impl Into<Option<SyntaxFix>>) {
        if let Some(error) = self.errors.last_mut() {
            error.fix = fix.into();
        }
    }

    /// Adds a token without meaning, for which an error was reported.
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
                let message = message!("invisible-character", code = format!("{:04X}", u32::from(c)));
                let end = at + c.len_utf8();
                self.error(SyntaxErrorKind::ControlCharacter, at, end, message);
                self.fix(SyntaxFix::safe(span(at, end), ""));
                if self.stopped {
                    return;
                }
            }
        }
    }
}

/// Whether YAML forbids a character everywhere.
pub(super) fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
