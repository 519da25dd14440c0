//! Anchors, aliases and tags.

use super::{Lexer, SymbolKind};
use crate::syntax::error::SyntaxErrorKind;
use crate::syntax::scalar;
use crate::syntax::token::TokenKind;
use crate::words::message;

impl Lexer<'_> {
    pub(super) fn name(&mut self, symbol: SymbolKind, token: TokenKind) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let mut end = start + 1;
        while matches!(self.bytes.get(end), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            end += 1;
        }
        let ends_well = self.blank_at(end) || b"?:,]}%@`".contains(&self.bytes[end]);
        if end == start + 1 || !ends_well {
            let message = match symbol {
                SymbolKind::Alias => message!("alias-name"),
                _ => message!("anchor-name"),
            };
            self.error(SyntaxErrorKind::InvalidAnchor, start, end, message);
        }
        self.both(symbol, token, end);
    }

    pub(super) fn tag(&mut self) {
        self.save_key();
        self.key_allowed = false;
        let start = self.pos;
        let end = self.tag_end(start);
        if !self.blank_at(end) || !scalar::is_tag(&self.text[start..end]) {
            let message = message!("tag-form");
            self.error(SyntaxErrorKind::InvalidTag, start, end, message);
        }
        self.both(SymbolKind::Tag, TokenKind::Tag, end);
    }

    pub(super) fn tag_end(&self, start: usize) -> usize {
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
