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
use crate::rules::{self, Rule, Severity};
use crate::text::Span;
use crate::text::markdown::{code, fenced};
use crate::torch::Type;
use crate::words::{Message, comma, message};

/// Description of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The token.
    pub span: Span,
    /// Description in Markdown.
    pub markdown: String,
}

/// Describes the token at `offset`, and the rules of the errors and warnings there.
pub fn hover(file: &ModelFile, offset: u32) -> Option<Hover> {
    let token = token(file, offset);
    let found = file.findings().iter().map(|finding| &finding.diagnostic);
    let found = found.filter(|found| found.span.touches(offset) && found.severity != Severity::Hint);
    let mut names: Vec<&str> = found.clone().map(|found| found.rule).collect();
    names.dedup();
    let rules: Vec<String> = names.into_iter().filter_map(rules::find).map(|found| rule(file, found)).collect();
    if rules.is_empty() {
        return token;
    }
    let span = token.as_ref().map(|token| token.span).or_else(|| found.clone().next().map(|found| found.span))?;
    let parts: Vec<String> = token.map(|token| token.markdown).into_iter().chain(rules).collect();
    Some(Hover { span, markdown: parts.join("\n\n---\n") })
}

/// The beginning of a rule's page.
fn rule(file: &ModelFile, rule: &Rule) -> String {
    let more = message!("hover-more", command = code(&format!("yolint rule {}", rule.name)));
    format!("**{}** {}\n\n{}", rule.name, rule.beginning(file.language()), file.say(&more))
}

fn token(file: &ModelFile, offset: u32) -> Option<Hover> {
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
        let _ = write!(text, "\n- {}", file.say(&standing.title()));
        if standing.is_over() == Some(true) {
            let fitting = budget::what_ifs(&file.model, analysis, &file.all(), &standing);
            let fits = fitting.iter().map(|what| file.say(&message!("hover-fits", what)));
            fits.for_each(|said| text += &format!("\n  - {said}"));
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
    let page = module.page.as_ref().map(|url| file.say(&message!("documentation-at", url))).unwrap_or_default();
    let place = module.place.as_ref().map(|place| format!("\n\n{}", source::link(place))).unwrap_or_default();
    let since = file.dialect().since(&module.name);
    let since = since.map(|release| file.say(&message!("hover-since", release))).unwrap_or_default();
    format!(
        "{}{}{since}{page}{place}{treatment}\n\n---\n{row}",
        fenced("python", &module.to_string()),
        file.say(&module.doc)
    )
}

/// Describes an argument: its parameter, and how its value is computed. None if the module isn't known.
fn argument(file: &ModelFile, i: usize, j: usize) -> Option<String> {
    let row = &file.model.rows[i];
    let name = module_name(row);
    file.module(name)?;
    let Some(value) = arguments::argument(file, i, j) else {
        let is_built = file.at_active_scale().rows[i].params.is_some();
        return is_built.then(|| file.say(&message!("argument-not-passed", module = code(name))));
    };
    let mut text = String::new();
    match arguments::param(file, i, j) {
        Some(param) => {
            let (parameter, module, kind) = (code(&param.name), code(name), type_words(param.ty));
            let message = match param.default.as_ref().filter(|_| !param.takes_rest()) {
                Some(default) => {
                    message!("parameter-default", parameter, module, kind, default = code(&default.to_string()))
                }
                None => message!("parameter-of", parameter, module, kind),
            };
            let _ = writeln!(text, "{}", file.say(&message));
        }
        None => {
            let _ = writeln!(text, "{}", file.say(&message!("an-argument-of", module = code(name))));
        }
    }
    let _ = write!(text, "\n{}", fenced("text", &value));
    Some(text)
}

fn type_words(ty: Type) -> Message {
    match ty {
        Type::Int => message!("type-int"),
        Type::OptInt => message!("type-opt-int"),
        Type::Float => message!("type-float"),
        Type::Bool => message!("type-bool"),
        Type::Size => message!("type-size"),
        Type::OptSize => message!("type-opt-size"),
        Type::Act => message!("type-act"),
        Type::Ints => message!("type-ints"),
        Type::Str => message!("type-str"),
        Type::Any => message!("type-any"),
    }
}

/// Describes a `from` entry: the row that it names, that row's output and its readers.
fn from(file: &ModelFile, i: usize, entry: Option<usize>) -> Option<String> {
    let value = entry_value(file.model.rows[i].from()?, entry)?;
    let Source::Row(j) = from::read(value, i)? else { return Some(file.say(&message!("hover-image"))) };
    let entry = code(&value.to_string());
    let how = match value.as_int() {
        Some(-1) => Some(message!("entry-is-above", entry)),
        Some(n) if n < 0 => Some(message!("entry-counts-back", entry)),
        _ => None,
    };
    let mut text = how.map(|how| file.say(&how) + "\n\n").unwrap_or_default();
    let analysis = file.at_active_scale();
    let module = code(module_name(&file.model.rows[j]));
    text += &file.say(&match analysis.rows.get(j).and_then(|row| row.output.as_ref()) {
        Some(returned) => {
            let output = describe::shapes(returned);
            let map = returned.first_tensor().and_then(|shape| shape.bchw().ok());
            match map.and_then(|[.., height, width]| analysis.stride([height, width])) {
                Some(stride) => message!("hover-row-stride", row = j, module, output, stride),
                None => message!("hover-row", row = j, module, output),
            }
        }
        None => message!("hover-row-unknown", row = j, module),
    });
    let mut readers: Vec<usize> = wiring::reads(file).filter(|r| r.source == j).map(|r| r.reader).collect();
    readers.dedup();
    let said = file.say(&message!("hover-read-by", count = readers.len(), readers = comma(&readers)));
    let _ = write!(text, "\n\n{said}");
    Some(text)
}

fn repeats(file: &ModelFile, i: usize) -> Option<String> {
    let value = arguments::repeats(file, i)?;
    let analysis = file.at_active_scale();
    let row = &analysis.rows[i];
    let name = code(module_name(&file.model.rows[i]));
    let use_of = match row.args.iter().position(|arg| arg.origin == Origin::Repeats) {
        Some(_) => message!("repeats-as-argument", name),
        None if row.repeats > 1 => message!("repeats-stacked", repeats = row.repeats, name),
        None => message!("repeats-once", name),
    };
    let head = file.say(&message!("hover-repeats"));
    Some(format!("{head}\n\n{}\n{}", fenced("text", &value), file.say(&use_of)))
}

fn key(file: &ModelFile, k: usize) -> Option<String> {
    let key = &file.model.keys[k];
    let known = file.dialect().keys().iter().find(|known| known.name == key.name);
    let doc = match known {
        Some(known) => file.say(&known.doc),
        None => file.say(&message!("key-not-of-parse-model")),
    };
    let mut text = format!("**{}**\n\n{doc}", code(&key.name));
    if let Some(framework) = file.framework() {
        let said = file.say(&message!("hover-read-with", framework));
        let _ = write!(text, "\n\n{said}");
    }
    if let Some(section) = file.model.sections.iter().find(|section| section.name == key.name) {
        let rows = &file.at_active_scale().rows[section.rows.clone()];
        let _ = write!(text, "\n\n{}", file.say(&message!("counted-rows", count = rows.len())));
        let params = rows.iter().try_fold(0u64, |sum, row| Some(sum.saturating_add(row.params?)));
        if let Some(params) = params {
            let said = file.say(&message!("amount-params", n = units::params(params)));
            let _ = write!(text, ", {said}");
        }
        let ops = rows.iter().try_fold(0u128, |sum, row| Some(sum.saturating_add(row.ops?)));
        if let Some(ops) = ops {
            let _ = write!(text, ", {}", file.at_active_scale().convention.format_ops(ops));
        }
        let _ = write!(text, "{}", describe::needs(file, file.at_active_scale()));
    }
    if key.name == "scales" && file.model.scales().next().is_some() {
        let _ = write!(text, "\n\n{}\n| --- | ---: | ---: | ---: |", file.say(&message!("hover-scales")));
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
    fn the_rule_of_an_error_is_explained() {
        let (file, offset) = at_cursor("backbone:\n  - [-1, 1, Co$0nw, [8]]\nhead: []\n");
        let said = hover(&file, offset).unwrap().markdown;
        let rule = rules::find("unknown-module").unwrap();
        assert!(said.contains(&format!("**unknown-module** {}\n\n", rule.summary())), "{said}");
        assert!(said.ends_with("More: `yolint rule unknown-module`"), "{said}");
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
            - 17 FLOP for each byte that it moves in fp16

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
            **dead-layer** No row reads this row's output.

            Reports a row, other than the last one, that no row reads: the next row doesn't read -1, and no row below names its
            index. The finding also names the rows that only lead to it. Nothing is reported while a row is incomplete, has an
            unknown module or has an invalid `from`, because the wiring isn't known then.

            If the head reads the `Concat` right above a block that nobody reads, the finding says so, and the fix lets
            the head read the block. If the row ends a level of its own that the head leaves out, the fix adds it to the
            head's `from`.

            More: `yolint rule dead-layer`
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

            As it is deployed: 28 layers, 271,262 parameters, 55.5 GFLOPs

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
