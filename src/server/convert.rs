//! From the project's types to LSP's, and back.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    Diagnostic as LspDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, InlayHintLabel,
    InlayHintTooltip, Location, MarkupContent, MarkupKind, NumberOrString, Position, Range, SymbolKind, TextEdit, Uri,
};

use super::capabilities::ClientCapabilities;
use crate::check::Finding;
use crate::config::SettingsFile;
use crate::ide::ModelFile;
use crate::ide::hints::{self, Hint, Subject};
use crate::ide::symbols;
use crate::rules::Severity;
use crate::text::{Encoding, LineColumn, SourceFile, Span};
use crate::words::{Language, Message};

/// The place of an offset.
pub(super) fn position(file: &ModelFile, offset: u32, encoding: Encoding) -> Position {
    position_in(&file.source, offset, encoding)
}

fn position_in(file: &SourceFile, offset: u32, encoding: Encoding) -> Position {
    let LineColumn { line, column } = file.lines.line_column(&file.text, offset, encoding);
    Position::new(line, column)
}

/// The range of a span.
pub(super) fn range(file: &ModelFile, span: Span, encoding: Encoding) -> Range {
    range_in(&file.source, span, encoding)
}

/// The range of a span of any file.
pub(super) fn range_in(file: &SourceFile, span: Span, encoding: Encoding) -> Range {
    Range::new(position_in(file, span.start, encoding), position_in(file, span.end, encoding))
}

/// The edits of a file in LSP's form.
pub(super) fn text_edits(source: &SourceFile, edits: &[(Span, String)], encoding: Encoding) -> Vec<TextEdit> {
    let range = |span| range_in(source, span, encoding);
    edits.iter().map(|(span, new)| TextEdit::new(range(*span), new.clone())).collect()
}

/// The offset of a place, or the nearest one that the text has.
pub(super) fn offset(file: &ModelFile, position: Position, encoding: Encoding) -> u32 {
    offset_in(&file.source, position, encoding)
}

pub(super) fn offset_in(file: &SourceFile, position: Position, encoding: Encoding) -> u32 {
    let place = LineColumn { line: position.line, column: position.character };
    file.lines.offset(&file.text, place, encoding)
}

/// The part of a file's text that a range covers.
pub(super) fn span(file: &ModelFile, range: Range, encoding: Encoding) -> Span {
    Span::new(offset(file, range.start, encoding), offset(file, range.end, encoding))
}

/// LSP's kind of a symbol.
pub(super) fn symbol_kind(kind: symbols::SymbolKind) -> SymbolKind {
    match kind {
        symbols::SymbolKind::Key => SymbolKind::PROPERTY,
        symbols::SymbolKind::Scale => SymbolKind::ENUM_MEMBER,
        symbols::SymbolKind::Section => SymbolKind::MODULE,
        symbols::SymbolKind::Row => SymbolKind::FUNCTION,
    }
}

/// When a hint gets its tooltip.
pub(super) enum Tooltip<'a> {
    /// With the hint, in short.
    Now,
    /// When the client asks for it: the document and its version say whether it is still true then.
    Later(&'a Uri, i32),
}

/// A hint of a file.
pub(super) fn inlay_hint(
    file: &ModelFile,
    hint: Hint,
    when: Tooltip<'_>,
    encoding: Encoding,
) -> tower_lsp::ls_types::InlayHint {
    let (now, data) = match when {
        Tooltip::Now => (hints::short_tooltip(file, &hint.subject), None),
        Tooltip::Later(uri, version) => (None, Some(json!([uri, version, subject(&hint.subject)]))),
    };
    tower_lsp::ls_types::InlayHint {
        position: position(file, hint.offset, encoding),
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: now.map(tooltip),
        padding_left: Some(true),
        padding_right: None,
        data,
    }
}

/// A tooltip in Markdown.
pub(super) fn tooltip(markdown: String) -> InlayHintTooltip {
    InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: markdown })
}

/// A row's index, or a scale's letter.
fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::Row(i) => json!(i),
        Subject::Scale(letter) => json!(letter),
    }
}

/// Data that [`inlay_hint`] put into a hint, to resolve it later.
pub(super) fn hint_data(data: &Value) -> Option<(Uri, i32, Subject)> {
    let [uri, version, subject] = data.as_array()?.as_slice() else { return None };
    let subject = match subject.as_str() {
        Some(letter) => Subject::Scale(letter.to_owned()),
        None => Subject::Row(usize::try_from(subject.as_u64()?).ok()?),
    };
    Some((uri.as_str()?.parse().ok()?, i32::try_from(version.as_i64()?).ok()?, subject))
}

/// The findings in the file at `uri`, without errors of a half-typed row in the line with the cursor.
pub(super) fn diagnostics(
    file: &ModelFile,
    uri: &Uri,
    typed: Option<u32>,
    client: &ClientCapabilities,
) -> Vec<LspDiagnostic> {
    let findings = file.findings().iter();
    let reported = findings.filter(|finding| typed.is_none_or(|line| !file.holds_back(finding, line)));
    reported.map(|finding| diagnostic(file, uri, finding, client)).collect()
}

/// The errors of a settings file.
pub(super) fn settings_problems(file: &SettingsFile, language: Language, encoding: Encoding) -> Vec<LspDiagnostic> {
    let problem = |(span, message): &(Span, Message)| LspDiagnostic {
        range: range_in(&file.source, *span, encoding),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("yolint".to_owned()),
        message: language.say(message),
        ..LspDiagnostic::default()
    };
    file.problems.iter().map(problem).collect()
}

/// A finding in the file at `uri`; what the client can't show is left out.
pub(super) fn diagnostic(file: &ModelFile, uri: &Uri, finding: &Finding, client: &ClientCapabilities) -> LspDiagnostic {
    let (found, encoding) = (&finding.diagnostic, client.encoding);
    let related = found.related.iter().filter_map(|(place, words)| {
        let uri =
            if Arc::ptr_eq(&place.file, &file.source) { uri.clone() } else { Uri::from_file_path(&place.file.path)? };
        let location = Location::new(uri, range_in(&place.file, place.span, encoding));
        Some(DiagnosticRelatedInformation { location, message: file.say(words) })
    });
    LspDiagnostic {
        range: range(file, found.span, encoding),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Hint => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(found.rule.to_owned())),
        source: Some("yolint".to_owned()),
        message: message(file, finding),
        related_information: (client.related_places && !found.related.is_empty()).then(|| related.collect()),
        tags: (found.unnecessary && client.unnecessary_tags).then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..LspDiagnostic::default()
    }
}

fn message(file: &ModelFile, finding: &Finding) -> String {
    let message = file.say(&finding.message());
    match &finding.diagnostic.help {
        Some(help) => format!("{message}\n{}", file.say(help)),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::rules;
    use crate::text;

    #[test]
    fn related_places_are_in_their_own_files() {
        let model = "backbone:\n  - [-1, 1, Mine, [8]]\nhead:\n  - [-1, 1, Classify, [3]]\n";
        let file = ModelFile::read(SourceFile::new("/p/m.yaml", model), &Request::default(), false).unwrap();
        let block = Arc::new(SourceFile::new("/p/nn/block.py", "class é:\n    'é' + raise_it()\n"));
        let place = text::Location { span: Span::new(14, 20), file: block };
        let rule = rules::find("wrong-arguments").unwrap();
        let diagnostic = rule.at(Span::new(21, 25), "it raises").related(place, "raised here");
        let diagnostic = diagnostic.related(file.at(Span::new(0, 8)), "in here");
        let finding = Finding { diagnostic, scales: Vec::new(), likewise: Vec::new() };
        let uri: Uri = "file:///p/m.yaml".parse().unwrap();
        let client = ClientCapabilities { related_places: true, ..ClientCapabilities::default() };
        let related = super::diagnostic(&file, &uri, &finding, &client).related_information.unwrap();
        let places: Vec<_> = related.into_iter().map(|related| related.location).collect();
        let at = |line, from, to| Range::new(Position::new(line, from), Position::new(line, to));
        assert_eq!(places[0], Location::new("file:///p/nn/block.py".parse().unwrap(), at(1, 4, 9)));
        assert_eq!(places[1], Location::new(uri, at(0, 0, 8)));
    }
}
