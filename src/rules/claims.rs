//! Shared by rules on comments behind rows: claims that are wrong in the same way become one finding.

use super::{Diagnostic, File, Fix, Rule};
use crate::text::Span;
use crate::words::{Message, message};

/// What comments claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The index of the row.
    Index,
    /// The level and stride of its output.
    Stride,
}

/// A wrong claim in a comment.
pub(super) struct Wrong {
    /// The row.
    pub(super) row: usize,
    /// Position among all claims, right or wrong.
    pub(super) place: usize,
    /// The wrong part of the comment.
    pub(super) span: Span,
    /// By how much it is too high; 0 if it doesn't share its error with others.
    pub(super) offset: i64,
    /// The message.
    pub(super) message: Message,
    /// The correct value, in a few words.
    pub(super) truth: Message,
    /// What to write.
    pub(super) text: String,
    /// Edits that correct it.
    pub(super) edits: Vec<(Span, String)>,
}

/// Returns one finding per run of claims that are off by the same amount: at the first, with the others as related places.
pub(super) fn findings(rule: &Rule, file: &File<'_>, what: What, wrong: &[Wrong]) -> Vec<Diagnostic> {
    let runs = wrong.chunk_by(|a, b| b.place == a.place + 1 && a.offset == b.offset && a.offset != 0);
    runs.filter_map(|run| finding(rule, file, what, run)).collect()
}

fn finding(rule: &Rule, file: &File<'_>, what: What, run: &[Wrong]) -> Option<Diagnostic> {
    let (first, rest) = run.split_first()?;
    let by = first.offset.unsigned_abs();
    let message = &first.message;
    let message = match (what, rest.len(), first.offset > 0) {
        (_, 0, _) => message.clone(),
        (What::Index, count, true) => message!("next-indices-too-high", message, count, by),
        (What::Index, count, false) => message!("next-indices-too-low", message, count, by),
        (What::Stride, count, true) => message!("next-strides-too-high", message, count, by),
        (What::Stride, count, false) => message!("next-strides-too-low", message, count, by),
    };
    let mut found = rule.at(first.span, message).of_row(first.row);
    for wrong in rest {
        found = found.related(file.at(wrong.span), wrong.truth.clone());
    }
    let title = match rest.len() {
        0 => message!("write", text = first.text),
        n if what == What::Index => message!("correct-indices", count = n + 1),
        n => message!("correct-strides", count = n + 1),
    };
    let edits = run.iter().flat_map(|wrong| wrong.edits.clone()).collect();
    Some(found.fix(Fix { safe: true, ..Fix::of(title, edits) }))
}

#[cfg(test)]
mod tests {
    use crate::check::{Request, check};

    /// The messages of what is found, and the text once the first fix of each finding is applied.
    fn fixed(text: &str) -> (Vec<String>, String) {
        let findings = check(text, &Request::default());
        let mut edits: Vec<_> = findings.iter().flat_map(|f| f.diagnostic.fixes[0].edits.clone()).collect();
        edits.sort();
        let mut fixed = text.to_owned();
        for (span, new) in edits.into_iter().rev() {
            fixed.replace_range(span.range(), &new);
        }
        (findings.into_iter().map(|finding| finding.message().english()).collect(), fixed)
    }

    const TEXT: &str = "\
nc: 3
scales:
  n: [0.50, 0.25, 1024] # 模型 100,100 parameters, 5.3 GFLOPs, 17 layers
  s: [0.50, 0.50, 1024] # 2.6M params
backbone:
  - [-1, 1, Conv, [64, 3, 2]] # 0-P1/2 🚀
  - [-1, 1, Conv, [128, 3, 2]] # 2-P3/8 第二层
  - [-1, 2, C3k2, [256, False, 0.25]] # 3 (P3/8-small)
head:
  - [-1, 1, Classify, [nc]] # 4
";

    #[test]
    fn what_is_fixed_is_found_no_more_and_the_rest_stays() {
        let expected = TEXT
            .replace("100,100", "100,099")
            .replace("17 layers", "18 layers")
            .replace("2.6M", "0.2M")
            .replace("2-P3/8", "1-P2/4")
            .replace("3 (P3/8", "2 (P2/4")
            .replace("# 4", "# 3");
        for line_end in ["\n", "\r\n"] {
            let text = TEXT.replace('\n', line_end);
            let (messages, edited) = fixed(&text);
            // The comments behind scales are one finding.
            assert_eq!(messages.len(), 3, "{messages:#?}");
            assert_eq!(edited, expected.replace('\n', line_end));
            assert_eq!(fixed(&edited).0, [""; 0]);
        }
    }

    #[test]
    fn a_comment_silences_what_is_said_of_its_row() {
        let text =
            TEXT.replace("第二层", "# yolint: ignore[stale-index-comment, stale-stride-comment] as in the paper");
        let (messages, _) = fixed(&text);
        assert_eq!(messages.len(), 1, "{messages:#?}");
    }
}
