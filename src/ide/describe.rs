//! Descriptions of rows and scales in Markdown.

use std::fmt::Write as _;

use super::breakdown::breakdown;
use super::source::Focus;
use super::{ModelFile, arguments, since_head};
use crate::analysis::{Analysis, sizes};
use crate::bound::{Precision, of_row};
use crate::cost::units;
use crate::dialect::{ScaleChoice, needed_release};
use crate::model::Source;
use crate::rules;
use crate::text::markdown::{code, fenced};
use crate::torch::Value;
use crate::words::{Message, comma, message};

/// Describes row `i`: its module, inputs, output and costs with a breakdown, or why they aren't known.
pub(super) fn row(file: &ModelFile, i: usize) -> String {
    row_in(file, i, Focus::new(file, i).as_ref())
}

/// The same, with the lines that made the module's parts, if the run of the framework's source was noted.
pub(super) fn row_in(file: &ModelFile, i: usize, focus: Option<&Focus>) -> String {
    let parts = match focus {
        Some(focus) => breakdown(focus.analysis(), i, file.language(), |module| focus.made_at(module)),
        None => breakdown(file.at_active_scale(), i, file.language(), |_| None),
    };
    let parts = parts.map(|parts| fenced("text", &parts) + "\n");
    let changed = since_head::row(file, i).map(|changed| format!("\n{changed}\n")).unwrap_or_default();
    format!(
        "{}{changed}\n{}{}",
        summary(file, i),
        parts.unwrap_or_default(),
        circumstances(file, file.at_active_scale())
    )
}

/// Like [`row`] without the breakdown, which is much cheaper if all rows are described at once.
pub(super) fn row_in_short(file: &ModelFile, i: usize) -> String {
    format!("{}\n{}", summary(file, i), circumstances(file, file.at_active_scale()))
}

fn summary(file: &ModelFile, i: usize) -> String {
    let analysis = file.at_active_scale();
    let row = &analysis.rows[i];
    let mut text = String::new();
    if row.params.is_some() {
        text.push_str(&fenced("python", &constructor(file, analysis, i)));
    }
    if let Some(reason) = rules::reason(analysis, row) {
        text.push_str(&fenced("text", &file.say(&reason)));
    }
    let inputs: Vec<String> = row.from.iter().map(|source| input(file, analysis, *source)).collect();
    if !inputs.is_empty() {
        let _ = writeln!(text, "- {}", file.say(&message!("describe-reads", inputs = comma(&inputs))));
    }
    if let Some(output) = &row.output {
        let _ = writeln!(text, "- {}", file.say(&message!("describe-returns", output = shapes(output))));
    }
    let totals = analysis.totals.as_ref();
    if let Some(params) = row.params {
        let frozen = row.trainable.map(|trainable| params - trainable).filter(|&n| n > 0);
        let n = units::grouped(params.into());
        let message = match frozen {
            Some(frozen) => message!("describe-params-frozen", n, frozen = units::grouped(frozen.into())),
            None => message!("describe-params", n),
        };
        let message = with_share(message, params as f64, totals.map(|t| t.params as f64));
        let _ = writeln!(text, "- {}", file.say(&message));
    }
    if let Some(ops) = row.ops {
        let n = units::grouped(analysis.convention.displayed(ops));
        let message = format!("{n} {}", analysis.convention.unit()).into();
        let message = with_share(message, ops as f64, totals.and_then(|t| t.ops).map(|n| n as f64));
        let _ = writeln!(text, "- {}", file.say(&message));
    }
    if let Some(intensity) =
        of_row(analysis, i).filter(|moved| moved.products > 0).and_then(|m| m.intensity(Precision::Fp16))
    {
        let intensity = format!("{intensity:.0}");
        let _ = writeln!(text, "- {}", file.say(&message!("describe-intensity", intensity)));
    }
    text.push_str(&training(file, i));
    let changed = changed_cells(file, i);
    if !changed.is_empty() {
        let _ = writeln!(text, "\n{}", changed.join("  \n"));
    }
    text
}

/// Describes what training begins with: pretrained weights, and whether the row is trained at all.
fn training(file: &ModelFile, i: usize) -> String {
    let mut text = String::new();
    if let Some(found) = file.transfer()
        && let Some(row) = found.transfer.rows.get(i).filter(|row| row.items > 0)
    {
        let (kept, items, base) = (row.kept, row.items, code(&found.name));
        let message = match file.names_weights() {
            true => message!("describe-weights", kept, items, base),
            false => message!("describe-weights-likely", kept, items, base),
        };
        let message = match &row.loss {
            Some(loss) => message!("with-reason", message, reason = loss.message()),
            None => message,
        };
        let _ = writeln!(text, "- {}", file.say(&message));
    }
    if let Some(rows) = file.freeze().filter(|&rows| i < rows) {
        let freeze = file.at_active_scale().freeze(rows);
        let message = match freeze {
            Some(freeze) => {
                let [trained, params] = [freeze.trained, freeze.params].map(|n| units::grouped(n.into()));
                message!("describe-frozen-of", rows, trained, params)
            }
            None => message!("describe-frozen", rows),
        };
        let _ = writeln!(text, "- {}", file.say(&message));
    }
    text
}

/// Describes the cells whose values change before the module is built.
fn changed_cells(file: &ModelFile, i: usize) -> Vec<String> {
    let args = file.model.rows[i].args().map_or(0, |args| args.items.len());
    let mut changed = Vec::new();
    let repeats = arguments::repeats(file, i).filter(|way| way.contains('→'));
    changed.extend(repeats.map(|way| format!("repeats: {}", code(&way))));
    for j in 0..args {
        let Some(way) = arguments::argument(file, i, j).filter(|way| way.contains('→')) else { continue };
        let param = arguments::param(file, i, j);
        let name = param.as_ref().map_or("argument", |param| &param.name);
        changed.push(format!("{}: {}", code(name), code(&way)));
    }
    changed
}

/// Describes the model's cost at a scale, and what it needs.
pub(super) fn scale(file: &ModelFile, analysis: &Analysis) -> String {
    scale_in_short(file, analysis) + &fused(file, analysis).unwrap_or_default() + &needs(file, analysis)
}

/// The same without what it needs, for which it is run on other images.
pub(super) fn scale_in_short(file: &ModelFile, analysis: &Analysis) -> String {
    let letter = analysis.scale.as_str();
    let scaling = &analysis.scaling;
    let (depth, width, max_channels) = (&scaling.depth, &scaling.width, &scaling.max_channels);
    let said = file.say(&message!("describe-scaling", depth, width, max_channels));
    let mut text = format!("**{}** {said}\n\n", code(letter));
    match &analysis.totals {
        Some(totals) => {
            let n = units::grouped(totals.layers as u128);
            let _ = writeln!(text, "- {}", file.say(&message!("amount-layers", n)));
            let [n, trainable] = [totals.params, totals.trainable].map(|n| units::grouped(n.into()));
            let _ = writeln!(text, "- {}", file.say(&message!("describe-trainable", n, trainable)));
            if let Some(total) = totals.ops {
                let _ = writeln!(text, "- {}", analysis.convention.format_ops(total));
            }
        }
        None => {
            let _ = writeln!(text, "**?** {}", file.say(&message!("describe-not-built")));
        }
    }
    if let Some(changed) = since_head::totals(file, analysis) {
        let _ = writeln!(text, "- {changed}");
    }
    if file.choice().letter() == letter {
        let why = match file.choice() {
            ScaleChoice::Asked(_) => message!("shown-asked"),
            ScaleChoice::Directive(_) => message!("shown-directive"),
            ScaleChoice::FileName(_) => message!("shown-file-name"),
            ScaleChoice::First(_) | ScaleChoice::None => message!("shown-first"),
        };
        let _ = writeln!(text, "\n{}", file.say(&why));
    }
    let _ = write!(text, "\n{}", circumstances(file, analysis));
    text
}

/// What the model costs as it is deployed.
fn fused(file: &ModelFile, analysis: &Analysis) -> Option<String> {
    if analysis.fused || analysis.totals.is_none() {
        return None;
    }
    let fused = analysis.deployed(&file.model, analysis.imgsz)?;
    let totals = fused.totals.as_ref()?;
    let (layers, params) = (units::grouped(totals.layers as u128), units::grouped(totals.params.into()));
    let ops = fused.convention.format_ops(totals.ops?);
    Some(format!("\n\n{}", file.say(&message!("describe-fused", layers, params, ops))))
}

/// What a file needs: a release of the framework, and sizes of images.
pub(super) fn needs(file: &ModelFile, analysis: &Analysis) -> String {
    let mut text = String::new();
    let is_builtin = file.dialect().source().is_none();
    if let Some((release, module)) = needed_release(file.dialect(), &file.model).filter(|_| is_builtin) {
        let said = file.say(&message!("describe-needs", release, module = code(module)));
        let _ = write!(text, "\n\n{said}");
    }
    if let Some(sizes) = sizes(&file.model, analysis) {
        let said = file.say(&message!("describe-sides", sizes = sizes.message()));
        let _ = write!(text, "\n\n{said}");
    }
    text
}

/// Returns the module's constructor call with named arguments: `Conv(c1=3, c2=16, k=3, s=2)`.
fn constructor(file: &ModelFile, analysis: &Analysis, i: usize) -> String {
    let row = &analysis.rows[i];
    let module = file.model.rows[i].module();
    let name = module.map(|cell| cell.value.as_str().map_or(cell.value.to_string(), str::to_owned));
    let name = name.unwrap_or_default();
    let known = row.info.as_ref().and_then(|_| file.module_of(i));
    let params = known.as_ref().map_or(&[][..], |module| &module.params);
    let args = row.args.iter().enumerate().map(|(j, arg)| match params.get(j) {
        Some(param) => format!("{}={}", param.name, arg.value),
        None => arg.value.to_string(),
    });
    let mut call = format!("{name}({})", args.collect::<Vec<_>>().join(", "));
    let class = row.module.map(|id| analysis.trace.modules[id].class.name());
    if row.repeats > 1 && class == Some("Sequential") && name != "Sequential" {
        let _ = write!(call, "  # {}", file.say(&message!("describe-sequence", count = row.repeats)));
    }
    call
}

fn input(file: &ModelFile, analysis: &Analysis, source: Source) -> String {
    let Source::Row(j) = source else { return file.say(&message!("the-image")) };
    let name = file.model.rows.get(j).and_then(|row| row.module_name());
    let output = analysis.rows.get(j).and_then(|row| row.output.as_ref());
    let shape = output.map_or("?".to_owned(), shapes);
    file.say(&message!("describe-input", row = j, module = code(name.unwrap_or("?")), shape))
}

/// Formats the shapes of an output, with their batch dimension.
pub(super) fn shapes(value: &Value) -> String {
    let shapes: Vec<String> = value.shapes().iter().map(|shape| code(&shape.to_string())).collect();
    if shapes.is_empty() { "?".to_owned() } else { shapes.join(", ") }
}

/// A message about a part of the model, with its share.
fn with_share(message: Message, part: f64, whole: Option<f64>) -> Message {
    match whole {
        Some(whole) if whole > 0.0 => {
            message!("describe-share", message, percent = format!("{:.1}", 100.0 * part / whole))
        }
        _ => message,
    }
}

/// `scale n, image 640×640, convention ultralytics`
fn circumstances(file: &ModelFile, analysis: &Analysis) -> String {
    let [height, width] = analysis.imgsz;
    let (letter, convention) = (analysis.scale.as_str(), analysis.convention);
    file.say(&match letter {
        "" => message!("circumstances", height, width, convention),
        letter => message!("circumstances-of-scale", scale = code(letter), height, width, convention),
    })
}
