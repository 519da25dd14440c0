//! `yolint weights`: which pretrained weights a model keeps.

use std::io::Write;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::compared::{Read, Source};
use super::kept::{How, Kept};
use super::output::weights as output;
use super::settings::Settings;
use super::table::notice;
use super::{Failure, ModelArgs, Outcome, language};
use crate::dialect::scale_in_name;
use crate::model::ReadFile;
use crate::project;
use crate::rules;
use crate::text::SourceFile;
use crate::weights::{Base, StateDict, closest};
use crate::words::message;

/// Arguments of `yolint weights`.
#[derive(Args, Debug)]
pub(super) struct WeightsArgs {
    /// Model YAML file, or FILE@SCALE
    #[arg(value_name = "FILE")]
    file: String,
    /// Model whose weights are loaded: a model YAML, FILE@SCALE, a file in git as REVISION:FILE, a checkpoint (yolo11n.pt), or
    /// the name of an official model [default: the official model that FILE was made from, or FILE in git]
    #[arg(long, value_name = "MODEL")]
    from: Option<String>,
    #[command(flatten)]
    model: ModelArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for a terminal
    Text,
    /// JSON, version 1
    Json,
}

/// Prints what a model keeps.
pub(super) fn run(args: &WeightsArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let reports = reports(args)?;
    match args.format {
        Format::Text => output::text(&reports, out)?,
        Format::Json => output::json(&reports, args.model.scale.as_deref() == Some("all"), out)?,
    }
    Ok(Outcome::Clean)
}

fn reports(args: &WeightsArgs) -> Result<Vec<Kept>, String> {
    let mut settings = Settings::new(&args.model)?;
    let source = Source::find(&args.file)?;
    let at_head = source.at_head().ok();
    let mine = source.read(&mut settings)?;
    let bases = match &args.from {
        Some(from) => Bases { named: Some(named(from, &mine, &mut settings)?), ..Bases::default() },
        None => Bases::of(&mine, at_head, &mut settings),
    };
    let letters: Vec<String> = mine.file.model.scales().map(|(letter, ..)| letter.to_owned()).collect();
    let scales: Vec<Option<&str>> = match args.model.scale.as_deref() {
        Some("all") if !letters.is_empty() => letters.iter().map(|letter| Some(letter.as_str())).collect(),
        Some("all") => vec![None],
        other => vec![other],
    };
    scales.into_iter().map(|scale| report(&mine, scale, &bases)).collect()
}

fn report(mine: &Read, scale: Option<&str>, bases: &Bases) -> Result<Kept, String> {
    let options = &mine.request.options;
    let mine = mine.analysed(scale, options)?;
    notice(&mine.name, &mine.file.model, &mine.choice);
    let Some(own) = StateDict::of(&mine.analysis) else {
        let rows = mine.analysis.rows.iter().enumerate();
        let why = rows
            .filter(|(_, row)| row.module.is_none())
            .find_map(|(i, row)| Some((i, rules::reason(&mine.analysis, row)?)));
        return Err(mine.language.say(&match why {
            Some((row, why)) => message!("cant-be-built-as", name = mine.name, row, why),
            None => message!("cant-be-built", name = mine.name),
        }));
    };
    let letter = mine.choice.letter().to_owned();
    let (found, how) = match &bases.named {
        Some(base) => (base.weighed(&own, &letter, options), None),
        None => match closest(&bases.official, &own, &letter, options) {
            Some(found) => (Some(found), Some(How::Likely)),
            None => {
                let in_git = bases.in_git.as_ref().and_then(|base| base.weighed(&own, &letter, options));
                (in_git, Some(How::InGit))
            }
        },
    };
    let found = found.ok_or_else(|| {
        mine.language.say(&match &bases.named {
            Some(base) => message!("cant-be-built-at-scale", name = base.name),
            None => message!("like-no-official-model", name = mine.name),
        })
    })?;
    Ok(Kept { mine, found, how })
}

/// The models whose weights may be loaded.
#[derive(Default)]
struct Bases {
    /// The one that the user names.
    named: Option<Base>,
    /// Those that come with the framework and with yolint.
    official: Vec<Base>,
    /// The file itself, as git has it.
    in_git: Option<Base>,
}

impl Bases {
    fn of(mine: &Read, at_head: Option<Source>, settings: &mut Settings) -> Bases {
        let official = project::official_bases(
            &settings.of_damaged(&mine.file.source.path).framework.choice,
            &mine.file.source.path,
        );
        let in_git = at_head.and_then(|source| {
            let name = source.name.clone();
            let read = source.read(settings).ok()?;
            Base::of_file(&name, ReadFile::new(SourceFile::new(&read.file.source.path, read.file.text())), None)
        });
        Bases { named: None, official, in_git }
    }
}

/// The base that the user names.
fn named(from: &str, mine: &Read, settings: &mut Settings) -> Result<Base, String> {
    let chosen = settings.of_damaged(&mine.file.source.path).framework;
    // Checkpoints and names of official models; files have scales and revisions.
    let path = Path::new(from);
    if !path.exists() || path.extension().is_none_or(|ending| ending != "yaml" && ending != "yml") {
        match project::base(path, &chosen.choice) {
            Ok(Some(base)) => return Ok(base),
            Err(why) => return Err(language::said(why)),
            Ok(None) => {}
        }
    }
    let read = Source::find(from)?.read(settings)?;
    let scale = read.source.scale.clone();
    let chosen = read.source.stem.as_deref().and_then(scale_in_name).map(|letter| letter.to_string());
    let copy = ReadFile::new(SourceFile::new(&read.file.source.path, read.file.text()));
    Base::of_file(&read.source.name, copy, scale.or(chosen).as_deref())
        .ok_or_else(|| language::say(&message!("no-model", name = from)))
}
