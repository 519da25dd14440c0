//! The command line: arguments and exit codes, with one file per command.
//!
//! Results go to stdout, everything else to stderr. Exit status 0: no errors; 1: errors found; 2: bad usage or
//! unreadable input.

mod budgets;
mod check;
mod compare;
mod compared;
mod complete;
mod device;
mod diff;
mod edit;
mod entries;
mod fit;
mod framework;
mod graph;
mod help;
mod input;
mod kept;
mod language;
mod new;
mod output;
mod parallel;
mod progress;
mod register;
mod report;
mod rule;
mod settings;
mod show_settings;
mod sizes;
mod table;
mod watch;
mod weights;
mod write;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{FrameworkSetting, MAX_CHANNELS, MAX_CLASSES};
use crate::cost::Convention;
use crate::words::{Language, message};

/// Exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// No errors.
    Clean = 0,
    /// Errors found.
    Findings = 1,
    /// Bad usage or unreadable input.
    Unreadable = 2,
}

/// What ends a command.
enum Failure {
    /// A sentence for the user.
    Told(String),
    /// The output can't be written.
    Io(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Told(why) => f.write_str(why),
            Failure::Io(error) => error.fmt(f),
        }
    }
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::Told(why)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

#[derive(Parser)]
#[command(name = "yolint", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Language of messages: en, zh or zh-TW [default: the system's]
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language::parse)]
    lang: Option<Language>,
}

#[derive(Subcommand)]
enum Command {
    /// Check model YAML files for errors and mistakes
    Check(Box<check::CheckArgs>),
    /// Print each row's parameters, arguments, output shape and GFLOPs
    Table(table::TableArgs),
    /// Compare two models, or a model with its version in git
    Diff(diff::DiffArgs),
    /// Compare many models in one table, or plot them
    Compare(compare::CompareArgs),
    /// Print what a model costs over image sizes
    Sizes(sizes::SizesArgs),
    /// Edit a whole head: add or drop a level, with all wiring
    Edit(edit::EditArgs),
    /// Find edits that bring a model under its budget
    Fit(Box<fit::FitArgs>),
    /// Draw the network as SVG, an interactive page, Mermaid, DOT or JSON
    Graph(graph::GraphArgs),
    /// Print which pretrained weights a model keeps, row by row
    Weights(weights::WeightsArgs),
    /// Write a model YAML to start from
    New(new::NewArgs),
    /// Print which framework a file belongs to, and why
    Framework(framework::FrameworkArgs),
    /// Register a class with the framework that it is written for, and write a model file that uses it
    Register(register::RegisterArgs),
    /// Explain a rule, or list all rules
    Rule(rule::RuleArgs),
    /// Print a shell's completion script
    #[command(hide = true)]
    Completions(complete::CompletionsArgs),
    /// Print the man page
    #[command(hide = true)]
    Man,
    /// Run the language server over stdin and stdout
    #[cfg(feature = "lsp")]
    Lsp {
        /// Accepted because some clients pass it; stdio is the only transport
        #[arg(long, hide = true)]
        stdio: bool,
    },
}

/// Flags that select the model (scale, image size) and how it is counted.
#[derive(Args, Clone, Debug, Default)]
struct ModelArgs {
    /// Model scale (n, s, m, l, x, …), or `all`
    #[arg(long, value_name = "SCALE")]
    scale: Option<String>,
    /// Image size: one number, or HEIGHTxWIDTH [default: 640]
    #[arg(long, value_name = "N|HxW", value_parser = parse_imgsz)]
    imgsz: Option<[i64; 2]>,
    /// Number of channels of the images, as the dataset says [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MAX_CHANNELS))]
    channels: Option<i64>,
    /// Dataset's YAML file: its channels, classes and keypoints override those of the model file, as in training
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Number of classes, as the dataset says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MAX_CLASSES))]
    nc: Option<i64>,
    /// Show the model as it is deployed: batch norms and parallel convolutions merged, branches of training taken out
    #[arg(long)]
    fused: bool,
    /// FLOP-counting convention: ultralytics, thop, fvcore, ptflops or formula [default: ultralytics]
    #[arg(long, value_name = "CONVENTION", value_parser = parse_convention)]
    convention: Option<Convention>,
    /// Framework whose modules count: `builtin`, `auto`, or the folder of its source
    #[arg(long, value_name = "FRAMEWORK", value_parser = |text: &str| Ok::<_, String>(FrameworkSetting::from(text)))]
    framework: Option<FrameworkSetting>,
    /// Settings file to use instead of the nearest .yolint.yaml; flags override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    help::choose_language(&args);
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return help::answer(&error, &args),
    };
    cli.lang.into_iter().for_each(language::set_flag);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let outcome = match &cli.command {
        Command::Check(args) => check::run(args, &mut out),
        Command::Table(args) => table::run(args, &mut out),
        Command::Diff(args) => diff::run(args, &mut out),
        Command::Compare(args) => compare::run(args, &mut out),
        Command::Sizes(args) => sizes::run(args, &mut out),
        Command::Edit(args) => edit::run(args, &mut out),
        Command::Fit(args) => fit::run(args, &mut out),
        Command::Graph(args) => graph::run(args, &mut out),
        Command::Framework(args) => framework::run(args, &mut out),
        Command::Weights(args) => weights::run(args, &mut out),
        Command::New(args) => new::run(args, &mut out),
        Command::Register(args) => register::run(args, &mut out),
        Command::Completions(args) => complete::completions(args, &mut out),
        Command::Man => complete::man(&mut out),
        Command::Rule(args) => rule::run(args, &mut out),
        #[cfg(feature = "lsp")]
        Command::Lsp { .. } => {
            drop(out);
            return crate::server::run();
        }
    };
    let flushed = out.flush();
    match outcome.and_then(|outcome| Ok(flushed.map(|()| outcome)?)) {
        Ok(outcome) => ExitCode::from(outcome as u8),
        // A reader that stops early (`| head`) isn't a failure.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => {
            language::warn(why);
            ExitCode::from(Outcome::Unreadable as u8)
        }
    }
}

fn parse_imgsz(text: &str) -> Result<[i64; 2], String> {
    let side = |part: &str| match part.trim().parse::<i64>() {
        Ok(n) if (1..=100_000).contains(&n) => Ok(n),
        _ => Err(language::say(&message!("not-an-image-size", text))),
    };
    match text.split_once(['x', 'X']) {
        Some((h, w)) => Ok([side(h)?, side(w)?]),
        None => side(text).map(|n| [n, n]),
    }
}

fn parse_convention(text: &str) -> Result<Convention, String> {
    text.parse().map_err(|why| language::say(&why))
}
