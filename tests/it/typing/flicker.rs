//! No flicker: while a row is half-typed, every other row keeps its hint at each keystroke.
//!
//! Each keystroke is an analysis of the whole file: where all rows would take long, every other one is typed.

use std::collections::HashSet;

use yolint::internals::check::Request;
use yolint::internals::config::Parts;
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::hints;
use yolint::internals::model::Source;
use yolint::internals::text::Span;

const EXAMPLES: [&str; 3] = [
    include_str!("../../../examples/yolo11-tiny.yaml"),
    include_str!("../../../examples/yolo11-parts-seg.yaml"),
    include_str!("../../../examples/leaf-classify.yaml"),
];

fn read(text: &str) -> ModelFile {
    ModelFile::read(text, &Request::default(), false).expect("a model file")
}

/// The labels of a file's hints, each with its line.
fn labels(file: &ModelFile) -> Vec<(u32, String)> {
    let all = hints(file, Span::new(0, u32::MAX), Parts::default());
    all.into_iter().map(|hint| (file.lines().line(hint.offset), hint.label)).collect()
}

/// An editor's buffer, with what the server knows of it.
struct Buffer {
    text: String,
    file: ModelFile,
}

impl Buffer {
    fn open(text: &str) -> Buffer {
        Buffer { text: text.to_owned(), file: read(text) }
    }

    fn replace(&mut self, range: std::ops::Range<usize>, new: &str) {
        self.text.replace_range(range, new);
        self.file = self.file.edited(&self.text, &Request::default());
    }

    /// Hints of all lines but one; those after it as if `inserted` lines weren't there.
    fn others(&self, line: u32, inserted: u32) -> Vec<(u32, String)> {
        let others = labels(&self.file).into_iter().filter(|(at, _)| *at != line);
        others.map(|(at, label)| (if at > line { at - inserted } else { at }, label)).collect()
    }

    fn label_at(&self, line: u32) -> Option<String> {
        labels(&self.file).into_iter().find(|(at, _)| *at == line).map(|(_, label)| label)
    }
}

/// What closes the brackets that are open at the end of a text, as editors insert it.
fn closers(text: &str) -> String {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '[' => open.push(']'),
            ']' => drop(open.pop()),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

#[test]
fn a_row_that_is_typed_over() {
    for text in EXAMPLES {
        let whole = read(text);
        for row in whole.model.rows.iter().step_by(2) {
            let (range, line) = (row.span.range(), whole.lines().line(row.span.start));
            let mut buffer = Buffer::open(text);
            let (before, own) = (buffer.others(line, 0), buffer.label_at(line));
            let mut length = range.len();
            // Deleted from its end, then typed again.
            for end in (0..range.len()).rev().chain(1..range.len()) {
                buffer.replace(range.start..range.start + length, &text[range.start..range.start + end]);
                length = end;
                assert_eq!(buffer.others(line, 0), before, "{}", &buffer.text[..range.start + end]);
                assert_eq!(buffer.label_at(line).as_deref(), Some("…"), "{}", &buffer.text[..range.start + end]);
            }
            buffer.replace(range.start..range.start + length, &text[range.clone()]);
            assert_eq!(buffer.others(line, 0), before);
            assert_eq!(buffer.label_at(line), own);
        }
    }
}

#[test]
fn a_row_that_is_typed_in_a_new_line() {
    for text in EXAMPLES {
        let whole = read(text);
        for row in whole.model.rows.iter().skip(1).step_by(2) {
            let line = whole.lines().line(row.span.end) + 1;
            let start = whole.lines().line_span(text, line).start as usize;
            // A list between brackets ends with its last row: there is no room after that.
            let is_flow = !text.contains("\n  - ");
            if start == text.len() || (is_flow && text[row.span.end as usize..start].contains(']')) {
                continue;
            }
            let (dash, comma) = if is_flow { ("   ", ",") } else { ("  - ", "") };
            let typed = format!("{dash}{}", &text[row.span.range()]);
            let mut buffer = Buffer::open(text);
            let before = buffer.others(u32::MAX, 0);
            buffer.replace(start..start, "\n");
            for (end, c) in typed.char_indices() {
                assert_eq!(buffer.others(line, 1), before, "{}", &buffer.text[..start + end]);
                buffer.replace(start + end..start + end, &c.to_string());
            }
            // Whole at last, it counts: the file is what it would be opened anew.
            buffer.replace(start + typed.len()..start + typed.len(), comma);
            assert_eq!(labels(&buffer.file), labels(&read(&buffer.text)));
        }
    }
}

/// Editors that close brackets make a row of three cells out of each beginning: no layer yet, but sound YAML.
#[test]
fn a_row_whose_brackets_the_editor_closes() {
    for text in [EXAMPLES[0], EXAMPLES[2]] {
        let whole = read(text);
        for (i, row) in whole.model.rows.iter().enumerate() {
            let (range, line) = (row.span.range(), whole.lines().line(row.span.start));
            // The rows that read it, and the totals, change where the row is whole but another one.
            let mut readers = HashSet::from([i]);
            for (j, other) in whole.at_active_scale().rows.iter().enumerate() {
                if other.from.iter().any(|source| matches!(source, Source::Row(k) if readers.contains(k))) {
                    readers.insert(j);
                }
            }
            let row_line = |j: usize| whole.lines().line(whole.model.rows[j].span.start);
            let reader_lines: HashSet<u32> = readers.iter().map(|&j| row_line(j)).collect();
            let first_row = row_line(0);
            let mut buffer = Buffer::open(text);
            let before = buffer.others(line, 0);
            let mut length = range.len();
            for end in 1..range.len() {
                let typed = &text[range.start..range.start + end];
                let closed = typed.to_owned() + &closers(typed);
                buffer.replace(range.start..range.start + length, &closed);
                length = closed.len();
                let now = buffer.others(line, 0);
                if buffer.file.is_half_typed(i) {
                    assert_eq!(now, before, "{closed}");
                    assert!(buffer.file.findings().iter().any(|f| f.diagnostic.row == Some(i)), "{closed}");
                }
                let apart = |labels: &[(u32, String)]| -> Vec<(u32, String)> {
                    let apart = |at: &u32| !reader_lines.contains(at) && *at >= first_row;
                    labels.iter().filter(|(at, _)| apart(at)).cloned().collect()
                };
                assert_eq!(apart(&now), apart(&before), "{closed}");
            }
        }
    }
}

#[test]
fn several_rows_at_once() {
    let text = EXAMPLES[0];
    let mut buffer = Buffer::open(text);
    let rows: Vec<_> = buffer.file.model.rows.iter().map(|row| row.span.range()).collect();
    let lines: Vec<u32> = rows.iter().map(|range| buffer.file.lines().line(range.start as u32)).collect();
    let whole = labels(&buffer.file);
    // Two cursors: the last bracket of rows 3 and 7 goes.
    for i in [7, 3] {
        buffer.text.replace_range(rows[i].end - 1..rows[i].end, "");
    }
    buffer.replace(0..0, "");
    for ((line, label), (_, before)) in labels(&buffer.file).iter().zip(&whole) {
        let is_typed = *line == lines[3] || *line == lines[7];
        assert_eq!(label, if is_typed { "…" } else { before });
    }
}

/// A row that is half-typed when the file is opened was never anything else: what reads it is silent.
#[test]
fn nothing_is_remembered_of_a_file_that_was_just_opened() {
    let text = EXAMPLES[0].replace("[-1, 1, SCDown, [128, 3, 2]]", "[-1, 1, SCDown");
    let mut buffer = Buffer::open(&text);
    let before = labels(&buffer.file);
    assert!(before.iter().any(|(_, label)| label == "?"), "{before:?}");
    // A keystroke elsewhere changes nothing in that.
    buffer.replace(0..0, "#\n");
    assert_eq!(
        labels(&buffer.file).into_iter().map(|(_, label)| label).collect::<Vec<_>>(),
        before.into_iter().map(|(_, label)| label).collect::<Vec<_>>()
    );
}

/// What reads a row that is absent so far is told by the indices that people see in the file.
#[test]
fn sources_are_rows_of_the_file_as_it_is_written() {
    let text = EXAMPLES[0];
    let mut buffer = Buffer::open(text);
    let at = buffer.file.model.rows[2].span.start as usize;
    buffer.replace(at..at, "[-1,\n  - ");
    assert!(buffer.file.is_half_typed(2));
    let rows = &buffer.file.at_active_scale().rows;
    assert_eq!(rows.len(), buffer.file.model.rows.len());
    assert_eq!(rows[2].from, []);
    assert_eq!(rows[3].from, [Source::Row(1)]);
    assert_eq!(rows[10].from, [Source::Row(9), Source::Row(5)]);
}
