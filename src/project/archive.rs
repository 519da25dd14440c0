//! The archive that torch writes: a zip whose entries aren't compressed. Only the table of entries and one entry are read.

use crate::words::{Message, message};
use std::io::{Read, Seek, SeekFrom};

/// How far from the end the table's place is looked for.
const TAIL: u64 = 66_000;

/// The largest table of entries that is read, in bytes.
const MOST_TABLE: u64 = 16 << 20;

/// The content of the entry whose name ends with `name`, if it is no longer than `most` bytes.
///
/// # Errors
/// A sentence, without the file's name, that says what is wrong with the archive.
pub(super) fn entry(file: &mut (impl Read + Seek), name: &str, most: u64) -> Result<Vec<u8>, Message> {
    let length = file.seek(SeekFrom::End(0)).map_err(|why| Message::from(why.to_string()))?;
    let tail = at(file, length.saturating_sub(TAIL), length.min(TAIL))?;
    let end = tail.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").ok_or_else(not_an_archive)?;
    let end = tail.get(end..end + 22).ok_or_else(not_an_archive)?;
    let (mut size, mut start) = (u64::from(u32_at(end, 12)?), u64::from(u32_at(end, 16)?));
    if let Some(place) = tail.windows(4).rposition(|bytes| bytes == b"PK\x06\x07") {
        // Larger than 4 GB: the sizes stand in a record of their own.
        let record = at(file, u64_at(&tail[place..], 8)?, 56)?;
        (size, start) = (u64_at(&record, 40)?, u64_at(&record, 48)?);
    }
    if size > MOST_TABLE || start.saturating_add(size) > length {
        return Err(not_an_archive());
    }
    let table = at(file, start, size)?;
    let mut rest = table.as_slice();
    while rest.starts_with(b"PK\x01\x02") && rest.len() >= 46 {
        let lengths = [28, 30, 32].map(|place| u16_at(rest, place).map(usize::from));
        let [named, extra, comment] = [lengths[0].clone()?, lengths[1].clone()?, lengths[2].clone()?];
        let entry = rest.get(46..46 + named).ok_or_else(not_an_archive)?;
        if entry.ends_with(name.as_bytes()) {
            if u16_at(rest, 10)? != 0 {
                return Err(message!("archive-compressed"));
            }
            let (size, mut start) = (u64::from(u32_at(rest, 24)?), u64::from(u32_at(rest, 42)?));
            if start == u64::from(u32::MAX) {
                // Behind a field's kind and length come the sizes that are too large for the table, the place last.
                let field = rest.get(46 + named..46 + named + extra).ok_or_else(not_an_archive)?;
                start = u64_at(field, usize::from(u16_at(field, 2)?).saturating_sub(4))?;
            }
            if size > most {
                return Err(message!("archive-too-large", size = size >> 20, most = most >> 20));
            }
            let header = at(file, start, 30)?;
            let skipped = u64::from(u16_at(&header, 26)?) + u64::from(u16_at(&header, 28)?);
            return at(file, start + 30 + skipped, size);
        }
        rest = rest.get(46 + named + extra + comment..).ok_or_else(not_an_archive)?;
    }
    Err(message!("archive-no-entry", name))
}

fn not_an_archive() -> Message {
    message!("archive-other")
}

fn at(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<Vec<u8>, Message> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(|why| Message::from(why.to_string()))?;
    file.take(length).read_to_end(&mut bytes).map_err(|why| Message::from(why.to_string()))?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(message!("archive-ends")) }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Message> {
    bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).ok_or_else(not_an_archive)
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Message> {
    Ok(u16::from_le_bytes(number(bytes, at)?))
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Message> {
    Ok(u32::from_le_bytes(number(bytes, at)?))
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64, Message> {
    Ok(u64::from_le_bytes(number(bytes, at)?))
}
