//! Settings files: `.yolint.yaml`, and `[tool.yolint]` in `pyproject.toml`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::tree::{self, Setting};
use super::{Config, Problem, canonical, read};
use crate::dialect::HAS_FILES;
use crate::text::{SourceFile, Span};
use crate::words::Message;

/// Name of a project's settings file, which applies to the files in its folder and below.
pub const FILE_NAME: &str = ".yolint.yaml";

/// The other ending of YAML files.
const OTHER_NAME: &str = ".yolint.yml";

/// Name of the file whose table `[tool.yolint]` counts where there is no `.yolint.yaml` beside it.
pub const PYPROJECT: &str = "pyproject.toml";

/// Whether settings are read from a file of this name.
pub fn is_settings_file(path: &Path) -> bool {
    path.ends_with(FILE_NAME) || path.ends_with(OTHER_NAME)
}

/// A settings file that was read.
#[derive(Debug)]
pub struct SettingsFile {
    /// The text, and where it is from.
    pub source: SourceFile,
    /// The settings; what is wrong isn't among them.
    pub config: Config,
    /// What is wrong with the file, and where.
    pub problems: Vec<(Span, Message)>,
    /// The settings as they are written.
    pub(super) written: Setting,
}

impl SettingsFile {
    /// Reads a settings file; none of a `pyproject.toml` without settings.
    pub fn read(source: impl Into<SourceFile>) -> Option<SettingsFile> {
        let source = source.into();
        let is_toml = source.path.extension().is_some_and(|extension| extension == "toml");
        if is_toml && !HAS_FILES {
            return None;
        }
        let read_tree = match is_toml {
            true => tree::of_pyproject(&source.text).transpose()?,
            false => tree::of_yaml(&source.text),
        };
        let written = match read_tree {
            Ok(written) => written,
            Err(problems) => {
                return Some(SettingsFile { source, config: Config::default(), problems, written: Setting::default() });
            }
        };
        let (config, problems) = read(&written.value);
        let place = |problem: Problem| (written.place(&problem.path, problem.of_key), problem.message);
        let mut problems: Vec<(Span, Message)> = problems.into_iter().map(place).collect();
        if !is_toml {
            problems.extend(tree::keys_twice(&source.text));
        }
        Some(SettingsFile { source, config, problems, written })
    }

    /// Returns a place as people write it, with the name of the file: `.yolint.yaml:3:1`.
    pub fn place(&self, name: &Path, span: Span) -> String {
        let (line, column) = self.source.human(span.start);
        format!("{}:{line}:{column}", name.display())
    }

    /// Returns the settings that the file sets, each with its name, its value and its place; those of rules one by one.
    pub fn entries(&self) -> impl Iterator<Item = (String, &Value, Span)> {
        self.written.children.iter().flat_map(|child| {
            let name = canonical(&child.name);
            match name.as_str() {
                "rules" => {
                    let rule = |rule: &'_ tree::Child| (format!("rules.{}", rule.name), rule.key);
                    let levels = child.setting.children.iter();
                    levels.map(|level| (rule(level).0, &level.setting.value, rule(level).1)).collect::<Vec<_>>()
                }
                _ => vec![(name, &child.setting.value, child.key)],
            }
        })
    }
}

/// Finds the settings file for a folder: the nearest one in it or its ancestors. `is_one` says whether a path is a file with
/// settings.
pub fn find(folder: &Path, is_one: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let candidates =
        folder.ancestors().flat_map(|folder| [FILE_NAME, OTHER_NAME, PYPROJECT].map(|name| folder.join(name)));
    candidates.into_iter().find(|path| is_one(path))
}
