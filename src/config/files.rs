//! Globs that say which files are model files.

use std::fmt;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;

use super::values::wrong;
use crate::words::{Message, message};

/// Globs that select model files.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    globs: Vec<(GlobMatcher, bool)>,
}

impl Files {
    /// Makes the globs relative to a folder.
    pub(super) fn in_folder(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
    }

    /// Whether the globs include or exclude a file; the last glob that matches decides, none if no glob matches.
    pub(super) fn says(&self, path: &Path) -> Option<bool> {
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        self.globs.iter().rev().find(|(glob, _)| glob.is_match(path)).map(|(_, is)| *is)
    }
}

impl PartialEq for Files {
    fn eq(&self, other: &Files) -> bool {
        let globs = |files: &Files| files.globs.iter().map(|(m, is)| (m.glob().clone(), *is)).collect::<Vec<_>>();
        self.folder == other.folder && globs(self) == globs(other)
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let globs = self.globs.iter().map(|(m, is)| format!("{}{}", if *is { "" } else { "!" }, m.glob()));
        f.debug_list().entries(globs).finish()
    }
}

pub(super) fn setting(value: &Value) -> Result<Option<Files>, Message> {
    globs("files", value).map(Some)
}

pub(super) fn globs(name: &str, value: &Value) -> Result<Files, Message> {
    let texts = match value {
        Value::String(glob) => Some(vec![glob.clone()]),
        value => serde_json::from_value::<Vec<String>>(value.clone()).ok(),
    };
    let texts = texts.ok_or_else(|| wrong(name, message!("expected-globs"), value))?;
    let glob = |text: &String| {
        let (glob, is_model) = text.strip_prefix('!').map_or((text.as_str(), true), |glob| (glob, false));
        let built = GlobBuilder::new(glob).literal_separator(true).build();
        let built = built.map_err(|error| message!("setting-of", name, problem = error.to_string()))?;
        Ok((built.compile_matcher(), is_model))
    };
    let globs: Result<Vec<_>, Message> = texts.iter().map(glob).collect();
    Ok(Files { folder: PathBuf::new(), globs: globs? })
}
