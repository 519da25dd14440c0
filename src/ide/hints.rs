//! Inlay hints: at the end of each row what it returns and costs, at each scale what the model costs there.
//!
//! VS Code cuts the hints of a line, all together, at 43 characters: labels are fitted to that.

use super::{ModelFile, describe};
use crate::analysis::{Analysis, Status};
use crate::catalog::Value;
use crate::cost::units;
use crate::rules;
use crate::text::Span;

/// The most characters of a label.
pub const MAX_LABEL: usize = 43;

/// A label that an editor draws into a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it is drawn.
    pub offset: u32,
    /// `16×320×320 · 464 params · 0.098 GFLOPs`
    pub label: String,
    /// All that is known, in Markdown.
    pub tooltip: String,
}

/// The hints that lie in a range of the text, in the order of the text.
pub fn hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let mut hints = row_hints(file, range);
    hints.extend(scale_hints(file, range));
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn row_hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let mut order: Vec<usize> = (0..file.model.rows.len()).collect();
    order.sort_by_key(|&i| file.model.rows[i].span.start);
    let starts = order.iter().skip(1).map(|&i| Some(file.model.rows[i].span.start)).chain([None]);
    let places = order.iter().zip(starts).map(|(&i, next)| {
        let end = file.model.rows[i].span.end;
        let shares_line = next.is_some_and(|next| file.lines.line(next) == file.lines.line(end));
        (i, if shares_line { end } else { end_of_line(file, end) })
    });
    let within = places.filter(|&(_, offset)| range.touches(offset));
    within
        .map(|(i, offset)| Hint { offset, label: row_label(file, file.shown(), i), tooltip: describe::row(file, i) })
        .collect()
}

/// The end of what stands in the line of `offset`, comment included: there a hint moves no code.
fn end_of_line(file: &ModelFile, offset: u32) -> u32 {
    let line = file.lines.line_span(&file.text, file.lines.line(offset));
    let end = line.start + line.text(&file.text).trim_end().len() as u32;
    end.max(offset)
}

fn row_label(file: &ModelFile, analysis: &Analysis, i: usize) -> String {
    if file.is_half_typed(i) {
        return "…".to_owned();
    }
    let row = &analysis.rows[i];
    let unknown = match &row.status {
        Status::Exact | Status::Uncounted(_) => None,
        Status::Fault(fault) => Some(rules::rule_of(fault).unwrap_or("not-modelled").replace('-', " ")),
        Status::Incomplete => return "…".to_owned(),
        Status::WaitsFor(_) | Status::Header => Some(String::new()),
    };
    if let Some(words) = unknown {
        return format!("? {words}").trim_end().to_owned();
    }
    let is_last = i + 1 == file.model.rows.len();
    let mut parts = vec![row.output.as_ref().map_or("?".to_owned(), |output| output_label(output, is_last))];
    parts.extend(cost_parts(analysis, row.params, row.ops));
    fitted(&parts)
}

/// The shape of a tensor. Of a list the first one's, and how many more there are; a head, the last row, returns lists
/// whose first tensor alone is of interest.
fn output_label(output: &Value, is_last: bool) -> String {
    let first = output.first_tensor().map_or("?".to_owned(), |shape| units::shape(&shape));
    match output {
        Value::List(items) if !is_last && items.len() > 1 => format!("{first} +{}", items.len() - 1),
        _ => first,
    }
}

/// Parameters and operations, those that are 0 left out; `?` where operations aren't known.
fn cost_parts(analysis: &Analysis, params: Option<u64>, ops: Option<u128>) -> Vec<String> {
    let params = params.filter(|&n| n > 0).map(|n| units::params(n) + " params");
    let ops = match ops {
        Some(0) => None,
        Some(ops) => Some(describe::ops(analysis, ops)),
        None => Some("?".to_owned()),
    };
    params.into_iter().chain(ops).collect()
}

/// The parts of a label, as many of them as fit.
fn fitted(parts: &[String]) -> String {
    let mut label = String::new();
    for n in (1..=parts.len()).rev() {
        label = parts[..n].join(" · ");
        if label.chars().count() <= MAX_LABEL {
            return label;
        }
    }
    label.chars().take(MAX_LABEL - 1).chain(['…']).collect()
}

/// A hint for each line with scales. Of several in a line only the one that is shown has room.
fn scale_hints(file: &ModelFile, range: Span) -> Vec<Hint> {
    let scales: Vec<(&str, u32)> =
        file.model.scales().map(|(letter, _, cell)| (letter, file.lines.line(cell.span.end))).collect();
    let mut hints = Vec::new();
    for (i, &(letter, line)) in scales.iter().enumerate() {
        let shares_line = scales.iter().enumerate().any(|(j, other)| i != j && other.1 == line);
        let is_shown = letter == file.choice.letter();
        let Some(analysis) = file.at_scale(letter).filter(|_| is_shown || !shares_line) else { continue };
        let offset = end_of_line(file, file.lines.line_span(&file.text, line).start);
        if range.touches(offset) {
            let label = scale_label(analysis, shares_line.then_some(letter), is_shown);
            hints.push(Hint { offset, label, tooltip: describe::scale(file, analysis) });
        }
    }
    hints
}

fn scale_label(analysis: &Analysis, letter: Option<&str>, is_shown: bool) -> String {
    let mut parts: Vec<String> = letter.map(str::to_owned).into_iter().collect();
    match &analysis.totals {
        Some(totals) => parts.extend(cost_parts(analysis, Some(totals.params), totals.ops)),
        None => parts.push("?".to_owned()),
    }
    if is_shown {
        parts.push("shown".to_owned());
    }
    fitted(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Options;

    /// The text with each hint drawn in as `‹label›`.
    fn drawn(text: &str, options: &Options) -> String {
        let file = ModelFile::read(text.to_owned(), options, false).unwrap();
        let mut drawn = text.to_owned();
        for hint in hints(&file, Span::new(0, u32::MAX)).iter().rev() {
            drawn.insert_str(hint.offset as usize, &format!("‹{}›", hint.label));
        }
        drawn
    }

    /// Checks hints against a text with the expected ones drawn in.
    #[track_caller]
    fn check(expected: &str) {
        let text: String =
            expected.split('‹').map(|part| part.split_once('›').map_or(part, |(_, rest)| rest)).collect();
        assert_eq!(drawn(&text, &Options::default()), expected);
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
    fn a_range_is_what_is_asked_for() {
        let text = "backbone:\n  - [-1, 1, Conv, [16]]\nhead:\n  - [-1, 1, Conv, [16]]\n";
        let file = ModelFile::read(text.to_owned(), &Options::default(), false).unwrap();
        let end = text.find("\nhead").unwrap() as u32;
        assert_eq!(hints(&file, Span::new(end, end + 3)).len(), 1);
        assert_eq!(hints(&file, Span::new(end + 1, end + 3)).len(), 0);
    }

    /// The tooltips of a text, one after the other.
    fn tooltips(text: &str) -> String {
        let file = ModelFile::read(text.to_owned(), &Options::default(), false).unwrap();
        let hints = hints(&file, Span::new(0, u32::MAX));
        hints.into_iter().map(|hint| hint.tooltip).collect::<Vec<_>>().join("\n---\n")
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
            - 111,494 parameters, 111,478 of them trained
            - 23.0 GFLOPs

            The rows show this scale: it is the first, and nothing selects another.

            scale `n`, image 640×640, convention ultralytics
            ---
            ```python
            Conv(c1=3, c2=16, k=3, s=2)
            ```
            - reads the image
            - returns `[1, 16, 320, 320]`
            - 464 parameters (0.4 % of the model)
            - 101,580,800 FLOPs (0.4 % of the model)

            scale `n`, image 640×640, convention ultralytics
            ---
            ```python
            Conv(c1=16, c2=16)  # 2 of them, one after the other
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`
            - returns `[1, 16, 320, 320]`
            - 576 parameters (0.5 % of the model)
            - 131,072,000 FLOPs (0.6 % of the model)

            scale `n`, image 640×640, convention ultralytics
            ---
            ```python
            Detect(nc=3, reg_max=16, end2end=None, ch=[16, 16])
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`, row 1 (`Conv`) `[1, 16, 320, 320]`
            - returns `[1, 7, 204800]`
            - 110,454 parameters, 16 of them frozen (99.1 % of the model)
            - 22,747,545,600 FLOPs (99.0 % of the model)

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

            image 640×640, convention ultralytics
            ---
            ```text
            unknown-module: there is no module ``x`` in Ultralytics 8.4.190
            ```

            image 640×640, convention ultralytics
            ---
            ```text
            row 1 isn't known
            ```
            - reads row 1 (`` `x` ``) ?

            image 640×640, convention ultralytics
            ---
            ```text
            row 1 isn't known
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`, row 1 (`` `x` ``) ?

            image 640×640, convention ultralytics
            ---
            ```python
            nn.Conv2d(in_channels=8, out_channels=8, kernel_size=1)
            ```
            ```text
            channel-mismatch: given groups=1, weight of size [8, 8, 1, 1], expected input [1, 16, 320, 320] to have 8 channels, but got 16
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
