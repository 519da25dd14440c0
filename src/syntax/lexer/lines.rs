//! Lines that are more than one of YAML, or less: two keys on a line, rows without their dash or with another bullet.

use super::tolerance::has_four_cells;
use super::{Lexer, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::words::message;

/// What stands in front of rows in other lists than those of YAML.
const BULLETS: [char; 7] = ['•', '·', '–', '—', '−', '*', '‣'];

impl Lexer<'_> {
    /// Whether a row begins here, on a line of its own, in a section whose rows all lost their dashes: the next line is such a
    /// row too.
    pub(super) fn lacks_dash(&self) -> bool {
        let is_row = |line: &str| {
            let code = line.split(" #").next().unwrap_or(line).trim_ascii();
            code.starts_with('[') && has_four_cells(code.bytes())
        };
        let is_value = || self.symbols.last().is_some_and(|last| last.kind == SymbolKind::Value);
        let in_rows =
            || self.lacks_dashes && self.blocks.last().is_some_and(|block| block.sequence || block.indentless);
        let mut lines = self.text[self.pos..].lines().filter(|line| !line.trim_ascii().is_empty());
        self.tolerant
            && !self.in_flow()
            && lines.next().is_some_and(is_row)
            && (in_rows() || is_value() && (self.lacks_dashes || lines.next().is_some_and(is_row)))
    }

    /// Begins an item whose dash is missing.
    pub(super) fn without_dash(&mut self) {
        self.lacks_dashes = true;
        self.error(SyntaxErrorKind::MissingDash, self.pos, self.pos, message!("dash-missing"));
        self.fix(SyntaxFix::safe(span(self.pos, self.pos), "- "));
        self.open_sequence();
        self.key_allowed = true;
        self.drop_key();
        self.symbol(SymbolKind::Dash, self.pos, self.pos);
    }

    /// The length of another bullet than a dash here, in front of a row. To PyYAML it may be text.
    pub(super) fn other_bullet(&self) -> Option<usize> {
        let line = self.rest_of_line(self.pos).filter(|_| !self.in_flow())?;
        let bullet = line.chars().next().filter(|c| BULLETS.contains(c))?;
        let row = line[bullet.len_utf8()..].trim_ascii_start();
        let code = row.split(" #").next().unwrap_or(row).trim_ascii_end();
        (code.starts_with('[') && has_four_cells(code.bytes())).then_some(bullet.len_utf8())
    }

    /// Takes another bullet for a dash, and says so.
    pub(super) fn bullet(&mut self, len: usize) {
        let (start, end) = (self.pos, self.pos + len);
        let bullet = self.text[start..end].to_owned();
        self.error(SyntaxErrorKind::MissingDash, start, end, message!("bullet-for-dash", bullet));
        self.fix(SyntaxFix::safe(span(start, end), if self.blank_at(end) { "-" } else { "- " }));
        self.open_sequence();
        self.key_allowed = true;
        self.drop_key();
        self.symbol(SymbolKind::Dash, start, end);
        self.garbage(end);
    }

    /// Whether there is a `word:` at `at`.
    fn is_key_at(&self, at: usize) -> bool {
        let is_word = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let len = self.bytes[at..].iter().take_while(is_word).count();
        let is_name = self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
        is_name && self.bytes.get(at + len) == Some(&b':') && self.blank_at(at + len + 1)
    }

    /// Whether a value of one word, which begins at `start`, ends before the key at `next`.
    pub(super) fn is_second_key(&self, start: usize, next: usize) -> bool {
        let in_mapping = self.blocks.last().is_some_and(|block| !block.sequence);
        self.tolerant
            && !self.in_flow()
            && in_mapping
            && self.is_key_at(next)
            && !self.text[start..next].trim_ascii_end().contains([' ', '\t'])
    }

    /// Takes a row behind another one of the block layout for one on a line of its own, and says so.
    pub(super) fn second_row(&mut self) -> bool {
        let closes = self.symbols.last().filter(|last| last.kind == SymbolKind::CloseBracket);
        let in_rows = self.blocks.last().is_some_and(|block| block.sequence || block.indentless);
        let Some(behind) = closes.map(|last| last.span.end as usize).filter(|_| in_rows && !self.in_flow()) else {
            return false;
        };
        let at = self.skip_blanks(self.pos + usize::from(self.bytes.get(self.pos) == Some(&b',')));
        let between = self.text.get(behind..at).unwrap_or("\n");
        let line = self.rest_of_line(at).unwrap_or_default();
        let code = line.split(" #").next().unwrap_or(line).trim_ascii_end();
        let is_row = code.starts_with('[') && has_four_cells(code.bytes());
        if !is_row || !between.trim_matches([' ', '\t', ',']).is_empty() {
            return false;
        }
        let before = &self.text[self.line_start..at];
        let indent = &before[..before.len() - before.trim_ascii_start().len()];
        let new_line = format!("\n{indent}- ");
        self.error(SyntaxErrorKind::MissingDash, at, at + 1, message!("two-rows-on-line"));
        self.fix(SyntaxFix::safe(span(behind, at), new_line));
        if at > self.pos {
            self.garbage(at);
        }
        self.key_allowed = true;
        self.drop_key();
        self.symbol(SymbolKind::Dash, at, at);
        true
    }

    /// Takes a key behind the value of another one for a key of the same mapping, and says so.
    pub(super) fn second_key(&mut self) -> bool {
        use SymbolKind::{CloseBrace, CloseBracket, DoubleQuoted, Plain, SingleQuoted};
        if !self.tolerant || self.in_flow() || self.key_allowed {
            return false;
        }
        let Some(block) = self.blocks.last().filter(|block| !block.sequence).copied() else { return false };
        let [.., before, value] = self.symbols.as_slice() else { return false };
        let is_value = match value.kind {
            CloseBrace | CloseBracket => true,
            DoubleQuoted | Plain | SingleQuoted => before.kind == SymbolKind::Value,
            _ => false,
        };
        let behind = value.span.end as usize;
        let at = self.skip_blanks(self.pos + usize::from(self.bytes.get(self.pos) == Some(&b',')));
        let between = self.text.get(behind..at).unwrap_or("\n");
        if !is_value || !between.trim_matches([' ', '\t', ',']).is_empty() || between.is_empty() || !self.is_key_at(at)
        {
            return false;
        }
        let name = self.text[at..].split(':').next().unwrap_or_default().to_owned();
        let indent = " ".repeat(usize::try_from(block.column).unwrap_or_default());
        self.error(SyntaxErrorKind::MappingInValue, at, at + name.len(), message!("two-keys-on-line", name));
        self.fix(SyntaxFix::doubtful(span(behind, at), format!("\n{indent}")));
        if at > self.pos {
            self.garbage(at);
        }
        self.key_allowed = true;
        self.column = (at, block.column);
        true
    }
}
