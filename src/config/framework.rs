//! Settings that say whose modules a model file uses.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::wrong;

/// The `framework` setting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FrameworkSetting {
    /// The one that is found.
    Auto,
    /// The built-in one.
    Builtin,
    /// The one whose source stands in a folder.
    Folder(PathBuf),
}

pub(super) fn setting<'de, D: Deserializer<'de>>(from: D) -> Result<Option<FrameworkSetting>, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(match value.as_str() {
        Some("") => None,
        Some("auto") => Some(FrameworkSetting::Auto),
        Some("builtin") => Some(FrameworkSetting::Builtin),
        Some(folder) => Some(FrameworkSetting::Folder(folder.into())),
        None => return Err(wrong("framework", "`auto`, `builtin` or a folder", &value)),
    })
}

pub(super) fn modules<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<PathBuf>>, D::Error> {
    let value = Value::deserialize(from)?;
    let paths = match &value {
        Value::String(path) => Some(vec![PathBuf::from(path)]),
        value => serde_json::from_value(value.clone()).ok(),
    };
    Ok(Some(paths.ok_or_else(|| wrong("modules", "a list of Python files", &value))?))
}

pub(super) fn python<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let value = Value::deserialize(from)?;
    let path =
        value.as_str().ok_or_else(|| wrong("python", "the folder of an environment, or an interpreter", &value))?;
    Ok(Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()))
}
