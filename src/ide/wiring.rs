//! Definition, references and highlights: between `from` entries and the rows that they name, and between top-level
//! keys and the arguments that name them.

use super::ModelFile;
use super::place::{Place, entries, entry_value, focus, place_at};
use crate::model::{Source, from};
use crate::text::Span;

/// The definition of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name under the cursor.
    pub origin: Span,
    /// The full span of the definition.
    pub target: Span,
    /// The part to put the cursor on.
    pub focus: Span,
}

/// A place related to the name under the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Highlight {
    /// The place.
    pub span: Span,
    /// Whether it is the definition.
    pub is_definition: bool,
}

/// A `from` entry that names a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// The reading row.
    pub(super) reader: usize,
    /// The entry.
    pub(super) span: Span,
    /// The row that is read.
    pub(super) source: usize,
}

/// What can be named.
#[derive(Clone, Copy, PartialEq)]
enum Symbol {
    Row(usize),
    Key(usize),
}

/// Returns the definition of the name at `offset`. A row or a key is its own definition.
pub fn definition(file: &ModelFile, offset: u32) -> Option<Definition> {
    let (symbol, origin) = symbol_at(file, offset)?;
    let (target, focus) = match symbol {
        Symbol::Row(i) => (file.model.rows[i].span, focus(&file.model.rows[i])),
        Symbol::Key(k) => {
            let key = &file.model.keys[k];
            (key.span.cover(key.value.span), key.span)
        }
    };
    Some(Definition { origin, target, focus })
}

/// Returns all references to the name at `offset`, in the order of the text, with the definition if requested.
pub fn references(file: &ModelFile, offset: u32, with_definition: bool) -> Vec<Span> {
    let all = highlights(file, offset).into_iter();
    all.filter(|place| with_definition || !place.is_definition).map(|place| place.span).collect()
}

/// Returns the definition of the name at `offset` and all references to it, in the order of the text.
pub fn highlights(file: &ModelFile, offset: u32) -> Vec<Highlight> {
    let Some((symbol, _)) = symbol_at(file, offset) else { return Vec::new() };
    let name = |span| Highlight { span, is_definition: false };
    let mut places: Vec<Highlight> = match symbol {
        Symbol::Row(i) => reads(file).filter(|read| read.source == i).map(|read| name(read.span)).collect(),
        Symbol::Key(k) => args_naming(file, k).into_iter().map(name).collect(),
    };
    let span = match symbol {
        Symbol::Row(i) => focus(&file.model.rows[i]),
        Symbol::Key(k) => file.model.keys[k].span,
    };
    places.push(Highlight { span, is_definition: true });
    places.sort_unstable();
    places.dedup_by_key(|place| place.span);
    places
}

/// Returns the places to edit together with the name at `offset`: a key that only the file uses, and the arguments that
/// name it. None for keys that the framework reads by name, and none for indices, because correcting one shouldn't
/// change the others.
pub fn linked(file: &ModelFile, offset: u32) -> Option<Vec<Span>> {
    let (Symbol::Key(k), _) = symbol_at(file, offset)? else { return None };
    let name = file.model.keys[k].name.as_str();
    let spans: Vec<Span> = highlights(file, offset).into_iter().map(|place| place.span).collect();
    // A quoted or escaped name can't be edited together with plain ones.
    let is_plain = spans.iter().all(|span| span.text(file.text()) == name);
    (is_plain && spans.len() > 1 && !file.dialect().reads_key(name)).then_some(spans)
}

/// Returns every `from` entry that names a row.
pub(super) fn reads(file: &ModelFile) -> impl Iterator<Item = Read> {
    file.model.rows.iter().enumerate().flat_map(|(reader, row)| {
        let from = row.from().filter(|from| row.span.contains_span(from.span));
        from.into_iter().flat_map(move |from| {
            entries(from).zip(row.entries()).filter_map(move |(span, entry)| match from::read(&entry.value, reader)? {
                Source::Row(source) => Some(Read { reader, span, source }),
                Source::Image => None,
            })
        })
    })
}

/// Returns what the name at `offset` stands for, and its span.
fn symbol_at(file: &ModelFile, offset: u32) -> Option<(Symbol, Span)> {
    let (place, span) = place_at(&file.model, offset)?;
    Some(match place {
        Place::Key(k) => (Symbol::Key(k), span),
        Place::Scale(_) => return None,
        Place::From(i, entry) => {
            let value = entry_value(file.model.rows[i].from()?, entry)?;
            let Source::Row(source) = from::read(value, i)? else { return None };
            (Symbol::Row(source), span)
        }
        Place::Arg(i, j) => {
            let name = file.model.rows[i].args()?.items.get(j)?.value.as_str()?;
            (Symbol::Key(file.model.keys.iter().rposition(|key| key.name == name)?), span)
        }
        Place::Repeats(i) | Place::Module(i) | Place::Row(i) => (Symbol::Row(i), focus(&file.model.rows[i])),
    })
}

/// Returns the arguments that name a top-level key.
fn args_naming(file: &ModelFile, k: usize) -> Vec<Span> {
    let name = &file.model.keys[k].name;
    let mut spans = Vec::new();
    for row in &file.model.rows {
        let args = row.args().map_or(&[][..], |args| &args.items);
        let naming = args.iter().filter(|arg| arg.value.as_str() == Some(name) && row.span.contains_span(arg.span));
        spans.extend(naming.map(|arg| arg.span));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::testing::{at_cursor, marked};

    const MODEL: &str = "\
nc: 80
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [32, 3, 2]] # 1
  - [[-1, 0x1, -3], 1, Missing, [nc]] # 2
head:
  - [[1, -2], 1, Concat, [1]] # 3
  - [[2, 9], 1, Detect, [nc, x]] # 4
";

    /// All that belongs to what is at the first occurrence of `before`, with the cursor behind it.
    #[track_caller]
    fn check(before: &str, expected: &str) {
        let text = MODEL.replacen(before, &format!("{before}$0"), 1);
        let (file, offset) = at_cursor(&text);
        let spans: Vec<Span> = highlights(&file, offset).iter().map(|place| place.span).collect();
        let text = marked(file.text(), spans.iter().copied());
        let lines: Vec<&str> = text.lines().filter(|line| line.contains('‹')).collect();
        assert_eq!(lines.join("\n"), expected);
        assert_eq!(references(&file, offset, true), spans);
        assert!(references(&file, offset, false).len() < spans.len());
    }

    const ROW_1: &str = "  - [-1, 1, ‹Conv›, [32, 3, 2]] # 1
  - [[‹-1›, ‹0x1›, -3], 1, Missing, [nc]] # 2
  - [[‹1›, ‹-2›], 1, Concat, [1]] # 3";

    #[test]
    fn from_an_entry_to_its_row_and_back() {
        check("[[1", ROW_1);
        check("[[1, -2", ROW_1);
        check("[-1, 1, Conv, [32, 3, 2]", ROW_1);
        check("0x1", ROW_1);
    }

    #[test]
    fn rows_that_cannot_be_built_are_wired_too() {
        check("Missing", "  - [[-1, 0x1, -3], 1, ‹Missing›, [nc]] # 2\n  - [[‹2›, 9], 1, Detect, [nc, x]] # 4");
    }

    #[test]
    fn keys_and_the_arguments_that_name_them() {
        let expected = "\
‹nc›: 80
  - [[-1, 0x1, -3], 1, Missing, [‹nc›]] # 2
  - [[2, 9], 1, Detect, [‹nc›, x]] # 4";
        check("nc: 80", expected);
        check("Detect, [nc", expected);
    }

    #[test]
    fn what_is_edited_together() {
        let linked = |text: &str| {
            let (file, offset) = at_cursor(text);
            linked(&file, offset).map(|spans| marked(file.text(), spans))
        };
        let own = "backbone:\n  - [-1, 1, Conv, [mid, 3]]\nmid: 8\nhead:\n  - [-1, 1, Conv, [m$0id]]\n";
        let all = own.replace("m$0id", "mid").replace("mid", "‹mid›");
        assert_eq!(linked(own), Some(all.clone()));
        assert_eq!(linked(&own.replace("m$0id", "mid").replace("mid:", "mid$0:")), Some(all));
        // Quoted, read by the framework, or an index.
        assert_eq!(linked(&own.replace("[mid,", "['mid',")), None);
        assert_eq!(linked(&MODEL.replacen("nc: 80", "nc$0: 80", 1)), None);
        assert_eq!(linked(&MODEL.replacen("[[1, -2]", "[[1$0, -2]", 1)), None);
    }

    #[test]
    fn definitions() {
        let goes_to = |before: &str| {
            let (file, offset) = at_cursor(&MODEL.replacen(before, &format!("{before}$0"), 1));
            let definition = definition(&file, offset)?;
            let text = |span: Span| span.text(file.text()).to_owned();
            Some([text(definition.origin), text(definition.target), text(definition.focus)])
        };
        let to = |origin: &str, target: &str, focus: &str| Some([origin, target, focus].map(str::to_owned));
        assert_eq!(goes_to("[[2"), to("2", "[[-1, 0x1, -3], 1, Missing, [nc]]", "Missing"));
        assert_eq!(goes_to("-2"), to("-2", "[-1, 1, Conv, [32, 3, 2]]", "Conv"));
        assert_eq!(goes_to("Detect, [nc"), to("nc", "nc: 80", "nc"));
        assert_eq!(goes_to("Concat"), to("Concat", "[[1, -2], 1, Concat, [1]]", "Concat"));
        // The image, a row that isn't there, and nothing at all.
        assert_eq!(goes_to("[-1"), None);
        assert_eq!(goes_to("-3"), None);
        assert_eq!(goes_to("[[2, 9"), None);
        assert_eq!(goes_to("Detect, [nc, x"), None);
        assert_eq!(goes_to("# 4"), None);
    }
}
