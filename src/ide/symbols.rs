//! Document symbols: keys, scales and sections, and the rows of each section with their output and cost.

use super::ModelFile;
use super::hints::row_label;
use super::place::{focus, module_name};
use super::status;
use crate::config::Parts;
use crate::model::Cell;
use crate::text::Span;
use crate::words::message;

/// A document symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name: `nc`, `backbone`, `4 C3k2`.
    pub name: String,
    /// Short description.
    pub detail: String,
    pub kind: SymbolKind,
    /// Its full span.
    pub span: Span,
    /// The part to put the cursor on, within `span`.
    pub focus: Span,
    /// Nested symbols.
    pub children: Vec<Symbol>,
}

/// Kind of a [`Symbol`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A top-level key.
    Key,
    /// An entry of `scales`.
    Scale,
    /// A list of rows.
    Section,
    /// A row.
    Row,
}

/// Returns the symbols of a file, in the order of the text.
pub fn symbols(file: &ModelFile) -> Vec<Symbol> {
    let keys = file.model.keys.iter();
    keys.map(|key| {
        let section = file.model.sections.iter().find(|s| s.name == key.name && s.span == key.span);
        let is_scales = file.model.key("scales").is_some_and(|scales| scales.span == key.span);
        let (kind, children) = match section {
            Some(section) => (SymbolKind::Section, section.rows.clone().map(|i| row(file, i)).collect()),
            None if is_scales => (SymbolKind::Key, scales(file)),
            None => (SymbolKind::Key, Vec::new()),
        };
        let detail = match section {
            Some(section) => file.say(&message!("counted-rows", count = section.rows.len())),
            None if children.is_empty() => shortened(key.value.value.to_string()),
            None => String::new(),
        };
        let span = key.span.cover(key.value.span);
        Symbol { name: key.name.clone(), detail, kind, span, focus: key.span, children }
    })
    .collect()
}

fn shortened(text: String) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// Returns row `i` as a symbol.
pub(super) fn row(file: &ModelFile, i: usize) -> Symbol {
    let row = &file.model.rows[i];
    Symbol {
        name: format!("{i} {}", module_name(row)),
        detail: row_label(file, i, Parts::default()),
        kind: SymbolKind::Row,
        span: row.span,
        focus: focus(row),
        children: Vec::new(),
    }
}

fn scales(file: &ModelFile) -> Vec<Symbol> {
    let scale = |(letter, span, cell): (&str, Span, &Cell)| {
        let analysis = file.at_scale(letter);
        let detail = analysis.map_or("?".to_owned(), |analysis| status::total(file, analysis));
        Symbol {
            name: letter.to_owned(),
            detail,
            kind: SymbolKind::Scale,
            span: span.cover(cell.span),
            focus: span,
            children: Vec::new(),
        }
    };
    file.model.scales().map(scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    fn outline(symbols: &[Symbol], text: &str, depth: usize) -> String {
        let line = |symbol: &Symbol| {
            let focus = symbol.focus.text(text);
            let children = outline(&symbol.children, text, depth + 1);
            assert!(symbol.span.contains_span(symbol.focus));
            format!("{}{} [{focus}] {}\n{children}", "  ".repeat(depth), symbol.name, symbol.detail)
        };
        symbols.iter().map(line).collect()
    }

    #[test]
    fn keys_sections_and_rows() {
        let text = "\
head:
  - [[-1, 0], 1, Concat, [1]]
  - [-1, 1, Own, [1]]
  - [-1
nc: 3
scales:
  n: [1.0, 0.25, 1024]
  m: [1.0, 1.0, 1024]
backbone:
  - &first [-1, 1, Conv, [64, 3, 2]]
  - *first
";
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        expect_test::expect![[r#"
            head [head] 3 rows
              2 Concat [Concat] ? spatial mismatch
              3 Own [Own] ? unknown module
              4 ? [[-1] …
            nc [nc] 3
            scales [scales] 
              n [n] ?
              m [m] ?
            backbone [backbone] 2 rows
              0 Conv [Conv] 16×320×320 · 464 params · 0.102 GFLOPs
              1 Conv [*first] 16×160×160 · 2.34k params · 0.121 GFLOPs
        "#]]
        .assert_eq(&outline(&symbols(&file), text, 0));
    }
}
