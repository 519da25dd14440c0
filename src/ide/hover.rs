//! Hover: describes the token under the cursor and how it is used.

use std::fmt::Write as _;

use super::describe;
use super::place::{Place, entry_value, module_name, place_at};
use super::source::{self, Focus};
use super::{ModelFile, arguments, wiring};
use crate::analysis::Analysis;
use crate::budget;
use crate::cost::units;
use crate::dialect::Origin;
use crate::model::{Source, from};
use crate::text::Span;
use crate::text::markdown::{code, fenced};
use crate::torch::Type;

/// Description of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The token.
    pub span: Span,
    /// Description in Markdown.
    pub markdown: String,
}

/// Describes the token at `offset`.
pub fn hover(file: &ModelFile, offset: u32) -> Option<Hover> {
    let (place, span) = place_at(&file.model, offset)?;
    let markdown = match place {
        Place::Key(k) => key(file, k)?,
        Place::Scale(s) => {
            let (letter, ..) = file.model.scales().nth(s)?;
            let analysis = file.at_scale(letter)?;
            describe::scale(file, analysis) + &budgets(file, analysis)
        }
        Place::From(i, entry) => from(file, i, entry).unwrap_or_else(|| describe::row(file, i)),
        Place::Repeats(i) => repeats(file, i).unwrap_or_else(|| describe::row(file, i)),
        Place::Module(i) => module(file, i),
        Place::Arg(i, j) => argument(file, i, j).unwrap_or_else(|| describe::row(file, i)),
        Place::Row(i) => describe::row(file, i),
    };
    Some(Hover { span, markdown })
}

/// Describes the budgets at a scale, and the alternatives that meet them.
fn budgets(file: &ModelFile, analysis: &Analysis) -> String {
    let mut text = String::new();
    for standing in file.statuses(analysis) {
        let _ = write!(text, "\n- {}", standing.title());
        if standing.is_over() == Some(true) {
            let fitting = budget::what_ifs(&file.model, analysis, &file.all(), &standing);
            let _ = fitting.iter().try_for_each(|what| write!(text, "\n  - fits: {what}"));
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Describes a module in general, then this row's use of it.
fn module(file: &ModelFile, i: usize) -> String {
    let focus = Focus::new(file, i);
    let row = describe::row_in(file, i, focus.as_ref());
    let treatment = focus.and_then(|focus| source::treatment(file, &focus));
    let treatment = treatment.map(|said| format!("\n\n{said}")).unwrap_or_default();
    let Some(module) = file.module_of(i) else { return format!("{row}{treatment}") };
    let page = module.page.as_ref().map(|url| format!(" ([documentation]({url}))")).unwrap_or_default();
    let place = module.place.as_ref().map(|place| format!("\n\n{}", source::link(place))).unwrap_or_default();
    let since = file.dialect().since(&module.name);
    let since = since.map(|release| format!(" Since release {release}.")).unwrap_or_default();
    format!("{}{}{since}{page}{place}{treatment}\n\n---\n{row}", fenced("python", &module.to_string()), module.doc)
}

/// Describes an argument: its parameter, and how its value is computed. None if the module isn't known.
fn argument(file: &ModelFile, i: usize, j: usize) -> Option<String> {
    let row = &file.model.rows[i];
    let name = module_name(row);
    file.module(name)?;
    let Some(value) = arguments::argument(file, i, j) else {
        let is_built = file.shown().rows[i].params.is_some();
        return is_built.then(|| format!("The framework doesn't pass this argument to {}.", code(name)));
    };
    let mut text = String::new();
    match arguments::param(file, i, j) {
        Some(param) => {
            let _ = write!(text, "**{}** of {}: {}", code(&param.name), code(name), type_words(param.ty));
            match param.default.as_ref().filter(|_| !param.takes_rest()) {
                Some(default) => writeln!(text, ", default {}", code(&default.to_string())),
                None => writeln!(text),
            }
            .ok()?;
        }
        None => writeln!(text, "An argument of {}", code(name)).ok()?,
    }
    let _ = write!(text, "\n{}", fenced("text", &value));
    Some(text)
}

fn type_words(ty: Type) -> &'static str {
    match ty {
        Type::Int => "an integer",
        Type::OptInt => "an integer or `None`",
        Type::Float => "a number",
        Type::Bool => "true or false",
        Type::Size => "an integer or a list of them",
        Type::OptSize => "an integer, a list of them or `None`",
        Type::Act => "`True` for the default activation, anything else for none",
        Type::Ints => "a list of integers",
        Type::Str => "text",
        Type::Any => "anything",
    }
}

/// Describes a `from` entry: the row that it names, that row's output and its readers.
fn from(file: &ModelFile, i: usize, entry: Option<usize>) -> Option<String> {
    let value = entry_value(file.model.rows[i].from()?, entry)?;
    let Source::Row(j) = from::read(value, i)? else { return Some("The image".to_owned()) };
    let how = match value.as_int() {
        Some(-1) => " is the row above",
        Some(n) if n < 0 => " counts back from this row",
        _ => "",
    };
    let mut text = String::new();
    if !how.is_empty() {
        let _ = writeln!(text, "{}{how}\n", code(&value.to_string()));
    }
    let analysis = file.shown();
    let _ = write!(text, "**Row {j}** {}", code(module_name(&file.model.rows[j])));
    match analysis.rows.get(j).and_then(|row| row.output.as_ref()) {
        Some(output) => {
            let _ = write!(text, " returns {}", describe::shapes(output));
            let map = output.first_tensor().and_then(|shape| shape.bchw().ok());
            if let Some(stride) = map.and_then(|[.., height, width]| analysis.stride([height, width])) {
                let _ = write!(text, ", stride {stride}");
            }
        }
        None => text.push_str(" has an unknown output"),
    }
    let mut readers: Vec<usize> = wiring::reads(file).filter(|r| r.source == j).map(|r| r.reader).collect();
    readers.dedup();
    let readers: Vec<String> = readers.iter().map(usize::to_string).collect();
    let rows = if readers.len() == 1 { "row" } else { "rows" };
    let _ = write!(text, "\n\nRead by {rows} {}", readers.join(", "));
    Some(text)
}

fn repeats(file: &ModelFile, i: usize) -> Option<String> {
    let value = arguments::repeats(file, i)?;
    let analysis = file.shown();
    let row = &analysis.rows[i];
    let name = code(module_name(&file.model.rows[i]));
    let use_of = match row.args.iter().position(|arg| arg.origin == Origin::Repeats) {
        Some(_) => format!("{name} gets it as an argument."),
        None if row.repeats > 1 => format!("Stacks {} {name} modules.", row.repeats),
        None => format!("One {name}."),
    };
    Some(format!("**repeats** times the scale's depth\n\n{}\n{use_of}", fenced("text", &value)))
}

fn key(file: &ModelFile, k: usize) -> Option<String> {
    let key = &file.model.keys[k];
    let known = file.dialect().keys().iter().find(|known| known.name == key.name);
    let doc = known.map_or("The framework's `parse_model` doesn't read this key.", |known| known.doc);
    let mut text = format!("**{}**\n\n{doc}", code(&key.name));
    if !file.framework().is_empty() {
        let _ = write!(text, "\n\nread with {}", file.framework());
    }
    if let Some(section) = file.model.sections.iter().find(|section| section.name == key.name) {
        let rows = &file.shown().rows[section.rows.clone()];
        let _ = write!(text, "\n\n{}", units::counted(rows.len(), "row"));
        let params = rows.iter().try_fold(0u64, |sum, row| Some(sum.saturating_add(row.params?)));
        if let Some(params) = params {
            let _ = write!(text, ", {} params", units::params(params));
        }
        let ops = rows.iter().try_fold(0u128, |sum, row| Some(sum.saturating_add(row.ops?)));
        if let Some(ops) = ops {
            let _ = write!(text, ", {}", file.shown().convention.format_ops(ops));
        }
        let _ = write!(text, "{}", describe::needs(file, file.shown()));
    }
    if key.name == "scales" && file.model.scales().next().is_some() {
        text.push_str("\n\n| scale | layers | params | cost |\n| --- | ---: | ---: | ---: |");
        for analysis in file.model.scales().filter_map(|(letter, ..)| file.at_scale(letter)) {
            let totals = analysis.totals.as_ref();
            let cell = |text: Option<String>| text.unwrap_or("?".to_owned());
            let layers = cell(totals.map(|t| units::grouped(t.layers as u128)));
            let params = cell(totals.map(|t| units::params(t.params)));
            let ops = cell(totals.and_then(|t| t.ops).map(|ops| analysis.convention.format_ops(ops)));
            let _ = write!(text, "\n| {} | {layers} | {params} | {ops} |", code(&analysis.scale));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::testing::at_cursor;

    const MODEL: &str = "\
nc: 3
own: [1, 2]
scales:
  n: [0.50, 0.25, 1024]
  m: [0.50, 1.00, 512]
backbone:
  - [-1, 1, Conv, [64, 3, 2]] # 0
  - [-1, 4, C3k2, [100, False, 0.25]] # 1
  - [0, 2, Conv, [2048, 1]] # 2
head:
  - [[-1, -2, 1], 1, Concat, [1]] # 3
  - [-1, 1, nn.BatchNorm2d, [7]] # 4
  - [[1, 2], 1, Detect, [nc]] # 5
";

    /// What is said with the cursor behind the first occurrence of `before`: the token, then the rest.
    fn said(before: &str) -> String {
        let (file, offset) = at_cursor(&MODEL.replacen(before, &format!("{before}$0"), 1));
        match hover(&file, offset) {
            Some(hover) => format!("‹{}›\n{}", hover.span.text(file.text()), hover.markdown),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn modules() {
        expect_test::expect![[r#"
            ‹C3k2›
            ```python
            C3k2(c1, c2, n=1, c3k=False, e=0.5, attn=False, g=1, shortcut=True)
            ```
            C2f around bottlenecks, C3k blocks, or bottlenecks with attention. Since release 8.3.0. ([documentation](https://docs.ultralytics.com/reference/nn/modules/block/#ultralytics.nn.modules.block.C3k2))

            ---
            ```python
            C3k2(c1=16, c2=32, n=2, c3k=False, e=0.25)
            ```
            - reads row 0 (`Conv`) `[1, 16, 320, 320]`
            - returns `[1, 32, 320, 320]`
            - 2,576 parameters (0.9 % of the model)
            - 557,056,000 FLOPs (1.0 % of the model)

            repeats: `4 → max(round(4 × 0.5), 1) → 2`  
            `c2`: `100 → min(100, 1024) × 0.25 = 25, rounded up to a multiple of 8 → 32`

            ```text
            C3k2                            2.58k  0.557 GFLOPs
              cv1: Conv                       288  0.066 GFLOPs
                conv: Conv2d                  256  0.052 GFLOPs
                bn: BatchNorm2d                32  0.013 GFLOPs
              cv2: Conv                     1.09k  0.236 GFLOPs
                conv: Conv2d                1.02k  0.210 GFLOPs
                bn: BatchNorm2d                64  0.026 GFLOPs
              m: ModuleList                 1.20k  0.256 GFLOPs
                0–1: Bottleneck, each of 2    600  0.128 GFLOPs
                  cv1: Conv                   296  0.062 GFLOPs
                    conv: Conv2d              288  0.059 GFLOPs
                    bn: BatchNorm2d             8   3.28 MFLOPs
                  cv2: Conv                   304  0.066 GFLOPs
                    conv: Conv2d              288  0.059 GFLOPs
                    bn: BatchNorm2d            16   6.55 MFLOPs
            ```

            scale `n`, image 640×640, convention ultralytics"#]].assert_eq(&said("C3k2"));
    }

    #[test]
    fn arguments() {
        let all = ["[64", "[64, 3", "[100", "[100, Fal", "[2048", "[7", "[n"];
        let all: Vec<String> = all.iter().map(|before| said(before)).collect();
        expect_test::expect![[r#"
            ‹64›
            **`c2`** of `Conv`: an integer

            ```text
            64 → min(64, 1024) × 0.25 → 16
            ```

            ---
            ‹3›
            **`k`** of `Conv`: an integer or a list of them, default `1`

            ```text
            3
            ```

            ---
            ‹100›
            **`c2`** of `C3k2`: an integer

            ```text
            100 → min(100, 1024) × 0.25 = 25, rounded up to a multiple of 8 → 32
            ```

            ---
            ‹False›
            **`c3k`** of `C3k2`: true or false, default `False`

            ```text
            False
            ```

            ---
            ‹2048›
            **`c2`** of `Conv`: an integer

            ```text
            2048 → min(2048, 1024) × 0.25 → 256
            ```

            ---
            ‹7›
            The framework doesn't pass this argument to `nn.BatchNorm2d`.
            ---
            ‹nc›
            **`nc`** of `Detect`: an integer, default `80`

            ```text
            nc → 3
            ```
        "#]]
        .assert_eq(&all.join("\n---\n"));
    }

    #[test]
    fn arguments_that_a_scale_overrides() {
        let text = MODEL.replace("nc: 3", "# yolint: scale m").replace("[100, F", "[100, $0F");
        let (file, offset) = at_cursor(&text);
        let said = hover(&file, offset).unwrap().markdown;
        assert!(said.contains("**`c3k`**") && said.contains("\nFalse → True at scale m\n"), "{said}");
    }

    #[test]
    fn entries_of_from() {
        let all: Vec<String> = ["[-1", "[-1, 4, C3k2, [100, False, 0.25]] # 1\n  - [0", "[[-1", "-2", "[[1"]
            .iter()
            .map(|before| said(before))
            .collect();
        expect_test::expect![[r#"
            ‹-1›
            The image
            ---
            ‹0›
            **Row 0** `Conv` returns `[1, 16, 320, 320]`, stride 2

            Read by rows 1, 2
            ---
            ‹-1›
            `-1` is the row above

            **Row 2** `Conv` returns `[1, 256, 320, 320]`, stride 2

            Read by rows 3, 5
            ---
            ‹-2›
            `-2` counts back from this row

            **Row 1** `C3k2` returns `[1, 32, 320, 320]`, stride 2

            Read by rows 3, 5
            ---
            ‹1›
            **Row 1** `C3k2` returns `[1, 32, 320, 320]`, stride 2

            Read by rows 3, 5"#]]
        .assert_eq(&all.join("\n---\n"));
    }

    #[test]
    fn repeats_of_rows() {
        let all: Vec<String> = ["[-1, 1", "[-1, 4", "[0, 2"].iter().map(|before| said(before)).collect();
        expect_test::expect![[r#"
            ‹1›
            **repeats** times the scale's depth

            ```text
            1
            ```

            One `Conv`.
            ---
            ‹4›
            **repeats** times the scale's depth

            ```text
            4 → max(round(4 × 0.5), 1) → 2
            ```

            `C3k2` gets it as an argument.
            ---
            ‹2›
            **repeats** times the scale's depth

            ```text
            2 → max(round(2 × 0.5), 1) → 1
            ```

            One `Conv`."#]]
        .assert_eq(&all.join("\n---\n"));
    }

    #[test]
    fn keys_and_scales() {
        let all = ["nc", "own: [", "scales", "  n: [", "back"];
        let all: Vec<String> = all.iter().map(|before| said(before)).collect();
        expect_test::expect![[r#"
            ‹nc›
            **`nc`**

            Number of classes. When the model is trained, the dataset's number overrides it.
            ---
            ‹own›
            **`own`**

            The framework's `parse_model` doesn't read this key.
            ---
            ‹scales›
            **`scales`**

            For each scale `[depth, width, max_channels]`: depth multiplies `repeats` above 1; channels are capped at max_channels, multiplied by width and rounded up to a multiple of 8.

            | scale | layers | params | cost |
            | --- | ---: | ---: | ---: |
            | `n` | 48 | 272k | 56.3 GFLOPs |
            | `m` | 68 | 600k | 124 GFLOPs |
            ---
            ‹n: [0.50, 0.25, 1024]›
            **`n`** depth 0.5, width 0.25, at most 1024 channels

            - 48 layers
            - 272,342 parameters, 272,326 of them trainable
            - 56.3 GFLOPs

            The rows show this scale: it is the first one, and nothing selects another.

            scale `n`, image 640×640, convention ultralytics

            Needs Ultralytics 8.3.0 or later (`C3k2`).

            Image sides: multiples of 32, at least 32.
            ---
            ‹backbone›
            **`backbone`**

            The model's first rows, each `[from, repeats, module, args]`.

            3 rows, 7.65k params, 1.71 GFLOPs

            Needs Ultralytics 8.3.0 or later (`C3k2`).

            Image sides: multiples of 32, at least 32."#]].assert_eq(&all.join("\n---\n"));
        assert_eq!(said("# 5"), "nothing");
    }
}
