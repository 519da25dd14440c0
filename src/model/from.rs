//! What the entries of a `from` name: arithmetic on indices. Whether the reader can use what a row returns isn't known here.

use crate::python::Literal;

/// What a row reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The image.
    Image,
    /// The output of a row.
    Row(usize),
}

/// What `index` names in row `reader` of `count`: the image, or any row of the file.
pub fn resolve(index: i64, reader: usize, count: usize) -> Option<Source> {
    if reader == 0 && index == -1 {
        return Some(Source::Image);
    }
    let row = if index < 0 { index.saturating_add(reader as i64) } else { index };
    usize::try_from(row).ok().filter(|&row| row < count).map(Source::Row)
}

/// What row `reader` reads by an entry of its `from`; none if that names no row above it. Row 0 reads the image by a 0,
/// too.
pub fn read(entry: &Literal, reader: usize) -> Option<Source> {
    match resolve(entry.as_int()?, reader, reader + 1)? {
        Source::Row(0) if reader == 0 => Some(Source::Image),
        source => can_read(reader, source).then_some(source),
    }
}

fn can_read(reader: usize, source: Source) -> bool {
    !matches!(source, Source::Row(row) if row >= reader)
}

/// The position of the source by which row `reader` is part of the chain: the row above it if it reads that, otherwise
/// the first one that it can read.
pub fn main(mut sources: impl Iterator<Item = Option<Source>> + Clone, reader: usize) -> Option<usize> {
    let above = reader.checked_sub(1).map_or(Source::Image, Source::Row);
    let is_above = |source: Option<Source>| source == Some(above);
    sources.clone().position(is_above).or_else(|| sources.position(|s| s.is_some_and(|s| can_read(reader, s))))
}

/// The index by which row `reader` names `row`: one that counts back if it `counts_back`, as only that to a row above can.
pub fn index(row: usize, reader: usize, counts_back: bool) -> i64 {
    if counts_back && row < reader { row as i64 - reader as i64 } else { row as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_count_from_the_first_row_or_back_from_the_reader() {
        for (index, reader, expected) in [
            (-1, 0, Some(Source::Image)),
            (-1, 3, Some(Source::Row(2))),
            (-3, 3, Some(Source::Row(0))),
            (-4, 3, None),
            (0, 0, Some(Source::Row(0))),
            (4, 3, Some(Source::Row(4))),
            (5, 3, None),
            (i64::MIN, 3, None),
        ] {
            assert_eq!(resolve(index, reader, 5), expected, "{index} in row {reader}");
        }
    }

    #[test]
    fn only_rows_above_can_be_read() {
        assert_eq!(read(&Literal::Int(0), 0), Some(Source::Image));
        assert_eq!(read(&Literal::Int(2), 3), Some(Source::Row(2)));
        assert_eq!(read(&Literal::Int(3), 3), None);
        assert_eq!(read(&Literal::Float(1.0), 3), None);
    }

    #[test]
    fn the_row_above_comes_first() {
        let main = |sources: &[Option<Source>], reader| main(sources.iter().copied(), reader);
        assert_eq!(main(&[Some(Source::Row(0)), Some(Source::Row(2))], 3), Some(1));
        assert_eq!(main(&[None, Some(Source::Row(4)), Some(Source::Row(1))], 3), Some(2));
        assert_eq!(main(&[Some(Source::Image)], 0), Some(0));
    }

    #[test]
    fn what_counts_back_names_a_row_above() {
        assert_eq!([index(2, 5, true), index(2, 5, false), index(5, 5, true)], [-3, 2, 5]);
    }
}
