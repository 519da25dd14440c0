//! What the tests of several features share.

use super::ModelFile;
use crate::check::Request;

/// A model file, and where the cursor `$0` stands in its text; the cursor itself is taken out.
pub(super) fn at_cursor(text: &str) -> (ModelFile, u32) {
    let offset = text.find("$0").expect("a cursor");
    let text = text.replacen("$0", "", 1);
    let file = ModelFile::read(&text, &Request::default(), false).expect("a model file");
    (file, offset as u32)
}

/// The text with spans of it marked as `‹…›`.
pub(super) fn marked(text: &str, spans: impl IntoIterator<Item = crate::text::Span>) -> String {
    let mut places: Vec<(u32, char)> = spans.into_iter().flat_map(|s| [(s.start, '‹'), (s.end, '›')]).collect();
    places.sort_unstable();
    let mut text = text.to_owned();
    for (offset, mark) in places.into_iter().rev() {
        text.insert(offset as usize, mark);
    }
    text
}
