//! Settings that name a file which an editor looks for where no setting names it: the dataset, the model that weights come from.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::values::wrong;
use crate::words::{Message, message};

/// A file that is looked for unless it is named.
#[derive(Clone, Debug, PartialEq)]
pub enum Sought {
    /// It isn't looked for.
    None,
    /// The one that is named.
    At(PathBuf),
}

impl Sought {
    /// The file that is named.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Sought::None => None,
            Sought::At(path) => Some(path),
        }
    }

    /// Makes its path relative to `folder`.
    pub(super) fn in_folder(&mut self, folder: &Path) {
        if let Sought::At(path) = self {
            *path = folder.join(&path);
        }
    }
}

pub(super) fn data(value: &Value) -> Result<Option<Sought>, Message> {
    read(value, "data", message!("expected-data"))
}

pub(super) fn pretrained(value: &Value) -> Result<Option<Sought>, Message> {
    read(value, "pretrained", message!("expected-model"))
}

fn read(value: &Value, name: &str, expected: Message) -> Result<Option<Sought>, Message> {
    match value {
        Value::Bool(false) => Ok(Some(Sought::None)),
        Value::String(path) => Ok(Some(path).filter(|path| !path.is_empty()).map(|path| Sought::At(path.into()))),
        value => Err(wrong(name, expected, value)),
    }
}
