//! `yolint diff`: two models compared, row by row and in sum.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use super::compared::{Compared, Read, Source};
use super::output::diff;
use super::settings::Settings;
use super::table::notice;
use super::{ModelArgs, Outcome};
use crate::diff::{self as core, Side};

/// Arguments of `yolint diff`.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// A model YAML file, FILE@SCALE, or REVISION:FILE as git knows it (HEAD:models/mine.yaml)
    #[arg(value_name = "A")]
    a: String,
    /// What it is compared with; where it is left out, A is compared with what git's HEAD has of it
    #[arg(value_name = "B")]
    b: Option<String>,
    #[command(flatten)]
    model: ModelArgs,
    /// How the comparison is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Every row, also those that are the same
    #[arg(long)]
    all: bool,
    /// End with status 1 where anything differs
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a pull request
    Markdown,
    /// JSON, version 1
    Json,
    /// A page with both networks side by side
    Html,
}

/// Compares two models.
pub(super) fn run(args: &DiffArgs, out: &mut impl Write) -> io::Result<Outcome> {
    match compare(args) {
        Ok(pairs) => {
            let differs = pairs.iter().any(|(.., diff)| diff.differs());
            match args.format {
                Format::Text => diff::text(&pairs, args.all, out)?,
                Format::Markdown => diff::markdown(&pairs, args.all, out)?,
                Format::Json if args.model.scale.as_deref() == Some("all") => diff::json_scales(&pairs, out)?,
                Format::Json => diff::json(&pairs[0], out)?,
                Format::Html => diff::html(&pairs[0], out)?,
            }
            Ok(if differs && args.exit_code { Outcome::Findings } else { Outcome::Clean })
        }
        Err(why) => {
            eprintln!("yolint: {why}");
            Ok(Outcome::Unreadable)
        }
    }
}

/// What is compared, at one scale or at each that both have; or a sentence that says why it can't be.
fn compare(args: &DiffArgs) -> Result<Vec<(Compared, Compared, core::Diff)>, String> {
    let asked = args.model.scale.as_deref();
    if asked == Some("all") && matches!(args.format, Format::Html) {
        return Err("a page compares at one scale: name it".to_owned());
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
        // Figures are only comparable where both are counted alike, whatever settings each file has.
        let (a, b) = (a.analysed(scale, &a.config)?, b.analysed(scale, &a.config)?);
        for compared in [&a, &b] {
            notice(&compared.name, &compared.file.model, &compared.choice);
        }
        let [x, y] = [&a, &b].map(|compared| Side { model: &compared.file.model, analysis: &compared.analysis });
        let diff = core::diff(x, y);
        Ok((a, b, diff))
    };
    scales.into_iter().map(pair).collect()
}

/// The scales that both have, in the order of `a`; of a side that says its scale itself, or has none, any is one.
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
        (None, None) => return Err("--scale all: none of both has scales to choose from".to_owned()),
    };
    let mut seen = std::collections::HashSet::new();
    common.retain(|letter| seen.insert(*letter));
    if common.is_empty() {
        return Err(format!("--scale all: {} and {} have no scale in common", a.source.name, b.source.name));
    }
    Ok(common)
}
