//! `yolint check`: what is wrong with files.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::budgets::BudgetArgs;
use super::output::{concise, json, pretty};
use super::report::{NoReport, Report, Unselected, report};
use super::settings::Settings;
use super::{ModelArgs, Outcome, input};

/// Arguments of `yolint check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Files, folders (their model YAMLs) or globs
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    // Last: its heading is that of all arguments after it.
    #[command(flatten)]
    budgets: BudgetArgs,
}

/// The most files for which it is worked out what would fit into overrun budgets: a few milliseconds each.
const MOST_WHAT_IFS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the source around each finding
    Pretty,
    /// One line a finding
    Concise,
    /// JSON, version 1
    Json,
}

/// Checks files.
pub(super) fn run(args: &CheckArgs, out: &mut impl Write) -> io::Result<Outcome> {
    let mut settings = match Settings::new(&args.model) {
        Ok(settings) => settings,
        Err(why) => {
            eprintln!("yolint: {why}");
            return Ok(Outcome::Unreadable);
        }
    };
    let (inputs, problems) = input::find(&args.paths);
    let what_ifs = args.format != Format::Concise && inputs.len() <= MOST_WHAT_IFS;
    settings = settings.with_budgets(&args.budgets, what_ifs);
    let mut outcome = Outcome::Clean;
    for problem in problems {
        eprintln!("yolint: {problem}");
        outcome = Outcome::Unreadable;
    }
    let mut reports: Vec<Report> = Vec::new();
    for input in &inputs {
        match report(input, &args.model, &mut settings, Unselected::All) {
            Ok(report) => {
                outcome = outcome.max(if report.has_errors() { Outcome::Findings } else { Outcome::Clean });
                reports.push(report);
            }
            Err(NoReport::NotAModel) if !input.named => {}
            Err(NoReport::Unreadable(why)) => {
                eprintln!("yolint: {why}");
                outcome = Outcome::Unreadable;
            }
            Err(NoReport::NotAModel) => {
                eprintln!("yolint: {}", not_a_model(&input.path));
                outcome = Outcome::Unreadable;
            }
        }
    }
    match args.format {
        _ if reports.is_empty() && outcome == Outcome::Unreadable => {}
        Format::Pretty => pretty::print(&reports, out)?,
        Format::Concise => concise::print(&reports, out)?,
        Format::Json => json::print_files(&reports, out)?,
    }
    if reports.is_empty() && outcome == Outcome::Clean {
        eprintln!("yolint: no model YAML found");
    }
    Ok(outcome)
}

/// The sentence for a file that holds no model.
pub(super) fn not_a_model(path: &std::path::Path) -> String {
    format!(
        "{} is no model YAML: it has no `backbone` and `head` lists of rows [from, repeats, module, args]",
        path.display()
    )
}
