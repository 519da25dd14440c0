//! Settings that say whose modules a model file uses.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::values::wrong;
use crate::model::DeclaredOutput;
use crate::words::{Message, message};

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

impl From<&str> for FrameworkSetting {
    fn from(text: &str) -> FrameworkSetting {
        match text {
            "auto" => FrameworkSetting::Auto,
            "builtin" => FrameworkSetting::Builtin,
            folder => FrameworkSetting::Folder(folder.into()),
        }
    }
}

pub(super) fn setting(value: &Value) -> Result<Option<FrameworkSetting>, Message> {
    let text = value.as_str().ok_or_else(|| wrong("framework", message!("expected-framework"), value))?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(FrameworkSetting::from))
}

/// The `modules` setting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModulesSetting {
    /// Files of Python whose classes rows can name.
    pub files: Vec<PathBuf>,
    /// What modules return whose code isn't there.
    pub outputs: BTreeMap<String, DeclaredOutput>,
}

pub(super) fn modules(value: &Value) -> Result<Option<ModulesSetting>, Message> {
    let output = |(name, said): (&String, &Value)| {
        let said = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
        Some((name.clone(), DeclaredOutput::parse(&said)?))
    };
    let files = |files| ModulesSetting { files, ..ModulesSetting::default() };
    let modules = match value {
        Value::String(path) => Some(files(vec![PathBuf::from(path)])),
        Value::Object(names) => {
            names.iter().map(output).collect::<Option<_>>().map(|outputs| ModulesSetting { outputs, files: Vec::new() })
        }
        value => serde_json::from_value(value.clone()).ok().map(files),
    };
    let expected = message!("expected-modules");
    Ok(Some(modules.ok_or_else(|| wrong("modules", expected, value))?))
}

pub(super) fn python(value: &Value) -> Result<Option<PathBuf>, Message> {
    let path = value.as_str().ok_or_else(|| wrong("python", message!("expected-python"), value))?;
    Ok(Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()))
}
