//! Documents: their markers and directives.

use super::{Lexer, SymbolKind};
use crate::syntax::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn document_marker(&self, at: usize) -> bool {
        at == self.line_start && self.marker_at(at)
    }

    pub(super) fn marker_at(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.blank_at(at + 3)
    }

    pub(super) fn document(&mut self) {
        self.blocks_end();
        if self.bytes[self.pos] == b'-' {
            self.both(SymbolKind::DocumentStart, TokenKind::DocumentStart, self.pos + 3);
        } else {
            self.both(SymbolKind::DocumentEnd, TokenKind::DocumentEnd, self.pos + 3);
        }
    }

    /// Whether a directive is allowed here: always for the strict lexer, because PyYAML ends the document at it; for
    /// the tolerant one only outside a document.
    pub(super) fn takes_directive(&self) -> bool {
        use SymbolKind::{Directive, DocumentEnd};
        let last = self.symbols.last().map(|last| last.kind);
        !self.tolerant || matches!(last, None | Some(Directive | DocumentEnd))
    }

    pub(super) fn directive(&mut self) {
        self.blocks_end();
        let start = self.pos;
        let mut end = self.line_end(start);
        if let Some(comment) = self.text[start..end].find(" #") {
            end = start + comment;
        }
        end = start + self.text[start..end].trim_end_matches([' ', '\t']).len();
        self.both(SymbolKind::Directive, TokenKind::Directive, end);
    }
}
