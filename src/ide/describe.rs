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

/// Describes row `i`: its module, inputs, output and costs with a breakdown, or why they aren't known.
pub(super) fn row(file: &ModelFile, i: usize) -> String {
    row_in(file, i, Focus::new(file, i).as_ref())
}

/// The same, with the lines that made the module's parts, if the run of the framework's source was noted.
pub(super) fn row_in(file: &ModelFile, i: usize, focus: Option<&Focus>) -> String {
    let parts = match focus {
        Some(focus) => breakdown(focus.analysis(), i, |module| focus.made_at(module)),
        None => breakdown(file.shown(), i, |_| None),
    };
    let parts = parts.map(|parts| fenced("text", &parts) + "\n");
    let changed = since_head::row(file, i).map(|changed| format!("\n{changed}\n")).unwrap_or_default();
    format!("{}{changed}\n{}{}", summary(file, i), parts.unwrap_or_default(), circumstances(file.shown()))
}

/// Like [`row`] without the breakdown, which is much cheaper if all rows are described at once.
pub(super) fn row_in_short(file: &ModelFile, i: usize) -> String {
    format!("{}\n{}", summary(file, i), circumstances(file.shown()))
}

fn summary(file: &ModelFile, i: usize) -> String {
    let analysis = file.shown();
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
        let _ = writeln!(text, "- reads {}", inputs.join(", "));
    }
    if let Some(output) = &row.output {
        let _ = writeln!(text, "- returns {}", shapes(output));
    }
    let totals = analysis.totals.as_ref();
    if let Some(params) = row.params {
        let share = share(params as f64, totals.map(|t| t.params as f64));
        let frozen = row.trainable.map(|trainable| params - trainable).filter(|&n| n > 0);
        let frozen = frozen.map(|n| format!(", {} of them frozen", units::grouped(n.into())));
        let _ = writeln!(text, "- {} parameters{}{share}", units::grouped(params.into()), frozen.unwrap_or_default());
    }
    if let Some(ops) = row.ops {
        let share = share(ops as f64, totals.and_then(|t| t.ops).map(|n| n as f64));
        let _ = writeln!(
            text,
            "- {} {}{share}",
            units::grouped(analysis.convention.displayed(ops)),
            analysis.convention.unit()
        );
    }
    if let Some(intensity) =
        of_row(analysis, i).filter(|moved| moved.products > 0).and_then(|m| m.intensity(Precision::Fp16))
    {
        let _ = writeln!(text, "- {intensity:.0} FLOP for each byte that it moves in fp16");
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
    if let Some(found) = file.transfer(file.shown())
        && let Some(row) = found.transfer.rows.get(i).filter(|row| row.items > 0)
    {
        let loss = row.loss.as_ref().map(|loss| format!(": {loss}")).unwrap_or_default();
        let _ = writeln!(text, "- {} of {} weights from {}{loss}", row.kept, row.items, code(&found.name));
    }
    if let Some(rows) = file.freeze().filter(|&rows| i < rows) {
        let freeze = file.shown().freeze(rows);
        let left = freeze.map(|freeze| {
            let [trained, params] = [freeze.trained, freeze.params].map(|n| units::grouped(n.into()));
            format!(", so that {trained} of {params} parameters of the model are")
        });
        let _ = writeln!(text, "- isn't trained (`freeze: {rows}`){}", left.unwrap_or_default());
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
    scale_in_short(file, analysis) + &needs(file, analysis)
}

/// The same without what it needs, for which it is run on other images.
pub(super) fn scale_in_short(file: &ModelFile, analysis: &Analysis) -> String {
    let letter = analysis.scale.as_str();
    let scaling = &analysis.scaling;
    let mut text = format!(
        "**{}** depth {}, width {}, at most {} channels\n\n",
        code(letter),
        scaling.depth,
        scaling.width,
        scaling.max_channels
    );
    match &analysis.totals {
        Some(totals) => {
            let _ = writeln!(text, "- {} layers", units::grouped(totals.layers as u128));
            let _ = writeln!(
                text,
                "- {} parameters, {} of them trainable",
                units::grouped(totals.params.into()),
                units::grouped(totals.trainable.into())
            );
            if let Some(total) = totals.ops {
                let _ = writeln!(text, "- {}", analysis.convention.format_ops(total));
            }
        }
        None => text.push_str("**?** Some rows can't be built.\n"),
    }
    if let Some(changed) = since_head::totals(file, analysis) {
        let _ = writeln!(text, "- {changed}");
    }
    if file.choice().letter() == letter {
        let why = match file.choice() {
            ScaleChoice::Asked(_) => "the settings or a command select it",
            ScaleChoice::Directive(_) => "a directive in the file selects it",
            ScaleChoice::FileName(_) => "the file's name selects it",
            ScaleChoice::First(_) | ScaleChoice::None => "it is the first one, and nothing selects another",
        };
        let _ = writeln!(text, "\nThe rows show this scale: {why}.");
    }
    let _ = write!(text, "\n{}", circumstances(analysis));
    text
}

/// What a file needs: a release of the framework, and sizes of images.
pub(super) fn needs(file: &ModelFile, analysis: &Analysis) -> String {
    let mut text = String::new();
    let is_builtin = file.dialect().source().is_none();
    if let Some((release, module)) = needed_release(file.dialect(), &file.model).filter(|_| is_builtin) {
        let _ = write!(text, "\n\nNeeds Ultralytics {release} or later ({}).", code(module));
    }
    if let Some(sizes) = sizes(&file.model, analysis) {
        let _ = write!(text, "\n\nImage sides: {sizes}.");
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
        let _ = write!(call, "  # {} modules in sequence", row.repeats);
    }
    call
}

fn input(file: &ModelFile, analysis: &Analysis, source: Source) -> String {
    let Source::Row(j) = source else { return "the image".to_owned() };
    let name = file.model.rows.get(j).and_then(|row| row.module_name());
    let output = analysis.rows.get(j).and_then(|row| row.output.as_ref());
    let shape = output.map_or("?".to_owned(), shapes);
    format!("row {j} ({}) {shape}", code(name.unwrap_or("?")))
}

/// Formats the shapes of an output, with their batch dimension.
pub(super) fn shapes(value: &Value) -> String {
    let shapes: Vec<String> = value.shapes().iter().map(|shape| code(&shape.to_string())).collect();
    if shapes.is_empty() { "?".to_owned() } else { shapes.join(", ") }
}

fn share(part: f64, whole: Option<f64>) -> String {
    match whole {
        Some(whole) if whole > 0.0 => format!(" ({:.1} % of the model)", 100.0 * part / whole),
        _ => String::new(),
    }
}

/// `scale n, image 640×640, convention ultralytics`
fn circumstances(analysis: &Analysis) -> String {
    let [height, width] = analysis.imgsz;
    let letter = analysis.scale.as_str();
    let scale = if letter.is_empty() { String::new() } else { format!("scale {}, ", code(letter)) };
    format!("{scale}image {height}×{width}, convention {}", analysis.convention)
}
