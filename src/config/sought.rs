//! Settings that name a file which an editor looks for where no setting names it: the dataset, the model that weights come from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::wrong;

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

pub(super) fn data<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Sought>, D::Error> {
    read(from, "data", "the path of a dataset's YAML file, or false")
}

pub(super) fn pretrained<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Sought>, D::Error> {
    read(from, "pretrained", "a model's name or path, like yolo11n.pt, or false")
}

fn read<'de, D: Deserializer<'de>>(from: D, name: &str, expected: &str) -> Result<Option<Sought>, D::Error> {
    match Value::deserialize(from)? {
        Value::Bool(false) => Ok(Some(Sought::None)),
        Value::String(path) => Ok(Some(path).filter(|path| !path.is_empty()).map(|path| Sought::At(path.into()))),
        value => Err(wrong(name, expected, &value)),
    }
}
