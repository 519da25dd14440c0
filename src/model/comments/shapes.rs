//! Shapes in comments behind rows: `# P3 (80x80)`, `# (1, 40, 80, 80) - 1`, `# output_size: 512, 20, 20`.

use super::{of_rows, said};
use crate::model::ReadFile;
use crate::text::Span;

/// The smallest side of a map that counts as one: smaller numbers are kernels.
const LEAST_SIDE: i64 = 8;

/// Words before numbers that are an output's sizes.
const LABELS: [&str; 6] = ["out", "output", "outputs", "output_shape", "output_size", "shape"];

/// Words beside numbers that are something else than an output's sizes.
const OTHERS: [&str; 13] =
    ["anchor", "anchors", "area", "conv", "image", "images", "img", "imgsz", "in", "input", "kernel", "pool", "window"];

/// The shape of its output that a row's comment states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeClaim {
    /// All numbers, with what joins them.
    pub span: Span,
    /// The channels.
    pub channels: Option<(Span, i64)>,
    /// The height and the width, which are the same.
    pub sides: [Span; 2],
    /// What they are.
    pub side: i64,
    /// The level beside it: `P3`.
    pub level: Option<u32>,
}

/// Numbers that belong together.
struct Run {
    numbers: Vec<(Span, i64)>,
    /// Whether commas join them.
    is_list: bool,
}

/// Returns the shape that each row's comment states.
pub fn shape_claims(file: &ReadFile) -> Vec<Option<ShapeClaim>> {
    of_rows(file).into_iter().map(|comment| shape_claim(file.text(), comment?)).collect()
}

fn shape_claim(text: &str, comment: Span) -> Option<ShapeClaim> {
    let words = said(comment.text(text));
    let claims: Vec<ShapeClaim> =
        runs(words, comment.start).iter().filter_map(|run| shape(words, comment.start, run)).collect();
    let is_step = ["->", "→", "=>"].iter().any(|arrow| words.contains(arrow));
    // Of several only the last of a step from one to another is an output's.
    match claims.as_slice() {
        [.., last] if is_step => Some(*last),
        [one] => Some(*one),
        _ => None,
    }
}

/// The numbers of a comment that `x` or a comma joins.
fn runs(words: &str, start: u32) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(first) = words[at..].find(|c: char| c.is_ascii_digit()).map(|found| at + found) {
        let mut run = Run { numbers: Vec::new(), is_list: false };
        let mut joint = None;
        let mut next = first;
        loop {
            let digits = words[next..].bytes().take_while(u8::is_ascii_digit).count();
            let Ok(number) = words[next..next + digits].parse() else { break };
            run.numbers.push((Span::new(start + next as u32, start + (next + digits) as u32), number));
            next += digits;
            let rest = words[next..].trim_start_matches(' ');
            let Some(by) = rest.chars().next().filter(|c| "xX×*,".contains(*c)) else { break };
            let behind = rest[by.len_utf8()..].trim_start_matches(' ');
            if !behind.starts_with(|c: char| c.is_ascii_digit()) || joint.is_some_and(|joint| joint != by) {
                break;
            }
            joint = Some(by);
            next = words.len() - behind.len();
        }
        // A part of a word or of a fraction.
        let is_part = words[..first].ends_with(|c: char| c.is_alphanumeric() || "._/".contains(c))
            || words[next..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            || words[next..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        run.is_list = joint == Some(',');
        if run.numbers.len() > 1 && !is_part {
            runs.push(run);
        }
        at = next.max(first + 1);
    }
    runs
}

/// What numbers say of an output; none if they say something else.
fn shape(words: &str, start: u32, run: &Run) -> Option<ShapeClaim> {
    let (first, last) = (run.numbers.first()?.0, run.numbers.last()?.0);
    let before = &words[..(first.start - start) as usize];
    let after = &words[(last.end - start) as usize..];
    let mut open = before.trim_end().trim_end_matches('-');
    let is_batch = |word: &str| word == "-1" || !word.is_empty() && word.chars().all(char::is_alphabetic);
    // The batch may be a letter: `(B, 40, 80, 80)`.
    let batch = open.strip_suffix(',').map(|open| open.trim_end_matches(|c: char| c.is_alphanumeric() || c == '-'));
    let batch = batch.filter(|rest| is_batch(open[rest.len()..].trim_end_matches(',')));
    open = batch.unwrap_or(open);
    let label = open.trim_end_matches([' ', '=', ':', '(', '[']);
    let word = label.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default().to_lowercase();
    let is_labelled = label.len() < open.len()
        && (LABELS.contains(&&*word) || word == "size" && label.to_lowercase().ends_with("output size"));
    let is_enclosed = open.ends_with(['(', '[']) && after.trim_start().starts_with([')', ']']);
    let behind = after.trim_start_matches([' ', ')', ']']);
    let behind = behind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    if run.is_list && !(is_enclosed || is_labelled)
        || batch.is_some() && !is_enclosed
        || OTHERS.contains(&&*word)
        || OTHERS.contains(&&*behind)
    {
        return None;
    }
    let numbers = match (run.numbers.as_slice(), batch) {
        ([batch, shape @ ..], None) if shape.len() == 3 && batch.1 == 1 => shape,
        ([..], _) if run.numbers.len() <= 3 => &run.numbers[..],
        _ => return None,
    };
    let (channels, [height, width]) = match *numbers {
        [height, width] => (None, [height, width]),
        [channels, height, width] if height.1 == width.1 => (Some(channels), [height, width]),
        [height, width, channels] => (Some(channels), [height, width]),
        _ => return None,
    };
    if height.1 != width.1 || height.1 < LEAST_SIDE || channels.is_some_and(|channels| channels.1 == 0) {
        return None;
    }
    // Large kernels and windows are odd.
    let is_map = channels.is_some() || height.1 % 2 == 0;
    let span = Span::new(numbers.iter().map(|n| n.0.start).min()?, numbers.iter().map(|n| n.0.end).max()?);
    is_map.then_some(ShapeClaim { span, channels, sides: [height.0, width.0], side: height.1, level: level(words) })
}

/// The only level that is named in a comment.
fn level(words: &str) -> Option<u32> {
    let mut found = words.match_indices(['P', 'p']).filter_map(|(at, _)| {
        let is_word = !words[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let digits = words[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        is_word.then(|| words[at + 1..at + 1 + digits].parse::<u32>().ok())?
    });
    found.next().filter(|level| *level < 16 && found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the comment of a row claims of its output: channels if any, then the side.
    fn claim(comment: &str) -> String {
        let text = format!("head:\n  - [-1, 1, Conv, [8]] {comment}\n");
        match shape_claims(&ReadFile::new(&*text))[0] {
            None => "none".to_owned(),
            Some(claim) => {
                let channels = claim.channels.map(|(_, channels)| format!("{channels} of ")).unwrap_or_default();
                let level = claim.level.map(|level| format!(" P{level}")).unwrap_or_default();
                format!("{channels}{}{level}", claim.side)
            }
        }
    }

    #[test]
    fn claims_of_a_shape() {
        for (comment, expected) in [
            ("# P3 (80x80)", "80 P3"),
            ("# 80×80", "80"),
            ("# 4 | 40*40", "40"),
            ("#  (1, 40, 80, 80) - 1", "40 of 80"),
            ("# [B, 256, 20, 20]", "256 of 20"),
            ("# (-1, 256, 20, 20)", "256 of 20"),
            ("# [256, 20, 20]", "256 of 20"),
            ("# 1 P2/4 | output_size: 256, 160, 160", "256 of 160 P2"),
            ("# 6  output_size: 512, 40, 40", "512 of 40"),
            ("# out: 64x80x80", "64 of 80"),
            ("# 80x80x256", "256 of 80"),
            ("# 1x256x13x13", "256 of 13"),
            ("# 640x640 -> 320x320", "320"),
            ("# 3x3", "none"),
            ("# 31x31", "none"),
            ("# 16x16 conv", "none"),
            ("# input 640x640", "none"),
            ("# kernel (16, 16)", "none"),
            ("# [128, 3, 2]", "none"),
            ("# [17, 20, 23]", "none"),
            ("# 20, 20", "none"),
            ("# 80x40", "none"),
            ("# 80x80 and 40x40", "none"),
            ("# v8x8x8a", "none"),
            ("# 1.80x80", "none"),
            ("# 99999999999999999999x99999999999999999999", "none"),
            ("# 12 (P3/8-small)", "none"),
            ("", "none"),
        ] {
            assert_eq!(claim(comment), expected, "{comment}");
        }
    }
}
