//! Call hierarchy: a row's readers and inputs.

use super::ModelFile;
use super::place::{Place, place_at};
use super::symbols::{self, Symbol};
use super::wiring::{Read, definition, reads};
use crate::text::Span;

/// A row connected to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Index of the row.
    pub index: usize,
    /// The row.
    pub row: Symbol,
    /// The `from` entries that connect them, in the reader.
    pub entries: Vec<Span>,
}

/// Returns the row that the `from` entry at `offset` names, or else the row at `offset`, with its index.
pub fn row_at(file: &ModelFile, offset: u32) -> Option<(usize, Symbol)> {
    let (place, _) = place_at(&file.model, offset)?;
    let index = match place {
        Place::Key(_) | Place::Scale(_) => return None,
        Place::From(..) => {
            let target = definition(file, offset)?.target;
            file.model.rows.iter().position(|row| row.span == target)?
        }
        Place::Repeats(i) | Place::Module(i) | Place::Arg(i, _) | Place::Row(i) => i,
    };
    Some((index, symbols::row(file, index)))
}

/// Returns the rows that read row `index`.
pub fn readers(file: &ModelFile, index: usize) -> Vec<Wire> {
    wires(file, reads(file).filter(|read| read.source == index), |read| read.reader)
}

/// Returns the rows that row `index` reads.
pub fn sources(file: &ModelFile, index: usize) -> Vec<Wire> {
    wires(file, reads(file).filter(|read| read.reader == index), |read| read.source)
}

fn wires(file: &ModelFile, reads: impl Iterator<Item = Read>, end: fn(&Read) -> usize) -> Vec<Wire> {
    let mut wires: Vec<Wire> = Vec::new();
    for read in reads {
        let index = end(&read);
        match wires.iter_mut().find(|wire| wire.index == index) {
            Some(wire) => wire.entries.push(read.span),
            None => wires.push(Wire { index, row: symbols::row(file, index), entries: vec![read.span] }),
        }
    }
    wires
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::testing::{at_cursor, marked};

    #[test]
    fn both_ways() {
        let (file, offset) = at_cursor(
            "\
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Co$0nv, [16]]
head:
  - [[-1, 1, 0], 1, Concat, [1]]
  - [1, 1, Missing, []]
",
        );
        let (index, row) = row_at(&file, offset).unwrap();
        assert_eq!((index, row.name.as_str()), (1, "1 Conv"));
        let names = |wires: &[Wire]| wires.iter().map(|wire| wire.row.name.clone()).collect::<Vec<_>>();
        let readers = readers(&file, index);
        assert_eq!(names(&readers), ["2 Concat", "3 Missing"]);
        assert_eq!(names(&sources(&file, index)), ["0 Conv"]);
        assert_eq!(names(&sources(&file, 2)), ["1 Conv", "0 Conv"]);
        assert_eq!(sources(&file, 0), []);
        let drawn = marked(file.text(), readers.into_iter().flat_map(|wire| wire.entries));
        assert!(drawn.contains("[[‹-1›, ‹1›, 0], 1, Concat") && drawn.contains("[‹1›, 1, Missing"), "{drawn}");
    }

    #[test]
    fn an_entry_stands_for_the_row_it_names() {
        let text = "backbone:\n  - [-1, 1, Conv, [16]]\nhead:\n  - [$0-1, 1, Conv, [16]]\n";
        let (file, offset) = at_cursor(text);
        assert_eq!(row_at(&file, offset).unwrap().0, 0);
    }
}
