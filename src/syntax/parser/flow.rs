//! The flow layout: lists and mappings in brackets, and lists of rows.

use super::{Context, Parser, absent, missing};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::lexer::SymbolKind;
use crate::syntax::tree::{Entry, Mapping, Node, NodeKind, Sequence};
use crate::text::Span;
use crate::words::message;

impl<'a> Parser<'a> {
    pub(super) fn flow_sequence(&mut self) -> Node {
        use SymbolKind::*;
        let open = self.open_bracket();
        let base = self.items.len();
        let mut comma_due = false;
        let end = loop {
            match self.peek() {
                CloseBracket => break self.close_bracket(),
                separator if self.is_separator(separator) => {
                    if let Some(at) = self.separator(&mut comma_due) {
                        self.items.push(missing(at));
                    }
                }
                ExtraBracket => {
                    let bracket = self.advance();
                    comma_due |= self.gather_row(base, bracket);
                }
                _ if self.ends_brackets() => break self.unclosed(open),
                Key | Value => {
                    self.missing_comma(comma_due);
                    let pair = self.pair();
                    self.items.push(pair);
                    comma_due = true;
                }
                _ => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let item = self.value(Context::Flow);
                        self.items.push(item);
                    }
                    comma_due = true;
                }
            }
        };
        let items = self.items.drain(base..).collect();
        Node {
            kind: NodeKind::Sequence(Sequence { items, flow: true }),
            span: Span::new(open.start, end),
            properties: None,
            has_error: false,
        }
    }

    pub(super) fn flow_mapping(&mut self) -> Node {
        use SymbolKind::*;
        let open = self.open_bracket();
        let base = self.entries.len();
        let mut comma_due = false;
        let end = loop {
            match self.peek() {
                CloseBrace => break self.close_bracket(),
                separator if self.is_separator(separator) => {
                    self.separator(&mut comma_due);
                }
                ExtraBracket => {
                    self.advance();
                }
                _ if self.ends_brackets() => break self.unclosed(open),
                Key | Value => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let entry = self.flow_entry();
                        self.entries.push(entry);
                    }
                    comma_due = true;
                }
                _ => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let key = self.key(Context::Flow);
                        let value = absent(key.full_span().end);
                        self.entries.push(Entry { key, value });
                    }
                    comma_due = true;
                }
            }
        };
        let entries = self.entries.drain(base..).collect();
        Node {
            kind: NodeKind::Mapping(Mapping { entries, flow: true }),
            span: Span::new(open.start, end),
            properties: None,
            has_error: false,
        }
    }

    /// Whether a symbol separates items: a comma, or a resynchronisation that leaves these brackets open.
    fn is_separator(&self, symbol: SymbolKind) -> bool {
        match symbol {
            SymbolKind::Comma => true,
            SymbolKind::Resync { depth } => usize::from(depth) >= self.flow_depth,
            _ => false,
        }
    }

    /// Reads a separator; where it is a comma that nothing stands in front of, that is reported, and the place returned.
    fn separator(&mut self, comma_due: &mut bool) -> Option<u32> {
        let is_comma = self.peek() == SymbolKind::Comma;
        let span = self.advance();
        if is_comma && !*comma_due {
            self.unexpected_comma(span);
            return Some(span.start);
        }
        *comma_due = false;
        None
    }

    /// The mapping of one entry that `[key: value]` holds.
    fn pair(&mut self) -> Node {
        let start = self.place().start;
        let entry = self.flow_entry();
        if entry.key.is_absent() && !self.stopped {
            let message = message!("question-of-libyaml");
            let mark = Span::new(start, start + 1);
            self.refuse(SyntaxErrorKind::RefusedByLibyaml, mark, message);
        }
        let span = Span::new(start, start).cover(entry.span());
        Node {
            kind: NodeKind::Mapping(Mapping { entries: Box::new([entry]), flow: true }),
            span,
            properties: None,
            has_error: false,
        }
    }

    fn flow_entry(&mut self) -> Entry {
        use SymbolKind::*;
        let key = if self.peek() == Key {
            let mark = self.advance();
            match self.peek() {
                Value | Comma => absent(mark.end),
                _ if self.ends_item() => absent(mark.end),
                _ => self.key(Context::Flow),
            }
        } else {
            let span = self.place();
            self.error(SyntaxErrorKind::MissingKey, span, message!("colon-without-key"));
            absent(span.start)
        };
        if self.peek() != Value {
            let value = absent(key.full_span().end);
            return Entry { key, value };
        }
        let colon = self.advance();
        let value = match self.peek() {
            Comma => absent(colon.end),
            // A second colon, as in `a: b: c` between brackets, is reported where the comma is missing.
            Key | Value => missing(colon.end),
            _ if self.ends_item() => absent(colon.end),
            _ => self.value(Context::Flow),
        };
        Entry { key, value }
    }

    fn open_bracket(&mut self) -> Span {
        self.flow_depth += 1;
        self.advance()
    }

    fn close_bracket(&mut self) -> u32 {
        let end = self.advance().end;
        self.flow_depth -= 1;
        end
    }

    /// Whether the next symbol isn't allowed between brackets, or closes them.
    fn ends_item(&mut self) -> bool {
        matches!(
            self.peek(),
            SymbolKind::CloseBracket | SymbolKind::CloseBrace | SymbolKind::Resync { .. } | SymbolKind::ExtraBracket
        ) || self.ends_brackets()
    }

    /// Whether the next symbol shows that the innermost bracket was never closed.
    fn ends_brackets(&mut self) -> bool {
        use SymbolKind::*;
        match self.peek() {
            CloseBracket | CloseBrace | Dash | BlockEnd | BlockSequence | BlockMapping => true,
            End | DocumentStart | DocumentEnd | Directive => true,
            Resync { depth } => usize::from(depth) < self.flow_depth,
            _ => false,
        }
    }

    /// Reports a bracket that was never closed; the node ends where the last symbol ended.
    fn unclosed(&mut self, open: Span) -> u32 {
        let end = self.last_end.max(open.end);
        self.flow_depth -= 1;
        if !self.stopped {
            let bracket = open.text(self.text);
            let message = message!("bracket-not-closed", bracket);
            self.error(SyntaxErrorKind::UnclosedBracket, open, message);
            let closing = if bracket == "[" { "]" } else { "}" };
            let fix = self.closing(end, closing);
            self.fix(fix);
        }
        end
    }

    /// Closes a bracket at `end`; in a list of rows, before the comma that separates them, which may be missing too.
    fn closing(&mut self, end: u32, closing: &'static str) -> SyntaxFix {
        let among_rows = matches!(self.peek(), SymbolKind::Resync { depth } if depth > 0);
        let before = &self.text[..end as usize];
        if !among_rows {
            return SyntaxFix::doubtful(Span::empty(end), closing);
        }
        if let Some(before) = before.strip_suffix(',') {
            return SyntaxFix::doubtful(Span::empty(before.len() as u32), closing);
        }
        let ends_rows = self.lexed.symbols.get(self.at + 1).is_some_and(|next| next.kind == SymbolKind::CloseBracket);
        SyntaxFix::doubtful(Span::empty(end), format!("{closing}{}", if ends_rows { "" } else { "," }))
    }

    fn missing_comma(&mut self, due: bool) {
        if due {
            let at = Span::empty(self.last_end);
            let next = self.place();
            self.error(SyntaxErrorKind::MissingComma, at, message!("comma-missing"));
            let comma = if next.start == at.start { ", " } else { "," };
            // Two rows of a list on lines of their own have nothing else between them.
            let safe = self.text[next.start as usize..].starts_with('[') && !self.on_last_line();
            self.fix(SyntaxFix { safe, ..SyntaxFix::safe(at, comma) });
        }
    }

    fn unexpected_comma(&mut self, span: Span) {
        let message = message!("comma-without-value");
        self.error(SyntaxErrorKind::UnexpectedComma, span, message);
        self.fix(SyntaxFix::doubtful(span, ""));
    }

    /// In a list of rows, joins the items on the line of an unmatched closing bracket into one row whose opening
    /// bracket is missing. Returns whether there were any.
    fn gather_row(&mut self, base: usize, bracket: Span) -> bool {
        let before = &self.text[..bracket.start as usize];
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at as u32 + 1);
        let first = self.items[base..].partition_point(|item| item.full_span().start < line) + base;
        let cells = &self.items[first..];
        if cells.is_empty() || (cells.len() == 1 && cells[0].as_seq().is_some()) {
            return false;
        }
        let items: Box<[_]> = self.items.drain(first..).collect();
        let start = items[0].full_span().start;
        self.items.push(Node {
            kind: NodeKind::Sequence(Sequence { items, flow: true }),
            span: Span::new(start, bracket.end),
            properties: None,
            has_error: true,
        });
        true
    }
}
