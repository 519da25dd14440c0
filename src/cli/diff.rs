//! `yolint diff`: compares two models, row by row and in total.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::compared::{Compared, Read, Source};
use super::output::{diff, maps};
use super::settings::Settings;
use super::table::notice;
use super::{Failure, ModelArgs, Outcome, language};
use crate::diff::{self as core, Side};
use crate::words::message;

/// Arguments of `yolint diff`.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// Model YAML file, FILE@SCALE, or a file in git as REVISION:FILE (HEAD:models/mine.yaml)
    #[arg(value_name = "A")]
    a: String,
    /// Model to compare A with; if omitted, A is compared with its version in git's HEAD
    #[arg(value_name = "B")]
    b: Option<String>,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print every row, including unchanged ones
    #[arg(long)]
    all: bool,
    /// Also print the feature maps of both side by side, as for distillation: A the teacher, B the student
    #[arg(long)]
    maps: bool,
    /// Exit with 1 if the models differ
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Text for a terminal
    Text,
    /// Markdown for a pull request
    Markdown,
    /// JSON, version 1
    Json,
    /// Page with both networks side by side
    Html,
}

/// Compares two models.
pub(super) fn run(args: &DiffArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let pairs = compare(args)?;
    match args.format {
        Format::Text => diff::text(&pairs, args.all, out)?,
        Format::Markdown => diff::markdown(&pairs, args.all, out)?,
        Format::Json if args.model.scale.as_deref() == Some("all") => diff::json_scales(&pairs, out)?,
        Format::Json => diff::json(&pairs[0], out)?,
        Format::Html => diff::html(&pairs[0], out)?,
    }
    if args.maps && matches!(args.format, Format::Text) {
        for (a, b, _) in &pairs {
            writeln!(out)?;
            maps::text(a, b, out)?;
        }
    }
    let differs = pairs.iter().any(|(.., diff)| diff.differs());
    Ok(if differs && args.exit_code { Outcome::Findings } else { Outcome::Clean })
}

/// Compares the models at one scale, or at each that both have.
fn compare(args: &DiffArgs) -> Result<Vec<(Compared, Compared, core::Diff)>, String> {
    let asked = args.model.scale.as_deref();
    if asked == Some("all") && matches!(args.format, Format::Html) {
        return Err(language::say(&message!("page-needs-scale")));
    }
    let mut settings = Settings::new(&args.model)?;
    let (a, b) = match &args.b {
        Some(b) => (Source::find(&args.a)?, Source::find(b)?),
        None => {
            let b = Source::find(&args.a)?;
            (b.at_head()?, b)
        }
    };
    let (a, b) = (a.read(&mut settings)?, b.read(&mut settings)?);
    let scales: Vec<Option<&str>> = match asked {
        Some("all") => common_scales(&a, &b)?.into_iter().map(Some).collect(),
        other => vec![other],
    };
    let pair = |scale: Option<&str>| {
        // Figures are comparable only if both are counted the same way, so the settings of `a` apply to both.
        let (a, b) = (a.analysed(scale, &a.request.options)?, b.analysed(scale, &a.request.options)?);
        for compared in [&a, &b] {
            notice(&compared.name, &compared.file.model, &compared.choice);
        }
        let [x, y] = [&a, &b].map(|compared| Side { model: &compared.file.model, analysis: &compared.analysis });
        let diff = core::diff(x, y);
        Ok((a, b, diff))
    };
    scales.into_iter().map(pair).collect()
}

/// Returns the scales that both have, in the order of `a`. A side that names its scale, or has none, matches any scale.
fn common_scales<'a>(a: &'a Read, b: &'a Read) -> Result<Vec<&'a str>, String> {
    let scales = |read: &'a Read| -> Option<Vec<&'a str>> {
        let letters: Vec<&str> = read.file.model.scales().map(|(letter, ..)| letter).collect();
        (read.source.scale.is_none() && !letters.is_empty()).then_some(letters)
    };
    let mut common = match (scales(a), scales(b)) {
        (Some(mut of_a), Some(of_b)) => {
            of_a.retain(|letter| of_b.contains(letter));
            of_a
        }
        (Some(letters), None) | (None, Some(letters)) => letters,
        (None, None) => return Err(language::say(&message!("no-scales-in-either"))),
    };
    let mut seen = std::collections::HashSet::new();
    common.retain(|letter| seen.insert(*letter));
    if common.is_empty() {
        return Err(language::say(&message!("no-common-scale", a = a.source.name, b = b.source.name)));
    }
    Ok(common)
}
