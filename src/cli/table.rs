//! `yolint table`: parameters, output shape and cost of each row.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::device::DeviceArgs;
use super::output::{concise, json, moved, pretty_table, table};
use super::report::{Report, of_argument, tell_frameworks};
use super::{Failure, ModelArgs, Outcome, language};
use crate::analysis::Analysis;
use crate::bound::Device;
use crate::check::Scales;
use crate::cost::units;
use crate::dialect::ScaleChoice;
use crate::model::Model;
use crate::words::{comma, message};

/// Arguments of `yolint table`.
#[derive(Args, Debug)]
pub(super) struct TableArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format [default: pretty on a terminal, else text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Also show the modules inside of each row's module, down to this depth
    #[arg(long, value_name = "N", default_value_t = 0)]
    depth: usize,
    /// Say what is trained when the first N rows aren't, as with `freeze=N` of the framework's training
    #[arg(long, value_name = "N")]
    freeze: Option<usize>,
    #[command(flatten)]
    device: DeviceArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Table that fits the terminal, with short names and shares
    Pretty,
    /// The framework's table plus output shapes and GFLOPs
    Text,
    /// JSON, version 1
    Json,
    /// Comma-separated values
    Csv,
    /// Markdown table
    Markdown,
    /// The framework's own table and summary line, character for character
    Ultralytics,
}

/// Prints a file's table.
pub(super) fn run(args: &TableArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let mut report = of_argument(&args.path, &args.model, Scales::Active)?;
    if report.analyses.checked().len() == 1 {
        notice(&report.name(), &report.model, &report.analyses.choice);
    }
    tell_frameworks(std::slice::from_ref(&report));
    if args.model.fused && report.analyses.checked().iter().any(|analysis| !analysis.fused) {
        language::tell(&message!("fusing-not-known"));
    }
    let device = args.device.device(&report.request.lint.budgets.devices)?;
    let outcome = if report.has_errors() { Outcome::Findings } else { Outcome::Clean };
    let format = args.format.unwrap_or(if io::stdout().is_terminal() { Format::Pretty } else { Format::Text });
    if format == Format::Json {
        report.attach_fixes();
    }
    match format {
        Format::Pretty => pretty_table::print(&report, args.depth, out)?,
        Format::Text => table::text(&report, args.depth, out)?,
        Format::Csv => table::csv(&report, out)?,
        Format::Markdown => table::markdown(&report, out)?,
        Format::Ultralytics => table::ultralytics(&report, out)?,
        Format::Json if args.model.scale.as_deref() == Some("all") => json::print_scales(&report, out)?,
        Format::Json => json::print_file(&report, out)?,
    }
    if matches!(format, Format::Pretty | Format::Text | Format::Markdown) {
        more(args, &report, device.as_ref(), out)?;
    }
    if format != Format::Json {
        concise::print(&[report], &mut io::stderr().lock())?;
    }
    Ok(outcome)
}

/// Prints what is trained when rows are frozen, and what rows move.
fn more(args: &TableArgs, report: &Report, device: Option<&Device>, out: &mut impl Write) -> io::Result<()> {
    let set = report.request.lint.freeze.and_then(|rows| usize::try_from(rows).ok());
    for analysis in report.analyses.checked() {
        if let Some(rows) = args.freeze.or(set) {
            writeln!(out, "{}\n", frozen(report, analysis, rows))?;
        }
        if let Some(device) = device {
            moved::text(report, analysis, device, args.device.precision, out)?;
        }
    }
    Ok(())
}

/// `freeze=10 at scale n: rows 0 to 9 of 24 aren't trained (the backbone has 11); 1,958,080 of 2,624,080 parameters are`
fn frozen(report: &Report, analysis: &Analysis, rows: usize) -> String {
    let all = report.model.rows.len();
    let what = match analysis.scale.as_str() {
        "" => message!("freeze", rows),
        scale => message!("freeze-at-scale", rows, scale),
    };
    let Some(freeze) = analysis.freeze(rows) else { return report.say(&message!("freeze-unknown", what)) };
    let backbone = report.model.sections.iter().find(|section| section.name == "backbone");
    let backbone = backbone.map_or(0, |section| section.rows.len());
    let which = match rows {
        0 => message!("frozen-none", all),
        1 => message!("frozen-first", all, backbone),
        rows if rows >= all => message!("frozen-all", all),
        rows => message!("frozen-rows", last = rows - 1, all, backbone),
    };
    let [trained, params] = [freeze.trained, freeze.params].map(|n| units::grouped(n.into()));
    report.say(&message!("freeze-leaves", what, which, trained, params))
}

/// Tells the user which scale is shown if nothing selects one.
pub(super) fn notice(name: &str, model: &Model, choice: &ScaleChoice) {
    let letters: Vec<&str> = model.scales().map(|(letter, ..)| letter).collect();
    if let ScaleChoice::First(scale) = choice
        && letters.len() > 1
    {
        language::tell(&message!("no-scale-selected", name, scale, letters = comma(&letters)));
    }
}
