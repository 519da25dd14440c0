//! From the project's types to LSP's, and back.

use tower_lsp::ls_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, InlayHintLabel, InlayHintTooltip, Location, MarkupContent,
    MarkupKind, NumberOrString, Position, PositionEncodingKind, Range, Uri,
};

use crate::check::Finding;
use crate::ide::ModelFile;
use crate::ide::hints::Hint;
use crate::rules::Severity;
use crate::text::{Encoding, LineColumn, Span};

/// The encoding to use with a client that offers these: UTF-8 needs no conversion, UTF-16 is what all understand.
pub(super) fn choose_encoding(offered: Option<&[PositionEncodingKind]>) -> Encoding {
    let offers = |kind: PositionEncodingKind| offered.is_some_and(|offered| offered.contains(&kind));
    if offers(PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if offers(PositionEncodingKind::UTF32) && !offers(PositionEncodingKind::UTF16) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// LSP's name of an encoding.
pub(super) fn encoding(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// The place of a byte offset in a file.
pub(super) fn position(file: &ModelFile, offset: u32, encoding: Encoding) -> Position {
    let LineColumn { line, column } = file.lines.line_column(&file.text, offset, encoding);
    Position::new(line, column)
}

/// The range of a span of a file.
pub(super) fn range(file: &ModelFile, span: Span, encoding: Encoding) -> Range {
    Range::new(position(file, span.start, encoding), position(file, span.end, encoding))
}

/// The part of a file's text that a range covers.
pub(super) fn span(file: &ModelFile, range: Range, encoding: Encoding) -> Span {
    let offset = |position: Position| {
        let place = LineColumn { line: position.line, column: position.character };
        file.lines.offset(&file.text, place, encoding)
    };
    Span::new(offset(range.start), offset(range.end))
}

/// A hint of a file.
pub(super) fn inlay_hint(file: &ModelFile, hint: Hint, encoding: Encoding) -> tower_lsp::ls_types::InlayHint {
    tower_lsp::ls_types::InlayHint {
        position: position(file, hint.offset, encoding),
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hint.tooltip,
        })),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// A finding in the file at `uri`; related places are left out where the client can't show them.
pub(super) fn diagnostic(
    file: &ModelFile,
    uri: &Uri,
    finding: &Finding,
    with_related: bool,
    encoding: Encoding,
) -> tower_lsp::ls_types::Diagnostic {
    let found = &finding.diagnostic;
    let related = found.related.iter().map(|(span, message)| DiagnosticRelatedInformation {
        location: Location::new(uri.clone(), range(file, *span, encoding)),
        message: message.clone(),
    });
    tower_lsp::ls_types::Diagnostic {
        range: range(file, found.span, encoding),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Hint => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(found.rule.to_owned())),
        source: Some("yolint".to_owned()),
        message: finding.message(),
        related_information: (with_related && !found.related.is_empty()).then(|| related.collect()),
        ..tower_lsp::ls_types::Diagnostic::default()
    }
}
