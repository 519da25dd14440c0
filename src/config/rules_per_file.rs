//! The `per_file` setting: levels of rules in the files that a glob matches.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Files, globs, levels_of, wrong};
use crate::rules::Level;

/// Levels of rules in some files.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesPerFile {
    pub(super) files: Files,
    pub(super) levels: BTreeMap<String, Level>,
}

pub(super) fn setting<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<RulesPerFile>, D::Error> {
    let value = Value::deserialize(from)?;
    let entries =
        value.as_object().ok_or_else(|| wrong("per_file", "a mapping of globs to levels of rules", &value))?;
    let read = |(glob, levels): (&String, &Value)| {
        let name = format!("per_file.{glob}");
        let files = globs(&name, &Value::String(glob.clone())).map_err(D::Error::custom)?;
        let levels = levels_of(&name, levels).map_err(D::Error::custom)?;
        Ok(RulesPerFile { files, levels })
    };
    entries.iter().map(read).collect()
}
