//! Inlay hints: output and cost at the end of each row, and the model's cost at each scale.
//!
//! VS Code truncates all hints of a line together at 43 characters, so labels are shortened to that.

use std::collections::HashMap;

use super::{ModelFile, describe};
use crate::analysis::{Analysis, Status};
use crate::config::Parts;
use crate::cost::units;
use crate::rules;
use crate::text::{self, Span};
use crate::torch::Value;
use crate::words::{Message, message};

/// Largest number of characters in a label.
pub const MAX_LABEL: usize = 43;

const SEPARATOR: &str = " · ";

/// Number of characters from which a comment on the line of a scale is long: the hint then stands before it, where it is seen.
const LONG_COMMENT: u32 = 30;

/// A label that an editor shows in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it is shown.
    pub offset: u32,
    /// `16×320×320 · 464 params · 0.098 GFLOPs`
    pub label: String,
    /// What it describes.
    pub subject: Subject,
}

/// What a hint describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A row, by its index.
    Row(usize),
    /// A scale, by its letter.
    Scale(String),
}

/// Returns the hints in a range, in the order of the text. Empty hints are left out.
pub fn hints(file: &ModelFile, range: Span, parts: Parts) -> Vec<Hint> {
    hints_with(file, range, parts, None)
}

/// Returns the hints in a range. Given `labels` that the client got before, scales that aren't analysed yet keep theirs.
pub fn hints_with(file: &ModelFile, range: Span, parts: Parts, labels: Option<&HashMap<String, String>>) -> Vec<Hint> {
    let mut hints = row_hints(file, range, parts);
    hints.extend(scale_hints(file, range, parts, labels));
    hints.retain(|hint| !hint.label.is_empty());
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// Returns a hint's full description in Markdown; none if its subject isn't in the file.
pub fn tooltip(file: &ModelFile, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Row(i) => (*i < file.model.rows.len()).then(|| describe::row(file, *i)),
        Subject::Scale(letter) => file.at_scale(letter).map(|analysis| describe::scale(file, analysis)),
    }
}

/// Like [`tooltip`] without the breakdown of rows and what a model needs, for all hints at once; none of scales that aren't
/// analysed yet.
pub fn short_tooltip(file: &ModelFile, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Row(i) => (*i < file.model.rows.len()).then(|| describe::row_in_short(file, *i)),
        Subject::Scale(letter) => file.known_scale(letter).map(|analysis| describe::scale_in_short(file, analysis)),
    }
}

fn row_hints(file: &ModelFile, range: Span, parts: Parts) -> Vec<Hint> {
    let mut order: Vec<usize> = (0..file.model.rows.len()).collect();
    order.sort_by_key(|&i| file.model.rows[i].span.start);
    let starts = order.iter().skip(1).map(|&i| Some(file.model.rows[i].span.start)).chain([None]);
    let places = order.iter().zip(starts).map(|(&i, next)| {
        let end = file.model.rows[i].span.end;
        let shares_line = next.is_some_and(|next| file.lines().line(next) == file.lines().line(end));
        (i, if shares_line { end } else { end_of_line(file, end) })
    });
    let within = places.filter(|&(_, offset)| range.touches(offset));
    within.map(|(i, offset)| Hint { offset, label: row_label(file, i, parts), subject: Subject::Row(i) }).collect()
}

/// Returns the end of the line's text at `offset`, including its comment, so that the hint doesn't move code.
fn end_of_line(file: &ModelFile, offset: u32) -> u32 {
    let line = file.lines().line_span(file.text(), file.lines().line(offset));
    let end = line.start + line.text(file.text()).trim_end().len() as u32;
    end.max(offset)
}

/// Returns the output and cost of row `i`, or a short reason why they aren't known.
pub(super) fn row_label(file: &ModelFile, i: usize, shown: Parts) -> String {
    if file.is_half_typed(i) {
        return "…".to_owned();
    }
    let analysis = file.at_active_scale();
    let row = &analysis.rows[i];
    let mut parts: Vec<String> = shown.index.then(|| format!("#{i}")).into_iter().collect();
    let unknown = match &row.status {
        Status::Exact | Status::Uncounted(_) | Status::Declared(_) => None,
        Status::Fault(fault) => Some(file.say(&short(rules::rule_of(fault).unwrap_or_default()))),
        Status::Unknown(_) => Some(file.say(&short("not-known"))),
        Status::Incomplete => return "…".to_owned(),
        Status::BlockedBy(_) | Status::Header => Some(String::new()),
    };
    if let Some(words) = unknown {
        parts.push(format!("? {words}").trim_end().to_owned());
        return fitted(&parts);
    }
    let is_last = i + 1 == file.model.rows.len();
    if shown.shape {
        parts.push(row.output.as_ref().map_or("?".to_owned(), |output| output_label(output, is_last)));
    }
    if let Status::Declared(_) = row.status {
        parts.push(file.say(&message!("declared")));
        return fitted(&parts);
    }
    let share = share(analysis, row.ops).filter(|_| shown.share);
    let with = |costs: Vec<String>| parts.iter().cloned().chain(costs).chain(share.clone()).collect::<Vec<_>>();
    let long = with(cost_parts(file, analysis, row.params, row.ops, shown));
    if text::width(&long.join(SEPARATOR)) <= MAX_LABEL {
        return long.join(SEPARATOR);
    }
    fitted(&with(short_cost_parts(analysis, row.params, row.ops, shown)))
}

/// What is said of a row whose figures aren't known, in a word or two: of a rule that finds why.
pub(super) fn short(rule: &str) -> Message {
    match rule {
        "bad-from" => message!("short-bad-from"),
        "channel-mismatch" => message!("short-channel-mismatch"),
        "head-inputs" => message!("short-head-inputs"),
        "invalid-value" => message!("short-invalid-value"),
        "malformed-row" => message!("short-malformed-row"),
        "module-raises" => message!("short-module-raises"),
        "not-known" => message!("short-not-known"),
        "output-vanishes" => message!("short-output-vanishes"),
        "spatial-mismatch" => message!("short-spatial-mismatch"),
        "unknown-module" => message!("short-unknown-module"),
        "wrong-arguments" => message!("short-wrong-arguments"),
        other => other.replace('-', " ").into(),
    }
}

/// Returns the share of the model's operations: `12.3 %`; none if it is zero or isn't known.
fn share(analysis: &Analysis, ops: Option<u128>) -> Option<String> {
    let whole = analysis.totals.as_ref()?.ops?;
    let ops = ops.filter(|&ops| ops > 0)?;
    Some(format!("{:.1} %", 100.0 * ops as f64 / whole as f64))
}

/// Formats the shape of a tensor. For a list, the first shape and the number of others; for the last row, a head, only
/// the first, since the others are of no interest.
fn output_label(output: &Value, is_last: bool) -> String {
    let first = output.first_tensor().map_or("?".to_owned(), |shape| units::shape(&shape));
    match output {
        Value::List(items) if !is_last && items.len() > 1 => format!("{first} +{}", items.len() - 1),
        _ => first,
    }
}

/// Returns parameters and operations, without zeros; `?` if operations aren't known.
fn cost_parts(
    file: &ModelFile,
    analysis: &Analysis,
    params: Option<u64>,
    ops: Option<u128>,
    shown: Parts,
) -> Vec<String> {
    let params = params_shown(params, shown).map(|n| file.say(&message!("amount-params", n)));
    params.into_iter().chain(ops_shown(analysis, ops, shown)).collect()
}

/// Like [`cost_parts`] with shorter units: `346k`, `0.279G`.
fn short_cost_parts(analysis: &Analysis, params: Option<u64>, ops: Option<u128>, shown: Parts) -> Vec<String> {
    let unit = analysis.convention.unit().to_string();
    let short = |ops: String| ops.trim_end_matches(&unit).replace(' ', "");
    params_shown(params, shown).into_iter().chain(ops_shown(analysis, ops, shown).map(short)).collect()
}

fn params_shown(params: Option<u64>, shown: Parts) -> Option<String> {
    params.filter(|&n| shown.params && n > 0).map(units::params)
}

fn ops_shown(analysis: &Analysis, ops: Option<u128>, shown: Parts) -> Option<String> {
    let ops = match ops {
        Some(0) => None,
        Some(ops) => Some(analysis.convention.format_ops(ops)),
        None => Some("?".to_owned()),
    };
    ops.filter(|_| shown.gflops)
}

/// Joins as many parts of a label as fit.
fn fitted(parts: &[String]) -> String {
    let mut label = String::new();
    if parts.is_empty() {
        return label;
    }
    for n in (1..=parts.len()).rev() {
        label = parts[..n].join(SEPARATOR);
        if text::width(&label) <= MAX_LABEL {
            return label;
        }
    }
    label.chars().take(MAX_LABEL - 1).chain(['…']).collect()
}

/// Returns a hint per line with scales. If a line has several scales, only the active one is shown, for lack of room.
fn scale_hints(file: &ModelFile, range: Span, parts: Parts, labels: Option<&HashMap<String, String>>) -> Vec<Hint> {
    let scales: Vec<(&str, u32)> =
        file.model.scales().map(|(letter, _, cell)| (letter, file.lines().line(cell.span.end))).collect();
    let mut hints = Vec::new();
    for (i, &(letter, line)) in scales.iter().enumerate() {
        let shares_line = scales.iter().enumerate().any(|(j, other)| i != j && other.1 == line);
        let is_shown = letter == file.choice().letter();
        let start = file.lines().line_span(file.text(), line).start;
        let comment = file.tree.comment_after(start).filter(|comment| comment.len() > LONG_COMMENT);
        let offset = match comment {
            Some(comment) => start + Span::new(start, comment.start).text(file.text()).trim_end().len() as u32,
            None => end_of_line(file, start),
        };
        if range.touches(offset) && (is_shown || !shares_line) {
            let kept = labels.and_then(|labels| labels.get(letter)).filter(|_| file.known_scale(letter).is_none());
            let label = match kept {
                Some(kept) => kept.clone(),
                None => {
                    let Some(analysis) = file.at_scale(letter) else { continue };
                    scale_label(file, analysis, shares_line.then_some(letter), is_shown, parts)
                }
            };
            hints.push(Hint { offset, label, subject: Subject::Scale(letter.to_owned()) });
        }
    }
    hints
}

/// Returns the label of each scale that has one, by its letter.
pub fn scale_labels(file: &ModelFile, parts: Parts) -> Vec<(String, String)> {
    let hints = scale_hints(file, Span::new(0, file.text().len() as u32), parts, None);
    let labelled = hints.into_iter().filter_map(|hint| match hint.subject {
        Subject::Scale(letter) => Some((letter, hint.label)),
        Subject::Row(_) => None,
    });
    labelled.collect()
}

fn scale_label(file: &ModelFile, analysis: &Analysis, letter: Option<&str>, is_shown: bool, shown: Parts) -> String {
    let mut parts: Vec<String> = letter.map(str::to_owned).into_iter().collect();
    match &analysis.totals {
        Some(totals) => parts.extend(cost_parts(file, analysis, Some(totals.params), totals.ops, shown)),
        None => parts.push("?".to_owned()),
    }
    if is_shown {
        parts.push(file.say(&message!("scale-shown")));
    }
    fitted(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;

    /// The text with each hint drawn in as `‹label›`.
    fn drawn(text: &str, parts: Parts) -> String {
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        let mut drawn = text.to_owned();
        for hint in hints(&file, Span::new(0, u32::MAX), parts).iter().rev() {
            drawn.insert_str(hint.offset as usize, &format!("‹{}›", hint.label));
        }
        drawn
    }

    /// Checks hints against a text with the expected ones drawn in.
    #[track_caller]
    fn check(expected: &str) {
        check_parts(expected, Parts::default());
    }

    #[track_caller]
    fn check_parts(expected: &str, parts: Parts) {
        let text: String =
            expected.split('‹').map(|part| part.split_once('›').map_or(part, |(_, rest)| rest)).collect();
        assert_eq!(drawn(&text, parts), expected);
    }

    // The figures are those of torch 2.15 and ultralytics-thop 2.2.3.

    #[test]
    fn block_rows() {
        check(
            "\
nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0-P1/2‹16×320×320 · 464 params · 0.102 GFLOPs›
  - [-1, 1, Conv, [32, 3, 2]]‹32×160×160 · 4.67k params · 0.242 GFLOPs›
  - [-1, 1, nn.MaxPool2d, [2]]‹32×80×80›
head:
  - [[1, 1],
     1, Concat, [1]]‹64×160×160›
  - [[-2], 1, Detect, [nc]] # the head‹7×6400 · 78.4k params · 1.01 GFLOPs›
",
        );
    }

    #[test]
    fn flow_rows_that_share_a_line() {
        check(
            "\
backbone: [[-1, 1, Conv, [16, 3, 2]]‹16×320×320 · 464 params · 0.102 GFLOPs›, [-1, 1, nn.Identity, []]] # two‹16×320×320›
head: [[-1, 1, Classify, [10]]]‹10 · 35.9k params · 5.51 GFLOPs›
",
        );
    }

    #[test]
    fn lists_and_heads() {
        check(
            "\
backbone:
  - [-1, 1, Conv, [64, 3, 2]]‹64×320×320 · 1.86k params · 0.406 GFLOPs›
  - [-1, 1, CBLinear, [[64, 128]]]‹64×320×320 +1 · 12.5k params · 2.52 GFLOPs›
head:
  - [0, 1, Classify, [10]]‹10 · 97.3k params · 18.1 GFLOPs›
",
        );
    }

    #[test]
    fn rows_that_are_not_known() {
        check(
            "\
backbone:
  - [-1, 1, Conv, [16, 3, 2]]‹16×320×320 · 464 params · 0.102 GFLOPs›
  - [-1, 1, Convv, [16]]‹? unknown module›
  - [-1, 1, Conv, [16]]‹?›
  - [9, 1, Conv, [16]]‹? bad from›
  - [0, 1, nn.Conv2d, [8, 8, 1]]‹? channel mismatch›
head:
  - [0, 1, nn.Identity, []]‹16×320×320›
",
        );
    }

    #[test]
    fn totals_of_each_scale() {
        check(
            "\
scales: # two
  n: [1.0, 0.25, 1024] # small‹464 params · 0.102 GFLOPs · shown›
  m: [1.0, 0.50, 1024]‹928 params · 0.203 GFLOPs›
backbone:
  - [-1, 1, Conv, [64, 3, 2]]‹16×320×320 · 464 params · 0.102 GFLOPs›
head:
  - [-1, 1, nn.Identity, []]‹16×320×320›
",
        );
    }

    #[test]
    fn scales_that_share_a_line() {
        check(
            "\
scales: {n: [1.0, 0.25, 1024], m: [1.0, 0.50, 1024]}‹m · ? · shown›
# yolint: scale m
backbone:
  - [-1, 1, Conv, [64, 3, 2]]‹32×320×320 · 928 params · 0.203 GFLOPs›
head:
  - [-1, 1, Missing, []]‹? unknown module›
",
        );
    }

    #[test]
    fn parts_are_chosen() {
        let none = Parts { index: false, shape: false, params: false, gflops: false, share: false };
        let text = |row: &str, last: &str, scale: &str| {
            format!(
                "scales:\n  n: [1.0, 1.0, 1024]{scale}\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]{row}\nhead:\n  \
                 - [-1, 1, nn.Identity, []]{last}\n"
            )
        };
        check_parts(&text("", "", "‹shown›"), none);
        let parts = Parts { index: true, share: true, ..none };
        check_parts(&text("‹#0 · 100.0 %›", "‹#1›", "‹shown›"), parts);
        check_parts(&text("‹464 params›", "", "‹464 params · shown›"), Parts { params: true, ..none });
        let parts = Parts { index: true, share: true, ..Parts::default() };
        // A label is fitted: where there is no room for units, they are short.
        check_parts(
            &text(
                "‹#0 · 16×320×320 · 464 · 0.102G · 100.0 %›",
                "‹#1 · 16×320×320›",
                "‹464 params · 0.102 GFLOPs · shown›",
            ),
            parts,
        );
    }

    #[test]
    fn a_range_is_what_is_asked_for() {
        let text = "backbone:\n  - [-1, 1, Conv, [16]]\nhead:\n  - [-1, 1, Conv, [16]]\n";
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        let end = text.find("\nhead").unwrap() as u32;
        assert_eq!(hints(&file, Span::new(end, end + 3), Parts::default()).len(), 1);
        assert_eq!(hints(&file, Span::new(end + 1, end + 3), Parts::default()).len(), 0);
    }

    /// The tooltips of a text, one after the other.
    fn tooltips(text: &str) -> String {
        let file = ModelFile::read(text, &Request::default(), false).unwrap();
        let hints = hints(&file, Span::new(0, u32::MAX), Parts::default());
        hints.iter().map(|hint| tooltip(&file, &hint.subject).unwrap()).collect::<Vec<_>>().join("\n---\n")
    }

    #[test]
    fn tooltips_of_a_model() {
        let text = "\
nc: 3
scales: {n: [1.0, 0.25, 1024]}
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 2, Conv, [64]]
head:
  - [[0, 1], 1, Detect, [nc]]
";
        expect_test::expect![[r#"
            **`n`** depth 1.0, width 0.25, at most 1024 channels

            - 28 layers
            - 111,494 parameters, 111,478 of them trainable
            - 23.0 GFLOPs

            The rows show this scale: it is the first one, and nothing selects another.

            scale `n`, image 640×640, convention ultralytics

            As it is deployed: 17 layers, 111,126 parameters, 22.7 GFLOPs

            Image sides: multiples of 32, at least 32.
            ---
            ```python
            Conv(c1=3, c2=16, k=3, s=2)
            ```
            - reads the image
            - returns `[1, 16, 320, 320]`
            - 464 parameters (0.4 % of the model)
            - 101,580,800 FLOPs (0.4 % of the model)
            - 15 FLOP for each byte that it moves in fp16

            `c2`: `64 → min(64, 1024) × 0.25 → 16`

            ```text
            Conv               464  0.102 GFLOPs
              conv: Conv2d     432  0.088 GFLOPs
              bn: BatchNorm2d   32  0.013 GFLOPs
            ```

            scale `n`, image 640×640, convention ultralytics
            ---
            ```python
            Conv(c1=16, c2=16)  # 2 modules in sequence
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`
            - returns `[1, 16, 320, 320]`
            - 576 parameters (0.5 % of the model)
            - 131,072,000 FLOPs (0.6 % of the model)
            - 8 FLOP for each byte that it moves in fp16

            repeats: `2 → max(round(2 × 1.0), 1) → 2`  
            `c2`: `64 → min(64, 1024) × 0.25 → 16`

            ```text
            Sequential              576  0.131 GFLOPs
              0–1: Conv, each of 2  288  0.066 GFLOPs
                conv: Conv2d        256  0.052 GFLOPs
                bn: BatchNorm2d      32  0.013 GFLOPs
            ```

            scale `n`, image 640×640, convention ultralytics
            ---
            ```python
            Detect(nc=3, reg_max=16, end2end=None, ch=[16, 16])
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`, row 1 (`Conv`) `[1, 16, 320, 320]`
            - returns `[1, 7, 204800]`
            - 110,454 parameters, 16 of them frozen (99.1 % of the model)
            - 22,747,545,600 FLOPs (99.0 % of the model)
            - 113 FLOP for each byte that it moves in fp16

            `nc`: `nc → 3`

            ```text
            Detect                           110k   22.7 GFLOPs
              cv2: ModuleList                101k   20.8 GFLOPs
                0–1: Sequential, each of 2  50.5k   10.4 GFLOPs
                  0: Conv                   9.34k   1.94 GFLOPs
                    conv: Conv2d            9.22k   1.89 GFLOPs
                    bn: BatchNorm2d           128  0.052 GFLOPs
                  1: Conv                   37.0k   7.60 GFLOPs
                    conv: Conv2d            36.9k   7.55 GFLOPs
                    bn: BatchNorm2d           128  0.052 GFLOPs
                  2: Conv2d                 4.16k  0.839 GFLOPs
              cv3: ModuleList               9.45k   1.96 GFLOPs
                0–1: Sequential, each of 2  4.72k  0.980 GFLOPs
                  0–1: Conv, each of 2      2.34k  0.485 GFLOPs
                    conv: Conv2d            2.30k  0.472 GFLOPs
                    bn: BatchNorm2d            32  0.013 GFLOPs
                  2: Conv2d                    51   9.83 MFLOPs
              dfl: DFL                         16  0.026 GFLOPs
                conv: Conv2d                   16  0.026 GFLOPs
            ```

            scale `n`, image 640×640, convention ultralytics"#]]
        .assert_eq(&tooltips(text));
    }

    #[test]
    fn tooltips_of_rows_that_are_not_known() {
        let text = "\
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, '`x`', []]
  - [-1, 1, Conv, [16]]
head:
  - [[0, 1], 1, Concat, [1]]
  - [0, 1, nn.Conv2d, [8, 8, 1]]
";
        expect_test::expect![[r#"
            ```python
            Conv(c1=3, c2=16, k=3, s=2)
            ```
            - reads the image
            - returns `[1, 16, 320, 320]`
            - 464 parameters
            - 101,580,800 FLOPs
            - 15 FLOP for each byte that it moves in fp16

            ```text
            Conv               464  0.102 GFLOPs
              conv: Conv2d     432  0.088 GFLOPs
              bn: BatchNorm2d   32  0.013 GFLOPs
            ```

            image 640×640, convention ultralytics
            ---
            ```text
            unknown-module: unknown module ``x``: Ultralytics 8.4.190 doesn't have it
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`

            image 640×640, convention ultralytics
            ---
            ```text
            row 1 is unknown
            ```
            - reads row 1 (`` `x` ``) ?

            image 640×640, convention ultralytics
            ---
            ```text
            row 1 is unknown
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`, row 1 (`` `x` ``) ?

            image 640×640, convention ultralytics
            ---
            ```python
            nn.Conv2d(in_channels=8, out_channels=8, kernel_size=1)
            ```
            ```text
            channel-mismatch: a convolution of weight [8, 8, 1, 1] and groups=1 expects 8 input channels, but got 16 (input [1, 16, 320, 320])
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`
            - 72 parameters

            image 640×640, convention ultralytics"#]].assert_eq(&tooltips(text));
    }

    #[test]
    fn labels_are_fitted() {
        let parts = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        assert_eq!(fitted(&parts(&["16×320×320", "464 params"])), "16×320×320 · 464 params");
        assert_eq!(
            fitted(&parts(&["100000×100000×100000", "464 params", "1,000,000 GFLOPs"])),
            "100000×100000×100000 · 464 params"
        );
        assert_eq!(fitted(&parts(&["x".repeat(50).as_str()])).chars().count(), MAX_LABEL);
    }
}
