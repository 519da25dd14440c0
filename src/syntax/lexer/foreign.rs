//! What people write between the lines of YAML, or behind a row, as they write it elsewhere: comments without their `#`, fences
//! of Markdown, conflicts of Git, spaces and colons of another alphabet.

use super::tolerance::has_four_cells;
use super::{Lexer, SymbolKind, span};
use crate::syntax::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use crate::syntax::token::TokenKind;
use crate::words::{Message, message};

/// What comments call the cells of a row and the values of a scale.
const FORMAT: [&str; 9] = ["from", "repeats", "number", "n", "module", "args", "depth", "width", "max_channels"];

/// Spaces that YAML doesn't take for such: the no-break one, and that of Chinese and Japanese keyboards.
pub(in crate::syntax) const ODD_SPACES: [char; 2] = ['\u{a0}', '\u{3000}'];

/// What other languages put around comments of several lines.
const AROUND: [(&str, &str); 4] = [("\"\"\"", "\"\"\""), ("'''", "'''"), ("/*", "*/"), ("<!--", "-->")];

/// Largest comment of several lines, in bytes.
const MAX_COMMENT: usize = 4096;

/// Something that isn't YAML.
struct Foreign {
    end: usize,
    kind: SyntaxErrorKind,
    message: Message,
    fix: Option<SyntaxFix>,
}

impl Lexer<'_> {
    /// Skips what isn't YAML here, and says so.
    pub(super) fn foreign(&mut self) {
        if !self.tolerant || self.second_row() {
            return;
        }
        if let Some(Foreign { end, kind, message, fix }) = self.foreign_here() {
            self.error(kind, self.pos, self.line_end(self.pos).min(end), message);
            self.fix(fix);
            self.skip_to(end);
        } else if self.second_key() {
            // It is read as if it stood on a line of its own.
        } else if self.is_second_side() {
            let end = self.text[self.pos..].find("\n>>>>>>>").map_or(self.pos, |at| self.pos + at + 1);
            self.skip_to(self.line_end(end));
        }
    }

    fn foreign_here(&self) -> Option<Foreign> {
        if !self.in_flow() && self.is_at_line_start() {
            let found = self.comment_of_lines().or_else(|| self.fence()).or_else(|| self.conflict());
            let found = found.or_else(|| self.inclusion());
            if found.is_some() {
                return found;
            }
        }
        let end = self.lost_comment()?;
        let fix = match mark(&self.text[self.pos..end]) {
            Some(mark) => SyntaxFix::safe(span(self.pos, self.pos + mark.trim_end().len()), "#"),
            None => SyntaxFix::safe(span(self.pos, self.pos), "# "),
        };
        Some(Foreign {
            end,
            kind: SyntaxErrorKind::LostComment,
            message: message!("comment-lost-hash"),
            fix: fix.into(),
        })
    }

    fn is_at_line_start(&self) -> bool {
        self.text.get(self.line_start..self.pos).is_some_and(|before| before.trim_ascii().is_empty())
    }

    /// Passes over everything up to `end`.
    fn skip_to(&mut self, end: usize) {
        while self.pos < end {
            let line = self.line_end(self.pos).min(end);
            self.garbage(line);
            if line < end {
                self.pos += self.break_at(line);
                self.tokens.push(TokenKind::Newline, self.pos);
                self.new_line(self.pos);
            }
        }
    }

    /// A comment between the marks of another language, which may have several lines: a docstring of Python.
    fn comment_of_lines(&self) -> Option<Foreign> {
        let text = &self.text[self.pos..];
        let (opening, closing) = AROUND.into_iter().find(|(opening, _)| text.starts_with(opening))?;
        let inside = text[opening.len()..].find(closing).filter(|at| *at < MAX_COMMENT)?;
        let end = opening.len() + inside + closing.len();
        if !self.is_blank_behind(self.pos + end) {
            return None;
        }
        let lines = text[opening.len()..opening.len() + inside].split('\n').map(|line| {
            let (words, cr) = line.strip_suffix('\r').map_or((line, ""), |words| (words, "\r"));
            let words = words.trim();
            if words.is_empty() { format!("#{cr}") } else { format!("# {words}{cr}") }
        });
        let comment = lines.collect::<Vec<_>>().join("\n");
        let fix = SyntaxFix::safe(span(self.pos, self.pos + end), comment);
        let message = message!("comment-of-other-language", mark = opening);
        Some(Foreign { end: self.pos + end, kind: SyntaxErrorKind::LostComment, message, fix: Some(fix) })
    }

    /// The line that Markdown puts above and below code.
    fn fence(&self) -> Option<Foreign> {
        let line = self.rest_of_line(self.pos)?;
        let end = self.pos + line.len();
        let is_language = |text: &str| text.trim().chars().all(|c| c.is_ascii_alphanumeric());
        line.strip_prefix("```").filter(|language| is_language(language))?;
        let fix = SyntaxFix::safe(span(self.line_start, end), "");
        let message = message!("fence-of-markdown");
        Some(Foreign { end, kind: SyntaxErrorKind::ForeignLine, message, fix: Some(fix) })
    }

    /// A line that asks for another file.
    fn inclusion(&self) -> Option<Foreign> {
        let line = self.rest_of_line(self.pos).filter(|line| line.starts_with("!include "))?;
        let words = line.split(" #").next().unwrap_or(line).trim_ascii_end();
        (!words.ends_with(':') && !words.contains(": ")).then(|| Foreign {
            end: self.pos + words.len(),
            kind: SyntaxErrorKind::ForeignLine,
            message: message!("no-inclusion"),
            fix: None,
        })
    }

    /// The first line of a conflict that Git left. The rows of its first side count.
    fn conflict(&self) -> Option<Foreign> {
        let line = self.rest_of_line(self.pos).filter(|line| line.starts_with("<<<<<<<"))?;
        let rest = &self.text[self.pos..];
        (rest.contains("\n=======") && rest.contains("\n>>>>>>>")).then(|| Foreign {
            end: self.pos + line.len(),
            kind: SyntaxErrorKind::ForeignLine,
            message: message!("conflict-of-git"),
            fix: None,
        })
    }

    /// Whether the second side of a conflict begins here.
    fn is_second_side(&self) -> bool {
        let is_conflict = |error: &SyntaxError| error.kind == SyntaxErrorKind::ForeignLine;
        self.pos == self.line_start
            && self.text[self.pos..].starts_with("=======")
            && self.errors.iter().any(is_conflict)
            && self.text[self.pos..].contains("\n>>>>>>>")
    }

    /// Passes over spaces of another kind at the start of a line.
    pub(super) fn odd_spaces(&mut self) {
        if !self.tolerant || self.in_flow() || !self.is_at_line_start() {
            return;
        }
        let start = self.pos;
        let odd = |text: &str| text.chars().next().filter(|c| ODD_SPACES.contains(c));
        let Some(first) = odd(&self.text[start..]) else { return };
        while let Some(c) = odd(&self.text[self.pos..]) {
            self.pos = self.skip_blanks(self.pos + c.len_utf8());
        }
        let message = message!("odd-space-indents", code = format!("{:04X}", u32::from(first)));
        self.error(SyntaxErrorKind::Tab, start, start + first.len_utf8(), message);
        let spaces = self.text[start..self.pos].chars().map(|c| if c == '\u{3000}' { "  " } else { " " });
        self.fix(SyntaxFix::doubtful(span(start, self.pos), spaces.collect::<String>()));
    }

    /// The colon of a key at `at` that YAML doesn't see, as where it stands and how long it is: `：`, one without a space behind it,
    /// or none behind a scale's letter.
    pub(super) fn odd_colon(&self, at: usize) -> Option<(usize, usize)> {
        let word = self.bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let colon = at + word;
        let behind = self.bytes.get(colon + 1).copied().unwrap_or_default();
        match self.text.get(colon..)?.chars().next().filter(|_| word > 0)? {
            '：' => Some((colon, '：'.len_utf8())),
            ':' if behind.is_ascii_digit() || b"[{\"'".contains(&behind) => Some((colon, 1)),
            ' ' | '[' if word == 1 && self.is_scale_at(colon) => Some((colon, 0)),
            _ => None,
        }
    }

    /// Whether there are the values of a scale at `at`, and nothing else on the line: `[0.33, 0.25, 1024]`.
    fn is_scale_at(&self, at: usize) -> bool {
        let Some(rest) = self.rest_of_line(at) else { return false };
        are_values(rest.split(" #").next().unwrap_or(rest).trim_ascii())
    }

    /// Reads the key that begins here, if its colon is such a one.
    pub(super) fn key_with_odd_colon(&mut self) -> bool {
        if !self.tolerant || self.in_flow() || !self.key_allowed || !self.is_at_line_start() {
            return false;
        }
        let Some((colon, len)) = self.odd_colon(self.pos) else { return false };
        let name = self.text[self.pos..colon].to_owned();
        self.save_key();
        self.both(SymbolKind::Plain, TokenKind::Plain, colon);
        let behind = colon + len;
        if len == 0 {
            self.error(SyntaxErrorKind::MissingColon, colon, colon, message!("colon-missing-after", name));
            self.fix(SyntaxFix::safe(span(colon, colon), if self.blank_at(colon) { ":" } else { ": " }));
        } else if len == 1 {
            self.error(SyntaxErrorKind::MissingColon, behind, behind, message!("colon-space-missing", name));
            self.fix(SyntaxFix::safe(span(behind, behind), " "));
        } else {
            let space = if self.blank_at(behind) { ":" } else { ": " };
            self.error(SyntaxErrorKind::MissingColon, colon, behind, message!("colon-of-other-width", name));
            self.fix(SyntaxFix::safe(span(colon, behind), space));
        }
        self.colon_of(len);
        true
    }

    /// Returns the end of a comment without its `#` here: `[from, repeats, module, args]` on a line of its own, or an index
    /// behind a row, as `- 0` and `12 (P3/8)`.
    pub(super) fn lost_comment(&self) -> Option<usize> {
        let is_between_rows = self.rows.is_some() && self.brackets.len() == 1;
        if self.in_flow() && !is_between_rows {
            return None;
        }
        let before = self.text.get(self.line_start..self.pos)?.trim_ascii();
        let rest = self.rest_of_line(self.pos).filter(|rest| !rest.is_empty())?;
        let words = rest.split(" #").next().unwrap_or(rest).trim_ascii_end();
        let is_lost = match before {
            "" => {
                !self.in_flow()
                    && (mark(words).is_some() || is_format(words) || is_words(words) || self.is_title(words))
            }
            row if self.in_flow() => {
                let row = row.strip_suffix(',').unwrap_or_default();
                let is_row = |row: &str| has_four_cells(row.bytes());
                (is_row(row) || row.strip_prefix('[').is_some_and(is_row))
                    && !words.contains(['[', ']'])
                    && is_index(rest)
            }
            scale if is_scale(scale) => {
                mark(rest).is_some()
                    || rest.starts_with(|c: char| c.is_alphanumeric() || c == '(') && !rest.contains(": [")
            }
            row => row.starts_with("- [") && row.ends_with(']') && (mark(rest).is_some() || is_index(rest)),
        };
        is_lost.then(|| self.pos + rest.len())
    }

    /// Whether a line of words at the left edge names what is below it: `YOLOv8.0n head`. Keys begin with small letters.
    fn is_title(&self, words: &str) -> bool {
        let begins = words.starts_with(|c: char| c.is_uppercase() || c.is_alphabetic() && !c.is_ascii());
        self.pos == self.line_start
            && begins
            && words.contains(' ')
            && !words.contains(['[', ']', '{', '}', '"', '|'])
            && !words.contains(": ")
            && !words.ends_with(':')
    }
}

/// Whether a text is a scale with its values: `n: [0.33, 0.25, 1024]`.
fn is_scale(text: &str) -> bool {
    text.split_once(':').is_some_and(|(name, values)| name.len() == 1 && are_values(values.trim_ascii()))
}

/// Whether a text is several numbers in brackets.
fn are_values(text: &str) -> bool {
    let values = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    values.is_some_and(|values| {
        let mut values = values.split(',').map(str::trim_ascii);
        values.clone().count() > 1 && values.all(|value| value.parse::<f64>().is_ok())
    })
}

/// Whether a text stands for what was left out: `...`.
pub fn is_ellipsis(text: &str) -> bool {
    let dots: String = text.chars().filter(|c| *c != ' ').collect();
    dots.chars().all(|c| ".…".contains(c)) && (dots.contains("...") || dots.contains('…'))
}

/// What stands at the start of a text where other languages have it for `#`.
fn mark(text: &str) -> Option<&'static str> {
    ["//", "＃", "<!--", "/*", ";", "% "].into_iter().find(|mark| text.starts_with(mark))
}

/// Whether a text names the cells of a row or the values of a scale: `[depth, width, max_channels]`.
fn is_format(text: &str) -> bool {
    let text = text.trim_end_matches(',');
    let Some(words) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else { return false };
    let mut words = words.split(',').map(|word| word.trim_matches([' ', '\'', '"', '[', ']']));
    matches!(words.next(), Some("from" | "depth")) && words.all(|word| FORMAT.contains(&word))
}

/// Whether a text is what cells are called in another language, without brackets: `来源, 重复, 模块, 参数`.
fn is_words(text: &str) -> bool {
    let words: Vec<&str> = text.split([',', '，']).map(str::trim).collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '_' || c == ' ');
    words.len() >= 3 && !text.is_ascii() && words.iter().all(is_word)
}

/// Whether a text begins with an index, or names a level: `- 0`, `12 (P3/8)`, `- P3/8`, `// cat backbone P4`.
fn is_index(text: &str) -> bool {
    let text = text.split('#').next().unwrap_or_default().trim_start_matches(['-', '/', '(']).trim_start();
    let is_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let names_level = || text.match_indices('P').any(|(at, _)| is_digit(&text[at + 1..]));
    is_digit(text) || !text.contains(['[', ']', '{', '}', ':']) && !text.starts_with(',') && names_level()
}
