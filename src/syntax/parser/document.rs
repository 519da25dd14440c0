//! The stream around the one document: directives, markers, and text after the document's value.

use super::{Context, Parser, absent, block_mapping, missing};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::syntax::lexer::{SymbolKind, is_ellipsis};
use crate::syntax::scalar;
use crate::syntax::tree::{Entry, Node, NodeKind};
use crate::text::Span;
use crate::words::message;

impl<'a> Parser<'a> {
    pub(super) fn stream(&mut self) {
        if matches!(self.peek(), SymbolKind::Directive | SymbolKind::DocumentStart | SymbolKind::End) {
            self.document_start();
        } else {
            self.root = Some(self.root_node());
        }
        self.leftovers();
        while self.peek() == SymbolKind::DocumentEnd {
            self.advance();
        }
        if self.peek() != SymbolKind::End {
            let span = self.place();
            let message = message!("single-document");
            self.error(SyntaxErrorKind::SecondDocument, span, message);
            if self.peek() == SymbolKind::DocumentStart {
                self.fix(SyntaxFix::doubtful(span, ""));
            }
        }
    }

    fn document_start(&mut self) {
        self.directives();
        if self.peek() == SymbolKind::End {
            return;
        }
        if self.peek() != SymbolKind::DocumentStart {
            let span = self.place();
            let message = message!("dashes-expected");
            self.error(SyntaxErrorKind::InvalidDirective, span, message);
        } else {
            self.advance();
        }
        self.root = Some(if self.at_document_end() { absent(self.last_end) } else { self.root_node() });
    }

    fn directives(&mut self) {
        let mut has_version = false;
        let mut last = None;
        while self.peek() == SymbolKind::Directive {
            let span = self.advance();
            last = Some(span);
            let words: Vec<&'a str> = span.text(self.text)[1..].split(' ').collect();
            let arguments: Vec<&'a str> = words[1..].iter().copied().filter(|word| !word.is_empty()).collect();
            let fits = match (words[0], arguments.as_slice()) {
                ("YAML", [version]) => {
                    if !matches!(*version, "1.1" | "1.2") {
                        let message = message!("yaml-versions");
                        self.refuse(SyntaxErrorKind::RefusedByLibyaml, span, message);
                    }
                    !std::mem::replace(&mut has_version, true) && is_version(version)
                }
                ("TAG", [handle, prefix]) => self.tag_handle(handle, prefix),
                ("YAML" | "TAG", _) => false,
                (name, _) => {
                    let message = message!("yaml-directives");
                    self.refuse(SyntaxErrorKind::RefusedByLibyaml, span, message);
                    is_name(name) && !name.is_empty()
                }
            };
            if !fits {
                self.error(SyntaxErrorKind::InvalidDirective, span, message!("malformed-directive"));
            }
        }
        if let Some(span) = last
            && self.peek() == SymbolKind::End
            && !self.stopped
        {
            self.error(SyntaxErrorKind::InvalidDirective, span, message!("directive-without-document"));
        }
    }

    /// Declares a tag handle; whether that is possible.
    fn tag_handle(&mut self, handle: &'a str, prefix: &str) -> bool {
        let known = self.handles.iter().any(|(known, _)| *known == handle);
        let name = handle.strip_prefix('!').map(|rest| rest.strip_suffix('!').unwrap_or(rest));
        let fits = handle == "!" || (handle.len() > 1 && handle.ends_with('!') && name.is_some_and(is_name));
        match scalar::unescape_uri(prefix) {
            Some(prefix) if fits && !known => {
                self.handles.push((handle, prefix));
                true
            }
            _ => false,
        }
    }

    fn root_node(&mut self) -> Node {
        let node = self.value(Context::Block);
        if node.is_absent() && matches!(node.kind, NodeKind::Missing) {
            self.error_here(message!("value-expected"));
        }
        node
    }

    /// Handles text after a document's value: it is an error, but a mapping there is the better document.
    fn leftovers(&mut self) {
        if self.at_document_end() {
            return;
        }
        self.key_without_colon();
        while !self.at_document_end() {
            if self.peek() == SymbolKind::BlockEnd {
                self.advance();
                continue;
            }
            let before = (self.at, self.mark);
            self.error_here(message!("not-of-value"));
            let node = self.value(Context::Block);
            let is_map = |node: &Node| node.as_map().is_some();
            if is_map(&node) && !self.root.as_ref().is_some_and(is_map) {
                self.root = Some(node);
            }
            if (self.at, self.mark) == before {
                self.advance();
            }
        }
    }

    /// Repairs a document whose first key lacks its colon, so that it looks like a scalar followed by more text.
    fn key_without_colon(&mut self) {
        let is_scalar = self.root.as_ref().is_some_and(|root| root.value().is_some());
        let blocks = [SymbolKind::BlockSequence, SymbolKind::BlockMapping];
        if !is_scalar || !blocks.contains(&self.peek()) {
            return;
        }
        let Some(key) = self.root.take() else { return };
        self.missing_colon(key.span);
        if self.stopped {
            return;
        }
        let value = match self.peek() {
            SymbolKind::BlockSequence => self.value(Context::Block),
            _ => missing(key.span.end),
        };
        let start = key.full_span().start;
        let mut entries = vec![Entry { key, value }];
        if self.peek() == SymbolKind::BlockMapping
            && let NodeKind::Mapping(rest) = self.value(Context::Block).kind
        {
            entries.extend(rest.entries);
        }
        let end = entries.last().map_or(start, |entry| entry.span().end);
        self.root = Some(block_mapping(entries.into(), Span::new(start, end)));
    }

    /// Reports a line among keys that isn't `key: value`.
    pub(super) fn missing_colon(&mut self, key: Span) {
        let text = key.text(self.text);
        let is_name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if let Some((name, _)) = text.split_once(':').filter(|(name, _)| is_name(name)) {
            let at = Span::empty(key.start + name.len() as u32 + 1);
            self.error(SyntaxErrorKind::MissingColon, at, message!("colon-space-missing", name));
            return self.fix(SyntaxFix::safe(at, " "));
        }
        let name = text.split([' ', '\t', '=']).next().filter(|name| is_name(name) && name.len() < text.len());
        let Some(name) = name else {
            let at = Span::empty(key.end);
            self.error(SyntaxErrorKind::MissingColon, at, message!("colon-missing"));
            // A word before rows is their key; any other word may be half-typed.
            let names_rows = self.text[key.end as usize..].trim_start().starts_with("- ");
            return self.fix(SyntaxFix { safe: names_rows, ..SyntaxFix::safe(at, ":") });
        };
        let start = key.start + name.len() as u32;
        let value = text[name.len()..].trim_start_matches([' ', '\t', '=']);
        self.error(SyntaxErrorKind::MissingColon, Span::empty(start), message!("colon-missing-after", name));
        self.fix(SyntaxFix::doubtful(Span::new(start, key.end - value.len() as u32), ": "));
    }

    /// Reports a row on a line of its own that lacks the dash of its neighbours, whose dashes are at the column of
    /// `dash`.
    pub(super) fn missing_dash(&mut self, row: u32, dash: Option<u32>) {
        let words = self.text[row as usize..].lines().next().unwrap_or_default();
        let dots = words.split(" #").next().unwrap_or(words).trim_end();
        if is_ellipsis(dots) {
            let span = Span::new(row, row + dots.len() as u32);
            return self.error(SyntaxErrorKind::ForeignLine, span, message!("rows-left-out", dots));
        }
        if is_prose(dots) {
            self.error(
                SyntaxErrorKind::LostComment,
                Span::new(row, row + dots.len() as u32),
                message!("comment-lost-hash"),
            );
            return self.fix(SyntaxFix::safe(Span::empty(row), "# "));
        }
        self.error(SyntaxErrorKind::MissingDash, Span::empty(row), message!("dash-missing"));
        let line = |at: u32| self.text[..at as usize].rfind(['\n', '\r']).map_or(0, |at| at as u32 + 1);
        let indentation = |at: u32| Span::new(line(at), at).text(self.text);
        let is_blank = |text: &str| text.bytes().all(|b| b == b' ');
        let column = dash.map(indentation).filter(|text| is_blank(text));
        // Another bullet, or what a diff puts in front.
        let behind = &self.text[row as usize..];
        let marks = behind.len() - behind.trim_start_matches(['+', '–', '—', '−', '•', '·', '*', '-', ' ']).len();
        if marks > 0 && behind[marks..].starts_with('[') {
            let row = row + marks as u32;
            let column = column.unwrap_or_else(|| indentation(row).trim_end_matches(|c| c != ' '));
            return self.fix(SyntaxFix::doubtful(Span::new(line(row), row), format!("{column}- ")));
        }
        let fix = match column {
            Some(column) if is_blank(indentation(row)) => {
                let is_row = self.text.as_bytes().get(row as usize) == Some(&b'[');
                let edit = SyntaxFix::safe(Span::new(line(row), row), format!("{column}- "));
                SyntaxFix { safe: is_row, ..edit }
            }
            _ => SyntaxFix::doubtful(Span::empty(row), "- "),
        };
        self.fix(fix);
    }
}

/// Whether a line among rows is words without any mark of a row, several or of another language: one may be half-typed.
fn is_prose(line: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || " _.-（）()".contains(c);
    line.starts_with(char::is_alphabetic) && line.chars().all(is_word) && (line.contains(' ') || !line.is_ascii())
}

/// Whether this is a version of YAML that PyYAML reads: `1.` and any minor number.
fn is_version(text: &str) -> bool {
    let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.')
        .is_some_and(|(major, minor)| number(major) && number(minor) && major.trim_start_matches('0') == "1")
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}
