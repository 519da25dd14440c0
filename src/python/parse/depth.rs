//! Tells a text that nests too deeply before it is parsed.
//!
//! What is deep is a chain of tokens that no comma and no line end breaks: `((((`, `- - - -`, `a.b.c.d`, `f()()()`. So the
//! tokens are counted since the last break, those of the enclosing brackets included.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// The longest chain of tokens.
const LIMIT: u32 = 2_000;
/// The longest chain of bytes for which the tokens needn't be looked at.
const BYTES: u32 = 6_000;
/// The most brackets in brackets, and blocks in blocks: as in CPython.
const BRACKETS: usize = 200;
const INDENTS: usize = 100;

/// Whether the tree of `text` would be too deep to be handled.
pub(super) fn too_deep(text: &str) -> bool {
    may_be(text) && is(text)
}

/// A quick look that takes every byte for a token, and quotes and comments for code.
fn may_be(text: &str) -> bool {
    let mut open: Vec<u32> = Vec::new();
    let (mut chain, mut column, mut in_indent) = (0, 0, true);
    for &byte in text.as_bytes() {
        match byte {
            b' ' | b'\t' if in_indent => {
                column += 1;
                if column > INDENTS {
                    return true;
                }
                continue;
            }
            b' ' | b'\t' | b'\r' => continue,
            b'\n' => {
                if open.is_empty() {
                    (chain, column, in_indent) = (0, 0, true);
                }
                continue;
            }
            b',' => {
                chain = open.last().copied().unwrap_or(0);
                continue;
            }
            b'(' | b'[' | b'{' => {
                open.push(chain + 1);
                if open.len() > BRACKETS {
                    return true;
                }
            }
            b')' | b']' | b'}' => _ = open.pop(),
            _ => in_indent = false,
        }
        chain += 1;
        if chain > BYTES {
            return true;
        }
    }
    false
}

fn is(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut open: Vec<u32> = Vec::new();
    let (mut chain, mut indents) = (0, 0usize);
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Newline => {
                chain = 0;
                open.clear();
            }
            TokenKind::NonLogicalNewline | TokenKind::Comment => {}
            TokenKind::Comma => chain = open.last().copied().unwrap_or(0),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                chain += 1;
                open.push(chain);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                open.pop();
                chain += 1;
            }
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            _ => chain += 1,
        }
        if chain > LIMIT || open.len() > BRACKETS || indents > INDENTS {
            return true;
        }
    }
}
