//! The levels that a head's comment says it reads: `# Detect(P3, P4, P5)`.

use super::{of_rows, said};
use crate::model::ReadFile;
use crate::text::Span;

/// A level in a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The level with its stride, if that is there: `P3/8`.
    pub span: Span,
    pub level: u32,
    pub stride: Option<u64>,
}

/// Returns the levels that each row's comment lists, two at least.
pub fn level_lists(file: &ReadFile) -> Vec<Option<Vec<Level>>> {
    of_rows(file).into_iter().map(|comment| level_list(file.text(), comment?)).collect()
}

fn level_list(text: &str, comment: Span) -> Option<Vec<Level>> {
    let words = said(comment.text(text));
    let mut levels: Vec<Level> = Vec::new();
    let mut end = 0;
    for (at, _) in words.match_indices(['P', 'p']) {
        if at < end || words[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let digits = |at: usize| words[at..].bytes().take_while(u8::is_ascii_digit).count();
        let mut stop = at + 1 + digits(at + 1);
        let Ok(level) = words[at + 1..stop].parse() else { continue };
        let mut stride = None;
        if words[stop..].starts_with('/') && digits(stop + 1) > 0 {
            let first = stop + 1;
            stop = first + digits(first);
            stride = words[first..stop].parse().ok();
        }
        let is_next = levels.is_empty() || words[end..at].chars().all(|c| " ,、，+&".contains(c));
        if !is_next || words[stop..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        levels.push(Level { span: Span::new(comment.start + at as u32, comment.start + stop as u32), level, stride });
        end = stop;
    }
    (levels.len() > 1).then_some(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(comment: &str) -> String {
        let text = format!("head:\n  - [[0, 1], 1, Detect, [8]] {comment}\n");
        let levels = level_lists(&ReadFile::new(&*text)).remove(0).unwrap_or_default();
        levels.iter().map(|level| level.span.text(&text)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lists_of_levels() {
        for (comment, expected) in [
            ("# Detect(P3, P4, P5)", "P3 P4 P5"),
            ("# Detect(P4, P5, P6) # 24", "P4 P5 P6"),
            ("# Detect(P3/8, P4/16)", "P3/8 P4/16"),
            ("# Detect P3 P4", "P3 P4"),
            ("# P3", ""),
            ("# P3 -> P4", ""),
            ("# from P3 to P4", ""),
            ("# P3x, P4x", ""),
            ("# Detect(P, P)", ""),
            ("", ""),
        ] {
            assert_eq!(listed(comment), expected, "{comment}");
        }
    }
}
