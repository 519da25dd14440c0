//! `yolint table`: parameters, output shape and cost of each row.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::{concise, json, pretty_table, table};
use super::report::{of_argument, tell_frameworks};
use super::{ModelArgs, Outcome};
use crate::check::Scales;
use crate::dialect::HeaderFault;
use crate::dialect::ScaleChoice;
use crate::model::Model;

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
pub(super) fn run(args: &TableArgs, out: &mut impl Write) -> io::Result<Outcome> {
    let report = match of_argument(&args.path, &args.model, Scales::Shown) {
        Ok(report) => report,
        Err(why) => {
            eprintln!("yolint: {why}");
            return Ok(Outcome::Unreadable);
        }
    };
    if report.analyses.checked().len() == 1 {
        notice(&report.name(), &report.model, &report.analyses.choice);
    }
    tell_frameworks(std::slice::from_ref(&report));
    if args.model.fused && report.analyses.checked().iter().any(|analysis| !analysis.fused) {
        eprintln!("yolint: what merging makes of this framework's modules isn't known: figures are those of training");
    }
    let lacks = |scale: &str| report.model.scales().all(|(letter, ..)| letter != scale);
    let missing = args.model.scale.as_deref().filter(|scale| *scale != "all" && lacks(scale));
    if missing.is_some() && report.model.scales().next().is_some() {
        // There is no such model: all of its rows would say no more than that.
        let is_it = |fault: &HeaderFault| fault.key == "scales";
        let header = report.analyses.checked().iter().flat_map(|analysis| &analysis.header);
        let why = header.filter(|fault| is_it(fault)).map(|fault| fault.fault.message.clone()).next();
        eprintln!("yolint: {}: {}", report.name(), why.unwrap_or_else(|| "this file has no such scale".to_owned()));
        return Ok(Outcome::Unreadable);
    }
    let outcome = if report.has_errors() { Outcome::Findings } else { Outcome::Clean };
    let format = args.format.unwrap_or(if io::stdout().is_terminal() { Format::Pretty } else { Format::Text });
    match format {
        Format::Pretty => pretty_table::print(&report, args.depth, out)?,
        Format::Text => table::text(&report, args.depth, out)?,
        Format::Csv => table::csv(&report, out)?,
        Format::Markdown => table::markdown(&report, out)?,
        Format::Ultralytics => table::ultralytics(&report, out)?,
        Format::Json if args.model.scale.as_deref() == Some("all") => json::print_scales(&report, out)?,
        Format::Json => json::print_file(&report, out)?,
    }
    if format != Format::Json {
        concise::print(&[report], &mut io::stderr().lock())?;
    }
    Ok(outcome)
}

/// Tells the user which scale is shown if nothing selects one.
pub(super) fn notice(name: &str, model: &Model, choice: &ScaleChoice) {
    let letters: Vec<&str> = model.scales().map(|(letter, ..)| letter).collect();
    if let ScaleChoice::First(scale) = choice
        && letters.len() > 1
    {
        eprintln!(
            "yolint: {name} doesn't select a scale: showing `{scale}`, the first of {} (choose with --scale)",
            letters.join(", ")
        );
    }
}
