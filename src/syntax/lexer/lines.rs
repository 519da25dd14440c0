//! Lines that are more than one of YAML, or less: two keys on a line, and lines that were copied with their numbers.

use super::tolerance::has_four_cells;
use super::{Lexer, SymbolKind, span};
use crate::syntax::error::{SyntaxErrorKind, SyntaxFix};
use crate::words::message;

/// The fewest lines that begin with their numbers.
const FEWEST: usize = 4;

/// The numbers that lines begin with.
pub(super) struct Numbers {
    /// The blanks between a number and its line.
    blanks: usize,
    /// Where the line begins whose number was passed over last.
    line: usize,
    /// Whether it was said.
    is_told: bool,
}

/// The length of the number that a line begins with, with blanks before it and a mark behind it, and what it is.
fn number(line: &str) -> Option<(usize, u64)> {
    let digits = line.trim_start_matches([' ', '\t']);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = digits[..digits.len() - rest.len()].parse().ok()?;
    let marked = rest.strip_prefix(['.', ':', '|', ')']).unwrap_or(rest);
    let is_apart = marked.len() < rest.len() || marked.is_empty() || marked.starts_with([' ', '\t']);
    is_apart.then_some((line.len() - marked.len(), number))
}

impl Lexer<'_> {
    /// Finds out whether lines begin with their numbers: those that do count up by one, and rows are among them.
    pub(super) fn count_lines(&mut self) {
        let lines = || self.text.lines().map(str::trim_end).filter_map(|line| Some((line, number(line)?)));
        let (mut count, mut rows, mut last, mut blanks) = (0, 0, None, usize::MAX);
        for (line, (len, number)) in lines().take_while(|_| self.tolerant) {
            if last.is_some_and(|last| number != last + 1) {
                return;
            }
            last = Some(number);
            count += 1;
            let rest = &line[len..];
            let words = rest.trim_start_matches([' ', '\t']);
            rows += usize::from(words.starts_with("- ["));
            if !words.is_empty() {
                blanks = blanks.min(rest.len() - words.len());
            }
        }
        if count >= FEWEST && 2 * rows >= FEWEST {
            self.numbers = Some(Numbers { blanks, line: usize::MAX, is_told: false });
        }
    }

    /// Whether the line at `line` begins with its number.
    pub(super) fn is_numbered(&self, line: usize) -> bool {
        self.numbers.is_some() && self.rest_of_line(line).is_some_and(|line| number(line.trim_end()).is_some())
    }

    /// Passes over the number that a line begins with.
    pub(super) fn line_number(&mut self) {
        let Some(numbers) =
            self.numbers.as_mut().filter(|numbers| self.pos == self.line_start && numbers.line != self.pos)
        else {
            return;
        };
        let end = self.text[self.pos..].find(['\n', '\r']).map_or(self.text.len(), |at| self.pos + at);
        let Some((len, _)) = number(self.text[self.pos..end].trim_end()) else { return };
        let start = self.pos;
        let behind = (start + len + numbers.blanks).min(end);
        numbers.line = behind;
        let is_told = std::mem::replace(&mut numbers.is_told, true);
        if !is_told {
            let fix = self.without_numbers(start);
            self.error(SyntaxErrorKind::ForeignLine, start, start + len, message!("lines-with-numbers"));
            self.fix(fix);
        }
        self.garbage(behind);
        self.line_start = behind;
        self.column = (behind, 0);
    }

    /// The fix that takes the numbers out, from the line that begins here on.
    fn without_numbers(&self, start: usize) -> Option<SyntaxFix> {
        let blanks = self.numbers.as_ref()?.blanks;
        let rest = &self.text[start..];
        let line = |line: &str| match number(line.trim_end()) {
            Some((len, _)) if line[len..].trim().is_empty() => line[len..].trim_matches([' ', '\t']).to_owned(),
            Some((len, _)) => line.get(len + blanks..).unwrap_or_default().to_owned(),
            None => line.to_owned(),
        };
        let text: String = rest.split_inclusive('\n').map(line).collect();
        Some(SyntaxFix::safe(span(start, self.text.len()), text))
    }

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
