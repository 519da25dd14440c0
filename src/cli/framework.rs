//! `yolint framework`: which framework a file belongs to, why, and what else there is.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::input::{Input, STDIN};
use super::output::json::{VERSION, write_json};
use super::report::report;
use super::settings::{FileSettings, Settings};
use super::{Failure, ModelArgs, Outcome, language};
use crate::check::Scales;
use crate::project::{Chosen, Framework};
use crate::words::{Language, Message, comma, message};

/// Arguments of `yolint framework`.
#[derive(Args, Debug)]
pub(super) struct FrameworkArgs {
    /// Model YAML file, or a folder that holds such files
    #[arg(value_name = "FILE", default_value = ".")]
    path: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Settings file to use instead of the nearest .yolint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line per fact
    Text,
    /// JSON, version 1
    Json,
}

/// Prints the framework of a file.
pub(super) fn run(args: &FrameworkArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let flags = ModelArgs { config: args.config.clone(), ..ModelArgs::default() };
    // What comes from standard input belongs to the current folder.
    let asked = if args.path.as_os_str() == STDIN { Path::new(".") } else { &args.path };
    if !asked.exists() && !Input::named(asked).path.exists() {
        let why = message!("no-such-file");
        return Err(language::say(&message!("of-file", name = asked.display(), why)).into());
    }
    let mut settings = Settings::new(&flags)?;
    // A framework is chosen for the folder of a file, so any name in it will do.
    let path = if asked.is_dir() { asked.join("model.yaml") } else { asked.to_owned() };
    let input = Input::named(&path);
    let counts = settings.of_damaged(&input.path);
    let (framework, spoken) = (counts.framework.clone(), counts.request.language);
    // What is read is known once it was read.
    if asked.is_file() {
        let _ = report(&input, &flags, &FileSettings { counts, invalid: None }, Scales::Active);
    }
    match args.format {
        Format::Text => text(&framework, spoken, out)?,
        Format::Json => write_json(&document(asked, &framework, spoken), out)?,
    }
    Ok(Outcome::Clean)
}

fn text(chosen: &Chosen, language: Language, out: &mut impl Write) -> io::Result<()> {
    let choice = &chosen.choice;
    let say = |message: Message| language.say(&message);
    writeln!(out, "{}", say(choice.framework.described()))?;
    writeln!(out, "  {}", say(message!("framework-why", why = choice.framework.why)))?;
    if let Some(source) = &choice.framework.source {
        writeln!(out, "  parse_model: {}", source.entry().display())?;
        let roots = comma(choice.roots.iter().map(|root| root.display()));
        writeln!(out, "  {}", say(message!("framework-imports", roots)))?;
    }
    if choice.framework.source.is_some() && chosen.imports.is_none() {
        writeln!(out, "  {}", say(message!("framework-unchanged")))?;
    }
    let read = chosen.imports.iter().flat_map(|imports| imports.read());
    for path in read {
        writeln!(out, "  {}", say(message!("framework-read", path)))?;
    }
    for other in &choice.others {
        writeln!(out, "{}", say(message!("framework-other", name = other.described())))?;
        writeln!(out, "  {}", say(message!("framework-why", why = other.why)))?;
    }
    Ok(())
}

fn document(path: &Path, chosen: &Chosen, language: Language) -> Json {
    let choice = &chosen.choice;
    json!({
        "version": VERSION,
        "file": path,
        "framework": framework(&choice.framework, language),
        "files": chosen.imports.as_ref().map(|imports| imports.read()).unwrap_or_default(),
        "imports": choice.roots,
        "others": choice.others.iter().map(|other| framework(other, language)).collect::<Vec<_>>(),
    })
}

fn framework(framework: &Framework, language: Language) -> Json {
    let source = framework.source.as_ref();
    json!({
        "kind": framework.kind.name(),
        "name": framework.name(),
        "version": framework.version(),
        "root": source.map(|source| &source.root),
        "module": source.map(|source| &source.module),
        "entry": source.map(|source| source.entry()),
        "why": language.say(&framework.why),
    })
}
