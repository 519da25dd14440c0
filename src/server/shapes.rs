//! Shapes inside files of Python: the row that they are shown for, and what its run made of each line.
//!
//! Nothing is shown before somebody asks for it by a lens or a command, so that files of Python stay quiet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{
    Diagnostic, DiagnosticSeverity, DiagnosticTag, InlayHint, InlayHintLabel, Position, Range, Uri,
};

use super::state::State;
use crate::ide::source::Focus;
use crate::text::{Encoding, LineColumn, SourceFile};

/// What is known of shapes in files of Python.
#[derive(Default)]
pub(super) struct Shapes {
    /// Whether they are shown.
    is_on: bool,
    /// The document and the row that somebody looked at last.
    row: Option<(Uri, usize)>,
    /// What the run for the row made, as long as nothing has changed since.
    made: Option<Option<Arc<Focus>>>,
    /// The files of Python for which something was reported.
    reported: BTreeSet<PathBuf>,
}

impl State {
    /// Shows shapes for a row; without one for the row that was looked at last. Where they are shown for it already, they
    /// are shown no more.
    pub(super) fn switch_shapes(&mut self, row: Option<(Uri, usize)>) {
        let is_same = row.is_none() || row == self.shapes.row;
        self.shapes.is_on = !(self.shapes.is_on && is_same);
        if row.is_some() {
            self.shapes.row = row;
        }
        self.shapes_changed();
    }

    /// The row for which shapes are shown.
    pub(super) fn shown_row(&self) -> Option<&(Uri, usize)> {
        self.shapes.row.as_ref().filter(|_| self.shapes.is_on)
    }

    /// The row that stands in a line of a document.
    pub(super) fn row_at_line(&mut self, uri: &Uri, line: u32) -> Option<usize> {
        let (file, _) = self.file(uri)?;
        let lines = |span: crate::text::Span| file.lines().line(span.start)..=file.lines().line(span.end);
        file.model.rows.iter().position(|row| lines(row.span).contains(&line))
    }

    /// Takes a row of a document as the one that somebody looks at.
    pub(super) fn look_at(&mut self, uri: &Uri, line: u32) {
        let Some(row) = self.row_at_line(uri, line) else { return };
        if self.shapes.row.as_ref().is_some_and(|known| known.0 == *uri && known.1 == row) {
            return;
        }
        self.shapes.row = Some((uri.clone(), row));
        if self.shapes.is_on {
            self.shapes_changed();
        }
    }

    /// What was made for the row may be otherwise now.
    pub(super) fn shapes_changed(&mut self) {
        self.shapes.made = None;
        for document in self.documents.values_mut().filter(|document| document.is_python()) {
            document.unpublished = true;
        }
        self.is_refresh_due = true;
    }

    /// The same, where a document has changed.
    pub(super) fn document_changed(&mut self, uri: &Uri) {
        if self.shown_row().is_some_and(|(shown, _)| shown == uri) {
            self.shapes_changed();
        }
    }

    /// What the run for the row in focus made.
    fn focus(&mut self) -> Option<Arc<Focus>> {
        let (uri, row) = self.shown_row()?.clone();
        if let Some(made) = &self.shapes.made {
            return made.clone();
        }
        let made = self.file(&uri).and_then(|(file, _)| {
            let is_row = row < file.model.rows.len() && !file.is_half_typed(row);
            is_row.then(|| Focus::new(file, row)).flatten()
        });
        let made = made.map(Arc::new);
        self.shapes.made = Some(made.clone());
        made
    }

    /// The labels of a file of Python in a range.
    pub(super) fn shape_hints(&mut self, uri: &Uri, range: Range) -> Option<Vec<InlayHint>> {
        let focus = self.focus()?;
        let encoding = self.client.encoding;
        let source = self.documents.get(uri)?.python_source()?;
        let within = |line: u32| (range.start.line..=range.end.line).contains(&line);
        let labels = focus.labels(&source.path).into_iter().filter(|label| within(label.line));
        let hint = |label: crate::ide::source::LineLabel| InlayHint {
            position: end_of_line(&source, label.line, encoding),
            label: InlayHintLabel::String(label.label),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Some(labels.map(hint).collect())
    }

    /// What a line of a file of Python made, for a hover.
    pub(super) fn shapes_at(&mut self, uri: &Uri, line: u32) -> Option<String> {
        let focus = self.focus()?;
        let source = self.documents.get(uri)?.python_source()?;
        let labels = focus.labels(&source.path);
        let said: Vec<String> = labels.into_iter().filter(|label| label.line == line).map(|label| label.label).collect();
        let (model, row) = self.shown_row()?;
        let name = model.as_str().rsplit('/').next().unwrap_or_default();
        (!said.is_empty()).then(|| format!("{}\n\nrow {row} of {name}", said.join("  \n")))
    }

    /// What is reported of a file of Python: branches that weren't taken, and the line that fails.
    pub(super) fn shape_diagnostics(&mut self, uri: &Uri) -> Vec<Diagnostic> {
        let (focus, encoding, tags) = (self.focus(), self.client.encoding, self.client.unnecessary_tags);
        let Some(source) = self.documents.get(uri).and_then(|document| document.python_source()) else {
            return Vec::new();
        };
        let Some(focus) = focus else { return Vec::new() };
        let lines = |first: u32, last: u32| Range::new(start_of_line(&source, first, encoding), end_of_line(&source, last, encoding));
        let dimmed = focus.dimmed(&source.path).into_iter().filter(|_| tags).map(|[first, last]| Diagnostic {
            range: lines(first, last),
            severity: Some(DiagnosticSeverity::HINT),
            source: Some("yolint".to_owned()),
            message: format!("row {} doesn't come here", focus.row),
            tags: Some(vec![DiagnosticTag::UNNECESSARY]),
            ..Diagnostic::default()
        });
        let failing = focus.failing(&source.path).map(|failing| Diagnostic {
            range: lines(failing.line, failing.line),
            severity: Some(DiagnosticSeverity::WARNING),
            source: Some("yolint".to_owned()),
            message: format!("row {}: {}", focus.row, failing.message),
            ..Diagnostic::default()
        });
        failing.into_iter().chain(dimmed).collect()
    }

    /// Whether something is to be published of a file of Python: what is found, or that it isn't so any more.
    pub(super) fn publishes_python(&mut self, path: &Path, has_some: bool) -> bool {
        match has_some {
            true => _ = self.shapes.reported.insert(path.to_owned()),
            false => return self.shapes.reported.remove(path),
        }
        true
    }
}

/// The end of a line's text.
fn end_of_line(source: &SourceFile, line: u32, encoding: Encoding) -> Position {
    let span = source.lines.line_span(&source.text, line);
    position(source, span.start + span.text(&source.text).trim_end().len() as u32, encoding)
}

/// The start of a line's text.
fn start_of_line(source: &SourceFile, line: u32, encoding: Encoding) -> Position {
    let span = source.lines.line_span(&source.text, line);
    let text = span.text(&source.text);
    position(source, span.start + (text.len() - text.trim_start().len()) as u32, encoding)
}

fn position(source: &SourceFile, offset: u32, encoding: Encoding) -> Position {
    let LineColumn { line, column } = source.lines.line_column(&source.text, offset, encoding);
    Position::new(line, column)
}
