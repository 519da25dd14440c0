//! Places in a text: byte spans, lines, and columns in the units of editors and terminals.

pub mod markdown;
pub mod xml;

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A range of byte offsets into a text, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Makes the span `start..end`; an `end` before `start` gives the empty span at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Span { start, end: end.max(start) }
    }

    /// Makes the empty span at `offset`.
    pub fn empty(offset: u32) -> Self {
        Span::new(offset, offset)
    }

    /// The span as a range that slices a `str`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the span or right at its end, as a cursor does.
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether `other` lies wholly in this span.
    pub fn contains_span(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the smallest span that contains both.
    pub fn cover(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Returns the spanned part of `text`, or an empty string if the span is out of range.
    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

/// Unit of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, LSP's default.
    #[default]
    Utf16,
    /// Characters (Unicode scalar values).
    Utf32,
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// A line and a column, both counted from 0; the column in the units of some [`Encoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// Index of the line starts of a text. Lines end at `\n`, `\r\n` or a lone `\r`, as in LSP.
///
/// The index doesn't hold the text: pass the text that it was built from to each conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Finds the lines of `text`. Offsets beyond `u32::MAX` aren't supported.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for i in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[i] == b'\n' || bytes.get(i + 1) != Some(&b'\n') {
                starts.push(offset(i + 1));
            }
        }
        LineIndex { starts, len: offset(bytes.len()) }
    }

    /// The number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> u32 {
        offset(self.starts.len())
    }

    /// The line, from 0, that holds `offset`; the last line for offsets past the end.
    pub fn line(&self, offset: u32) -> u32 {
        (self.starts.partition_point(|&start| start <= offset) - 1) as u32
    }

    /// The span of `line` without its line break; empty at the end of the text for lines past the last.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let Some(&start) = self.starts.get(line as usize) else {
            return Span::empty(self.len);
        };
        let content = Span::new(start, self.line_end(line)).text(text).trim_end_matches(['\r', '\n']);
        // A lone `\r` before the line's own `\r` would have ended a line, so at most one break was trimmed.
        Span::new(start, start + content.len() as u32)
    }

    /// Where `line` ends with its line break, which is where the next line starts.
    pub fn line_end(&self, line: u32) -> u32 {
        self.starts.get(line as usize + 1).copied().unwrap_or(self.len)
    }

    /// Converts a byte offset to a place. Clamps to the end of the text, the start of a character, and the place before
    /// a line break.
    pub fn line_column(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let line = self.line(offset.min(self.len));
        let span = self.line_span(text, line);
        let content = span.text(text);
        let bytes = (offset.clamp(span.start, span.end) - span.start) as usize;
        let column = if encoding == Encoding::Utf8 || content.is_ascii() {
            char_start(content, bytes)
        } else {
            let before = &content[..char_start(content, bytes)];
            before.chars().map(|c| encoding.width(c)).sum()
        };
        LineColumn { line, column: column as u32 }
    }

    /// Converts a place to a byte offset. Clamps to the end of the text, the end of the line, and the start of a
    /// character.
    pub fn offset(&self, text: &str, place: LineColumn, encoding: Encoding) -> u32 {
        let span = self.line_span(text, place.line);
        let content = span.text(text);
        let column = place.column as usize;
        if encoding == Encoding::Utf8 || content.is_ascii() {
            return span.start + char_start(content, column) as u32;
        }
        let mut units = 0;
        for (at, c) in content.char_indices() {
            units += encoding.width(c);
            if units > column {
                return span.start + at as u32;
            }
        }
        span.end
    }

    /// Returns the place as compilers print it: line and column from 1, the column in characters.
    pub fn human(&self, text: &str, offset: u32) -> (u32, u32) {
        let place = self.line_column(text, offset, Encoding::Utf32);
        (place.line + 1, place.column + 1)
    }
}

/// A text file that was read.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is; empty for a text without a file.
    pub path: PathBuf,
    /// The text.
    pub text: Arc<str>,
    /// Lines of the text.
    pub lines: LineIndex,
}

impl SourceFile {
    /// The file at `path`, which holds `text`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> SourceFile {
        let text = text.into();
        SourceFile { path: path.into(), lines: LineIndex::new(&text), text }
    }

    /// The file's name without directory.
    pub fn name(&self) -> Cow<'_, str> {
        self.path.file_name().unwrap_or_default().to_string_lossy()
    }

    /// The file's name without directory and ending.
    pub fn stem(&self) -> Cow<'_, str> {
        stem(&self.path)
    }

    /// Line and column of an offset, both from 1, the column in characters.
    pub fn human(&self, offset: u32) -> (u32, u32) {
        self.lines.human(&self.text, offset)
    }
}

impl<T: AsRef<str> + ?Sized> From<&T> for SourceFile {
    fn from(text: &T) -> SourceFile {
        SourceFile::new("", text.as_ref())
    }
}

/// The name of a file without directory and ending.
pub fn stem(path: &Path) -> Cow<'_, str> {
    path.file_stem().unwrap_or_default().to_string_lossy()
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where in its text.
    pub span: Span,
}

/// Replacements in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdits {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Replacements of spans that don't overlap.
    pub edits: Vec<(Span, String)>,
}

/// Applies edits, which must be in the order of the text.
pub fn apply(text: &str, edits: &[(Span, String)]) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut done = 0;
    for (span, new) in edits {
        edited.push_str(Span::new(done, span.start).text(text));
        edited.push_str(new);
        done = span.end;
    }
    edited.push_str(text.get(done as usize..).unwrap_or_default());
    edited
}

/// The one edit that makes one text of another: between the first and the last place where they differ.
pub fn difference(before: &str, after: &str) -> (Span, String) {
    let same = |(a, b): &(char, char)| a == b;
    let start: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (rest, new) = (&before[start..], &after[start..]);
    let end: usize = rest.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (Span::new(start as u32, (before.len() - end) as u32), new[..new.len() - end].to_owned())
}

/// Applies edits that don't overlap, in any order; line breaks in them become those of the text.
pub fn apply_in_style(text: &str, edits: &[(Span, String)]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|(span, _)| *span);
    if text.contains("\r\n") {
        for (_, new) in &mut edits {
            *new = new.replace("\r\n", "\n").replace('\n', "\r\n");
        }
    }
    apply(text, &edits)
}

impl FileEdits {
    /// The text after the edits.
    pub fn applied(&self) -> String {
        apply_in_style(&self.file.text, &self.edits)
    }
}

impl Location {
    /// Line and column, from 1 and in characters, of start and end.
    pub fn region(&self) -> [(u32, u32); 2] {
        [self.span.start, self.span.end].map(|offset| self.file.human(offset))
    }
}

/// Returns the last character boundary of `text` at or before `at`.
fn char_start(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many columns of a terminal a text takes: characters of Chinese take two.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ab\r\n🚀é = 1\rlast\n";

    #[test]
    fn lines_end_as_in_lsp() {
        let index = LineIndex::new(TEXT);
        let lines: Vec<&str> = (0..index.line_count()).map(|line| index.line_span(TEXT, line).text(TEXT)).collect();
        assert_eq!(lines, ["ab", "🚀é = 1", "last", ""]);
        assert_eq!(LineIndex::new("a\r\r\n\nb").line_count(), 4);
    }

    #[test]
    fn columns_count_code_units() {
        let index = LineIndex::new(TEXT);
        let equals = TEXT.find('=').expect("an equals sign") as u32;
        let column = |encoding| index.line_column(TEXT, equals, encoding).column;
        assert_eq!(column(Encoding::Utf8), 7);
        assert_eq!(column(Encoding::Utf16), 4);
        assert_eq!(column(Encoding::Utf32), 3);
        assert_eq!(index.human(TEXT, equals), (2, 4));
    }

    #[test]
    fn every_character_comes_back() {
        let index = LineIndex::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (at, c) in TEXT.char_indices().filter(|&(_, c)| c != '\n') {
                let place = index.line_column(TEXT, at as u32, encoding);
                assert_eq!(index.offset(TEXT, place, encoding), at as u32, "{c:?} in {encoding:?}");
            }
        }
    }

    #[test]
    fn out_of_range_is_clamped() {
        let index = LineIndex::new(TEXT);
        let at = |line, column| index.offset(TEXT, LineColumn { line, column }, Encoding::Utf16);
        assert_eq!(at(0, 99), 2);
        assert_eq!(at(99, 0), TEXT.len() as u32);
        // The middle of the rocket's surrogate pair is its start.
        assert_eq!(at(1, 1), 4);
        let end = index.line_column(TEXT, u32::MAX, Encoding::Utf8);
        assert_eq!((end.line, end.column), (3, 0));
        // Between `\r` and `\n` is still the end of the line.
        assert_eq!(index.line_column(TEXT, 3, Encoding::Utf8).column, 2);
        // In the middle of a character is its start.
        assert_eq!(index.line_column(TEXT, 6, Encoding::Utf8).column, 0);
    }

    #[test]
    fn the_empty_text_has_one_line() {
        let index = LineIndex::new("");
        assert_eq!(index.line_count(), 1);
        assert_eq!(index.line_column("", 7, Encoding::Utf16), LineColumn::default());
    }
}
