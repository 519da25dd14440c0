//! What can be malformed in a YAML text: one kind for each thing a person does wrong.

use std::borrow::Cow;

use crate::text::Span;

/// A place that PyYAML would refuse, with a sentence for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where it is wrong; empty where something is missing.
    pub span: Span,
    /// A sentence without the final full stop.
    pub message: String,
    /// The edit that most likely mends it.
    pub fix: Option<SyntaxFix>,
}

/// Replaces the text at `span` (which may be empty) with `replacement` (which may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// The text to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: Cow<'static, str>,
    /// Whether that is what was meant beyond doubt.
    pub safe: bool,
}

impl SyntaxFix {
    /// An edit whose result is what was meant beyond doubt.
    pub(super) fn safe(span: Span, replacement: impl Into<Cow<'static, str>>) -> SyntaxFix {
        SyntaxFix { span, replacement: replacement.into(), safe: true }
    }

    /// An edit that makes the text load, but might not say what was meant.
    pub(super) fn doubtful(span: Span, replacement: impl Into<Cow<'static, str>>) -> SyntaxFix {
        SyntaxFix { safe: false, ..SyntaxFix::safe(span, replacement) }
    }

    /// Puts a stretch of text in quotes; none where it goes over lines.
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
    /// No comma between two items: `[-1, 1, Conv [64]]`. The span is empty and stands where the comma belongs.
    MissingComma,
    /// A comma behind a row or value of the block layout: `- [-1, 1, Conv, [64]],`.
    TrailingComma,
    /// A comma with nothing in front of it: `[1,, 2]`.
    UnexpectedComma,
    /// A `[` or `{` without its closing bracket; the span is that of the opening one.
    UnclosedBracket,
    /// A closing bracket that closes nothing.
    ExtraBracket,
    /// A TAB where PyYAML counts indentation.
    Tab,
    /// A TAB between words or tokens; `SafeLoader` refuses it, `CSafeLoader` doesn't.
    TabSeparation,
    /// Something else that only the pure Python `SafeLoader` refuses: a `?` in a word between brackets.
    RefusedByPython,
    /// Something that only libyaml's `CSafeLoader` refuses: `[a:, b]`, an unknown directive.
    RefusedByLibyaml,
    /// A row or key whose column fits no sequence or mapping around it.
    BadIndentation,
    /// A row among `- ` rows without its dash; the span is empty and stands in front of the row.
    MissingDash,
    /// A dash with no space behind it: `-[-1, 1, Conv, [64]]`, which YAML takes for a string.
    MissingSpace,
    /// A dash in front of a row in brackets.
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
    /// A well-formed tag that a safe loader has no type for, or that doesn't fit what it stands on.
    UnknownTag,
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
    /// Anything else that doesn't belong where it stands.
    Unexpected,
}

/// PyYAML has two readers that differ in corners. `SafeLoader` is written in Python; `yaml.safe_load` uses it, as older
/// frameworks do. `CSafeLoader` is libyaml; the framework of today uses it wherever it is installed.
impl SyntaxErrorKind {
    /// Whether `CSafeLoader` takes it all the same.
    pub fn loads_with_libyaml(self) -> bool {
        matches!(self, SyntaxErrorKind::TabSeparation | SyntaxErrorKind::RefusedByPython)
    }

    /// Whether `SafeLoader` takes it all the same.
    pub fn loads_with_python(self) -> bool {
        self == SyntaxErrorKind::RefusedByLibyaml
    }

    /// Whether the framework loads the file all the same: with libyaml, or once it has dropped control characters.
    pub fn loads_in_framework(self) -> bool {
        self.loads_with_libyaml() || self == SyntaxErrorKind::ControlCharacter
    }

    /// Whether every reader refuses it.
    pub fn is_refused_by_all(self) -> bool {
        !self.loads_with_libyaml() && !self.loads_with_python()
    }
}
