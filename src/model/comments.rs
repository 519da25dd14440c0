//! Claims in comments: `# 13`, `# 5-P4/16` and `# 12 (P3/8)` state a row's index and its output's stride, `# summary:
//! 181 layers, …` a scale's totals.

mod levels;
mod shapes;

pub use levels::{Level, level_lists};
pub use shapes::{ShapeClaim, shape_claims};

use std::ops::Range;

use super::ReadFile;
use crate::text::Span;

/// The index that a row's comment states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexClaim {
    pub comment: Span,
    /// The digits of the index.
    pub span: Span,
    pub index: usize,
    /// Whether the number is almost certainly an index: `# 13`, `# 5-P4/16` and `# 12 (P3/8)`, but not `# 4 layers`.
    pub is_plain: bool,
    /// Whether it is the first of several indices: `# 0-4`, in forks where one row makes several layers.
    pub is_range: bool,
    /// What stands before an index that ends a comment: `#` in `# cat head P3 # 19`, `-` in `# Conv - 19`.
    pub mark: Option<char>,
}

/// The stride that a row's comment states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrideClaim {
    /// The claim, `P4/16`.
    pub span: Span,
    /// The digits of the level.
    pub level_span: Span,
    /// The level: the stride is two to this power.
    pub level: u32,
    /// The digits of the stride, and the stride; none for `# cat backbone P4`, which states only the level.
    pub stride: Option<(Span, u64)>,
}

/// The quantity that a number in a comment states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Leaf modules.
    Layers,
    /// Parameters.
    Params,
    /// Trainable parameters.
    Gradients,
    /// Billions of floating point operations.
    Gflops,
}

/// A number in a scale's comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryClaim {
    /// The number, including a suffix `M` or `k`.
    pub span: Span,
    pub quantity: Quantity,
}

/// A number with its precision: `2.62M` is anything from 2,615,000 to 2,625,000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WrittenNumber {
    pub value: f64,
    /// Largest rounding error: half a unit of the last digit, or 0 for a count written in full.
    pub half: f64,
    /// Number of significant digits.
    pub digits: usize,
}

impl WrittenNumber {
    /// Whether a number rounds to this one.
    pub fn is(self, number: f64) -> bool {
        // The slack is for floating-point errors.
        (number - self.value).abs() <= self.half * (1.0 + 1e-9)
    }
}

impl SummaryClaim {
    /// Parses the number; none if it isn't one in English notation (`2,6M`, `1.2.3`).
    pub fn written(self, text: &str) -> Option<WrittenNumber> {
        let number = self.span.text(text);
        let unit = match number.chars().last()? {
            'k' | 'K' => 1e3,
            'M' => 1e6,
            _ => 1.0,
        };
        let number = number.trim_end_matches(['k', 'K', 'M']);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or_default().len();
        let is_grouped = groups.clone().next().is_some();
        if part.contains(['.', ',']) || is_grouped && (first > 3 || groups.any(|group| group.len() != 3)) {
            return None;
        }
        let is_count = self.quantity != Quantity::Gflops;
        if is_count && unit == 1.0 && !part.is_empty() {
            return None;
        }
        let digits = format!("{whole}{part}").replace(',', "");
        let last = unit / 10f64.powi(part.len() as i32);
        let half = if is_count && unit == 1.0 { 0.0 } else { last / 2.0 };
        Some(WrittenNumber {
            value: digits.parse::<f64>().ok()? * last,
            half,
            digits: digits.trim_start_matches('0').len(),
        })
    }
}

/// Returns the comment after each row, if nothing else is on the row's line.
pub fn of_rows(file: &ReadFile) -> Vec<Option<Span>> {
    let is_code = |span: Span| span.text(file.text()).chars().all(|c| c.is_whitespace() || ",]}".contains(c));
    let of_row = |end: u32| file.tree.comment_after(end).filter(|comment| is_code(Span::new(end, comment.start)));
    file.model.rows.iter().map(|row| of_row(row.span.end)).collect()
}

/// Returns the index that each row's comment states.
pub fn index_claims(file: &ReadFile) -> Vec<Option<IndexClaim>> {
    let comments = of_rows(file);
    comments.into_iter().map(|comment| index_claim(file.text(), comment?)).collect()
}

/// What a comment says apart from what it says to yolint.
fn said(comment: &str) -> &str {
    comment[..comment.find("yolint:").unwrap_or(comment.len())].trim_end_matches(['#', ' ', '\t'])
}

fn index_claim(text: &str, comment: Span) -> Option<IndexClaim> {
    leading_index(text, comment).or_else(|| ending_index(text, comment))
}

/// The index at the end of a comment, behind a mark: `# cat head P3 # 19`, `# (1, 40, 80, 80) - 1`.
fn ending_index(text: &str, comment: Span) -> Option<IndexClaim> {
    let words = said(comment.text(text)).trim_end();
    let before = words.trim_end_matches(|c: char| c.is_ascii_digit());
    let (index, behind) = (words[before.len()..].parse().ok()?, before.trim_end());
    let mark = behind.chars().last().filter(|mark| matches!(mark, '#' | '-'))?;
    let rest = &behind[..behind.len() - 1];
    let is_apart = match mark {
        '#' => !rest.trim_matches(['#', ' ']).is_empty(),
        _ => behind.len() < before.len() && rest.ends_with(['#', ' ', '\t']),
    };
    let first = comment.start + before.len() as u32;
    let span = Span::new(first, comment.start + words.len() as u32);
    is_apart.then_some(IndexClaim { comment, span, index, is_plain: true, is_range: false, mark: Some(mark) })
}

/// The index of `第3层`, `[3]` or `layer 3` at the start of a comment: where its digits are.
fn labelled(body: &str) -> Option<Range<usize>> {
    let parts = |before: &str, behind: &str| {
        let rest = body.strip_prefix(before)?.trim_start_matches(' ');
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let start = body.len() - rest.len();
        let after = rest[digits..].trim_start_matches(' ').strip_prefix(behind)?;
        (digits > 0).then_some((start..start + digits, after))
    };
    if let Some((digits, _)) = parts("第", "层") {
        return Some(digits);
    }
    let (digits, after) = parts("[", "]")
        .or_else(|| parts("layer ", ""))
        .or_else(|| parts("Layer ", ""))
        .or_else(|| parts("layer", ""))?;
    let after = after.trim_start();
    let is_level = after.starts_with(['P', 'p', '(']) && after.contains('/');
    (after.is_empty() || is_level || after.starts_with([':', '：'])).then_some(digits)
}

/// What stands behind an index with a label.
fn behind_label(body: &str) -> Option<&str> {
    let digits = labelled(body)?;
    Some(body[digits.end..].trim_start_matches([' ', '层', ']', ':', '：', ',', '，']))
}

fn leading_index(text: &str, comment: Span) -> Option<IndexClaim> {
    let words = comment.text(text);
    let body = words.trim_start_matches('#').trim_start();
    let start = words.len() - body.len();
    if let Some(digits) = labelled(body) {
        let span =
            Span::new(comment.start + (start + digits.start) as u32, comment.start + (start + digits.end) as u32);
        let index = body[digits].parse().ok()?;
        return Some(IndexClaim { comment, span, index, is_plain: true, is_range: false, mark: None });
    }
    let (at, rest) = match body.starts_with(|c: char| c.is_ascii_digit()) {
        true => (start, body),
        // `# X3 (21), fpn_blocks.1`
        false => {
            let open = body.find(" (")?;
            let is_word = body[..open].chars().all(|c| c.is_ascii_alphanumeric());
            let closed = body[open + 2..].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')');
            (is_word && closed).then(|| (start + open + 2, &body[open + 2..]))?
        }
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let index = rest[..digits].parse().ok()?;
    let after = &rest[digits..];
    if after.starts_with(|c: char| c.is_alphanumeric() || ".×*/%_".contains(c)) {
        return None;
    }
    let level = |text: &str| text.starts_with(['P', 'p']) && text[1..].starts_with(|c: char| c.is_ascii_digit());
    let trimmed = after.trim();
    let is_plain = at == start
        && (trimmed.is_empty()
            || after.strip_prefix('-').is_some_and(level)
            || trimmed.strip_prefix('(').is_some_and(level)
            || level(trimmed));
    let is_range = trimmed.strip_prefix('-').is_some_and(|r| r.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let first = comment.start + at as u32;
    let span = Span::new(first, first + digits as u32);
    Some(IndexClaim { comment, span, index, is_plain, is_range, mark: None })
}

/// Returns the stride that each row's comment states.
pub fn stride_claims(file: &ReadFile) -> Vec<Option<StrideClaim>> {
    of_rows(file).into_iter().map(|comment| stride_claim(file.text(), comment?)).collect()
}

fn stride_claim(text: &str, comment: Span) -> Option<StrideClaim> {
    let words = comment.text(text).trim_end();
    let at = |rest: &str| comment.end - (comment.text(text).len() - words.len() + rest.len()) as u32;
    let body = words.trim_start_matches('#').trim_start();
    let joined = cat(body);
    let behind_index = behind_label(body).unwrap_or(body.trim_start_matches(|c: char| c.is_ascii_digit()));
    let has_index = behind_index.len() < body.len();
    let claim = behind_index.strip_prefix('-').filter(|_| has_index).unwrap_or(behind_index).trim_start();
    let claim = joined.unwrap_or(claim.strip_prefix(['(', '（']).unwrap_or(claim));
    let level = claim.strip_prefix(['P', 'p'])?;
    let behind_level = level.trim_start_matches(|c: char| c.is_ascii_digit());
    let level_span = Span::new(at(level), at(behind_level));
    if joined.is_some() {
        let span = Span::new(at(claim), level_span.end);
        let level = level_span.text(text).parse().ok()?;
        let behind = behind_level.trim_start();
        let ends = behind.is_empty() || behind.len() < behind_level.len() && behind.starts_with(['#', '-', '(']);
        return ends.then_some(StrideClaim { span, level_span, level, stride: None });
    }
    let stride = behind_level.strip_prefix('/')?;
    let rest = stride.trim_start_matches(|c: char| c.is_ascii_digit());
    let stride_span = Span::new(at(stride), at(rest));
    // Longer text means something else: a fraction, two levels, or a step from one level to another.
    let names_level = |(i, _): (usize, &str)| rest[i + 1..].starts_with(|c: char| c.is_ascii_digit());
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || "./_,+".contains(c))
        || ["->", "→", "=>"].iter().any(|arrow| rest.contains(arrow))
        || rest.match_indices(['P', 'p']).any(names_level);
    let is_alone = rest.trim().is_empty() || rest.starts_with([')', '）', '-']);
    if goes_on || !(has_index || is_alone) {
        return None;
    }
    let (level, stride) = (level_span.text(text).parse().ok()?, stride_span.text(text).parse().ok()?);
    let span = Span::new(at(claim), stride_span.end);
    Some(StrideClaim { span, level_span, level, stride: Some((stride_span, stride)) })
}

/// Returns the level in `cat backbone P4`.
fn cat(body: &str) -> Option<&str> {
    let (of, level) = body.strip_prefix("cat ")?.trim_start().split_once(' ')?;
    of.chars().all(|c| c.is_ascii_alphabetic()).then(|| level.trim_start())
}

/// Returns the numbers in the comments after scales, each with its scale's letter, in the order of the text.
pub fn summary_claims(file: &ReadFile) -> Vec<(&str, SummaryClaim)> {
    let mut found = Vec::new();
    for (letter, _, cell) in file.model.scales() {
        let Some(comment) = file.tree.comment_after(cell.span.end) else { continue };
        // A comment after several scales on one line belongs to none of them.
        if Span::new(cell.span.end, comment.start).text(file.text()).contains(['[', ':']) {
            continue;
        }
        found.extend(numbers(file.text(), comment).map(|claim| (letter, claim)));
    }
    found
}

/// Returns the numbers of a comment that are followed by a known word.
fn numbers(text: &str, comment: Span) -> impl Iterator<Item = SummaryClaim> + '_ {
    let words = comment.text(text);
    // A budget after it isn't a claim.
    let words = &words[..words.find("yolint:").unwrap_or(words.len())];
    words.match_indices(|c: char| c.is_ascii_digit()).filter_map(move |(at, _)| {
        let is_inside = words[..at].ends_with(|c: char| c.is_alphanumeric() || ".,_".contains(c));
        let rest = &words[at..];
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c)).len();
        let number = rest[..number].trim_end_matches(['.', ',']).len();
        let unit = usize::from(rest[number..].starts_with(['k', 'K', 'M']));
        let unit = if rest[number + unit..].starts_with(|c: char| c.is_alphanumeric()) { 0 } else { unit };
        let word = rest[number + unit..].trim_start();
        let word = &word[..word.len() - word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len()];
        let quantity = match word.to_ascii_lowercase().as_str() {
            "layers" => Quantity::Layers,
            "parameters" | "params" => Quantity::Params,
            "gradients" => Quantity::Gradients,
            "gflops" => Quantity::Gflops,
            _ => return None,
        };
        let start = comment.start + at as u32;
        let span = Span::new(start, start + (number + unit) as u32);
        (!is_inside).then_some(SummaryClaim { span, quantity })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the comment of a row claims: the digits, `plain` or `loose`.
    fn claim(comment: &str) -> String {
        let text = format!("head:\n  - [-1, 1, Conv, [8]] {comment}\n");
        match index_claims(&ReadFile::new(&text))[0] {
            None => "none".to_owned(),
            Some(claim) => {
                let form = match (claim.is_range, claim.is_plain, claim.mark) {
                    (true, ..) => "range",
                    (_, _, Some(_)) => "ending",
                    (false, true, _) => "plain",
                    (false, false, _) => "loose",
                };
                format!("{form} {}", claim.span.text(&text))
            }
        }
    }

    #[test]
    fn claims_of_an_index() {
        for (comment, expected) in [
            ("# 13", "plain 13"),
            ("#13", "plain 13"),
            ("# 5-P4/16", "plain 5"),
            ("# 12 (P3/8-small)", "plain 12"),
            ("# 12 P3/8", "plain 12"),
            ("# 16, fpn_blocks.0", "loose 16"),
            ("# 10 input_proj.2", "loose 10"),
            ("# X3 (21), fpn_blocks.1", "loose 21"),
            ("# 第3层 P4/16", "plain 3"),
            ("# 第 3 层，输出 P4", "plain 3"),
            ("# [6] P4/16", "plain 6"),
            ("# layer 5", "plain 5"),
            ("# Layer 5: P3/8", "plain 5"),
            ("# [17, 20, 23]", "none"),
            ("# [128] channels", "none"),
            ("# layer 5 of the paper", "none"),
            ("# 0-4", "range 0"),
            ("# 3x3 convolution", "none"),
            ("# 2.5 GFLOPs", "none"),
            ("# cat backbone P4", "none"),
            ("# Detect(P3, P4, P5)", "none"),
            ("# cat head P3 # 19", "ending 19"),
            ("# (P5/32-large) #20", "ending 20"),
            ("#  (1, 40, 80, 80) - 1", "ending 1"),
            ("# - 7", "ending 7"),
            ("# cat # 19 # yolint: same", "ending 19"),
            ("# reads -1", "none"),
            ("# a -> 7", "none"),
            ("# stride 2", "none"),
            ("# 99999999999999999999999", "none"),
            ("", "none"),
        ] {
            assert_eq!(claim(comment), expected, "{comment}");
        }
    }

    /// What the comment of a row claims of its stride: level and stride.
    fn stride(comment: &str) -> String {
        let text = format!("head:\n  - [-1, 1, Conv, [8]] {comment}\n");
        match stride_claims(&ReadFile::new(&text))[0] {
            None => "none".to_owned(),
            Some(claim) => {
                let stride = claim.stride.map(|(span, _)| format!("/{}", span.text(&text)));
                let said = format!("P{}{}", claim.level_span.text(&text), stride.unwrap_or_default());
                assert_eq!(claim.span.text(&text).to_ascii_uppercase(), said);
                said
            }
        }
    }

    #[test]
    fn claims_of_a_stride() {
        for (comment, expected) in [
            ("# 5-P4/16", "P4/16"),
            ("#5-p4/16 ", "P4/16"),
            ("# 12 (P3/8-small)", "P3/8"),
            ("# 12 (P3/8)", "P3/8"),
            ("# 12 P3/8", "P3/8"),
            ("# 第3层 P4/16", "P4/16"),
            ("# [6] P4/16", "P4/16"),
            ("# P5/32", "P5/32"),
            ("# P5/32-large", "P5/32"),
            ("# 0-P1/2 第一层", "P1/2"),
            ("# 15（P3/8-small）", "P3/8"),
            ("# cat backbone P4", "P4"),
            ("# cat head P5", "P5"),
            ("# cat backbone P4 and P5", "none"),
            ("# cat head P3 # 19", "P3"),
            ("# P5/32 upsampled", "none"),
            ("# 11 P5/32 -> P4/16", "none"),
            ("# 11-P4/16, P5/32", "none"),
            ("# P4", "none"),
            ("# Detect(P3/8, P4/16)", "none"),
            ("# P/", "none"),
            ("# 99999999999999999999999-P99999999999/9", "none"),
            ("# 13", "none"),
            ("", "none"),
        ] {
            assert_eq!(stride(comment), expected, "{comment}");
        }
    }

    #[test]
    fn numbers_as_they_are_written() {
        let written = |text: &str, quantity| {
            let claim = SummaryClaim { span: Span::new(0, text.len() as u32), quantity };
            claim.written(text).map(|w| (w.value, w.half, w.digits))
        };
        assert_eq!(written("2,624,080", Quantity::Params), Some((2_624_080.0, 0.0, 7)));
        assert_eq!(written("181", Quantity::Layers), Some((181.0, 0.0, 3)));
        assert_eq!(written("9.5M", Quantity::Params), Some((9_500_000.0, 50_000.0, 2)));
        assert_eq!(written("464k", Quantity::Params), Some((464_000.0, 500.0, 3)));
        assert_eq!(written("0.5", Quantity::Gflops), Some((0.5, 0.05, 1)));
        assert_eq!(written("9", Quantity::Gflops), Some((9.0, 0.5, 1)));
        for text in ["2,6M", "1.2.3M", "12345,678", "2.6"] {
            assert_eq!(written(text, Quantity::Params), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_a_summary() {
        let text = "\
scales:
  n: [0.5, 0.25, 1024] # summary: 181 layers, 2,624,080 parameters, 2624064 gradients, 6.6 GFLOPs
  s: [0.5, 0.50, 1024] # 9.46M params, 21.7 GFLOPS
  m: [0.5, 1.00, 512] # 3 of them # yolint: budget layers<=200 params<=3M
";
        let file = ReadFile::new(text);
        let claims = summary_claims(&file);
        let shown: Vec<String> =
            claims.iter().map(|(l, c)| format!("{l} {:?} {}", c.quantity, c.span.text(text))).collect();
        let expected = [
            "n Layers 181",
            "n Params 2,624,080",
            "n Gradients 2624064",
            "n Gflops 6.6",
            "s Params 9.46M",
            "s Gflops 21.7",
        ];
        assert_eq!(shown, expected);
    }
}
