//! Syntax errors: one kind for each mistake that people make.

use std::borrow::Cow;

use crate::text::Span;
use crate::words::Message;

/// A place that PyYAML would reject, with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Place of the error; empty if something is missing.
    pub span: Span,
    /// Message without a final full stop.
    pub message: Message,
    /// The most likely fix.
    pub fix: Option<SyntaxFix>,
}

/// Replaces the text at `span` (which may be empty) with `replacement` (which may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// The text to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: Cow<'static, str>,
    /// Whether this is clearly what was meant.
    pub safe: bool,
}

impl SyntaxFix {
    /// Makes a fix that is clearly what was meant.
    pub(super) fn safe(span: Span, replacement: impl Into<Cow<'static, str>>) -> SyntaxFix {
        SyntaxFix { span, replacement: replacement.into(), safe: true }
    }

    /// Makes a fix that lets the text load, but may not be what was meant.
    pub(super) fn doubtful(span: Span, replacement: impl Into<Cow<'static, str>>) -> SyntaxFix {
        SyntaxFix { safe: false, ..SyntaxFix::safe(span, replacement) }
    }

    /// Makes a fix that quotes a text; none if it spans lines.
    pub(super) fn quotes(span: Span, text: &str) -> Option<SyntaxFix> {
        let text = span.text(text);
        let one_line = !text.is_empty() && !text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
        one_line.then(|| SyntaxFix::doubtful(span, format!("'{}'", text.replace('\'', "''"))))
    }
}

/// The kinds of [`SyntaxError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// No comma between two items: `[-1, 1, Conv [64]]`. The span is empty, at the place of the comma.
    MissingComma,
    /// A comma after a row or value of the block layout: `- [-1, 1, Conv, [64]],`.
    TrailingComma,
    /// A comma with nothing before it: `[1,, 2]`.
    UnexpectedComma,
    /// A `[` or `{` without its closing bracket; the span is that of the opening one.
    UnclosedBracket,
    /// A closing bracket that closes nothing.
    ExtraBracket,
    /// A TAB where PyYAML counts indentation.
    Tab,
    /// A TAB between words or tokens; `SafeLoader` rejects it, `CSafeLoader` doesn't.
    TabSeparation,
    /// Something else that only the pure-Python `SafeLoader` rejects: a `?` in a word between brackets.
    RefusedByPython,
    /// Something that only libyaml's `CSafeLoader` rejects: `[a:, b]`, an unknown directive.
    RefusedByLibyaml,
    /// A row or key whose column fits no sequence or mapping around it.
    BadIndentation,
    /// A row among `- ` rows without its dash; the span is empty, before the row.
    MissingDash,
    /// A dash without a space after it: `-[-1, 1, Conv, [64]]`, which YAML reads as a string.
    MissingSpace,
    /// A dash before a row in a bracketed list.
    ExtraDash,
    /// A quoted scalar without its closing quote.
    UnclosedQuote,
    /// A backslash sequence that YAML doesn't know, in a double-quoted scalar.
    InvalidEscape,
    /// `*name` without an `&name` above it.
    UndefinedAlias,
    /// `&name` a second time.
    DuplicateAnchor,
    /// `&` or `*` without a proper name.
    InvalidAnchor,
    /// A malformed tag, or one whose handle is not declared.
    InvalidTag,
    /// A well-formed tag that a safe loader has no type for, or that doesn't fit its value.
    UnknownTag,
    /// A comment without its `#`: `[from, repeats, module, args]` on a line of its own, `- 0` behind a row.
    LostComment,
    /// A line of Markdown or Git: "```yaml", `<<<<<<< HEAD`.
    ForeignLine,
    /// A second document in the file.
    SecondDocument,
    /// A mapping on the line of another one's value: `a: b: c`.
    MappingInValue,
    /// A `- ` item on the line of a key: `a: - b`.
    SequenceInValue,
    /// A line without a colon among the keys of a mapping.
    MissingColon,
    /// A key without a name: `: value`.
    MissingKey,
    /// A character that no value can start with: `@`, a backtick, `%`.
    NotAllowedCharacter,
    /// A control character. YAML forbids it; the framework drops it and reads on.
    ControlCharacter,
    /// A malformed `%` line.
    InvalidDirective,
    /// A malformed `|` or `>` header.
    InvalidBlockScalar,
    /// A list or mapping used as a key.
    UnhashableKey,
    /// `<<` with something that isn't a mapping or a list of mappings.
    InvalidMerge,
    /// A scalar that looks like a typed value and isn't one (`2024-13-01`, `0x_`, a bare `=`).
    InvalidValue,
    /// Brackets or blocks nested deeper than [`super::MAX_DEPTH`].
    TooDeep,
    /// A text of 4 GiB or more.
    TooLong,
    /// Anything else that is out of place.
    Unexpected,
}

/// PyYAML has two loaders that differ in details. `SafeLoader` is pure Python; `yaml.safe_load` and older releases of
/// the framework use it. `CSafeLoader` is libyaml; current releases use it if it is installed.
impl SyntaxErrorKind {
    /// Whether `CSafeLoader` still accepts it.
    pub fn loads_with_libyaml(self) -> bool {
        matches!(self, SyntaxErrorKind::TabSeparation | SyntaxErrorKind::RefusedByPython)
    }

    /// Whether `SafeLoader` still accepts it.
    pub fn loads_with_python(self) -> bool {
        self == SyntaxErrorKind::RefusedByLibyaml
    }

    /// Whether the framework still loads the file: with libyaml, or after it drops control characters.
    pub fn loads_in_framework(self) -> bool {
        self.loads_with_libyaml() || self == SyntaxErrorKind::ControlCharacter
    }

    /// Whether every loader rejects it.
    pub fn is_refused_by_all(self) -> bool {
        !self.loads_with_libyaml() && !self.loads_with_python()
    }
}
