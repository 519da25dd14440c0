//! `yolint diff`: compares two models, row by row and in total.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, ValueEnum};

use super::check::not_a_model;
use super::output::diff;
use super::settings::Settings;
use super::table::notice;
use super::{ModelArgs, Outcome, input};
use crate::analysis::{Analysis, analyse};
use crate::config::Config;
use crate::diff::{self as core, Side};
use crate::model::{self, Model};
use crate::syntax::{self, SyntaxErrorKind};
use crate::text::LineIndex;

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

/// One of the compared models, read and analysed.
pub(super) struct Compared {
    /// Its name: `HEAD:models/mine.yaml`.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) lines: LineIndex,
    pub(super) model: Model,
    pub(super) analysis: Analysis,
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

/// Compares the models at one scale, or at each that both have.
fn compare(args: &DiffArgs) -> Result<Vec<(Compared, Compared, core::Diff)>, String> {
    let asked = args.model.scale.as_deref();
    if asked == Some("all") && matches!(args.format, Format::Html) {
        return Err("a page compares the models at one scale: name it with --scale".to_owned());
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
        let (a, b) = (a.analysed(scale, &a.config)?, b.analysed(scale, &a.config)?);
        for compared in [&a, &b] {
            notice(&compared.name, &compared.model, &compared.analysis.scale);
        }
        let [x, y] = [&a, &b].map(|compared| Side { model: &compared.model, analysis: &compared.analysis });
        let diff = core::diff(x, y);
        Ok((a, b, diff))
    };
    scales.into_iter().map(pair).collect()
}

/// Returns the scales that both have, in the order of `a`. A side that names its scale, or has none, matches any scale.
fn common_scales<'a>(a: &'a Read, b: &'a Read) -> Result<Vec<&'a str>, String> {
    let scales = |read: &'a Read| -> Option<Vec<&'a str>> {
        let letters: Vec<&str> = read.model.scales().map(|(letter, ..)| letter).collect();
        (read.source.scale.is_none() && !letters.is_empty()).then_some(letters)
    };
    let mut common = match (scales(a), scales(b)) {
        (Some(mut of_a), Some(of_b)) => {
            of_a.retain(|letter| of_b.contains(letter));
            of_a
        }
        (Some(letters), None) | (None, Some(letters)) => letters,
        (None, None) => return Err("--scale all: neither model has scales to choose from".to_owned()),
    };
    let mut seen = std::collections::HashSet::new();
    common.retain(|letter| seen.insert(*letter));
    if common.is_empty() {
        return Err(format!("--scale all: {} and {} have no common scale", a.source.name, b.source.name));
    }
    Ok(common)
}

/// The file that an argument names.
struct Source {
    /// The argument without the scale.
    name: String,
    /// Path of the file; its name can select a scale, and its folder has settings.
    path: PathBuf,
    /// Git revision, if one is named.
    revision: Option<String>,
    /// Scale, if one is named.
    scale: Option<String>,
}

impl Source {
    /// Resolves `argument`. An existing file takes precedence over any other reading of its name.
    fn find(argument: &str) -> Result<Source, String> {
        let file = |path: &str, scale: Option<&str>| Source {
            name: path.to_owned(),
            path: PathBuf::from(path),
            revision: None,
            scale: scale.map(str::to_owned),
        };
        if Path::new(argument).exists() {
            return Ok(file(argument, None));
        }
        let scaled = argument.rsplit_once('@').filter(|(path, scale)| !path.is_empty() && is_scale(scale));
        if let Some((path, scale)) = scaled.filter(|(path, _)| Path::new(path).exists()) {
            return Ok(file(path, Some(scale)));
        }
        match revision_and_file(argument) {
            Some((revision, path)) => {
                let of_git = |path: &str, scale: Option<&str>| Source {
                    name: format!("{revision}:{path}"),
                    revision: Some(revision.to_owned()),
                    ..file(path, scale)
                };
                match path.rsplit_once('@').filter(|(path, scale)| !path.is_empty() && is_scale(scale)) {
                    // As for files, one whose name really ends this way takes precedence.
                    Some((bare, scale)) if show(revision, Path::new(path)).is_err() => Ok(of_git(bare, Some(scale))),
                    _ => Ok(of_git(path, None)),
                }
            }
            // The file doesn't exist: take the most likely meaning.
            None => Ok(scaled.map_or_else(|| file(argument, None), |(path, scale)| file(path, Some(scale)))),
        }
    }

    /// Returns the same file in git's HEAD.
    fn at_head(&self) -> Result<Source, String> {
        if self.revision.is_some() {
            return Err(format!("{} needs a second file to compare with", self.name));
        }
        let (name, path) = (format!("HEAD:{}", self.name), self.path.clone());
        Ok(Source { name, path, revision: Some("HEAD".to_owned()), scale: self.scale.clone() })
    }

    fn read(self, settings: &mut Settings) -> Result<Read, String> {
        let name = &self.name;
        let text = match &self.revision {
            Some(revision) => input::decode(name, show(revision, &self.path)?)?,
            None => input::read(&self.path)?,
        };
        let parse = syntax::parse(&text);
        let is_hopeless = |kind: &SyntaxErrorKind| matches!(kind, SyntaxErrorKind::TooDeep | SyntaxErrorKind::TooLong);
        if let Some(error) = parse.errors.iter().find(|error| is_hopeless(&error.kind)) {
            return Err(format!("{name}: {}", error.message));
        }
        let config = settings.of(&self.path).config;
        let whole = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        if config.is_model_file(&whole) != Some(true) && !model::is_model_file(&parse.tree) {
            return Err(not_a_model(Path::new(name)));
        }
        let model = model::read(&parse.tree);
        Ok(Read { source: self, text, model, config })
    }
}

/// A model that was read, not yet analysed.
struct Read {
    source: Source,
    text: String,
    model: Model,
    config: Config,
}

impl Read {
    /// Analyses the model at the scale that the argument, the flags or the file select, with the image size and
    /// convention of `counting`.
    fn analysed(&self, asked: Option<&str>, counting: &Config) -> Result<Compared, String> {
        let name = &self.source.name;
        let stem = self.source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut options = counting.options(&stem);
        let letters: Vec<&str> = self.model.scales().map(|(letter, ..)| letter).collect();
        options.scale = self.config.scale.clone().filter(|scale| letters.contains(&scale.as_str()));
        if let Some(scale) = self.source.scale.as_deref().or(asked) {
            if !letters.is_empty() && !letters.contains(&scale) {
                return Err(format!("{name}: unknown scale `{scale}`, choose one of {}", letters.join(", ")));
            }
            options.scale = Some(scale.to_owned());
        }
        let analysis = analyse(&self.model, &options);
        let (text, lines) = (self.text.clone(), LineIndex::new(&self.text));
        Ok(Compared { name: name.clone(), text, lines, model: self.model.clone(), analysis })
    }
}

fn is_scale(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Splits `REVISION:FILE`. A drive letter (`C:\models\mine.yaml`) or an option isn't a revision.
fn revision_and_file(argument: &str) -> Option<(&str, &str)> {
    let (revision, path) = argument.split_once(':')?;
    let is_drive = revision.len() == 1 && path.starts_with(['\\', '/']);
    (!revision.is_empty() && !path.is_empty() && !is_drive && !revision.starts_with('-')).then_some((revision, path))
}

/// Reads a file at a git revision. Its path is relative to the top of the repository, as in git, or else to the current
/// folder, and the file may have been deleted since.
fn show(revision: &str, path: &Path) -> Result<Vec<u8>, String> {
    let as_written = format!("{revision}:{}", path.display());
    let named = if path.is_absolute() { Err(String::new()) } else { git(Path::new("."), &as_written) };
    named
        .or_else(|why| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let Some(name) = path.file_name().filter(|_| folder.is_dir()) else { return Err(why) };
            git(folder, &format!("{revision}:./{}", name.to_string_lossy()))
                .map_err(|beside| if why.is_empty() { beside } else { why })
        })
        .map_err(|why| format!("{as_written}: {why}"))
}

/// Reads an object with git; returns git's error message if it fails.
fn git(folder: &Path, object: &str) -> Result<Vec<u8>, String> {
    // Not `git show`, which would list a folder and run the repository's filters.
    let command =
        Command::new("git").args(["cat-file", "blob", object]).current_dir(folder).stdin(Stdio::null()).output();
    let output = command.map_err(|error| format!("git can't be run ({error})"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("no error message").trim_start_matches("fatal: ").to_owned();
    Err(format!("git can't read it: {said}"))
}
