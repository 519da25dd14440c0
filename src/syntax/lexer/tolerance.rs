//! How the tolerant lexer repairs damaged lines: brackets and quotes that were left open, and wrong columns.

use super::{Block, Lexer, SymbolKind, span};
use crate::syntax::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use crate::words::message;

/// A sign at the start of a line that brackets or quotes were left open above.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Resync {
    /// The line belongs to the block layout: no bracket is open.
    Block,
    /// The line is a row, or the end, of a list of rows in brackets: one bracket is open.
    Rows,
}

/// The keys of lists of rows.
pub(super) const SECTIONS: [&str; 2] = ["backbone", "head"];

impl Lexer<'_> {
    /// Whether the line that starts at `line` shows that brackets or quotes still open there were never closed.
    pub(super) fn resync_at(&self, line: usize) -> Option<Resync> {
        if self.is_block_line(line) {
            return Some(Resync::Block);
        }
        let at = self.skip_blanks(line);
        let column = (at - line) as i64;
        match self.bytes.get(at)? {
            b'-' => self.is_dashed_row(at).then_some(Resync::Rows),
            b'[' => (self.in_flow() && column <= self.rows?.column).then_some(Resync::Rows),
            b']' => {
                let next = self.skip_blanks(at + 1);
                let alone = self.break_at(next) > 0 || matches!(self.bytes.get(next), None | Some(b'#'));
                let ends_rows = column < self.rows?.column || (alone && !self.rows_go_on(at + 1));
                (self.in_a_row() && ends_rows).then_some(Resync::Rows)
            }
            _ => None,
        }
    }

    /// Whether the line is the key of a section, alone.
    fn is_section(&self) -> bool {
        let line = self.rest_of_line(self.pos).and_then(|line| line.split('#').next()).unwrap_or_default();
        SECTIONS.iter().any(|section| line.trim_ascii_end().strip_suffix(':') == Some(section))
    }

    /// Whether there is a `- [` at `at`.
    fn is_dashed_row(&self, at: usize) -> bool {
        self.starts_item(at) && self.bytes.get(self.skip_blanks(at + 1)) == Some(&b'[')
    }

    /// Whether the line that starts at `line` can only belong to the block layout: a document marker, an item that
    /// isn't a bracketed row with an extra dash, or a key at the column of a mapping.
    pub(super) fn is_block_line(&self, line: usize) -> bool {
        let at = self.skip_blanks(line);
        let column = (at - line) as i64;
        if self.starts_item(at) {
            let deeper = self.rows.is_some_and(|rows| column > rows.column);
            return !(self.has_rows() && (self.is_dashed_row(at) || deeper));
        }
        let explicit = self.bytes.get(at) == Some(&b'?') && self.blank_at(at + 1);
        let is_key = explicit || self.looks_like_key(at);
        let mut mappings = self.blocks.iter().filter(|block| !block.sequence);
        self.marker_at(line) || (is_key && mappings.any(|block| block.column == column))
    }

    /// Whether the lexer is in a list of rows in brackets that has a row on a line of its own already.
    fn has_rows(&self) -> bool {
        self.in_flow() && self.rows.is_some_and(|rows| rows.settled)
    }

    /// Whether the lexer is inside a row of a bracketed list of rows.
    fn in_a_row(&self) -> bool {
        self.rows.is_some() && self.brackets.len() >= 2
    }

    pub(super) fn resync(&mut self) {
        match self.resync_at(self.line_start) {
            Some(Resync::Block) => {
                self.reduce_brackets(0);
                self.key_allowed = true;
            }
            Some(Resync::Rows) => {
                self.reduce_brackets(1);
                self.key_allowed = true;
            }
            // A `key:` in front of a row has no value yet.
            None if self.has_rows()
                && self.bytes.get(self.pos) == Some(&b'[')
                && self.symbols.last().is_some_and(|last| last.kind == SymbolKind::Value) =>
            {
                let depth = self.brackets.len().min(usize::from(u8::MAX)) as u8;
                self.symbol(SymbolKind::Resync { depth }, self.pos, self.pos);
            }
            None => {}
        }
    }

    /// Whether there is a `word:` at `at`.
    pub(super) fn looks_like_key(&self, at: usize) -> bool {
        const LONGEST: usize = 128;
        let window = &self.bytes[at..self.bytes.len().min(at + LONGEST)];
        let ends_word = |&b: &u8| b <= b' ' || b"[]{},#:&*!|>'\"%@`".contains(&b);
        let Some(end) = window.iter().position(ends_word) else {
            return false;
        };
        let colon = self.skip_blanks(at + end);
        end > 0 && self.bytes.get(colon) == Some(&b':') && self.blank_at(colon + 1) || self.odd_colon(at).is_some()
    }

    /// Whether a line of the block layout starts with something that can only be skipped.
    pub(super) fn means_nothing(&self) -> bool {
        match self.bytes[self.pos] {
            b']' | b'}' | b',' => true,
            b':' => !self.explicit_key && self.blank_at(self.pos + 1),
            b'?' => self.blank_at(self.pos + 1) && self.lacks_key(self.pos),
            _ => false,
        }
    }

    /// Corrects the column of a wrongly indented line to the most likely one.
    pub(super) fn adjust_column(&mut self) {
        let line = self.line_kind();
        let column = self.column_at(self.pos);
        let expected = match (line, self.value_expected(line == LineKind::Item, column)) {
            (LineKind::Other, _) | (LineKind::Stray, true) => None,
            (_, true) => self.column_of_next(line == LineKind::Item, column),
            (_, false) => self.column_of_nearest(line, column),
        };
        let Some(IntendedColumn { column: expected, sure }) = expected else {
            return;
        };
        let has_tab =
            |error: &SyntaxError| error.kind == SyntaxErrorKind::Tab && error.span.start as usize >= self.line_start;
        let has_tab = self.errors.last().is_some_and(has_tab);
        if expected == column && !has_tab {
            return;
        }
        self.column = (self.pos, expected);
        // The parser reports what a stray line is missing.
        if line == LineKind::Stray {
            return;
        }
        if !has_tab {
            let message = match line {
                LineKind::Item => message!("row-is-indented", count = column, expected),
                _ => message!("key-is-indented", count = column, expected),
            };
            self.error(SyntaxErrorKind::BadIndentation, self.line_start, self.pos, message);
        }
        // Moving the line left keeps its own lines below deeper than it, and so does having no lines below.
        let sure = sure && (expected <= column || self.is_dashed_row(self.pos));
        let indentation = " ".repeat(usize::try_from(expected).unwrap_or_default());
        self.fix(SyntaxFix { safe: sure, ..SyntaxFix::safe(span(self.line_start, self.pos), indentation) });
    }

    /// What the line seems to be that the next token starts.
    fn line_kind(&self) -> LineKind {
        let text = &self.text[self.pos..self.line_end(self.pos)];
        let has_key = match self.bytes[self.pos] {
            b'[' | b'{' => false,
            quote @ (b'"' | b'\'') => {
                let behind = text[1..].split_once(char::from(quote)).map(|(_, behind)| behind);
                behind.is_some_and(|behind| behind.trim_start().starts_with(':'))
            }
            b'?' => self.blank_at(self.pos + 1),
            _ => {
                let key = text.split(": ").next().unwrap_or(text);
                let any = key.len() < text.len() || text.ends_with(':');
                any && !key.contains(['[', ']', '{', '}'])
            }
        };
        if self.starts_item(self.pos) {
            LineKind::Item
        } else if self.looks_like_key(self.pos) {
            LineKind::Key
        } else if has_key || self.marker_at(self.pos) {
            LineKind::Other
        } else if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            // A word at the column of a mapping is a half-typed key.
            let column = (self.pos - self.line_start) as i64;
            let among_keys = self.blocks.iter().any(|block| !block.sequence && block.column == column);
            if among_keys { LineKind::Other } else { LineKind::Stray }
        } else {
            LineKind::Stray
        }
    }

    pub(super) fn starts_item(&self, at: usize) -> bool {
        self.bytes.get(at) == Some(&b'-') && (self.blank_at(at + 1) || self.lacks_space(at))
    }

    /// Whether an item or key at this column may open a block of its own.
    fn value_expected(&self, item: bool, column: i64) -> bool {
        let innermost = self.blocks.last().map_or(-1, |block| block.column);
        self.is_value_next() && (column > innermost || (item && column == innermost))
    }

    /// Whether what was read last asks for a value.
    pub(super) fn is_value_next(&self) -> bool {
        use SymbolKind::*;
        let last = self.symbols.last().map(|last| last.kind);
        matches!(last, None | Some(Dash | Key | Value | Anchor | Tag | DocumentStart))
    }

    /// Returns the column of the items or keys below this one, which opens a block, if it differs from them.
    fn column_of_next(&self, item: bool, column: i64) -> Option<IntendedColumn> {
        const LINES: usize = 8;
        let mut below = Vec::with_capacity(2);
        let mut line = self.pos;
        for _ in 0..LINES {
            line = self.line_end(line);
            line += self.break_at(line);
            line = self.behind_prefix(line);
            let at = self.skip_spaces(line);
            if if item { self.starts_item(at) } else { self.looks_like_key(at) } {
                below.push((at - line) as i64);
            }
            if below.len() == 2 {
                break;
            }
        }
        let next = *below.first()?;
        // Of three lines, two are right.
        if next == column || below.get(1) == Some(&column) {
            return None;
        }
        let around = self.blocks.last().map_or(-1, |block| block.column);
        let indentless = item && self.blocks.last().is_some_and(|block| !block.sequence);
        let is_sibling = next > around || (next == around && indentless);
        let tab = self.find_tab(self.line_start, self.pos).is_some();
        // What is deeper may belong to this item's own value, unless that is a row in brackets and two lines agree.
        let row = item && self.is_dashed_row(self.pos) && below.get(1) == Some(&next);
        let sure = below.get(1) == Some(&next);
        (is_sibling && (next < column || tab || row)).then_some(IntendedColumn { column: next, sure })
    }

    /// Whether a key at this column stands beside others of a mapping below a key, which aren't scales: below `model`.
    fn is_beside_keys(&self, column: i64) -> bool {
        let Some(keys) = self.blocks.iter().find(|block| !block.sequence && block.column == column) else {
            return false;
        };
        let indent = |line: &str| (line.len() - line.trim_start_matches(' ').len()) as i64;
        let mut above = self.text[..keys.line_start].lines().rev();
        let holder = above.find(|line| !line.trim_ascii().is_empty() && indent(line) < column);
        holder.is_some_and(|line| !line.trim_ascii_start().starts_with(['#', '-']) && !line.contains("scales:"))
    }

    /// Returns the column of the open block nearest to `column`: a mapping for a key, otherwise a sequence if there is
    /// one.
    fn column_of_nearest(&self, line: LineKind, column: i64) -> Option<IntendedColumn> {
        let is_list = |block: &Block| block.sequence || block.indentless;
        let among_items = self.blocks.iter().any(|block| block.sequence && block.column == column);
        // A section belongs to no row, and to no scale.
        if line == LineKind::Key && self.is_section() {
            if self.is_beside_keys(column) {
                return None;
            }
            let outer = self.blocks.iter().find(|block| !block.sequence);
            return outer.map(|block| IntendedColumn { column: block.column, sure: true });
        }
        if line == LineKind::Key && among_items {
            return None;
        }
        let nearest = |fits: &dyn Fn(&Block) -> bool| {
            let columns = self.blocks.iter().filter(|block| fits(block)).map(|block| block.column);
            let sure = columns.clone().count() == 1;
            // Of two, a key is rather one of the inner mapping, and an item rather a row.
            let rank = |other: &i64| ((other - column).abs(), if line == LineKind::Key { -other } else { *other });
            columns.min_by_key(rank).map(|column| IntendedColumn { column, sure })
        };
        match line {
            LineKind::Key => nearest(&|block| !block.sequence),
            LineKind::Stray => nearest(&is_list).or_else(|| nearest(&|_| true)),
            _ => nearest(&is_list),
        }
    }
}

/// The intended column of a line.
struct IntendedColumn {
    column: i64,
    /// Whether it is the only candidate.
    sure: bool,
}

/// What a line of the block layout seems to be.
#[derive(Clone, Copy, PartialEq)]
enum LineKind {
    /// `- …`
    Item,
    /// `key: …`
    Key,
    /// Neither item nor key.
    Stray,
    /// Something that isn't checked here.
    Other,
}

/// Whether the brackets and commas of a text are those of a row; a quick check.
pub(in crate::syntax) fn has_four_cells(text: impl Iterator<Item = u8>) -> bool {
    let (mut depth, mut commas, mut ended) = (0_usize, 0, false);
    for b in text {
        if ended {
            return false;
        }
        match b {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                let Some(outer) = depth.checked_sub(1) else { return false };
                depth = outer;
                ended = depth == 0;
            }
            b',' => commas += usize::from(depth == 1),
            _ => {}
        }
    }
    ended && commas == 3
}
