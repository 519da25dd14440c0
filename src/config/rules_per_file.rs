//! The `per_file` setting: levels of rules in the files that a glob matches.

use std::collections::BTreeMap;

use serde_json::Value;

use super::files::{Files, globs};
use super::values::{levels_of, wrong};
use crate::rules::Level;
use crate::words::{Message, message};

/// Levels of rules in some files.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesPerFile {
    pub(super) files: Files,
    pub(super) levels: BTreeMap<String, Level>,
}

pub(super) fn setting(value: &Value) -> Result<Vec<RulesPerFile>, Message> {
    let entries = value.as_object().ok_or_else(|| wrong("per_file", message!("expected-per-file"), value))?;
    let read = |(glob, levels): (&String, &Value)| {
        let name = format!("per_file.{glob}");
        let files = globs(&name, &Value::String(glob.clone()))?;
        let levels = levels_of(&name, levels)?;
        Ok(RulesPerFile { files, levels })
    };
    entries.iter().map(read).collect()
}
