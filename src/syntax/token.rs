//! The lossless token list: every byte of the text belongs to exactly one token.

use crate::text::Span;

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Kind of the token.
    pub kind: TokenKind,
    /// Its place; there are no gaps between tokens.
    pub span: Span,
}

/// The kinds of [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The byte order mark at the start of the text.
    ByteOrderMark,
    /// Spaces and TABs.
    Whitespace,
    /// One line break.
    Newline,
    /// `# …` up to the line break.
    Comment,
    /// `%YAML 1.1` and the like.
    Directive,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// `-` of a block sequence.
    Dash,
    /// `?` of an explicit key.
    Question,
    /// `:` between key and value.
    Colon,
    /// `,`
    Comma,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `&name`
    Anchor,
    /// `*name`
    Alias,
    /// `!tag`
    Tag,
    /// A scalar without quotes, possibly over several lines.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|` or `>` with its indicators.
    BlockHeader,
    /// The lines of a literal or folded scalar.
    BlockText,
    /// Text without a meaning.
    Garbage,
}

/// All tokens of a text.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    starts: Vec<u32>,
    kinds: Vec<TokenKind>,
    end: u32,
}

impl Tokens {
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Tokens { starts: Vec::with_capacity(tokens), kinds: Vec::with_capacity(tokens), end: 0 }
    }

    /// Appends a token from the end of the last one to `end`, unless it would be empty.
    pub(super) fn push(&mut self, kind: TokenKind, end: usize) {
        let end = end as u32;
        if end > self.end {
            self.starts.push(self.end);
            self.kinds.push(kind);
            self.end = end;
        }
    }

    /// The number of tokens.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The token at `index`.
    pub fn get(&self, index: usize) -> Option<Token> {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.end);
        Some(Token { kind: *self.kinds.get(index)?, span: Span::new(self.starts[index], end) })
    }

    /// The tokens in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = Token> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}
