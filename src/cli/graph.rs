//! `yolint graph`: a drawing of the network.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::check::not_a_model;
use super::input::Input;
use super::report::{NoReport, report};
use super::settings::Settings;
use super::{ModelArgs, Outcome};
use crate::check::{Analyses, Scales};
use crate::graph::{self, Metric};

/// Arguments of `yolint graph`.
#[derive(Args, Debug)]
pub(super) struct GraphArgs {
    /// Model YAML file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// Metric that colours the boxes
    #[arg(long, value_enum, default_value_t = Colour::Ops)]
    metric: Colour,
    /// Output file [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Picture of one scale
    Svg,
    /// Interactive page with every scale
    Html,
    /// Flowchart for Markdown
    Mermaid,
    /// Graph for Graphviz
    Dot,
    /// Data behind the pictures, with every scale
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    /// FLOPs, or MACs if the convention counts those
    Ops,
    /// Parameters
    Params,
    /// Bytes of the parameters
    Weights,
    /// Bytes of the outputs
    Activations,
}

impl From<Colour> for Metric {
    fn from(colour: Colour) -> Metric {
        match colour {
            Colour::Ops => Metric::Ops,
            Colour::Params => Metric::Params,
            Colour::Weights => Metric::Weights,
            Colour::Activations => Metric::Activations,
        }
    }
}

/// Draws a file.
pub(super) fn run(args: &GraphArgs, out: &mut impl Write) -> io::Result<Outcome> {
    let text = match drawn(args) {
        Ok(text) => text,
        Err(why) => {
            eprintln!("yolint: {why}");
            return Ok(Outcome::Unreadable);
        }
    };
    match &args.output {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            if let Err(error) = fs::write(path, text) {
                eprintln!("yolint: {} can't be written: {error}", path.display());
                return Ok(Outcome::Unreadable);
            }
        }
    }
    Ok(Outcome::Clean)
}

fn drawn(args: &GraphArgs) -> Result<String, String> {
    if args.model.scale.as_deref() == Some("all") && !matches!(args.format, Format::Html | Format::Json) {
        return Err("a picture shows one scale: name it, or use --format html for all of them".to_owned());
    }
    let mut settings = Settings::new(&args.model)?;
    let input = Input { path: args.file.clone(), named: true };
    let report = report(&input, &args.model, &settings.of(&args.file), Scales::Shown).map_err(|error| match error {
        NoReport::Unreadable(why) => why,
        NoReport::NotAModel => not_a_model(&args.file),
    })?;
    let Analyses { all, shown, .. } = &report.analyses;
    let graph = graph::graph(&report.request.stem, &report, all, *shown).with_budgets(
        &report,
        all,
        &report.request.lint.budgets,
    );
    Ok(match args.format {
        Format::Svg => graph::svg::svg(&graph, args.metric.into()),
        Format::Html => graph::html::html(&graph),
        Format::Mermaid => graph::mermaid::mermaid(&graph),
        Format::Dot => graph::dot::dot(&graph),
        Format::Json => graph::json::json(&graph).to_string() + "\n",
    })
}
