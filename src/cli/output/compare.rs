//! Many models side by side: text, Markdown, CSV, LaTeX, JSON, a plot, and a page with plot and table.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::json::{VERSION, fits};
use super::{columns, terminal};
use crate::cli::entries::{Comparison, Entry};
use crate::cost::units;
use crate::graph::plot::{Plot, Series, front};
use crate::text::markdown::code;
use crate::text::xml::escaped;
use crate::words::{Language, message};

/// A heading and a line for each model.
fn lines(all: &Comparison, language: Language) -> Vec<Vec<String>> {
    let mut heading = vec![
        message!("heading-model"),
        message!("heading-layers"),
        message!("heading-params"),
        "±%".into(),
        all.unit.as_str().into(),
        "±%".into(),
        message!("heading-weights"),
        message!("heading-activations"),
    ];
    heading.extend(all.base.iter().map(|_| message!("heading-transferred")));
    heading.extend(all.device.iter().map(|device| format!("ms ≥ ({device})").into()));
    let first = &all.entries[0];
    let mut lines = vec![heading.iter().map(|name| language.say(name)).collect::<Vec<_>>()];
    for entry in &all.entries {
        let known = |text: Option<String>| text.unwrap_or("?".to_owned());
        let mut line = vec![
            language.say(&entry.name),
            known(entry.layers.map(|n| units::grouped(n.into()))),
            known(entry.params.map(units::params)),
            change(first.params.map(|n| n as f64), entry.params.map(|n| n as f64)),
            known(entry.ops.map(billions)),
            change(first.ops.map(|n| n as f64), entry.ops.map(|n| n as f64)),
            known(entry.weights.map(|bytes| units::bytes(bytes.fp16.into()))),
            known(entry.activations.map(units::bytes)),
        ];
        if all.base.is_some() {
            line.push(known(entry.transferred.map(|(kept, items)| format!("{kept}/{items}"))));
        }
        if all.device.is_some() {
            line.push(known(entry.ms.map(|ms| format!("{ms:.2}"))));
        }
        lines.push(line);
    }
    lines
}

fn billions(ops: u128) -> String {
    format!("{:.2}", ops as f64 / 1e9)
}

/// By how much a figure differs from the first model's; empty if it doesn't.
fn change(first: Option<f64>, own: Option<f64>) -> String {
    match first.zip(own).filter(|(first, own)| *first > 0.0 && first != own) {
        Some((first, own)) => format!("{:+.1}", (own / first - 1.0) * 100.0),
        None => String::new(),
    }
}

fn notes(all: &Comparison) -> Vec<String> {
    let mut notes = vec![message!("note-first-model", circumstances = all.circumstances)];
    notes.extend(all.base.as_ref().map(|base| message!("note-transferred", base)));
    notes.extend(all.device.as_ref().map(|device| message!("note-bound", device)));
    notes.iter().map(|note| all.language.say(note)).collect()
}

/// Columns that are left out where a terminal is too narrow for all, in this order: both changes, layers, activations, weights.
const SPARED: [&[usize]; 4] = [&[3, 5], &[1], &[7], &[6]];

/// Prints a table for people; in a terminal of some width, the widest table that fits.
pub(in crate::cli) fn text(all: &Comparison, width: Option<usize>) -> String {
    let mut lines = lines(all, all.language);
    let width = width.unwrap_or(usize::MAX);
    let mut table = drawn(&lines, &[]);
    let is_wide = |table: &str| table.lines().any(|line| crate::text::width(line) > width);
    if let Some(heading) = lines[0].last_mut().filter(|_| all.device.is_some() && is_wide(&table)) {
        // The note below names the device.
        heading.truncate(heading.find(" (").unwrap_or(heading.len()));
        table = drawn(&lines, &[]);
    }
    for spared in 1..=SPARED.len() {
        if is_wide(&table) {
            table = drawn(&lines, &SPARED[..spared].concat());
        }
    }
    let notes: Vec<String> = notes(all).iter().map(|note| terminal::broken(note, width)).collect();
    format!("{table}\n{}\n", notes.join("\n"))
}

fn drawn(lines: &[Vec<String>], spared: &[usize]) -> String {
    let kept = |line: &Vec<String>| {
        let cells = line.iter().enumerate().filter(|(k, _)| !spared.contains(k));
        cells.map(|(_, cell)| cell.clone()).collect()
    };
    let lines: Vec<Vec<String>> = lines.iter().map(kept).collect();
    let right: Vec<bool> = (0..lines[0].len()).map(|k| k > 0).collect();
    let mut out = Vec::new();
    // Writing to memory doesn't fail.
    let _ = columns(&lines, &right, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Prints a Markdown table.
pub(in crate::cli) fn markdown(all: &Comparison) -> String {
    let mut lines = lines(all, all.language);
    let rules: Vec<&str> = (0..lines[0].len()).map(|k| if k == 0 { "---" } else { "---:" }).collect();
    for line in &mut lines[1..] {
        line[0] = code(&line[0]);
    }
    let mut out = Vec::new();
    let _ = super::markdown_table(&lines, &rules, &mut out);
    format!("{}\n{}\n", String::from_utf8_lossy(&out), notes(all).join("  \n"))
}

/// Prints whole numbers, one model a line.
pub(in crate::cli) fn csv(all: &Comparison) -> std::io::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "file",
        "model",
        "scale",
        "layers",
        "params",
        "ops",
        "weights_fp16_bytes",
        "activation_peak_bytes",
        "transferred",
        "items",
        "bound_ms",
    ])?;
    for entry in &all.entries {
        let text = |n: Option<u128>| n.map(|n| n.to_string()).unwrap_or_default();
        csv.write_record([
            entry.file.clone(),
            entry.name.english(),
            entry.scale.clone(),
            text(entry.layers.map(u128::from)),
            text(entry.params.map(u128::from)),
            text(entry.ops),
            text(entry.weights.map(|bytes| bytes.fp16.into())),
            text(entry.activations),
            text(entry.transferred.map(|(kept, _)| kept as u128)),
            text(entry.transferred.map(|(_, items)| items as u128)),
            entry.ms.map(|ms| format!("{ms:.4}")).unwrap_or_default(),
        ])?;
    }
    let bytes = csv.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Prints a LaTeX table, which needs the package booktabs.
pub(in crate::cli) fn latex(all: &Comparison) -> String {
    // Papers and their tables are in English.
    let lines = lines(all, Language::English);
    let mut text =
        format!("% {}\n\\begin{{tabular}}{{l{}}}\n\\toprule\n", notes(all).join("; "), "r".repeat(lines[0].len() - 1));
    for (k, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().map(|cell| in_latex(cell)).collect();
        let _ = writeln!(text, "{} \\\\", cells.join(" & "));
        if k == 0 {
            text.push_str("\\midrule\n");
        }
    }
    text + "\\bottomrule\n\\end{tabular}\n"
}

fn in_latex(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => written.extend(['\\', c]),
            '\\' => written.push_str("\\textbackslash{}"),
            '~' => written.push_str("\\textasciitilde{}"),
            '^' => written.push_str("\\textasciicircum{}"),
            '±' => written.push_str("$\\pm$"),
            '≥' => written.push_str("$\\geq$"),
            c => written.push(c),
        }
    }
    written
}

/// JSON, version 1: fields may be added, never renamed. `front` holds the positions of the models than which none has both fewer
/// parameters and fewer operations.
pub(in crate::cli) fn json(all: &Comparison) -> String {
    let models = all.entries.iter().map(|entry| {
        json!({
            "file": entry.file,
            "model": entry.name.english(),
            "scale": entry.scale,
            "layers": entry.layers,
            "params": entry.params,
            "ops": entry.ops.and_then(fits),
            "weights_bytes": entry.weights.map(|bytes| json!({ "fp32": bytes.fp32, "fp16": bytes.fp16, "int8": bytes.int8 })),
            "activation_peak_bytes": entry.activations.and_then(fits),
            "transferred": entry.transferred.map(|(kept, items)| json!({ "transferred": kept, "items": items })),
            "bound_ms": entry.ms,
        })
    });
    let (places, points) = points(all);
    let front: Vec<usize> = front(&points).into_iter().map(|at| places[at]).collect();
    let value = json!({
        "version": VERSION,
        "unit": all.unit,
        "base": all.base,
        "device": all.device,
        "models": models.collect::<Vec<Json>>(),
        "front": front,
    });
    format!("{value}\n")
}

/// The models whose figures are known: their positions, and millions of parameters with billions of operations.
fn points(all: &Comparison) -> (Vec<usize>, Vec<[f64; 2]>) {
    let point = |entry: &Entry| Some([entry.params? as f64 / 1e6, entry.ops? as f64 / 1e9]);
    all.entries.iter().enumerate().filter_map(|(i, entry)| Some((i, point(entry)?))).unzip()
}

/// The plot: a series for each file, and the Pareto front.
pub(in crate::cli) fn plot(all: &Comparison) -> Plot {
    let (places, points) = points(all);
    let mut series: Vec<(&str, Series)> = Vec::new();
    for (&at, &point) in places.iter().zip(&points) {
        let entry = &all.entries[at];
        let known = series.iter().position(|(file, _)| *file == entry.file);
        let known = known.unwrap_or_else(|| {
            series.push((&entry.file, Series::default()));
            series.len() - 1
        });
        series[known].1.points.push((all.language.say(&entry.name), point));
    }
    let mut series: Vec<Series> = series.into_iter().map(|(_, series)| series).collect();
    for series in &mut series {
        series.points.sort_by(|(_, a), (_, b)| a[0].total_cmp(&b[0]));
    }
    let front = front(&points).into_iter().map(|at| points[at]).collect();
    let x = all.language.say(&message!("axis-params"));
    Plot { x, y: all.unit.clone(), series, front, language: all.language }
}

/// Prints a page with the plot and the table.
pub(in crate::cli) fn html(all: &Comparison) -> String {
    let mut table = String::new();
    for (k, line) in lines(all, all.language).iter().enumerate() {
        let tag = if k == 0 { "th" } else { "td" };
        let cells: String = line.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
        let _ = writeln!(table, "<tr>{cells}</tr>");
    }
    let notes: String = notes(all).iter().map(|note| format!("<p>{}</p>\n", escaped(note))).collect();
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n\
         body {{ font: 14px sans-serif; margin: 2em auto; max-width: 60em; }}\n\
         td, th {{ padding: 2px 10px; text-align: right; }}\n\
         td:first-child, th:first-child {{ text-align: left; }}\n\
         th {{ border-bottom: 1px solid #999; }}\n</style>\n{}\n<table>\n{table}</table>\n{notes}</html>\n",
        all.language.tag(),
        escaped(&all.language.say(&message!("page-compared"))),
        plot(all).svg()
    )
}
