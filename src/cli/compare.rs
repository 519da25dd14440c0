//! `yolint compare`: many models in one table or plot.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::device::DeviceArgs;
use super::entries::{Comparison, Entry};
use super::graph::pixels;
use super::input::{self, Input};
use super::output::{compare as output, terminal};
use super::report::{NoReport, model_file, no_scale};
use super::settings::{FileSettings, Settings};
use super::{Failure, ModelArgs, Outcome, language, parallel, write};
use crate::analysis::{Analysis, analyse, scale_letters};
use crate::bound::{Device, Precision, bound};
use crate::cost::WeightsBytes;
use crate::dialect::choose_scale;
use crate::ide::lens::model_name;
use crate::project;
use crate::text::SourceFile;
use crate::weights::{Base, StateDict};
use crate::words::{message, or};

/// Arguments of `yolint compare`.
#[derive(Args, Debug)]
pub(super) struct CompareArgs {
    /// Model YAML files, FILE@SCALE, folders or globs; a file without scale is compared at each of its scales
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
    /// Model whose weights are loaded, as of `yolint weights`: adds how many items each model keeps
    #[arg(long, value_name = "MODEL")]
    from: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceArgs,
    /// Order of the models [default: as they are named]
    #[arg(long, value_enum)]
    sort: Option<Sort>,
    /// Output format [default: what the ending of --output says, else text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Output file; its ending (.md, .csv, .tex, .json, .svg, .html, .png) chooses the format [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// By name
    Name,
    /// By parameters, the fewest first
    Params,
    /// By operations, the fewest first
    Ops,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Text,
    /// Markdown table
    Markdown,
    /// Comma-separated values
    Csv,
    /// LaTeX table with booktabs
    Latex,
    /// JSON, version 1
    Json,
    /// Plot of parameters and operations with the Pareto front
    Svg,
    /// Page with plot and table
    Html,
    /// Plot in pixels
    Png,
}

impl Format {
    fn of(path: &Path) -> Result<Format, String> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        Ok(match ending.as_str() {
            "txt" => Format::Text,
            "md" => Format::Markdown,
            "csv" => Format::Csv,
            "tex" => Format::Latex,
            "json" => Format::Json,
            "svg" => Format::Svg,
            "html" | "htm" => Format::Html,
            "png" => Format::Png,
            _ => {
                let endings = or([".txt", ".md", ".csv", ".tex", ".json", ".svg", ".html", ".png"]);
                return Err(language::say(&message!("ending-unknown", path = path.display(), endings)));
            }
        })
    }
}

/// Compares models.
pub(super) fn run(args: &CompareArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let (drawn, outcome) = printed(args)?;
    write::output(args.output.as_deref(), &drawn, out)?;
    Ok(outcome)
}

fn printed(args: &CompareArgs) -> Result<(Vec<u8>, Outcome), String> {
    let format = match (args.format, &args.output) {
        (Some(format), _) => format,
        (None, Some(path)) => Format::of(path)?,
        (None, None) => Format::Text,
    };
    let is_picture = matches!(format, Format::Svg | Format::Html | Format::Png);
    if is_picture && args.output.is_none() && io::stdout().is_terminal() {
        return Err(language::say(&message!("plot-needs-file")));
    }
    let (comparison, outcome) = compared(args)?;
    let text = match format {
        Format::Text => {
            let is_shown = args.output.is_none() && io::stdout().is_terminal();
            output::text(&comparison, terminal::width().filter(|_| is_shown))
        }
        Format::Markdown => output::markdown(&comparison),
        Format::Csv => output::csv(&comparison).map_err(|error| error.to_string())?,
        Format::Latex => output::latex(&comparison),
        Format::Json => output::json(&comparison),
        Format::Svg => output::plot(&comparison).svg(),
        Format::Html => output::html(&comparison),
        Format::Png => return Ok((pixels(&output::plot(&comparison).svg())?, outcome)),
    };
    Ok((text.into_bytes(), outcome))
}

fn compared(args: &CompareArgs) -> Result<(Comparison, Outcome), String> {
    let (inputs, problems) = input::find(&args.files);
    let mut outcome = Outcome::Clean;
    for problem in problems {
        language::warn(problem);
        outcome = Outcome::Unreadable;
    }
    let mut settings = Settings::new(&args.model)?;
    let mut files = Vec::with_capacity(inputs.len());
    for input in inputs {
        let its_own = settings.of(&input.path)?;
        files.push((input, its_own));
    }
    let Some((_, first)) = files.first() else { return Err(language::say(&message!("no-model-found"))) };
    let base = match &args.from {
        Some(path) => Some(
            project::base(path, &first.counts.framework.choice)
                .map_err(language::said)?
                .ok_or_else(|| language::say(&message!("no-such-base", name = path.display())))?,
        ),
        None => None,
    };
    let device = args.device.device(&first.counts.config.devices)?;
    let options = first.counts.request.options.clone();
    let asked = args.model.scale.as_deref().filter(|scale| *scale != "all");
    let more = More { base: base.as_ref(), device: device.as_ref(), precision: args.device.precision };
    let work = |(input, settings): &(Input, FileSettings)| entries(input, settings, asked, &more);
    let results = parallel::map(&files, work, || ());
    let mut all = Vec::new();
    for ((input, _), result) in files.iter().zip(results) {
        match result {
            Ok(entries) => all.extend(entries),
            // What a folder holds besides isn't compared.
            Err(NoReport::NotAModel(_) | NoReport::Unreadable(_)) if !input.named => {}
            Err(why) => {
                language::warn(why.message(&input.path));
                outcome = Outcome::Unreadable;
            }
        }
    }
    if all.is_empty() {
        return Err(language::say(&message!("no-model-found")));
    }
    match args.sort {
        Some(Sort::Name) => all.sort_by_cached_key(|entry| entry.name.english()),
        Some(Sort::Params) => all.sort_by_key(|entry| entry.params.unwrap_or(u64::MAX)),
        Some(Sort::Ops) => all.sort_by_key(|entry| entry.ops.unwrap_or(u128::MAX)),
        None => {}
    }
    let [height, width] = options.imgsz;
    let convention = options.convention;
    let comparison = Comparison {
        entries: all,
        unit: format!("G{}", options.convention.unit()),
        base: base.map(|base| base.name),
        device: device.map(|device| format!("{device} {}", args.device.precision.name())),
        circumstances: match options.fused {
            true => message!("counted-fused-at", height, width, convention),
            false => message!("counted-at", height, width, convention),
        },
        language: first.counts.request.language,
    };
    Ok((comparison, outcome))
}

/// What further columns need.
struct More<'a> {
    base: Option<&'a Base>,
    device: Option<&'a Device>,
    precision: Precision,
}

fn entries(
    input: &Input,
    settings: &FileSettings,
    asked: Option<&str>,
    more: &More<'_>,
) -> Result<Vec<Entry>, NoReport> {
    if settings.excludes(input) {
        return Err(NoReport::NotAModel(None));
    }
    let text = match &input.text {
        Some(text) => text.clone(),
        None => project::read(&input.path).map_err(|why| NoReport::Unreadable(language::said(why)))?.text,
    };
    let read = model_file(&input.path, SourceFile::new(&input.path, text), &settings.counts)?;
    let request = &settings.counts.request;
    let stem = input.stem.as_deref().unwrap_or(&request.stem);
    let letters = scale_letters(&read.model);
    let asked = input.scale.as_deref().or(asked);
    let wanted = match asked {
        Some(scale) if letters.contains(&scale) => vec![scale.to_owned()],
        Some(scale) if input.scale.is_some() && !letters.is_empty() => {
            return Err(NoReport::Invalid(no_scale(&input.path, scale, &letters)));
        }
        // A file that hasn't the scale that is asked of all isn't compared at another.
        Some(_) if !letters.is_empty() => Vec::new(),
        _ => match choose_scale(&read.model, None, stem).selected() {
            Some(letter) => vec![letter.to_owned()],
            None if letters.is_empty() => vec![String::new()],
            None => letters.iter().map(|letter| (*letter).to_owned()).collect(),
        },
    };
    let at = |letter: &String| {
        let analysis = analyse(&read.model, letter, &request.options);
        entry(input, stem, &analysis, more)
    };
    Ok(wanted.iter().map(at).collect())
}

fn entry(input: &Input, stem: &str, analysis: &Analysis, more: &More<'_>) -> Entry {
    let totals = analysis.totals.as_ref();
    let transferred = more.base.and_then(|base| {
        let found = base.weighed(&StateDict::of(analysis)?, &analysis.scale, &analysis.options())?;
        Some((found.transfer.transferred, found.transfer.items))
    });
    let bound = more.device.and_then(|device| bound(analysis, device, more.precision));
    Entry {
        file: super::report::name(&input.path),
        name: model_name(stem, &analysis.scale),
        scale: analysis.scale.clone(),
        layers: totals.map(|totals| totals.layers as u64),
        params: totals.map(|totals| totals.params),
        ops: totals.and_then(|totals| totals.ops).map(|ops| analysis.convention.displayed(ops)),
        weights: totals.map(|totals| WeightsBytes::of(totals.params)),
        activations: totals.and_then(|totals| totals.activation_peak_bytes),
        transferred,
        ms: bound.map(|bound| bound.layer_by_layer * 1e3),
    }
}
