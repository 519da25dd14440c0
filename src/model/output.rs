//! What a person says a row returns: `# yolint: same`, `# yolint: out 128`.

use super::Row;
use crate::syntax::Tree;
use crate::text::{LineIndex, Span};

/// What a module whose code isn't known returns, as a person says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredOutput {
    /// A map like the first that it reads.
    Same,
    /// Likewise, with another number of channels.
    Channels(i64),
}

impl DeclaredOutput {
    /// Reads a declaration: `same`, `128`.
    pub fn parse(text: &str) -> Option<DeclaredOutput> {
        match text.trim() {
            "same" => Some(DeclaredOutput::Same),
            number => number.parse().ok().filter(|c| (1..=1_000_000).contains(c)).map(DeclaredOutput::Channels),
        }
    }

    /// Reads a directive: `same`, `out 128`; none if it is another one.
    pub fn of_directive(text: &str) -> Option<DeclaredOutput> {
        match text.strip_prefix("out ") {
            Some(channels) => DeclaredOutput::parse(channels).filter(|output| *output != DeclaredOutput::Same),
            None if text.split(' ').next() == Some("same") => Some(DeclaredOutput::Same),
            None => None,
        }
    }
}

/// Gives rows what directives behind them, or on a line of their own above them, say.
pub(super) fn declare(tree: &Tree, directives: &[super::Directive], rows: &mut [Row]) {
    let declared: Vec<(Span, DeclaredOutput)> = directives
        .iter()
        .filter_map(|directive| Some((directive.span, DeclaredOutput::of_directive(&directive.text)?)))
        .collect();
    if declared.is_empty() {
        return;
    }
    let lines = LineIndex::new(&tree.text);
    for (span, output) in declared {
        let line = lines.line(span.start);
        let is_alone = lines.line_span(&tree.text, line).text(&tree.text).trim_start().starts_with('#');
        let row = match is_alone {
            true => rows.iter_mut().find(|row| row.span.start > span.start),
            false => {
                rows.iter_mut().find(|row| (lines.line(row.span.start)..=lines.line(row.span.end)).contains(&line))
            }
        };
        if let Some(row) = row {
            row.output = Some(output);
        }
    }
}
