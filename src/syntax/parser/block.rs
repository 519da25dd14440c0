//! The block layout: `- ` items, `key:` lines, and the rows among them that lack a dash or a colon.

use super::{Context, Parser, absent, block_mapping, missing};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::lexer::SymbolKind;
use crate::syntax::tree::{Entry, Node, NodeKind, Sequence};
use crate::text::Span;
use crate::words::{Message, message};

impl<'a> Parser<'a> {
    pub(super) fn block_sequence(&mut self, indentless: bool) -> Node {
        use SymbolKind::*;
        let start = self.place().start;
        let base = self.items.len();
        if !indentless {
            self.advance();
        }
        let mut first_dash = None;
        loop {
            match self.peek() {
                Dash => {
                    let dash = self.advance();
                    first_dash.get_or_insert(dash.start);
                    let item = match self.peek() {
                        Dash | BlockEnd => absent(dash.end),
                        Key | Value if indentless => absent(dash.end),
                        _ => self.value(Context::Block),
                    };
                    self.items.push(item);
                }
                Key | Value | BlockEnd if indentless => break,
                BlockEnd => {
                    self.advance();
                    break;
                }
                End | DocumentStart | DocumentEnd | Directive => break,
                // A word at the column of a mapping is rather one of its keys.
                Plain if indentless && !self.on_last_line() && self.at_word() => break,
                next if starts_node(next) && !self.on_last_line() => {
                    let start = self.place().start;
                    self.missing_dash(start, first_dash);
                    if !self.stopped {
                        let item = self.value(Context::Block);
                        self.items.push(item);
                    }
                }
                _ => self.stray(Dash, indentless),
            }
        }
        let items: Box<[_]> = self.items.drain(base..).collect();
        let end = items.last().map_or(start, |item| item.full_span().end);
        Node {
            kind: NodeKind::Sequence(Sequence { items, flow: false }),
            span: Span::new(start, end),
            properties: None,
            has_error: false,
        }
    }

    pub(super) fn block_mapping(&mut self) -> Node {
        use SymbolKind::*;
        let start = self.advance().start;
        let base = self.entries.len();
        loop {
            match self.peek() {
                Key => {
                    let mark = self.advance();
                    let key = match self.peek() {
                        Key | Value | BlockEnd => absent(mark.end),
                        _ => self.key(Context::BlockOrIndentless),
                    };
                    self.block_entry(key);
                }
                Value => {
                    let span = self.place();
                    self.error(SyntaxErrorKind::MissingKey, span, message!("colon-without-key"));
                    if !self.stopped {
                        self.block_entry(absent(span.start));
                    }
                }
                BlockEnd => {
                    self.advance();
                    break;
                }
                End | DocumentStart | DocumentEnd | Directive => break,
                Plain | PlainLines | SingleQuoted | DoubleQuoted | Unquoted
                    if !self.on_last_line() && self.at_possible_key() =>
                {
                    let span = self.place();
                    if !self.tolerant || !self.line_has_error(span.start) {
                        self.missing_colon(span);
                    }
                    if !self.stopped {
                        let key = self.key(Context::Block);
                        let value = missing(key.span.end);
                        self.entries.push(Entry { key, value });
                    }
                }
                BlockSequence | Dash if self.tolerant && self.entries.len() > base => self.adopt_rows(),
                _ => self.stray(Key, false),
            }
        }
        let entries: Box<[_]> = self.entries.drain(base..).collect();
        let end = entries.last().map_or(start, |entry| entry.span().end);
        block_mapping(entries, Span::new(start, end))
    }

    /// Reads a block sequence after a value: more rows if the value is a sequence, otherwise the value is the first row
    /// and lacks its dash.
    fn adopt_rows(&mut self) {
        let Some(mut entry) = self.entries.pop() else {
            return;
        };
        let before = entry.value.full_span();
        let dash = self.place().start;
        let rows = self.value(Context::BlockOrIndentless);
        let (mut items, span) = match entry.value.kind {
            NodeKind::Missing => (Vec::new(), rows.span),
            NodeKind::Sequence(Sequence { items, flow: false }) => (items.into_vec(), before.cover(rows.span)),
            _ => {
                self.missing_dash(before.start, Some(dash));
                (vec![entry.value], before.cover(rows.span))
            }
        };
        if let NodeKind::Sequence(rows) = rows.kind {
            items.extend(rows.items);
        }
        entry.value = Node {
            kind: NodeKind::Sequence(Sequence { items: items.into(), flow: false }),
            span,
            properties: None,
            has_error: true,
        };
        self.entries.push(entry);
    }

    fn block_entry(&mut self, key: Node) {
        use SymbolKind::*;
        let value = match self.peek() {
            Value => {
                let colon = self.advance();
                match self.peek() {
                    Key | Value | BlockEnd => absent(colon.end),
                    _ => self.value(Context::BlockOrIndentless),
                }
            }
            _ => absent(key.full_span().end),
        };
        self.entries.push(Entry { key, value });
    }

    fn at_possible_key(&self) -> bool {
        let text = self.place().text(self.text);
        !text.contains([',', '[', ']', '{', '}'])
    }

    fn at_word(&self) -> bool {
        let text = self.place().text(self.text);
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// Whether the next symbol is still on the line of the last one.
    pub(super) fn on_last_line(&self) -> bool {
        let between = Span::new(self.last_end, self.place().start).text(self.text);
        !between.contains(['\n', '\r'])
    }

    /// Reports and skips what doesn't belong in a block, up to its next item (`Dash`) or key (`Key`).
    fn stray(&mut self, next: SymbolKind, indentless: bool) {
        use SymbolKind::*;
        let is_behind = self.on_last_line();
        let errors = self.errors.len();
        if is_behind {
            self.error_here(message!("text-after-value"));
        } else {
            self.error_here(message!("neither-row-nor-key"));
        }
        if self.errors.len() > errors && is_behind {
            let at = Span::empty(self.place().start);
            let spaced = Span::new(self.last_end, at.start).text(self.text).ends_with([' ', '\t']);
            self.fix(SyntaxFix::doubtful(at, if spaced { "# " } else { " # " }));
        }
        let first = self.at;
        let (mut blocks, mut brackets) = (0_usize, 0_usize);
        loop {
            let symbol = self.peek();
            let outside = blocks == 0 && brackets == 0;
            match symbol {
                End | DocumentStart | DocumentEnd | Directive => return,
                BlockEnd if blocks == 0 => return,
                Key if outside && indentless => return,
                _ if outside && symbol == next => return,
                BlockSequence | Dash if outside && self.tolerant && self.at > first && !self.on_last_line() => {
                    return;
                }
                BlockSequence | BlockMapping => blocks += 1,
                BlockEnd => blocks -= 1,
                OpenBracket | OpenBrace => brackets += 1,
                CloseBracket | CloseBrace => brackets = brackets.saturating_sub(1),
                Resync { depth } => brackets = brackets.min(usize::from(depth)),
                _ => {}
            }
            // Brackets of skipped symbols count as open ones, so that no resynchronisation is missed.
            self.flow_depth = brackets;
            self.advance();
        }
    }

    /// Reports that the next symbol is out of place, unless its line has an error already.
    pub(super) fn error_here(&mut self, message: Message) {
        let span = self.place();
        if !self.tolerant || !self.line_has_error(span.start) {
            self.error(SyntaxErrorKind::Unexpected, span, message);
        }
    }
}

/// Whether a value may start with this symbol.
fn starts_node(symbol: SymbolKind) -> bool {
    use SymbolKind::*;
    matches!(
        symbol,
        Plain | PlainLines | SingleQuoted | DoubleQuoted | Unquoted | OpenBracket | OpenBrace | Alias | Anchor | Tag
    )
}
