//! Shapes inside files of Python: the row that they are shown for, and what its run made of each line.
//!
//! Nothing is shown before somebody asks for it by a lens or a command, so that files of Python stay quiet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::ls_types::{
    Diagnostic, DiagnosticSeverity, DiagnosticTag, InlayHint, InlayHintLabel, Position, Range, Uri,
};

use crate::ide::source::{Focus, LineLabel};
use crate::text::{Encoding, LineColumn, SourceFile};
use crate::words::message;

/// The state of shapes in Python files.
#[derive(Default)]
pub(super) struct Shapes {
    /// Whether they are shown.
    is_on: bool,
    /// The document and the row in focus.
    row: Option<(Uri, usize)>,
    /// The values that the run made for the row, as long as nothing has changed since.
    made: Option<Option<Arc<Focus>>>,
    /// The files of Python for which something was reported.
    reported: BTreeSet<PathBuf>,
}

impl Shapes {
    /// Shows shapes for a row, or without one for the row in focus. If they are shown already, hides them.
    pub(super) fn switch(&mut self, row: Option<(Uri, usize)>) {
        let is_same = row.is_none() || row == self.row;
        self.is_on = !(self.is_on && is_same);
        if row.is_some() {
            self.row = row;
        }
    }

    /// Takes a row as the one that somebody looks at, and returns whether others are to be shown now.
    pub(super) fn look_at(&mut self, uri: &Uri, row: usize) -> bool {
        if self.row.as_ref().is_some_and(|known| known.0 == *uri && known.1 == row) {
            return false;
        }
        self.row = Some((uri.clone(), row));
        self.is_on
    }

    /// The row for which shapes are shown.
    pub(super) fn shown_row(&self) -> Option<&(Uri, usize)> {
        self.row.as_ref().filter(|_| self.is_on)
    }

    /// Forgets the values of the row in focus: they may have changed.
    pub(super) fn forget(&mut self) {
        self.made = None;
    }

    /// The values that the run made for the row, if they are known.
    pub(super) fn made(&self) -> Option<Option<Arc<Focus>>> {
        self.made.clone()
    }

    /// Takes what the run for the row made.
    pub(super) fn set_made(&mut self, made: Option<Arc<Focus>>) {
        self.made = Some(made);
    }

    /// Whether something has to be published for a Python file: findings, or that there are none any more.
    pub(super) fn publishes(&mut self, path: &Path, has_some: bool) -> bool {
        match has_some {
            true => _ = self.reported.insert(path.to_owned()),
            false => return self.reported.remove(path),
        }
        true
    }
}

/// The labels of a file of Python in a range.
pub(super) fn hints(focus: &Focus, source: &SourceFile, range: Range, encoding: Encoding) -> Vec<InlayHint> {
    let within = |line: u32| (range.start.line..=range.end.line).contains(&line);
    let labels = focus.labels(&source.path).into_iter().filter(|label| within(label.line));
    let hint = |label: LineLabel| InlayHint {
        position: end_of_line(source, label.line, encoding),
        label: InlayHintLabel::String(label.label),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    labels.map(hint).collect()
}

/// The values that a line of a Python file made for row `row` of the model at `uri`, in Markdown.
pub(super) fn said_of_line(focus: &Focus, source: &SourceFile, line: u32, uri: &Uri) -> Option<String> {
    let labels = focus.labels(&source.path).into_iter().filter(|label| label.line == line);
    let said: Vec<String> = labels.map(|label| label.label).collect();
    let name = uri.as_str().rsplit('/').next().unwrap_or_default();
    let place = focus.language.say(&message!("rows-of", rows = focus.row, file = name, count = 1));
    (!said.is_empty()).then(|| format!("{}\n\n{place}", said.join("  \n")))
}

/// The findings in a Python file: branches not taken, if the client can show them, and the line that fails.
pub(super) fn diagnostics(focus: &Focus, source: &SourceFile, encoding: Encoding, dims: bool) -> Vec<Diagnostic> {
    let lines =
        |first: u32, last: u32| Range::new(start_of_line(source, first, encoding), end_of_line(source, last, encoding));
    let dimmed = focus.dimmed(&source.path).into_iter().filter(|_| dims).map(|[first, last]| Diagnostic {
        range: lines(first, last),
        severity: Some(DiagnosticSeverity::HINT),
        source: Some("yolint".to_owned()),
        message: focus.language.say(&message!("row-comes-not", row = focus.row)),
        tags: Some(vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    });
    let failing = focus.failing(&source.path).map(|failing| Diagnostic {
        range: lines(failing.line, failing.line),
        severity: Some(DiagnosticSeverity::WARNING),
        source: Some("yolint".to_owned()),
        message: focus.language.say(&message!("lens-row", row = focus.row, rule = failing.message)),
        ..Diagnostic::default()
    });
    failing.into_iter().chain(dimmed).collect()
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
