//! `yolint register`: registers a class with the framework that it is written for, and writes a model file that uses it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::unified;
use super::report::name;
use super::settings::Settings;
use super::{Failure, ModelArgs, Outcome, language, write};
use crate::dialect::{PythonClass, SourceDialect};
use crate::project;
use crate::register::{Registration, register};
use crate::words::{comma, message};

/// Arguments of `yolint register`.
#[derive(Args, Debug)]
pub(super) struct RegisterArgs {
    /// The class, by its name or with its file: models/mine.py:Block
    #[arg(value_name = "CLASS|FILE:CLASS")]
    class: String,
    /// Model YAML file to add a row to, in a copy; without it a small one is written
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// Model YAML file to write [default: CLASS.yaml in lower case, beside the base]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print what would be written as a diff, without writing
    #[arg(long)]
    diff: bool,
    /// Settings file to use instead of the nearest .yolint.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Registers a class.
pub(super) fn run(args: &RegisterArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let (registration, path) = registered(args)?;
    finish(args, &registration, &path, out)?;
    Ok(Outcome::Clean)
}

/// How the class is registered, and the path of the model file to write.
fn registered(args: &RegisterArgs) -> Result<(Registration, PathBuf), String> {
    // On Windows a path begins with a letter and a colon.
    let (file, class) = match args.class.rsplit_once(':') {
        Some((file, class)) => (Some(Path::new(file)), class),
        None => (None, args.class.as_str()),
    };
    let base = args.base.as_deref().map(project::read).transpose().map_err(language::said)?.map(|read| read.text);
    let folder = args.base.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let path = args.output.clone().unwrap_or_else(|| folder.join(format!("{}.yaml", class.to_lowercase())));
    if path.exists() && !args.diff {
        return Err(language::say(&message!("is-there-already", path = path.display())));
    }
    let flags = ModelArgs { config: args.config.clone(), ..ModelArgs::default() };
    let mut settings = Settings::new(&flags)?;
    // The framework is that of the class, or else that of the model file.
    let near = file.map_or_else(|| path.clone(), |file| file.with_extension("yaml"));
    let counts = settings.of(&near)?.counts;
    let Some(source) = counts.framework.dialect.source() else {
        let at = near.parent().filter(|at| !at.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Err(language::say(&message!("register-no-framework", file = at.display())));
    };
    let class = find(source, file, class)?;
    Ok((register(source, &class, base.as_deref()).map_err(language::said)?, path))
}

/// The class of a name, in a file if one is named.
fn find(source: &SourceDialect, file: Option<&Path>, name: &str) -> Result<PythonClass, String> {
    let mut classes = source.classes_called(name);
    if let Some(file) = file {
        let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        if !path.is_file() {
            return Err(language::say(&message!("of-file", name = file.display(), why = message!("no-such-file"))));
        }
        classes.retain(|class| Path::new(&*class.file.path) == path);
    }
    match classes.as_slice() {
        [] => {
            let place = file.map_or(source.root().to_owned(), |file| file.display().to_string());
            Err(language::say(&message!("register-no-class", name, file = place)))
        }
        [class] => Ok(class.clone()),
        several => {
            let files: Vec<String> = several.iter().map(|class| format!("{}:{name}", class.file.path)).collect();
            Err(language::say(&message!("several-classes", name, files = comma(&files))))
        }
    }
}

/// Writes the files, or prints what would change in them.
fn finish(args: &RegisterArgs, registration: &Registration, path: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let Registration { files, done, yaml, row } = registration;
    if args.diff {
        for edits in files {
            unified::print(&name(&edits.file.path), &edits.file.text, &edits.applied(), out)?;
        }
        return Ok(unified::print(&name(path), "", yaml, out)?);
    }
    let edited: BTreeMap<&Path, String> = files.iter().map(|edits| (&*edits.file.path, edits.applied())).collect();
    for (path, text) in &edited {
        write::replace(path, text).map_err(|error| language::cant_be_written(path, &error))?;
    }
    write::create(path, yaml)?;
    for sentence in done {
        writeln!(out, "{}", language::say(sentence))?;
    }
    writeln!(out, "{}", language::say(&message!("registered-row", row, name = path.display())))?;
    Ok(())
}
