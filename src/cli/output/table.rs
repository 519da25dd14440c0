//! Tables: the framework's own, and one with output shapes and GFLOPs added.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::analysis::{Analysis, Options, RowAnalysis, analyse, sizes};
use crate::cli::report::Report;
use crate::cost::{Convention, units};
use crate::ide::breakdown::parts;
use crate::python::Literal;
use crate::torch::Value;
use crate::torch::ops::Shape;
use crate::words::message;

/// Returns the framework's header line, with its column widths.
fn framework_header() -> String {
    format!("{:>3}{:>20}{:>3}{:>10}  {:<45}{:<30}", "", "from", "n", "params", "module", "arguments")
}

fn framework_row(report: &Report, i: usize, row: &RowAnalysis) -> String {
    let source = &report.model.rows[i];
    let from = source.from().map(|cell| cell.value.to_string()).unwrap_or_default();
    let params = row.params.map_or("?".to_owned(), |n| n.to_string());
    let module = match row.path() {
        Some(path) => path.to_owned(),
        None => source.module_name().unwrap_or_default().to_owned(),
    };
    // The framework scales and rounds a number above 1, and leaves other numbers as written.
    let n = match source.repeats().map(|cell| &cell.value) {
        Some(Literal::Float(n)) if *n <= 1.0 => Literal::Float(*n).to_string(),
        _ => row.repeats.to_string(),
    };
    let args = args(report, i, row);
    format!("{i:>3}{from:>20}{n:>3}{params:>10}  {module:<45}{args:<30}")
}

/// Returns the arguments as a Python list; the written ones if the actual ones aren't known.
pub(super) fn args(report: &Report, i: usize, row: &RowAnalysis) -> String {
    if row.params.is_none() {
        return report.model.rows[i].args().map(|cell| cell.value.to_string()).unwrap_or_default();
    }
    Literal::List(row.args.iter().map(|bound| bound.value.clone()).collect()).to_string()
}

/// Prints the framework's table with two more columns.
pub(in crate::cli) fn text(report: &Report, depth: usize, out: &mut impl Write) -> io::Result<()> {
    if report.analyses.checked().len() > 1 {
        scales(report, out)?;
    }
    for analysis in report.analyses.checked() {
        if report.analyses.checked().len() > 1 {
            writeln!(out, "scale {}", analysis.scale)?;
        }
        let lines: Vec<String> =
            analysis.rows.iter().enumerate().map(|(i, row)| framework_row(report, i, row)).collect();
        let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(111);
        writeln!(out, "{:<width$}  {:<20}{:>10}", framework_header(), "output", unit(analysis))?;
        for (i, (line, row)) in lines.iter().zip(&analysis.rows).enumerate() {
            let gflops = gflops(analysis, row.ops).unwrap_or("?".to_owned());
            writeln!(out, "{line:<width$}  {:<20}{gflops:>10}", output(row))?;
            for part in parts(analysis, i, depth) {
                let label = format!("{:1$}{2}", "", 2 * part.depth, part.label);
                let line = format!("{:26}{:>10}  {label}", "", part.params);
                let gflops = self::gflops(analysis, part.ops).unwrap_or("?".to_owned());
                writeln!(out, "{line:<width$}  {:<20}{gflops:>10}", "")?;
            }
        }
        writeln!(out, "{}", summaries(report, analysis))?;
        if let Some(sizes) = sizes(&report.model, analysis).filter(|sizes| sizes.multiple != sizes.padded) {
            let said = report.say(&message!("table-sides", sizes = sizes.message()));
            writeln!(out, "{said}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Prints the totals of each scale.
fn scales(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let unit = report.analyses.checked().first().map(unit).unwrap_or_default();
    writeln!(out, "scale   layers      params    {unit}")?;
    for analysis in report.analyses.checked() {
        let totals = analysis.totals.as_ref();
        let known = |value: Option<String>| value.unwrap_or("?".to_owned());
        writeln!(
            out,
            "{:<5}{:>9}{:>12}{:>10}",
            analysis.scale,
            known(totals.map(|totals| units::grouped(totals.layers as u128))),
            known(totals.map(|totals| units::grouped(totals.params.into()))),
            known(totals.and_then(|totals| gflops(analysis, totals.ops))),
        )?;
    }
    writeln!(out)
}

/// Prints one line per row, with a header and a column for the scale.
pub(in crate::cli) fn csv(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "scale",
        "index",
        "from",
        "repeats",
        "params",
        "module",
        "arguments",
        "output",
        "ops",
        "gflops",
    ])?;
    for analysis in report.analyses.checked() {
        for (i, row) in analysis.rows.iter().enumerate() {
            let source = &report.model.rows[i];
            csv.write_record([
                analysis.scale.clone(),
                i.to_string(),
                source.from().map(|c| c.value.to_string()).unwrap_or_default(),
                row.repeats.to_string(),
                row.params.map(|n| n.to_string()).unwrap_or_default(),
                source.module_name().unwrap_or_default().to_owned(),
                args(report, i, row),
                if row.output.is_some() { output(row) } else { String::new() },
                row.ops.map(|n| n.to_string()).unwrap_or_default(),
                row.ops.map(|n| analysis.gflops(n).to_string()).unwrap_or_default(),
            ])?;
        }
    }
    csv.flush()
}

/// Prints a Markdown table per scale.
pub(in crate::cli) fn markdown(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for analysis in report.analyses.checked() {
        let heading = [
            message!("heading-params"),
            message!("heading-module"),
            message!("heading-arguments"),
            message!("heading-output"),
        ];
        let heading = heading.map(|name| report.say(&name)).join(" | ");
        writeln!(out, "| | from | n | {heading} | {} |", unit(analysis))?;
        writeln!(out, "| ---: | ---: | ---: | ---: | --- | --- | --- | ---: |")?;
        for (i, row) in analysis.rows.iter().enumerate() {
            let source = &report.model.rows[i];
            let text = |cell: Option<&crate::model::Cell>| match cell.map(|c| &c.value) {
                Some(Literal::Str(s)) => escaped(s),
                Some(value) => escaped(&value.to_string()),
                None => String::new(),
            };
            writeln!(
                out,
                "| {i} | {} | {} | {} | {} | {} | {} | {} |",
                text(source.from()),
                row.repeats,
                row.params.map_or("?".to_owned(), |n| units::grouped(n.into())),
                text(source.module()),
                escaped(&args(report, i, row)),
                escaped(&output(row)),
                gflops(analysis, row.ops).unwrap_or("?".to_owned()),
            )?;
        }
        writeln!(out, "\n{}\n", escaped(&summaries(report, analysis)))?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*")
}

/// Prints the framework's table and summary line, character for character.
pub(in crate::cli) fn ultralytics(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for analysis in report.analyses.checked() {
        if let Some(printed) = printed(report, analysis) {
            write!(out, "{printed}")?;
            continue;
        }
        // The framework prints rows when it builds the model, before it merges them.
        let as_trained = as_trained(report, analysis);
        let built = as_trained.as_ref().unwrap_or(analysis);
        writeln!(out, "{}", framework_header())?;
        for (i, row) in built.rows.iter().enumerate() {
            writeln!(out, "{}", framework_row(report, i, row))?;
        }
        writeln!(out, "{}", summary(report, built, framework_total(report, built)))?;
        if as_trained.is_some() {
            writeln!(out, "{}", summary(report, analysis, framework_total(report, analysis)))?;
        }
    }
    Ok(())
}

/// The model as it is trained, where it is shown as it is deployed.
pub(super) fn as_trained(report: &Report, analysis: &Analysis) -> Option<Analysis> {
    let options = Options { fused: false, ..analysis.options() };
    analysis.fused.then(|| analyse(&report.model, &analysis.scale, &options))
}

/// The summary line, behind that of the model as it is trained if it is shown as it is deployed.
pub(super) fn summaries(report: &Report, analysis: &Analysis) -> String {
    let own = summary(report, analysis, total_billions(analysis));
    match as_trained(report, analysis) {
        Some(built) => format!("{}\n{own}", summary(report, &built, total_billions(&built))),
        None => own,
    }
}

/// What a framework prints whose own source counts, by its own counter.
fn printed(report: &Report, analysis: &Analysis) -> Option<String> {
    if analysis.convention != Convention::Ultralytics {
        return None;
    }
    let name = report.source.path.file_name().unwrap_or_default().to_string_lossy();
    analysis.dialect.printed(&report.model, &analysis.scale, &analysis.dataset, &name)
}

/// `YOLO11n summary: 181 layers, 2,624,080 parameters, 2,624,064 gradients, 6.7 GFLOPs`
pub(super) fn summary(report: &Report, analysis: &Analysis, billions: Option<f64>) -> String {
    let stem = report.request.stem.replace("yolo", "YOLO");
    let name = if stem.is_empty() { "Model".to_owned() } else { stem };
    let Some(totals) = &analysis.totals else { return format!("{name} summary: unknown") };
    let is_fused = analysis.fused || analysis.dialect.looks_fused(&analysis.trace);
    let fused = if is_fused { " (fused)" } else { "" };
    let mut line = format!(
        "{name} summary{fused}: {} layers, {} parameters, {} gradients",
        units::grouped(totals.layers as u128),
        units::grouped(totals.params.into()),
        units::grouped(totals.trainable.into())
    );
    if let Some(billions) = billions {
        let _ = write!(line, ", {billions:.1} {}", unit(analysis));
    }
    line
}

/// Returns the total of all rows, in billions of the convention's unit.
pub(super) fn total_billions(analysis: &Analysis) -> Option<f64> {
    analysis.totals.as_ref()?.ops.map(|ops| billions(analysis, ops))
}

/// Returns the figure of the framework's own summary line, which it extrapolates from a small image.
fn framework_total(report: &Report, analysis: &Analysis) -> Option<f64> {
    if analysis.convention != Convention::Ultralytics {
        return total_billions(analysis);
    }
    analysis.summary_gflops(&report.model, analysis.imgsz)
}

pub(super) fn gflops(analysis: &Analysis, ops: Option<u128>) -> Option<String> {
    ops.map(|ops| format!("{:.3}", billions(analysis, ops)))
}

pub(super) fn billions(analysis: &Analysis, ops: u128) -> f64 {
    analysis.convention.displayed(ops) as f64 / 1e9
}

/// `GFLOPs`, or `GMACs` if the convention's counter prints those.
pub(super) fn unit(analysis: &Analysis) -> String {
    format!("G{}", analysis.convention.unit())
}

fn output(row: &RowAnalysis) -> String {
    shapes(row.output.as_ref())
}

/// Formats the shapes of an output.
pub(super) fn shapes(output: Option<&Value>) -> String {
    let Some(output) = output else { return "?".to_owned() };
    if let Value::Opaque(what) = output {
        return what.english();
    }
    output.shapes().iter().map(Shape::to_string).collect::<Vec<_>>().join(", ")
}
