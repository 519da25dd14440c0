//! What `yolint diff` compares: files, or what git has of them, at a scale.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::input::{Input, STDIN, is_scale};
use super::language;
use super::report::{NoReport, model_file, no_scale};
use super::settings::Settings;
use crate::analysis::{Analysis, Options, analyse};
use crate::check::Request;
use crate::dialect::{ScaleChoice, choose_scale};
use crate::model::ReadFile;
use crate::project::{self, git};
use crate::text::SourceFile;
use crate::words::{Language, message};

/// One of the compared models, read and analysed.
pub(super) struct Compared {
    /// Its name: `HEAD:models/mine.yaml`.
    pub(super) name: String,
    /// The file.
    pub(super) file: Rc<ReadFile>,
    /// Which scale is compared, and why.
    pub(super) choice: ScaleChoice,
    pub(super) analysis: Analysis,
    /// The language of what is said of it.
    pub(super) language: Language,
}

/// The file that an argument names.
pub(super) struct Source {
    /// The argument without the scale.
    pub(super) name: String,
    /// Path of the file; its name can select a scale, and its folder has settings.
    path: PathBuf,
    /// The file's name without ending, if it is named otherwise: `yolo11n` if only `yolo11.yaml` is there.
    pub(super) stem: Option<String>,
    /// Git revision, if one is named.
    revision: Option<String>,
    /// Scale, if one is named.
    pub(super) scale: Option<String>,
}

impl Source {
    /// Resolves `argument`. An existing file takes precedence over any other reading of its name.
    pub(super) fn find(argument: &str) -> Result<Source, String> {
        let file = |path: &str, scale: Option<&str>| Source {
            name: path.to_owned(),
            path: PathBuf::from(path),
            stem: None,
            revision: None,
            scale: scale.map(str::to_owned),
        };
        if argument == STDIN {
            return Ok(Source { stem: Some(String::new()), ..file(argument, None) });
        }
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
            None => {
                let Input { path, scale, stem, .. } = Input::named(Path::new(argument));
                let name = argument.strip_suffix(&format!("@{}", scale.as_deref().unwrap_or_default()));
                Ok(Source { name: name.unwrap_or(argument).to_owned(), path, stem, revision: None, scale })
            }
        }
    }

    /// Returns the same file in git's HEAD.
    pub(super) fn at_head(&self) -> Result<Source, String> {
        if self.revision.is_some() {
            return Err(language::say(&message!("needs-second-file", name = self.name)));
        }
        let (name, path) = (format!("HEAD:{}", self.name), self.path.clone());
        let stem = self.stem.clone();
        Ok(Source { name, path, stem, revision: Some("HEAD".to_owned()), scale: self.scale.clone() })
    }

    pub(super) fn read(self, settings: &mut Settings) -> Result<Read, String> {
        let name = &self.name;
        let text = match &self.revision {
            Some(revision) => project::decode(name, show(revision, &self.path)?).map_err(language::said)?.text,
            None if name == STDIN => Input::stdin(&self.path)?.text.unwrap_or_default(),
            None => {
                let read = project::read(&self.path);
                read.map_err(|why| NoReport::Unreadable(language::said(why)).message(&self.path))?.text
            }
        };
        let counts = settings.of(&self.path)?.counts;
        let named = Path::new(name);
        let file = model_file(named, SourceFile::new(&self.path, text), &counts).map_err(|why| why.message(named))?;
        Ok(Read { source: self, file: Rc::new(file), request: counts.request })
    }
}

/// A model that was read, not yet analysed.
pub(super) struct Read {
    /// What the argument names.
    pub(super) source: Source,
    /// The file.
    pub(super) file: Rc<ReadFile>,
    /// What its settings ask for.
    pub(super) request: Request,
}

impl Read {
    /// Analyses the model at the scale that the argument, the flags or the file select, with the image size and
    /// convention of `counting`.
    pub(super) fn analysed(&self, asked: Option<&str>, counting: &Options) -> Result<Compared, String> {
        let name = &self.source.name;
        let stem = self.source.stem.as_deref().map_or_else(|| self.file.source.stem(), Cow::from);
        let letters: Vec<&str> = self.file.model.scales().map(|(letter, ..)| letter).collect();
        let asked = self.source.scale.as_deref().or(asked);
        if let Some(scale) = asked.filter(|scale| !letters.is_empty() && !letters.contains(scale)) {
            return Err(no_scale(Path::new(name), scale, &letters));
        }
        let set = self.request.scale.as_deref().filter(|scale| letters.contains(scale));
        let choice = choose_scale(&self.file.model, asked.or(set), &stem);
        let options = Options { dialect: self.request.options.dialect.clone(), ..counting.clone() };
        let analysis = analyse(&self.file.model, choice.letter(), &options);
        Ok(Compared {
            name: name.clone(),
            file: Rc::clone(&self.file),
            choice,
            analysis,
            language: self.request.language,
        })
    }
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
    let blob = |folder: &Path, object: &str| git::blob(folder, object).map_err(language::said);
    let named = if path.is_absolute() { Err(String::new()) } else { blob(Path::new("."), &as_written) };
    named
        .or_else(|why| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let Some(name) = path.file_name().filter(|_| folder.is_dir()) else { return Err(why) };
            blob(folder, &format!("{revision}:./{}", name.to_string_lossy()))
                .map_err(|beside| if why.is_empty() { beside } else { why })
        })
        .map_err(|why| format!("{as_written}: {why}"))
}
