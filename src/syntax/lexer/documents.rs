//! Documents: their markers and directives.

use super::{Lexer, SECTIONS, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::token::TokenKind;
use crate::words::{Message, message};

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

    /// What to say of a marker that stands in the middle of a model: `---` above a section, dots for rows that were left out.
    pub(super) fn marker_inside(&self) -> Option<Message> {
        let is_below = |start: &Option<usize>| start.is_some_and(|start| start > self.pos);
        if !self.tolerant || self.blocks.is_empty() || !self.section_starts().iter().any(is_below) {
            return None;
        }
        Some(match self.bytes[self.pos] {
            b'-' => message!("single-document"),
            _ => message!("rows-left-out", dots = "..."),
        })
    }

    /// Where the first line starts with the name of each section.
    fn section_starts(&self) -> &[Option<usize>; 2] {
        let first = |section: &str| match self.text.starts_with(section) {
            true => Some(0),
            false => self.text.find(&format!("\n{section}")).map(|at| at + 1),
        };
        self.section_starts.get_or_init(|| SECTIONS.map(first))
    }

    /// Passes over such a marker.
    pub(super) fn pass_marker(&mut self, message: Message) {
        let (start, end) = (self.pos, self.pos + 3);
        let is_start = self.bytes[start] == b'-';
        let kind = if is_start { SyntaxErrorKind::SecondDocument } else { SyntaxErrorKind::ForeignLine };
        self.error(kind, start, end, message);
        self.fix(is_start.then(|| SyntaxFix::doubtful(span(start, end), "")));
        self.garbage(end);
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
